/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What draws the eye is inside the window: one detailed patch on flat ground, in each corner. */

#include "thimble-attention.h"

#define PATCH 40

static ThimbleRaster *
new_ground (int width, int height)
{
  ThimbleRaster *raster = thimble_raster_new (THIMBLE_LAYOUT_RGB, width, height);

  for (int y = 0; y < height; y++)
    memset (thimble_raster_row (raster, y), 150, 3 * width);
  return raster;
}

static void
draw_patch (ThimbleRaster *raster, int left, int top)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (5);

  for (int y = 0; y < PATCH; y += 4)
    for (int x = 0; x < PATCH; x += 4)
      {
        guint32 colour = g_rand_int (random);

        for (int i = 0; i < 16; i++)
          memcpy (thimble_raster_row (raster, top + y + i / 4) + 3 * (left + x + i % 4), &colour,
                  3);
      }
}

static void
test_corners (void)
{
  static const struct
  {
    int width, height;
  } sizes[] = { { 400, 200 }, { 200, 400 }, { 300, 300 }, { 64, 50 }, { 1000, 120 } };

  for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (int corner = 0; corner < 4; corner++)
      {
        int width = sizes[s].width, height = sizes[s].height;
        int side = MIN (width, height) * 9 / 10;
        int left = corner % 2 == 0 ? 0 : width - PATCH;
        int top = corner / 2 == 0 ? 0 : height - PATCH;
        g_autoptr(ThimbleRaster) raster = new_ground (width, height);
        ThimbleWindow window = { 0, 0, side, side };

        draw_patch (raster, left, top);
        g_assert_true (thimble_attention_move_window (raster, &window, NULL));
        g_test_message ("size %zu corner %d: %g %g", s, corner, window.x, window.y);
        g_assert_cmpfloat (window.width, ==, side);
        g_assert_cmpfloat (window.x, >=, 0);
        g_assert_cmpfloat (window.y, >=, 0);
        g_assert_cmpfloat (window.x + side, <=, width + 1e-9);
        g_assert_cmpfloat (window.y + side, <=, height + 1e-9);
        /* Positions are those of a small copy. */
        g_assert_cmpfloat (window.x, <=, left + width / 64.0);
        g_assert_cmpfloat (window.y, <=, top + height / 64.0);
        g_assert_cmpfloat (window.x + side, >=, left + PATCH - width / 64.0);
        g_assert_cmpfloat (window.y + side, >=, top + PATCH - height / 64.0);
      }
}

/* A patch in the middle of a long picture comes to the middle of the window. */
static void
test_middle (void)
{
  g_autoptr(ThimbleRaster) raster = new_ground (640, 160);
  ThimbleWindow window = { 0, 0, 160, 160 };

  draw_patch (raster, 400, 60);
  g_assert_true (thimble_attention_move_window (raster, &window, NULL));
  g_assert_cmpfloat (window.x, >=, 300);
  g_assert_cmpfloat (window.x, <=, 380);
  g_assert_cmpfloat (window.y, ==, 0);
}

static void
test_flat (void)
{
  g_autoptr(ThimbleRaster) raster = new_ground (640, 160);
  ThimbleWindow window = { 0, 0, 160, 160 };

  g_assert_true (thimble_attention_move_window (raster, &window, NULL));
  g_assert_cmpfloat (window.x, >=, 230);
  g_assert_cmpfloat (window.x, <=, 250);
}

static void
test_same_again (void)
{
  g_autoptr(ThimbleRaster) raster = new_ground (500, 170);
  ThimbleWindow first = { 0, 0, 150, 150 };
  ThimbleWindow second = { 99, 9, 150, 150 };

  draw_patch (raster, 333, 77);
  g_assert_true (thimble_attention_move_window (raster, &first, NULL));
  g_assert_true (thimble_attention_move_window (raster, &second, NULL));
  g_assert_cmpfloat (first.x, ==, second.x);
  g_assert_cmpfloat (first.y, ==, second.y);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attention/corners", test_corners);
  g_test_add_func ("/attention/middle", test_middle);
  g_test_add_func ("/attention/flat", test_flat);
  g_test_add_func ("/attention/same-again", test_same_again);
  return g_test_run ();
}
