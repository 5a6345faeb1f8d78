/* SPDX-License-Identifier: GPL-3.0-or-later */

/* XMP packets, rewritten for an output; doing so again must change nothing. */

#include "fuzz.h"

#include "thimble-xmp.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GBytes) packet = g_bytes_new (bytes, n_bytes);
  g_autoptr (GBytes) once = thimble_xmp_rewrite (packet);
  g_autoptr (GBytes) twice = once != NULL ? thimble_xmp_rewrite (once) : NULL;

  if (once != NULL)
    g_assert_true (twice != NULL && g_bytes_equal (once, twice));
  return 0;
}
