/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small files of every format that say or hide something enormous. They are made on the spot. */

#include "bombs.h"

#include <string.h>

#include <gio/gio.h>
#include <png.h>

static void
append_cb (png_structp png, png_bytep bytes, size_t n_bytes)
{
  g_byte_array_append (png_get_io_ptr (png), bytes, (guint) n_bytes);
}

static void
flush_cb (png_structp png)
{
}

/* Returns: (transfer full): @n_zeros bytes of nothing, as zlib has them */
static GByteArray *
deflate_zeros (gsize n_zeros)
{
  g_autoptr (GZlibCompressor) compressor
    = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) deflate
    = g_converter_output_stream_new (out, G_CONVERTER (compressor));
  g_autofree guint8 *zeros = g_malloc0 (n_zeros);
  g_autoptr (GError) error = NULL;
  gsize n_bytes;

  g_output_stream_write_all (deflate, zeros, n_zeros, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (deflate, NULL, &error);
  g_assert_no_error (error);
  n_bytes = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out));
  return g_byte_array_new_take (g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (out)),
                                n_bytes);
}

/* Black, of 8 bits a pixel; with @n_chunks chunks before the pixels. */
static GByteArray *
make_png (guint side, const char *chunk, const GByteArray *content, guint n_chunks)
{
  GByteArray *file = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  g_autofree guint8 *row = g_malloc0 (side);

  png_set_write_fn (png, file, append_cb, flush_cb);
  png_set_compression_level (png, 1);
  png_set_filter (png, 0, PNG_FILTER_NONE);
  png_set_IHDR (png, info, side, side, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info (png, info);
  for (guint i = 0; i < n_chunks; i++)
    png_write_chunk (png, (png_const_bytep) chunk, content->data, content->len);
  for (guint y = 0; y < side; y++)
    png_write_row (png, row);
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);
  return file;
}

/* 400 megapixels, all of them there, in 400 kB. */
static GByteArray *
make_png_huge (void)
{
  return make_png (20000, NULL, NULL, 0);
}

/* As many pixels as are allowed. */
static GByteArray *
make_png_deep (void)
{
  return make_png (10000, NULL, NULL, 0);
}

/* A keyword, a compression method, and 64 MB (PNG, third edition, 11.3.2.3 and 11.3.3.3). */
static GByteArray *
make_png_with (const char *chunk, guint n_chunks)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  g_autoptr (GByteArray) zeros = deflate_zeros (64 << 20);

  g_byte_array_append (content, (const guint8 *) "large\0\0", 7);
  g_byte_array_append (content, zeros->data, zeros->len);
  return make_png (64, chunk, content, n_chunks);
}

static GByteArray *
make_png_icc (void)
{
  return make_png_with ("iCCP", 1);
}

static GByteArray *
make_png_texts (void)
{
  return make_png_with ("zTXt", 100);
}

static GByteArray *
make_png_chunks (void)
{
  g_autoptr (GByteArray) empty = g_byte_array_new ();

  return make_png (64, "hiDe", empty, 200000);
}

static GByteArray *
from_bytes (const void *bytes, guint n_bytes)
{
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, bytes, n_bytes);
  return file;
}

#define FROM_TEXT(text) from_bytes (text, sizeof (text) - 1)

/* 16383×16383 of lossless WebP (RFC 9649, section 3.4: 14 bits a side, less 1). */
static GByteArray *
make_webp_huge (void)
{
  return FROM_TEXT ("RIFF\x1a\0\0\0WEBPVP8L\x0e\0\0\0\x2f\xfe\xbf\xff\x0f\0\0\0\0\0\0\0\0\0");
}

/* 65535×65535 in its screen and its frame. */
static GByteArray *
make_gif_huge (void)
{
  return FROM_TEXT ("GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff"
                    ",\0\0\0\0\xff\xff\xff\xff\0\2\2D\1\0;");
}

/* 2^31-1 pixels a side. */
static GByteArray *
make_bmp_huge (void)
{
  return FROM_TEXT ("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f"
                    "\1\0\x18\0\0\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                    "abcdefghijklmnop");
}

/* 2^32-1 pixels a side, in one strip. */
static GByteArray *
make_tiff_huge (void)
{
  return FROM_TEXT ("II*\0\x0c\0\0\0pixl\7\0"
                    "\0\1\4\0\1\0\0\0\xff\xff\xff\xff\1\1\4\0\1\0\0\0\xff\xff\xff\xff"
                    "\2\1\3\0\1\0\0\0\x08\0\0\0\3\1\3\0\1\0\0\0\1\0\0\0"
                    "\6\1\3\0\1\0\0\0\1\0\0\0\x11\1\4\0\1\0\0\0\x08\0\0\0"
                    "\x17\1\4\0\1\0\0\0\4\0\0\0\0\0\0\0");
}

/* A text that stands for ten texts that stand for ten texts, and so on. */
static GByteArray *
make_svg_laughs (void)
{
  GByteArray *file = FROM_TEXT ("<!DOCTYPE svg [<!ENTITY a0 'ha'>");
  static const char end[]
    = "]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text>&a9;</text></svg>";

  for (guint i = 1; i < 10; i++)
    {
      g_autofree char *line = g_strdup_printf (
        "<!ENTITY a%u '&a%u;&a%u;&a%u;&a%u;&a%u;&a%u;&a%u;&a%u;&a%u;&a%u;'>", i, i - 1, i - 1,
        i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);

      g_byte_array_append (file, (const guint8 *) line, (guint) strlen (line));
    }
  g_byte_array_append (file, (const guint8 *) end, sizeof end - 1);
  return file;
}

const Bomb bombs[] = {
  { "huge.jpg", bombs_make_jpeg_huge, BOMB_IS_TOO_LARGE },
  { "scans.jpg", bombs_make_jpeg_scans, BOMB_IS_TOO_LARGE },
  { "icc.jpg", bombs_make_jpeg_icc, BOMB_IS_MADE },
  { "exif.jpg", bombs_make_jpeg_exif, BOMB_IS_MADE },
  { "huge.png", make_png_huge, BOMB_IS_TOO_LARGE },
  { "deep.png", make_png_deep, BOMB_IS_MADE },
  { "icc.png", make_png_icc, BOMB_IS_MADE },
  { "texts.png", make_png_texts, BOMB_IS_MADE },
  { "chunks.png", make_png_chunks, BOMB_IS_MADE },
  { "huge.webp", make_webp_huge, BOMB_IS_TOO_LARGE },
  { "huge.gif", make_gif_huge, BOMB_IS_TOO_LARGE },
  { "huge.bmp", make_bmp_huge, BOMB_IS_REFUSED },
  { "huge.tif", make_tiff_huge, BOMB_IS_REFUSED },
  { "laughs.svg", make_svg_laughs, BOMB_IS_REFUSED },
  { NULL },
};
