/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Alpha, backgrounds, padding, and layouts without profiles. */

#include "thimble-compose.h"
#include "thimble-convert.h"
#include "thimble-resample.h"

static const guint8 white[] = { 255, 255, 255, 255 };
static const guint8 orange[] = { 255, 128, 0, 255 };

static ThimbleRaster *
new_filled (ThimbleLayout layout, int width, int height, const guint8 *pixel)
{
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);
  int n_channels = thimble_layout_get_n_channels (layout);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      memcpy (thimble_raster_row (raster, y) + x * n_channels, pixel, n_channels);
  return raster;
}

static void
assert_pixel (const ThimbleRaster *raster, int x, int y, const guint8 *pixel, int tolerance)
{
  int n_channels = thimble_layout_get_n_channels (raster->layout);

  for (int c = 0; c < n_channels; c++)
    g_assert_cmpint (ABS (thimble_raster_row (raster, y)[x * n_channels + c] - pixel[c]), <=,
                     tolerance);
}

static void
test_premultiply (void)
{
  for (int alpha = 0; alpha < 256; alpha++)
    {
      const guint8 pixel[] = { 200, 100, 50, alpha };
      const guint8 gray[] = { 200, alpha };
      const guint8 wanted[]
        = { (200 * alpha + 127) / 255, (100 * alpha + 127) / 255, (50 * alpha + 127) / 255, alpha };
      g_autoptr(ThimbleRaster) raster = new_filled (THIMBLE_LAYOUT_RGBA, 5, 2, pixel);
      g_autoptr(ThimbleRaster) small = new_filled (THIMBLE_LAYOUT_GRAY_ALPHA, 5, 2, gray);
      g_autoptr(ThimbleRaster) result = thimble_compose_premultiply (raster, NULL);
      g_autoptr(ThimbleRaster) small_result = thimble_compose_premultiply (small, NULL);
      g_autoptr(ThimbleRaster) again = NULL;
      g_autoptr(ThimbleRaster) twice = NULL;

      g_assert_true (result == raster); /* its only owner's: in place */
      g_assert_true (result->premultiplied);
      assert_pixel (result, 4, 1, wanted, 0);
      g_assert_cmpuint (small_result->pixels[0], ==, wanted[0]);

      again = thimble_compose_unpremultiply (result, NULL);
      g_assert_false (again->premultiplied);
      g_assert_true (again != result); /* two owners by now */
      if (alpha > 0)
        for (int c = 0; c < 3; c++)
          g_assert_cmpint (ABS (again->pixels[c] - pixel[c]), <=, 128 / alpha + 1);
      twice = thimble_compose_premultiply (again, NULL);
      assert_pixel (twice, 3, 1, wanted, 0);
    }
}

/* Opaque red beside transparent white: what is between is red that fades, never pink or dark. */
static void
test_no_halo (void)
{
  const guint8 red[] = { 255, 0, 0, 255 };
  const guint8 nothing[] = { 255, 255, 255, 0 };
  g_autoptr(ThimbleRaster) raster = new_filled (THIMBLE_LAYOUT_RGBA, 90, 90, red);
  ThimbleWindow all = { 0, 0, 90, 90 };
  g_autoptr(ThimbleRaster) ready = NULL;
  g_autoptr(ThimbleRaster) small = NULL;
  g_autoptr(ThimbleRaster) result = NULL;

  for (int y = 0; y < 90; y++)
    for (int x = 0; x < 40; x++)
      memcpy (thimble_raster_row (raster, y) + 4 * x, nothing, 4);
  ready = thimble_compose_premultiply (raster, NULL);
  small = thimble_resample (ready, &all, 0, 31, 31, NULL);
  result = thimble_compose_unpremultiply (small, NULL);
  for (int x = 0; x < 31; x++)
    {
      const guint8 *pixel = thimble_raster_row (result, 15) + 4 * x;

      if (pixel[3] < 8)
        continue;
      g_assert_cmpuint (pixel[0], >=, 240);
      g_assert_cmpuint (pixel[1], <=, 8);
      g_assert_cmpuint (pixel[2], <=, 8);
    }
}

