/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEG, in and out: files of every kind are made here with libjpeg-turbo itself. */

#include "codec-test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

typedef struct
{
  ThimbleLayout layout;
  int width;
  int height;
  J_COLOR_SPACE stored; /* what is in the file */
  int h_sampling;
  int v_sampling;
  gboolean is_progressive;
  int restart_interval;
  gboolean is_inverted; /* CMYK as Adobe writes it */
  const char *exif;     /* with prefix */
  gsize n_exif;
  GBytes *icc;
  guint n_scans; /* 0 for libjpeg's own */
} JpegRecipe;

static J_COLOR_SPACE
input_space (ThimbleLayout layout)
{
  return layout == THIMBLE_LAYOUT_GRAY   ? JCS_GRAYSCALE
         : layout == THIMBLE_LAYOUT_CMYK ? JCS_CMYK
                                         : JCS_RGB;
}

static void
write_rows (struct jpeg_compress_struct *cinfo, const ThimbleRaster *raster, gboolean is_inverted)
{
  gsize n_row_bytes = (gsize) raster->width * thimble_layout_get_n_channels (raster->layout);
  g_autofree guint8 *row = g_malloc (n_row_bytes);

  for (int y = 0; y < raster->height; y++)
    {
      JSAMPROW rows[1] = { row };

      memcpy (row, thimble_raster_row (raster, y), n_row_bytes);
      for (gsize i = 0; is_inverted && i < n_row_bytes; i++)
        row[i] = 255 - row[i];
      jpeg_write_scanlines (cinfo, rows, 1);
    }
}

static GByteArray *
make_jpeg (const JpegRecipe *recipe)
{
  g_autoptr (ThimbleRaster) raster
    = codec_test_gradient (recipe->layout, recipe->width, recipe->height);
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long n_bytes = 0;
  GByteArray *file = g_byte_array_new ();
  g_autofree jpeg_scan_info *scans = NULL;

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &bytes, &n_bytes);
  cinfo.image_width = (JDIMENSION) recipe->width;
  cinfo.image_height = (JDIMENSION) recipe->height;
  cinfo.input_components = thimble_layout_get_n_channels (recipe->layout);
  cinfo.in_color_space = input_space (recipe->layout);
  jpeg_set_defaults (&cinfo);
  if (recipe->stored != JCS_UNKNOWN)
    jpeg_set_colorspace (&cinfo, recipe->stored);
  jpeg_set_quality (&cinfo, 95, TRUE);
  if (recipe->h_sampling > 0)
    {
      cinfo.comp_info[0].h_samp_factor = recipe->h_sampling;
      cinfo.comp_info[0].v_samp_factor = recipe->v_sampling;
    }
  cinfo.restart_interval = (unsigned int) recipe->restart_interval;
  if (recipe->is_progressive)
    jpeg_simple_progression (&cinfo);
  if (recipe->n_scans > 0)
    {
      /* DC whole, then one coefficient a scan, each sent in full precision. */
      scans = g_new0 (jpeg_scan_info, recipe->n_scans);
      for (guint i = 0; i < recipe->n_scans; i++)
        scans[i] = (jpeg_scan_info) { .comps_in_scan = 1, .Ss = (int) i, .Se = (int) i };
      cinfo.scan_info = scans;
      cinfo.num_scans = (int) recipe->n_scans;
    }
  jpeg_start_compress (&cinfo, TRUE);
  if (recipe->exif != NULL)
    jpeg_write_marker (&cinfo, JPEG_APP0 + 1, (const JOCTET *) recipe->exif,
                       (unsigned int) recipe->n_exif);
  if (recipe->icc != NULL)
    jpeg_write_icc_profile (&cinfo, g_bytes_get_data (recipe->icc, NULL),
                            (unsigned int) g_bytes_get_size (recipe->icc));
  write_rows (&cinfo, raster, recipe->is_inverted);
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  g_byte_array_append (file, bytes, (guint) n_bytes);
  free (bytes);
  return file;
}

static void
check_jpeg (const JpegRecipe *recipe, int tolerance)
{
  g_autoptr (GByteArray) file = make_jpeg (recipe);
  g_autoptr (ThimbleRaster) expected
    = codec_test_gradient (recipe->layout, recipe->width, recipe->height);
  g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_jpeg_codec, file);

  g_assert_cmpint (codec_test_max_difference (raster, expected), <=, tolerance);
}

