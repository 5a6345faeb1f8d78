/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading a recipe from bytes. They may come from another process, so nothing in them is believed
 * before it has been looked at. */

#include "thimble-recipe.h"

#include "thimble-io-error.h"

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, THIMBLE_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "cannot be worked on: the recipe's %s is out of range.", what);
  return FALSE;
}

static gboolean
check_size (const ThimbleRenditionRecipe *rendition, GError **error)
{
  gboolean has_box = rendition->width > 0 || rendition->height > 0;

  if (rendition->width > G_MAXUINT16)
    return fail ("width", error);
  if (rendition->height > G_MAXUINT16)
    return fail ("height", error);
  if (rendition->percent > THIMBLE_MAX_PERCENT || has_box == (rendition->percent > 0))
    return fail ("size", error);
  return TRUE;
}

static gboolean
check_rendition (const ThimbleRenditionRecipe *rendition, GError **error)
{
  if (!check_size (rendition, error))
    return FALSE;
  if (rendition->fit > THIMBLE_FIT_FILL)
    return fail ("fit", error);
  if (rendition->gravity > THIMBLE_GRAVITY_ATTENTION)
    return fail ("gravity", error);
  if (rendition->enlarge > 1)
    return fail ("enlarge", error);
  if (rendition->format > THIMBLE_FORMAT_PIXELS)
    return fail ("format", error);
  if (rendition->metadata > THIMBLE_METADATA_KEEP)
    return fail ("metadata", error);
  if (rendition->quality < 1 || rendition->quality > 100)
    return fail ("quality", error);
  return TRUE;
}

static gboolean
copy_recipe (GBytes *bytes, ThimbleThumbnailRecipe *recipe, GError **error)
{
  gsize n_bytes = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &n_bytes) : NULL;

  if (n_bytes != sizeof *recipe)
    return fail ("length", error);
  memcpy (recipe, data, sizeof *recipe);
  if (recipe->max_pixels == 0)
    return fail ("limit on pixels", error);
  if (recipe->max_bytes == 0 || recipe->max_bytes > G_MAXINT32)
    return fail ("limit on bytes", error);
  return TRUE;
}

/**
 * thimble_recipe_parse_limits:
 * @bytes: (nullable): a #ThimbleThumbnailRecipe, from anywhere
 * @recipe: (out caller-allocates): a copy, of which only the limits are right
 *
 * Returns: whether the limits can be used; if not, @error is %G_IO_ERROR_INVALID_ARGUMENT
 */
gboolean
thimble_recipe_parse_limits (GBytes *bytes, ThimbleThumbnailRecipe *recipe, GError **error)
{
  return copy_recipe (bytes, recipe, error);
}

/**
 * thimble_recipe_parse:
 * @bytes: (nullable): a #ThimbleThumbnailRecipe, from anywhere
 * @recipe: (out caller-allocates): a copy; every field is in its range
 *
 * Returns: whether it is a recipe; if not, @error is %G_IO_ERROR_INVALID_ARGUMENT
 */
gboolean
thimble_recipe_parse (GBytes *bytes, ThimbleThumbnailRecipe *recipe, GError **error)
{
  if (!copy_recipe (bytes, recipe, error))
    return FALSE;
  if (recipe->scaling > THIMBLE_SCALING_FINE)
    return fail ("scaling", error);
  if (recipe->n_renditions < 1 || recipe->n_renditions > THIMBLE_MAX_RENDITIONS
      || recipe->n_others > THIMBLE_MAX_RENDITIONS - recipe->n_renditions)
    return fail ("number of outputs", error);
  for (guint i = 0; i < recipe->n_renditions + recipe->n_others; i++)
    if (!check_rendition (&recipe->renditions[i], error))
      return FALSE;
  return TRUE;
}
