/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A view makes a widget for each of the first two hundred items or more, however few can be seen,
 * and measures and draws them in one turn of the main loop, which takes longer than a frame lasts.
 * So its first items come a few at a time, about as often as a frame is drawn. When the view has
 * all widgets that it wants, the other items come at once: they cost it nothing.
 *
 * Items that come later are told of as they come, unless the list has become short in between.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-gradual-list.h"

#define N_AT_ONCE 12
#define N_GRADUAL 256  /* a list that is longer costs a view no more */
#define INTERVAL_MS 17 /* no less than a frame, so that none gets twice as many */

struct _ThimbleGradualList
{
  GObject parent_instance;

  GtkSelectionModel *selection; /* also the model of all items */
  guint n_shown;                /* of its first items */
  guint source;                 /* 0 while all are shown */
};

static guint
count_all (ThimbleGradualList *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

/* --- the model -------------------------------------------------------------------------------- */

static GType
thimble_gradual_list_get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (G_LIST_MODEL (THIMBLE_GRADUAL_LIST (model)->selection));
}

static guint
thimble_gradual_list_get_n_items (GListModel *model)
{
  return THIMBLE_GRADUAL_LIST (model)->n_shown;
}

static gpointer
thimble_gradual_list_get_item (GListModel *model, guint position)
{
  ThimbleGradualList *self = THIMBLE_GRADUAL_LIST (model);

  return position < self->n_shown ? g_list_model_get_item (G_LIST_MODEL (self->selection), position)
                                  : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = thimble_gradual_list_get_item_type;
  iface->get_n_items = thimble_gradual_list_get_n_items;
  iface->get_item = thimble_gradual_list_get_item;
}

static gboolean
thimble_gradual_list_is_selected (GtkSelectionModel *model, guint position)
{
  return gtk_selection_model_is_selected (THIMBLE_GRADUAL_LIST (model)->selection, position);
}

static GtkBitset *
thimble_gradual_list_get_selection (GtkSelectionModel *model, guint position, guint n_items)
{
  return gtk_selection_model_get_selection_in_range (THIMBLE_GRADUAL_LIST (model)->selection,
                                                     position, n_items);
}

static gboolean
thimble_gradual_list_select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  return gtk_selection_model_select_item (THIMBLE_GRADUAL_LIST (model)->selection, position,
                                          unselect_rest);
}

static gboolean
thimble_gradual_list_unselect_item (GtkSelectionModel *model, guint position)
{
  return gtk_selection_model_unselect_item (THIMBLE_GRADUAL_LIST (model)->selection, position);
}

static gboolean
thimble_gradual_list_select_range (GtkSelectionModel *model,
                                   guint position,
                                   guint n_items,
                                   gboolean unselect_rest)
{
  return gtk_selection_model_select_range (THIMBLE_GRADUAL_LIST (model)->selection, position,
                                           n_items, unselect_rest);
}

static gboolean
thimble_gradual_list_unselect_range (GtkSelectionModel *model, guint position, guint n_items)
{
  return gtk_selection_model_unselect_range (THIMBLE_GRADUAL_LIST (model)->selection, position,
                                             n_items);
}

static gboolean
thimble_gradual_list_select_all (GtkSelectionModel *model)
{
  return gtk_selection_model_select_all (THIMBLE_GRADUAL_LIST (model)->selection);
}

static gboolean
thimble_gradual_list_unselect_all (GtkSelectionModel *model)
{
  return gtk_selection_model_unselect_all (THIMBLE_GRADUAL_LIST (model)->selection);
}

static gboolean
thimble_gradual_list_set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  return gtk_selection_model_set_selection (THIMBLE_GRADUAL_LIST (model)->selection, selected,
                                            mask);
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = thimble_gradual_list_is_selected;
  iface->get_selection_in_range = thimble_gradual_list_get_selection;
  iface->select_item = thimble_gradual_list_select_item;
  iface->unselect_item = thimble_gradual_list_unselect_item;
  iface->select_range = thimble_gradual_list_select_range;
  iface->unselect_range = thimble_gradual_list_unselect_range;
  iface->select_all = thimble_gradual_list_select_all;
  iface->unselect_all = thimble_gradual_list_unselect_all;
  iface->set_selection = thimble_gradual_list_set_selection;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ThimbleGradualList, thimble_gradual_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                 G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                        selection_model_init))

