/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The vertical pass for x86-64 processors with AVX-512: as that of AVX2 with vectors twice as long.
 * The horizontal pass has too few coefficients for longer vectors. */

#include "thimble-kernels.h"

#ifdef __x86_64__

#include <immintrin.h>

#define AVX512 __attribute__ ((target ("avx512f,avx512bw")))

/* 32 columns of a row as 16-bit numbers. */
AVX512 static inline __m512i
load_columns (const guint8 *row)
{
  return _mm512_cvtepu8_epi16 (_mm256_loadu_si256 ((const __m256i_u *) row));
}

/* Adds 32 columns of two rows to their sums. Numbers of both rows stand side by side for vpmaddwd,
 * in an order that vpackssdw undoes. */
AVX512 static inline void
add_pair (__m512i sums[2], const guint8 *first, const guint8 *second, __m512i coefficients)
{
  __m512i a = load_columns (first);
  __m512i b = load_columns (second);

  sums[0] = _mm512_add_epi32 (sums[0],
                              _mm512_madd_epi16 (_mm512_unpacklo_epi16 (a, b), coefficients));
  sums[1] = _mm512_add_epi32 (sums[1],
                              _mm512_madd_epi16 (_mm512_unpackhi_epi16 (a, b), coefficients));
}

AVX512 static inline void
store_sums (gint16 *out, const __m512i sums[2])
{
  const int shift = THIMBLE_FILTER_BITS - THIMBLE_ROW_BITS;

  _mm512_storeu_si512 (out, _mm512_packs_epi32 (_mm512_srai_epi32 (sums[0], shift),
                                                _mm512_srai_epi32 (sums[1], shift)));
}

AVX512 static void
add_up_rows (gint16 *out,
             const guint8 *rows,
             gsize stride,
             const gint16 *coefficients,
             int n_taps,
             gsize n)
{
  const __m512i half = _mm512_set1_epi32 (1 << (THIMBLE_FILTER_BITS - THIMBLE_ROW_BITS - 1));

  for (gsize i = 0; i < n; i += 64)
    {
      __m512i left[2] = { half, half };
      __m512i right[2] = { half, half };
      const guint8 *row = rows + i;

      for (int k = 0; k < n_taps; k += 2)
        {
          /* The coefficient after the last is zero, but there may be no row for it. */
          const guint8 *next = k + 1 < n_taps ? row + stride : row;
          guint16 second = k + 1 < n_taps ? (guint16) coefficients[k + 1] : 0;
          __m512i pair
            = _mm512_set1_epi32 ((int) ((guint16) coefficients[k] | (guint32) second << 16));

          add_pair (left, row, next, pair);
          add_pair (right, row + 32, next + 32, pair);
          row = next + stride;
        }
      store_sums (out + i, left);
      store_sums (out + i + 32, right);
    }
}

/**
 * thimble_kernels_get_avx512:
 *
 * Returns: (transfer none) (nullable): the kernels, or %NULL where the processor has no AVX-512
 */
const ThimbleKernels *
thimble_kernels_get_avx512 (void)
{
  static ThimbleKernels kernels;
  static gsize is_ready;

  if (!__builtin_cpu_supports ("avx512f") || !__builtin_cpu_supports ("avx512bw")
      || thimble_kernels_get_avx2 () == NULL)
    return NULL;
  if (g_once_init_enter (&is_ready))
    {
      kernels = *thimble_kernels_get_avx2 ();
      kernels.add_up_rows = add_up_rows;
      g_once_init_leave (&is_ready, 1);
    }
  return &kernels;
}

#else

const ThimbleKernels *
thimble_kernels_get_avx512 (void)
{
  return NULL;
}

#endif
