/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"
#include "thimble-geometry.h"
#include "thimble-resample.h"

G_BEGIN_DECLS

/**
 * ThimblePicture:
 * @info: what the header said
 * @raster: (nullable): the whole picture as decoded, at any scale, in stored orientation
 * @is_opaque: whether no pixel of it is transparent
 *
 * A source, decoded once for all its outputs.
 */
typedef struct
{
  ThimbleImageInfo info;
  ThimbleRaster *raster;
  gboolean is_opaque;
} ThimblePicture;

/**
 * ThimbleRendition:
 * @recipe: what is wanted
 * @placement: where the picture lands, upright
 * @format: what is written; never SAME
 * @window: the part that is drawn, in pixels of the decoded raster, in stored orientation
 * @draw_width: how large it is drawn in stored orientation, pixels
 * @draw_height: likewise
 *
 * One output on its way.
 */
typedef struct
{
  const ThimbleRenditionRecipe *recipe;
  ThimblePlacement placement;
  ThimbleFormat format;
  ThimbleWindow window;
  int draw_width;
  int draw_height;
} ThimbleRendition;

void thimble_render_prepare (const ThimblePicture *picture, ThimbleRendition *rendition);
gboolean thimble_render_is_exact (const ThimblePicture *picture, const ThimbleRendition *rendition);
ThimbleRaster *thimble_render_draw (const ThimblePicture *picture,
                                    const ThimbleRendition *rendition,
                                    GError **error);
GBytes *thimble_render_encode (const ThimblePicture *picture,
                               const ThimbleRendition *rendition,
                               ThimbleRaster *raster,
                               GError **error);

G_END_DECLS