/* --- what is shown ---------------------------------------------------------------------------- */

/* Shows more at the end. */
static void
thimble_gradual_list_grow (ThimbleGradualList *self, guint n_shown)
{
  guint n_before = self->n_shown;

  self->n_shown = n_shown;
  if (n_shown > n_before)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, n_shown - n_before);
}

static gboolean
show_more_cb (gpointer user_data)
{
  ThimbleGradualList *self = user_data;

  if (self->n_shown >= N_GRADUAL || count_all (self) - self->n_shown <= N_AT_ONCE)
    {
      thimble_gradual_list_show_all (self);
      return G_SOURCE_REMOVE;
    }
  thimble_gradual_list_grow (self, self->n_shown + N_AT_ONCE);
  return G_SOURCE_CONTINUE;
}

/* Goes on until all are shown, each time after what is to be drawn has been. */
static void
thimble_gradual_list_follow (ThimbleGradualList *self)
{
  if (self->n_shown == count_all (self))
    {
      g_clear_handle_id (&self->source, g_source_remove);
      return;
    }
  if (self->source != 0)
    return;
  self->source
    = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, INTERVAL_MS, show_more_cb, self, NULL);
  g_source_set_name_by_id (self->source, "[thimble] show more of a list");
}

/* What changes among the items that are shown is told of; where there would be too many of them,
 * the last ones go, and come again with the others. */
static void
model_changed_cb (ThimbleGradualList *self, guint position, guint n_removed, guint n_added)
{
  guint n_most = self->n_shown >= N_GRADUAL ? G_MAXUINT : MAX (self->n_shown, N_AT_ONCE);
  guint n_behind;

  if (position <= self->n_shown)
    {
      n_removed = MIN (n_removed, self->n_shown - position);
      n_behind = self->n_shown - position - n_removed;
      if (n_added > n_most - position - n_behind)
        {
          n_removed += n_behind;
          n_added = MIN (n_added + n_behind, n_most - position);
        }
      self->n_shown += n_added - n_removed;
      if (n_removed > 0 || n_added > 0)
        g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
    }
  thimble_gradual_list_follow (self);
}

static void
selection_changed_cb (ThimbleGradualList *self, guint position, guint n_items)
{
  if (position < self->n_shown)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position,
                                           MIN (n_items, self->n_shown - position));
}

/* --- the object ------------------------------------------------------------------------------- */

static void
thimble_gradual_list_dispose (GObject *object)
{
  ThimbleGradualList *self = THIMBLE_GRADUAL_LIST (object);

  g_clear_handle_id (&self->source, g_source_remove);
  G_OBJECT_CLASS (thimble_gradual_list_parent_class)->dispose (object);
}

static void
thimble_gradual_list_finalize (GObject *object)
{
  g_object_unref (THIMBLE_GRADUAL_LIST (object)->selection);
  G_OBJECT_CLASS (thimble_gradual_list_parent_class)->finalize (object);
}

static void
thimble_gradual_list_class_init (ThimbleGradualListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thimble_gradual_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = thimble_gradual_list_finalize;
}

static void
thimble_gradual_list_init (ThimbleGradualList *self)
{
}

/**
 * thimble_gradual_list_new:
 * @model: what to show
 *
 * Returns: (transfer full): a list of the first few items now, and of all soon
 */
ThimbleGradualList *
thimble_gradual_list_new (GtkSelectionModel *model)
{
  ThimbleGradualList *self;

  g_return_val_if_fail (GTK_IS_SELECTION_MODEL (model), NULL);

  self = g_object_new (THIMBLE_TYPE_GRADUAL_LIST, NULL);
  self->selection = g_object_ref (model);
  self->n_shown = MIN (count_all (self), N_AT_ONCE);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (model_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "selection-changed", G_CALLBACK (selection_changed_cb), self,
                           G_CONNECT_SWAPPED);
  thimble_gradual_list_follow (self);
  return self;
}

/**
 * thimble_gradual_list_show_all:
 *
 * Shows all items now, for one who needs an item that is not shown yet.
 */
void
thimble_gradual_list_show_all (ThimbleGradualList *self)
{
  g_return_if_fail (THIMBLE_IS_GRADUAL_LIST (self));

  g_clear_handle_id (&self->source, g_source_remove);
  thimble_gradual_list_grow (self, count_all (self));
}
