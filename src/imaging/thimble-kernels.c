/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The resampler's inner loops in plain C, for any processor, and the choice between them and those
 * for one kind of processor. */

#include "thimble-kernels.h"

/* Columns that are worked on together: their sums stay in the first level cache. */
#define BLOCK 512

static void
add_up_block (gint16 *restrict out,
              const guint8 *restrict rows,
              gsize stride,
              const gint16 *coefficients,
              int n_taps,
              gsize n)
{
  const int shift = THIMBLE_FILTER_BITS - THIMBLE_ROW_BITS;
  gint32 sums[BLOCK];

  for (gsize i = 0; i < n; i++)
    sums[i] = 1 << (shift - 1);
  for (int k = 0; k < n_taps; k++)
    {
      const guint8 *row = rows + k * stride;
      gint32 coefficient = coefficients[k];

      for (gsize i = 0; i < n; i++)
        sums[i] += coefficient * row[i];
    }
  for (gsize i = 0; i < n; i++)
    out[i] = sums[i] >> shift;
}

static void
add_up_rows (gint16 *out,
             const guint8 *rows,
             gsize stride,
             const gint16 *coefficients,
             int n_taps,
             gsize n)
{
  for (gsize i = 0; i < n; i += BLOCK)
    add_up_block (out + i, rows + i, stride, coefficients, n_taps, MIN (BLOCK, n - i));
}

static inline __attribute__ ((always_inline)) void
filter_pixels (guint8 *out,
               const gint16 *row,
               const ThimbleFilter *filter,
               const int n_channels,
               const gboolean premultiplied)
{
  const gint16 *coefficients = filter->coefficients;

  for (int x = 0; x < filter->n_outputs; x++)
    {
      const gint16 *in = row + (gsize) filter->taps[x].start * n_channels;
      gint32 sums[4] = { 0 };

      for (int k = 0; k < filter->taps[x].n; k++)
        for (int c = 0; c < n_channels; c++)
          sums[c] += coefficients[k] * in[k * n_channels + c];
      for (int c = 0; c < n_channels; c++)
        out[c] = thimble_kernels_to_byte (sums[c]);
      if (premultiplied)
        for (int c = 0; c < n_channels - 1; c++)
          out[c] = MIN (out[c], out[n_channels - 1]);
      out += n_channels;
      coefficients += filter->stride;
    }
}

static void
filter_1 (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 1, FALSE);
}

static void
filter_2 (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 2, FALSE);
}

static void
filter_2_premultiplied (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 2, TRUE);
}

static void
filter_3 (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 3, FALSE);
}

static void
filter_4 (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 4, FALSE);
}

static void
filter_4_premultiplied (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 4, TRUE);
}

const ThimbleKernels thimble_kernels_portable = {
  .add_up_rows = add_up_rows,
  .filter_row = { NULL, filter_1, filter_2, filter_3, filter_4 },
  .filter_row_premultiplied
  = { NULL, filter_1, filter_2_premultiplied, filter_3, filter_4_premultiplied },
};

/**
 * thimble_kernels_get:
 *
 * Returns: (transfer none): the fastest kernels that this processor has
 */
const ThimbleKernels *
thimble_kernels_get (void)
{
  const ThimbleKernels *kinds[] = { thimble_kernels_get_avx512 (), thimble_kernels_get_avx2 (),
                                    thimble_kernels_get_neon () };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i] != NULL)
      return kinds[i];
  return &thimble_kernels_portable;
}
