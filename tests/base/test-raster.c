/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rasters: layouts, strides and the room that vector code needs behind the last row. */

#include "thimble-raster.h"

#include <string.h>

/* Sanitizers end the program when it asks for more than there is, unless told not to. */
const char *__asan_default_options (void);
const char *__tsan_default_options (void);

const char *
__asan_default_options (void)
{
  return "allocator_may_return_null=1";
}

const char *
__tsan_default_options (void)
{
  return "allocator_may_return_null=1";
}

static void
test_layouts (void)
{
  static const struct
  {
    ThimbleLayout layout;
    int n_channels;
    gboolean has_alpha;
  } cases[] = {
    { THIMBLE_LAYOUT_GRAY, 1, FALSE }, { THIMBLE_LAYOUT_GRAY_ALPHA, 2, TRUE },
    { THIMBLE_LAYOUT_RGB, 3, FALSE },  { THIMBLE_LAYOUT_RGBA, 4, TRUE },
    { THIMBLE_LAYOUT_YCC, 3, FALSE },  { THIMBLE_LAYOUT_CMYK, 4, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (thimble_layout_get_n_channels (cases[i].layout), ==, cases[i].n_channels);
      g_assert_cmpint (thimble_layout_has_alpha (cases[i].layout), ==, cases[i].has_alpha);
    }
}

static void
test_rows (void)
{
  static const int widths[] = { 1, 5, 16, 21, 64, 333 };
  static const int heights[] = { 1, 2, 77 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    for (guint j = 0; j < G_N_ELEMENTS (heights); j++)
      for (int layout = THIMBLE_LAYOUT_GRAY; layout <= THIMBLE_LAYOUT_CMYK; layout++)
        {
          g_autoptr(ThimbleRaster) raster = thimble_raster_new (layout, widths[i], heights[j]);
          gsize row_size = (gsize) widths[i] * thimble_layout_get_n_channels (layout);

          g_assert_nonnull (raster);
          g_assert_cmpint (raster->width, ==, widths[i]);
          g_assert_cmpint (raster->height, ==, heights[j]);
          g_assert_cmpint (raster->layout, ==, layout);
          g_assert_false (raster->premultiplied);
          g_assert_cmpuint (raster->stride, >=, row_size);
          g_assert_cmpuint (raster->stride % 16, ==, 0);
          g_assert_cmpuint (GPOINTER_TO_SIZE (raster->pixels) % 64, ==, 0);
          g_assert_true (thimble_raster_row (raster, heights[j] - 1)
                         == raster->pixels + raster->stride * (heights[j] - 1));
          memset (raster->pixels, 0xAB, raster->stride * heights[j] + 64);
        }
}

static void
test_ref (void)
{
  ThimbleRaster *raster = thimble_raster_new (THIMBLE_LAYOUT_RGB, 3, 3);

  g_assert_true (thimble_raster_ref (raster) == raster);
  thimble_raster_unref (raster);
  raster->pixels[0] = 1;
  g_assert_cmpuint (thimble_raster_row (raster, 0)[0], ==, 1);
  thimble_raster_unref (raster);
}

/* 2^24 × 2^24 × 4 bytes is no memory, not the small block that is left of it in 32 bits. */
static void
test_no_memory (void)
{
  g_assert_null (thimble_raster_new (THIMBLE_LAYOUT_RGBA, 1 << 24, 1 << 24));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/raster/layouts", test_layouts);
  g_test_add_func ("/raster/rows", test_rows);
  g_test_add_func ("/raster/ref", test_ref);
  g_test_add_func ("/raster/no-memory", test_no_memory);
  return g_test_run ();
}
