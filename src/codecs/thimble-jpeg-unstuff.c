/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A JPEG's entropy-coded data without its stuffing in plain C, for any processor, and the choice
 * between this and what is made for one kind of processor. */

#include "thimble-jpeg-unstuff.h"

#include <string.h>

/* Bytes that are 0xFF as their top bits; those behind the first one may be wrong. */
static inline guint64
find_ff (guint64 word)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  guint64 inverse = ~word;

  return (inverse - ones) & ~inverse & (ones << 7);
}

/**
 * thimble_jpeg_unstuff_portable:
 *
 * See #ThimbleJpegUnstuff. Words are copied whole; where one has an 0xFF in it, the next begins
 * behind that one's zero.
 */
gsize
thimble_jpeg_unstuff_portable (guint8 *to, gsize n_room, const guint8 **from, const guint8 *end)
{
  const guint8 *p = *from;
  gsize n = 0;

  while (n_room - n >= 8 && end - p > 8)
    {
      guint64 word, ff;
      guint n_plain;

      memcpy (&word, p, sizeof word);
      memcpy (to + n, &word, sizeof word);
      ff = find_ff (GUINT64_FROM_LE (word));
      if (ff == 0)
        {
          p += 8;
          n += 8;
          continue;
        }
      n_plain = (guint) __builtin_ctzll (ff) / 8;
      p += n_plain;
      n += n_plain;
      if (p[1] != 0)
        break;
      p += 2;
      n++;
    }
  for (; n < n_room && p < end && (*p != 0xff || (end - p > 1 && p[1] == 0)); n++)
    {
      to[n] = *p;
      p += *p == 0xff ? 2 : 1;
    }
  *from = p;
  return n;
}

/**
 * thimble_jpeg_unstuff_get:
 *
 * Returns: the fastest way that this processor has; all give the same bytes
 */
ThimbleJpegUnstuff
thimble_jpeg_unstuff_get (void)
{
  ThimbleJpegUnstuff avx512 = thimble_jpeg_unstuff_get_avx512 ();
  ThimbleJpegUnstuff avx2 = thimble_jpeg_unstuff_get_avx2 ();

  return avx512 != NULL ? avx512 : avx2 != NULL ? avx2 : &thimble_jpeg_unstuff_portable;
}
