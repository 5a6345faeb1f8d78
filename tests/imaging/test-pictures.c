/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Right pictures: what the operation "thumbnail" makes of every layout, orientation, fit, format
 * and kind of alpha, looked at pixel by pixel. */

#include "imaging-fixture.h"

#include "thimble-convert.h"

#include <lcms2.h>

static const guint8 red[] = { 255, 0, 0, 255 };
static const guint8 green[] = { 0, 255, 0, 255 };
static const guint8 blue[] = { 0, 0, 255, 255 };
static const guint8 black[] = { 0, 0, 0, 255 };
static const guint8 white[] = { 255, 255, 255, 255 };

static void
assert_near (const guint8 *pixel, const guint8 *wanted, int n, int tolerance)
{
  for (int c = 0; c < n; c++)
    g_assert_cmpint (ABS (pixel[c] - wanted[c]), <=, tolerance);
}

/* An RGB source whose upright picture has red, green over blue, black, as stored. */
static void
begin_quarters (int orientation, int width, int height)
{
  /* Quarter of the upright picture that is stored at (left, top), (right, top), … */
  static const guint8 stored[8][4] = { { 0, 1, 2, 3 }, { 1, 0, 3, 2 }, { 3, 2, 1, 0 },
                                       { 2, 3, 0, 1 }, { 0, 2, 1, 3 }, { 1, 3, 0, 2 },
                                       { 3, 1, 2, 0 }, { 2, 0, 3, 1 } };
  const guint8 *const colours[] = { red, green, blue, black };

  if (orientation >= 5)
    {
      int swapped = width;

      width = height;
      height = swapped;
    }
  fixture_begin (THIMBLE_LAYOUT_RGB, width, height, white);
  fixture_source.info.orientation = orientation;
  for (int i = 0; i < 4; i++)
    fixture_fill (i % 2 * width / 2, i / 2 * height / 2, width / 2, height / 2,
                  colours[stored[orientation - 1][i]]);
}

static void
test_orientations (void)
{
  for (int orientation = 1; orientation <= 8; orientation++)
    {
      ThimbleThumbnailRecipe recipe = fixture_recipe (60, 60, THIMBLE_FORMAT_PIXELS);
      g_auto(Outcome) outcome = { 0 };

      begin_quarters (orientation, 120, 80);
      fixture_run_thumbnail (&recipe, &outcome);
      g_test_message ("orientation %d", orientation);
      g_assert_cmpuint (outcome.reply.source.width, ==, 120);
      g_assert_cmpuint (outcome.reply.source.height, ==, 80);
      g_assert_cmpuint (outcome.reply.outputs[0].width, ==, 60);
      g_assert_cmpuint (outcome.reply.outputs[0].height, ==, 40);
      assert_near (fixture_get_pixel (&outcome, 0, 10, 10), red, 4, 1);
      assert_near (fixture_get_pixel (&outcome, 0, 50, 10), green, 4, 1);
      assert_near (fixture_get_pixel (&outcome, 0, 10, 30), blue, 4, 1);
      assert_near (fixture_get_pixel (&outcome, 0, 50, 30), black, 4, 1);
      fixture_end ();
    }
}

/* Gravity counts in the upright picture. */
static void
test_gravity (void)
{
  static const struct
  {
    ThimbleGravity gravity;
    const guint8 *top, *bottom; /* on the left of a square cut from 160×80 at its west or east */
  } rows[] = { { THIMBLE_GRAVITY_WEST, red, blue }, { THIMBLE_GRAVITY_EAST, green, black } };

  for (int orientation = 1; orientation <= 8; orientation++)
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        ThimbleThumbnailRecipe recipe = fixture_recipe (40, 40, THIMBLE_FORMAT_PIXELS);
        g_auto(Outcome) outcome = { 0 };

        recipe.renditions[0].fit = THIMBLE_FIT_COVER;
        recipe.renditions[0].gravity = rows[i].gravity;
        begin_quarters (orientation, 160, 80);
        fixture_run_thumbnail (&recipe, &outcome);
        for (int x = 5; x < 40; x += 29)
          {
            assert_near (fixture_get_pixel (&outcome, 0, x, 5), rows[i].top, 4, 1);
            assert_near (fixture_get_pixel (&outcome, 0, x, 35), rows[i].bottom, 4, 1);
          }
        fixture_end ();
      }
}

