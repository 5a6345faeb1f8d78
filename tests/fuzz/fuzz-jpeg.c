/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEG files. */

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  fuzz_decode (&thimble_jpeg_codec, bytes, n_bytes);
  return 0;
}
