/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Executor contract: what waits, in which order it goes, how many run, and what ends early. */

#include "executor-contract.h"

#include <string.h>

static void
test_cancel_scheduled (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(ThimbleFuture) running = NULL;
  g_autoptr(ThimbleFuture) queued = NULL;
  g_autoptr(ThimbleFuture) stopped = NULL;
  g_autoptr(ThimbleFuture) last = NULL;
  TestGate gate;

  running = test_submit_closed_gate (executor, &gate);
  test_gate_wait_until_running (&gate);
  queued = test_submit (executor, "echo", "queued");
  stopped = test_submit (executor, "echo", "stopped");
  last = test_submit (executor, "echo", "last");
  g_assert_cmpint (thimble_future_get_state (queued), ==, THIMBLE_FUTURE_SCHEDULED);

  g_assert_true (thimble_future_cancel (queued));
  g_assert_false (thimble_future_cancel (queued));
  g_assert_true (thimble_future_is_cancelled (queued));
  test_assert_error (queued, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  thimble_future_request_stop (stopped);
  test_assert_error (stopped, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  test_gate_open (&gate);
  test_assert_reply (running, "gate");
  test_assert_reply (last, "last");
}

static void
test_cancel_running (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(ThimbleFuture) running = NULL;
  TestGate gate;

  running = test_submit_closed_gate (executor, &gate);
  test_gate_wait_until_running (&gate);
  g_assert_cmpint (thimble_future_get_state (running), ==, THIMBLE_FUTURE_RUNNING);
  g_assert_false (thimble_future_cancel (running));
  g_assert_false (thimble_future_is_cancelled (running));
  test_gate_open (&gate);
  test_assert_reply (running, "gate");
  g_assert_false (thimble_future_cancel (running));
}

/* Works of a chunk that are cancelled are left out of it, the others run. */
static void
test_cancel_in_chunk (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(ThimbleWork) work = test_work_new ("echo", "runs");
  ThimbleWork *works[9];
  g_autoptr(ThimbleFuture) running = NULL;
  g_autoptr(GPtrArray) some = NULL;
  g_autoptr(GPtrArray) all = NULL;
  TestGate gate;

  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    works[i] = work;
  running = test_submit_closed_gate (executor, &gate);
  test_gate_wait_until_running (&gate);
  some = thimble_executor_map (executor, works, G_N_ELEMENTS (works), G_N_ELEMENTS (works), NULL);
  all = thimble_executor_map (executor, works, G_N_ELEMENTS (works), G_N_ELEMENTS (works), NULL);
  for (guint i = 0; i < some->len; i++)
    {
      g_assert_true (thimble_future_cancel (g_ptr_array_index (all, i)));
      if (i % 3 != 1)
        g_assert_true (thimble_future_cancel (g_ptr_array_index (some, i)));
    }
  test_gate_open (&gate);

  for (guint i = 0; i < some->len; i++)
    {
      ThimbleFuture *future = g_ptr_array_index (some, i);

      g_assert_true (thimble_future_is_cancelled (g_ptr_array_index (all, i)));
      if (i % 3 != 1)
        test_assert_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        test_assert_reply (future, "runs");
    }
}

/* 20,000 works are cancelled in an order that is not the queue's. */
static void
test_cancel_many (const TestExecutor *row)
{
  const guint n_works = 20000;
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(ThimbleFuture) running = NULL;
  g_autoptr(ThimbleFuture) last = NULL;
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  TestGate gate;

  running = test_submit_closed_gate (executor, &gate);
  test_gate_wait_until_running (&gate);
  for (guint i = 0; i < n_works; i++)
    g_ptr_array_add (futures, test_submit (executor, "fail", "must not run."));
  last = test_submit (executor, "echo", "last");
  for (guint i = 0; i < n_works; i++)
    g_assert_true (thimble_future_cancel (g_ptr_array_index (futures, i * 7919 % n_works)));
  test_gate_open (&gate);
  test_assert_reply (last, "last");
  for (guint i = 0; i < n_works; i++)
    g_assert_true (thimble_future_is_cancelled (g_ptr_array_index (futures, i)));
}

static void
test_request_stop (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(GBytes) recipe = g_bytes_new_static ("to the end", strlen ("to the end"));
  g_autoptr(ThimbleFuture) stopped = NULL;
  g_autoptr(ThimbleFuture) neighbour = NULL;
  g_autoptr(ThimbleFuture) next = NULL;
  TestGate gates[2];

  stopped = test_submit_gate (executor, "until-stopped", recipe, &gates[0]);
  neighbour = test_submit_gate (executor, "until-stopped", recipe, &gates[1]);
  test_gate_wait_until_running (&gates[0]);
  test_gate_wait_until_running (&gates[1]);

  thimble_future_request_stop (stopped);
  thimble_future_request_stop (stopped);
  test_assert_error (stopped, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (thimble_future_is_cancelled (stopped));
  g_assert_cmpint (thimble_future_get_state (neighbour), ==, THIMBLE_FUTURE_RUNNING);
  next = test_submit (executor, "echo", "next");
  test_assert_reply (next, "next");
  test_gate_open (&gates[1]);
  test_assert_reply (neighbour, "to the end");
  test_gate_open (&gates[0]);
}

static void
note_order_hook (ThimbleFuture *future, gpointer user_data)
{
  g_async_queue_push (user_data, g_object_ref (future));
}

static ThimbleFuture *
submit_noted (ThimbleExecutor *executor, const char *recipe, int priority, GAsyncQueue *order)
{
  g_autoptr(ThimbleWork) work = test_work_new ("echo", recipe);
  ThimbleFuture *future = NULL;

  future = thimble_executor_submit_with_priority (executor, work, priority, NULL);
  g_assert_nonnull (future);
  thimble_future_add_done_hook (future, note_order_hook, g_async_queue_ref (order),
                                (GDestroyNotify) g_async_queue_unref);
  return future;
}

static void
check_order (GAsyncQueue *order, const char *expected)
{
  for (; *expected != '\0'; expected++)
    {
      const char reply[] = { *expected, '\0' };
      g_autoptr(ThimbleFuture) future = NULL;

      future = g_async_queue_timeout_pop (order, TEST_PATIENCE_MS * G_GUINT64_CONSTANT (1000));
      g_assert_nonnull (future);
      test_assert_reply (future, reply);
    }
}

static void
check_priorities (const TestExecutor *row, gboolean change, const char *expected)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(GAsyncQueue) order = g_async_queue_new_full (g_object_unref);
  g_autoptr(ThimbleFuture) running = NULL;
  g_autoptr(ThimbleFuture) a = NULL;
  g_autoptr(ThimbleFuture) b = NULL;
  g_autoptr(ThimbleFuture) c = NULL;
  g_autoptr(ThimbleFuture) d = NULL;
  g_autoptr(ThimbleFuture) e = NULL;
  TestGate gate;

  running = test_submit_closed_gate (executor, &gate);
  test_gate_wait_until_running (&gate);
  a = submit_noted (executor, "a", 0, order);
  b = submit_noted (executor, "b", 5, order);
  c = submit_noted (executor, "c", 0, order);
  d = submit_noted (executor, "d", -1, order);
  e = submit_noted (executor, "e", 5, order);
  if (change)
    {
      thimble_executor_set_priority (executor, b, -2);
      thimble_executor_set_priority (executor, d, G_MAXINT);
      thimble_executor_set_priority (executor, c, 5);
      thimble_executor_set_priority (executor, running, G_MININT);
    }
  test_gate_open (&gate);
  check_order (order, expected);
  thimble_executor_set_priority (executor, a, 7);
}

static void
test_priority (const TestExecutor *row)
{
  check_priorities (row, FALSE, "beacd");
}

static void
test_set_priority (const TestExecutor *row)
{
  check_priorities (row, TRUE, "dceab");
}

/* The future of one executor means nothing to another. */
static void
test_set_priority_of_other (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(ThimbleExecutor) other = test_create (row, 1);
  g_autoptr(ThimbleFuture) running = NULL;
  g_autoptr(ThimbleFuture) queued = NULL;
  TestGate gate;

  running = test_submit_closed_gate (executor, &gate);
  queued = test_submit (executor, "echo", "queued");
  thimble_executor_set_priority (other, queued, 3);
  test_gate_open (&gate);
  test_assert_reply (queued, "queued");
}

static guint
count_running (ThimbleFuture *const *futures, guint n_futures)
{
  guint n_running = 0;

  for (guint i = 0; i < n_futures; i++)
    n_running += thimble_future_get_state (futures[i]) == THIMBLE_FUTURE_RUNNING;
  return n_running;
}

/* As many run at once as there are workers, not one more: each that is let go makes room for just
 * one other. */
static void
test_peak (const TestExecutor *row)
{
  enum { N_WORKERS = 3, N_WORKS = 9 };
  g_autoptr(ThimbleExecutor) executor = test_create (row, N_WORKERS);
  ThimbleFuture *futures[N_WORKS];
  TestGate gates[N_WORKS];

  g_assert_cmpuint (thimble_executor_get_max_workers (executor), ==, N_WORKERS);
  for (guint i = 0; i < N_WORKS; i++)
    futures[i] = test_submit_closed_gate (executor, &gates[i]);
  for (guint i = 0; i < N_WORKS; i++)
    {
      test_gate_wait_until_running (&gates[i]);
      if (i + 1 < N_WORKERS)
        continue;
      g_assert_cmpuint (count_running (futures, N_WORKS), ==, N_WORKERS);
      for (guint j = i + 1; j < N_WORKS; j++)
        g_assert_false (test_gate_is_running (&gates[j]));
      test_gate_open (&gates[i + 1 - N_WORKERS]);
      test_assert_reply (futures[i + 1 - N_WORKERS], "gate");
    }
  for (guint i = N_WORKS - N_WORKERS + 1; i < N_WORKS; i++)
    test_gate_open (&gates[i]);
  for (guint i = 0; i < N_WORKS; i++)
    {
      test_assert_reply (futures[i], "gate");
      g_object_unref (futures[i]);
    }
}

void
test_contract_add_queue (const TestExecutor *row)
{
  test_contract_add_concurrent (row, "cancel-while-scheduled", test_cancel_scheduled);
  test_contract_add_concurrent (row, "cancel-while-running", test_cancel_running);
  test_contract_add_concurrent (row, "cancel-in-chunk", test_cancel_in_chunk);
  test_contract_add_concurrent (row, "cancel-many", test_cancel_many);
  test_contract_add_concurrent (row, "request-stop", test_request_stop);
  test_contract_add_concurrent (row, "priority", test_priority);
  test_contract_add_concurrent (row, "set-priority", test_set_priority);
  test_contract_add_concurrent (row, "set-priority-of-other", test_set_priority_of_other);
  test_contract_add_concurrent (row, "peak", test_peak);
}
