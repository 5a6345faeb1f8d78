/* SPDX-License-Identifier: GPL-3.0-or-later */

/* To remove is not asked about first, because it can be undone. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-removal.h"

struct _ThimbleRemoval
{
  ThimbleBatch *batch;
  GArray *positions; /* guint, ascending: where each item was */
  GPtrArray *items;  /* ThimbleItem */
  GPtrArray *folders; /* of char *: that the user had named; a batch without items forgets them */
};

/**
 * thimble_items_locate:
 * @batch: where to look, once from its beginning to its end
 * @items: (element-type ThimbleItem): in any order
 *
 * Returns: (transfer full) (element-type guint): where they are, ascending; those that are not in
 *   the batch are left out
 */
GArray *
thimble_items_locate (ThimbleBatch *batch, GPtrArray *items)
{
  g_autoptr(GHashTable) wanted = NULL;
  GArray *positions;
  guint n_items;

  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);
  g_return_val_if_fail (items != NULL, NULL);

  wanted = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < items->len; i++)
    g_hash_table_add (wanted, items->pdata[i]);

  n_items = thimble_batch_get_n_items (batch);
  positions = g_array_sized_new (FALSE, FALSE, sizeof (guint), items->len);
  for (guint i = 0; i < n_items && positions->len < items->len; i++)
    if (g_hash_table_contains (wanted, thimble_batch_peek (batch, i)))
      g_array_append_val (positions, i);
  return positions;
}

/* (transfer full) (nullable): @positions is taken. */
static ThimbleRemoval *
take (ThimbleBatch *batch, GArray *positions)
{
  ThimbleRemoval *self;

  if (positions->len == 0)
    {
      g_array_unref (positions);
      return NULL;
    }

  self = g_new0 (ThimbleRemoval, 1);
  self->batch = g_object_ref (batch);
  self->positions = positions;
  self->folders = thimble_batch_dup_folders (batch);
  self->items = thimble_batch_take (batch, (const guint *) (gpointer) positions->data,
                                    positions->len);
  return self;
}

/**
 * thimble_removal_new:
 * @batch: that is to have less
 * @items: (element-type ThimbleItem): what is to go; what is not in the batch is left out
 *
 * Removes items.
 *
 * Returns: (transfer full) (nullable): what was removed, %NULL if nothing was
 */
ThimbleRemoval *
thimble_removal_new (ThimbleBatch *batch, GPtrArray *items)
{
  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);
  g_return_val_if_fail (items != NULL, NULL);

  return take (batch, thimble_items_locate (batch, items));
}

/**
 * thimble_removal_new_for_paths:
 * @batch: that is to have less
 * @paths: (element-type filename): of files whose items are to go
 *
 * Removes the items of files, as far as they are in the batch.
 *
 * Returns: (transfer full) (nullable): what was removed, %NULL if nothing was
 */
ThimbleRemoval *
thimble_removal_new_for_paths (ThimbleBatch *batch, GPtrArray *paths)
{
  g_autoptr(GHashTable) wanted = NULL;
  GArray *positions;
  guint n_items;

  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);
  g_return_val_if_fail (paths != NULL, NULL);

  wanted = g_hash_table_new (g_str_hash, g_str_equal);
  positions = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < paths->len; i++)
    g_hash_table_add (wanted, paths->pdata[i]);

  n_items = paths->len > 0 ? thimble_batch_get_n_items (batch) : 0;
  for (guint i = 0; i < n_items; i++)
    {
      ThimbleOrigin *origin = thimble_item_get_origin (thimble_batch_peek (batch, i));
      g_autofree char *path = thimble_origin_dup_path (origin);

      if (g_hash_table_contains (wanted, path))
        g_array_append_val (positions, i);
    }
  return take (batch, positions);
}

/**
 * thimble_removal_undo:
 *
 * Puts the items back to where they were.
 */
void
thimble_removal_undo (ThimbleRemoval *self)
{
  for (guint i = 0; i < self->folders->len; i++)
    thimble_batch_add_folder (self->batch, self->folders->pdata[i]);
  thimble_batch_put_back (self->batch, (const guint *) (gpointer) self->positions->data,
                          self->items);
}

/**
 * thimble_removal_settle:
 * @self: (transfer full) (nullable): what is not going to be put back
 * @paths: (element-type filename): gets the path of each item at its end
 */
void
thimble_removal_settle (ThimbleRemoval *self, GPtrArray *paths)
{
  g_return_if_fail (paths != NULL);

  if (self == NULL)
    return;
  for (guint i = 0; i < self->items->len; i++)
    g_ptr_array_add (paths, thimble_origin_dup_path (
                              thimble_item_get_origin (self->items->pdata[i])));
  thimble_removal_free (self);
}

/**
 * thimble_removal_free:
 * @self: (transfer full): what to let go; it can't be undone then
 */
void
thimble_removal_free (ThimbleRemoval *self)
{
  g_object_unref (self->batch);
  g_array_unref (self->positions);
  thimble_items_drop (self->items);
  g_ptr_array_unref (self->folders);
  g_free (self);
}
