/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-recipe.h"

G_BEGIN_DECLS

/**
 * ThimblePlacement:
 * @width: of the output, pixels, at least 1
 * @height: of the output, pixels, at least 1
 * @draw_x: where the picture is drawn in the output, pixels; elsewhere is background
 * @draw_y: likewise
 * @draw_width: how large it is drawn, pixels, at least 1
 * @draw_height: likewise
 * @crop_x: the part of the source that is drawn, in source pixels; may be fractions
 * @crop_y: likewise
 * @crop_width: likewise
 * @crop_height: likewise
 *
 * Where a source lands in an output. Source and output are both upright (after orientation).
 */
typedef struct
{
  int width;
  int height;
  int draw_x;
  int draw_y;
  int draw_width;
  int draw_height;
  double crop_x;
  double crop_y;
  double crop_width;
  double crop_height;
} ThimblePlacement;

gboolean thimble_geometry_place (guint32 source_width,
                                 guint32 source_height,
                                 gboolean is_scalable,
                                 const ThimbleRenditionRecipe *rendition,
                                 ThimblePlacement *placement,
                                 GError **error);
void thimble_geometry_get_decode_size (const ThimblePlacement *placement,
                                       guint32 source_width,
                                       guint32 source_height,
                                       ThimbleScaling scaling,
                                       guint32 *min_width,
                                       guint32 *min_height);

G_END_DECLS
