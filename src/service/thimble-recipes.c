/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A preset as recipes for workers. */

#include "thimble-recipes.h"

#include <math.h>
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
  /* The desktop's metadata is none of the workers' business: it says where the source lies. */
  recipe->metadata = rendition->metadata == THIMBLE_METADATA_DESKTOP ? THIMBLE_METADATA_NONE
                                                                     : rendition->metadata;
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

/* Bytes a pixel of photographs at 320 px, by quality 0, 10, 20, … 100: measured with
 * `thimble-cli make -s 320 --format jpeg -q QUALITY` and the same with webp. */
static double
get_bytes_per_pixel (ThimbleFormat format, int quality)
{
  static const double jpeg[] = { .03, .04, .055, .07, .08, .09, .105, .125, .16, .24, .76 };
  static const double webp[] = { .025, .03, .04, .05, .06, .07, .08, .09, .12, .19, .55 };
  const double *table = format == THIMBLE_FORMAT_WEBP ? webp : jpeg;
  int index = CLAMP (quality, 0, 99) / 10;
  double part = (quality - index * 10) / 10.0;

  if (format == THIMBLE_FORMAT_PNG)
    return 1.6;
  return table[index] + (table[index + 1] - table[index]) * part;
}

/* Small pictures have more detail a pixel: 1.9 times as many bytes at 64 px, as many at 320. */
static double
get_detail (double n_pixels)
{
  return CLAMP (1 + 56 / sqrt (MAX (1, n_pixels)) - 0.175, 0.75, 3);
}

/**
 * thimble_recipes_estimate_bytes:
 * @origin: the source
 *
 * Estimates the bytes of one source's output: of a box by its pixels, its format and its quality; a
 * share of the source's size where the size is in percent.
 *
 * Returns: bytes of the file, without what the file system adds
 */
guint64
thimble_recipes_estimate_bytes (ThimbleRecipes *self, guint index, const ThimbleOrigin *origin)
{
  const ThimbleRenditionRecipe *rendition = &self->all.renditions[index];
  const char *dot = strrchr (origin->name, '.');
  ThimbleFormat format = rendition->format;
  double scale = rendition->percent / 10000.0;
  guint32 side = MAX (rendition->width, rendition->height);
  double n_pixels = (double) (rendition->width != 0 ? rendition->width : side)
                    * (rendition->height != 0 ? rendition->height : side);

  if (rendition->percent != 0)
    return origin->size * scale * scale;
  if (format == THIMBLE_FORMAT_SAME)
    format = thimble_format_from_extension (dot != NULL ? dot + 1 : "");
  return n_pixels * get_bytes_per_pixel (format, rendition->quality) * get_detail (n_pixels);
}

/**
 * thimble_recipes_estimate_space:
 * @mask: which renditions, bit i for the i-th
 *
 * Returns: the space on disk that these outputs of one source take, in bytes, estimated
 */
guint64
thimble_recipes_estimate_space (ThimbleRecipes *self, guint32 mask, const ThimbleOrigin *origin)
{
  const guint64 block = 4096;
  guint64 sum = 0;

  for (guint i = 0; i < self->all.n_renditions; i++)
    if (mask & (1u << i))
      sum += MAX (block, thimble_recipes_estimate_bytes (self, i, origin));
  return sum;
}
