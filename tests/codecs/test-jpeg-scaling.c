/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEGs that must not be scaled down as far as their size alone would allow: those where a scaled
 * pixel would be made of filling, and those whose colour would come out too coarse. */

#include "codec-test.h"

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

typedef struct
{
  int width;
  int height;
  int h_sampling;
  int v_sampling;
} JpegRecipe;

typedef void (*PaintPixel) (guint8 *rgb, int x, int y);

static GByteArray *
make_jpeg (const JpegRecipe *recipe, PaintPixel paint)
{
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long n_bytes = 0;
  GByteArray *file = g_byte_array_new ();
  g_autofree guint8 *row = g_malloc ((gsize) recipe->width * 3);

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &bytes, &n_bytes);
  cinfo.image_width = (JDIMENSION) recipe->width;
  cinfo.image_height = (JDIMENSION) recipe->height;
  cinfo.input_components = 3;
  cinfo.in_color_space = JCS_RGB;
  jpeg_set_defaults (&cinfo);
  jpeg_set_quality (&cinfo, 100, TRUE);
  cinfo.comp_info[0].h_samp_factor = recipe->h_sampling;
  cinfo.comp_info[0].v_samp_factor = recipe->v_sampling;
  jpeg_start_compress (&cinfo, TRUE);
  for (int y = 0; y < recipe->height; y++)
    {
      JSAMPROW rows[1] = { row };

      for (int x = 0; x < recipe->width; x++)
        paint (row + 3 * x, x, y);
      jpeg_write_scanlines (&cinfo, rows, 1);
    }
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  g_byte_array_append (file, bytes, (guint) n_bytes);
  free (bytes);
  return file;
}

static ThimbleRaster *
decode (const GByteArray *file, guint32 min_width, guint32 min_height)
{
  ThimbleDecodeRequest request = { .min_width = min_width, .min_height = min_height };
  g_autoptr (GError) error = NULL;
  ThimbleRaster *raster
    = codec_test_decode (&thimble_jpeg_codec, file->data, file->len, &request, &error);

  g_assert_no_error (error);
  return raster;
}

static double
get_mean (const ThimbleRaster *raster)
{
  double sum = 0;

  for (int y = 0; y < raster->height; y++)
    for (int x = 0; x < raster->width; x++)
      sum += thimble_raster_row (raster, y)[3 * x + 1];
  return sum / raster->width / raster->height;
}

static void
paint_last_row_white (guint8 *rgb, int x, int y)
{
  rgb[0] = rgb[1] = rgb[2] = y == 2 ? 255 : 0;
}

static void
paint_last_column_white (guint8 *rgb, int x, int y)
{
  rgb[0] = rgb[1] = rgb[2] = x == 2 ? 255 : 0;
}

/* A third of such a picture is white. Where blocks are filled up with copies of the last row, three
 * quarters of each are. */
static void
test_thin (void)
{
  const JpegRecipe wide = { 640, 3, 1, 1 }, high = { 3, 640, 1, 1 };
  g_autoptr (GByteArray) wide_file = make_jpeg (&wide, paint_last_row_white);
  g_autoptr (GByteArray) high_file = make_jpeg (&high, paint_last_column_white);
  g_autoptr (ThimbleRaster) wide_raster = decode (wide_file, 80, 1);
  g_autoptr (ThimbleRaster) high_raster = decode (high_file, 1, 80);

  g_assert_cmpfloat (ABS (get_mean (wide_raster) - 85), <, 2);
  g_assert_cmpfloat (ABS (get_mean (high_raster) - 85), <, 2);
}

/* Green, but red from the middle on, with an edge both ways. */
static void
paint_corner_red (guint8 *rgb, int x, int y)
{
  rgb[0] = x >= 272 && y >= 272 ? 200 : 0;
  rgb[1] = rgb[0] != 0 ? 0 : 100;
  rgb[2] = 0;
}

/* A pixel of the target away from the edges, colours are right. */
static void
test_colour (void)
{
  static const int samplings[][2] = { { 1, 1 }, { 2, 1 }, { 1, 2 }, { 2, 2 }, { 4, 1 }, { 1, 4 },
                                      { 3, 1 }, { 1, 3 }, { 4, 2 }, { 2, 4 }, { 3, 2 }, { 2, 3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (samplings); i++)
    {
      const JpegRecipe recipe = { 512, 512, samplings[i][0], samplings[i][1] };
      g_autoptr (GByteArray) file = make_jpeg (&recipe, paint_corner_red);
      g_autoptr (ThimbleRaster) raster = decode (file, 64, 64);
      int n = 512 / raster->width; /* pixels that became one */
      int before = (272 - 12) / n, after = (272 + 12) / n;

      g_test_message ("%d×%d: 1/%d", recipe.h_sampling, recipe.v_sampling, n);
      codec_test_assert_pixel (raster, before, before, 24, 0, 100, 0, 0);
      codec_test_assert_pixel (raster, before, after, 24, 0, 100, 0, 0);
      codec_test_assert_pixel (raster, after, before, 24, 0, 100, 0, 0);
      codec_test_assert_pixel (raster, after, after, 24, 200, 0, 0, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg-scaling/thin", test_thin);
  g_test_add_func ("/jpeg-scaling/colour", test_colour);
  return g_test_run ();
}
