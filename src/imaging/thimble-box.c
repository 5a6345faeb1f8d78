/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shrinking by whole factors: each pixel is the mean of a cell of the source, exactly. A cheap
 * first step for large factors; the resampler does the rest. */

#include "thimble-box.h"

#include "thimble-imaging-private.h"
#include "thimble-simd.h"

THIMBLE_CLONES static void
add_row (guint16 *restrict sums, const guint8 *restrict row, gsize n)
{
  for (gsize i = 0; i < n; i++)
    sums[i] += row[i];
}

/* Adds up @n_pixels neighbours, channel by channel, and divides by all that went into the cell. */
static void
write_cell (guint8 *out, const guint16 *sums, int n_pixels, int n_rows, int n_channels)
{
  guint32 n = (guint32) n_pixels * n_rows;

  for (int c = 0; c < n_channels; c++)
    {
      guint32 sum = n / 2;

      for (int i = 0; i < n_pixels; i++)
        sum += sums[i * n_channels + c];
      out[c] = sum / n;
    }
}

static void
write_row (guint8 *out, const guint16 *sums, int n_pixels, int factor, int n_rows, int n_channels)
{
  while (n_pixels > 0)
    {
      int n = MIN (factor, n_pixels);

      write_cell (out, sums, n, n_rows, n_channels);
      out += n_channels;
      sums += n * n_channels;
      n_pixels -= n;
    }
}

/**
 * thimble_box_shrink:
 * @source: of any layout; alpha must be premultiplied
 * @box: the grid; cells at the far edges may be smaller than the others
 *
 * Returns: (transfer full) (nullable): one pixel a cell, or %NULL with @error set to
 *   %THIMBLE_IMAGE_ERROR_TOO_LARGE where there is no memory
 */
ThimbleRaster *
thimble_box_shrink (const ThimbleRaster *source, const ThimbleBox *box, GError **error)
{
  int n_channels = thimble_layout_get_n_channels (source->layout);
  int width = source->width - box->x;
  int height = source->height - box->y;
  gsize n_sums = (gsize) width * n_channels;
  g_autofree guint16 *sums = NULL;
  ThimbleRaster *result;

  g_assert (width > 0 && height > 0);
  /* 256 rows of 255 still fit 16 bits. */
  g_assert (box->factor_x >= 1 && box->factor_x <= THIMBLE_BOX_MAX_FACTOR);
  g_assert (box->factor_y >= 1 && box->factor_y <= THIMBLE_BOX_MAX_FACTOR);

  result = thimble_imaging_new_raster (source->layout,
                                       (width + box->factor_x - 1) / box->factor_x,
                                       (height + box->factor_y - 1) / box->factor_y, error);
  if (result == NULL)
    return NULL;
  result->premultiplied = source->premultiplied;

  sums = g_new (guint16, n_sums);
  for (int y = 0; y < result->height; y++)
    {
      int first = box->y + y * box->factor_y;
      int n_rows = MIN (box->factor_y, source->height - first);

      memset (sums, 0, n_sums * sizeof *sums);
      for (int i = 0; i < n_rows; i++)
        add_row (sums, thimble_raster_row (source, first + i) + box->x * n_channels, n_sums);
      write_row (thimble_raster_row (result, y), sums, width, box->factor_x, n_rows, n_channels);
    }
  return result;
}
