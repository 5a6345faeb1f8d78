/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shrinking by whole factors: each pixel is the mean of a cell of the source, exactly. A cheap
 * first step for large factors; the resampler does the rest. It takes rows one after the other, so
 * that a decoder can shrink a picture while it comes and keep no more than its own few rows. */

#include "thimble-box.h"

#include "thimble-simd.h"

#include <math.h>

/* What is left for the Lanczos filter after the box: as Pillow's reducing_gap of 3. */
#define GAP 3

/* A cell of n pixels sums up to less than 256 n, and n is at most 2^16. The inverse of n, rounded
 * up at this many bits, is too large by less than 2^-41, and the quotient by less than 2^-17 and so
 * less than 1 / n: never enough to reach the next whole number. */
#define INVERSE_BITS 41

THIMBLE_CLONES static void
set_row (guint16 *restrict sums, const guint8 *restrict row, gsize n)
{
  for (gsize i = 0; i < n; i++)
    sums[i] = row[i];
}

THIMBLE_CLONES static void
add_row (guint16 *restrict sums, const guint8 *restrict row, gsize n)
{
  for (gsize i = 0; i < n; i++)
    sums[i] += row[i];
}

/* Adds up @n_pixels neighbours, channel by channel, and divides by all that went into the cell. */
static inline __attribute__ ((always_inline)) void
write_cell (guint8 *out,
            const guint16 *sums,
            const int n_pixels,
            guint32 half,
            guint64 inverse,
            const int n_channels)
{
  for (int c = 0; c < n_channels; c++)
    {
      guint32 sum = half;

      for (int i = 0; i < n_pixels; i++)
        sum += sums[i * n_channels + c];
      out[c] = (guint8) (sum * inverse >> INVERSE_BITS);
    }
}

static inline __attribute__ ((always_inline)) void
write_cells (guint8 *out,
             const guint16 *sums,
             int n_cells,
             const int n_pixels,
             int n_rows,
             const int n_channels)
{
  guint32 n = (guint32) n_pixels * n_rows;
  guint64 inverse = ((1ull << INVERSE_BITS) + n - 1) / n;

  for (int i = 0; i < n_cells; i++)
    {
      write_cell (out, sums, n_pixels, n / 2, inverse, n_channels);
      out += n_channels;
      sums += n_pixels * n_channels;
    }
}

/* With the usual factors known, the sums need no loop. */
static inline __attribute__ ((always_inline)) void
write_cells_by_factor (guint8 *out,
                       const guint16 *sums,
                       int n_cells,
                       int factor,
                       int n_rows,
                       const int n_channels)
{
  switch (factor)
    {
    case 2:
      write_cells (out, sums, n_cells, 2, n_rows, n_channels);
      break;
    case 3:
      write_cells (out, sums, n_cells, 3, n_rows, n_channels);
      break;
    case 4:
      write_cells (out, sums, n_cells, 4, n_rows, n_channels);
      break;
    default:
      write_cells (out, sums, n_cells, factor, n_rows, n_channels);
    }
}

static void
write_cells_by_channels (guint8 *out,
                         const guint16 *sums,
                         int n_cells,
                         int factor,
                         int n_rows,
                         int n_channels)
{
  switch (n_channels)
    {
    case 1:
      write_cells_by_factor (out, sums, n_cells, factor, n_rows, 1);
      break;
    case 2:
      write_cells_by_factor (out, sums, n_cells, factor, n_rows, 2);
      break;
    case 3:
      write_cells_by_factor (out, sums, n_cells, factor, n_rows, 3);
      break;
    default:
      write_cells_by_factor (out, sums, n_cells, factor, n_rows, 4);
    }
}

/* A plane's cells of 2 pixels a row, with a power of two of them in all, no more than 256: what is
 * summed up fits 16 bits, and vectors hold many. */
THIMBLE_CLONES static void
write_pairs (guint8 *restrict out, const guint16 *restrict sums, gsize n_cells, guint shift)
{
  const guint16 half = (guint16) (1u << shift >> 1);

  for (gsize i = 0; i < n_cells; i++)
    out[i] = (guint8) ((guint16) (sums[2 * i] + sums[2 * i + 1] + half) >> shift);
}

/* The same of 4 pixels. */
THIMBLE_CLONES static void
write_fours (guint8 *restrict out, const guint16 *restrict sums, gsize n_cells, guint shift)
{
  const guint16 half = (guint16) (1u << shift >> 1);

  for (gsize i = 0; i < n_cells; i++)
    {
      guint16 left = (guint16) (sums[4 * i] + sums[4 * i + 1]);
      guint16 right = (guint16) (sums[4 * i + 2] + sums[4 * i + 3]);

      out[i] = (guint8) ((guint16) (left + right + half) >> shift);
    }
}

/* Returns whether the cells are such that they are written here. */
static gboolean
write_cells_of_plane (guint8 *out, const guint16 *sums, int n_cells, int factor, int n_rows)
{
  guint n = (guint) (factor * n_rows);

  if ((factor != 2 && factor != 4) || (n & (n - 1)) != 0 || n > 256)
    return FALSE;
  if (factor == 2)
    write_pairs (out, sums, (gsize) n_cells, g_bit_storage (n) - 1);
  else
    write_fours (out, sums, (gsize) n_cells, g_bit_storage (n) - 1);
  return TRUE;
}

