/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GTK's own models for this tell of each small step of a sort, and for each of them a view walks
 * through all that the step has moved: a hundred thousand images kept the main loop from everything
 * else for a second. Here an arrangement is worked out beside what is shown, a little in each idle
 * turn, and told of once, when it is done. Until then what was shown stays, but for what has left
 * the batch. Where all items are shown as they were found, this is the batch itself.
 *
 * It is a merge sort from the bottom up (short runs first, then twice as long ones in each round),
 * because that can be left and gone on with anywhere.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-arranged-list.h"

#include <string.h>

#define TURN_US 2000
#define N_BETWEEN_LOOKS 64 /* at the clock */
#define RUN_LENGTH 256

struct _ThimbleArrangedList
{
  GObject parent_instance;

  ThimbleBatch *batch;
  GPtrArray *shown; /* (nullable): ThimbleItem; NULL where it is the batch itself */
  ThimbleArrangedMatch match;     /* (nullable): all are shown */
  ThimbleArrangedCompare compare; /* (nullable): as the batch has them */
  gpointer user_data;

  /* What is being worked out. */
  guint source;         /* 0 while there is nothing to do */
  guint step;           /* of steps[], which goes on */
  GPtrArray *next;      /* (nullable): ThimbleItem: what will be shown */
  guint n_done;         /* of the batch's items, then of those in next, anew in each round */
  gpointer *merged;     /* (nullable): as long as next: what the round that goes on has written */
  guint run_length;     /* of the round */
  guint left, right;    /* of the two runs that are being merged: what is next of each */
  gboolean is_outdated; /* items have come that were not looked at: work it out once more */
};

static void thimble_arranged_list_begin (ThimbleArrangedList *self);

/* --- the model -------------------------------------------------------------------------------- */

static GType
thimble_arranged_list_get_item_type (GListModel *model)
{
  return THIMBLE_TYPE_ITEM;
}

static guint
thimble_arranged_list_get_n_items (GListModel *model)
{
  ThimbleArrangedList *self = THIMBLE_ARRANGED_LIST (model);

  return self->shown != NULL ? self->shown->len : thimble_batch_get_n_items (self->batch);
}

static gpointer
thimble_arranged_list_get_item (GListModel *model, guint position)
{
  ThimbleItem *item = thimble_arranged_list_peek (THIMBLE_ARRANGED_LIST (model), position);

  return item != NULL ? g_object_ref (item) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = thimble_arranged_list_get_item_type;
  iface->get_n_items = thimble_arranged_list_get_n_items;
  iface->get_item = thimble_arranged_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ThimbleArrangedList, thimble_arranged_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static gpointer
peek_in (ThimbleArrangedList *self, GPtrArray *items, guint position)
{
  return items != NULL ? items->pdata[position] : thimble_batch_peek (self->batch, position);
}

/* Shows other items, or with NULL the batch itself, and tells of what lies between those that are
 * the same at the beginning and at the end. */
static void
thimble_arranged_list_show (ThimbleArrangedList *self, GPtrArray *items)
{
  g_autoptr(GPtrArray) old = g_steal_pointer (&self->shown);
  guint n_batch = thimble_batch_get_n_items (self->batch);
  guint n_old = old != NULL ? old->len : n_batch;
  guint n_new = items != NULL ? items->len : n_batch;
  guint n_same = 0, n_same_at_end = 0;

  self->shown = items;
  while (n_same < MIN (n_old, n_new)
         && peek_in (self, old, n_same) == peek_in (self, items, n_same))
    n_same++;
  while (n_same + n_same_at_end < MIN (n_old, n_new)
         && peek_in (self, old, n_old - 1 - n_same_at_end)
              == peek_in (self, items, n_new - 1 - n_same_at_end))
    n_same_at_end++;

  n_old -= n_same + n_same_at_end;
  n_new -= n_same + n_same_at_end;
  if (n_old > 0 || n_new > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), n_same, n_old, n_new);
}

/* --- the work --------------------------------------------------------------------------------- */

static void
thimble_arranged_list_stop (ThimbleArrangedList *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->next, g_ptr_array_unref);
  g_clear_pointer (&self->merged, g_free);
}

