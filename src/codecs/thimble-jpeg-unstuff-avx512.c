/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A JPEG's entropy-coded data without its stuffing, for x86-64 processors with AVX-512 VBMI2. They
 * can leave bytes out of a vector, so where an 0xFF is does not matter, and nothing branches on it:
 * 64 bytes a step, whatever they are. */

#include "thimble-jpeg-unstuff.h"

#ifdef __x86_64__

#include <immintrin.h>

#define AVX512 __attribute__ ((target ("avx512f,avx512bw,avx512vbmi2,popcnt")))
#define N 64

/* A zero that is the first byte of the next 64 is left out there: @is_stuffed. */
AVX512 static gsize
unstuff (guint8 *to, gsize n_room, const guint8 **from, const guint8 *end)
{
  const guint8 *p = *from;
  guint64 is_stuffed = 0;
  gsize n = 0;

  while (n_room - n >= N && end - p > N)
    {
      __m512i bytes = _mm512_loadu_si512 (p);
      __m512i next = _mm512_loadu_si512 (p + 1);
      guint64 ff = _mm512_cmpeq_epi8_mask (bytes, _mm512_set1_epi8 (-1));
      guint64 drop = ff << 1 | is_stuffed;

      if (G_UNLIKELY (_mm512_mask_test_epi8_mask (ff, next, next) != 0))
        break;
      _mm512_storeu_si512 (to + n, _mm512_maskz_compress_epi8 (~drop, bytes));
      n += N - (gsize) __builtin_popcountll (drop);
      p += N;
      is_stuffed = ff >> (N - 1);
    }
  *from = p + is_stuffed;
  return n + thimble_jpeg_unstuff_portable (to + n, n_room - n, from, end);
}

/**
 * thimble_jpeg_unstuff_get_avx512:
 *
 * Returns: (nullable): the function, or %NULL where the processor has no AVX-512 VBMI2
 */
ThimbleJpegUnstuff
thimble_jpeg_unstuff_get_avx512 (void)
{
  return __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512vbmi2") ? unstuff
                                                                                       : NULL;
}

#else

ThimbleJpegUnstuff
thimble_jpeg_unstuff_get_avx512 (void)
{
  return NULL;
}

#endif
