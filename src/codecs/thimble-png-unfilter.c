/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG's filters undone in plain C, row by row, for any processor, and the choice between this and
 * what is made for one kind of processor. */

#include "thimble-png-unfilter.h"

#include <string.h>

/* What the filters know: the row being made up to @i, the row above, and what was stored. */
typedef struct
{
  guint8 *restrict row;
  const guint8 *restrict above;
  const guint8 *restrict filtered;
  gsize n;
} Row;

/* What is nearest to left + up - corner, left before up before corner. The corner is that where it
 * is more than a third of the way from both, else the one of the two that is further from it:
 * without distances, and without a jump that nobody could foresee. */
static inline guint8
paeth (int left, int up, int corner)
{
  int low = MIN (left, up);
  int high = MAX (left, up);
  int bound = 3 * corner - left - up;
  int predicted = bound >= high ? low : corner;

  return (guint8) (bound <= low ? high : predicted);
}

static inline __attribute__ ((always_inline)) void
undo_left (Row row, const gsize n_pixel_bytes)
{
  memcpy (row.row, row.filtered, n_pixel_bytes);
  for (gsize i = n_pixel_bytes; i < row.n; i++)
    row.row[i] = (guint8) (row.filtered[i] + row.row[i - n_pixel_bytes]);
}

static void
undo_up (Row row)
{
  for (gsize i = 0; i < row.n; i++)
    row.row[i] = (guint8) (row.filtered[i] + row.above[i]);
}

static inline __attribute__ ((always_inline)) void
undo_average (Row row, const gsize n_pixel_bytes)
{
  for (gsize i = 0; i < n_pixel_bytes; i++)
    row.row[i] = (guint8) (row.filtered[i] + row.above[i] / 2);
  for (gsize i = n_pixel_bytes; i < row.n; i++)
    row.row[i] = (guint8) (row.filtered[i] + (row.row[i - n_pixel_bytes] + row.above[i]) / 2);
}

static inline __attribute__ ((always_inline)) void
undo_paeth (Row row, const gsize n_pixel_bytes)
{
  for (gsize i = 0; i < n_pixel_bytes; i++)
    row.row[i] = (guint8) (row.filtered[i] + row.above[i]);
  for (gsize i = n_pixel_bytes; i < row.n; i++)
    row.row[i] = (guint8) (row.filtered[i]
                           + paeth (row.row[i - n_pixel_bytes], row.above[i],
                                    row.above[i - n_pixel_bytes]));
}

static inline __attribute__ ((always_inline)) void
undo_row (Row row, int filter, const gsize n_pixel_bytes)
{
  switch (filter)
    {
    case 1:
      undo_left (row, n_pixel_bytes);
      break;
    case 2:
      undo_up (row);
      break;
    case 3:
      undo_average (row, n_pixel_bytes);
      break;
    case 4:
      undo_paeth (row, n_pixel_bytes);
      break;
    default:
      memcpy (row.row, row.filtered, row.n);
    }
}

/**
 * thimble_png_unfilter_portable:
 *
 * Undoes the filters of @band. Any thread.
 */
void
thimble_png_unfilter_portable (const ThimblePngBand *band)
{
  Row row = { .row = band->rows, .above = band->above, .n = band->n_row_bytes };

  for (int y = 0; y < band->n_rows; y++)
    {
      const guint8 *stored = band->filtered + (gsize) y * (band->n_row_bytes + 1);

      row.row = band->rows + (gsize) y * band->stride;
      row.filtered = stored + 1;
      switch (band->n_pixel_bytes)
        {
        case 1:
          undo_row (row, stored[0], 1);
          break;
        case 3:
          undo_row (row, stored[0], 3);
          break;
        case 4:
          undo_row (row, stored[0], 4);
          break;
        default:
          undo_row (row, stored[0], (gsize) band->n_pixel_bytes);
        }
      row.above = row.row;
    }
}

/**
 * thimble_png_unfilter_get:
 *
 * Returns: the fastest way that this processor has; all give the same bytes
 */
ThimblePngUnfilter
thimble_png_unfilter_get (void)
{
  ThimblePngUnfilter avx2 = thimble_png_unfilter_get_avx2 ();
  ThimblePngUnfilter neon = thimble_png_unfilter_get_neon ();

  return avx2 != NULL ? avx2 : neon != NULL ? neon : &thimble_png_unfilter_portable;
}
