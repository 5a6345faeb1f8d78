/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-raster.h"

G_BEGIN_DECLS

/**
 * ThimbleWindow:
 *
 * A part of a raster, in its pixels, which may be fractions. The left edge of the first pixel is 0,
 * the right edge of the last the raster's width.
 */
typedef struct
{
  double x;
  double y;
  double width;
  double height;
} ThimbleWindow;

gboolean thimble_resample_is_identity (const ThimbleRaster *source,
                                       const ThimbleWindow *window,
                                       int width,
                                       int height);
double thimble_resample_get_softness (double factor);
ThimbleRaster *thimble_resample_copy (const ThimbleRaster *source,
                                      const ThimbleWindow *window,
                                      GError **error);
ThimbleRaster *thimble_resample (ThimbleRaster *source,
                                 const ThimbleWindow *window,
                                 double softness,
                                 int width,
                                 int height,
                                 GError **error);

G_END_DECLS
