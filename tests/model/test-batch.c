/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Items and the batch that counts them: what is told, how often, and at what cost. */

#include "thimble-batch.h"

#include <malloc.h>

#define N_MANY 100000
#define N_PIECE 1000

typedef struct
{
  guint n_calls;
  guint position;
  guint n_removed;
  guint n_added;
} Changes;

static void
items_changed_cb (GListModel *model, guint position, guint n_removed, guint n_added,
                  gpointer user_data)
{
  Changes *changes = user_data;

  changes->n_calls++;
  changes->position = position;
  changes->n_removed = n_removed;
  changes->n_added = n_added;
}

static void
count_cb (gpointer user_data)
{
  guint *n_calls = user_data;

  *n_calls += 1;
}

static void
weak_cb (gpointer user_data, GObject *object)
{
  count_cb (user_data);
}

static void
run_loop (void)
{
  for (guint i = 0; i < 100 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static guint
append_names (ThimbleBatch *batch, const char *folder_path, const char *const *names, guint n_names)
{
  g_autoptr(ThimbleFolder) folder = thimble_folder_new (folder_path, "", "root", 0);
  g_autoptr(GPtrArray) origins
    = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);

  for (guint i = 0; i < n_names; i++)
    g_ptr_array_add (origins, thimble_origin_new (folder, names[i]));
  return thimble_batch_append (batch, (ThimbleOrigin *const *) origins->pdata, n_names);
}

static void
assert_counts (ThimbleBatch *batch, guint n_waiting, guint n_running, guint n_done, guint n_failed)
{
  guint n_items, waiting, running, done, failed;

  g_object_get (batch, "n-items", &n_items, "n-waiting", &waiting, "n-running", &running, "n-done",
                &done, "n-failed", &failed, NULL);
  g_assert_cmpuint (n_items, ==, n_waiting + n_running + n_done + n_failed);
  g_assert_cmpuint (n_items, ==, thimble_batch_get_n_items (batch));
  g_assert_cmpuint (waiting, ==, n_waiting);
  g_assert_cmpuint (running, ==, n_running);
  g_assert_cmpuint (done, ==, n_done);
  g_assert_cmpuint (failed, ==, n_failed);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_DONE), ==, n_done);
}

static void
test_append_and_remove (void)
{
  const char *const names[] = { "a", "b", "a", "c" };
  const char *const more[] = { "c", "b" };
  ThimbleBatch *batch = thimble_batch_new ();
  g_autoptr(ThimbleItem) item = NULL;
  Changes changes = { 0 };
  guint n_notified = 0;

  g_signal_connect (batch, "items-changed", G_CALLBACK (items_changed_cb), &changes);
  g_signal_connect_swapped (batch, "notify::n-items", G_CALLBACK (count_cb), &n_notified);

  g_assert_cmpuint (append_names (batch, "/x", names, 4), ==, 3);
  g_assert_cmpuint (changes.n_calls, ==, 1);
  g_assert_cmpuint (changes.n_added, ==, 3);
  g_assert_cmpuint (append_names (batch, "/x", more, 2), ==, 0);
  g_assert_cmpuint (changes.n_calls, ==, 1);
  g_assert_cmpuint (append_names (batch, "/y", more, 2), ==, 2);
  g_assert_cmpuint (changes.position, ==, 3);
  assert_counts (batch, 5, 0, 0, 0);

  item = g_list_model_get_item (G_LIST_MODEL (batch), 1);
  g_assert_cmpstr (thimble_item_get_origin (item)->name, ==, "b");
  g_assert_true (thimble_batch_peek (batch, 1) == item);
  g_assert_null (thimble_batch_peek (batch, 5));
  thimble_batch_remove (batch, 1);
  g_assert_cmpuint (changes.position, ==, 1);
  g_assert_cmpuint (changes.n_removed, ==, 1);
  thimble_item_set_state (item, THIMBLE_ITEM_RUNNING);
  assert_counts (batch, 4, 0, 0, 0);
  g_assert_cmpuint (append_names (batch, "/x", names, 4), ==, 1);

  thimble_batch_clear (batch);
  g_assert_cmpuint (changes.n_removed, ==, 5);
  assert_counts (batch, 0, 0, 0, 0);
  thimble_batch_clear (batch);
  g_assert_cmpuint (changes.n_calls, ==, 5);
  g_assert_cmpuint (n_notified, ==, 5);
  g_assert_cmpuint (append_names (batch, "/x", names, 4), ==, 3);
  g_assert_finalize_object (batch);
}

