/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes through gdk-pixbuf. The files are built here byte by byte, as gdk-pixbuf writes few of
 * these formats; a format whose loader is not installed is skipped, with the reason printed. */

#include "codec-test.h"
#include "pixbuf-test.h"

#include <string.h>

/* The colours of the pixel at @x, @y in the pictures below. */
static guint
value_at (guint x, guint y, guint c)
{
  return (x * 13 + y * 29 + c * 71) & 0xff;
}

static void
check_rgb (const GByteArray *file, int width, int height)
{
  g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_pixbuf_codec, file);

  g_assert_cmpint (raster->width, ==, width);
  g_assert_cmpint (raster->height, ==, height);
  g_assert_cmpint (raster->layout, ==, THIMBLE_LAYOUT_RGB);
  for (guint y = 0; y < (guint) height; y++)
    for (guint x = 0; x < (guint) width; x++)
      codec_test_assert_pixel (raster, (int) x, (int) y, 0, (int) value_at (x, y, 0),
                               (int) value_at (x, y, 1), (int) value_at (x, y, 2), 0);
}

static GByteArray *
make_bmp (guint width, guint height)
{
  GByteArray *file = g_byte_array_new ();
  guint n_padding = (4 - width * 3 % 4) % 4;

  pixbuf_test_put_bytes (file, "BM", 2);
  pixbuf_test_put_le_32 (file, 54 + (width * 3 + n_padding) * height);
  pixbuf_test_put_le_32 (file, 0);
  pixbuf_test_put_le_32 (file, 54);
  pixbuf_test_put_le_32 (file, 40);
  pixbuf_test_put_le_32 (file, width);
  pixbuf_test_put_le_32 (file, height);
  pixbuf_test_put_le_16 (file, 1);
  pixbuf_test_put_le_16 (file, 24);
  for (int i = 0; i < 6; i++)
    pixbuf_test_put_le_32 (file, 0);
  for (guint y = height; y-- > 0;)
    {
      for (guint x = 0; x < width; x++)
        for (guint c = 3; c-- > 0;)
          pixbuf_test_put_bytes (file, (char[]) { (char) value_at (x, y, c) }, 1);
      pixbuf_test_put_bytes (file, "\0\0\0", n_padding);
    }
  return file;
}

static void
test_bmp (void)
{
  g_autoptr (GByteArray) file = NULL;

  if (!pixbuf_test_has_loader ("bmp"))
    return;
  file = make_bmp (13, 9);
  check_rgb (file, 13, 9);
  codec_test_truncate (&thimble_pixbuf_codec, file, file->len);
  codec_test_flip_bytes (&thimble_pixbuf_codec, file, 500);
}

static GByteArray *
make_ico_picture (guint side, guint depth)
{
  GByteArray *file = g_byte_array_new ();
  guint n_mask_bytes = (side + 31) / 32 * 4 * side;

  pixbuf_test_put_le_32 (file, 40);
  pixbuf_test_put_le_32 (file, side);
  pixbuf_test_put_le_32 (file, side * 2);
  pixbuf_test_put_le_16 (file, 1);
  pixbuf_test_put_le_16 (file, depth);
  for (int i = 0; i < 6; i++)
    pixbuf_test_put_le_32 (file, 0);
  for (guint i = 0; depth <= 8 && i < 1u << depth; i++)
    pixbuf_test_put_le_32 (file, 0x010203 * i);
  for (guint i = 0; i < side * side * depth / 8; i++)
    pixbuf_test_put_bytes (file, "\xff", 1);
  for (guint i = 0; i < n_mask_bytes; i++)
    pixbuf_test_put_bytes (file, "\0", 1);
  return file;
}

