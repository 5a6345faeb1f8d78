/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-raster.h"

G_BEGIN_DECLS

#define THIMBLE_BOX_MAX_FACTOR 256

/**
 * ThimbleBox:
 * @x: the first column of the first cell, pixels
 * @y: the first row of the first cell, pixels
 * @factor_x: pixels that become one, 1 to %THIMBLE_BOX_MAX_FACTOR
 * @factor_y: likewise
 *
 * A grid of cells over a raster, from (@x, @y) to its far edges.
 */
typedef struct
{
  int x;
  int y;
  int factor_x;
  int factor_y;
} ThimbleBox;

ThimbleRaster *thimble_box_shrink (const ThimbleRaster *source,
                                   const ThimbleBox *box,
                                   GError **error);

G_END_DECLS