static void
test_counts (void)
{
  const char *const names[] = { "a", "b", "c", "d" };
  g_autoptr(ThimbleBatch) batch = thimble_batch_new ();
  ThimbleItemResult *result = thimble_item_result_new (0);
  guint n_changed = 0;

  append_names (batch, "/x", names, 4);
  run_loop ();
  g_signal_connect_swapped (batch, "changed-states", G_CALLBACK (count_cb), &n_changed);

  for (guint i = 0; i < 4; i++)
    thimble_item_set_state (thimble_batch_peek (batch, i), THIMBLE_ITEM_RUNNING);
  assert_counts (batch, 0, 4, 0, 0);
  thimble_item_end (thimble_batch_peek (batch, 0), THIMBLE_ITEM_DONE, result);
  thimble_item_end (thimble_batch_peek (batch, 1), THIMBLE_ITEM_FAILED, result);
  thimble_item_end (thimble_batch_peek (batch, 2), THIMBLE_ITEM_CANCELLED, NULL);
  thimble_item_result_unref (result);
  g_assert_cmpuint (n_changed, ==, 0);
  run_loop ();
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_CANCELLED), ==, 1);

  thimble_batch_reset_states (batch);
  assert_counts (batch, 3, 1, 0, 0);
  g_assert_null (thimble_item_get_result (thimble_batch_peek (batch, 0)));
  run_loop ();
  g_assert_cmpuint (n_changed, ==, 2);
  thimble_item_drop_result (thimble_batch_peek (batch, 0));
  thimble_item_set_state (thimble_batch_peek (batch, 0), THIMBLE_ITEM_WAITING);
  run_loop ();
  g_assert_cmpuint (n_changed, ==, 2);
}

static void
assert_n_folders (ThimbleBatch *batch, guint n_folders)
{
  g_autoptr(GPtrArray) folders = thimble_batch_dup_folders (batch);

  g_assert_cmpuint (folders->len, ==, n_folders);
}

/* Folders are kept, each once, until nothing is left of what was named. */
static void
test_folders (void)
{
  static const char *const names[] = { "a.jpg", "b.jpg" };
  g_autoptr(ThimbleBatch) batch = thimble_batch_new ();

  thimble_batch_add_folder (batch, "/x");
  thimble_batch_add_folder (batch, "/y");
  thimble_batch_add_folder (batch, "/x");
  assert_n_folders (batch, 2);
  append_names (batch, "/x", names, 2);
  thimble_batch_remove (batch, 0);
  assert_n_folders (batch, 2);
  thimble_batch_remove (batch, 0);
  assert_n_folders (batch, 0);
  thimble_batch_add_folder (batch, "/x");
  thimble_batch_clear (batch);
  assert_n_folders (batch, 0);
}

static void
check_whole_cb (ThimbleItem *item, GParamSpec *pspec, gpointer user_data)
{
  guint *n_notified = user_data;

  *n_notified += 1;
  g_assert_cmpint (thimble_item_is_ended (item), ==, thimble_item_get_result (item) != NULL);
}

/* State and result never disagree, also in the middle of a change, and notify when they change. */
static void
test_item (void)
{
  g_autoptr(ThimbleFolder) folder = thimble_folder_new ("/x", "", "x", 0);
  g_autoptr(ThimbleOrigin) origin = thimble_origin_new (folder, "a");
  ThimbleItem *item = thimble_item_new (origin);
  ThimbleItemResult *result = thimble_item_result_new (2);
  guint n_notified = 0;

  result->message = g_strdup ("“a” is broken.");
  result->outputs[0].path = g_strdup ("/out/a");
  g_signal_connect (item, "notify", G_CALLBACK (check_whole_cb), &n_notified);
  thimble_item_set_state (item, THIMBLE_ITEM_WAITING);
  g_assert_cmpuint (n_notified, ==, 0);
  thimble_item_set_state (item, THIMBLE_ITEM_RUNNING);
  g_assert_cmpuint (n_notified, ==, 1);
  thimble_item_end (item, THIMBLE_ITEM_FAILED, result);
  g_assert_cmpuint (n_notified, ==, 3);
  thimble_item_end (item, THIMBLE_ITEM_FAILED, result);
  g_assert_cmpuint (n_notified, ==, 3);
  thimble_item_result_unref (result);
  g_assert_cmpstr (thimble_item_get_result (item)->message, ==, "“a” is broken.");
  g_assert_true (thimble_item_get_origin (item) == origin);

  thimble_item_set_state (item, THIMBLE_ITEM_WAITING);
  g_assert_cmpuint (n_notified, ==, 5);
  g_assert_finalize_object (item);
}

