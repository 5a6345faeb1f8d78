/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of all that goes through gdk-pixbuf: our own reading of GIF, ICO, TIFF and SVG, and the
 * loaders behind it. */

#include "fuzz.h"

#include "thimble-pixbuf-codec.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  fuzz_decode (&thimble_pixbuf_codec, bytes, n_bytes);
  return 0;
}
