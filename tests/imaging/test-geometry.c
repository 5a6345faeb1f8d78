/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where pictures land, as tables. The sizes of `inside` were checked against vipsthumbnail. */

#include "thimble-errors.h"
#include "thimble-geometry.h"

#include <math.h>

#define INSIDE THIMBLE_FIT_INSIDE
#define COVER THIMBLE_FIT_COVER
#define CONTAIN THIMBLE_FIT_CONTAIN
#define FILL THIMBLE_FIT_FILL

typedef struct
{
  guint32 source_width, source_height;
  guint32 box_width, box_height, percent;
  ThimbleFit fit;
  gboolean enlarge, scalable;
  int width, height, draw_width, draw_height;
} SizeRow;

static const SizeRow size_rows[] = {
  /* inside */
  { 6000, 4000, 128, 128, 0, INSIDE, 0, 0, 128, 85, 128, 85 },
  { 4000, 6000, 128, 128, 0, INSIDE, 0, 0, 85, 128, 85, 128 },
  { 1600, 1600, 128, 128, 0, INSIDE, 0, 0, 128, 128, 128, 128 },
  { 640, 480, 128, 128, 0, INSIDE, 0, 0, 128, 96, 128, 96 },
  { 1000, 10, 128, 128, 0, INSIDE, 0, 0, 128, 1, 128, 1 },
  { 10000, 1, 128, 128, 0, INSIDE, 0, 0, 128, 1, 128, 1 },
  { 1, 10000, 128, 128, 0, INSIDE, 0, 0, 1, 128, 1, 128 },
  { 256, 255, 128, 128, 0, INSIDE, 0, 0, 128, 128, 128, 128 }, /* 127.5 is rounded up */
  { 256, 253, 128, 128, 0, INSIDE, 0, 0, 128, 127, 128, 127 },
  { 3000, 2000, 800, 600, 0, INSIDE, 0, 0, 800, 533, 800, 533 },
  { 2000, 3000, 800, 600, 0, INSIDE, 0, 0, 400, 600, 400, 600 },
  { 3000, 2000, 800, 0, 0, INSIDE, 0, 0, 800, 533, 800, 533 },
  { 3000, 2000, 0, 600, 0, INSIDE, 0, 0, 900, 600, 900, 600 },
  { 30, 6000, 800, 0, 0, INSIDE, 0, 0, 30, 6000, 30, 6000 },
  { 100, 50, 128, 128, 0, INSIDE, 0, 0, 100, 50, 100, 50 },
  { 100, 50, 128, 128, 0, INSIDE, 1, 0, 128, 64, 128, 64 },
  { 100, 50, 128, 128, 0, INSIDE, 0, 1, 128, 64, 128, 64 },
  { 128, 128, 128, 128, 0, INSIDE, 0, 0, 128, 128, 128, 128 },
  { 1, 1, 65535, 65535, 0, INSIDE, 1, 0, 65535, 65535, 65535, 65535 },
  /* percent */
  { 1000, 500, 0, 0, 5000, INSIDE, 0, 0, 500, 250, 500, 250 },
  { 1001, 501, 0, 0, 5000, INSIDE, 0, 0, 501, 251, 501, 251 },
  { 1000, 500, 0, 0, 10000, INSIDE, 0, 0, 1000, 500, 1000, 500 },
  { 1000, 500, 0, 0, 20000, INSIDE, 0, 0, 1000, 500, 1000, 500 },
  { 1000, 500, 0, 0, 20000, INSIDE, 1, 0, 2000, 1000, 2000, 1000 },
  { 1000, 500, 0, 0, 1, INSIDE, 0, 0, 1, 1, 1, 1 },
  { 1000, 500, 0, 0, 3333, COVER, 0, 0, 333, 167, 333, 167 },
  { 1000, 500, 0, 0, 5000, CONTAIN, 0, 0, 500, 250, 500, 250 },
  /* cover */
  { 3000, 2000, 200, 200, 0, COVER, 0, 0, 200, 200, 200, 200 },
  { 2000, 3000, 200, 100, 0, COVER, 0, 0, 200, 100, 200, 100 },
  { 300, 100, 200, 200, 0, COVER, 0, 0, 200, 100, 200, 100 },
  { 100, 50, 200, 200, 0, COVER, 0, 0, 100, 50, 100, 50 },
  { 100, 50, 200, 200, 0, COVER, 1, 0, 200, 200, 200, 200 },
  { 100, 50, 200, 200, 0, COVER, 0, 1, 200, 200, 200, 200 },
  { 3000, 2000, 200, 0, 0, COVER, 0, 0, 200, 133, 200, 133 },
  /* contain */
  { 3000, 2000, 200, 200, 0, CONTAIN, 0, 0, 200, 200, 200, 133 },
  { 2000, 3000, 200, 200, 0, CONTAIN, 0, 0, 200, 200, 133, 200 },
  { 100, 50, 200, 200, 0, CONTAIN, 0, 0, 200, 200, 100, 50 },
  { 100, 50, 200, 200, 0, CONTAIN, 1, 0, 200, 200, 200, 100 },
  { 100, 50, 200, 200, 0, CONTAIN, 0, 1, 200, 200, 200, 100 },
  { 3000, 2000, 0, 200, 0, CONTAIN, 0, 0, 300, 200, 300, 200 },
  { 10000, 1, 200, 200, 0, CONTAIN, 0, 0, 200, 200, 200, 1 },
  /* fill */
  { 3000, 2000, 200, 100, 0, FILL, 0, 0, 200, 100, 200, 100 },
  { 100, 2000, 200, 100, 0, FILL, 0, 0, 100, 100, 100, 100 },
  { 100, 50, 200, 100, 0, FILL, 0, 0, 100, 50, 100, 50 },
  { 100, 50, 200, 300, 0, FILL, 1, 0, 200, 300, 200, 300 },
  { 100, 50, 200, 300, 0, FILL, 0, 1, 200, 300, 200, 300 },
  { 3000, 2000, 200, 0, 0, FILL, 0, 0, 200, 133, 200, 133 },
};

