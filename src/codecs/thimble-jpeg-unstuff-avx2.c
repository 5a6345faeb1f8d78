/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A JPEG's entropy-coded data without its stuffing, for x86-64 processors with AVX2. */

#include "thimble-jpeg-unstuff.h"

#ifdef __x86_64__

#include <immintrin.h>

#define AVX2 __attribute__ ((target ("avx2")))
#define N 32

/* Vectors are copied whole; where one has an 0xFF in it, the next begins behind that one's zero. */
AVX2 static gsize
unstuff (guint8 *to, gsize n_room, const guint8 **from, const guint8 *end)
{
  const guint8 *p = *from;
  gsize n = 0;

  while (n_room - n >= N && end - p > N)
    {
      __m256i bytes = _mm256_loadu_si256 ((const __m256i_u *) p);
      guint32 ff
        = (guint32) _mm256_movemask_epi8 (_mm256_cmpeq_epi8 (bytes, _mm256_set1_epi8 (-1)));
      guint n_plain;

      _mm256_storeu_si256 ((__m256i_u *) (to + n), bytes);
      if (G_LIKELY (ff == 0))
        {
          p += N;
          n += N;
          continue;
        }
      n_plain = (guint) __builtin_ctz (ff);
      p += n_plain;
      n += n_plain;
      if (p[1] != 0)
        break;
      p += 2;
      n++;
    }
  *from = p;
  return n + thimble_jpeg_unstuff_portable (to + n, n_room - n, from, end);
}

/**
 * thimble_jpeg_unstuff_get_avx2:
 *
 * Returns: (nullable): the function, or %NULL where the processor has no AVX2
 */
ThimbleJpegUnstuff
thimble_jpeg_unstuff_get_avx2 (void)
{
  return __builtin_cpu_supports ("avx2") ? unstuff : NULL;
}

#else

ThimbleJpegUnstuff
thimble_jpeg_unstuff_get_avx2 (void)
{
  return NULL;
}

#endif
