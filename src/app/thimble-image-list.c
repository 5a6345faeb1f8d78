/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What matches and which order it has, of a batch behind an arranged list and GTK's selection; and
 * what a view is told of it.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-image-list.h"

#include "thimble-arranged-list.h"
#include "thimble-gradual-list.h"

#include <string.h>

struct _ThimbleImageList
{
  GObject parent_instance;

  ThimbleArrangedList *arranged;
  GtkMultiSelection *selection;
  ThimbleGradualList *gradual;
  ThimbleStateSet states; /* that are shown */
  char *query;            /* (nullable): in names, folded */
  ThimbleSort sort;
};

G_DEFINE_FINAL_TYPE (ThimbleImageList, thimble_image_list, G_TYPE_OBJECT)

static const char *const sort_names[] = {
  [THIMBLE_SORT_FOUND] = "found",
  [THIMBLE_SORT_NAME] = "name",
  [THIMBLE_SORT_SIZE] = "size",
  [THIMBLE_SORT_DATE] = "date",
};

/**
 * thimble_sort_get_name:
 *
 * Returns: (transfer none): the name that settings keep
 */
const char *
thimble_sort_get_name (ThimbleSort sort)
{
  g_return_val_if_fail ((guint) sort < G_N_ELEMENTS (sort_names), NULL);

  return sort_names[sort];
}

/**
 * thimble_sort_from_name:
 * @name: (nullable): as thimble_sort_get_name() has it
 *
 * Returns: the order, that of finding where the name is unknown
 */
ThimbleSort
thimble_sort_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (sort_names); i++)
    if (g_strcmp0 (name, sort_names[i]) == 0)
      return (ThimbleSort) i;
  return THIMBLE_SORT_FOUND;
}

static gboolean
match_cb (ThimbleItem *item, gpointer user_data)
{
  ThimbleImageList *self = user_data;
  g_autofree char *name = NULL;
  g_autofree char *folded = NULL;

  if ((self->states & (1u << thimble_item_get_state (item))) == 0)
    return FALSE;
  if (self->query == NULL)
    return TRUE;

  name = thimble_origin_dup_display_name (thimble_item_get_origin (item));
  folded = g_utf8_casefold (name, -1);
  return strstr (folded, self->query) != NULL;
}

/* The digits at the start of a text, without zeros at their start. */
static gsize
span_number (const char **text)
{
  while (**text == '0' && g_ascii_isdigit ((*text)[1]))
    (*text)++;
  return strspn (*text, "0123456789");
}

/* As people sort: capitals count for nothing, and 2 comes before 10. */
static int
compare_names (const char *one, const char *other)
{
  while (*one != '\0' && *other != '\0')
    if (g_ascii_isdigit (*one) && g_ascii_isdigit (*other))
      {
        gsize n_one = span_number (&one);
        gsize n_other = span_number (&other);
        int order = n_one != n_other ? (n_one < n_other ? -1 : 1) : strncmp (one, other, n_one);

        if (order != 0)
          return order;
        one += n_one;
        other += n_other;
      }
    else
      {
        int order = (guchar) g_ascii_tolower (*one++) - (guchar) g_ascii_tolower (*other++);

        if (order != 0)
          return order;
      }

  return (*one != '\0') - (*other != '\0');
}

static int
compare_cb (ThimbleItem *one_item, ThimbleItem *other_item, gpointer user_data)
{
  ThimbleImageList *self = user_data;
  const ThimbleOrigin *one = thimble_item_get_origin (one_item);
  const ThimbleOrigin *other = thimble_item_get_origin (other_item);

  switch (self->sort)
    {
    case THIMBLE_SORT_NAME:
      return compare_names (one->name, other->name);

    case THIMBLE_SORT_SIZE:
      return (one->size < other->size) - (one->size > other->size);

    case THIMBLE_SORT_DATE:
      return (one->mtime_ns < other->mtime_ns) - (one->mtime_ns > other->mtime_ns);

    case THIMBLE_SORT_FOUND:
      return 0;

    default:
      g_assert_not_reached ();
    }
}

/* What is selected stays so wherever it goes. */
static void
selection_changed_cb (ThimbleImageList *self)
{
  guint first = thimble_image_list_get_first_selected (self);

  thimble_arranged_list_set_followed (self->arranged, first != GTK_INVALID_LIST_POSITION);
}

static void
thimble_image_list_dispose (GObject *object)
{
  ThimbleImageList *self = THIMBLE_IMAGE_LIST (object);

  if (self->arranged != NULL)
    thimble_arranged_list_arrange (self->arranged, NULL, NULL, NULL);
  g_clear_object (&self->gradual);
  g_clear_object (&self->selection);
  g_clear_object (&self->arranged);
  g_clear_pointer (&self->query, g_free);

  G_OBJECT_CLASS (thimble_image_list_parent_class)->dispose (object);
}

static void
thimble_image_list_class_init (ThimbleImageListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thimble_image_list_dispose;
}

static void
thimble_image_list_init (ThimbleImageList *self)
{
  self->states = THIMBLE_ALL_STATES;
}

/**
 * thimble_image_list_new:
 * @batch: what to show of
 *
 * Returns: (transfer full): a list of all of it, as found
 */
ThimbleImageList *
thimble_image_list_new (ThimbleBatch *batch)
{
  ThimbleImageList *self;

  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);

  self = g_object_new (THIMBLE_TYPE_IMAGE_LIST, NULL);
  self->arranged = thimble_arranged_list_new (batch);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->arranged)));
  self->gradual = thimble_gradual_list_new (GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (selection_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * thimble_image_list_get_selection:
 *
 * Returns: (transfer none): all that is shown, and what of it is selected
 */
GtkSelectionModel *
thimble_image_list_get_selection (ThimbleImageList *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), NULL);

  return GTK_SELECTION_MODEL (self->selection);
}

