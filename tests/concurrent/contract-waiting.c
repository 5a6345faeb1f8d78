/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Executor contract: wait and as_completed over what executors run. */

#include "executor-contract.h"

static void
test_wait_all (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 2000; i++)
    g_ptr_array_add (futures, test_submit (executor, i % 10 == 0 ? "fail" : "echo", "fails."));
  g_assert_true (thimble_wait ((ThimbleFuture *const *) futures->pdata, futures->len,
                               THIMBLE_WAIT_ALL_COMPLETED, TEST_PATIENCE_MS, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < futures->len; i++)
    g_assert_cmpint (thimble_future_get_state (g_ptr_array_index (futures, i)), ==,
                     THIMBLE_FUTURE_DONE);
}

static void
test_wait_timeout (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(ThimbleFuture) running = NULL;
  g_autoptr(GError) error = NULL;
  TestGate gate;

  running = test_submit_closed_gate (executor, &gate);
  g_assert_false (thimble_wait (&running, 1, THIMBLE_WAIT_ALL_COMPLETED, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_false (thimble_wait (&running, 1, THIMBLE_WAIT_FIRST_COMPLETED, 5, NULL));
  g_assert_null (thimble_future_result (running, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_null (thimble_future_result (running, 5, NULL));

  test_gate_open (&gate);
  g_assert_true (thimble_wait (&running, 1, THIMBLE_WAIT_ALL_COMPLETED, -1, &error));
  g_assert_no_error (error);
  test_assert_reply (running, "gate");
}

static void
test_wait_first (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(ThimbleFuture) running = NULL;
  g_autoptr(ThimbleFuture) good = NULL;
  g_autoptr(ThimbleFuture) bad = NULL;
  ThimbleFuture *futures[2];
  TestGate gate;

  futures[0] = running = test_submit_closed_gate (executor, &gate);
  test_gate_wait_until_running (&gate);
  futures[1] = good = test_submit (executor, "echo", "good");
  g_assert_true (thimble_wait (futures, 2, THIMBLE_WAIT_FIRST_COMPLETED, TEST_PATIENCE_MS, NULL));
  g_assert_cmpint (thimble_future_get_state (good), ==, THIMBLE_FUTURE_DONE);
  g_assert_cmpint (thimble_future_get_state (running), ==, THIMBLE_FUTURE_RUNNING);
  g_assert_false (thimble_wait (futures, 2, THIMBLE_WAIT_FIRST_ERROR, 0, NULL));

  futures[1] = bad = test_submit (executor, "fail", "fails.");
  g_assert_true (thimble_wait (futures, 2, THIMBLE_WAIT_FIRST_ERROR, TEST_PATIENCE_MS, NULL));
  g_assert_nonnull (thimble_future_get_error (bad));
  g_assert_cmpint (thimble_future_get_state (running), ==, THIMBLE_FUTURE_RUNNING);
  test_gate_open (&gate);
  test_assert_reply (running, "gate");
}

/* The works of two executors are yielded in the order in which they end. */
static void
test_as_completed_order (const TestExecutor *row)
{
  enum { N_WORKS = 6 };
  static const guint order[N_WORKS] = { 3, 0, 5, 1, 4, 2 };
  g_autoptr(ThimbleExecutor) one = test_create (row, 3);
  g_autoptr(ThimbleExecutor) other = test_create (row, 3);
  g_autoptr(ThimbleAsCompleted) completed = NULL;
  ThimbleFuture *futures[N_WORKS];
  TestGate gates[N_WORKS];
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < N_WORKS; i++)
    futures[i] = test_submit_closed_gate (i % 2 == 0 ? one : other, &gates[i]);
  completed = thimble_as_completed (futures, N_WORKS);
  g_assert_null (thimble_as_completed_next (completed, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);

  for (guint i = 0; i < N_WORKS; i++)
    {
      g_autoptr(ThimbleFuture) future = NULL;

      test_gate_open (&gates[order[i]]);
      future = thimble_as_completed_next (completed, TEST_PATIENCE_MS, &error);
      g_assert_no_error (error);
      g_assert_true (future == futures[order[i]]);
    }
  g_assert_null (thimble_as_completed_next (completed, -1, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < N_WORKS; i++)
    g_object_unref (futures[i]);
}

typedef struct
{
  GHashTable *left;
  gboolean finished;
} Yielded;

static void
next_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThimbleAsCompleted *completed = THIMBLE_AS_COMPLETED (source);
  Yielded *yielded = user_data;
  g_autoptr(ThimbleFuture) future = NULL;
  g_autoptr(GError) error = NULL;

  future = thimble_as_completed_next_finish (completed, result, &error);
  g_assert_no_error (error);
  yielded->finished = future == NULL;
  if (future == NULL)
    return;
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
  g_assert_true (g_hash_table_remove (yielded->left, future));
  thimble_as_completed_next_async (completed, NULL, next_cb, yielded);
}

static void
test_as_completed_async (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) one = test_create (row, 2);
  g_autoptr(ThimbleExecutor) other = test_create (row, 1);
  g_autoptr(ThimbleAsCompleted) completed = NULL;
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GHashTable) left = g_hash_table_new (NULL, NULL);
  Yielded yielded = { left, FALSE };

  for (guint i = 0; i < 500; i++)
    {
      g_ptr_array_add (futures, test_submit (i % 3 == 0 ? one : other, "echo", ""));
      g_hash_table_add (left, g_ptr_array_index (futures, i));
    }
  completed = thimble_as_completed ((ThimbleFuture *const *) futures->pdata, futures->len);
  thimble_as_completed_next_async (completed, NULL, next_cb, &yielded);
  while (!yielded.finished)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_hash_table_size (left), ==, 0);
}

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (thimble_wait_finish (result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
test_wait_async (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean waited = FALSE;

  for (guint i = 0; i < 500; i++)
    g_ptr_array_add (futures, test_submit (executor, "echo", ""));
  thimble_wait_async ((ThimbleFuture *const *) futures->pdata, futures->len,
                      THIMBLE_WAIT_ALL_COMPLETED, -1, NULL, waited_cb, &waited);
  while (!waited)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < futures->len; i++)
    test_assert_reply (g_ptr_array_index (futures, i), "");
}

void
test_contract_add_waiting (const TestExecutor *row)
{
  test_contract_add (row, "wait-all", test_wait_all);
  test_contract_add (row, "wait-async", test_wait_async);
  test_contract_add_concurrent (row, "wait-timeout", test_wait_timeout);
  test_contract_add_concurrent (row, "wait-first", test_wait_first);
  test_contract_add_concurrent (row, "as-completed-order", test_as_completed_order);
  test_contract_add (row, "as-completed-async", test_as_completed_async);
}