static gboolean
is_time_over (gint64 end_us, guint *n_steps)
{
  return ++*n_steps % N_BETWEEN_LOOKS == 0 && g_get_monotonic_time () >= end_us;
}

/* A step returns whether it is over; n_done is 0 when it begins. */
static gboolean
match_some (ThimbleArrangedList *self, gint64 end_us)
{
  guint n_items = thimble_batch_get_n_items (self->batch);

  for (guint n_looks = 0; self->n_done < n_items && !is_time_over (end_us, &n_looks);)
    {
      ThimbleItem *item = thimble_batch_peek (self->batch, self->n_done++);

      if (self->match == NULL || self->match (item, self->user_data))
        g_ptr_array_add (self->next, g_object_ref (item));
    }
  return self->n_done == n_items;
}

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  ThimbleArrangedList *self = user_data;

  return self->compare (*(ThimbleItem *const *) a, *(ThimbleItem *const *) b, self->user_data);
}

/* The first runs. */
static gboolean
sort_some (ThimbleArrangedList *self, gint64 end_us)
{
  guint n_items = self->compare != NULL ? self->next->len : 0;

  while (self->n_done < n_items && g_get_monotonic_time () < end_us)
    {
      guint n = MIN (RUN_LENGTH, n_items - self->n_done);

      g_qsort_with_data (self->next->pdata + self->n_done, (int) n, sizeof (gpointer), compare_cb,
                         self);
      self->n_done += n;
    }
  return self->n_done == n_items;
}

/* Pairs of runs, into a longer run each. Returns: whether the round is over. */
static gboolean
merge_pairs (ThimbleArrangedList *self, gint64 end_us)
{
  gpointer *items = self->next->pdata;
  guint n_items = self->next->len;

  for (guint n_looks = 0; self->n_done < n_items && !is_time_over (end_us, &n_looks);)
    {
      guint begin = self->n_done - self->n_done % (2 * self->run_length);
      guint middle = MIN (begin + self->run_length, n_items);
      guint end = MIN (middle + self->run_length, n_items);

      if (self->n_done == begin)
        {
          self->left = begin;
          self->right = middle;
        }
      if (self->right == end
          || (self->left < middle
              && self->compare (items[self->left], items[self->right], self->user_data) <= 0))
        self->merged[self->n_done++] = items[self->left++];
      else
        self->merged[self->n_done++] = items[self->right++];
    }
  return self->n_done == n_items;
}

static gboolean
merge_some (ThimbleArrangedList *self, gint64 end_us)
{
  guint n_items = self->compare != NULL ? self->next->len : 0;

  if (self->merged == NULL)
    {
      self->merged = g_new (gpointer, MAX (n_items, 1));
      self->run_length = RUN_LENGTH;
    }
  while (self->run_length < n_items)
    {
      if (!merge_pairs (self, end_us))
        return FALSE;
      memcpy (self->next->pdata, self->merged, n_items * sizeof (gpointer));
      self->run_length *= 2;
      self->n_done = 0;
    }
  return TRUE;
}

static gboolean (*const steps[]) (ThimbleArrangedList *self, gint64 end_us)
  = { match_some, sort_some, merge_some };

static gboolean
work_cb (gpointer user_data)
{
  ThimbleArrangedList *self = user_data;
  gint64 end_us = g_get_monotonic_time () + TURN_US;
  GPtrArray *items;

  for (; self->step < G_N_ELEMENTS (steps); self->step++)
    {
      if (!steps[self->step](self, end_us))
        return G_SOURCE_CONTINUE;
      self->n_done = 0;
    }

  items = g_steal_pointer (&self->next);
  self->source = 0;
  thimble_arranged_list_stop (self);
  if (self->is_outdated)
    thimble_arranged_list_begin (self);
  thimble_arranged_list_show (self, items);
  return G_SOURCE_REMOVE;
}

static void
thimble_arranged_list_begin (ThimbleArrangedList *self)
{
  thimble_arranged_list_stop (self);
  self->next = g_ptr_array_new_with_free_func (g_object_unref);
  self->step = 0;
  self->n_done = 0;
  self->is_outdated = FALSE;
  self->source = g_idle_add (work_cb, self);
  g_source_set_name_by_id (self->source, "[thimble] arrange items");
}

