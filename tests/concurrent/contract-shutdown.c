/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Executor contract: how an executor ends, and what becomes of its works then. */

#include "executor-contract.h"

static void
check_closed (ThimbleExecutor *executor)
{
  g_autoptr(ThimbleWork) work = test_work_new ("echo", "");
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_executor_submit (executor, work, &error));
  g_assert_error (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_SHUT_DOWN);
  g_clear_error (&error);
  g_assert_null (thimble_executor_map (executor, &work, 1, 0, &error));
  g_assert_error (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_SHUT_DOWN);
}

static void
test_drain (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 500; i++)
    g_ptr_array_add (futures, test_submit (executor, "echo", "drained"));
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  for (guint i = 0; i < futures->len; i++)
    {
      ThimbleFuture *future = g_ptr_array_index (futures, i);

      g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
      test_assert_reply (future, "drained");
    }
  check_closed (executor);
}

static void
test_twice (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(ThimbleFuture) future = test_submit (executor, "echo", "");

  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_CANCEL);
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  test_assert_reply (future, "");
  check_closed (executor);
}

static void
test_unused (const TestExecutor *row)
{
  ThimbleExecutor *executor = test_create (row, 2);

  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  check_closed (executor);
  g_assert_finalize_object (executor);

  executor = test_create (row, 2);
  g_assert_finalize_object (executor);
}

/* One worker, behind a gate, with works that wait. */
typedef struct
{
  ThimbleExecutor *executor;
  ThimbleFuture *running;
  ThimbleFuture *queued[20];
  TestGate gate;
} Busy;

static void
busy_init (Busy *busy, const TestExecutor *row)
{
  busy->executor = test_create (row, 1);
  busy->running = test_submit_closed_gate (busy->executor, &busy->gate);
  test_gate_wait_until_running (&busy->gate);
  for (guint i = 0; i < G_N_ELEMENTS (busy->queued); i++)
    busy->queued[i] = test_submit (busy->executor, "echo", "queued");
}

static void
busy_clear (Busy *busy)
{
  g_clear_object (&busy->executor);
  g_clear_object (&busy->running);
  for (guint i = 0; i < G_N_ELEMENTS (busy->queued); i++)
    g_clear_object (&busy->queued[i]);
}

static gboolean
is_all_done (Busy *busy)
{
  gboolean done = thimble_future_get_state (busy->running) == THIMBLE_FUTURE_DONE;

  for (guint i = 0; i < G_N_ELEMENTS (busy->queued); i++)
    done = done && thimble_future_get_state (busy->queued[i]) == THIMBLE_FUTURE_DONE;
  return done;
}

typedef struct
{
  Busy *busy;
  ThimbleShutdown how;
} Shutdown;

/* Returns whether all works had ended when shutdown returned. */
static gpointer
shutdown_thread (gpointer user_data)
{
  Shutdown *call = user_data;

  thimble_executor_shutdown (call->busy->executor, call->how);
  return GINT_TO_POINTER (is_all_done (call->busy));
}

static void
test_cancel (const TestExecutor *row)
{
  Busy busy;
  Shutdown call = { &busy, THIMBLE_SHUTDOWN_CANCEL };
  GThread *thread;

  busy_init (&busy, row);
  thread = g_thread_new ("shutdown", shutdown_thread, &call);
  for (guint i = 0; i < G_N_ELEMENTS (busy.queued); i++)
    test_assert_error (busy.queued[i], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (thimble_future_get_state (busy.running), ==, THIMBLE_FUTURE_RUNNING);
  check_closed (busy.executor);
  test_gate_open (&busy.gate);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  test_assert_reply (busy.running, "gate");
  busy_clear (&busy);
}

static void
test_from_threads (const TestExecutor *row)
{
  Busy busy;
  Shutdown calls[] = {
    { &busy, THIMBLE_SHUTDOWN_DRAIN },
    { &busy, THIMBLE_SHUTDOWN_DRAIN },
    { &busy, THIMBLE_SHUTDOWN_DRAIN },
  };
  GThread *threads[G_N_ELEMENTS (calls)];

  busy_init (&busy, row);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    threads[i] = g_thread_new ("shutdown", shutdown_thread, &calls[i]);
  test_gate_open (&busy.gate);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_assert_true (GPOINTER_TO_INT (g_thread_join (threads[i])));
  for (guint i = 0; i < G_N_ELEMENTS (busy.queued); i++)
    test_assert_reply (busy.queued[i], "queued");
  busy_clear (&busy);
}

/* Who does not want to wait for the drain that somebody began may cancel it. */
static void
test_cancel_during_drain (const TestExecutor *row)
{
  Busy busy;
  Shutdown calls[] = {
    { &busy, THIMBLE_SHUTDOWN_DRAIN },
    { &busy, THIMBLE_SHUTDOWN_CANCEL },
  };
  GThread *threads[G_N_ELEMENTS (calls)];

  busy_init (&busy, row);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    threads[i] = g_thread_new ("shutdown", shutdown_thread, &calls[i]);
  for (guint i = 0; i < G_N_ELEMENTS (busy.queued); i++)
    test_assert_error (busy.queued[i], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_gate_open (&busy.gate);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_assert_true (GPOINTER_TO_INT (g_thread_join (threads[i])));
  busy_clear (&busy);
}

static void
shut_down_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  if (thimble_executor_shutdown_finish (THIMBLE_EXECUTOR (source), result, error))
    *error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "is shut down.");
}

