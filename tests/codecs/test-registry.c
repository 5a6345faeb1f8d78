/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which codec is chosen for which bytes, and what is said of bytes that are no image. */

#include "thimble-codec.h"

#include <string.h>

static void
test_for_bytes (void)
{
  static const guint8 png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
  static const guint8 webp[] = "RIFF\x10\0\0\0WEBPVP8 \0\0\0\0";
  static const guint8 wave[] = "RIFF\x10\0\0\0WAVEfmt \0\0\0\0";

  g_assert_true (thimble_codec_for_bytes ((const guint8 *) "\xff\xd8\xff\xe0", 4)
                 == &thimble_jpeg_codec);
  g_assert_true (thimble_codec_for_bytes (png, sizeof png - 1) == &thimble_png_codec);
  g_assert_true (thimble_codec_for_bytes (webp, sizeof webp - 1) == &thimble_webp_codec);
  g_assert_null (thimble_codec_for_bytes (wave, sizeof wave - 1));
  g_assert_null (thimble_codec_for_bytes (png, 7));
  g_assert_null (thimble_codec_for_bytes ((const guint8 *) "", 0));
  g_assert_true (thimble_codec_looks_like_image (png, sizeof png - 1));
  g_assert_false (thimble_codec_looks_like_image (wave, sizeof wave - 1));
}

static void
test_for_format (void)
{
  g_assert_true (thimble_codec_for_format (THIMBLE_FORMAT_JPEG) == &thimble_jpeg_codec);
  g_assert_true (thimble_codec_for_format (THIMBLE_FORMAT_PNG) == &thimble_png_codec);
  g_assert_true (thimble_codec_for_format (THIMBLE_FORMAT_WEBP) == &thimble_webp_codec);
  g_assert_null (thimble_codec_for_format (THIMBLE_FORMAT_SAME));
  g_assert_null (thimble_codec_for_format (THIMBLE_FORMAT_PIXELS));
  g_assert_null (thimble_codec_for_format (THIMBLE_FORMAT_OTHER));
}

static gboolean
reads_fallback (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes >= 3 && memcmp (bytes, "FOO", 3) == 0;
}

static void
test_fallback (void)
{
  static const ThimbleCodec codec
    = { .name = "foo", .format = THIMBLE_FORMAT_OTHER, .can_read = reads_fallback };
  const guint8 *foo = (const guint8 *) "FOO!";

  g_assert_null (thimble_codec_for_bytes (foo, 4));
  thimble_codec_register_fallback (&codec);
  g_assert_true (thimble_codec_for_bytes (foo, 4) == &codec);
  g_assert_null (thimble_codec_for_bytes ((const guint8 *) "BAR!", 4));
  thimble_codec_register_fallback (NULL);
  g_assert_null (thimble_codec_for_bytes (foo, 4));
}

static void
test_unsupported (void)
{
  static const struct
  {
    const char *bytes;
    gsize n_bytes;
    const char *message;
  } table[] = {
    { "", 0, "is empty." },
    { "Dear diary,\n", 12, "is a text file, not an image." },
    { "\xef\xbb\xbf \n<!DOCTYPE HTML><p>", 23, "is an HTML page, not an image." },
    { "<html><body>404", 15, "is an HTML page, not an image." },
    { "<?xml version='1.0'?><rss/>", 27, "is an XML document, not an image." },
    { "%PDF-1.7\n", 9, "is a PDF document, not an image." },
    { "PK\3\4\24\0\0\0", 8, "is a ZIP archive, not an image." },
    { "\0\0\0\x20" "ftypisom\0\0\2\0", 16, "is an MP4 video, not an image." },
    { "\0\0\0\x20" "ftypavif\0\0\0\0", 16, "is an AVIF image, which no loader here reads." },
    { "<svg xmlns=", 11, "is an SVG image, which no loader here reads." },
    { "\x01\x02\x03\x04", 4, "is a file of unknown kind, not an image." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      thimble_codec_set_unsupported ((const guint8 *) table[i].bytes, table[i].n_bytes, &error);
      g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED);
      g_assert_cmpstr (error->message, ==, table[i].message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/registry/for-bytes", test_for_bytes);
  g_test_add_func ("/codec/registry/for-format", test_for_format);
  g_test_add_func ("/codec/registry/fallback", test_fallback);
  g_test_add_func ("/codec/registry/unsupported", test_unsupported);
  return g_test_run ();
}