/* A small picture of 32 bits, a larger of 4, and as PNG a larger still. */
static GByteArray *
make_ico (gboolean has_png)
{
  GByteArray *file = g_byte_array_new ();
  g_autoptr (GPtrArray) pictures
    = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGBA, 64, 64);
  static const guint sides[] = { 16, 48, 64 };
  static const guint depths[] = { 32, 4, 32 };
  guint n = has_png ? 3 : 2;
  guint offset = 6 + 16 * n;

  g_ptr_array_add (pictures, make_ico_picture (16, 32));
  g_ptr_array_add (pictures, make_ico_picture (48, 4));
  g_ptr_array_add (pictures, codec_test_encode (&thimble_png_codec, raster, 80));

  pixbuf_test_put_le_16 (file, 0);
  pixbuf_test_put_le_16 (file, 1);
  pixbuf_test_put_le_16 (file, n);
  for (guint i = 0; i < n; i++)
    {
      const GByteArray *picture = g_ptr_array_index (pictures, i);

      pixbuf_test_put_bytes (file, (char[]) { (char) sides[i], (char) sides[i], 0, 0 }, 4);
      pixbuf_test_put_le_16 (file, 1);
      pixbuf_test_put_le_16 (file, depths[i]);
      pixbuf_test_put_le_32 (file, picture->len);
      pixbuf_test_put_le_32 (file, offset);
      offset += picture->len;
    }
  for (guint i = 0; i < n; i++)
    {
      const GByteArray *picture = g_ptr_array_index (pictures, i);

      pixbuf_test_put_bytes (file, (const char *) picture->data, picture->len);
    }
  return file;
}

static void
test_ico (void)
{
  if (!pixbuf_test_has_loader ("ico"))
    return;

  for (int has_png = 0; has_png < 2; has_png++)
    {
      g_autoptr (GByteArray) file = make_ico (has_png);
      g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_pixbuf_codec, file);
      g_auto (ThimbleImageInfo) info = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (raster->width, ==, has_png ? 64 : 48);
      g_assert_cmpint (raster->height, ==, has_png ? 64 : 48);
      g_assert_true (thimble_pixbuf_codec.read_header (file->data, file->len, &info, &error));
      g_assert_cmpstr (info.format_name, ==, "ico");
      g_assert_cmpint (info.format, ==, THIMBLE_FORMAT_OTHER);
      codec_test_truncate (&thimble_pixbuf_codec, file, file->len);
      codec_test_flip_bytes (&thimble_pixbuf_codec, file, 500);
    }
}

static GByteArray *
make_tiff (guint width, guint height, guint orientation)
{
  GByteArray *file = g_byte_array_new ();
  guint n_entries = 10, end = 8 + 2 + 12 * n_entries + 4;
  const guint entries[][4] = {
    { 256, 4, 1, width },  { 257, 4, 1, height },      { 258, 3, 3, end },
    { 259, 3, 1, 1 },      { 262, 3, 1, 2 },           { 273, 4, 1, end + 6 },
    { 274, 3, 1, orientation }, { 277, 3, 1, 3 },      { 278, 4, 1, height },
    { 279, 4, 1, width * height * 3 },
  };

  pixbuf_test_put_bytes (file, "II*\0", 4);
  pixbuf_test_put_le_32 (file, 8);
  pixbuf_test_put_le_16 (file, n_entries);
  for (guint i = 0; i < n_entries; i++)
    {
      pixbuf_test_put_le_16 (file, entries[i][0]);
      pixbuf_test_put_le_16 (file, entries[i][1]);
      pixbuf_test_put_le_32 (file, entries[i][2]);
      pixbuf_test_put_le_32 (file, entries[i][3]);
    }
  pixbuf_test_put_le_32 (file, 0);
  for (int i = 0; i < 3; i++)
    pixbuf_test_put_le_16 (file, 8);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < 3; c++)
        pixbuf_test_put_bytes (file, (char[]) { (char) value_at (x, y, c) }, 1);
  return file;
}

static void
test_tiff (void)
{
  g_autoptr (GByteArray) file = NULL;

  if (!pixbuf_test_has_loader ("tiff"))
    return;
  file = make_tiff (7, 5, 1);
  check_rgb (file, 7, 5);
  codec_test_truncate (&thimble_pixbuf_codec, file, file->len);
  codec_test_flip_bytes (&thimble_pixbuf_codec, file, 500);
}

