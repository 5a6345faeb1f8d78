/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One image and its state, on the main thread. There may be a hundred thousand, so an item is four
 * pointers beside its GObject: everything that does not change is in the origin, everything that
 * is known at the end in the result. */

#include "thimble-item-private.h"

/* Takes less than a millisecond. */
#define N_DROPPED_AT_ONCE 1000

struct _ThimbleItem
{
  GObject parent_instance;

  ThimbleOrigin *origin;     /* owned */
  ThimbleItemResult *result; /* owned; NULL until it has ended, and where it was dropped */
  ThimbleBatch *batch;       /* not owned: the batch that owns this, or NULL */
  ThimbleItemState state;
  guint64 n_bytes_received; /* of a link that is on its way */
  guint64 n_bytes_in_all;   /* 0 where it is not known */
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_RESULT,
  PROP_N_BYTES_RECEIVED,
  N_PROPS,
};

G_DEFINE_FINAL_TYPE (ThimbleItem, thimble_item, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static const GEnumValue states[] = {
  { THIMBLE_ITEM_WAITING, "THIMBLE_ITEM_WAITING", "waiting" },
  { THIMBLE_ITEM_DOWNLOADING, "THIMBLE_ITEM_DOWNLOADING", "downloading" },
  { THIMBLE_ITEM_RUNNING, "THIMBLE_ITEM_RUNNING", "running" },
  { THIMBLE_ITEM_DONE, "THIMBLE_ITEM_DONE", "done" },
  { THIMBLE_ITEM_SKIPPED, "THIMBLE_ITEM_SKIPPED", "skipped" },
  { THIMBLE_ITEM_FAILED, "THIMBLE_ITEM_FAILED", "failed" },
  { THIMBLE_ITEM_CANCELLED, "THIMBLE_ITEM_CANCELLED", "cancelled" },
  { 0, NULL, NULL },
};

GType
thimble_item_state_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ThimbleItemState", states));
  return type;
}

/**
 * thimble_item_state_get_name:
 *
 * Returns: (transfer none): the name in the JSON report: "waiting", "done", …
 */
const char *
thimble_item_state_get_name (ThimbleItemState state)
{
  g_return_val_if_fail ((guint) state <= THIMBLE_ITEM_CANCELLED, NULL);
  return states[state].value_nick;
}

static gboolean
is_end (ThimbleItemState state)
{
  return state >= THIMBLE_ITEM_DONE;
}

/* State and result change together, and the batch with them, before anybody is told. */
static void
apply (ThimbleItem *self, ThimbleItemState state, ThimbleItemResult *result)
{
  ThimbleItemState before = self->state;
  ThimbleItemResult *old_result = self->result;

  self->state = state;
  self->result = result != NULL ? thimble_item_result_ref (result) : NULL;
  if (self->batch != NULL && before != state)
    thimble_batch_count_change (self->batch, before, state);

  if (before != state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (old_result != result)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESULT]);
  g_clear_pointer (&old_result, thimble_item_result_unref);
}

static void
thimble_item_finalize (GObject *object)
{
  ThimbleItem *self = THIMBLE_ITEM (object);

  g_assert (self->batch == NULL);
  g_clear_pointer (&self->origin, thimble_origin_unref);
  g_clear_pointer (&self->result, thimble_item_result_unref);
  G_OBJECT_CLASS (thimble_item_parent_class)->finalize (object);
}

static void
thimble_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ThimbleItem *self = THIMBLE_ITEM (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_RESULT:
      g_value_set_boxed (value, self->result);
      break;
    case PROP_N_BYTES_RECEIVED:
      g_value_set_uint64 (value, self->n_bytes_received);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_item_class_init (ThimbleItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = thimble_item_finalize;
  object_class->get_property = thimble_item_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, THIMBLE_TYPE_ITEM_STATE,
                                              THIMBLE_ITEM_WAITING, flags);
  properties[PROP_RESULT] = g_param_spec_boxed ("result", NULL, NULL, THIMBLE_TYPE_ITEM_RESULT,
                                                flags);
  properties[PROP_N_BYTES_RECEIVED]
    = g_param_spec_uint64 ("n-bytes-received", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
thimble_item_init (ThimbleItem *self)
{
}

/**
 * thimble_item_new:
 * @origin: (transfer none): where the image comes from
 *
 * Returns: (transfer full): a waiting item
 */
ThimbleItem *
thimble_item_new (ThimbleOrigin *origin)
{
  ThimbleItem *self;

  g_return_val_if_fail (origin != NULL, NULL);

  self = g_object_new (THIMBLE_TYPE_ITEM, NULL);
  self->origin = thimble_origin_ref (origin);
  return self;
}

/**
 * thimble_item_get_origin:
 *
 * Returns: (transfer none): where the image comes from; the same for the item's whole life
 */
ThimbleOrigin *
thimble_item_get_origin (ThimbleItem *self)
{
  g_return_val_if_fail (THIMBLE_IS_ITEM (self), NULL);
  return self->origin;
}

/**
 * thimble_item_get_state:
 */
ThimbleItemState
thimble_item_get_state (ThimbleItem *self)
{
  g_return_val_if_fail (THIMBLE_IS_ITEM (self), THIMBLE_ITEM_WAITING);
  return self->state;
}

/**
 * thimble_item_set_state:
 * @state: any; the result of an earlier run is dropped
 *
 * Use [method@Item.end] for an item that ends with something to tell.
 */
void
thimble_item_set_state (ThimbleItem *self, ThimbleItemState state)
{
  g_return_if_fail (THIMBLE_IS_ITEM (self));
  g_return_if_fail ((guint) state <= THIMBLE_ITEM_CANCELLED);

  apply (self, state, NULL);
}

/**
 * thimble_item_set_received:
 * @n_bytes: of a link's file, here so far
 * @n_bytes_in_all: what it will have, 0 where it is not known
 */
void
thimble_item_set_received (ThimbleItem *self, guint64 n_bytes, guint64 n_bytes_in_all)
{
  g_return_if_fail (THIMBLE_IS_ITEM (self));

  if (self->n_bytes_received == n_bytes && self->n_bytes_in_all == n_bytes_in_all)
    return;
  self->n_bytes_received = n_bytes;
  self->n_bytes_in_all = n_bytes_in_all;
  if (self->batch != NULL)
    thimble_batch_count_change (self->batch, self->state, self->state);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_BYTES_RECEIVED]);
}

