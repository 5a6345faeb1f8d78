/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The choice of a PNG row's filter, by the rule that the standard suggests: the one whose bytes,
 * taken as signed numbers, add up to the least (PNG third edition, section 12.7). */

#include "thimble-png-filter.h"

#include "thimble-simd.h"

#include <stdlib.h>
#include <string.h>

#define N_FILTERS 5

/* A row, and what is around it: @left and @corner are @row and @above one pixel before. */
typedef struct
{
  const guint8 *row;
  const guint8 *left;
  const guint8 *above;
  const guint8 *corner;
  gsize n;
} Row;

static inline guint8
predict (int filter, int left, int above, int corner)
{
  int distance_left = abs (above - corner);
  int distance_above = abs (left - corner);
  int distance_corner = abs (left + above - 2 * corner);

  switch (filter)
    {
    case 1:
      return (guint8) left;
    case 2:
      return (guint8) above;
    case 3:
      return (guint8) ((left + above) / 2);
    case 4:
      above = distance_above <= distance_corner ? above : corner;
      return (guint8) (distance_left <= distance_above && distance_left <= distance_corner ? left
                                                                                           : above);
    default:
      return 0;
    }
}

#define DEFINE_FILTER(number)                                                                    \
  THIMBLE_CLONES static guint64 filter_##number (guint8 *restrict out, Row row)                  \
  {                                                                                              \
    const guint8 *restrict in = row.row;                                                         \
    guint32 sum = 0;                                                                             \
                                                                                                 \
    for (gsize i = 0; i < row.n; i++)                                                            \
      {                                                                                          \
        guint8 byte = (guint8) (in[i] - predict (number, row.left[i], row.above[i],              \
                                                 row.corner[i]));                                \
                                                                                                 \
        out[i] = byte;                                                                           \
        sum += MIN (byte, (guint8) -byte);                                                       \
      }                                                                                          \
    return sum;                                                                                  \
  }

DEFINE_FILTER (0)
DEFINE_FILTER (1)
DEFINE_FILTER (2)
DEFINE_FILTER (3)
DEFINE_FILTER (4)

/* The first pixel, to the left of which there is nothing. */
static guint64
filter_first_pixel (int filter, guint8 *out, const guint8 *row, const guint8 *above, guint n)
{
  guint64 sum = 0;

  for (guint i = 0; i < n; i++)
    {
      out[i] = (guint8) (row[i] - predict (filter, 0, above[i], 0));
      sum += MIN (out[i], (guint8) -out[i]);
    }
  return sum;
}

/**
 * thimble_png_filter_row:
 * @out: (out caller-allocates): takes the filter's number and @n_row_bytes
 * @row: (array length=n_row_bytes): the pixels
 * @above: (array length=n_row_bytes): those of the row before, zeros where there is none
 * @n_row_bytes: a multiple of @n_pixel_bytes, less than 2^24
 * @n_pixel_bytes: 1 to 8
 * @scratch: (array length=n_row_bytes): is overwritten
 *
 * Filters a row so that it deflates well. Any thread.
 */
void
thimble_png_filter_row (guint8 *out,
                        const guint8 *row,
                        const guint8 *above,
                        gsize n_row_bytes,
                        guint n_pixel_bytes,
                        guint8 *scratch)
{
  static guint64 (*const filters[N_FILTERS]) (guint8 *restrict out, Row row)
    = { filter_0, filter_1, filter_2, filter_3, filter_4 };
  Row rest = { row + n_pixel_bytes, row, above + n_pixel_bytes, above,
               n_row_bytes - n_pixel_bytes };
  guint64 best = G_MAXUINT64;

  for (int i = 0; i < N_FILTERS; i++)
    {
      guint64 sum = filter_first_pixel (i, scratch, row, above, n_pixel_bytes)
                    + filters[i](scratch + n_pixel_bytes, rest);

      if (sum >= best)
        continue;
      best = sum;
      out[0] = (guint8) i;
      memcpy (out + 1, scratch, n_row_bytes);
    }
}
