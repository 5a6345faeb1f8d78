/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The items of a window or a command. Made for a hundred thousand: a piece of any length is one
 * items-changed, counts are kept as states change, and the set that notices a file named twice
 * holds pointers to origins that exist anyway, no paths. */

#include "thimble-item-private.h"

#include <string.h>

#define N_STATES (THIMBLE_ITEM_CANCELLED + 1)

struct _ThimbleBatch
{
  GObject parent_instance;

  GPtrArray *items;         /* of ThimbleItem, owned, in order */
  GHashTable *origins;      /* set of the items' ThimbleOrigin, owned by the items */
  GPtrArray *folders;       /* of char *: the folders that the user named, while there are items */
  GSource *changed_source;  /* owned; tells of changed counts, or NULL */
  guint n_by_state[N_STATES];
};

enum
{
  PROP_0,
  PROP_N_ITEMS,
  PROP_FIRST_STATE, /* one property for each state follows, in order */
  N_PROPS = PROP_FIRST_STATE + N_STATES,
};

enum
{
  CHANGED_STATES,
  N_SIGNALS,
};

static GType
thimble_batch_get_item_type (GListModel *model)
{
  return THIMBLE_TYPE_ITEM;
}

static guint
thimble_batch_get_length (GListModel *model)
{
  return THIMBLE_BATCH (model)->items->len;
}