/* Where the upright picture's @x, @y is in one stored with @orientation (TIFF 6.0, page 36). */
static void
find_stored (int orientation, int width, int height, int x, int y, int *stored_x, int *stored_y)
{
  gboolean is_transposed = orientation >= 5;
  int u = is_transposed ? y : x;
  int v = is_transposed ? x : y;
  gboolean flips_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  gboolean flips_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;

  *stored_x = flips_x ? width - 1 - u : u;
  *stored_y = flips_y ? height - 1 - v : v;
}

/* What the codec leaves to be done, done to what it gives, is the picture upright. */
static void
test_tiff_orientation (void)
{
  const int width = 3, height = 2;

  if (!pixbuf_test_has_loader ("tiff"))
    return;

  for (int orientation = 1; orientation <= 8; orientation++)
    {
      g_autoptr (GByteArray) file = make_tiff (3, 2, (guint) orientation);
      g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_pixbuf_codec, file);
      g_auto (ThimbleImageInfo) info = { 0 };
      g_autoptr (GError) error = NULL;
      int upright_width = orientation >= 5 ? height : width;
      int upright_height = orientation >= 5 ? width : height;

      g_assert_true (thimble_pixbuf_codec.read_header (file->data, file->len, &info, &error));
      g_assert_cmpint (info.orientation >= 5, ==, orientation >= 5);
      for (int y = 0; y < upright_height; y++)
        for (int x = 0; x < upright_width; x++)
          {
            int given_x, given_y, file_x, file_y;

            find_stored (info.orientation, width, height, x, y, &given_x, &given_y);
            find_stored (orientation, width, height, x, y, &file_x, &file_y);
            codec_test_assert_pixel (raster, given_x, given_y, 0,
                                     (int) value_at ((guint) file_x, (guint) file_y, 0),
                                     (int) value_at ((guint) file_x, (guint) file_y, 1),
                                     (int) value_at ((guint) file_x, (guint) file_y, 2), 0);
          }
    }
}

static void
test_pnm (void)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();

  if (!pixbuf_test_has_loader ("pnm"))
    return;
  pixbuf_test_put_bytes (file, "P6 # made here\n7 5\n255\n", 23);
  for (guint y = 0; y < 5; y++)
    for (guint x = 0; x < 7; x++)
      for (guint c = 0; c < 3; c++)
        pixbuf_test_put_bytes (file, (char[]) { (char) value_at (x, y, c) }, 1);
  check_rgb (file, 7, 5);
  codec_test_truncate (&thimble_pixbuf_codec, file, file->len);
}

static void
test_tga (void)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();

  if (!pixbuf_test_has_loader ("tga"))
    return;
  pixbuf_test_put_bytes (file, "\0\0\2\0\0\0\0\0\0\0\0\0\7\0\5\0\x18\x20", 18);
  for (guint y = 0; y < 5; y++)
    for (guint x = 0; x < 7; x++)
      for (guint c = 3; c-- > 0;)
        pixbuf_test_put_bytes (file, (char[]) { (char) value_at (x, y, c) }, 1);
  check_rgb (file, 7, 5);
  codec_test_truncate (&thimble_pixbuf_codec, file, file->len);
}

static void
check_svg (const char *bytes, gsize n_bytes)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  static const guint32 sizes[][2] = { { 20, 10 }, { 128, 64 }, { 50, 50 }, { 1, 1 } };

  pixbuf_test_put_bytes (file, bytes, n_bytes);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      ThimbleDecodeRequest request = { sizes[i][0], sizes[i][1], TRUE };
      g_auto (ThimbleImageInfo) info = { 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (ThimbleRaster) raster = NULL;

      g_assert_true (thimble_pixbuf_codec.read_header (file->data, file->len, &info, &error));
      g_assert_cmpuint (info.width, ==, 20);
      g_assert_cmpuint (info.height, ==, 10);
      g_assert_true (info.is_scalable);
      g_assert_cmpstr (info.format_name, ==, "svg");
      raster = thimble_pixbuf_codec.decode (file->data, file->len, &info, &request, &error);
      g_assert_no_error (error);
      g_assert_cmpint (raster->width, ==, (int) sizes[i][0]);
      g_assert_cmpint (raster->height, ==, (int) sizes[i][1]);
      if (raster->width > 1)
        codec_test_assert_pixel (raster, raster->width / 2, raster->height / 2, 0, 255, 0, 0, 255);
    }
}

