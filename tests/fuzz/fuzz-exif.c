/* SPDX-License-Identifier: GPL-3.0-or-later */

/* EXIF blocks: read, and rewritten for an output, which must then be whole and upright. */

#include "fuzz.h"

#include "thimble-exif.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  static const guint16 tags[] = { THIMBLE_TIFF_TAG_IMAGE_WIDTH, THIMBLE_TIFF_TAG_PHOTOMETRIC,
                                  THIMBLE_TIFF_TAG_XMP, THIMBLE_TIFF_TAG_ICC };
  g_autoptr (GBytes) block = g_bytes_new (bytes, n_bytes);
  g_autoptr (GBytes) rewritten = NULL;
  int orientation = thimble_exif_get_orientation (bytes, n_bytes);

  g_assert_cmpint (orientation, >=, 1);
  g_assert_cmpint (orientation, <=, 8);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      guint32 value;
      gsize n_data = 0;
      const guint8 *data = thimble_exif_get_data (bytes, n_bytes, tags[i], &n_data);

      thimble_exif_get_uint (bytes, n_bytes, tags[i], &value);
      if (data != NULL)
        g_assert_true (data >= bytes && n_data <= n_bytes && data + n_data <= bytes + n_bytes);
    }
  thimble_exif_is_whole (bytes, n_bytes);

  rewritten = thimble_exif_rewrite (block, 128, 96);
  if (rewritten != NULL)
    {
      gsize n_rewritten;
      const guint8 *data = g_bytes_get_data (rewritten, &n_rewritten);

      g_assert_cmpint (thimble_exif_get_orientation (data, n_rewritten), ==, 1);
    }
  return 0;
}
