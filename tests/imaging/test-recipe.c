/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recipes come over the wire: every field that is out of range is an error, and no bytes at all
 * bring anything down. */

#include "thimble-recipe.h"

static ThimbleThumbnailRecipe
new_recipe (void)
{
  ThimbleThumbnailRecipe recipe = { .max_pixels = 1000, .max_bytes = 1000, .n_renditions = 2 };

  for (int i = 0; i < 2; i++)
    recipe.renditions[i] = (ThimbleRenditionRecipe) { .width = 128, .height = 128, .quality = 80 };
  return recipe;
}

static void
test_good (void)
{
  ThimbleThumbnailRecipe recipe = new_recipe ();
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;
  ThimbleThumbnailRecipe parsed;

  recipe.renditions[1] = (ThimbleRenditionRecipe) { .percent = THIMBLE_MAX_PERCENT, .quality = 1 };
  bytes = g_bytes_new (&recipe, sizeof recipe);
  g_assert_true (thimble_recipe_parse (bytes, &parsed, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (&parsed, sizeof parsed, &recipe, sizeof recipe);
}

/* Bytes of a recipe need not be aligned. */
static void
test_unaligned (void)
{
  ThimbleThumbnailRecipe recipe = new_recipe ();
  guint8 space[sizeof recipe + 3];
  g_autoptr(GBytes) bytes = NULL;
  ThimbleThumbnailRecipe parsed;

  memcpy (space + 3, &recipe, sizeof recipe);
  bytes = g_bytes_new_static (space + 3, sizeof recipe);
  g_assert_true (thimble_recipe_parse (bytes, &parsed, NULL));
  g_assert_cmpuint (parsed.renditions[0].width, ==, 128);
}

static void
assert_refused (const void *data, gsize n_bytes)
{
  g_autoptr(GBytes) bytes = g_bytes_new (data, n_bytes);
  g_autoptr(GError) error = NULL;
  ThimbleThumbnailRecipe parsed;

  g_assert_false (thimble_recipe_parse (bytes, &parsed, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_length (void)
{
  ThimbleThumbnailRecipe recipe = new_recipe ();
  g_autofree guint8 *longer = g_malloc0 (sizeof recipe + 1);
  g_autoptr(GError) error = NULL;

  memcpy (longer, &recipe, sizeof recipe);
  assert_refused (longer, sizeof recipe + 1);
  for (gsize n = 0; n < sizeof recipe; n += 13)
    assert_refused (longer, n);
  g_assert_false (thimble_recipe_parse (NULL, &recipe, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

#define REFUSE(assignment) \
  G_STMT_START \
  { \
    ThimbleThumbnailRecipe recipe = new_recipe (); \
    recipe.assignment; \
    assert_refused (&recipe, sizeof recipe); \
  } \
  G_STMT_END

static void
test_fields (void)
{
  REFUSE (max_pixels = 0);
  REFUSE (max_bytes = 0);
  REFUSE (max_bytes = (guint64) G_MAXINT32 + 1);
  REFUSE (max_bytes = G_MAXUINT64);
  REFUSE (scaling = 2);
  REFUSE (n_renditions = 0);
  REFUSE (n_renditions = THIMBLE_MAX_RENDITIONS + 1);
  REFUSE (n_renditions = G_MAXUINT32);
  REFUSE (n_renditions = 3); /* the third is all zero */
  REFUSE (n_others = 1);
  REFUSE (n_others = THIMBLE_MAX_RENDITIONS);
  REFUSE (n_others = G_MAXUINT32);
  REFUSE (renditions[1].width = 65536);
  REFUSE (renditions[1].height = G_MAXUINT32);
  REFUSE (renditions[1].percent = 1);
  REFUSE (renditions[1].width = recipe.renditions[1].height = 0);
  REFUSE (renditions[1].fit = 4);
  REFUSE (renditions[1].gravity = 10);
  REFUSE (renditions[1].enlarge = 2);
  REFUSE (renditions[1].format = THIMBLE_FORMAT_OTHER);
  REFUSE (renditions[1].format = 255);
  REFUSE (renditions[1].metadata = 2);
  REFUSE (renditions[1].quality = 0);
  REFUSE (renditions[1].quality = 101);
}

static void
test_percent_limit (void)
{
  ThimbleThumbnailRecipe recipe = new_recipe ();

  recipe.renditions[0]
    = (ThimbleRenditionRecipe) { .percent = THIMBLE_MAX_PERCENT + 1, .quality = 80 };
  assert_refused (&recipe, sizeof recipe);
}

/* What is random is refused, or has every field in range. */
static void
test_random (void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (6);
  guint n_good = 0;

  for (int i = 0; i < 20000; i++)
    {
      ThimbleThumbnailRecipe recipe = new_recipe ();
      guint8 *raw = (guint8 *) &recipe;
      g_autoptr(GBytes) bytes = NULL;
      ThimbleThumbnailRecipe parsed;

      for (int k = 0; k < 2; k++)
        raw[g_rand_int_range (random, 0, 80)] = g_rand_int (random);
      bytes = g_bytes_new (&recipe, sizeof recipe);
      if (!thimble_recipe_parse (bytes, &parsed, NULL))
        continue;
      n_good++;
      g_assert_cmpuint (parsed.n_renditions, <=, THIMBLE_MAX_RENDITIONS);
      for (guint k = 0; k < parsed.n_renditions; k++)
        {
          g_assert_cmpuint (parsed.renditions[k].quality, <=, 100);
          g_assert_cmpuint (parsed.renditions[k].gravity, <=, THIMBLE_GRAVITY_ATTENTION);
          g_assert_cmpuint (parsed.renditions[k].width, <=, G_MAXUINT16);
        }
    }
  g_assert_cmpuint (n_good, >, 0);
}

static void
test_limits (void)
{
  ThimbleThumbnailRecipe recipe = { .max_pixels = 5, .max_bytes = 6, .n_renditions = 99 };
  g_autoptr(GBytes) bytes = g_bytes_new (&recipe, sizeof recipe);
  ThimbleThumbnailRecipe parsed;

  g_assert_true (thimble_recipe_parse_limits (bytes, &parsed, NULL));
  g_assert_cmpuint (parsed.max_pixels, ==, 5);
  g_assert_cmpuint (parsed.max_bytes, ==, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recipe/good", test_good);
  g_test_add_func ("/recipe/unaligned", test_unaligned);
  g_test_add_func ("/recipe/length", test_length);
  g_test_add_func ("/recipe/fields", test_fields);
  g_test_add_func ("/recipe/percent-limit", test_percent_limit);
  g_test_add_func ("/recipe/random", test_random);
  g_test_add_func ("/recipe/limits", test_limits);
  return g_test_run ();
}
