/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG files. Each chunk ends with a sum over its bytes; a file that was changed is given the right
 * ones again, mostly, or nothing behind the sums would ever be reached. */

#include "fuzz.h"

#include <string.h>

#define N_SIGNATURE 8
#define N_AROUND 12 /* length, name and sum of a chunk */

gsize LLVMFuzzerMutate (guint8 *bytes, gsize n_bytes, gsize max_bytes);
gsize LLVMFuzzerCustomMutator (guint8 *bytes, gsize n_bytes, gsize max_bytes, guint seed);

/* PNG, third edition, annex D. */
static guint32
sum (const guint8 *bytes, gsize n_bytes)
{
  guint32 crc = G_MAXUINT32;

  for (gsize i = 0; i < n_bytes; i++)
    {
      crc ^= bytes[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  return GUINT32_TO_BE (~crc);
}

gsize
LLVMFuzzerCustomMutator (guint8 *bytes, gsize n_bytes, gsize max_bytes, guint seed)
{
  gsize i = N_SIGNATURE;

  n_bytes = LLVMFuzzerMutate (bytes, n_bytes, max_bytes);
  if (seed % 8 == 0)
    return n_bytes;
  while (i < n_bytes && n_bytes - i >= N_AROUND)
    {
      guint32 n_chunk;
      guint32 crc;

      memcpy (&n_chunk, bytes + i, sizeof n_chunk);
      n_chunk = GUINT32_FROM_BE (n_chunk);
      if (n_chunk > n_bytes - i - N_AROUND)
        break;
      crc = sum (bytes + i + 4, 4 + (gsize) n_chunk);
      memcpy (bytes + i + 8 + n_chunk, &crc, sizeof crc);
      i += N_AROUND + n_chunk;
    }
  return n_bytes;
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  fuzz_decode (&thimble_png_codec, bytes, n_bytes);
  return 0;
}
