/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Planes are resampled to what their pixels would be, and a JPEG holds them as they are. */

#include "thimble-planes.h"

#include "thimble-codec.h"

static ThimbleRaster *
make_plane (ThimbleLayout layout, int width, int height, int kind)
{
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      thimble_raster_row (raster, y)[x]
        = 60 + (kind == 0 ? 130 * x / width : kind == 1 ? 130 * y / height : 90 - 60 * x / width);
  return raster;
}

static ThimbleRaster *
make_planes (int width, int height, int ratio)
{
  ThimbleRaster *planes = make_plane (THIMBLE_LAYOUT_YCC_PLANES, width, height, 0);

  for (int i = 0; i < 2; i++)
    planes->chroma[i] = make_plane (THIMBLE_LAYOUT_GRAY, (width + ratio - 1) / ratio,
                                    (height + ratio - 1) / ratio, i + 1);
  return planes;
}

static ThimbleRaster *
make_pixels (const ThimbleRaster *planes)
{
  ThimbleRaster *pixels = thimble_raster_new (THIMBLE_LAYOUT_YCC, planes->width, planes->height);

  for (int y = 0; y < planes->height; y++)
    for (int x = 0; x < planes->width; x++)
      {
        guint8 *pixel = thimble_raster_row (pixels, y) + 3 * x;

        pixel[0] = thimble_raster_row (planes, y)[x];
        pixel[1] = thimble_raster_row (planes->chroma[0], y)[x];
        pixel[2] = thimble_raster_row (planes->chroma[1], y)[x];
      }
  return pixels;
}

static int
get_max_difference (const ThimbleRaster *a, const ThimbleRaster *b)
{
  int n = a->width * thimble_layout_get_n_channels (a->layout);
  int max = 0;

  g_assert_cmpint (a->layout, ==, b->layout);
  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  for (int y = 0; y < a->height; y++)
    for (int i = 0; i < n; i++)
      max = MAX (max, ABS (thimble_raster_row (a, y)[i] - thimble_raster_row (b, y)[i]));
  return max;
}

/* With chroma of the same size the result is that of pixels, to the byte; with chroma of half the
 * size, nearly, as gradients are made of fewer samples. */
static void
test_pixels (void)
{
  static const int sizes[][2] = { { 96, 64 }, { 20, 13 }, { 7, 5 }, { 1, 1 }, { 97, 33 } };
  const ThimbleWindow window = { 0, 0, 97, 65 };
  g_autoptr(ThimbleRaster) planes = make_planes (97, 65, 1);
  g_autoptr(ThimbleRaster) halves = make_planes (97, 65, 2);
  g_autoptr(ThimbleRaster) pixels = make_pixels (planes);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(ThimbleRaster) wanted
        = thimble_resample (pixels, &window, 0.03, sizes[i][0], sizes[i][1], &error);
      g_autoptr(ThimbleRaster) got = thimble_planes_resample (planes, &window, 0.03, sizes[i][0],
                                                              sizes[i][1], FALSE, &error);
      g_autoptr(ThimbleRaster) near = thimble_planes_resample (halves, &window, 0.03, sizes[i][0],
                                                               sizes[i][1], FALSE, &error);

      g_assert_no_error (error);
      g_assert_cmpint (get_max_difference (got, wanted), ==, 0);
      g_assert_cmpint (get_max_difference (near, wanted), <=, 6);
    }
}

/* Nothing is drawn at another size, and still what is given has chroma of its own. */
static void
test_identity (void)
{
  const ThimbleWindow window = { 0, 0, 33, 21 };
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimbleRaster) planes = make_planes (33, 21, 2);
  g_autoptr(ThimbleRaster) same
    = thimble_planes_resample (planes, &window, 0, 33, 21, TRUE, &error);

  g_assert_no_error (error);
  g_assert_true (same != planes);
  g_assert_cmpint (get_max_difference (same, planes), ==, 0);
  for (int i = 0; i < 2; i++)
    g_assert_cmpint (get_max_difference (same->chroma[i], planes->chroma[i]), <=, 1);
}

/* From planes to a JPEG and back is as near as from pixels, at all ends of blocks. */
static void
test_jpeg (void)
{
  for (int side = 1; side < 40; side += 3)
    {
      const ThimbleWindow window = { 0, 0, 120, 90 };
      const ThimbleEncodeOptions options = { .quality = 95 };
      ThimbleDecodeRequest request = { side, side + 1, FALSE };
      g_autoptr(GError) error = NULL;
      g_autoptr(ThimbleRaster) planes = make_planes (120, 90, 2);
      g_autoptr(ThimbleRaster) drawn
        = thimble_planes_resample (planes, &window, 0, side, side + 1, TRUE, &error);
      g_autoptr(ThimbleRaster) pixels
        = thimble_planes_resample (planes, &window, 0, side, side + 1, FALSE, &error);
      ThimbleRaster *rasters[2] = { NULL }; /* owned */
      ThimbleRaster *const sources[2] = { drawn, pixels };

      g_assert_cmpint (drawn->layout, ==, THIMBLE_LAYOUT_YCC_PLANES);
      g_assert_cmpint (drawn->chroma[0]->width, ==, (side + 1) / 2);
      for (int i = 0; i < 2; i++)
        {
          g_autoptr(GByteArray) file = g_byte_array_new ();
          g_auto(ThimbleImageInfo) info = { 0 };

          g_assert_true (thimble_jpeg_codec.encode (sources[i], &options, file, &error));
          g_assert_true (thimble_jpeg_codec.read_header (file->data, file->len, &info, &error));
          g_assert_cmpuint (info.width, ==, side);
          g_assert_cmpuint (info.height, ==, side + 1);
          rasters[i] = thimble_jpeg_codec.decode (file->data, file->len, &info, &request, &error);
          g_assert_no_error (error);
        }
      g_assert_cmpint (get_max_difference (rasters[0], rasters[1]), <=, 14);
      thimble_raster_unref (rasters[0]);
      thimble_raster_unref (rasters[1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/planes/pixels", test_pixels);
  g_test_add_func ("/planes/identity", test_identity);
  g_test_add_func ("/planes/jpeg", test_jpeg);
  return g_test_run ();
}