static void
test_opaque (void)
{
  g_autoptr(ThimbleRaster) raster = new_filled (THIMBLE_LAYOUT_RGBA, 33, 7, white);
  g_autoptr(ThimbleRaster) gray = new_filled (THIMBLE_LAYOUT_GRAY, 3, 3, white);

  g_assert_true (thimble_compose_is_opaque (raster));
  g_assert_true (thimble_compose_is_opaque (gray));
  thimble_raster_row (raster, 6)[4 * 32 + 3] = 254;
  g_assert_false (thimble_compose_is_opaque (raster));
}

static void
test_flatten (void)
{
  const guint8 half[] = { 0, 0, 255, 128 };
  const guint8 gray_half[] = { 0, 128 };
  const guint8 on_orange[] = { 127, 64, 128 };
  const guint8 gray_on_orange[] = { 127, 64, 0 };
  const guint8 gray_on_white[] = { 127 };
  g_autoptr(ThimbleRaster) rgba = new_filled (THIMBLE_LAYOUT_RGBA, 3, 3, half);
  g_autoptr(ThimbleRaster) gray = new_filled (THIMBLE_LAYOUT_GRAY_ALPHA, 3, 3, gray_half);
  g_autoptr(ThimbleRaster) flat = thimble_compose_flatten (rgba, orange, NULL);
  g_autoptr(ThimbleRaster) flat_gray = thimble_compose_flatten (gray, white, NULL);
  g_autoptr(ThimbleRaster) flat_orange = thimble_compose_flatten (gray, orange, NULL);
  g_autoptr(ThimbleRaster) same = thimble_compose_flatten (flat, white, NULL);

  g_assert_cmpint (flat->layout, ==, THIMBLE_LAYOUT_RGB);
  assert_pixel (flat, 2, 2, on_orange, 1);
  g_assert_cmpint (flat_gray->layout, ==, THIMBLE_LAYOUT_GRAY);
  assert_pixel (flat_gray, 2, 2, gray_on_white, 1);
  g_assert_cmpint (flat_orange->layout, ==, THIMBLE_LAYOUT_RGB);
  assert_pixel (flat_orange, 2, 2, gray_on_orange, 1);
  g_assert_true (same == flat);
}

typedef struct
{
  ThimbleLayout layout;
  guint8 background[4];
  gboolean keeps_alpha;
  ThimbleLayout wanted;
  guint8 around[4];
} PadRow;

static const PadRow pad_rows[] = {
  { THIMBLE_LAYOUT_RGB, { 255, 128, 0, 255 }, FALSE, THIMBLE_LAYOUT_RGB, { 255, 128, 0 } },
  { THIMBLE_LAYOUT_RGB, { 255, 128, 0, 0 }, FALSE, THIMBLE_LAYOUT_RGB, { 255, 128, 0 } },
  { THIMBLE_LAYOUT_RGB, { 255, 128, 0, 9 }, TRUE, THIMBLE_LAYOUT_RGBA, { 255, 128, 0, 9 } },
  { THIMBLE_LAYOUT_RGB, { 255, 128, 0, 255 }, TRUE, THIMBLE_LAYOUT_RGB, { 255, 128, 0 } },
  { THIMBLE_LAYOUT_RGBA, { 1, 2, 3, 255 }, TRUE, THIMBLE_LAYOUT_RGBA, { 1, 2, 3, 255 } },
  { THIMBLE_LAYOUT_GRAY, { 7, 7, 7, 255 }, FALSE, THIMBLE_LAYOUT_GRAY, { 7 } },
  { THIMBLE_LAYOUT_GRAY, { 7, 8, 7, 255 }, FALSE, THIMBLE_LAYOUT_RGB, { 7, 8, 7 } },
  { THIMBLE_LAYOUT_GRAY, { 7, 7, 7, 100 }, TRUE, THIMBLE_LAYOUT_RGBA, { 7, 7, 7, 100 } },
  { THIMBLE_LAYOUT_GRAY_ALPHA, { 7, 7, 7, 100 }, TRUE, THIMBLE_LAYOUT_GRAY_ALPHA, { 7, 100 } },
  { THIMBLE_LAYOUT_GRAY_ALPHA, { 7, 8, 7, 5 }, TRUE, THIMBLE_LAYOUT_RGBA, { 7, 8, 7, 5 } },
  { THIMBLE_LAYOUT_YCC, { 255, 0, 0, 255 }, FALSE, THIMBLE_LAYOUT_YCC, { 76, 85, 255 } },
  { THIMBLE_LAYOUT_YCC, { 0, 0, 0, 0 }, TRUE, THIMBLE_LAYOUT_RGBA, { 0, 0, 0, 0 } },
};

