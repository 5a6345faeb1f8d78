/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The eight orientations of one marked picture, in all pixel sizes, and of windows. */

#include "thimble-orientation.h"

/* The picture upright is "AB" over "CD" over "EF", each letter a pixel. What a camera stores for
 * each value of the tag, from EXIF 2.3's table of the 0th row and 0th column. */
static const struct
{
  int width, height;
  const char *stored;
} rows[] = {
  { 2, 3, "ABCDEF" }, /* 1: row 0 is the top, column 0 the left side */
  { 2, 3, "BADCFE" }, /* 2: top, right */
  { 2, 3, "FEDCBA" }, /* 3: bottom, right */
  { 2, 3, "EFCDAB" }, /* 4: bottom, left */
  { 3, 2, "ACEBDF" }, /* 5: left, top */
  { 3, 2, "BDFACE" }, /* 6: right, top */
  { 3, 2, "FDBECA" }, /* 7: right, bottom */
  { 3, 2, "ECAFDB" }, /* 8: left, bottom */
};

static ThimbleRaster *
new_stored (ThimbleLayout layout, int orientation)
{
  int width = rows[orientation - 1].width, height = rows[orientation - 1].height;
  int n_channels = thimble_layout_get_n_channels (layout);
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < n_channels; c++)
        thimble_raster_row (raster, y)[x * n_channels + c]
          = rows[orientation - 1].stored[y * width + x] + 32 * c;
  return raster;
}

static void
test_pixels (void)
{
  for (int layout = THIMBLE_LAYOUT_GRAY; layout <= THIMBLE_LAYOUT_CMYK; layout++)
    for (int orientation = 1; orientation <= 8; orientation++)
      {
        g_autoptr(ThimbleRaster) stored = new_stored (layout, orientation);
        g_autoptr(ThimbleRaster) upright = NULL;
        int n_channels = thimble_layout_get_n_channels (layout);

        upright = thimble_orientation_apply (stored, orientation, NULL);
        g_test_message ("layout %d, orientation %d", layout, orientation);
        g_assert_cmpint (upright->layout, ==, layout);
        g_assert_cmpint (upright->width, ==, 2);
        g_assert_cmpint (upright->height, ==, 3);
        for (int i = 0; i < 6; i++)
          for (int c = 0; c < n_channels; c++)
            g_assert_cmpint (thimble_raster_row (upright, i / 2)[i % 2 * n_channels + c], ==,
                             'A' + i + 32 * c);
      }
}

/* The window of one upright pixel is where that pixel is stored. */
static void
test_windows (void)
{
  for (int orientation = 1; orientation <= 8; orientation++)
    for (int i = 0; i < 6; i++)
      {
        int width = rows[orientation - 1].width, height = rows[orientation - 1].height;
        ThimbleWindow window = { i % 2, i / 2, 1, 1 };

        thimble_orientation_map_window (orientation, width, height, &window);
        g_assert_cmpfloat (window.width, ==, 1);
        g_assert_cmpfloat (window.height, ==, 1);
        g_assert_cmpint (
          rows[orientation - 1].stored[(int) window.y * width + (int) window.x], ==, 'A' + i);
      }
}

static void
test_window_shape (void)
{
  ThimbleWindow window = { 1, 2, 30, 40 };

  thimble_orientation_map_window (6, 100, 200, &window);
  g_assert_cmpfloat (window.x, ==, 2);
  g_assert_cmpfloat (window.y, ==, 169);
  g_assert_cmpfloat (window.width, ==, 40);
  g_assert_cmpfloat (window.height, ==, 30);
}

static void
test_unknown (void)
{
  static const int values[] = { -1, 0, 9, 65535 };
  g_autoptr(ThimbleRaster) raster = thimble_raster_new (THIMBLE_LAYOUT_RGB, 4, 5);

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr(ThimbleRaster) upright = thimble_orientation_apply (raster, values[i], NULL);

      g_assert_true (upright == raster);
      g_assert_false (thimble_orientation_swaps_sides (values[i]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/orientation/pixels", test_pixels);
  g_test_add_func ("/orientation/windows", test_windows);
  g_test_add_func ("/orientation/window-shape", test_window_shape);
  g_test_add_func ("/orientation/unknown", test_unknown);
  return g_test_run ();
}
