/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See codec-test.h. */

#include "codec-test.h"

#include <string.h>

/* Smooth in every channel, all channels different, so that a mix-up of any kind shows. */
ThimbleRaster *
codec_test_gradient (ThimbleLayout layout, int width, int height)
{
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);
  int n_channels = thimble_layout_get_n_channels (layout);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *pixel = thimble_raster_row (raster, y) + x * n_channels;
        const int values[] = {
          40 + 150 * x / width,
          30 + 160 * y / height,
          200 - 100 * (x + y) / (width + height),
          60 + 120 * (x + height - y) / (width + height),
        };

        for (int i = 0; i < n_channels; i++)
          pixel[i] = (guint8) values[i];
      }
  return raster;
}

GByteArray *
codec_test_encode (const ThimbleCodec *codec, const ThimbleRaster *raster, int quality)
{
  ThimbleEncodeOptions options = { .quality = quality };
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  gboolean ok = codec->encode (raster, &options, out, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return out;
}

/* Decodes a copy that ends where the bytes end, for sanitizers to see reads past it. @request may
 * be %NULL for full size. */
ThimbleRaster *
codec_test_decode (const ThimbleCodec *codec,
                   const guint8 *bytes,
                   gsize n_bytes,
                   const ThimbleDecodeRequest *request,
                   GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, n_bytes);
  g_auto (ThimbleImageInfo) info = { 0 };
  ThimbleDecodeRequest whole = { 0 };
  ThimbleRaster *raster;

  if (!codec->can_read (copy, n_bytes))
    {
      thimble_codec_set_unsupported (copy, n_bytes, error);
      return NULL;
    }
  if (!codec->read_header (copy, n_bytes, &info, error))
    return NULL;
  g_assert_cmpuint (info.width, >, 0);
  g_assert_cmpuint (info.height, >, 0);
  g_assert_cmpint (info.orientation, >=, 1);
  g_assert_cmpint (info.orientation, <=, 8);
  g_assert_cmpuint (info.n_frames, >=, 1);
  if ((guint64) info.width * info.height > 4000000)
    {
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE, "is huge.");
      return NULL;
    }

  if (request == NULL)
    {
      whole.min_width = info.width;
      whole.min_height = info.height;
      request = &whole;
    }
  raster = codec->decode (copy, n_bytes, &info, request, error);
  if (raster != NULL)
    {
      g_assert_cmpint (raster->width, >=, MIN (request->min_width, info.width));
      g_assert_cmpint (raster->height, >=, MIN (request->min_height, info.height));
      g_assert_cmpuint (codec->estimate (copy, n_bytes, &info, request).n_bytes, >=,
                        (guint64) raster->width * raster->height
                          * thimble_layout_get_n_channels (raster->layout));
    }
  return raster;
}

ThimbleRaster *
codec_test_decode_whole (const ThimbleCodec *codec, const GByteArray *file)
{
  g_autoptr (GError) error = NULL;
  ThimbleRaster *raster = codec_test_decode (codec, file->data, file->len, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (raster);
  return raster;
}

int
codec_test_max_difference (const ThimbleRaster *a, const ThimbleRaster *b)
{
  int max = 0;

  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  g_assert_cmpint (a->layout, ==, b->layout);
  for (int y = 0; y < a->height; y++)
    for (int i = 0; i < a->width * thimble_layout_get_n_channels (a->layout); i++)
      max = MAX (max, ABS (thimble_raster_row (a, y)[i] - thimble_raster_row (b, y)[i]));
  return max;
}

/* Cut short before byte @n_whole, a file must fail in the room's domain, by a predicate. */
void
codec_test_truncate (const ThimbleCodec *codec, const GByteArray *file, gsize n_whole)
{
  for (gsize n_bytes = 0; n_bytes < n_whole; n_bytes++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ThimbleRaster) raster
        = codec_test_decode (codec, file->data, n_bytes, NULL, &error);

      if (raster != NULL)
        g_error ("%" G_GSIZE_FORMAT " of %u bytes gave a picture", n_bytes, file->len);
      g_assert_nonnull (error);
      g_assert_true (error->domain == THIMBLE_IMAGE_ERROR);
      g_assert_cmpint (error->code, !=, THIMBLE_IMAGE_ERROR_TOO_LARGE);
      g_assert_true (g_ascii_islower (error->message[0]));
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

/* Whatever becomes of a file with wrong bytes in it, it is a picture or an error. */
void
codec_test_flip_bytes (const ThimbleCodec *codec, const GByteArray *file, guint n_trials)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240229);

  for (guint i = 0; i < n_trials; i++)
    {
      g_autofree guint8 *bytes = g_memdup2 (file->data, file->len);
      guint n_flips = 1 + i % 4;
      g_autoptr (GError) error = NULL;
      g_autoptr (ThimbleRaster) raster = NULL;

      for (guint j = 0; j < n_flips; j++)
        bytes[g_rand_int_range (rand, 0, (gint32) file->len)] ^= 1 << g_rand_int_range (rand, 0, 8);
      raster = codec_test_decode (codec, bytes, file->len, NULL, &error);
      g_assert_true ((raster == NULL) == (error != NULL));
      if (error != NULL)
        g_assert_true (error->domain == THIMBLE_IMAGE_ERROR);
    }
}

/* Channels that the raster does not have are not looked at. */
void
codec_test_assert_pixel (const ThimbleRaster *raster,
                         int x,
                         int y,
                         int tolerance,
                         int first,
                         int second,
                         int third,
                         int fourth)
{
  const int values[] = { first, second, third, fourth };
  int n_channels = thimble_layout_get_n_channels (raster->layout);
  const guint8 *pixel = thimble_raster_row (raster, y) + x * n_channels;

  for (int i = 0; i < n_channels; i++)
    g_assert_cmpint (ABS (pixel[i] - values[i]), <=, tolerance);
}
