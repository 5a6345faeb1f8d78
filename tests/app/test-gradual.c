/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a view is told of a list whose items come a few at a time: at any time it has the first of
 * all items, whatever changes meanwhile, and in the end all. What is selected is of all items.
 */

#include "config.h"

#include "thimble-gradual-list.h"

#define N_ITEMS 1000
#define N_CHANGES 200
#define DEADLINE_TURNS 100000

typedef struct
{
  GtkStringList *strings;
  GtkSelectionModel *all;
  ThimbleGradualList *list;
  GPtrArray *known;   /* GtkStringObject: what a listener knows to be shown */
  guint n_told;       /* times */
  guint n_most_added; /* at once */
  guint selected_end; /* of what a listener was last told to look at */
} Fixture;

static void
changed_cb (GListModel *model, guint position, guint n_removed, guint n_added, Fixture *fixture)
{
  fixture->n_told++;
  fixture->n_most_added = MAX (fixture->n_most_added, n_added);
  if (n_removed > 0)
    g_ptr_array_remove_range (fixture->known, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (fixture->known, (int) (position + i),
                        g_list_model_get_item (model, position + i));
}

static void
selected_cb (GtkSelectionModel *model, guint position, guint n_items, Fixture *fixture)
{
  fixture->selected_end = position + n_items;
}

static void
append (Fixture *fixture, guint n_items)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) strings = NULL;

  for (guint i = 0; i < n_items; i++)
    g_strv_builder_add (builder, "a");
  strings = g_strv_builder_end (builder);
  gtk_string_list_splice (fixture->strings,
                          g_list_model_get_n_items (G_LIST_MODEL (fixture->strings)), 0,
                          (const char *const *) strings);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->strings = gtk_string_list_new (NULL);
  fixture->all = GTK_SELECTION_MODEL (
    gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (fixture->strings))));
  fixture->list = thimble_gradual_list_new (fixture->all);
  fixture->known = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (changed_cb), fixture);
  g_signal_connect (fixture->list, "selection-changed", G_CALLBACK (selected_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->known);
  g_assert_finalize_object (fixture->list);
  g_assert_finalize_object (fixture->all);
  g_assert_finalize_object (fixture->strings);
}

static guint
count_shown (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

static guint
count_all (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->strings));
}

/* What is shown is what the listener knows, and the first of all. */
static void
check (Fixture *fixture)
{
  g_assert_cmpuint (count_shown (fixture), ==, fixture->known->len);
  g_assert_cmpuint (fixture->known->len, <=, count_all (fixture));
  for (guint i = 0; i < fixture->known->len; i++)
    {
      g_autoptr(GObject) item = g_list_model_get_item (G_LIST_MODEL (fixture->strings), i);
      g_autoptr(GObject) shown = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      g_assert_true (fixture->known->pdata[i] == item);
      g_assert_true (shown == item);
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->list), fixture->known->len));
}

static void
wait_for_all (Fixture *fixture)
{
  for (guint i = 0; count_shown (fixture) < count_all (fixture); i++)
    {
      g_assert_cmpuint (i, <, DEADLINE_TURNS);
      g_main_context_iteration (NULL, TRUE);
    }
  check (fixture);
}

static void
test_few (Fixture *fixture, gconstpointer data)
{
  append (fixture, 5);
  g_assert_cmpuint (count_shown (fixture), ==, 5);
  append (fixture, 3);
  g_assert_cmpuint (count_shown (fixture), ==, 8);
  check (fixture);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (fixture->list)) == G_TYPE_OBJECT);
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  guint n_first;

  append (fixture, N_ITEMS);
  n_first = count_shown (fixture);
  g_assert_cmpuint (n_first, >, 0);
  g_assert_cmpuint (n_first, <, 50);
  append (fixture, 1);
  g_assert_cmpuint (fixture->n_told, ==, 1); /* nothing of what is not shown yet */

  while (count_shown (fixture) < 200)
    {
      guint n_before = count_shown (fixture);

      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (count_shown (fixture) - n_before, <=, n_first);
      check (fixture);
    }
  wait_for_all (fixture);
  g_assert_cmpuint (fixture->n_told, >, 200 / n_first);
}

/* A list that a view has seen enough of tells of each change as it is. */
static void
test_later (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = { "b", "c", NULL };

  append (fixture, N_ITEMS);
  wait_for_all (fixture);
  fixture->n_told = fixture->n_most_added = 0;

  gtk_string_list_splice (fixture->strings, 7, 3, two);
  g_assert_cmpuint (fixture->n_told, ==, 1);
  g_assert_cmpuint (fixture->n_most_added, ==, 2);
  check (fixture);
  append (fixture, N_ITEMS);
  g_assert_cmpuint (count_shown (fixture), ==, 2 * N_ITEMS - 1);
  check (fixture);
}