static void
test_pad (void)
{
  const ThimblePlacement placement
    = { .width = 9, .height = 8, .draw_x = 2, .draw_y = 3, .draw_width = 4, .draw_height = 5 };
  const guint8 picture[] = { 128, 128, 128, 255 };
  const guint8 gray_picture[] = { 128, 255 };

  for (gsize i = 0; i < G_N_ELEMENTS (pad_rows); i++)
    {
      const PadRow *row = &pad_rows[i];
      g_autoptr(ThimbleRaster) raster = new_filled (
        row->layout, 4, 5, row->layout == THIMBLE_LAYOUT_GRAY_ALPHA ? gray_picture : picture);
      g_autoptr(ThimbleRaster) result
        = thimble_compose_pad (raster, &placement, row->background, row->keeps_alpha, NULL);

      g_test_message ("row %zu", i);
      g_assert_cmpint (result->layout, ==, row->wanted);
      g_assert_cmpint (result->width, ==, 9);
      g_assert_cmpint (result->height, ==, 8);
      assert_pixel (result, 0, 0, row->around, 0);
      assert_pixel (result, 1, 4, row->around, 0);
      assert_pixel (result, 6, 4, row->around, 0);
      assert_pixel (result, 3, 2, row->around, 0);
      assert_pixel (result, 8, 7, row->around, 0);
      if (row->wanted != THIMBLE_LAYOUT_GRAY_ALPHA)
        {
          assert_pixel (result, 2, 3, picture, 0);
          assert_pixel (result, 5, 7, picture, 0);
        }
    }
}

static void
test_pad_nothing (void)
{
  const ThimblePlacement placement = { .width = 4, .height = 4, .draw_width = 4, .draw_height = 4 };
  g_autoptr(ThimbleRaster) raster = new_filled (THIMBLE_LAYOUT_RGB, 4, 4, white);
  g_autoptr(ThimbleRaster) result = thimble_compose_pad (raster, &placement, orange, FALSE, NULL);

  g_assert_true (result == raster);
}

/* JFIF 1.02 by its formula, there and back. */
static void
test_ycc (void)
{
  for (int i = 0; i < 6 * 6 * 6; i++)
    {
      const guint8 rgb[] = { i % 6 * 51, i / 6 % 6 * 51, i / 36 * 51 };
      g_autoptr(ThimbleRaster) raster = thimble_raster_new (THIMBLE_LAYOUT_YCC, 1, 1);
      g_autoptr(ThimbleRaster) result = NULL;
      g_autoptr(ThimbleRaster) with_alpha = NULL;

      thimble_convert_rgb_to_ycc (rgb, raster->pixels);
      g_assert_cmpfloat_with_epsilon (raster->pixels[0],
                                      0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2], 0.51);
      result = thimble_convert_layout (raster, THIMBLE_LAYOUT_RGB, NULL);
      assert_pixel (result, 0, 0, rgb, 2);
      with_alpha = thimble_convert_layout (raster, THIMBLE_LAYOUT_RGBA, NULL);
      g_assert_cmpmem (with_alpha->pixels, 3, result->pixels, 3);
      g_assert_cmpuint (with_alpha->pixels[3], ==, 255);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compose/premultiply", test_premultiply);
  g_test_add_func ("/compose/no-halo", test_no_halo);
  g_test_add_func ("/compose/opaque", test_opaque);
  g_test_add_func ("/compose/flatten", test_flatten);
  g_test_add_func ("/compose/pad", test_pad);
  g_test_add_func ("/compose/pad-nothing", test_pad_nothing);
  g_test_add_func ("/compose/ycc", test_ycc);
  return g_test_run ();
}