static void
test_names (void)
{
  static const char *const states[]
    = { "waiting", "downloading", "running", "done", "skipped", "failed", "cancelled" };
  static const char *const whys[] = { "up-to-date",       "missing",        "source-changed",
                                      "settings-changed", "output-changed", "forced" };
  static const char *const kinds[] = { "none",    "too-large", "corrupt",  "unsupported", "network",
                                       "timeout", "crashed",   "conflict", "io" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    g_assert_cmpstr (thimble_item_state_get_name (i), ==, states[i]);
  for (guint i = 0; i < G_N_ELEMENTS (whys); i++)
    g_assert_cmpstr (thimble_why_get_name (i), ==, whys[i]);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpstr (thimble_error_kind_get_name (i), ==, kinds[i]);
}

static gsize
get_heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* A hundred thousand in pieces, as the scanner adds them; the sanitizers' heap tells no sizes. */
static void
test_many (void)
{
  g_autoptr(ThimbleFolder) folder = thimble_folder_new ("/home/user/Pictures/2024", "", "2024", 0);
  g_autoptr(GPtrArray) origins
    = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);
  g_autoptr(ThimbleBatch) batch = thimble_batch_new ();
  gsize n_bytes_before;
  gint64 start_us;

  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("IMG_%06u.jpg", i);

      g_ptr_array_add (origins, thimble_origin_new (folder, name));
    }
  n_bytes_before = get_heap_bytes ();
  start_us = g_get_monotonic_time ();
  for (guint i = 0; i < N_MANY; i += N_PIECE)
    g_assert_cmpuint (thimble_batch_append (batch, (ThimbleOrigin *const *) origins->pdata + i,
                                            N_PIECE), ==, N_PIECE);
  g_test_message ("%d items appended in pieces of %d: %.1f ms, %.1f bytes each", N_MANY, N_PIECE,
                  (double) (g_get_monotonic_time () - start_us) / 1000,
                  (double) (get_heap_bytes () - n_bytes_before) / N_MANY);
  g_assert_cmpuint (get_heap_bytes () - n_bytes_before, <, N_MANY * 150);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_WAITING), ==, N_MANY);

  start_us = g_get_monotonic_time ();
  for (guint i = 0; i < N_MANY; i++)
    thimble_item_end (thimble_batch_peek (batch, i), THIMBLE_ITEM_SKIPPED, NULL);
  g_test_message ("%d items ended: %.1f ms", N_MANY,
                  (double) (g_get_monotonic_time () - start_us) / 1000);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_SKIPPED), ==, N_MANY);
}

/* What is dropped goes at once, or in pieces that let the main context do other things, whoever holds
 * the batch that it was of. */
static void
test_drop (void)
{
  static const guint numbers[] = { 0, 1, 1000, 2500 };

  for (guint n = 0; n < G_N_ELEMENTS (numbers); n++)
    {
      g_autoptr(ThimbleOrigin) origin = thimble_origin_new_for_path ("/x/a.jpg");
      GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
      gboolean is_in_pieces = numbers[n] > 1000;
      guint n_turns = 0, n_gone = 0;

      for (guint i = 0; i < numbers[n]; i++)
        {
          ThimbleItem *item = thimble_item_new (origin);

          g_object_weak_ref (G_OBJECT (item), weak_cb, &n_gone);
          g_ptr_array_add (items, item);
        }
      thimble_items_drop (items);
      g_assert_cmpuint (n_gone, ==, is_in_pieces ? 0 : numbers[n]);
      while (n_turns < 100 && g_main_context_iteration (NULL, FALSE))
        n_turns++;
      g_assert_cmpuint (n_gone, ==, numbers[n]);
      g_assert_cmpuint (n_turns, ==, is_in_pieces ? 3 : 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/batch/append-and-remove", test_append_and_remove);
  g_test_add_func ("/batch/counts", test_counts);
  g_test_add_func ("/batch/folders", test_folders);
  g_test_add_func ("/batch/many", test_many);
  g_test_add_func ("/batch/drop", test_drop);
  g_test_add_func ("/item/states", test_item);
  g_test_add_func ("/item/names", test_names);
  return g_test_run ();
}