static void
test_samplings (void)
{
  static const int samplings[][2] = { { 1, 1 }, { 2, 1 }, { 1, 2 }, { 2, 2 }, { 4, 1 }, { 4, 2 } };
  static const int sizes[][2]
    = { { 1, 1 }, { 2, 3 }, { 7, 8 }, { 16, 16 }, { 33, 17 }, { 100, 60 } };

  for (gsize i = 0; i < G_N_ELEMENTS (samplings); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
      for (int progressive = 0; progressive < 2; progressive++)
        {
          JpegRecipe recipe = {
            .layout = THIMBLE_LAYOUT_RGB,
            .width = sizes[j][0],
            .height = sizes[j][1],
            .h_sampling = samplings[i][0],
            .v_sampling = samplings[i][1],
            .is_progressive = progressive,
          };

          /* Colour in quarter resolution is far off where the picture has few pixels. */
          check_jpeg (&recipe, sizes[j][0] < 16 ? 80 : 24);
        }
}

static void
test_kinds (void)
{
  static const JpegRecipe recipes[] = {
    { .layout = THIMBLE_LAYOUT_GRAY, .width = 50, .height = 41 },
    { .layout = THIMBLE_LAYOUT_GRAY, .width = 50, .height = 41, .is_progressive = TRUE },
    { .layout = THIMBLE_LAYOUT_RGB, .width = 50, .height = 41, .stored = JCS_RGB },
    { .layout = THIMBLE_LAYOUT_RGB, .width = 50, .height = 41, .restart_interval = 1 },
    { .layout = THIMBLE_LAYOUT_CMYK, .width = 50, .height = 41, .is_inverted = TRUE },
    { .layout = THIMBLE_LAYOUT_CMYK, .width = 50, .height = 41, .is_inverted = TRUE,
      .stored = JCS_YCCK },
    { .layout = THIMBLE_LAYOUT_CMYK, .width = 50, .height = 41, .is_inverted = TRUE,
      .stored = JCS_YCCK, .is_progressive = TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (recipes); i++)
    check_jpeg (&recipes[i], 12);
}

/* Without Adobe's marker the inks are the right way round; its 16 bytes are cut out here. */
static void
test_cmyk_without_adobe (void)
{
  JpegRecipe recipe = { .layout = THIMBLE_LAYOUT_CMYK, .width = 20, .height = 20 };
  g_autoptr (GByteArray) file = make_jpeg (&recipe);
  g_autoptr (ThimbleRaster) expected = codec_test_gradient (THIMBLE_LAYOUT_CMYK, 20, 20);
  g_autoptr (ThimbleRaster) raster = NULL;
  guint8 *adobe = memmem (file->data, file->len, "\xff\xee\0\x0e" "Adobe", 9);

  g_assert_nonnull (adobe);
  g_byte_array_remove_range (file, (guint) (adobe - file->data), 16);
  raster = codec_test_decode_whole (&thimble_jpeg_codec, file);
  g_assert_cmpint (codec_test_max_difference (raster, expected), <=, 8);
}

static void
test_scales (void)
{
  static const struct
  {
    guint32 min_width, min_height;
    int width, height;
  } table[] = {
    { 1, 1, 26, 13 },     { 26, 13, 26, 13 },     { 27, 1, 51, 26 },    { 51, 26, 51, 26 },
    { 1, 27, 101, 51 },   { 101, 51, 101, 51 },   { 102, 1, 202, 102 }, { 150, 76, 202, 102 },
    { 202, 102, 202, 102 },
  };
  JpegRecipe recipe = { .layout = THIMBLE_LAYOUT_RGB, .width = 202, .height = 102 };
  g_autoptr (GByteArray) file = make_jpeg (&recipe);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    for (int ycc = 0; ycc < 2; ycc++)
      {
        ThimbleDecodeRequest request = { table[i].min_width, table[i].min_height, ycc };
        g_autoptr (GError) error = NULL;
        g_autoptr (ThimbleRaster) raster
          = codec_test_decode (&thimble_jpeg_codec, file->data, file->len, &request, &error);

        g_assert_no_error (error);
        g_assert_cmpint (raster->width, ==, table[i].width);
        g_assert_cmpint (raster->height, ==, table[i].height);
        if (!ycc)
          g_assert_cmpint (raster->layout, ==, THIMBLE_LAYOUT_RGB);
        else if (raster->width < 202)
          g_assert_cmpint (raster->layout, !=, THIMBLE_LAYOUT_RGB);
        if (raster->layout == THIMBLE_LAYOUT_RGB)
          codec_test_assert_pixel (raster, raster->width / 2, raster->height / 2, 12, 115, 110, 150,
                                   0);
      }
}

static GBytes *
read_icc (const GByteArray *file)
{
  g_auto (ThimbleImageInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  thimble_jpeg_codec.read_header (file->data, file->len, &info, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&info.icc);
}

/* 200 kB take four segments. */
static void
test_icc (void)
{
  g_autofree guint8 *profile = g_malloc (200000);
  g_autoptr (GBytes) icc = NULL;
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GBytes) incomplete = NULL;
  g_autoptr (GByteArray) file = NULL;
  JpegRecipe recipe = { .layout = THIMBLE_LAYOUT_RGB, .width = 9, .height = 9 };
  guint8 *piece;

  for (guint i = 0; i < 200000; i++)
    profile[i] = (guint8) (i * 7 + i / 256);
  icc = g_bytes_new_take (g_steal_pointer (&profile), 200000);
  recipe.icc = icc;
  file = make_jpeg (&recipe);
  found = read_icc (file);
  g_assert_nonnull (found);
  g_assert_true (g_bytes_equal (found, icc));

  piece = memmem (file->data, file->len, "ICC_PROFILE\0\2", 13);
  g_assert_nonnull (piece);
  piece[12] = 3;
  incomplete = read_icc (file);
  g_assert_null (incomplete);
}

static void
test_orientation (void)
{
  for (int orientation = 1; orientation <= 8; orientation++)
    for (int big = 0; big < 2; big++)
      {
        char exif[32] = "Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\0\0\0\0";
        JpegRecipe recipe = { .layout = THIMBLE_LAYOUT_RGB, .width = 9, .height = 9 };
        g_autoptr (GByteArray) file = NULL;
        g_autoptr (GError) error = NULL;
        g_auto (ThimbleImageInfo) info = { 0 };

        if (big)
          memcpy (exif, "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\0\0\0", 28);
        exif[big ? 25 : 24] = (char) orientation;
        recipe.exif = exif;
        recipe.n_exif = sizeof exif;
        file = make_jpeg (&recipe);
        g_assert_true (thimble_jpeg_codec.read_header (file->data, file->len, &info, &error));
        g_assert_cmpint (info.orientation, ==, orientation);
        g_assert_cmpmem (g_bytes_get_data (info.exif, NULL), g_bytes_get_size (info.exif), exif + 6,
                         sizeof exif - 6);
      }
}

static void
test_metadata_round_trip (void)
{
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 16, 16);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) icc = g_bytes_new_static ("a profile", 9);
  g_autoptr (GBytes) exif = g_bytes_new_static ("II*\0\x08\0\0\0\0\0\0\0\0\0", 14);
  g_autoptr (GBytes) xmp = g_bytes_new_static ("<x:xmpmeta/>", 12);
  g_autoptr (GError) error = NULL;
  g_auto (ThimbleImageInfo) info = { 0 };
  ThimbleEncodeOptions options = { .quality = 80, .icc = icc, .exif = exif, .xmp = xmp };

  g_byte_array_append (file, (const guint8 *) "before", 6);
  g_assert_true (thimble_jpeg_codec.encode (raster, &options, file, &error));
  g_assert_cmpmem (file->data, 6, "before", 6);
  g_byte_array_remove_range (file, 0, 6);
  g_assert_true (thimble_jpeg_codec.read_header (file->data, file->len, &info, &error));
  g_assert_true (g_bytes_equal (info.icc, icc));
  g_assert_true (g_bytes_equal (info.exif, exif));
  g_assert_true (g_bytes_equal (info.xmp, xmp));
  g_assert_cmpmem (file->data + file->len - 2, 2, "\xff\xd9", 2);
}

