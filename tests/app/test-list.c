/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the grid shows of a batch, what is removed from it and put back, and calls that are held
 * back.
 */

#include "config.h"

#include "thimble-image-list.h"
#include "thimble-removal.h"
#include "thimble-throttle.h"
#include "thimble-transfer.h"

#include <string.h>

#define DEADLINE_TURNS 100000

typedef struct
{
  const char *name;
  gint64 size;
  gint64 mtime_ns;
} File;

static const File files[] = {
  { "b10.jpg", 10, 40 }, { "B2.jpg", 30, 10 }, { "a.png", 20, 30 }, { "C.gif", 40, 20 },
};

static ThimbleBatch *
make_batch (void)
{
  ThimbleBatch *batch = thimble_batch_new ();
  g_autoptr(ThimbleFolder) folder = thimble_folder_new ("/x", "", "x", 0);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr(ThimbleOrigin) origin = thimble_origin_new (folder, files[i].name);

      origin->size = files[i].size;
      origin->mtime_ns = files[i].mtime_ns;
      thimble_batch_append (batch, &origin, 1);
    }
  return batch;
}

static char *
dup_names (GListModel *model)
{
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(ThimbleItem) item = g_list_model_get_item (model, i);

      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", thimble_item_get_origin (item)->name);
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* The list filters and sorts in steps of the main context. */
static void
assert_shown (ThimbleImageList *list, const char *expected)
{
  g_autofree char *names = NULL;

  for (guint i = 0; i < DEADLINE_TURNS && g_main_context_iteration (NULL, FALSE); i++)
    continue;
  names = dup_names (G_LIST_MODEL (thimble_image_list_get_selection (list)));
  g_assert_cmpstr (names, ==, expected);
}

static void
test_sort (void)
{
  g_autoptr(ThimbleBatch) batch = make_batch ();
  ThimbleImageList *list = thimble_image_list_new (batch);

  assert_shown (list, "b10.jpg B2.jpg a.png C.gif");
  thimble_image_list_set_sort (list, THIMBLE_SORT_NAME);
  assert_shown (list, "a.png B2.jpg b10.jpg C.gif");
  thimble_image_list_set_sort (list, THIMBLE_SORT_SIZE);
  assert_shown (list, "C.gif B2.jpg a.png b10.jpg");
  thimble_image_list_set_sort (list, THIMBLE_SORT_DATE);
  assert_shown (list, "b10.jpg a.png C.gif B2.jpg");
  thimble_image_list_set_sort (list, THIMBLE_SORT_FOUND);
  assert_shown (list, "b10.jpg B2.jpg a.png C.gif");

  g_assert_cmpint (thimble_sort_from_name ("size"), ==, THIMBLE_SORT_SIZE);
  g_assert_cmpint (thimble_sort_from_name ("colour"), ==, THIMBLE_SORT_FOUND);
  g_assert_finalize_object (list);
}

static void
test_filter (void)
{
  g_autoptr(ThimbleBatch) batch = make_batch ();
  ThimbleImageList *list = thimble_image_list_new (batch);

  thimble_image_list_set_query (list, "B");
  assert_shown (list, "b10.jpg B2.jpg");
  thimble_image_list_set_query (list, "nothing");
  assert_shown (list, "");
  thimble_image_list_set_query (list, "");
  assert_shown (list, "b10.jpg B2.jpg a.png C.gif");

  thimble_item_set_state (thimble_batch_peek (batch, 2), THIMBLE_ITEM_FAILED);
  thimble_image_list_set_states (list, 1 << THIMBLE_ITEM_FAILED);
  assert_shown (list, "a.png");
  thimble_item_set_state (thimble_batch_peek (batch, 3), THIMBLE_ITEM_FAILED);
  assert_shown (list, "a.png");
  thimble_image_list_refilter (list);
  assert_shown (list, "a.png C.gif");
  thimble_image_list_set_query (list, "gif");
  assert_shown (list, "C.gif");
  g_assert_cmpuint (thimble_image_list_find (list, thimble_batch_peek (batch, 3)), ==, 0);
  g_assert_cmpuint (thimble_image_list_find (list, thimble_batch_peek (batch, 0)), ==,
                    GTK_INVALID_LIST_POSITION);
  thimble_image_list_set_states (list, THIMBLE_ALL_STATES);
  thimble_image_list_set_query (list, NULL);
  assert_shown (list, "b10.jpg B2.jpg a.png C.gif");
  g_assert_finalize_object (list);
}

static void
test_selection (void)
{
  g_autoptr(ThimbleBatch) batch = make_batch ();
  g_autoptr(ThimbleImageList) list = thimble_image_list_new (batch);
  g_autoptr(GPtrArray) items = NULL;

  g_assert_cmpuint (thimble_image_list_get_first_selected (list), ==, GTK_INVALID_LIST_POSITION);
  gtk_selection_model_select_range (thimble_image_list_get_selection (list), 1, 2, TRUE);
  g_assert_cmpuint (thimble_image_list_get_first_selected (list), ==, 1);
  items = thimble_image_list_dup_selected (list);
  g_assert_cmpuint (items->len, ==, 2);
  g_assert_true (items->pdata[1] == thimble_batch_peek (batch, 2));
}

static void
assert_batch (ThimbleBatch *batch, const char *expected)
{
  g_autofree char *names = dup_names (G_LIST_MODEL (batch));

  g_assert_cmpstr (names, ==, expected);
}

/* What is removed comes back to its place, with its state; what came in again stays once. */
static void
test_removal (void)
{
  g_autoptr(ThimbleBatch) batch = make_batch ();
  g_autoptr(GPtrArray) items = g_ptr_array_new ();
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(ThimbleRemoval) removal = NULL;
  g_autoptr(ThimbleRemoval) again = NULL;
  g_autoptr(ThimbleRemoval) nothing = NULL;

  thimble_item_set_state (thimble_batch_peek (batch, 3), THIMBLE_ITEM_DONE);
  g_ptr_array_add (items, thimble_batch_peek (batch, 3));
  g_ptr_array_add (items, thimble_batch_peek (batch, 1));
  removal = thimble_removal_new (batch, items);
  assert_batch (batch, "b10.jpg a.png");
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_DONE), ==, 0);

  thimble_removal_undo (removal);
  assert_batch (batch, "b10.jpg B2.jpg a.png C.gif");
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_DONE), ==, 1);
  thimble_removal_undo (removal);
  assert_batch (batch, "b10.jpg B2.jpg a.png C.gif");

  thimble_removal_settle (NULL, paths);
  thimble_removal_settle (thimble_removal_new (batch, items), paths);
  assert_batch (batch, "b10.jpg a.png");
  g_assert_cmpuint (paths->len, ==, 2);
  g_assert_cmpstr (paths->pdata[0], ==, "/x/B2.jpg");
  thimble_removal_undo (removal);
  again = thimble_removal_new_for_paths (batch, paths);
  assert_batch (batch, "b10.jpg a.png");
  nothing = thimble_removal_new_for_paths (batch, paths);
  g_assert_null (nothing);
}

