/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GIF through gdk-pixbuf: its first frame alone is decoded, if all of the file is there. */

#include "pixbuf-test.h"

/* LZW without compression: a clear code before every pixel keeps codes three bits long. */
static void
put_gif_pixels (GByteArray *file, guint n_pixels, guint index)
{
  guint bits = 0, n_bits = 0;
  g_autoptr (GByteArray) data = g_byte_array_new ();

  for (guint i = 0; i < 2 * n_pixels + 1; i++)
    {
      guint code = i == 2 * n_pixels ? 5 : i % 2 == 0 ? 4 : index;

      bits |= code << n_bits;
      n_bits += 3;
      while (n_bits >= 8)
        {
          pixbuf_test_put_bytes (data, (char[]) { (char) (bits & 0xff) }, 1);
          bits >>= 8;
          n_bits -= 8;
        }
    }
  pixbuf_test_put_bytes (data, (char[]) { (char) (bits & 0xff) }, 1);

  pixbuf_test_put_bytes (file, "\2", 1);
  for (guint i = 0; i < data->len; i += 255)
    {
      guint n = MIN (255, data->len - i);

      pixbuf_test_put_bytes (file, (char[]) { (char) n }, 1);
      pixbuf_test_put_bytes (file, (const char *) data->data + i, n);
    }
  pixbuf_test_put_bytes (file, "\0", 1);
}

static void
put_gif_frame (GByteArray *file, guint x, guint y, guint side, guint index, gboolean has_clear)
{
  pixbuf_test_put_bytes (file, "\x21\xf9\4", 3);
  pixbuf_test_put_bytes (file, (char[]) { (char) (has_clear ? 1 : 0) }, 1);
  pixbuf_test_put_le_16 (file, 10);
  pixbuf_test_put_bytes (file, "\3\0", 2);
  pixbuf_test_put_bytes (file, ",", 1);
  pixbuf_test_put_le_16 (file, x);
  pixbuf_test_put_le_16 (file, y);
  pixbuf_test_put_le_16 (file, side);
  pixbuf_test_put_le_16 (file, side);
  pixbuf_test_put_bytes (file, "\0", 1);
  put_gif_pixels (file, side * side, index);
}

static GByteArray *
make_gif (guint first_side, guint n_frames, gboolean has_clear)
{
  GByteArray *file = g_byte_array_new ();

  pixbuf_test_put_bytes (file, "GIF89a", 6);
  pixbuf_test_put_le_16 (file, 10);
  pixbuf_test_put_le_16 (file, 10);
  pixbuf_test_put_bytes (file, "\x81\0\0", 3);
  pixbuf_test_put_bytes (file, "\xff\0\0" "\0\xff\0" "\0\0\xff" "\0\0\0", 12);
  put_gif_frame (file, (10 - first_side) / 2, (10 - first_side) / 2, first_side, 1, has_clear);
  for (guint i = 1; i < n_frames; i++)
    put_gif_frame (file, 0, 0, 10, 2, FALSE);
  pixbuf_test_put_bytes (file, ";", 1);
  return file;
}

static void
check_gif (guint first_side, guint n_frames, gboolean has_clear)
{
  g_autoptr (GByteArray) file = make_gif (first_side, n_frames, has_clear);
  g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_pixbuf_codec, file);
  g_auto (ThimbleImageInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (thimble_pixbuf_codec.read_header (file->data, file->len, &info, &error));
  g_assert_cmpuint (info.n_frames, ==, n_frames);
  g_assert_cmpuint (info.width, ==, 10);
  g_assert_cmpint (info.has_alpha, ==, has_clear || first_side < 10);
  g_assert_cmpint (raster->layout, ==,
                   first_side < 10 ? THIMBLE_LAYOUT_RGBA : THIMBLE_LAYOUT_RGB);
  codec_test_assert_pixel (raster, 5, 5, 0, 0, 255, 0, 255);
  if (first_side < 10)
    g_assert_cmpint (thimble_raster_row (raster, 0)[3], ==, 0);
  codec_test_truncate (&thimble_pixbuf_codec, file, file->len);
  codec_test_flip_bytes (&thimble_pixbuf_codec, file, 500);
}

/* All blocks are there, but the last pixels' codes are not. */
static void
test_too_few_pixels (void)
{
  g_autoptr (GByteArray) whole = make_gif (10, 1, FALSE);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint data = 13 + 12 + 8 + 10 + 1; /* header, palette, control, descriptor, code size */

  if (!pixbuf_test_has_loader ("gif"))
    return;
  g_assert_cmpuint (whole->data[data], ==, 76);
  pixbuf_test_put_bytes (file, (const char *) whole->data, data);
  pixbuf_test_put_bytes (file, "\x28", 1);
  pixbuf_test_put_bytes (file, (const char *) whole->data + data + 1, 0x28);
  pixbuf_test_put_bytes (file, "\0;", 2);
  g_assert_null (codec_test_decode (&thimble_pixbuf_codec, file->data, file->len, NULL, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT);
}

static void
test_frames (void)
{
  if (!pixbuf_test_has_loader ("gif"))
    return;
  check_gif (10, 1, FALSE);
  check_gif (10, 3, FALSE);
  check_gif (10, 2, TRUE);
  check_gif (4, 2, FALSE);
}

static gpointer
decode_many (gpointer data)
{
  const GByteArray *file = data;

  for (int i = 0; i < 200; i++)
    {
      g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_pixbuf_codec, file);

      codec_test_assert_pixel (raster, 5, 5, 0, 0, 255, 0, 255);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GByteArray) file = NULL;
  GThread *threads[4];

  if (!pixbuf_test_has_loader ("gif"))
    return;
  file = make_gif (10, 2, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("decode", decode_many, file);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_null (g_thread_join (threads[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gif/frames", test_frames);
  g_test_add_func ("/gif/too-few-pixels", test_too_few_pixels);
  g_test_add_func ("/gif/threads", test_threads);
  return g_test_run ();
}
