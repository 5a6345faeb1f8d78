/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs the executor contract against the executors of this room. */

#include "executor-contract.h"
#include "thimble-serial-executor.h"
#include "thimble-thread-executor.h"

static const TestExecutor executors[] = {
  { "serial", thimble_serial_executor_new, FALSE },
  { "threads", thimble_thread_executor_new, TRUE },
};

static void
shutdown_hook (ThimbleFuture *future, gpointer user_data)
{
  thimble_executor_shutdown (user_data, THIMBLE_SHUTDOWN_CANCEL);
}

/* A worker that waits for all workers to end would wait for itself: it is told so, and the executor
 * is closed for all that. */
static void
test_shutdown_in_worker (void)
{
  g_autoptr(ThimbleExecutor) executor = test_create (&executors[1], 1);
  g_autoptr(ThimbleFuture) future = NULL;
  g_autoptr(ThimbleFuture) queued = NULL;
  TestGate gate;

  future = test_submit_closed_gate (executor, &gate);
  test_gate_wait_until_running (&gate);
  queued = test_submit (executor, "echo", "queued");
  thimble_future_add_done_hook (future, shutdown_hook, executor, NULL);
  g_test_expect_message ("thimble", G_LOG_LEVEL_CRITICAL, "*current_workers*");
  test_gate_open (&gate);
  test_assert_error (queued, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  g_test_assert_expected_messages ();
  test_assert_reply (future, "gate");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  test_executor_contract_init ();
  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    test_executor_contract_add (&executors[i]);
  g_test_add_func ("/executor/threads/shutdown-in-worker", test_shutdown_in_worker);
  return test_executor_contract_run ();
}
