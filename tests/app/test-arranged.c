/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Items that are arranged in steps, while the batch changes: in the end all that match are shown in
 * order, and whoever listens to the model knows at any time what it shows.
 */

#include "config.h"

#include "thimble-arranged-list.h"

#define N_ITEMS 12000
#define DEADLINE_TURNS 100000

typedef struct
{
  ThimbleBatch *batch;
  ThimbleArrangedList *list;
  GPtrArray *known; /* what a listener knows to be shown */
  guint n_told;
  gint64 remainder; /* of sizes that match */
} Fixture;

static void
append (Fixture *fixture, guint n_items)
{
  g_autoptr(ThimbleFolder) folder = thimble_folder_new ("/x", "", "x", 0);
  g_autoptr(GPtrArray) origins
    = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);
  guint n_before = thimble_batch_get_n_items (fixture->batch);

  for (guint i = 0; i < n_items; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.jpg", n_before + i);
      ThimbleOrigin *origin = thimble_origin_new (folder, name);

      origin->size = g_test_rand_int_range (0, N_ITEMS / 4);
      g_ptr_array_add (origins, origin);
    }
  thimble_batch_append (fixture->batch, (ThimbleOrigin *const *) origins->pdata, n_items);
}

static void
changed_cb (GListModel *model, guint position, guint n_removed, guint n_added, Fixture *fixture)
{
  fixture->n_told++;
  if (n_removed > 0)
    g_ptr_array_remove_range (fixture->known, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (fixture->known, (int) (position + i),
                        g_list_model_get_item (model, position + i));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->batch = thimble_batch_new ();
  fixture->list = thimble_arranged_list_new (fixture->batch);
  fixture->known = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (changed_cb), fixture);
  append (fixture, N_ITEMS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->known);
  g_assert_finalize_object (fixture->list);
  g_assert_finalize_object (fixture->batch);
}

static gint64
get_size (ThimbleItem *item)
{
  return thimble_item_get_origin (item)->size;
}

static gboolean
match (ThimbleItem *item, gpointer user_data)
{
  Fixture *fixture = user_data;

  return get_size (item) % 3 == fixture->remainder;
}

static int
compare (ThimbleItem *one, ThimbleItem *other, gpointer user_data)
{
  return (get_size (one) > get_size (other)) - (get_size (one) < get_size (other));
}

static int
compare_found (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return compare (*(ThimbleItem *const *) a, *(ThimbleItem *const *) b, NULL);
}

static void
settle (void)
{
  for (guint i = 0; i < DEADLINE_TURNS && g_main_context_iteration (NULL, FALSE); i++)
    continue;
}

/* The listener and the list agree with an order that is made in one go. */
static void
assert_arranged (Fixture *fixture, gboolean is_matched, gboolean is_sorted)
{
  g_autoptr(GPtrArray) expected = g_ptr_array_new ();

  for (guint i = 0; i < thimble_batch_get_n_items (fixture->batch); i++)
    if (!is_matched || match (thimble_batch_peek (fixture->batch, i), fixture))
      g_ptr_array_add (expected, thimble_batch_peek (fixture->batch, i));
  if (is_sorted)
    g_qsort_with_data (expected->pdata, (int) expected->len, sizeof (gpointer), compare_found,
                       NULL);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, expected->len);
  g_assert_cmpmem (fixture->known->pdata, fixture->known->len * sizeof (gpointer),
                   expected->pdata, expected->len * sizeof (gpointer));
  for (guint i = 0; i < expected->len; i++)
    g_assert_true (thimble_arranged_list_peek (fixture->list, i) == expected->pdata[i]);
  g_assert_null (thimble_arranged_list_peek (fixture->list, expected->len));
}

/* Who follows is told of each arrangement once, others of each piece. */
static void
test_arrange (Fixture *fixture, gconstpointer data)
{
  assert_arranged (fixture, FALSE, FALSE);
  thimble_arranged_list_arrange (fixture->list, NULL, compare, fixture);
  fixture->n_told = 0;
  assert_arranged (fixture, FALSE, FALSE);
  settle ();
  assert_arranged (fixture, FALSE, TRUE);
  g_assert_cmpuint (fixture->n_told, >, 1);

  thimble_arranged_list_set_followed (fixture->list, TRUE);
  thimble_arranged_list_arrange (fixture->list, NULL, NULL, NULL);
  assert_arranged (fixture, FALSE, FALSE);
  fixture->n_told = 0;
  thimble_arranged_list_arrange (fixture->list, NULL, compare, fixture);
  settle ();
  assert_arranged (fixture, FALSE, TRUE);
  g_assert_cmpuint (fixture->n_told, ==, 1);

  thimble_arranged_list_arrange (fixture->list, match, compare, fixture);
  settle ();
  assert_arranged (fixture, TRUE, TRUE);
  fixture->remainder = 1;
  thimble_arranged_list_arrange (fixture->list, match, NULL, fixture);
  settle ();
  assert_arranged (fixture, TRUE, FALSE);
  g_assert_cmpuint (fixture->n_told, ==, 3);

  thimble_arranged_list_arrange (fixture->list, NULL, NULL, fixture);
  assert_arranged (fixture, FALSE, FALSE);
  g_assert_cmpuint (fixture->n_told, ==, 4);
}

