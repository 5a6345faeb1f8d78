/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The box filter beside the definition of a mean, whichever loop it takes. */

#include "thimble-box.h"

static guint32 seed = 1;

static ThimbleRaster *
make_noise (ThimbleLayout layout, int width, int height, gboolean is_white)
{
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);

  for (int y = 0; y < height; y++)
    for (int i = 0; i < width * thimble_layout_get_n_channels (layout); i++)
      {
        seed = seed * 1664525 + 1013904223;
        thimble_raster_row (raster, y)[i] = is_white ? 255 : seed >> 24;
      }
  return raster;
}

static guint
get_mean (const ThimbleRaster *raster, int left, int top, int factor_x, int factor_y, int channel)
{
  int n_channels = thimble_layout_get_n_channels (raster->layout);
  guint sum = 0, n = 0;

  for (int y = top; y < MIN (top + factor_y, raster->height); y++)
    for (int x = left; x < MIN (left + factor_x, raster->width); x++, n++)
      sum += thimble_raster_row (raster, y)[x * n_channels + channel];
  return (sum + n / 2) / n;
}

static void
check (const ThimbleRaster *raster, int factor_x, int factor_y)
{
  int n_channels = thimble_layout_get_n_channels (raster->layout);
  ThimbleBox box = { .factor_x = factor_x, .factor_y = factor_y };
  g_autoptr (ThimbleRaster) small = thimble_box_shrink (raster, &box);

  g_assert_cmpint (small->width, ==, (raster->width + factor_x - 1) / factor_x);
  g_assert_cmpint (small->height, ==, (raster->height + factor_y - 1) / factor_y);
  for (int y = 0; y < small->height; y++)
    for (int x = 0; x < small->width; x++)
      for (int c = 0; c < n_channels; c++)
        g_assert_cmpuint (thimble_raster_row (small, y)[x * n_channels + c], ==,
                          get_mean (raster, x * factor_x, y * factor_y, factor_x, factor_y, c));
}

/* Sides that the factors go into, and such that leave each rest; noise, and white, of which sums are
 * the largest. */
static void
test_means (gconstpointer data)
{
  const ThimbleLayout layout = GPOINTER_TO_INT (data);

  for (int side = 120; side < 129; side++)
    for (int white = 0; white < 2; white++)
      {
        g_autoptr (ThimbleRaster) raster = make_noise (layout, side, 250 - side, white);

        for (int factor = 1; factor <= 9; factor++)
          {
            check (raster, factor, factor);
            check (raster, factor, 10 - factor);
          }
        check (raster, 2, 128);
        check (raster, 4, 64);
        check (raster, 4, 128);
        check (raster, 128, 2);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/box/means/grey", GINT_TO_POINTER (THIMBLE_LAYOUT_GRAY), test_means);
  g_test_add_data_func ("/box/means/rgb", GINT_TO_POINTER (THIMBLE_LAYOUT_RGB), test_means);
  g_test_add_data_func ("/box/means/rgba", GINT_TO_POINTER (THIMBLE_LAYOUT_RGBA), test_means);
  return g_test_run ();
}
