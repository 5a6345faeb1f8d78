/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our own walk through GIF files, without the loader. */

#include "fuzz.h"

#include "thimble-pixbuf-private.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  ThimblePixbufFeed feed = { .bytes = bytes, .n_bytes = n_bytes };
  g_autoptr (GError) error = NULL;

  if (!thimble_gif_open (&feed, bytes, n_bytes, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  g_assert_cmpuint (feed.n_head, <=, sizeof feed.head);
  g_assert_cmpuint (feed.image, <=, feed.n_bytes);
  g_assert_cmpuint (feed.n_bytes, <=, n_bytes);
  thimble_gif_has_all_pixels (&feed);
  return 0;
}
