/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The resampler's inner loops for x86-64 processors with AVX2. Both passes come down to vpmaddwd,
 * which multiplies sixteen pairs of 16-bit numbers and adds neighbours: a pair is two rows in the
 * vertical pass, two pixels in the horizontal one. Two channels are rare and stay with the portable
 * loops. */

#include "thimble-kernels.h"

#ifdef __x86_64__

#include <immintrin.h>

#define AVX2 __attribute__ ((target ("avx2")))

/* A pair of coefficients in each 32 bits. */
AVX2 static inline __m256i
set_pair (gint16 first, gint16 second)
{
  return _mm256_set1_epi32 ((guint16) first | (guint32) (guint16) second << 16);
}

/* Adds 16 columns of two rows to the sums of the first and the last eight. */
AVX2 static inline void
add_pair (__m256i sums[2], const guint8 *first, const guint8 *second, __m256i coefficients)
{
  __m128i a = _mm_loadu_si128 ((const __m128i_u *) first);
  __m128i b = _mm_loadu_si128 ((const __m128i_u *) second);
  __m256i low = _mm256_cvtepu8_epi16 (_mm_unpacklo_epi8 (a, b));
  __m256i high = _mm256_cvtepu8_epi16 (_mm_unpackhi_epi8 (a, b));

  sums[0] = _mm256_add_epi32 (sums[0], _mm256_madd_epi16 (low, coefficients));
  sums[1] = _mm256_add_epi32 (sums[1], _mm256_madd_epi16 (high, coefficients));
}

/* 16 sums as 16-bit numbers, in order again after vpackssdw's half by half. */
AVX2 static inline void
store_sums (gint16 *out, const __m256i sums[2])
{
  const int shift = THIMBLE_FILTER_BITS - THIMBLE_ROW_BITS;
  __m256i packed = _mm256_packs_epi32 (_mm256_srai_epi32 (sums[0], shift),
                                       _mm256_srai_epi32 (sums[1], shift));

  _mm256_storeu_si256 ((__m256i_u *) out, _mm256_permute4x64_epi64 (packed, 0xD8));
}

AVX2 static void
add_up_rows (gint16 *out,
             const guint8 *rows,
             gsize stride,
             const gint16 *coefficients,
             int n_taps,
             gsize n)
{
  const __m256i half = _mm256_set1_epi32 (1 << (THIMBLE_FILTER_BITS - THIMBLE_ROW_BITS - 1));

  for (gsize i = 0; i < n; i += 32)
    {
      __m256i left[2] = { half, half };
      __m256i right[2] = { half, half };
      const guint8 *row = rows + i;

      for (int k = 0; k < n_taps; k += 2)
        {
          /* The coefficient after the last is zero, but there may be no row for it. */
          const guint8 *next = k + 1 < n_taps ? row + stride : row;
          __m256i pair = set_pair (coefficients[k], k + 1 < n_taps ? coefficients[k + 1] : 0);

          add_pair (left, row, next, pair);
          add_pair (right, row + 16, next + 16, pair);
          row = next + stride;
        }
      store_sums (out + i, left);
      store_sums (out + i + 16, right);
    }
}

/* Four pixels as two pairs, channels of a pair side by side; what is no channel counts nothing. */
AVX2 static inline __m256i
load_pixels (const gint16 *in, const int n_channels)
{
  const __m256i order_4
    = _mm256_setr_epi8 (0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15, 0, 1, 8, 9, 2, 3, 10,
                        11, 4, 5, 12, 13, 6, 7, 14, 15);
  const __m256i order_3
    = _mm256_setr_epi8 (0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1, 0, 1, 6, 7, 2, 3, 8,
                        9, 4, 5, 10, 11, -1, -1, -1, -1);

  if (n_channels == 4)
    return _mm256_shuffle_epi8 (_mm256_loadu_si256 ((const __m256i_u *) in), order_4);
  return _mm256_shuffle_epi8 (
    _mm256_inserti128_si256 (
      _mm256_castsi128_si256 (_mm_loadu_si128 ((const __m128i_u *) in)),
      _mm_loadu_si128 ((const __m128i_u *) (in + 6)), 1),
    order_3);
}

/* A pixel from the sums of its channels. Four bytes are written, of three the next pixel's first
 * is overwritten by it. */
AVX2 static inline void
store_pixel (guint8 *out, __m256i sums, const gboolean premultiplied)
{
  const int shift = THIMBLE_FILTER_BITS + THIMBLE_ROW_BITS;
  __m128i sum = _mm_add_epi32 (_mm256_castsi256_si128 (sums), _mm256_extracti128_si256 (sums, 1));
  __m128i words, bytes;
  int pixel;

  sum = _mm_srai_epi32 (_mm_add_epi32 (sum, _mm_set1_epi32 (1 << (shift - 1))), shift);
  if (premultiplied)
    sum = _mm_min_epi32 (sum, _mm_shuffle_epi32 (sum, 0xFF));
  words = _mm_packs_epi32 (sum, sum);
  bytes = _mm_packus_epi16 (words, words);
  pixel = _mm_cvtsi128_si32 (bytes);
  memcpy (out, &pixel, sizeof pixel);
}

