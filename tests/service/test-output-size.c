/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the parent reads of an output: the size that our encoders write, and nothing beyond the end
 * of what it was given. */

#include "thimble-codec.h"
#include "thimble-output-size.h"

#include <string.h>

static GByteArray *
encode (const ThimbleCodec *codec, ThimbleLayout layout, int width, int height, gsize n_icc)
{
  g_autoptr(ThimbleRaster) raster = thimble_raster_new (layout, width, height);
  g_autofree guint8 *noise = g_malloc0 (n_icc + 1);
  g_autoptr(GBytes) icc = n_icc > 0 ? g_bytes_new (noise, n_icc) : NULL;
  const ThimbleEncodeOptions options = { .quality = 80, .icc = icc };
  GByteArray *out = g_byte_array_new ();
  g_autoptr(GError) error = NULL;

  for (int y = 0; y < height; y++)
    memset (thimble_raster_row (raster, y), y, raster->stride);
  g_assert_true (codec->encode (raster, &options, out, &error));
  g_assert_no_error (error);
  return out;
}

/* Reads from a copy that ends where the bytes do, so that a sanitizer sees what is read behind. */
static gboolean
read_copy (const guint8 *bytes, gsize n_bytes, ThimbleFormat *format, guint32 *width, guint32 *height)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, n_bytes);

  return thimble_output_size_read (copy, n_bytes, format, width, height);
}

static void
test_sizes (void)
{
  static const ThimbleCodec *const codecs[]
    = { &thimble_jpeg_codec, &thimble_png_codec, &thimble_webp_codec };
  static const int sizes[][2] = { { 1, 1 }, { 128, 85 }, { 300, 7 }, { 2, 1025 } };

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
      for (gsize n_icc = 0; n_icc <= 100000; n_icc += 100000)
        for (guint has_alpha = 0; has_alpha < (codecs[i] == &thimble_jpeg_codec ? 1 : 2); has_alpha++)
          {
            g_autoptr(GByteArray) file
              = encode (codecs[i], has_alpha ? THIMBLE_LAYOUT_RGBA : THIMBLE_LAYOUT_RGB, sizes[j][0],
                        sizes[j][1], n_icc);
            ThimbleFormat format;
            guint32 width = 0, height = 0;

            g_assert_true (read_copy (file->data, file->len, &format, &width, &height));
            g_assert_cmpint (format, ==, codecs[i]->format);
            g_assert_cmpuint (width, ==, sizes[j][0]);
            g_assert_cmpuint (height, ==, sizes[j][1]);
          }
}

/* Files that are cut short or spoilt anywhere are read to their end at most. */
static void
test_damage (void)
{
  static const ThimbleCodec *const codecs[]
    = { &thimble_jpeg_codec, &thimble_png_codec, &thimble_webp_codec };

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    {
      g_autoptr(GByteArray) file = encode (codecs[i], THIMBLE_LAYOUT_RGB, 20, 10, 0);
      ThimbleFormat format;
      guint32 width, height;
      guint n_read = 0;

      for (gsize n_bytes = 0; n_bytes <= file->len; n_bytes++)
        n_read += read_copy (file->data, n_bytes, &format, &width, &height);
      g_assert_cmpuint (n_read, >, 0);
      g_assert_cmpuint (n_read, <, file->len);
      for (gsize at = 0; at < MIN (file->len, 64); at++)
        for (guint value = 0; value < 256; value++)
          {
            guint8 before = file->data[at];

            file->data[at] = (guint8) value;
            if (read_copy (file->data, file->len, &format, &width, &height))
              g_assert_cmpint (format, ==, codecs[i]->format);
            file->data[at] = before;
          }
    }
}

static void
test_others (void)
{
  static const char *const others[] = { "", "\xff\xd8\xff", "GIF89a\1\0\1\0", "\x89PNG\r\n\x1a\n",
                                        "RIFF....WEBP", "no image at all, but a text" };
  ThimbleFormat format;
  guint32 width, height;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (read_copy ((const guint8 *) others[i], strlen (others[i]), &format, &width,
                               &height));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output-size/sizes", test_sizes);
  g_test_add_func ("/output-size/damage", test_damage);
  g_test_add_func ("/output-size/others", test_others);
  return g_test_run ();
}