/* The last cell of a row may be narrower than the others. */
static void
write_row (ThimbleShrinker *self)
{
  int n_channels = thimble_layout_get_n_channels (self->result->layout);
  int n_cells = self->width / self->factor_x;
  int n_rest = self->width % self->factor_x;
  guint8 *out = thimble_raster_row (self->result, self->y);

  if (n_channels != 1
      || !write_cells_of_plane (out, self->sums, n_cells, self->factor_x, self->n_summed))
    write_cells_by_channels (out, self->sums, n_cells, self->factor_x, self->n_summed, n_channels);
  if (n_rest > 0)
    write_cells_by_channels (out + (gsize) n_cells * n_channels,
                             self->sums + (gsize) n_cells * self->factor_x * n_channels, 1, n_rest,
                             self->n_summed, n_channels);
}

/**
 * thimble_box_choose_factor:
 * @length: source pixels along an axis
 * @n_outputs: what they are to become, pixels, more than 0
 *
 * Returns: by how much a box filter may shrink before the resampler takes over, 1 where not at all
 */
int
thimble_box_choose_factor (double length, double n_outputs)
{
  return (int) CLAMP (floor (length / n_outputs / GAP), 1, THIMBLE_BOX_MAX_FACTOR);
}

/**
 * thimble_shrinker_init:
 * @self: (out caller-allocates): to be cleared in any case
 * @layout: of the rows to come; alpha must be premultiplied
 * @width: of the picture to come, pixels
 * @height: likewise
 * @factor_x: 1 to %THIMBLE_BOX_MAX_FACTOR
 * @factor_y: likewise
 *
 * Returns: %FALSE where there is no memory
 */
gboolean
thimble_shrinker_init (ThimbleShrinker *self,
                       ThimbleLayout layout,
                       int width,
                       int height,
                       int factor_x,
                       int factor_y)
{
  /* 256 rows of 255 still fit 16 bits. */
  g_assert (factor_x >= 1 && factor_x <= THIMBLE_BOX_MAX_FACTOR);
  g_assert (factor_y >= 1 && factor_y <= THIMBLE_BOX_MAX_FACTOR);

  *self = (ThimbleShrinker) {
    .n_samples = (gsize) width * thimble_layout_get_n_channels (layout),
    .width = width,
    .n_rows_left = height,
    .factor_x = factor_x,
    .factor_y = factor_y,
  };
  self->result = thimble_raster_new (layout, (width + factor_x - 1) / factor_x,
                                     (height + factor_y - 1) / factor_y);
  self->sums = g_try_new (guint16, self->n_samples);
  if (self->result == NULL || self->sums == NULL)
    return FALSE;
  self->result->premultiplied = thimble_layout_has_alpha (layout);
  return TRUE;
}

/**
 * thimble_shrinker_add:
 * @row: the next row of the picture, from the top
 */
void
thimble_shrinker_add (ThimbleShrinker *self, const guint8 *row)
{
  g_assert (self->n_rows_left > 0);

  if (self->n_summed == 0)
    set_row (self->sums, row, self->n_samples);
  else
    add_row (self->sums, row, self->n_samples);
  self->n_summed++;
  self->n_rows_left--;
  if (self->n_summed == self->factor_y || self->n_rows_left == 0)
    {
      write_row (self);
      self->y++;
      self->n_summed = 0;
    }
}

/**
 * thimble_shrinker_finish:
 *
 * Returns: (transfer full): the picture, all rows of which were added
 */
ThimbleRaster *
thimble_shrinker_finish (ThimbleShrinker *self)
{
  g_assert (self->n_rows_left == 0);

  return g_steal_pointer (&self->result);
}

void
thimble_shrinker_clear (ThimbleShrinker *self)
{
  g_clear_pointer (&self->result, thimble_raster_unref);
  g_clear_pointer (&self->sums, g_free);
}

/**
 * thimble_box_shrink:
 * @source: of any layout; alpha must be premultiplied
 * @box: the grid; cells at the far edges may be smaller than the others
 *
 * Returns: (transfer full) (nullable): one pixel a cell, or %NULL where there is no memory
 */
ThimbleRaster *
thimble_box_shrink (const ThimbleRaster *source, const ThimbleBox *box)
{
  int n_channels = thimble_layout_get_n_channels (source->layout);
  g_auto(ThimbleShrinker) shrinker = { 0 };

  g_assert (box->x >= 0 && box->x < source->width);
  g_assert (box->y >= 0 && box->y < source->height);

  if (!thimble_shrinker_init (&shrinker, source->layout, source->width - box->x,
                              source->height - box->y, box->factor_x, box->factor_y))
    return NULL;
  for (int y = box->y; y < source->height; y++)
    thimble_shrinker_add (&shrinker, thimble_raster_row (source, y) + (gsize) box->x * n_channels);
  return thimble_shrinker_finish (&shrinker);
}
