/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG, in and out: every colour type and depth is made here with libpng itself. */

#include "codec-test.h"

#include <string.h>

#include <png.h>

typedef struct
{
  int width;
  int height;
  int colour_type;
  int depth;
  gboolean is_interlaced;
  gboolean has_transparency; /* tRNS */
  gboolean has_late_exif;    /* eXIf after the pixels */
} PngRecipe;

static void
write_cb (png_structp png, png_bytep data, size_t n_bytes)
{
  g_byte_array_append (png_get_io_ptr (png), data, (guint) n_bytes);
}

static void
flush_cb (png_structp png)
{
}

static int
n_stored_channels (int colour_type)
{
  return colour_type == PNG_COLOR_TYPE_RGB          ? 3
         : colour_type == PNG_COLOR_TYPE_RGB_ALPHA  ? 4
         : colour_type == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
                                                    : 1;
}

/* The sample at @x, @y of channel @c: spread over the whole range of the depth. */
static guint
sample (const PngRecipe *recipe, int x, int y, int c)
{
  guint max = (1u << recipe->depth) - 1;

  return (guint) (x * 3 + y * 5 + c * 7) % 16 * max / 15;
}

static void
fill_row (const PngRecipe *recipe, guint8 *row, int y)
{
  int n_channels = n_stored_channels (recipe->colour_type);

  memset (row, 0, (gsize) recipe->width * 8 + 8);
  for (int x = 0; x < recipe->width; x++)
    for (int c = 0; c < n_channels; c++)
      {
        guint value = sample (recipe, x, y, c);
        int i = x * n_channels + c;

        if (recipe->depth == 16)
          {
            row[2 * i] = (guint8) (value >> 8);
            row[2 * i + 1] = (guint8) value;
          }
        else if (recipe->depth == 8)
          row[i] = (guint8) value;
        else
          row[i * recipe->depth / 8]
            |= (guint8) (value << (8 - recipe->depth - i * recipe->depth % 8));
      }
}

static void
set_palette (png_structp png, png_infop info, const PngRecipe *recipe)
{
  png_color palette[256];
  png_byte alphas[256];
  png_color_16 transparent = { .gray = 0, .red = 0, .green = 0, .blue = 0 };
  int n_colours = 1 << MIN (recipe->depth, 8);

  for (int i = 0; i < n_colours; i++)
    {
      palette[i] = (png_color) { (png_byte) i, (png_byte) (255 - i), (png_byte) (i / 2) };
      alphas[i] = (png_byte) (i == 0 ? 0 : 255);
    }
  if (recipe->colour_type == PNG_COLOR_TYPE_PALETTE)
    png_set_PLTE (png, info, palette, n_colours);
  if (recipe->has_transparency)
    png_set_tRNS (png, info, alphas,
                  recipe->colour_type == PNG_COLOR_TYPE_PALETTE ? n_colours : 0, &transparent);
}

static GByteArray *
make_png (const PngRecipe *recipe)
{
  GByteArray *file = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  g_autofree guint8 *row = g_malloc ((gsize) recipe->width * 8 + 8);
  int n_passes;

  png_set_write_fn (png, file, write_cb, flush_cb);
  png_set_IHDR (png, info, (png_uint_32) recipe->width, (png_uint_32) recipe->height, recipe->depth,
                recipe->colour_type,
                recipe->is_interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  set_palette (png, info, recipe);
  png_write_info (png, info);
  n_passes = png_set_interlace_handling (png);
  for (int pass = 0; pass < n_passes; pass++)
    for (int y = 0; y < recipe->height; y++)
      {
        fill_row (recipe, row, y);
        png_write_row (png, row);
      }
  if (recipe->has_late_exif)
    png_write_chunk (png, (png_const_bytep) "eXIf",
                     (png_const_bytep) "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0", 26);
  png_write_end (png, NULL);
  png_destroy_write_struct (&png, &info);
  return file;
}

static int
expected_value (const PngRecipe *recipe, int x, int y, int c)
{
  guint max = (1u << recipe->depth) - 1;
  int n_stored = n_stored_channels (recipe->colour_type);
  guint first = sample (recipe, x, y, 0);
  gboolean is_clear = recipe->has_transparency;

  if (recipe->colour_type == PNG_COLOR_TYPE_PALETTE)
    return c == 3 ? (first == 0 && recipe->has_transparency ? 0 : 255)
                  : (int[]) { (int) first, 255 - (int) first, (int) first / 2 }[c];
  if (c < n_stored)
    return (int) ((sample (recipe, x, y, c) * 255 + max / 2) / max);
  for (int i = 0; i < n_stored; i++)
    is_clear = is_clear && sample (recipe, x, y, i) == 0;
  return is_clear ? 0 : 255;
}

static void
check_png (const PngRecipe *recipe)
{
  g_autoptr (GByteArray) file = make_png (recipe);
  g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_png_codec, file);
  int n_colours = recipe->colour_type == PNG_COLOR_TYPE_PALETTE
                    ? 3
                    : n_stored_channels (recipe->colour_type);
  int n_channels = thimble_layout_get_n_channels (raster->layout);

  g_assert_cmpint (n_channels, ==, n_colours + (recipe->has_transparency ? 1 : 0));
  g_assert_cmpint (raster->width, ==, recipe->width);
  g_assert_cmpint (raster->height, ==, recipe->height);
  for (int y = 0; y < raster->height; y++)
    for (int x = 0; x < raster->width; x++)
      for (int c = 0; c < n_channels; c++)
        g_assert_cmpint (thimble_raster_row (raster, y)[x * n_channels + c], ==,
                         expected_value (recipe, x, y, c));
}