static ThimbleRenditionRecipe
to_recipe (const SizeRow *row)
{
  return (ThimbleRenditionRecipe) {
    .width = row->box_width,
    .height = row->box_height,
    .percent = row->percent,
    .fit = row->fit,
    .enlarge = row->enlarge,
    .quality = 80,
  };
}

static void
test_sizes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (size_rows); i++)
    {
      const SizeRow *row = &size_rows[i];
      ThimbleRenditionRecipe recipe = to_recipe (row);
      g_autoptr(GError) error = NULL;
      ThimblePlacement placement;

      g_test_message ("row %zu", i);
      g_assert_true (thimble_geometry_place (row->source_width, row->source_height, row->scalable,
                                             &recipe, &placement, &error));
      g_assert_no_error (error);
      g_assert_cmpint (placement.width, ==, row->width);
      g_assert_cmpint (placement.height, ==, row->height);
      g_assert_cmpint (placement.draw_width, ==, row->draw_width);
      g_assert_cmpint (placement.draw_height, ==, row->draw_height);
      g_assert_cmpfloat (placement.crop_x, >=, 0);
      g_assert_cmpfloat (placement.crop_y, >=, 0);
      g_assert_cmpfloat (placement.crop_x + placement.crop_width, <=, row->source_width + 1e-9);
      g_assert_cmpfloat (placement.crop_y + placement.crop_height, <=, row->source_height + 1e-9);
      if (row->fit != COVER)
        {
          g_assert_cmpfloat (placement.crop_width, ==, row->source_width);
          g_assert_cmpfloat (placement.crop_height, ==, row->source_height);
        }
    }
}

/* What cover keeps of 3000×2000 in a square of 200: 2000 of the width. And where contain puts
 * 200×133 in that square. */