static void
test_round_trip (void)
{
  static const ThimbleLayout layouts[] = { THIMBLE_LAYOUT_GRAY, THIMBLE_LAYOUT_RGB };
  static const int sizes[][2] = { { 1, 1 }, { 17, 5 }, { 128, 85 }, { 700, 500 } };

  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        g_autoptr (ThimbleRaster) raster
          = codec_test_gradient (layouts[i], sizes[j][0], sizes[j][1]);
        g_autoptr (GByteArray) file = codec_test_encode (&thimble_jpeg_codec, raster, 95);
        g_autoptr (ThimbleRaster) again = codec_test_decode_whole (&thimble_jpeg_codec, file);

        g_assert_cmpint (codec_test_max_difference (raster, again), <=, 24);
      }
}

/* What comes as Y, Cb, Cr goes out as it is: the same as from RGB, but for rounding. */
static void
test_ycc_round_trip (void)
{
  JpegRecipe recipe = { .layout = THIMBLE_LAYOUT_RGB, .width = 256, .height = 128 };
  g_autoptr (GByteArray) file = make_jpeg (&recipe);
  ThimbleDecodeRequest request = { 128, 64, TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (ThimbleRaster) ycc
    = codec_test_decode (&thimble_jpeg_codec, file->data, file->len, &request, &error);
  g_autoptr (GByteArray) encoded = NULL;
  g_autoptr (ThimbleRaster) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (ycc->layout, ==, THIMBLE_LAYOUT_YCC_PLANES);
  encoded = codec_test_encode (&thimble_jpeg_codec, ycc, 95);
  again = codec_test_decode_whole (&thimble_jpeg_codec, encoded);
  codec_test_assert_pixel (again, 64, 32, 8, 115, 110, 150, 0);
  codec_test_assert_pixel (again, 5, 60, 10, 46, 180, 165, 0);
}

static void
test_too_large_to_write (void)
{
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_GRAY, 65501, 1);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  ThimbleEncodeOptions options = { .quality = 80 };

  g_assert_false (thimble_jpeg_codec.encode (raster, &options, file, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE);
  g_assert_cmpuint (file->len, ==, 0);
}

static void
test_truncated (void)
{
  static const JpegRecipe recipes[] = {
    { .layout = THIMBLE_LAYOUT_RGB, .width = 40, .height = 30 },
    { .layout = THIMBLE_LAYOUT_RGB, .width = 40, .height = 30, .is_progressive = TRUE },
    { .layout = THIMBLE_LAYOUT_GRAY, .width = 40, .height = 30, .restart_interval = 2 },
    { .layout = THIMBLE_LAYOUT_CMYK, .width = 24, .height = 24 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (recipes); i++)
    {
      g_autoptr (GByteArray) file = make_jpeg (&recipes[i]);

      codec_test_truncate (&thimble_jpeg_codec, file, file->len);
    }
}

/* As some programs repair it: an end marker after half of the scan. */
static void
test_truncated_with_end (void)
{
  JpegRecipe recipe = { .layout = THIMBLE_LAYOUT_RGB, .width = 200, .height = 200 };
  g_autoptr (GByteArray) file = make_jpeg (&recipe);
  g_autoptr (GError) error = NULL;

  g_byte_array_set_size (file, file->len * 3 / 4);
  g_byte_array_append (file, (const guint8 *) "\xff\xd9", 2);
  g_assert_null (codec_test_decode (&thimble_jpeg_codec, file->data, file->len, NULL, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT);
}

static void
test_trailing_bytes (void)
{
  JpegRecipe recipe = { .layout = THIMBLE_LAYOUT_RGB, .width = 30, .height = 30 };
  g_autoptr (GByteArray) file = make_jpeg (&recipe);
  g_autoptr (ThimbleRaster) raster = NULL;

  g_byte_array_append (file, (const guint8 *) "\0\0rubbish\xff\xd8\xff", 12);
  raster = codec_test_decode_whole (&thimble_jpeg_codec, file);
  g_assert_cmpint (raster->width, ==, 30);
}

/* libjpeg's encoder takes 64 single-coefficient scans; the refining scan at the end is repeated
 * until there are too many. */
static void
test_too_many_scans (void)
{
  JpegRecipe recipe
    = { .layout = THIMBLE_LAYOUT_GRAY, .width = 16, .height = 16, .n_scans = DCTSIZE2 };
  g_autoptr (GByteArray) file = make_jpeg (&recipe);
  g_autoptr (GByteArray) many = g_byte_array_new ();
  g_autoptr (ThimbleRaster) fine = codec_test_decode_whole (&thimble_jpeg_codec, file);
  g_autoptr (GError) error = NULL;
  guint last = 0;

  g_assert_cmpint (fine->width, ==, 16);
  for (guint i = 0; i + 1 < file->len; i++)
    if (file->data[i] == 0xff && file->data[i + 1] == 0xda)
      last = i;
  g_assert_cmpuint (last, >, 0);
  g_byte_array_append (many, file->data, file->len - 2);
  for (guint i = 0; i < 200; i++)
    g_byte_array_append (many, file->data + last, file->len - 2 - last);
  g_byte_array_append (many, (const guint8 *) "\xff\xd9", 2);

  g_assert_null (codec_test_decode (&thimble_jpeg_codec, many->data, many->len, NULL, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "200 scans"));
}

static void
test_flipped (void)
{
  static const JpegRecipe recipes[] = {
    { .layout = THIMBLE_LAYOUT_RGB, .width = 40, .height = 30, .exif = "Exif\0\0MM\0*\0\0\0\x08",
      .n_exif = 14 },
    { .layout = THIMBLE_LAYOUT_RGB, .width = 40, .height = 30, .is_progressive = TRUE },
    { .layout = THIMBLE_LAYOUT_CMYK, .width = 24, .height = 24, .stored = JCS_YCCK },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (recipes); i++)
    {
      g_autoptr (GByteArray) file = make_jpeg (&recipes[i]);

      codec_test_flip_bytes (&thimble_jpeg_codec, file, 1500);
    }
}

/* The estimate covers what libjpeg keeps of a progressive file; that is no part of the result. */
static void
test_estimate (void)
{
  JpegRecipe recipe = { .layout = THIMBLE_LAYOUT_RGB, .width = 640, .height = 480,
                        .h_sampling = 1, .v_sampling = 1 };
  ThimbleDecodeRequest request = { 80, 60, FALSE };

  for (int progressive = 0; progressive < 2; progressive++)
    {
      g_autoptr (GByteArray) file = NULL;
      g_auto (ThimbleImageInfo) info = { 0 };
      ThimbleDecodeCost cost;

      recipe.is_progressive = progressive;
      file = make_jpeg (&recipe);
      g_assert_true (thimble_jpeg_codec.read_header (file->data, file->len, &info, NULL));
      cost = thimble_jpeg_codec.estimate (file->data, file->len, &info, &request);
      g_assert_true (cost.gains_company);
      if (progressive)
        g_assert_cmpuint (cost.n_bytes, >, 640 * 480 * 6);
      else
        g_assert_cmpuint (cost.n_bytes, <, 640 * 480 * 3);
      g_assert_cmpuint (cost.n_result_bytes, >=, 80 * 60 * 3);
      g_assert_cmpuint (cost.n_result_bytes, <, 640 * 480 / 4);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg/decode/samplings", test_samplings);
  g_test_add_func ("/jpeg/decode/kinds", test_kinds);
  g_test_add_func ("/jpeg/decode/cmyk-without-adobe", test_cmyk_without_adobe);
  g_test_add_func ("/jpeg/decode/scales", test_scales);
  g_test_add_func ("/jpeg/decode/trailing-bytes", test_trailing_bytes);
  g_test_add_func ("/jpeg/header/icc", test_icc);
  g_test_add_func ("/jpeg/header/orientation", test_orientation);
  g_test_add_func ("/jpeg/header/estimate", test_estimate);
  g_test_add_func ("/jpeg/encode/metadata", test_metadata_round_trip);
  g_test_add_func ("/jpeg/encode/round-trip", test_round_trip);
  g_test_add_func ("/jpeg/encode/ycc", test_ycc_round_trip);
  g_test_add_func ("/jpeg/encode/too-large", test_too_large_to_write);
  g_test_add_func ("/jpeg/hostile/truncated", test_truncated);
  g_test_add_func ("/jpeg/hostile/truncated-with-end", test_truncated_with_end);
  g_test_add_func ("/jpeg/hostile/too-many-scans", test_too_many_scans);
  g_test_add_func ("/jpeg/hostile/flipped", test_flipped);
  return g_test_run ();
}