static GPtrArray *
take (Fixture *fixture, GArray *positions)
{
  for (guint i = 3; i < thimble_batch_get_n_items (fixture->batch); i += 3)
    g_array_append_val (positions, i);
  return thimble_batch_take (fixture->batch, (const guint *) (gpointer) positions->data,
                             positions->len);
}

/* Without an arrangement the list is the batch, whatever happens to that. */
static void
test_as_found (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr(GPtrArray) taken = take (fixture, positions);
  g_autoptr(GPtrArray) again = NULL;
  const guint one = 7000;

  assert_arranged (fixture, FALSE, FALSE);
  append (fixture, 10000);
  assert_arranged (fixture, FALSE, FALSE);
  again = thimble_batch_take (fixture->batch, &one, 1);
  assert_arranged (fixture, FALSE, FALSE);
  thimble_batch_put_back (fixture->batch, &one, again);
  thimble_batch_put_back (fixture->batch, (const guint *) (gpointer) positions->data, taken);
  assert_arranged (fixture, FALSE, FALSE);
  thimble_batch_clear (fixture->batch);
  assert_arranged (fixture, FALSE, FALSE);
}

static void
assert_none_left_over (Fixture *fixture)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (fixture->list));

  g_assert_cmpuint (fixture->known->len, ==, n_items);
  for (guint i = 0; i < n_items; i++)
    {
      ThimbleItem *item = thimble_arranged_list_peek (fixture->list, i);

      g_assert_true (thimble_item_is_in_batch (item));
      g_assert_true (fixture->known->pdata[i] == item);
    }
}

/* After each number of turns of the work, while it has not ended, the batch changes. */
static void
test_changes (Fixture *fixture, gconstpointer data)
{
  const char *what = data;
  gboolean is_removed = g_str_equal (what, "remove");

  for (guint n_turns = 0; n_turns < 12; n_turns++)
    {
      g_autoptr(GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autoptr(GPtrArray) taken = NULL;

      fixture->remainder = n_turns % 3;
      thimble_arranged_list_arrange (fixture->list, match, compare, fixture);
      for (guint i = 0; i < n_turns; i++)
        g_main_context_iteration (NULL, FALSE);
      if (is_removed)
        taken = take (fixture, positions);
      else
        append (fixture, 100);
      assert_none_left_over (fixture);
      settle ();
      assert_arranged (fixture, TRUE, TRUE);
      if (!is_removed)
        continue;
      thimble_batch_put_back (fixture->batch, (const guint *) (gpointer) positions->data, taken);
      settle ();
      assert_arranged (fixture, TRUE, TRUE);
    }
  thimble_batch_clear (fixture->batch);
  g_assert_cmpuint (fixture->known->len, ==, 0);
}

/* What is not looked for any longer is not shown later. */
static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  thimble_arranged_list_arrange (fixture->list, match, compare, fixture);
  g_main_context_iteration (NULL, FALSE);
  fixture->n_told = 0;
  thimble_arranged_list_arrange (fixture->list, NULL, NULL, NULL);
  settle ();
  g_assert_cmpuint (fixture->n_told, ==, 0);
  assert_arranged (fixture, FALSE, FALSE);

  thimble_arranged_list_arrange (fixture->list, match, compare, fixture);
  g_main_context_iteration (NULL, FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/arranged/arrange", Fixture, NULL, set_up, test_arrange, tear_down);
  g_test_add ("/arranged/as-found", Fixture, NULL, set_up, test_as_found, tear_down);
  g_test_add ("/arranged/append", Fixture, "append", set_up, test_changes, tear_down);
  g_test_add ("/arranged/remove", Fixture, "remove", set_up, test_changes, tear_down);
  g_test_add ("/arranged/given-up", Fixture, NULL, set_up, test_given_up, tear_down);
  return g_test_run ();
}
