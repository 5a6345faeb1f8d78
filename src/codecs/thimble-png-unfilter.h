/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The bytes of a filter's row that is worked on, and the rows that come of it, may be read and
 * written this far past their ends. */
#define THIMBLE_PNG_UNFILTER_PADDING 64

/**
 * ThimblePngBand:
 * @rows: where the first row goes
 * @stride: bytes from one row to the next, at least @n_row_bytes
 * @above: (array length=n_row_bytes): the row above the first, zeros where there is none; padded
 * @filtered: the first row as inflated: a byte that names its filter, at most 4, then @n_row_bytes
 * @n_rows: how many rows
 * @n_row_bytes: of a row, a multiple of @n_pixel_bytes
 * @n_pixel_bytes: what the filters take for a pixel: 1, 2, 3, 4, 6 or 8
 *
 * Some rows of a picture whose filters are to be undone (PNG third edition, section 9.2). Rows of
 * @filtered follow each other with nothing between them; the last is padded, and so is the last of
 * @rows. Rows are not aligned and don't overlap.
 */
typedef struct
{
  guint8 *rows;
  gsize stride;
  const guint8 *above;
  const guint8 *filtered;
  int n_rows;
  gsize n_row_bytes;
  int n_pixel_bytes;
} ThimblePngBand;

typedef void (*ThimblePngUnfilter) (const ThimblePngBand *band);

void thimble_png_unfilter_portable (const ThimblePngBand *band);
ThimblePngUnfilter thimble_png_unfilter_get_avx2 (void);
ThimblePngUnfilter thimble_png_unfilter_get_neon (void);
ThimblePngUnfilter thimble_png_unfilter_get (void);

G_END_DECLS