static void
test_gravity (void)
{
  static const struct
  {
    ThimbleGravity gravity;
    double crop_x;       /* of a wide picture */
    double crop_y;       /* of the same turned */
    int draw_x, draw_y;  /* of the turned, of the wide one */
  } rows[] = {
    { THIMBLE_GRAVITY_CENTRE, 500, 500, 33, 33 },
    { THIMBLE_GRAVITY_NORTH, 500, 0, 33, 0 },
    { THIMBLE_GRAVITY_NORTH_EAST, 1000, 0, 67, 0 },
    { THIMBLE_GRAVITY_EAST, 1000, 500, 67, 33 },
    { THIMBLE_GRAVITY_SOUTH_EAST, 1000, 1000, 67, 67 },
    { THIMBLE_GRAVITY_SOUTH, 500, 1000, 33, 67 },
    { THIMBLE_GRAVITY_SOUTH_WEST, 0, 1000, 0, 67 },
    { THIMBLE_GRAVITY_WEST, 0, 500, 0, 33 },
    { THIMBLE_GRAVITY_NORTH_WEST, 0, 0, 0, 0 },
    { THIMBLE_GRAVITY_ATTENTION, 500, 500, 33, 33 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ThimbleRenditionRecipe recipe = { .width = 200, .height = 200, .fit = COVER, .quality = 80,
                                        .gravity = rows[i].gravity };
      ThimblePlacement wide, high;

      g_test_message ("row %zu", i);
      g_assert_true (thimble_geometry_place (3000, 2000, FALSE, &recipe, &wide, NULL));
      g_assert_true (thimble_geometry_place (2000, 3000, FALSE, &recipe, &high, NULL));
      g_assert_cmpfloat_with_epsilon (wide.crop_width, 2000, 1e-6);
      g_assert_cmpfloat_with_epsilon (wide.crop_height, 2000, 1e-6);
      g_assert_cmpfloat_with_epsilon (wide.crop_x, rows[i].crop_x, 1e-6);
      g_assert_cmpfloat_with_epsilon (wide.crop_y, 0, 1e-6);
      g_assert_cmpfloat_with_epsilon (high.crop_x, 0, 1e-6);
      g_assert_cmpfloat_with_epsilon (high.crop_y, rows[i].crop_y, 1e-6);

      recipe.fit = CONTAIN;
      g_assert_true (thimble_geometry_place (3000, 2000, FALSE, &recipe, &wide, NULL));
      g_assert_true (thimble_geometry_place (2000, 3000, FALSE, &recipe, &high, NULL));
      g_assert_cmpint (wide.draw_x, ==, 0);
      g_assert_cmpint (wide.draw_y, ==, rows[i].draw_y);
      g_assert_cmpint (high.draw_x, ==, rows[i].draw_x);
      g_assert_cmpint (high.draw_y, ==, 0);
    }
}

static void
test_too_large (void)
{
  static const SizeRow rows[] = {
    { 1000, 10, 0, 6000, 0, INSIDE, 1, 0, 0, 0, 0, 0 },
    { 10, 1000, 6000, 0, 0, COVER, 1, 0, 0, 0, 0, 0 },
    { 70000, 10, 0, 10, 0, INSIDE, 0, 0, 0, 0, 0, 0 },
    { 70000, 10, 0, 0, 10000, INSIDE, 0, 0, 0, 0, 0, 0 },
    { 4000, 10, 0, 0, 1000000, INSIDE, 1, 0, 0, 0, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ThimbleRenditionRecipe recipe = to_recipe (&rows[i]);
      g_autoptr(GError) error = NULL;
      ThimblePlacement placement;

      g_assert_false (thimble_geometry_place (rows[i].source_width, rows[i].source_height, FALSE,
                                              &recipe, &placement, &error));
      g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE);
      g_assert_true (g_str_has_prefix (error->message, "would become "));
    }
}

static void
test_decode_size (void)
{
  static const struct
  {
    SizeRow size;
    ThimbleScaling scaling;
    guint32 width, height;
  } rows[] = {
    { { 6000, 4000, 128, 128, 0, INSIDE }, THIMBLE_SCALING_FAST, 128, 85 },
    { { 6000, 4000, 128, 128, 0, INSIDE }, THIMBLE_SCALING_FINE, 256, 170 },
    { { 6000, 4000, 200, 200, 0, COVER }, THIMBLE_SCALING_FAST, 300, 200 },
    { { 4000, 6000, 200, 200, 0, COVER }, THIMBLE_SCALING_FINE, 400, 600 },
    { { 6000, 4000, 200, 200, 0, CONTAIN }, THIMBLE_SCALING_FAST, 200, 133 },
    { { 6000, 4000, 200, 300, 0, FILL }, THIMBLE_SCALING_FAST, 200, 300 },
    { { 100, 100, 200, 200, 0, INSIDE, 1 }, THIMBLE_SCALING_FAST, 200, 200 },
    { { 1, 1000000, 65535, 1, 0, COVER, 1 }, THIMBLE_SCALING_FAST, 65535, G_MAXUINT32 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ThimbleRenditionRecipe recipe = to_recipe (&rows[i].size);
      guint32 source_width = rows[i].size.source_width;
      guint32 source_height = rows[i].size.source_height;
      ThimblePlacement placement;
      guint32 width, height;

      g_test_message ("row %zu", i);
      g_assert_true (thimble_geometry_place (source_width, source_height, FALSE, &recipe,
                                             &placement, NULL));
      thimble_geometry_get_decode_size (&placement, source_width, source_height, rows[i].scaling,
                                        &width, &height);
      g_assert_cmpuint (width, ==, rows[i].width);
      g_assert_cmpuint (height, ==, rows[i].height);
    }
}

/* For any size and box: never outside the box, one side of it reached, proportions within half a
 * pixel, never enlarged. */
static void
test_invariants (void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (2);

  for (int i = 0; i < 20000; i++)
    {
      guint32 width = g_rand_int_range (random, 1, 5000);
      guint32 height = g_rand_int_range (random, 1, 5000);
      ThimbleRenditionRecipe recipe = { .width = g_rand_int_range (random, 1, 2000),
                                        .height = g_rand_int_range (random, 1, 2000) };
      double shrink = MAX (1, MAX ((double) width / recipe.width, (double) height / recipe.height));
      ThimblePlacement placement;

      g_assert_true (thimble_geometry_place (width, height, FALSE, &recipe, &placement, NULL));
      g_assert_cmpint (placement.width, <=, recipe.width);
      g_assert_cmpint (placement.height, <=, recipe.height);
      g_assert_cmpint (placement.width, >=, 1);
      g_assert_cmpint (placement.height, >=, 1);
      g_assert_cmpfloat (fabs (placement.width - MAX (1, width / shrink)), <=, 0.5001);
      g_assert_cmpfloat (fabs (placement.height - MAX (1, height / shrink)), <=, 0.5001);
      g_assert_true (placement.width == (int) recipe.width
                     || placement.height == (int) recipe.height
                     || (placement.width == (int) width && placement.height == (int) height));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/geometry/sizes", test_sizes);
  g_test_add_func ("/geometry/gravity", test_gravity);
  g_test_add_func ("/geometry/too-large", test_too_large);
  g_test_add_func ("/geometry/decode-size", test_decode_size);
  g_test_add_func ("/geometry/invariants", test_invariants);
  return g_test_run ();
}