/**
 * thimble_image_list_get_view_model:
 *
 * Returns: (transfer none): the same for a view, which gets its first items a few at a time
 */
GtkSelectionModel *
thimble_image_list_get_view_model (ThimbleImageList *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), NULL);

  return GTK_SELECTION_MODEL (self->gradual);
}

/**
 * thimble_image_list_get_n_items:
 *
 * Returns: how many are shown
 */
guint
thimble_image_list_get_n_items (ThimbleImageList *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

/**
 * thimble_image_list_peek:
 * @position: any, in what is shown
 *
 * Returns: (transfer none) (nullable): the item there, which the list keeps
 */
ThimbleItem *
thimble_image_list_peek (ThimbleImageList *self, guint position)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), NULL);

  return thimble_arranged_list_peek (self->arranged, position);
}

/**
 * thimble_image_list_find:
 * @item: any
 *
 * Returns: where it is shown, or %GTK_INVALID_LIST_POSITION
 */
guint
thimble_image_list_find (ThimbleImageList *self, ThimbleItem *item)
{
  guint n_items;

  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), GTK_INVALID_LIST_POSITION);

  n_items = thimble_image_list_get_n_items (self);
  for (guint i = 0; i < n_items; i++)
    if (thimble_image_list_peek (self, i) == item)
      return i;
  return GTK_INVALID_LIST_POSITION;
}

static gboolean
thimble_image_list_is_filtered (ThimbleImageList *self)
{
  return self->states != THIMBLE_ALL_STATES || self->query != NULL;
}

static void
thimble_image_list_arrange (ThimbleImageList *self)
{
  thimble_arranged_list_arrange (self->arranged,
                                 thimble_image_list_is_filtered (self) ? match_cb : NULL,
                                 self->sort != THIMBLE_SORT_FOUND ? compare_cb : NULL, self);
}

/**
 * thimble_image_list_set_states:
 * @states: only items in one of these are shown
 */
void
thimble_image_list_set_states (ThimbleImageList *self, ThimbleStateSet states)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_LIST (self));

  if (self->states == states)
    return;
  self->states = states;
  thimble_image_list_arrange (self);
}

/**
 * thimble_image_list_get_states:
 *
 * Returns: which states are shown
 */
ThimbleStateSet
thimble_image_list_get_states (ThimbleImageList *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), THIMBLE_ALL_STATES);

  return self->states;
}

/**
 * thimble_image_list_set_query:
 * @query: (nullable): only items with this in their name are shown, capitals or not; all if empty
 */
void
thimble_image_list_set_query (ThimbleImageList *self, const char *query)
{
  g_autofree char *folded = NULL;

  g_return_if_fail (THIMBLE_IS_IMAGE_LIST (self));

  folded = query != NULL && query[0] != '\0' ? g_utf8_casefold (query, -1) : NULL;
  if (g_strcmp0 (folded, self->query) == 0)
    return;
  g_free (self->query);
  self->query = g_steal_pointer (&folded);
  thimble_image_list_arrange (self);
}

/**
 * thimble_image_list_set_sort:
 * @sort: the order that items are shown in
 */
void
thimble_image_list_set_sort (ThimbleImageList *self, ThimbleSort sort)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_LIST (self));
  g_return_if_fail ((guint) sort < G_N_ELEMENTS (sort_names));

  if (self->sort == sort)
    return;
  self->sort = sort;
  thimble_image_list_arrange (self);
}

/**
 * thimble_image_list_get_sort:
 *
 * Returns: the order that items are shown in
 */
ThimbleSort
thimble_image_list_get_sort (ThimbleImageList *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), THIMBLE_SORT_FOUND);

  return self->sort;
}

/**
 * thimble_image_list_refilter:
 *
 * Looks at the states anew. The list does not follow them by itself: in a run they change thousands
 * of times a second.
 */
void
thimble_image_list_refilter (ThimbleImageList *self)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_LIST (self));

  if (self->states != THIMBLE_ALL_STATES)
    thimble_image_list_arrange (self);
}

/**
 * thimble_image_list_select:
 * @position: of the item in what is shown
 *
 * Selects one item and no other, which a view has from now on.
 */
void
thimble_image_list_select (ThimbleImageList *self, guint position)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_LIST (self));

  thimble_gradual_list_show_all (self->gradual);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
}

/**
 * thimble_image_list_get_first_selected:
 *
 * Returns: the first selected position, or %GTK_INVALID_LIST_POSITION
 */
guint
thimble_image_list_get_first_selected (ThimbleImageList *self)
{
  g_autoptr(GtkBitset) selected = NULL;

  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), GTK_INVALID_LIST_POSITION);

  selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  return gtk_bitset_is_empty (selected) ? GTK_INVALID_LIST_POSITION
                                        : gtk_bitset_get_minimum (selected);
}

/**
 * thimble_image_list_dup_selected:
 *
 * Returns: (transfer full) (element-type ThimbleItem): the selected items, as they are shown
 */
GPtrArray *
thimble_image_list_dup_selected (ThimbleImageList *self)
{
  g_autoptr(GtkBitset) selected = NULL;
  GPtrArray *items;
  GtkBitsetIter iter;
  guint position;

  g_return_val_if_fail (THIMBLE_IS_IMAGE_LIST (self), NULL);

  items = g_ptr_array_new_with_free_func (g_object_unref);
  selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  for (gboolean is_valid = gtk_bitset_iter_init_first (&iter, selected, &position); is_valid;
       is_valid = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (self->selection), position));
  return items;
}
