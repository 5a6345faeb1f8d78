/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A hash table from (origin, size) to textures, with a queue from the newest to the oldest use.
 *
 * Cells hold a reference of their own to what they show, so that what is on screen stays on screen
 * when the cache lets it go; the grid keeps that to what can be seen.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-texture-cache.h"

/* One picture. The link is in the queue of uses, and its data is the entry. */
typedef struct
{
  ThimbleOrigin *origin;
  guint size_px;
  GdkTexture *texture;
  gsize n_bytes;
  GList link;
} Entry;

struct _ThimbleTextureCache
{
  GObject parent_instance;

  GHashTable *entries; /* Entry, its own key */
  GQueue uses;         /* Entry.link, newest use first */
  gsize n_bytes;       /* sum over entries, at most max_bytes */
  gsize max_bytes;
};

G_DEFINE_FINAL_TYPE (ThimbleTextureCache, thimble_texture_cache, G_TYPE_OBJECT)

static guint
entry_hash (gconstpointer data)
{
  const Entry *entry = data;

  return g_direct_hash (entry->origin) ^ (entry->size_px * 2654435761u);
}

static gboolean
entry_equal (gconstpointer a, gconstpointer b)
{
  const Entry *one = a;
  const Entry *other = b;

  return one->origin == other->origin && one->size_px == other->size_px;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  thimble_origin_unref (entry->origin);
  g_object_unref (entry->texture);
  g_free (entry);
}

static void
thimble_texture_cache_remove (ThimbleTextureCache *self, Entry *entry)
{
  g_assert (self->n_bytes >= entry->n_bytes);

  self->n_bytes -= entry->n_bytes;
  g_queue_unlink (&self->uses, &entry->link);
  g_hash_table_remove (self->entries, entry);
}

static Entry *
thimble_texture_cache_find (ThimbleTextureCache *self, ThimbleOrigin *origin, guint size_px)
{
  Entry key = { .origin = origin, .size_px = size_px };

  return g_hash_table_lookup (self->entries, &key);
}

static void
thimble_texture_cache_finalize (GObject *object)
{
  ThimbleTextureCache *self = THIMBLE_TEXTURE_CACHE (object);

  thimble_texture_cache_clear (self);
  g_hash_table_unref (self->entries);

  G_OBJECT_CLASS (thimble_texture_cache_parent_class)->finalize (object);
}

static void
thimble_texture_cache_class_init (ThimbleTextureCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_texture_cache_finalize;
}

static void
thimble_texture_cache_init (ThimbleTextureCache *self)
{
  self->entries = g_hash_table_new_full (entry_hash, entry_equal, NULL, entry_free);
  g_queue_init (&self->uses);
}

/**
 * thimble_texture_cache_new:
 * @max_bytes: of the pixels of all textures together
 *
 * Returns: (transfer full): an empty cache
 */
ThimbleTextureCache *
thimble_texture_cache_new (gsize max_bytes)
{
  ThimbleTextureCache *self = g_object_new (THIMBLE_TYPE_TEXTURE_CACHE, NULL);

  self->max_bytes = max_bytes;
  return self;
}

/**
 * thimble_texture_cache_lookup:
 * @origin: the image
 * @size_px: the size that was asked for, in device pixels
 *
 * Finding a picture counts as a use of it.
 *
 * Returns: (transfer none) (nullable): its picture
 */
GdkTexture *
thimble_texture_cache_lookup (ThimbleTextureCache *self, ThimbleOrigin *origin, guint size_px)
{
  Entry *entry;

  g_return_val_if_fail (THIMBLE_IS_TEXTURE_CACHE (self), NULL);
  g_return_val_if_fail (origin != NULL, NULL);

  entry = thimble_texture_cache_find (self, origin, size_px);
  if (entry == NULL)
    return NULL;

  g_queue_unlink (&self->uses, &entry->link);
  g_queue_push_head_link (&self->uses, &entry->link);
  return entry->texture;
}

/**
 * thimble_texture_cache_insert:
 * @origin: the image
 * @size_px: the size that was asked for, in device pixels
 * @texture: its picture, four bytes a pixel
 *
 * Puts a picture in, in place of an earlier one of that image and size. A picture larger than the
 * whole cache is not kept.
 */
void
thimble_texture_cache_insert (ThimbleTextureCache *self,
                              ThimbleOrigin *origin,
                              guint size_px,
                              GdkTexture *texture)
{
  Entry *entry;
  gsize n_bytes;

  g_return_if_fail (THIMBLE_IS_TEXTURE_CACHE (self));
  g_return_if_fail (origin != NULL);
  g_return_if_fail (GDK_IS_TEXTURE (texture));

  n_bytes = (gsize) gdk_texture_get_width (texture) * gdk_texture_get_height (texture) * 4;

  entry = thimble_texture_cache_find (self, origin, size_px);
  if (entry != NULL)
    thimble_texture_cache_remove (self, entry);
  if (n_bytes > self->max_bytes)
    return;

  while (self->n_bytes + n_bytes > self->max_bytes)
    thimble_texture_cache_remove (self, g_queue_peek_tail (&self->uses));

  entry = g_new0 (Entry, 1);
  entry->origin = thimble_origin_ref (origin);
  entry->size_px = size_px;
  entry->texture = g_object_ref (texture);
  entry->n_bytes = n_bytes;
  entry->link.data = entry;
  g_hash_table_add (self->entries, entry);
  g_queue_push_head_link (&self->uses, &entry->link);
  self->n_bytes += n_bytes;
}

/**
 * thimble_texture_cache_clear:
 *
 * Lets all pictures go.
 */
void
thimble_texture_cache_clear (ThimbleTextureCache *self)
{
  g_return_if_fail (THIMBLE_IS_TEXTURE_CACHE (self));

  g_queue_init (&self->uses);
  g_hash_table_remove_all (self->entries);
  self->n_bytes = 0;
}

/**
 * thimble_texture_cache_get_n_bytes:
 *
 * Returns: what the pixels of all pictures take
 */
gsize
thimble_texture_cache_get_n_bytes (ThimbleTextureCache *self)
{
  g_return_val_if_fail (THIMBLE_IS_TEXTURE_CACHE (self), 0);

  return self->n_bytes;
}

/**
 * thimble_texture_cache_get_n_textures:
 *
 * Returns: how many pictures there are
 */
guint
thimble_texture_cache_get_n_textures (ThimbleTextureCache *self)
{
  g_return_val_if_fail (THIMBLE_IS_TEXTURE_CACHE (self), 0);

  return g_hash_table_size (self->entries);
}
