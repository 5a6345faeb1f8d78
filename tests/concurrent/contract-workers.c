/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Executor contract: how many workers there are, how they start, what they keep, and the memory
 * that they share. */

#include "executor-contract.h"

#include <string.h>

static ThimbleExecutor *
create_initialized (const TestExecutor *row, guint max_workers)
{
  ThimbleExecutorConfig config = {
    .operations = test_operations,
    .max_workers = max_workers,
    .initializer = test_worker_initializer,
  };

  return row->create (&config);
}

/* The ids of the workers that started; fails if one did twice. */
static GHashTable *
get_started (void)
{
  g_autofree char *path = test_workers_path ("started");
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (g_file_get_contents (path, &text, NULL, NULL))
    {
      lines = g_strsplit (text, "\n", -1);
      for (char **line = lines; *line != NULL; line++)
        if (**line != '\0')
          g_assert_true (g_hash_table_add (ids, g_strdup (*line)));
    }
  return ids;
}

static void
test_default_max_workers (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 0);

  g_assert_cmpuint (thimble_executor_get_max_workers (executor), ==,
                    row->runs_concurrently ? thimble_executor_get_default_max_workers () : 1);
}

/* Works run on few workers, each of which was initialized once, before its first work. */
static void
test_initializer (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = create_initialized (row, 2);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) started = NULL;
  GHashTableIter iter;
  gpointer id;

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr(ThimbleFuture) future = test_submit (executor, "worker", "");

      g_hash_table_add (seen, test_get_text (future));
    }
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);

  started = get_started ();
  g_assert_cmpuint (g_hash_table_size (started), <=, thimble_executor_get_max_workers (executor));
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_assert_true (g_hash_table_contains (started, id));
}

/* When there is work for all of them, all workers start. */
static void
test_initializer_in_each (const TestExecutor *row)
{
  enum { N_WORKERS = 3 };
  g_autoptr(ThimbleExecutor) executor = create_initialized (row, N_WORKERS);
  g_autoptr(GHashTable) started = NULL;
  ThimbleFuture *futures[N_WORKERS];
  TestGate gates[N_WORKERS];

  for (guint i = 0; i < N_WORKERS; i++)
    futures[i] = test_submit_closed_gate (executor, &gates[i]);
  for (guint i = 0; i < N_WORKERS; i++)
    test_gate_wait_until_running (&gates[i]);
  started = get_started ();
  g_assert_cmpuint (g_hash_table_size (started), ==, N_WORKERS);
  for (guint i = 0; i < N_WORKERS; i++)
    {
      test_gate_open (&gates[i]);
      test_assert_reply (futures[i], "gate");
      g_object_unref (futures[i]);
    }
}

/* Nothing hangs when workers can't start: what is queued and what comes later says why. */
static void
test_initializer_fails (const TestExecutor *row)
{
  g_autofree char *path = test_workers_path ("fail");
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(ThimbleExecutor) executor = NULL;
  g_autoptr(ThimbleFuture) late = NULL;

  g_assert_true (g_file_set_contents (path, "no table to work at", -1, NULL));
  executor = create_initialized (row, 2);
  for (guint i = 0; i < 300; i++)
    g_ptr_array_add (futures, test_submit (executor, "echo", ""));
  for (guint i = 0; i < futures->len; i++)
    {
      ThimbleFuture *future = g_ptr_array_index (futures, i);

      test_assert_error (future, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_BROKEN);
      g_assert_nonnull (
        strstr (thimble_future_get_error (future)->message, "no table to work at"));
    }
  late = test_submit (executor, "echo", "");
  test_assert_error (late, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_BROKEN);
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
}

/* The buffer is a worker's own, and stays with it. */
static void
test_buffer (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr(ThimbleFuture) future = test_submit (executor, "buffer", "");

      g_assert_cmpuint (test_get_number (future), ==, i);
    }
}

static ThimbleExecutor *
create_with_budget (const TestExecutor *row, guint max_workers, ThimbleBudget *budget)
{
  ThimbleExecutorConfig config = {
    .operations = test_operations,
    .max_workers = max_workers,
    .budget = budget,
  };

  return row->create (&config);
}

static ThimbleFuture *
submit_reserve (ThimbleExecutor *executor, guint64 n_bytes, TestGate *gate)
{
  g_autoptr(GBytes) recipe = g_bytes_new (&n_bytes, sizeof n_bytes);

  return test_submit_gate (executor, "reserve", recipe, gate);
}

