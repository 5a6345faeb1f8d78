/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A preset as recipes for workers. */

#include "thimble-recipes.h"

#include <string.h>

struct _ThimbleRecipes
{
  ThimbleThumbnailRecipe all;
  char *settings[THIMBLE_MAX_RENDITIONS]; /* hashes of what decides an output's bytes */
  GMutex lock;
  GHashTable *by_mask; /* locked: mask to GBytes */
};

static void
fill_rendition (ThimbleRenditionRecipe *recipe, const ThimbleRendition *rendition)
{
  recipe->width = rendition->width;
  recipe->height = rendition->height;
  recipe->percent = rendition->percent;
  recipe->fit = rendition->fit;
  recipe->gravity = rendition->gravity;
  recipe->enlarge = rendition->enlarge;
  recipe->format = rendition->format;
  recipe->metadata = rendition->metadata;
  recipe->quality = rendition->quality;
  memcpy (recipe->background, rendition->background, sizeof recipe->background);
}

ThimbleRecipes *
thimble_recipes_new (ThimblePreset *preset, const ThimbleRunOptions *options)
{
  ThimbleRecipes *self = g_new0 (ThimbleRecipes, 1);

  self->all.max_pixels = options->max_pixels;
  self->all.max_bytes = options->max_bytes;
  self->all.scaling = thimble_preset_get_scaling (preset);
  self->all.n_renditions = MIN (thimble_preset_get_n_renditions (preset), THIMBLE_MAX_RENDITIONS);
  for (guint i = 0; i < self->all.n_renditions; i++)
    {
      fill_rendition (&self->all.renditions[i], thimble_preset_get_rendition (preset, i));
      self->settings[i] = thimble_preset_dup_settings_hash (preset, i);
    }
  g_mutex_init (&self->lock);
  self->by_mask = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
  return self;
}

void
thimble_recipes_free (ThimbleRecipes *self)
{
  for (guint i = 0; i < self->all.n_renditions; i++)
    g_free (self->settings[i]);
  g_hash_table_unref (self->by_mask);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * thimble_recipes_get:
 * @mask: which renditions, bit i for the i-th
 *
 * Returns: (transfer none): a #ThimbleThumbnailRecipe that makes just these, in their order
 */
GBytes *
thimble_recipes_get (ThimbleRecipes *self, guint32 mask)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GBytes *bytes = g_hash_table_lookup (self->by_mask, GUINT_TO_POINTER (mask));

  if (bytes == NULL)
    {
      ThimbleThumbnailRecipe recipe = { .max_pixels = self->all.max_pixels,
                                        .max_bytes = self->all.max_bytes,
                                        .scaling = self->all.scaling };
      for (guint i = 0; i < self->all.n_renditions; i++)
        if (mask & (1u << i))
          recipe.renditions[recipe.n_renditions++] = self->all.renditions[i];
      for (guint i = 0; i < self->all.n_renditions; i++)
        if (!(mask & (1u << i)))
          recipe.renditions[recipe.n_renditions + recipe.n_others++] = self->all.renditions[i];
      bytes = g_bytes_new (&recipe, sizeof recipe);
      g_hash_table_insert (self->by_mask, GUINT_TO_POINTER (mask), bytes);
    }
  return bytes;
}

const ThimbleRenditionRecipe *
thimble_recipes_get_rendition (ThimbleRecipes *self, guint index)
{
  return &self->all.renditions[index];
}

const char *
thimble_recipes_get_settings (ThimbleRecipes *self, guint index)
{
  return self->settings[index];
}

/**
 * thimble_recipes_estimate_bytes:
 * @source_bytes: size of the source's file
 *
 * Estimates the space all renditions of one source take: a box at 0.3 bytes a pixel (JPEG and WebP
 * of photographs at quality 80 take 0.15 to 0.4) or 2 (PNG), its file system block included; a
 * share of the source's size where the size is in percent.
 */
guint64
thimble_recipes_estimate_bytes (ThimbleRecipes *self, gint64 source_bytes)
{
  const double block = 4096;
  double sum = 0;

  for (guint i = 0; i < self->all.n_renditions; i++)
    {
      const ThimbleRenditionRecipe *rendition = &self->all.renditions[i];
      double scale = rendition->percent / 10000.0;
      guint32 side = MAX (rendition->width, rendition->height);
      double n_pixels = (double) (rendition->width != 0 ? rendition->width : side)
                        * (rendition->height != 0 ? rendition->height : side);
      double n_bytes = rendition->percent != 0
                         ? source_bytes * scale * scale
                         : n_pixels * (rendition->format == THIMBLE_FORMAT_PNG ? 2.0 : 0.3);
      sum += MAX (block, n_bytes);
    }
  return sum;
}