/* A detailed patch at one end of the upright picture is in the square, for every orientation. */
static void
test_attention (void)
{
  for (int orientation = 1; orientation <= 8; orientation++)
    {
      ThimbleThumbnailRecipe recipe = fixture_recipe (30, 30, THIMBLE_FORMAT_PIXELS);
      gboolean swap = orientation >= 5;
      g_auto(Outcome) outcome = { 0 };
      int n_red = 0;

      recipe.renditions[0].fit = THIMBLE_FIT_COVER;
      recipe.renditions[0].gravity = THIMBLE_GRAVITY_ATTENTION;
      fixture_begin (THIMBLE_LAYOUT_RGB, swap ? 60 : 240, swap ? 240 : 60, white);
      fixture_source.info.orientation = orientation;
      fixture_fill (swap ? 20 : 200, swap ? 200 : 20, 20, 20, red);
      fixture_run_thumbnail (&recipe, &outcome);
      for (int y = 0; y < 30; y++)
        for (int x = 0; x < 30; x++)
          n_red += fixture_get_pixel (&outcome, 0, x, y)[1] < 128;
      g_assert_cmpint (n_red, >=, 80); /* of 100 */
      fixture_end ();
    }
}

typedef struct
{
  ThimbleLayout layout;
  guint8 pixel[4];
  guint8 on_orange[3]; /* put on the background */
  guint8 premultiplied[4];
} LayoutRow;

static const LayoutRow layout_rows[] = {
  { THIMBLE_LAYOUT_GRAY, { 90 }, { 90, 90, 90 }, { 90, 90, 90, 255 } },
  { THIMBLE_LAYOUT_GRAY_ALPHA, { 90, 255 }, { 90, 90, 90 }, { 90, 90, 90, 255 } },
  { THIMBLE_LAYOUT_GRAY_ALPHA, { 90, 51 }, { 222, 120, 18 }, { 18, 18, 18, 51 } },
  { THIMBLE_LAYOUT_RGB, { 10, 200, 30 }, { 10, 200, 30 }, { 10, 200, 30, 255 } },
  { THIMBLE_LAYOUT_RGBA, { 10, 200, 30, 255 }, { 10, 200, 30 }, { 10, 200, 30, 255 } },
  { THIMBLE_LAYOUT_RGBA, { 10, 200, 30, 0 }, { 255, 128, 0 }, { 0, 0, 0, 0 } },
  { THIMBLE_LAYOUT_RGBA, { 0, 255, 0, 128 }, { 127, 192, 0 }, { 0, 128, 0, 128 } },
  { THIMBLE_LAYOUT_YCC, { 76, 85, 255 }, { 254, 0, 0 }, { 254, 0, 0, 255 } },
  { THIMBLE_LAYOUT_CMYK, { 0, 255, 255, 0 }, { 255, 0, 0 }, { 255, 0, 0, 255 } },
  { THIMBLE_LAYOUT_CMYK, { 0, 0, 0, 255 }, { 0, 0, 0 }, { 0, 0, 0, 255 } },
};

static const ThimbleFormat formats[]
  = { THIMBLE_FORMAT_JPEG, THIMBLE_FORMAT_PNG, THIMBLE_FORMAT_WEBP, THIMBLE_FORMAT_PIXELS };

/* The middle of an output, and its corner, whatever format it is in. */
static void
check_output (const LayoutRow *row, ThimbleFormat format, ThimbleFit fit, const Outcome *outcome)
{
  gboolean is_lossy = format == THIMBLE_FORMAT_JPEG || format == THIMBLE_FORMAT_WEBP;
  int tolerance = is_lossy ? 8 : 2;
  guint8 background[] = { 255, 128, 0, 255 };
  g_autoptr(ThimbleRaster) raster = NULL;
  g_autoptr(ThimbleRaster) rgba = NULL;
  g_auto(ThimbleImageInfo) info = { 0 };
  const guint8 *pixel;

  g_assert_cmpuint (outcome->reply.outputs[0].format, ==, format);
  if (format == THIMBLE_FORMAT_PIXELS)
    {
      assert_near (fixture_get_pixel (outcome, 0, 20, 15), row->premultiplied, 4, 2);
      if (fit == THIMBLE_FIT_CONTAIN)
        assert_near (fixture_get_pixel (outcome, 0, 20, 2), background, 4, 1);
      return;
    }
  raster = fixture_decode (outcome->outputs->pdata[0], &info);
  g_assert_cmpint (info.format, ==, format);
  g_assert_cmpint (raster->width, ==, outcome->reply.outputs[0].width);
  g_assert_cmpint (raster->height, ==, outcome->reply.outputs[0].height);
  rgba = thimble_convert_layout (raster, THIMBLE_LAYOUT_RGBA, NULL);
  pixel = thimble_raster_row (rgba, 15) + 4 * 20;
  if (format == THIMBLE_FORMAT_JPEG)
    assert_near (pixel, row->on_orange, 3, tolerance);
  else
    g_assert_cmpint (ABS (pixel[3] - row->premultiplied[3]), <=, 1);
  if (format != THIMBLE_FORMAT_JPEG && row->premultiplied[3] == 255)
    assert_near (pixel, row->premultiplied, 3, tolerance);
  if (fit == THIMBLE_FIT_CONTAIN)
    assert_near (thimble_raster_row (rgba, 2) + 4 * 20, background, 4, is_lossy ? 14 : 2);
}