static void
test_async (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) ended = NULL;

  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (futures, test_submit (executor, "echo", ""));
  thimble_executor_shutdown_async (executor, THIMBLE_SHUTDOWN_DRAIN, NULL, shut_down_cb, &ended);
  check_closed (executor);
  while (ended == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (ended, G_IO_ERROR, G_IO_ERROR_CLOSED);
  for (guint i = 0; i < futures->len; i++)
    g_assert_cmpint (thimble_future_get_state (g_ptr_array_index (futures, i)), ==,
                     THIMBLE_FUTURE_DONE);
}

/* To stop waiting is not to stop the shutdown. */
static void
test_async_cancelled (const TestExecutor *row)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) ended = NULL;
  Busy busy;

  busy_init (&busy, row);
  thimble_executor_shutdown_async (busy.executor, THIMBLE_SHUTDOWN_CANCEL, cancellable,
                                   shut_down_cb, &ended);
  for (guint i = 0; i < G_N_ELEMENTS (busy.queued); i++)
    test_assert_error (busy.queued[i], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_cancellable_cancel (cancellable);
  while (ended == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (ended, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (thimble_future_get_state (busy.running), ==, THIMBLE_FUTURE_RUNNING);

  test_gate_open (&busy.gate);
  thimble_executor_shutdown (busy.executor, THIMBLE_SHUTDOWN_DRAIN);
  test_assert_reply (busy.running, "gate");
  busy_clear (&busy);
}

/* An executor that is just dropped cancels what waits and lets go of what runs. */
static void
test_finalize_with_queued (const TestExecutor *row)
{
  Busy busy;

  busy_init (&busy, row);
  g_assert_finalize_object (g_steal_pointer (&busy.executor));
  for (guint i = 0; i < G_N_ELEMENTS (busy.queued); i++)
    test_assert_error (busy.queued[i], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  thimble_future_request_stop (busy.queued[0]);
  test_gate_open (&busy.gate);
  g_assert_true (
    thimble_wait (&busy.running, 1, THIMBLE_WAIT_ALL_COMPLETED, TEST_PATIENCE_MS, NULL));
  busy_clear (&busy);
}

static void
unref_executor_hook (ThimbleFuture *future, gpointer user_data)
{
  g_object_unref (user_data);
}

/* The last reference may go in a worker, which then does not wait for itself. */
static void
test_finalize_in_worker (const TestExecutor *row)
{
  for (guint i = 0; i < 50; i++)
    {
      ThimbleExecutor *executor = test_create (row, 2);
      g_autoptr(ThimbleFuture) future = NULL;
      TestGate gate;

      future = test_submit_closed_gate (executor, &gate);
      thimble_future_add_done_hook (future, unref_executor_hook, executor, NULL);
      test_gate_open (&gate);
      test_assert_reply (future, "gate");
    }
}

void
test_contract_add_shutdown (const TestExecutor *row)
{
  test_contract_add (row, "shutdown/drain", test_drain);
  test_contract_add (row, "shutdown/twice", test_twice);
  test_contract_add (row, "shutdown/unused", test_unused);
  test_contract_add (row, "shutdown/async", test_async);
  test_contract_add_concurrent (row, "shutdown/cancel", test_cancel);
  test_contract_add_concurrent (row, "shutdown/from-threads", test_from_threads);
  test_contract_add_concurrent (row, "shutdown/cancel-during-drain", test_cancel_during_drain);
  test_contract_add_concurrent (row, "shutdown/async-cancelled", test_async_cancelled);
  test_contract_add_concurrent (row, "finalize-with-queued", test_finalize_with_queued);
  test_contract_add_concurrent (row, "finalize-in-worker", test_finalize_in_worker);
}