static void
count_cb (gpointer user_data)
{
  guint *n = user_data;

  *n += 1;
}

/* Many at once are two calls: one now, and one that sees the last. */
static void
test_throttle (void)
{
  guint n_calls = 0;
  ThimbleThrottle *throttle = thimble_throttle_new (20, count_cb, &n_calls);

  for (guint i = 0; i < 100; i++)
    thimble_throttle_call (throttle);
  g_assert_cmpuint (n_calls, ==, 1);
  for (guint i = 0; i < DEADLINE_TURNS && n_calls == 1; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_calls, ==, 2);

  thimble_throttle_call (throttle);
  thimble_throttle_free (throttle);
}

/* A call that can't wait is made, and counts as the last one. */
static void
test_throttle_now (void)
{
  guint n_calls = 0;
  ThimbleThrottle *throttle = thimble_throttle_new (20, count_cb, &n_calls);

  thimble_throttle_call_now (throttle);
  g_assert_cmpuint (n_calls, ==, 1);
  thimble_throttle_call (throttle);
  g_assert_cmpuint (n_calls, ==, 1);
  thimble_throttle_call_now (throttle);
  g_assert_cmpuint (n_calls, ==, 2);

  /* What was due was made by it: with the interval nothing comes, and then the timer is gone. */
  for (guint i = 0; i < DEADLINE_TURNS && g_main_context_find_source_by_user_data (NULL, throttle);
       i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, throttle));
  g_assert_cmpuint (n_calls, ==, 2);
  thimble_throttle_free (throttle);
}

static void
assert_text (const char *text, const char *expected)
{
  g_auto(GValue) value = G_VALUE_INIT;
  g_autoptr(GPtrArray) sources = NULL;
  g_autoptr(GString) found = g_string_new (NULL);

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  sources = thimble_transfer_list_value (&value);
  for (guint i = 0; i < sources->len; i++)
    g_string_append_printf (found, "%s%s", i > 0 ? " " : "",
                            thimble_source_get_location (sources->pdata[i]));
  g_assert_cmpstr (found->str, ==, expected);
}

/* Text names sources where a line is one; anything else is text. */
static void
test_text (void)
{
  assert_text ("https://example.org/a.jpg\r\nhttp://example.org/b.jpg\r\n",
               "https://example.org/a.jpg http://example.org/b.jpg");
  assert_text ("# a comment\nfile:///tmp/a%20b.png\n\n  /tmp/c.png  ", "/tmp/a b.png /tmp/c.png");
  assert_text ("data:image/png;base64,AAAA", "data:image/png;base64,AAAA");
  assert_text ("javascript:alert(1)\nsome words\nrelative/path.png\nftp://x/y.png", "");
  assert_text ("", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/list/sort", test_sort);
  g_test_add_func ("/list/filter", test_filter);
  g_test_add_func ("/list/selection", test_selection);
  g_test_add_func ("/list/removal", test_removal);
  g_test_add_func ("/list/throttle", test_throttle);
  g_test_add_func ("/list/throttle-now", test_throttle_now);
  g_test_add_func ("/list/text", test_text);
  return g_test_run ();
}
