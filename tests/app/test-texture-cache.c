/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The texture cache: what it finds, what it lets go, and that its bytes stay under the bound. */

#include "thimble-texture-cache.h"

/* A texture of side × side pixels: 4 × side² bytes. */
static GdkTexture *
make_texture (int side)
{
  g_autoptr(GBytes) pixels = g_bytes_new_take (g_malloc0 ((gsize) side * side * 4),
                                                (gsize) side * side * 4);

  return gdk_memory_texture_new (side, side, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, pixels,
                                 (gsize) side * 4);
}

static ThimbleOrigin *
make_origin (const char *name)
{
  g_autoptr(ThimbleFolder) folder = thimble_folder_new ("/images", "", "images", 0);

  return thimble_origin_new (folder, name);
}

static void
test_finds_by_origin_and_size (void)
{
  g_autoptr(ThimbleTextureCache) cache = thimble_texture_cache_new (1000000);
  g_autoptr(ThimbleOrigin) one = make_origin ("one.jpg");
  g_autoptr(ThimbleOrigin) other = make_origin ("other.jpg");
  g_autoptr(GdkTexture) texture = make_texture (10);
  g_autoptr(GdkTexture) large = make_texture (20);

  thimble_texture_cache_insert (cache, one, 10, texture);
  thimble_texture_cache_insert (cache, one, 20, large);

  g_assert_true (thimble_texture_cache_lookup (cache, one, 10) == texture);
  g_assert_true (thimble_texture_cache_lookup (cache, one, 20) == large);
  g_assert_null (thimble_texture_cache_lookup (cache, one, 30));
  g_assert_null (thimble_texture_cache_lookup (cache, other, 10));
  g_assert_cmpuint (thimble_texture_cache_get_n_textures (cache), ==, 2);
  g_assert_cmpuint (thimble_texture_cache_get_n_bytes (cache), ==, 4 * (100 + 400));
}

static void
test_replaces (void)
{
  g_autoptr(ThimbleTextureCache) cache = thimble_texture_cache_new (1000000);
  g_autoptr(ThimbleOrigin) origin = make_origin ("one.jpg");
  g_autoptr(GdkTexture) before = make_texture (10);
  g_autoptr(GdkTexture) after = make_texture (8);

  thimble_texture_cache_insert (cache, origin, 10, before);
  thimble_texture_cache_insert (cache, origin, 10, after);

  g_assert_true (thimble_texture_cache_lookup (cache, origin, 10) == after);
  g_assert_cmpuint (thimble_texture_cache_get_n_textures (cache), ==, 1);
  g_assert_cmpuint (thimble_texture_cache_get_n_bytes (cache), ==, 4 * 64);
}

/* The bound holds after each insertion, and what was used longest ago goes first. */
static void
test_bound (void)
{
  g_autoptr(ThimbleTextureCache) cache = thimble_texture_cache_new (5 * 400);
  g_autoptr(ThimbleOrigin) kept = make_origin ("kept.jpg");
  g_autoptr(GdkTexture) texture = make_texture (10);

  thimble_texture_cache_insert (cache, kept, 10, texture);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.jpg", i);
      g_autoptr(ThimbleOrigin) origin = make_origin (name);

      thimble_texture_cache_insert (cache, origin, 10, texture);
      g_assert_cmpuint (thimble_texture_cache_get_n_bytes (cache), <=, 5 * 400);
      g_assert_nonnull (thimble_texture_cache_lookup (cache, origin, 10));
      g_assert_nonnull (thimble_texture_cache_lookup (cache, kept, 10));
    }
  g_assert_cmpuint (thimble_texture_cache_get_n_textures (cache), ==, 5);
}

static void
test_too_large (void)
{
  g_autoptr(ThimbleTextureCache) cache = thimble_texture_cache_new (400);
  g_autoptr(ThimbleOrigin) one = make_origin ("one.jpg");
  g_autoptr(ThimbleOrigin) other = make_origin ("other.jpg");
  g_autoptr(GdkTexture) fits = make_texture (10);
  g_autoptr(GdkTexture) large = make_texture (11);

  thimble_texture_cache_insert (cache, one, 10, fits);
  thimble_texture_cache_insert (cache, other, 11, large);

  g_assert_true (thimble_texture_cache_lookup (cache, one, 10) == fits);
  g_assert_null (thimble_texture_cache_lookup (cache, other, 11));
}

static void
test_lets_go (void)
{
  ThimbleTextureCache *cache = thimble_texture_cache_new (1000000);
  g_autoptr(ThimbleOrigin) origin = make_origin ("one.jpg");
  GdkTexture *texture = make_texture (10);

  thimble_texture_cache_insert (cache, origin, 10, texture);
  thimble_texture_cache_clear (cache);
  g_assert_cmpuint (thimble_texture_cache_get_n_bytes (cache), ==, 0);
  g_assert_cmpuint (thimble_texture_cache_get_n_textures (cache), ==, 0);

  thimble_texture_cache_insert (cache, origin, 10, texture);
  g_assert_finalize_object (cache);
  g_assert_finalize_object (texture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/texture-cache/finds-by-origin-and-size", test_finds_by_origin_and_size);
  g_test_add_func ("/texture-cache/replaces", test_replaces);
  g_test_add_func ("/texture-cache/bound", test_bound);
  g_test_add_func ("/texture-cache/too-large", test_too_large);
  g_test_add_func ("/texture-cache/lets-go", test_lets_go);
  return g_test_run ();
}
