/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GTK's own models for this tell of each small step of a sort, and for each of them a view walks
 * through all that the step has moved: a hundred thousand images kept the main loop from everything
 * else for a second. Here an arrangement is worked out beside what is shown, a little in each idle
 * turn, and told of when it is done. Until then what was shown stays, but for what has left the
 * batch.
 *
 * It is a merge sort from the bottom up (short runs first, then twice as long ones in each round),
 * because that can be left and gone on with anywhere. Changes are told of in pieces, for a view looks
 * through all of the piece that what it shows was in, to find where that has gone.
 *
 * The items are owned by the batch: what leaves it goes from here while the batch tells of it.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-arranged-list.h"

#include <string.h>

#define TURN_US 2000
#define N_BETWEEN_LOOKS 64 /* at the clock */
#define RUN_LENGTH 256
#define N_PER_PIECE 4096

struct _ThimbleArrangedList
{
  GObject parent_instance;

  ThimbleBatch *batch;
  GPtrArray *shown;               /* ThimbleItem */
  gboolean is_batch;              /* that is all of the batch, as found */
  ThimbleArrangedMatch match;     /* (nullable): all are shown */
  ThimbleArrangedCompare compare; /* (nullable): as the batch has them */
  gpointer user_data;
  gboolean is_followed; /* somebody wants to know where items go */

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
  return THIMBLE_ARRANGED_LIST (model)->shown->len;
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

/* Puts items in the place of others, and tells of it. */
static void
thimble_arranged_list_splice (ThimbleArrangedList *self,
                              guint position,
                              guint n_old,
                              const gpointer *items,
                              guint n_items)
{
  guint n_behind = self->shown->len - position - n_old;
  gpointer *place;

  if (n_items > n_old)
    g_ptr_array_set_size (self->shown, (int) (self->shown->len + n_items - n_old));
  place = self->shown->pdata + position;
  if (n_items != n_old && n_behind > 0)
    memmove (place + n_items, place + n_old, n_behind * sizeof (gpointer));
  if (n_items > 0)
    memcpy (place, items, n_items * sizeof (gpointer));
  if (n_items < n_old)
    g_ptr_array_set_size (self->shown, (int) (self->shown->len + n_items - n_old));
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_old, n_items);
}

/* Shows other items, and tells of the difference: in pieces of what comes in the place of others,
 * then of what is behind it. */
static void
thimble_arranged_list_show (ThimbleArrangedList *self, const GPtrArray *items)
{
  const GPtrArray *old = self->shown;
  guint n_least = MIN (old->len, items->len);
  guint position = 0, n_at_end = 0, n_new;

  while (position < n_least && old->pdata[position] == items->pdata[position])
    position++;
  while (n_at_end < n_least - position
         && old->pdata[old->len - 1 - n_at_end] == items->pdata[items->len - 1 - n_at_end])
    n_at_end++;

  for (n_new = items->len - n_at_end; !self->is_followed && position < n_least - n_at_end;)
    {
      guint n = MIN (n_least - n_at_end - position, N_PER_PIECE);

      thimble_arranged_list_splice (self, position, n, items->pdata + position, n);
      position += n;
    }
  if (position < n_new || position < old->len - n_at_end)
    thimble_arranged_list_splice (self, position, old->len - n_at_end - position,
                                  items->pdata + position, n_new - position);
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
        g_ptr_array_add (self->next, item);
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
  g_autoptr(GPtrArray) items = NULL;

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
  self->is_batch = FALSE;
  thimble_arranged_list_show (self, items);
  return G_SOURCE_REMOVE;
}

static void
thimble_arranged_list_begin (ThimbleArrangedList *self)
{
  thimble_arranged_list_stop (self);
  self->next = g_ptr_array_new ();
  self->step = 0;
  self->n_done = 0;
  self->is_outdated = FALSE;
  self->source = g_idle_add (work_cb, self);
  g_source_set_name_by_id (self->source, "[thimble] arrange items");
}

/* --- changes of the batch --------------------------------------------------------------------- */

/* What has left the batch is not shown any longer. */
static void
thimble_arranged_list_sweep (ThimbleArrangedList *self, guint position, guint n_items)
{
  g_autoptr(GPtrArray) kept = g_ptr_array_sized_new (N_PER_PIECE);

  for (guint begin, end = position + n_items; end > position; end = begin)
    {
      begin = end - MIN (end - position, N_PER_PIECE);
      g_ptr_array_set_size (kept, 0);
      for (guint i = begin; i < end; i++)
        if (thimble_item_is_in_batch (self->shown->pdata[i]))
          g_ptr_array_add (kept, self->shown->pdata[i]);
      if (kept->len < end - begin)
        thimble_arranged_list_splice (self, begin, end - begin, kept->pdata, kept->len);
    }
}

/* What has come into the batch between others, or behind them, is shown among them. */
static void
thimble_arranged_list_fill_in (ThimbleArrangedList *self, guint position, guint n_old, guint n_all)
{
  guint n_per_piece = n_old > 0 ? N_PER_PIECE : n_all;
  g_autoptr(GPtrArray) piece = g_ptr_array_sized_new (n_per_piece);

  for (guint end = position + n_all; position < end; position += piece->len)
    {
      guint n_known = 0;

      g_ptr_array_set_size (piece, 0);
      while (piece->len < MIN (end - position, n_per_piece))
        {
          ThimbleItem *item = thimble_batch_peek (self->batch, position + piece->len);

          g_ptr_array_add (piece, item);
          if (n_known < n_old && self->shown->pdata[position + n_known] == item)
            n_known++;
        }
      n_old -= n_known;
      if (n_known < piece->len)
        thimble_arranged_list_splice (self, position, n_known, piece->pdata, piece->len);
    }
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
  else if (!self->is_batch && n_added > n_removed)
    {
      thimble_arranged_list_begin (self);
    }

  if (n_removed > n_added && self->is_batch)
    thimble_arranged_list_sweep (self, position, n_removed);
  else if (n_removed > n_added)
    thimble_arranged_list_sweep (self, 0, self->shown->len);
  else if (self->is_batch)
    thimble_arranged_list_fill_in (self, position, n_removed, n_added);
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

  g_ptr_array_unref (self->shown);
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
  self->shown = g_ptr_array_new ();
  self->is_batch = TRUE;
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
  thimble_arranged_list_fill_in (self, 0, 0, thimble_batch_get_n_items (batch));
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
  g_autoptr(GPtrArray) items = NULL;

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
  items = g_ptr_array_new ();
  for (guint i = 0; i < thimble_batch_get_n_items (self->batch); i++)
    g_ptr_array_add (items, thimble_batch_peek (self->batch, i));
  self->is_batch = TRUE;
  thimble_arranged_list_show (self, items);
}

/**
 * thimble_arranged_list_set_followed:
 * @followed: whether a change is to be told of as one, so that who listens can find out where an
 *   item goes; it takes more time
 */
void
thimble_arranged_list_set_followed (ThimbleArrangedList *self, gboolean followed)
{
  g_return_if_fail (THIMBLE_IS_ARRANGED_LIST (self));

  self->is_followed = followed;
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

  return position < self->shown->len ? self->shown->pdata[position] : NULL;
}