AVX2 static inline __attribute__ ((always_inline)) void
filter_pixels (guint8 *out,
               const gint16 *row,
               const ThimbleFilter *filter,
               const int n_channels,
               const gboolean premultiplied)
{
  const __m256i spread = _mm256_setr_epi32 (0, 0, 0, 0, 1, 1, 1, 1);
  const gint16 *coefficients = filter->coefficients;

  for (int x = 0; x < filter->n_outputs; x++)
    {
      const gint16 *in = row + (gsize) filter->taps[x].start * n_channels;
      int n = filter->taps[x].n;
      __m256i sums = _mm256_setzero_si256 ();

      for (int k = 0; k < n; k += 4)
        {
          __m128i four = _mm_loadl_epi64 ((const __m128i_u *) (coefficients + k));
          __m256i pairs = _mm256_permutevar8x32_epi32 (_mm256_castsi128_si256 (four), spread);

          sums = _mm256_add_epi32 (
            sums, _mm256_madd_epi16 (load_pixels (in + k * n_channels, n_channels), pairs));
        }
      store_pixel (out, sums, premultiplied);
      out += n_channels;
      coefficients += filter->stride;
    }
}

/* Of one channel, one output: the sum is still in eight parts. */
AVX2 static inline __m256i
add_up_samples (const gint16 *in, const gint16 *coefficients, int n)
{
  __m256i sums = _mm256_setzero_si256 ();

  for (int k = 0; k < n; k += THIMBLE_FILTER_ALIGNMENT)
    sums = _mm256_add_epi32 (
      sums, _mm256_madd_epi16 (_mm256_loadu_si256 ((const __m256i_u *) (in + k)),
                               _mm256_loadu_si256 ((const __m256i_u *) (coefficients + k))));
  return sums;
}

/* Eight outputs of one channel from their sums in eight parts each. */
AVX2 static inline void
store_samples (guint8 *out, const __m256i parts[8])
{
  const int shift = THIMBLE_FILTER_BITS + THIMBLE_ROW_BITS;
  __m256i first = _mm256_hadd_epi32 (_mm256_hadd_epi32 (parts[0], parts[1]),
                                     _mm256_hadd_epi32 (parts[2], parts[3]));
  __m256i last = _mm256_hadd_epi32 (_mm256_hadd_epi32 (parts[4], parts[5]),
                                    _mm256_hadd_epi32 (parts[6], parts[7]));
  __m256i sums = _mm256_add_epi32 (_mm256_permute2x128_si256 (first, last, 0x20),
                                   _mm256_permute2x128_si256 (first, last, 0x31));
  __m128i words;

  sums = _mm256_srai_epi32 (_mm256_add_epi32 (sums, _mm256_set1_epi32 (1 << (shift - 1))), shift);
  words = _mm_packs_epi32 (_mm256_castsi256_si128 (sums), _mm256_extracti128_si256 (sums, 1));
  _mm_storel_epi64 ((__m128i_u *) out, _mm_packus_epi16 (words, words));
}

AVX2 static void
filter_1 (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  int x = 0;

  for (; x + 8 <= filter->n_outputs; x += 8)
    {
      __m256i parts[8];

      for (int i = 0; i < 8; i++)
        parts[i] = add_up_samples (row + filter->taps[x + i].start,
                                   filter->coefficients + (gsize) (x + i) * filter->stride,
                                   filter->taps[x + i].n);
      store_samples (out + x, parts);
    }
  for (; x < filter->n_outputs; x++)
    {
      const gint16 *coefficients = filter->coefficients + (gsize) x * filter->stride;
      gint32 sum = 0;

      for (int k = 0; k < filter->taps[x].n; k++)
        sum += coefficients[k] * row[filter->taps[x].start + k];
      out[x] = thimble_kernels_to_byte (sum);
    }
}

AVX2 static void
filter_3 (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 3, FALSE);
}

AVX2 static void
filter_4 (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 4, FALSE);
}

AVX2 static void
filter_4_premultiplied (guint8 *out, const gint16 *row, const ThimbleFilter *filter)
{
  filter_pixels (out, row, filter, 4, TRUE);
}

/**
 * thimble_kernels_get_avx2:
 *
 * Returns: (transfer none) (nullable): the kernels, or %NULL where the processor has no AVX2
 */
const ThimbleKernels *
thimble_kernels_get_avx2 (void)
{
  static ThimbleKernels kernels;
  static gsize is_ready;

  if (!__builtin_cpu_supports ("avx2"))
    return NULL;
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
thimble_kernels_get_avx2 (void)
{
  return NULL;
}

#endif