/* Every layout × fit × format. */
static void
test_layouts (void)
{
  static const int heights[] = { 30, 40, 40, 40 }; /* by fit */

  for (gsize i = 0; i < G_N_ELEMENTS (layout_rows); i++)
    for (int fit = THIMBLE_FIT_INSIDE; fit <= THIMBLE_FIT_FILL; fit++)
      for (gsize f = 0; f < G_N_ELEMENTS (formats); f++)
        {
          ThimbleThumbnailRecipe recipe = fixture_recipe (40, 40, formats[f]);
          g_auto(Outcome) outcome = { 0 };

          g_test_message ("row %zu, fit %d, format %d", i, fit, formats[f]);
          recipe.renditions[0].fit = fit;
          memcpy (recipe.renditions[0].background, (guint8[]) { 255, 128, 0, 255 }, 4);
          fixture_begin (layout_rows[i].layout, 80, 60, layout_rows[i].pixel);
          fixture_run_thumbnail (&recipe, &outcome);
          g_assert_cmpuint (outcome.reply.outputs[0].width, ==, 40);
          g_assert_cmpuint (outcome.reply.outputs[0].height, ==, heights[fit]);
          check_output (&layout_rows[i], formats[f], fit, &outcome);
          fixture_end ();
        }
}

static void
test_transparent_background (void)
{
  ThimbleThumbnailRecipe recipe = fixture_recipe (40, 40, THIMBLE_FORMAT_PNG);
  g_auto(Outcome) outcome = { 0 };
  g_autoptr(ThimbleRaster) raster = NULL;
  g_auto(ThimbleImageInfo) info = { 0 };

  recipe.renditions[0].fit = THIMBLE_FIT_CONTAIN;
  memset (recipe.renditions[0].background, 0, 4);
  fixture_begin (THIMBLE_LAYOUT_RGB, 80, 40, red);
  fixture_run_thumbnail (&recipe, &outcome);
  raster = fixture_decode (outcome.outputs->pdata[0], &info);
  g_assert_cmpint (raster->layout, ==, THIMBLE_LAYOUT_RGBA);
  g_assert_cmpuint (thimble_raster_row (raster, 1)[3], ==, 0);
  g_assert_cmpuint (thimble_raster_row (raster, 20)[3], ==, 255);
  fixture_end ();
}

/* What cannot be written is JPEG, or PNG where a pixel is really transparent. */
static void
test_same_format (void)
{
  ThimbleThumbnailRecipe recipe = fixture_recipe (20, 20, THIMBLE_FORMAT_SAME);
  const guint8 clear[] = { 9, 9, 9, 0 };

  for (int is_clear = 0; is_clear < 2; is_clear++)
    {
      g_auto(Outcome) outcome = { 0 };

      fixture_begin (THIMBLE_LAYOUT_RGBA, 50, 50, red);
      if (is_clear)
        fixture_fill (49, 49, 1, 1, clear);
      fixture_run_thumbnail (&recipe, &outcome);
      g_assert_cmpuint (outcome.reply.outputs[0].format, ==,
                        is_clear ? THIMBLE_FORMAT_PNG : THIMBLE_FORMAT_JPEG);
      fixture_end ();
    }
}

/* At 100 % no alpha is multiplied in and out again, even where another size needs it. */
static void
test_exact_alpha (void)
{
  ThimbleThumbnailRecipe recipe = fixture_recipe (10, 10, THIMBLE_FORMAT_PNG);
  const guint8 faint[] = { 201, 103, 57, 3 };
  g_auto(Outcome) outcome = { 0 };
  g_autoptr(ThimbleRaster) raster = NULL;
  g_auto(ThimbleImageInfo) info = { 0 };

  recipe.n_renditions = 2;
  recipe.renditions[1] = recipe.renditions[0];
  recipe.renditions[1].width = recipe.renditions[1].height = 0;
  recipe.renditions[1].percent = 10000;
  fixture_begin (THIMBLE_LAYOUT_RGBA, 50, 50, faint);
  fixture_run_thumbnail (&recipe, &outcome);
  raster = fixture_decode (outcome.outputs->pdata[1], &info);
  g_assert_cmpint (raster->width, ==, 50);
  assert_near (raster->pixels, faint, 4, 0);
  fixture_end ();
}

