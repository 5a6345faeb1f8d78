/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way of bytes through one codec: is it mine, the header, and the pixels at full size or scaled
 * down, as the file's length has it. What a codec promises is asserted. */

#include "fuzz.h"

static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == THIMBLE_IMAGE_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
check_info (const ThimbleImageInfo *info)
{
  g_assert_cmpuint (info->width, >, 0);
  g_assert_cmpuint (info->height, >, 0);
  g_assert_cmpint (info->orientation, >=, 1);
  g_assert_cmpint (info->orientation, <=, 8);
  g_assert_cmpuint (info->n_frames, >=, 1);
}

static void
decode_at (const ThimbleCodec *codec,
           const guint8 *bytes,
           gsize n_bytes,
           const ThimbleImageInfo *info,
           guint32 divisor)
{
  ThimbleDecodeRequest request = {
    .min_width = MAX (1, info->width / divisor),
    .min_height = MAX (1, info->height / divisor),
    .allow_ycc = divisor > 1,
  };
  guint64 n_needed = codec->estimate (bytes, n_bytes, info, &request).n_bytes;
  g_autoptr (ThimbleRaster) raster = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_pixel_bytes;

  if (n_needed > FUZZ_MAX_DECODE_BYTES)
    return;
  raster = codec->decode (bytes, n_bytes, info, &request, &error);
  if (raster == NULL)
    {
      check_error (error);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpint (raster->width, >=, request.min_width);
  g_assert_cmpint (raster->height, >=, request.min_height);
  n_pixel_bytes = (guint64) raster->width * raster->height
                  * thimble_layout_get_n_channels (raster->layout);
  g_assert_cmpuint (n_needed, >=, n_pixel_bytes);
}

/* Returns: whether there are pixels to decode, few enough to be worth it */
gboolean
fuzz_header (const ThimbleCodec *codec, const guint8 *bytes, gsize n_bytes, ThimbleImageInfo *info)
{
  g_autoptr (GError) error = NULL;

  if (!codec->can_read (bytes, n_bytes))
    return FALSE;
  if (!codec->read_header (bytes, n_bytes, info, &error))
    {
      check_error (error);
      return FALSE;
    }
  check_info (info);
  return (guint64) info->width * info->height <= FUZZ_MAX_PIXELS;
}

void
fuzz_decode (const ThimbleCodec *codec, const guint8 *bytes, gsize n_bytes)
{
  g_auto (ThimbleImageInfo) info = { 0 };

  if (fuzz_header (codec, bytes, n_bytes, &info))
    decode_at (codec, bytes, n_bytes, &info, 1u << (n_bytes % 5));
}