static void
test_kinds (void)
{
  static const struct
  {
    int colour_type;
    int depths[6];
  } kinds[] = {
    { PNG_COLOR_TYPE_GRAY, { 1, 2, 4, 8, 16 } }, { PNG_COLOR_TYPE_GRAY_ALPHA, { 8, 16 } },
    { PNG_COLOR_TYPE_RGB, { 8, 16 } },           { PNG_COLOR_TYPE_RGB_ALPHA, { 8, 16 } },
    { PNG_COLOR_TYPE_PALETTE, { 1, 2, 4, 8 } },
  };
  static const int sizes[][2] = { { 1, 1 }, { 5, 3 }, { 19, 23 } };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (const int *depth = kinds[i].depths; *depth != 0; depth++)
      for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
        for (int interlaced = 0; interlaced < 2; interlaced++)
          for (int clear = 0; clear < ((kinds[i].colour_type & PNG_COLOR_MASK_ALPHA) ? 1 : 2);
               clear++)
            {
              PngRecipe recipe = {
                .width = sizes[j][0],
                .height = sizes[j][1],
                .colour_type = kinds[i].colour_type,
                .depth = *depth,
                .is_interlaced = interlaced,
                .has_transparency = clear,
              };

              check_png (&recipe);
            }
}

static void
test_header (void)
{
  PngRecipe recipe = { .width = 30, .height = 20, .colour_type = PNG_COLOR_TYPE_PALETTE,
                       .depth = 4, .has_transparency = TRUE, .has_late_exif = TRUE };
  g_autoptr (GByteArray) file = make_png (&recipe);
  g_auto (ThimbleImageInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (thimble_png_codec.read_header (file->data, file->len, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (info.width, ==, 30);
  g_assert_cmpuint (info.height, ==, 20);
  g_assert_true (info.has_alpha);
  g_assert_cmpint (info.orientation, ==, 6);
  g_assert_nonnull (info.exif);
  g_assert_cmpint (info.format, ==, THIMBLE_FORMAT_PNG);
  g_assert_cmpstr (info.format_name, ==, "png");
}

static void
test_huge_header (void)
{
  static const guint8 bytes[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\0\0\0\1\x08\2\0\0\0";
  PngRecipe recipe = { .width = 2, .height = 2, .colour_type = PNG_COLOR_TYPE_GRAY, .depth = 8 };
  g_autoptr (GByteArray) file = make_png (&recipe);
  g_auto (ThimbleImageInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  /* Its CRC does not fit any more, which is found first. */
  memcpy (file->data, bytes, sizeof bytes - 1);
  g_assert_false (thimble_png_codec.read_header (file->data, file->len, &info, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "CRC"));
}

static void
test_round_trip (void)
{
  static const ThimbleLayout layouts[] = { THIMBLE_LAYOUT_GRAY, THIMBLE_LAYOUT_GRAY_ALPHA,
                                           THIMBLE_LAYOUT_RGB, THIMBLE_LAYOUT_RGBA };
  static const int sizes[][2] = { { 1, 1 }, { 17, 5 }, { 128, 85 } };

  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        g_autoptr (ThimbleRaster) raster
          = codec_test_gradient (layouts[i], sizes[j][0], sizes[j][1]);
        g_autoptr (GByteArray) file = codec_test_encode (&thimble_png_codec, raster, 80);
        g_autoptr (ThimbleRaster) again = codec_test_decode_whole (&thimble_png_codec, file);

        g_assert_cmpint (codec_test_max_difference (raster, again), ==, 0);
      }
}

/* JFIF's primaries and greys, as Y, Cb, Cr. */
static void
test_ycc (void)
{
  static const guint8 ycc[][3]
    = { { 76, 85, 255 }, { 150, 44, 21 }, { 29, 255, 107 }, { 255, 128, 128 }, { 0, 128, 128 } };
  static const int rgb[][3]
    = { { 254, 0, 0 }, { 0, 255, 1 }, { 0, 0, 254 }, { 255, 255, 255 }, { 0, 0, 0 } };
  g_autoptr (ThimbleRaster) raster = thimble_raster_new (THIMBLE_LAYOUT_YCC, 5, 1);
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (ThimbleRaster) again = NULL;

  memcpy (raster->pixels, ycc, sizeof ycc);
  file = codec_test_encode (&thimble_png_codec, raster, 80);
  again = codec_test_decode_whole (&thimble_png_codec, file);
  g_assert_cmpint (again->layout, ==, THIMBLE_LAYOUT_RGB);
  for (int i = 0; i < 5; i++)
    codec_test_assert_pixel (again, i, 0, 1, rgb[i][0], rgb[i][1], rgb[i][2], 0);
}

/* libpng checks profiles: a header, no tags, and bytes that do not compress. */
static GBytes *
make_profile (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint8 profile[600] = { 0 };

  for (gsize i = 132; i < sizeof profile; i++)
    profile[i] = (guint8) g_rand_int (rand);
  profile[2] = sizeof profile >> 8;
  profile[3] = sizeof profile & 0xff;
  memcpy (profile + 8, "\4\0\0\0mntrRGB XYZ ", 16);
  memcpy (profile + 36, "acsp", 4);
  memcpy (profile + 68, "\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d", 12);
  return g_bytes_new (profile, sizeof profile);
}

static void
test_metadata (void)
{
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 16, 16);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) icc = make_profile ();
  g_autoptr (GBytes) exif = g_bytes_new_static ("II*\0\x08\0\0\0\0\0\0\0\0\0", 14);
  g_autoptr (GBytes) xmp = g_bytes_new_static ("<x:xmpmeta/>", 12);
  g_autoptr (GError) error = NULL;
  g_auto (ThimbleImageInfo) info = { 0 };
  ThimbleEncodeOptions options = { .quality = 80, .icc = icc, .exif = exif, .xmp = xmp };

  g_assert_true (thimble_png_codec.encode (raster, &options, file, &error));
  g_assert_true (thimble_png_codec.read_header (file->data, file->len, &info, &error));
  g_assert_nonnull (info.icc);
  g_assert_true (g_bytes_equal (info.icc, icc));
  g_assert_true (g_bytes_equal (info.exif, exif));
  g_assert_true (g_bytes_equal (info.xmp, xmp));
}

static void
test_truncated (void)
{
  for (int interlaced = 0; interlaced < 2; interlaced++)
    {
      PngRecipe recipe = { .width = 20, .height = 20, .colour_type = PNG_COLOR_TYPE_RGB,
                           .depth = 8, .is_interlaced = interlaced };
      g_autoptr (GByteArray) file = make_png (&recipe);

      codec_test_truncate (&thimble_png_codec, file, file->len);
    }
}

/* Every bit of the file is under a CRC: a wrong one anywhere but in an ancillary chunk is found. */
static void
test_wrong_crc (void)
{
  PngRecipe recipe = { .width = 20, .height = 20, .colour_type = PNG_COLOR_TYPE_RGB, .depth = 8 };
  g_autoptr (GByteArray) file = make_png (&recipe);

  for (guint i = 8; i < file->len; i++)
    {
      g_autofree guint8 *bytes = g_memdup2 (file->data, file->len);
      g_autoptr (GError) error = NULL;

      bytes[i] ^= 0x10;
      g_assert_null (codec_test_decode (&thimble_png_codec, bytes, file->len, NULL, &error));
      g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT);
    }
}

static void
test_flipped (void)
{
  PngRecipe recipe = { .width = 20, .height = 20, .colour_type = PNG_COLOR_TYPE_PALETTE,
                       .depth = 4, .has_transparency = TRUE, .has_late_exif = TRUE };
  g_autoptr (GByteArray) file = make_png (&recipe);

  codec_test_flip_bytes (&thimble_png_codec, file, 3000);
}

static void
test_trailing_bytes (void)
{
  PngRecipe recipe = { .width = 20, .height = 20, .colour_type = PNG_COLOR_TYPE_RGB, .depth = 8 };
  g_autoptr (GByteArray) file = make_png (&recipe);
  g_autoptr (ThimbleRaster) raster = NULL;

  g_byte_array_append (file, (const guint8 *) "\0\0\0rubbish", 10);
  raster = codec_test_decode_whole (&thimble_png_codec, file);
  g_assert_cmpint (raster->width, ==, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/png/decode/kinds", test_kinds);
  g_test_add_func ("/png/decode/trailing-bytes", test_trailing_bytes);
  g_test_add_func ("/png/header", test_header);
  g_test_add_func ("/png/header/huge", test_huge_header);
  g_test_add_func ("/png/encode/round-trip", test_round_trip);
  g_test_add_func ("/png/encode/ycc", test_ycc);
  g_test_add_func ("/png/encode/metadata", test_metadata);
  g_test_add_func ("/png/hostile/truncated", test_truncated);
  g_test_add_func ("/png/hostile/wrong-crc", test_wrong_crc);
  g_test_add_func ("/png/hostile/flipped", test_flipped);
  return g_test_run ();
}