static GBytes *
new_linear_profile (void)
{
  const cmsCIExyY d65 = { 0.3127, 0.3290, 1 };
  const cmsCIExyYTRIPLE primaries
    = { { 0.64, 0.33, 1 }, { 0.30, 0.60, 1 }, { 0.15, 0.06, 1 } };
  cmsToneCurve *curve = cmsBuildGamma (NULL, 1);
  cmsToneCurve *curves[] = { curve, curve, curve };
  cmsHPROFILE profile = cmsCreateRGBProfile (&d65, &primaries, curves);
  cmsUInt32Number n_bytes = 0;
  guint8 *bytes;

  g_assert_true (cmsSaveProfileToMem (profile, NULL, &n_bytes));
  bytes = g_malloc (n_bytes);
  g_assert_true (cmsSaveProfileToMem (profile, bytes, &n_bytes));
  cmsCloseProfile (profile);
  cmsFreeToneCurve (curve);
  return g_bytes_new_take (bytes, n_bytes);
}

/* With no metadata the pixels become sRGB and have no profile; with metadata kept they stay and
 * have theirs; pixels for the screen are always sRGB. */
static void
test_profile (void)
{
  g_autoptr(GBytes) icc = new_linear_profile ();
  const guint8 gray[] = { 55, 55, 55, 255 };
  const guint8 brighter[] = { 128, 128, 128, 255 };

  for (int metadata = THIMBLE_METADATA_NONE; metadata <= THIMBLE_METADATA_KEEP; metadata++)
    for (gsize f = 0; f < G_N_ELEMENTS (formats); f++)
      {
        ThimbleThumbnailRecipe recipe = fixture_recipe (20, 20, formats[f]);
        g_auto(Outcome) outcome = { 0 };
        g_autoptr(ThimbleRaster) raster = NULL;
        g_auto(ThimbleImageInfo) info = { 0 };

        recipe.renditions[0].metadata = metadata;
        fixture_begin (THIMBLE_LAYOUT_RGB, 50, 50, gray);
        fixture_source.info.icc = icc;
        fixture_run_thumbnail (&recipe, &outcome);
        fixture_source.info.icc = NULL;
        if (formats[f] == THIMBLE_FORMAT_PIXELS)
          {
            assert_near (fixture_get_pixel (&outcome, 0, 9, 9), brighter, 4, 2);
            fixture_end ();
            continue;
          }
        raster = fixture_decode (outcome.outputs->pdata[0], &info);
        assert_near (thimble_raster_row (raster, 9) + 27, metadata ? gray : brighter, 3, 3);
        if (metadata == THIMBLE_METADATA_KEEP)
          g_assert_true (g_bytes_equal (info.icc, icc));
        else
          g_assert_null (info.icc);
        fixture_end ();
      }
}

/* A JPEG of so few pixels has the size of several scales at once; it must be taken for unscaled. */
static void
test_tiny_jpeg (void)
{
  for (int side = 1; side <= 8; side++)
    {
      ThimbleThumbnailRecipe recipe = fixture_recipe (100, 100, THIMBLE_FORMAT_PIXELS);
      g_auto(Outcome) outcome = { 0 };

      fixture_begin (THIMBLE_LAYOUT_RGB, side, 7, white);
      fixture_source.info.format = THIMBLE_FORMAT_JPEG;
      fixture_fill (0, 6, side, 1, red);
      fixture_fill (side - 1, 0, 1, 7, blue);
      fixture_run_thumbnail (&recipe, &outcome);
      g_assert_cmpuint (outcome.reply.outputs[0].width, ==, side);
      g_assert_cmpuint (outcome.reply.outputs[0].height, ==, 7);
      for (int y = 0; y < 7; y++)
        assert_near (fixture_get_pixel (&outcome, 0, side - 1, y), blue, 4, 0);
      for (int x = 0; x < side - 1; x++)
        {
          assert_near (fixture_get_pixel (&outcome, 0, x, 5), white, 4, 0);
          assert_near (fixture_get_pixel (&outcome, 0, x, 6), red, 4, 0);
        }
      fixture_end ();
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pictures/orientations", test_orientations);
  g_test_add_func ("/pictures/gravity", test_gravity);
  g_test_add_func ("/pictures/attention", test_attention);
  g_test_add_func ("/pictures/layouts", test_layouts);
  g_test_add_func ("/pictures/transparent-background", test_transparent_background);
  g_test_add_func ("/pictures/same-format", test_same_format);
  g_test_add_func ("/pictures/exact-alpha", test_exact_alpha);
  g_test_add_func ("/pictures/profile", test_profile);
  g_test_add_func ("/pictures/tiny-jpeg", test_tiny_jpeg);
  return g_test_run ();
}