/* --- changes of the batch --------------------------------------------------------------------- */

/* What has left the batch is not shown any longer. */
static void
thimble_arranged_list_sweep (ThimbleArrangedList *self)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->shown->len; i++)
    if (thimble_item_is_in_batch (self->shown->pdata[i]))
      g_ptr_array_add (items, g_object_ref (self->shown->pdata[i]));
  thimble_arranged_list_show (self, g_steal_pointer (&items));
}

/* A batch takes items in or lets them go, never both at once. */
static void
batch_changed_cb (ThimbleArrangedList *self, guint position, guint n_removed, guint n_added)
{
  if (self->source != 0)
    {
      if (n_removed > 0)
        thimble_arranged_list_begin (self);
      else if (self->step > 0) /* or they will be looked at, too: they are behind */
        self->is_outdated = TRUE;
    }
  else if (self->shown != NULL && n_added > n_removed)
    {
      thimble_arranged_list_begin (self);
    }

  if (self->shown == NULL)
    g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
  else if (n_removed > n_added)
    thimble_arranged_list_sweep (self);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
thimble_arranged_list_dispose (GObject *object)
{
  ThimbleArrangedList *self = THIMBLE_ARRANGED_LIST (object);

  thimble_arranged_list_stop (self);
  G_OBJECT_CLASS (thimble_arranged_list_parent_class)->dispose (object);
}

static void
thimble_arranged_list_finalize (GObject *object)
{
  ThimbleArrangedList *self = THIMBLE_ARRANGED_LIST (object);

  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_clear_object (&self->batch);
  G_OBJECT_CLASS (thimble_arranged_list_parent_class)->finalize (object);
}

static void
thimble_arranged_list_class_init (ThimbleArrangedListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thimble_arranged_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = thimble_arranged_list_finalize;
}

static void
thimble_arranged_list_init (ThimbleArrangedList *self)
{
}

/**
 * thimble_arranged_list_new:
 * @batch: what to show of
 *
 * Returns: (transfer full): a list of all of it, as found
 */
ThimbleArrangedList *
thimble_arranged_list_new (ThimbleBatch *batch)
{
  ThimbleArrangedList *self;

  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);

  self = g_object_new (THIMBLE_TYPE_ARRANGED_LIST, NULL);
  self->batch = g_object_ref (batch);
  g_signal_connect_object (batch, "items-changed", G_CALLBACK (batch_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * thimble_arranged_list_arrange:
 * @match: (nullable) (scope forever): which items are shown, all if %NULL
 * @compare: (nullable) (scope forever): in which order, that of the batch if %NULL
 * @user_data: for both
 *
 * Shows the batch in another way, soon; at once if that is all items as they were found. What @match
 * says is asked for now and for items that come: called again with the same functions, asks for all
 * items anew.
 */
void
thimble_arranged_list_arrange (ThimbleArrangedList *self,
                               ThimbleArrangedMatch match,
                               ThimbleArrangedCompare compare,
                               gpointer user_data)
{
  g_return_if_fail (THIMBLE_IS_ARRANGED_LIST (self));

  self->match = match;
  self->compare = compare;
  self->user_data = user_data;
  if (match != NULL || compare != NULL)
    {
      thimble_arranged_list_begin (self);
      return;
    }
  thimble_arranged_list_stop (self);
  if (self->shown != NULL)
    thimble_arranged_list_show (self, NULL);
}

/**
 * thimble_arranged_list_peek:
 * @position: any
 *
 * Returns: (transfer none) (nullable): the item there, or %NULL behind the end
 */
ThimbleItem *
thimble_arranged_list_peek (ThimbleArrangedList *self, guint position)
{
  g_return_val_if_fail (THIMBLE_IS_ARRANGED_LIST (self), NULL);

  if (self->shown == NULL)
    return thimble_batch_peek (self->batch, position);
  return position < self->shown->len ? self->shown->pdata[position] : NULL;
}
