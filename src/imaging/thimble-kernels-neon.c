/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The resampler's inner loops for 64-bit ARM, where NEON is always there: both passes multiply four
 * 16-bit numbers by one and add to 32-bit sums. Two channels are rare and stay with the portable
 * loops. */

#include "thimble-kernels.h"

#ifdef __aarch64__

#include <arm_neon.h>

#define INLINE static inline __attribute__ ((always_inline))

static void
add_up_rows (gint16 *out,
             const guint8 *rows,
             gsize stride,
             const gint16 *coefficients,
             int n_taps,
             gsize n)
{
  const int shift = THIMBLE_FILTER_BITS - THIMBLE_ROW_BITS;
  const int32x4_t half = vdupq_n_s32 (1 << (shift - 1));

  for (gsize i = 0; i < n; i += 16)
    {
      int32x4_t sums[4] = { half, half, half, half };
      const guint8 *row = rows + i;

      for (int k = 0; k < n_taps; k++, row += stride)
        {
          uint8x16_t columns = vld1q_u8 (row);
          int16x8_t low = vreinterpretq_s16_u16 (vmovl_u8 (vget_low_u8 (columns)));
          int16x8_t high = vreinterpretq_s16_u16 (vmovl_high_u8 (columns));

          sums[0] = vmlal_n_s16 (sums[0], vget_low_s16 (low), coefficients[k]);
          sums[1] = vmlal_high_n_s16 (sums[1], low, coefficients[k]);
          sums[2] = vmlal_n_s16 (sums[2], vget_low_s16 (high), coefficients[k]);
          sums[3] = vmlal_high_n_s16 (sums[3], high, coefficients[k]);
        }
      vst1q_s16 (out + i,
                 vcombine_s16 (vshrn_n_s32 (sums[0], shift), vshrn_n_s32 (sums[1], shift)));
      vst1q_s16 (out + i + 8,
                 vcombine_s16 (vshrn_n_s32 (sums[2], shift), vshrn_n_s32 (sums[3], shift)));
    }
}

INLINE void
filter_pixels (guint8 *out,
               const gint16 *row,
               const ThimbleFilter *filter,
               const int n_channels,
               const gboolean premultiplied)
{
  const int shift = THIMBLE_FILTER_BITS + THIMBLE_ROW_BITS;
  const gint16 *coefficients = filter->coefficients;

  for (int x = 0; x < filter->n_outputs; x++)
    {
      const gint16 *in = row + (gsize) filter->taps[x].start * (gsize) n_channels;
      int32x4_t sum = vdupq_n_s32 (1 << (shift - 1));
      gint32 pixel[4];

      for (int k = 0; k < filter->taps[x].n; k++, in += n_channels)
        sum = vmlal_n_s16 (sum, vld1_s16 (in), coefficients[k]);
      sum = vminq_s32 (vmaxq_s32 (vshrq_n_s32 (sum, shift), vdupq_n_s32 (0)), vdupq_n_s32 (255));
      if (premultiplied)
        sum = vminq_s32 (sum, vdupq_laneq_s32 (sum, 3));
      vst1q_s32 (pixel, sum);
      for (int c = 0; c < n_channels; c++)
        out[c] = (guint8) pixel[c];
      out += n_channels;
      coefficients += filter->stride;
    }
}

static void
filter_1 (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  const gint16 *coefficients = filter->coefficients;

  for (int x = 0; x < filter->n_outputs; x++)
    {
      const gint16 *in = row + filter->taps[x].start;
      int32x4_t sum = vdupq_n_s32 (0);

      for (int k = 0; k < filter->taps[x].n; k += 4)
        sum = vmlal_s16 (sum, vld1_s16 (in + k), vld1_s16 (coefficients + k));
      out[x] = thimble_kernels_to_byte (vaddvq_s32 (sum));
      coefficients += filter->stride;
    }
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

/**
 * thimble_kernels_get_neon:
 *
 * Returns: (transfer none) (nullable): the kernels, or %NULL where the processor has no NEON
 */
const ThimbleKernels *
thimble_kernels_get_neon (void)
{
  static ThimbleKernels kernels;
  static gsize is_ready;

  if (g_once_init_enter (&is_ready))
    {
      kernels = thimble_kernels_portable;
      kernels.add_up_rows = add_up_rows;
      kernels.filter_row[1] = kernels.filter_row_premultiplied[1] = filter_1;
      kernels.filter_row[3] = kernels.filter_row_premultiplied[3] = filter_3;
      kernels.filter_row[4] = filter_4;
      kernels.filter_row_premultiplied[4] = filter_4_premultiplied;
      g_once_init_leave (&is_ready, 1);
    }
  return &kernels;
}

#else

const ThimbleKernels *
thimble_kernels_get_neon (void)
{
  return NULL;
}

#endif
