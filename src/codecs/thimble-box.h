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

/**
 * ThimbleShrinker:
 * @result: (transfer none): one pixel a cell; whole once every row was added
 * @sums: one for each sample of a row, of the rows of the current cells so far
 * @n_samples: of a row
 * @n_rows_left: rows that are still to come
 * @n_summed: rows that went into @sums
 * @y: the row of @result that is being made
 *
 * The box filter row by row, for whoever does not keep the picture that it shrinks.
 */
typedef struct
{
  ThimbleRaster *result;
  guint16 *sums;
  gsize n_samples;
  int width;
  int n_rows_left;
  int n_summed;
  int y;
  int factor_x;
  int factor_y;
} ThimbleShrinker;

int thimble_box_choose_factor (double length, double n_outputs);
ThimbleRaster *thimble_box_shrink (const ThimbleRaster *source, const ThimbleBox *box);

gboolean thimble_shrinker_init (ThimbleShrinker *self,
                                ThimbleLayout layout,
                                int width,
                                int height,
                                int factor_x,
                                int factor_y);
void thimble_shrinker_add (ThimbleShrinker *self, const guint8 *row);
ThimbleRaster *thimble_shrinker_finish (ThimbleShrinker *self);
void thimble_shrinker_clear (ThimbleShrinker *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThimbleShrinker, thimble_shrinker_clear)

G_END_DECLS