/* Two that do not fit together go one after the other; one larger than all goes alone. */
static void
test_budget_waits (const TestExecutor *row)
{
  static const guint64 n_bytes[] = { 60, 60, 150 };
  g_autoptr(ThimbleBudget) budget = thimble_budget_new (100);
  g_autoptr(ThimbleExecutor) executor = create_with_budget (row, 2, budget);
  ThimbleFuture *futures[2];
  TestGate gates[2];

  for (guint i = 0; i + 1 < G_N_ELEMENTS (n_bytes); i++)
    {
      futures[0] = submit_reserve (executor, n_bytes[i], &gates[0]);
      test_gate_wait_until_running (&gates[0]);
      futures[1] = submit_reserve (executor, n_bytes[i + 1], &gates[1]);
      g_assert_false (test_gate_is_running (&gates[1]));
      test_gate_open (&gates[0]);
      g_assert_cmpuint (test_get_number (futures[0]), ==, n_bytes[i]);
      test_gate_wait_until_running (&gates[1]);
      test_gate_open (&gates[1]);
      g_assert_cmpuint (test_get_number (futures[1]), ==, n_bytes[i + 1]);
      g_object_unref (futures[0]);
      g_object_unref (futures[1]);
      g_assert_cmpuint (thimble_budget_get_peak (budget), ==, i == 0 ? 60 : 150);
    }
}

/* What waits for the budget ends when it is asked to, and makes way for what waits behind it. */
static void
test_budget_stop (const TestExecutor *row)
{
  g_autoptr(ThimbleBudget) budget = thimble_budget_new (100);
  g_autoptr(ThimbleExecutor) executor = create_with_budget (row, 3, budget);
  g_autoptr(GError) error = NULL;
  ThimbleFuture *futures[3];
  TestGate gates[3];

  futures[0] = submit_reserve (executor, 60, &gates[0]);
  test_gate_wait_until_running (&gates[0]);
  futures[1] = submit_reserve (executor, 60, &gates[1]);
  for (guint i = 0; thimble_future_get_state (futures[1]) != THIMBLE_FUTURE_RUNNING; i++)
    {
      g_assert_cmpuint (i, <, TEST_PATIENCE_MS);
      g_usleep (1000);
    }
  thimble_future_request_stop (futures[1]);
  g_assert_null (thimble_future_result (futures[1], TEST_PATIENCE_MS, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  futures[2] = submit_reserve (executor, 40, &gates[2]);
  test_gate_wait_until_running (&gates[2]);

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      test_gate_open (&gates[i]);
      if (i != 1)
        g_assert_cmpuint (test_get_number (futures[i]), ==, i == 0 ? 60 : 40);
      g_object_unref (futures[i]);
    }
}

static void
test_budget_peak (const TestExecutor *row)
{
  g_autoptr(ThimbleBudget) budget = thimble_budget_new (100);
  g_autoptr(ThimbleExecutor) executor = create_with_budget (row, 4, budget);
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 1000; i++)
    {
      guint64 n_bytes = 1 + i * 31 % 50;
      g_autoptr(GBytes) recipe = g_bytes_new (&n_bytes, sizeof n_bytes);
      g_autoptr(ThimbleWork) work = thimble_work_new ("reserve-twice", recipe, NULL);

      g_ptr_array_add (futures, thimble_executor_submit (executor, work, NULL));
    }
  for (guint i = 0; i < futures->len; i++)
    g_assert_cmpuint (test_get_number (g_ptr_array_index (futures, i)), ==, 1 + i * 31 % 50);
  g_assert_cmpuint (thimble_budget_get_peak (budget), <=, 100);
  g_assert_cmpuint (thimble_budget_get_peak (budget), >=, 98);
}

void
test_contract_add_workers (const TestExecutor *row)
{
  test_contract_add (row, "default-max-workers", test_default_max_workers);
  test_contract_add (row, "initializer", test_initializer);
  test_contract_add_concurrent (row, "initializer-in-each", test_initializer_in_each);
  test_contract_add (row, "initializer-fails", test_initializer_fails);
  test_contract_add (row, "buffer", test_buffer);
  test_contract_add_concurrent (row, "budget-waits", test_budget_waits);
  test_contract_add_concurrent (row, "budget-stop", test_budget_stop);
  test_contract_add (row, "budget-peak", test_budget_peak);
}
