/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"
#include "thimble-operations.h"
#include "thimble-recipe.h"

/**
 * Source: what the fixture's codec gives for the bytes "fixture". Set before a work is run.
 */
typedef struct
{
  ThimbleImageInfo info;  /* its width and height are the raster's unless set */
  ThimbleRaster *raster;  /* what decode gives, whatever is requested; NULL: is made as requested */
  ThimbleDecodeRequest request; /* the last */
  guint n_decodes;
} Source;

/**
 * Outcome: how one work ended, and what it did meanwhile.
 */
typedef struct
{
  ThimbleThumbnailReply reply;
  GPtrArray *outputs; /* GBytes */
  GError *error;
  guint64 reserved;
  guint n_reserved;
  guint n_checks;
} Outcome;

extern Source fixture_source;

void fixture_begin (ThimbleLayout layout, int width, int height, const guint8 *pixel);
void fixture_end (void);
void fixture_fill (int x, int y, int width, int height, const guint8 *pixel);
ThimbleThumbnailRecipe fixture_recipe (guint width, guint height, ThimbleFormat format);
void fixture_run (const char *operation,
                  const ThimbleThumbnailRecipe *recipe,
                  GBytes *input,
                  guint stop_at_check,
                  Outcome *outcome);
void fixture_run_thumbnail (const ThimbleThumbnailRecipe *recipe, Outcome *outcome);
void fixture_outcome_clear (Outcome *outcome);
const guint8 *fixture_get_pixel (const Outcome *outcome, guint output, int x, int y);
ThimbleRaster *fixture_decode (GBytes *file, ThimbleImageInfo *info);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, fixture_outcome_clear)
