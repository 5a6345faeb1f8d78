/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Colour times alpha, in place: what comes before pixels with alpha may be averaged. For RGBA there
 * is a vector loop beside the plain one, which gives the same bytes. */

#include "thimble-premultiply.h"

#ifdef __x86_64__
#include <immintrin.h>
#define AVX2 __attribute__ ((target ("avx2")))
#endif

static void
premultiply_rgba (guint8 *row, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      guint alpha = row[4 * i + 3];

      row[4 * i] = (guint8) thimble_divide_by_255 (row[4 * i] * alpha);
      row[4 * i + 1] = (guint8) thimble_divide_by_255 (row[4 * i + 1] * alpha);
      row[4 * i + 2] = (guint8) thimble_divide_by_255 (row[4 * i + 2] * alpha);
    }
}

static void
premultiply_gray (guint8 *row, gsize n)
{
  for (gsize i = 0; i < n; i++)
    row[2 * i] = (guint8) thimble_divide_by_255 (row[2 * i] * row[2 * i + 1]);
}

/**
 * thimble_premultiply_row_portable:
 *
 * As [func@premultiply_row], the same on every processor.
 */
void
thimble_premultiply_row_portable (guint8 *row, gsize n_pixels, ThimbleLayout layout)
{
  if (layout == THIMBLE_LAYOUT_RGBA)
    premultiply_rgba (row, n_pixels);
  else if (layout == THIMBLE_LAYOUT_GRAY_ALPHA)
    premultiply_gray (row, n_pixels);
}

#ifdef __x86_64__

/* Four pixels of 16-bit samples: each times its pixel's alpha, alpha itself times 255. */
AVX2 static inline __m256i
multiply (__m256i samples)
{
  const __m256i spread
    = _mm256_setr_epi8 (6, -1, 6, -1, 6, -1, -1, -1, 14, -1, 14, -1, 14, -1, -1, -1, 6, -1, 6, -1,
                        6, -1, -1, -1, 14, -1, 14, -1, 14, -1, -1, -1);
  const __m256i one = _mm256_set1_epi64x (0x00FF000000000000);
  __m256i product
    = _mm256_mullo_epi16 (samples, _mm256_or_si256 (_mm256_shuffle_epi8 (samples, spread), one));

  product = _mm256_add_epi16 (product, _mm256_set1_epi16 (128));
  return _mm256_srli_epi16 (_mm256_add_epi16 (product, _mm256_srli_epi16 (product, 8)), 8);
}

AVX2 static void
premultiply_rgba_avx2 (guint8 *row, gsize n)
{
  const __m256i zero = _mm256_setzero_si256 ();
  gsize i = 0;

  for (; i + 8 <= n; i += 8)
    {
      __m256i pixels = _mm256_loadu_si256 ((const __m256i_u *) (row + 4 * i));
      __m256i low = multiply (_mm256_unpacklo_epi8 (pixels, zero));
      __m256i high = multiply (_mm256_unpackhi_epi8 (pixels, zero));

      _mm256_storeu_si256 ((__m256i_u *) (row + 4 * i), _mm256_packus_epi16 (low, high));
    }
  premultiply_rgba (row + 4 * i, n - i);
}

#endif

/**
 * thimble_premultiply_row:
 * @row: @n_pixels of @layout, changed in place
 *
 * Multiplies colour by alpha, rounded to nearest; nothing happens where the layout has none. Any
 * thread.
 */
void
thimble_premultiply_row (guint8 *row, gsize n_pixels, ThimbleLayout layout)
{
#ifdef __x86_64__
  if (layout == THIMBLE_LAYOUT_RGBA && __builtin_cpu_supports ("avx2"))
    {
      premultiply_rgba_avx2 (row, n_pixels);
      return;
    }
#endif
  thimble_premultiply_row_portable (row, n_pixels, layout);
}