guint64
thimble_item_get_n_bytes_received (ThimbleItem *self)
{
  g_return_val_if_fail (THIMBLE_IS_ITEM (self), 0);
  return self->n_bytes_received;
}

/**
 * thimble_item_get_n_bytes_in_all:
 *
 * Returns: what a link's file will have, 0 where it is not known
 */
guint64
thimble_item_get_n_bytes_in_all (ThimbleItem *self)
{
  g_return_val_if_fail (THIMBLE_IS_ITEM (self), 0);
  return self->n_bytes_in_all;
}

/**
 * thimble_item_get_result:
 *
 * Returns: (transfer none) (nullable): how it ended, or %NULL
 */
ThimbleItemResult *
thimble_item_get_result (ThimbleItem *self)
{
  g_return_val_if_fail (THIMBLE_IS_ITEM (self), NULL);
  return self->result;
}

/**
 * thimble_item_end:
 * @state: done, skipped, failed or cancelled
 * @result: (transfer none) (nullable): how it ended; the item takes a reference of its own
 *
 * State and result are both new when either notifies.
 */
void
thimble_item_end (ThimbleItem *self, ThimbleItemState state, ThimbleItemResult *result)
{
  g_return_if_fail (THIMBLE_IS_ITEM (self));
  g_return_if_fail (is_end (state) && (guint) state <= THIMBLE_ITEM_CANCELLED);

  apply (self, state, result);
}

/**
 * thimble_item_drop_result:
 *
 * Forgets the result and keeps the state: for who has reported it and wants the memory back.
 */
void
thimble_item_drop_result (ThimbleItem *self)
{
  g_return_if_fail (THIMBLE_IS_ITEM (self));
  apply (self, self->state, NULL);
}

/**
 * thimble_item_is_ended:
 *
 * Returns: whether it is done, skipped, failed or cancelled
 */
gboolean
thimble_item_is_ended (ThimbleItem *self)
{
  g_return_val_if_fail (THIMBLE_IS_ITEM (self), FALSE);
  return is_end (self->state);
}

/**
 * thimble_item_is_in_batch:
 *
 * Returns: whether it is in a batch now: it may have been removed
 */
gboolean
thimble_item_is_in_batch (ThimbleItem *self)
{
  g_return_val_if_fail (THIMBLE_IS_ITEM (self), FALSE);
  return self->batch != NULL;
}

static gboolean
drop_some_cb (gpointer user_data)
{
  GPtrArray *items = user_data;

  g_ptr_array_set_size (items, (int) (items->len - MIN (items->len, N_DROPPED_AT_ONCE)));
  return items->len > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/**
 * thimble_items_drop:
 * @items: (element-type ThimbleItem) (transfer full): what is not wanted any more
 *
 * Lets items go, many of them in pieces when the main context has nothing else to do: to free a
 * hundred thousand takes longer than a frame.
 */
void
thimble_items_drop (GPtrArray *items)
{
  g_autoptr(GSource) source = NULL;

  g_return_if_fail (items != NULL);

  if (items->len <= N_DROPPED_AT_ONCE)
    {
      g_ptr_array_unref (items);
      return;
    }
  source = g_idle_source_new ();
  g_source_set_callback (source, drop_some_cb, items, (GDestroyNotify) g_ptr_array_unref);
  g_source_set_static_name (source, "[thimble] drop items");
  g_source_attach (source, g_main_context_get_thread_default ());
}

/* For the batch: which batch is told of changes from now on; NULL for none. */
void
thimble_item_set_batch (ThimbleItem *self, ThimbleBatch *batch)
{
  g_assert (self->batch == NULL || batch == NULL);
  self->batch = batch;
}