static gpointer
thimble_batch_get_item (GListModel *model, guint position)
{
  ThimbleBatch *self = THIMBLE_BATCH (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = thimble_batch_get_item_type;
  iface->get_n_items = thimble_batch_get_length;
  iface->get_item = thimble_batch_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ThimbleBatch, thimble_batch, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
changed_states_cb (gpointer user_data)
{
  ThimbleBatch *self = user_data;

  g_clear_pointer (&self->changed_source, g_source_unref);
  g_signal_emit (self, signals[CHANGED_STATES], 0);
  return G_SOURCE_REMOVE;
}

static void
queue_changed_states (ThimbleBatch *self)
{
  if (self->changed_source != NULL)
    return;
  self->changed_source = g_idle_source_new ();
  g_source_set_priority (self->changed_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->changed_source, changed_states_cb, self, NULL);
  g_source_set_static_name (self->changed_source, "[thimble] changed states");
  g_source_attach (self->changed_source, g_main_context_get_thread_default ());
}

/* For the item: one of the batch's has changed its state, or what it has of its bytes. */
void
thimble_batch_count_change (ThimbleBatch *self, ThimbleItemState before, ThimbleItemState after)
{
  g_assert (self->n_by_state[before] > 0);
  self->n_by_state[before]--;
  self->n_by_state[after]++;
  queue_changed_states (self);
}

/* Items that are no longer the batch's own may live on in a view. */
static void
let_go (ThimbleBatch *self, ThimbleItem *item)
{
  self->n_by_state[thimble_item_get_state (item)]--;
  thimble_item_set_batch (item, NULL);
}

static void
tell_items_changed (ThimbleBatch *self, guint position, guint n_removed, guint n_added)
{
  queue_changed_states (self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
  if (n_removed != n_added)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void
thimble_batch_dispose (GObject *object)
{
  ThimbleBatch *self = THIMBLE_BATCH (object);

  if (self->changed_source != NULL)
    g_source_destroy (self->changed_source);
  g_clear_pointer (&self->changed_source, g_source_unref);
  g_hash_table_remove_all (self->origins);
  for (guint i = 0; i < self->items->len; i++)
    let_go (self, self->items->pdata[i]);
  g_ptr_array_set_size (self->items, 0);
  G_OBJECT_CLASS (thimble_batch_parent_class)->dispose (object);
}

static void
thimble_batch_finalize (GObject *object)
{
  ThimbleBatch *self = THIMBLE_BATCH (object);

  g_clear_pointer (&self->origins, g_hash_table_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  G_OBJECT_CLASS (thimble_batch_parent_class)->finalize (object);
}

static void
thimble_batch_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ThimbleBatch *self = THIMBLE_BATCH (object);

  if (id == PROP_N_ITEMS)
    g_value_set_uint (value, self->items->len);
  else if (id >= PROP_FIRST_STATE && id < N_PROPS)
    g_value_set_uint (value, self->n_by_state[id - PROP_FIRST_STATE]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
thimble_batch_class_init (ThimbleBatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  static const char *const names[N_STATES] = {
    [THIMBLE_ITEM_WAITING] = "n-waiting",     [THIMBLE_ITEM_DOWNLOADING] = "n-downloading",
    [THIMBLE_ITEM_RUNNING] = "n-running",     [THIMBLE_ITEM_DONE] = "n-done",
    [THIMBLE_ITEM_SKIPPED] = "n-skipped",     [THIMBLE_ITEM_FAILED] = "n-failed",
    [THIMBLE_ITEM_CANCELLED] = "n-cancelled",
  };

  object_class->dispose = thimble_batch_dispose;
  object_class->finalize = thimble_batch_finalize;
  object_class->get_property = thimble_batch_get_property;

  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  for (guint i = 0; i < N_STATES; i++)
    properties[PROP_FIRST_STATE + i]
      = g_param_spec_uint (names[i], NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * ThimbleBatch::changed-states:
   *
   * Counts by state have changed, or more bytes of items have come, since the last emission, any
   * number of times.
   */
  signals[CHANGED_STATES] = g_signal_new ("changed-states", THIMBLE_TYPE_BATCH, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
thimble_batch_init (ThimbleBatch *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->origins = g_hash_table_new (thimble_origin_hash, thimble_origin_equal);
  self->folders = g_ptr_array_new_with_free_func (g_free);
}

/**
 * thimble_batch_new:
 *
 * Returns: (transfer full): an empty batch
 */
ThimbleBatch *
thimble_batch_new (void)
{
  return g_object_new (THIMBLE_TYPE_BATCH, NULL);
}

/**
 * thimble_batch_append:
 * @origins: (array length=n_origins) (transfer none): images as they were found
 *
 * Adds a waiting item for each that is not in the batch already, in order, with one items-changed.
 * A file is known by its absolute path.
 *
 * Returns: how many were added
 */
guint
thimble_batch_append (ThimbleBatch *self, ThimbleOrigin *const *origins, guint n_origins)
{
  guint position, n_added;

  g_return_val_if_fail (THIMBLE_IS_BATCH (self), 0);
  g_return_val_if_fail (origins != NULL || n_origins == 0, 0);

  position = self->items->len;
  for (guint i = 0; i < n_origins; i++)
    {
      ThimbleItem *item;

      if (g_hash_table_contains (self->origins, origins[i]))
        continue;
      item = thimble_item_new (origins[i]);
      thimble_item_set_batch (item, self);
      g_ptr_array_add (self->items, item);
      g_hash_table_add (self->origins, origins[i]);
    }

  n_added = self->items->len - position;
  self->n_by_state[THIMBLE_ITEM_WAITING] += n_added;
  if (n_added > 0)
    tell_items_changed (self, position, 0, n_added);
  return n_added;
}

/**
 * thimble_batch_add_folder:
 * @path: (type filename): absolute
 *
 * Says that the user named this folder, whether or not there are images in it: what outputs are
 * called depends on the folders named, not on what happens to be in them. Forgotten when the last
 * item is removed.
 */
void
thimble_batch_add_folder (ThimbleBatch *self, const char *path)
{
  g_return_if_fail (THIMBLE_IS_BATCH (self));
  g_return_if_fail (path != NULL && path[0] == '/');

  if (!g_ptr_array_find_with_equal_func (self->folders, path, g_str_equal, NULL))
    g_ptr_array_add (self->folders, g_strdup (path));
}

/**
 * thimble_batch_dup_folders:
 *
 * Returns: (transfer full) (element-type filename): the folders that the user named, each once
 */
GPtrArray *
thimble_batch_dup_folders (ThimbleBatch *self)
{
  GPtrArray *folders;

  g_return_val_if_fail (THIMBLE_IS_BATCH (self), NULL);

  folders = g_ptr_array_new_full (self->folders->len, g_free);
  for (guint i = 0; i < self->folders->len; i++)
    g_ptr_array_add (folders, g_strdup (self->folders->pdata[i]));
  return folders;
}

/**
 * thimble_batch_remove:
 * @position: of the item, less than the number of items
 */
void
thimble_batch_remove (ThimbleBatch *self, guint position)
{
  g_return_if_fail (THIMBLE_IS_BATCH (self));
  g_return_if_fail (position < self->items->len);

  g_ptr_array_unref (thimble_batch_take (self, &position, 1));
}

/**
 * thimble_batch_take:
 * @positions: (array length=n_positions): ascending, each less than the number of items
 * @n_positions: at least 1
 *
 * Removes items, any number with one items-changed, which says that what is between the first and
 * the last of them has changed.
 *
 * Returns: (transfer full) (element-type ThimbleItem): the items, to be put back or let go
 */
GPtrArray *
thimble_batch_take (ThimbleBatch *self, const guint *positions, guint n_positions)
{
  GPtrArray *taken;
  guint first, n_changed, kept, next = 0;

  g_return_val_if_fail (THIMBLE_IS_BATCH (self), NULL);
  g_return_val_if_fail (positions != NULL && n_positions > 0, NULL);
  g_return_val_if_fail (positions[n_positions - 1] < self->items->len, NULL);

  taken = g_ptr_array_new_full (n_positions, g_object_unref);
  first = positions[0];
  n_changed = positions[n_positions - 1] + 1 - first;
  kept = first;
  for (guint i = first; i < self->items->len; i++)
    {
      ThimbleItem *item = self->items->pdata[i];

      if (next == n_positions || positions[next] != i)
        {
          self->items->pdata[kept++] = item;
          continue;
        }
      g_hash_table_remove (self->origins, thimble_item_get_origin (item));
      let_go (self, item);
      g_ptr_array_add (taken, item);
      next++;
    }

  g_assert (next == n_positions); /* or they did not ascend */
  while (self->items->len > kept)
    g_ptr_array_steal_index (self->items, self->items->len - 1);
  if (self->items->len == 0)
    g_ptr_array_set_size (self->folders, 0);
  tell_items_changed (self, first, n_changed, n_changed - n_positions);
  return taken;
}

/* Whether an item can be in the batch: its file may have come in again. */
static gboolean
take_in (ThimbleBatch *self, ThimbleItem *item)
{
  ThimbleOrigin *origin = thimble_item_get_origin (item);

  if (g_hash_table_contains (self->origins, origin))
    return FALSE;
  g_hash_table_add (self->origins, origin);
  thimble_item_set_batch (item, self);
  self->n_by_state[thimble_item_get_state (item)]++;
  return TRUE;
}

/**
 * thimble_batch_put_back:
 * @positions: (array): where each item was, ascending
 * @items: (element-type ThimbleItem) (transfer none): what [method@Batch.take] has returned
 *
 * Undoes a removal. What has been added since stands behind; a file that has been added again since
 * stays where it is now.
 */
void
thimble_batch_put_back (ThimbleBatch *self, const guint *positions, GPtrArray *items)
{
  g_autoptr(GPtrArray) old = NULL;
  guint n_old, first, next = 0;

  g_return_if_fail (THIMBLE_IS_BATCH (self));
  g_return_if_fail (positions != NULL && items != NULL && items->len > 0);

  old = g_steal_pointer (&self->items);
  n_old = old->len;
  first = MIN (positions[0], n_old);
  self->items = g_ptr_array_new_full (n_old + items->len, g_object_unref);
  g_ptr_array_set_free_func (old, NULL);
  for (guint i = 0; i < n_old || next < items->len;)
    if (next < items->len && (i == n_old || self->items->len >= positions[next]))
      {
        if (take_in (self, items->pdata[next]))
          g_ptr_array_add (self->items, g_object_ref (items->pdata[next]));
        next++;
      }
    else
      {
        g_ptr_array_add (self->items, old->pdata[i++]);
      }

  if (self->items->len > n_old)
    tell_items_changed (self, first, n_old - first, self->items->len - first);
}

/**
 * thimble_batch_clear:
 *
 * Removes all items, with one items-changed, and forgets the folders they came from.
 */
void
thimble_batch_clear (ThimbleBatch *self)
{
  GPtrArray *removed;
  guint n_removed;

  g_return_if_fail (THIMBLE_IS_BATCH (self));

  g_ptr_array_set_size (self->folders, 0);
  n_removed = self->items->len;
  if (n_removed == 0)
    return;
  g_hash_table_remove_all (self->origins);
  for (guint i = 0; i < n_removed; i++)
    let_go (self, self->items->pdata[i]);
  removed = g_steal_pointer (&self->items);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  tell_items_changed (self, 0, n_removed, 0);
  thimble_items_drop (removed);
}

/**
 * thimble_batch_get_n_items:
 */
guint
thimble_batch_get_n_items (ThimbleBatch *self)
{
  g_return_val_if_fail (THIMBLE_IS_BATCH (self), 0);
  return self->items->len;
}

/**
 * thimble_batch_peek:
 * @position: any
 *
 * Returns: (transfer none) (nullable): the item there, or %NULL behind the end
 */
ThimbleItem *
thimble_batch_peek (ThimbleBatch *self, guint position)
{
  g_return_val_if_fail (THIMBLE_IS_BATCH (self), NULL);
  return position < self->items->len ? self->items->pdata[position] : NULL;
}

/**
 * thimble_batch_count:
 *
 * Returns: how many items are in @state now; costs nothing
 */
guint
thimble_batch_count (ThimbleBatch *self, ThimbleItemState state)
{
  g_return_val_if_fail (THIMBLE_IS_BATCH (self), 0);
  g_return_val_if_fail ((guint) state < N_STATES, 0);
  return self->n_by_state[state];
}

/**
 * thimble_batch_reset_states:
 *
 * Sets all items that have ended back to waiting and drops their results, for a new run. Items
 * that have not ended stay as they are.
 */
void
thimble_batch_reset_states (ThimbleBatch *self)
{
  g_return_if_fail (THIMBLE_IS_BATCH (self));

  for (guint i = 0; i < self->items->len; i++)
    {
      g_autoptr(ThimbleItem) item = g_object_ref (self->items->pdata[i]);

      if (thimble_item_is_ended (item))
        thimble_item_set_state (item, THIMBLE_ITEM_WAITING);
    }
}