/* Once most are gone, many are once more too many. */
static void
test_anew (Fixture *fixture, gconstpointer data)
{
  append (fixture, N_ITEMS);
  wait_for_all (fixture);
  gtk_string_list_splice (fixture->strings, 0, N_ITEMS, NULL);
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  fixture->n_most_added = 0;

  append (fixture, N_ITEMS);
  g_assert_cmpuint (fixture->n_most_added, <, 50);
  wait_for_all (fixture);
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  append (fixture, N_ITEMS);
  for (guint i = 0; i < N_CHANGES; i++)
    {
      guint n_shown = count_shown (fixture);
      guint n_places = MIN (n_shown + 5, count_all (fixture));
      guint position = (guint) g_test_rand_int_range (0, (int) n_places);
      guint n_removed = (guint) g_test_rand_int_range (0, 30);
      guint n_added = (guint) g_test_rand_int_range (0, 30);
      g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
      g_auto(GStrv) added = NULL;

      for (guint k = 0; k < n_added; k++)
        g_strv_builder_add (builder, "b");
      added = g_strv_builder_end (builder);
      n_removed = MIN (n_removed, count_all (fixture) - position);
      gtk_string_list_splice (fixture->strings, position, n_removed, (const char *const *) added);
      check (fixture);
      if (i % 20 == 0)
        g_main_context_iteration (NULL, TRUE);
    }
  wait_for_all (fixture);
}

static void
test_selection (Fixture *fixture, gconstpointer data)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (fixture->list);
  g_autoptr(GtkBitset) selected = NULL;
  g_autoptr(GtkBitset) some = NULL;
  g_autoptr(GtkBitset) left = NULL;
  g_autoptr(GtkBitset) mask = gtk_bitset_new_range (0, N_ITEMS);
  guint n_shown;

  append (fixture, N_ITEMS);
  n_shown = count_shown (fixture);
  g_assert_true (gtk_selection_model_select_all (model));
  g_assert_cmpuint (fixture->selected_end, ==, n_shown);
  selected = gtk_selection_model_get_selection (fixture->all);
  g_assert_cmpuint (gtk_bitset_get_size (selected), ==, N_ITEMS);

  g_assert_true (gtk_selection_model_unselect_all (model));
  g_assert_true (gtk_selection_model_select_item (model, 3, TRUE));
  g_assert_true (gtk_selection_model_is_selected (fixture->all, 3));
  g_assert_true (gtk_selection_model_select_range (model, 5, 4, FALSE));
  g_assert_true (gtk_selection_model_unselect_range (model, 6, 2));
  g_assert_true (gtk_selection_model_unselect_item (model, 3));
  some = gtk_selection_model_get_selection (model);
  g_assert_cmpuint (gtk_bitset_get_size (some), ==, 2);
  g_assert_true (gtk_selection_model_is_selected (model, 5));
  g_assert_true (gtk_selection_model_is_selected (model, 8));
  gtk_bitset_remove (some, 5);
  g_assert_true (gtk_selection_model_set_selection (model, some, mask));
  left = gtk_selection_model_get_selection (fixture->all);
  g_assert_cmpuint (gtk_bitset_get_size (left), ==, 1);

  fixture->selected_end = 0;
  g_assert_true (gtk_selection_model_select_item (fixture->all, N_ITEMS - 1, TRUE));
  g_assert_cmpuint (fixture->selected_end, <=, n_shown);
}

static void
test_show_all (Fixture *fixture, gconstpointer data)
{
  append (fixture, N_ITEMS);
  g_assert_cmpuint (count_shown (fixture), <, N_ITEMS);
  thimble_gradual_list_show_all (fixture->list);
  g_assert_cmpuint (count_shown (fixture), ==, N_ITEMS);
  check (fixture);
  thimble_gradual_list_show_all (fixture->list);
  check (fixture);
}

/* A list that goes before all are shown leaves nothing behind: tear_down looks. */
static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  append (fixture, N_ITEMS);
  g_assert_cmpuint (count_shown (fixture), <, N_ITEMS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/gradual-list/few", Fixture, NULL, set_up, test_few, tear_down);
  g_test_add ("/gradual-list/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/gradual-list/later", Fixture, NULL, set_up, test_later, tear_down);
  g_test_add ("/gradual-list/anew", Fixture, NULL, set_up, test_anew, tear_down);
  g_test_add ("/gradual-list/changes", Fixture, NULL, set_up, test_changes, tear_down);
  g_test_add ("/gradual-list/selection", Fixture, NULL, set_up, test_selection, tear_down);
  g_test_add ("/gradual-list/show-all", Fixture, NULL, set_up, test_show_all, tear_down);
  g_test_add ("/gradual-list/dropped", Fixture, NULL, set_up, test_dropped, tear_down);

  return g_test_run ();
}
