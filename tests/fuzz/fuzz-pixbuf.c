/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of all that goes through gdk-pixbuf: our own reading of GIF, ICO, TIFF and SVG, and the
 * loaders behind it. The one of GIF clears so much memory for each file that most of the time would
 * go there: of every eight, it decodes one. */

#include "fuzz.h"

#include "thimble-pixbuf-codec.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  g_auto (ThimbleImageInfo) info = { 0 };

  if (n_bytes % 8 != 0 && n_bytes > 4 && memcmp (bytes, "GIF8", 4) == 0)
    fuzz_header (&thimble_pixbuf_codec, bytes, n_bytes, &info);
  else
    fuzz_decode (&thimble_pixbuf_codec, bytes, n_bytes);
  return 0;
}