#define SVG                                                                                        \
  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"10\">"                          \
  "<rect width=\"20\" height=\"10\" fill=\"red\"/></svg>"

static void
test_svg (void)
{
  static const char *const prologs[] = {
    "",
    "\xef\xbb\xbf",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    "<?xml version=\"1.0\"?>\n<!-- made by hand > all -->\n",
    "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"svg11.dtd\" [ <!ELEMENT a (b)> ]>\n",
  };
  g_autofree char *padding = g_strnfill (100000, ' ');
  g_autofree char *long_text = g_strconcat (SVG, padding, "<!-- the end -->", NULL);
  g_autoptr (GByteArray) file = g_byte_array_new ();

  if (!pixbuf_test_has_loader ("svg"))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (prologs); i++)
    {
      g_autofree char *text = g_strconcat (prologs[i], SVG, NULL);

      check_svg (text, strlen (text));
    }
  check_svg (long_text, strlen (long_text));
  pixbuf_test_put_bytes (file, SVG, strlen (SVG));
  codec_test_truncate (&thimble_pixbuf_codec, file, file->len);
}

static void
test_svgz (void)
{
  g_autoptr (GZlibCompressor) compressor
    = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
  guint8 bytes[512];
  gsize n_read, n_written;

  if (!pixbuf_test_has_loader ("svg"))
    return;
  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), SVG, strlen (SVG), bytes,
                                        sizeof bytes, G_CONVERTER_INPUT_AT_END, &n_read, &n_written,
                                        NULL),
                   ==, G_CONVERTER_FINISHED);
  check_svg ((const char *) bytes, n_written);
}

static void
test_not_images (void)
{
  static const char *const texts[] = {
    "",
    "P1ease read me: this is a text",
    "BM is how many a text begins, and not only bitmaps do",
    "<html><body><svg width='1'></svg></body></html>",
    "<?xml version='1.0'?><rss><svg/></rss>",
    "#define MAX 12\n#define MIN 3\nint main (void);\n",
    "GIF8 is not a version of it at all, this is a text",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (
      thimble_pixbuf_codec.can_read ((const guint8 *) texts[i], strlen (texts[i])));
  g_assert_false (
    thimble_pixbuf_codec.can_read ((const guint8 *) "\0\0\0\x20" "ftypisom\0\0\2\0isom", 20));
  g_assert_false (thimble_pixbuf_codec.can_read ((const guint8 *) "\x89PNG\r\n\x1a\n\0\0\0\r", 12));
}

static void
test_list (void)
{
  g_auto (GStrv) formats = NULL;

  thimble_pixbuf_codec_load_all ();
  formats = thimble_pixbuf_codec_list_formats ();
  for (char **format = formats; *format != NULL; format++)
    {
      g_auto (GStrv) words = g_strsplit (*format, " ", 0);

      g_assert_cmpuint (g_strv_length (words), ==, 2);
      g_assert_cmpstr (words[0], !=, "jpeg");
      g_assert_cmpstr (words[0], !=, "xpm"); /* its loader writes files */
      g_assert_cmpint (words[1][0], !=, '.');
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pixbuf/bmp", test_bmp);
  g_test_add_func ("/pixbuf/ico", test_ico);
  g_test_add_func ("/pixbuf/tiff", test_tiff);
  g_test_add_func ("/pixbuf/tiff/orientation", test_tiff_orientation);
  g_test_add_func ("/pixbuf/pnm", test_pnm);
  g_test_add_func ("/pixbuf/tga", test_tga);
  g_test_add_func ("/pixbuf/svg", test_svg);
  g_test_add_func ("/pixbuf/svg/compressed", test_svgz);
  g_test_add_func ("/pixbuf/not-images", test_not_images);
  g_test_add_func ("/pixbuf/list", test_list);
  return g_test_run ();
}
