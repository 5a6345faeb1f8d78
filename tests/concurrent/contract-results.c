/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Executor contract: what goes in comes out. Results, errors, order of map, many works. */

#include "executor-contract.h"
#include "thimble-errors.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void
test_submit_and_result (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(ThimbleFuture) future = test_submit (executor, "echo", "hello");
  ThimbleWorkResult *result;

  test_assert_reply (future, "hello");
  result = thimble_future_get_result (future, NULL);
  g_assert_true (thimble_future_result (future, 0, NULL) == result);
  g_assert_cmpuint (thimble_work_result_get_n_outputs (result), ==, 0);
  g_assert_false (thimble_future_is_cancelled (future));
  g_assert_false (thimble_future_cancel (future));
  thimble_future_request_stop (future);
  test_assert_reply (future, "hello");
}

static void
test_error (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(ThimbleFuture) future = test_submit (executor, "fail", "is broken.");
  g_autoptr(ThimbleFuture) next = test_submit (executor, "echo", "next");

  test_assert_error (future, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (thimble_future_get_error (future)->message, ==, "is broken.");
  g_assert_false (thimble_future_is_cancelled (future));
  test_assert_reply (next, "next");
}

static void
test_input_error (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autofree char *path = test_workers_path ("not-there");
  g_autoptr(ThimbleInput) input = thimble_input_new_for_path (path);
  g_autoptr(ThimbleWork) work = thimble_work_new ("length", NULL, input);
  g_autoptr(ThimbleFuture) future = thimble_executor_submit (executor, work, NULL);

  test_assert_error (future, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_unknown_operation (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(ThimbleWork) work = test_work_new ("no-such-thing", "");
  g_autoptr(ThimbleWork) good = test_work_new ("echo", "");
  ThimbleWork *works[] = { good, good, work };
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_executor_submit (executor, work, &error));
  g_assert_error (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_NO_OPERATION);
  g_assert_nonnull (strstr (error->message, "no-such-thing"));
  g_clear_error (&error);

  g_assert_null (thimble_executor_map (executor, works, G_N_ELEMENTS (works), 1, &error));
  g_assert_error (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_NO_OPERATION);
}

static void
test_no_result (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(ThimbleFuture) future = test_submit (executor, "forget", "");
  g_autoptr(ThimbleFuture) next = test_submit (executor, "echo", "next");

  test_assert_error (future, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_NO_RESULT);
  test_assert_reply (next, "next");
}

/* 50,000 works by path wait while hardly a file may be opened. */
static void
test_many (const TestExecutor *row)
{
  const guint n_works = 50000;
  g_autoptr(ThimbleExecutor) executor = test_create (row, 4);
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *path = test_workers_path ("input");
  g_autoptr(GError) error = NULL;
  struct rlimit before;
  struct rlimit few;

  g_file_set_contents (path, "four", 4, &error);
  g_assert_no_error (error);
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &before));
  few = before;
  few.rlim_cur = 64;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &few));

  for (guint i = 0; i < n_works; i++)
    {
      g_autoptr(ThimbleInput) input = thimble_input_new_for_path (path);
      g_autoptr(ThimbleWork) work = thimble_work_new ("length", NULL, input);

      g_ptr_array_add (futures, thimble_executor_submit (executor, work, &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < n_works; i++)
    g_assert_cmpuint (test_get_number (g_ptr_array_index (futures, i)), ==, 4);

  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));
  g_unlink (path);
}

static void
check_map (const TestExecutor *row, guint max_workers, guint n_works, guint chunk_size)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, max_workers);
  g_autoptr(GPtrArray) works = NULL;
  g_autoptr(GPtrArray) futures = NULL;
  g_autoptr(GError) error = NULL;

  works = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_work_unref);
  for (guint i = 0; i < n_works; i++)
    {
      g_autofree char *recipe = g_strdup_printf ("%u", i);

      g_ptr_array_add (works, test_work_new ("echo", recipe));
    }
  futures = thimble_executor_map (executor, (ThimbleWork *const *) works->pdata, n_works,
                                  chunk_size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (futures->len, ==, n_works);
  for (guint i = 0; i < n_works; i++)
    {
      g_autofree char *reply = g_strdup_printf ("%u", i);

      test_assert_reply (g_ptr_array_index (futures, i), reply);
    }
}

static void
test_map (const TestExecutor *row)
{
  static const guint lengths[] = { 0, 1, 2, 7, 64, 1000 };
  static const guint chunk_sizes[] = { 0, 1, 3, 64, 5000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint j = 0; j < G_N_ELEMENTS (chunk_sizes); j++)
      check_map (row, 1 + (i + j) % 4, lengths[i], chunk_sizes[j]);
}

/* Works that run different operations do not share a chunk, but keep their order. */
static void
test_map_mixed (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(ThimbleWork) echo = test_work_new ("echo", "reply");
  g_autoptr(ThimbleWork) fail = test_work_new ("fail", "fails.");
  ThimbleWork *works[] = { echo, echo, fail, echo, fail, fail, fail, echo };
  g_autoptr(GPtrArray) futures = NULL;

  futures = thimble_executor_map (executor, works, G_N_ELEMENTS (works), 4, NULL);
  g_assert_cmpuint (futures->len, ==, G_N_ELEMENTS (works));
  for (guint i = 0; i < futures->len; i++)
    if (works[i] == echo)
      test_assert_reply (g_ptr_array_index (futures, i), "reply");
    else
      test_assert_error (g_ptr_array_index (futures, i), G_IO_ERROR, G_IO_ERROR_FAILED);
}

static guint
count_together (ThimbleFuture *future, guint expected_index)
{
  g_autofree char *reply = NULL;
  g_autofree char *expected = g_strdup_printf ("%u", expected_index);
  ThimbleWorkResult *result;
  guint32 count;
  GBytes *bytes;

  result = thimble_future_result (future, TEST_PATIENCE_MS, NULL);
  g_assert_nonnull (result);
  bytes = thimble_work_result_get_reply (result);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, sizeof count);
  memcpy (&count, g_bytes_get_data (bytes, NULL), sizeof count);
  reply = g_strndup ((const char *) g_bytes_get_data (bytes, NULL) + sizeof count,
                     g_bytes_get_size (bytes) - sizeof count);
  g_assert_cmpstr (reply, ==, expected);
  return count;
}

/* An operation that takes three at once gets the works of a chunk by three. */
static void
test_map_together (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  g_autoptr(GPtrArray) works = NULL;
  g_autoptr(GPtrArray) futures = NULL;

  works = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_work_unref);
  for (guint i = 0; i < 14; i++)
    {
      g_autofree char *recipe = g_strdup_printf ("%u", i);

      g_ptr_array_add (works, test_work_new ("together", recipe));
    }
  futures = thimble_executor_map (executor, (ThimbleWork *const *) works->pdata, works->len, 7,
                                  NULL);
  for (guint i = 0; i < futures->len; i++)
    g_assert_cmpuint (count_together (g_ptr_array_index (futures, i), i), ==,
                      i % 7 == 6 ? 1 : 3);
}

/* What has ended is known while others of the same group go on, and the next chunk is not lost. */
static void
test_results_in_turn (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(GBytes) recipe = g_bytes_new_static ("last", strlen ("last"));
  g_autoptr(GPtrArray) works = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_work_unref);
  g_autoptr(GPtrArray) futures = NULL;
  g_autoptr(GPtrArray) others = NULL;
  TestGate gate;

  g_ptr_array_add (works, test_work_new ("in-turn", "first"));
  g_ptr_array_add (works, test_work_new ("in-turn", "second"));
  g_ptr_array_add (works, test_work_new_gate ("in-turn", recipe, &gate));
  futures = thimble_executor_map (executor, (ThimbleWork *const *) works->pdata, 3, 3, NULL);
  others = thimble_executor_map (executor, (ThimbleWork *const *) works->pdata, 2, 2, NULL);
  test_gate_wait_until_running (&gate);
  test_assert_reply (futures->pdata[0], "first");
  test_assert_reply (futures->pdata[1], "second");
  g_assert_cmpint (thimble_future_get_state (futures->pdata[2]), ==, THIMBLE_FUTURE_RUNNING);
  g_assert_cmpint (thimble_future_get_state (others->pdata[0]), ==, THIMBLE_FUTURE_SCHEDULED);
  test_gate_open (&gate);
  test_assert_reply (futures->pdata[2], "last");
  test_assert_reply (others->pdata[0], "first");
  test_assert_reply (others->pdata[1], "second");
}

static gpointer
submit_thread (gpointer user_data)
{
  ThimbleExecutor *executor = user_data;
  GPtrArray *futures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (futures, test_submit (executor, "echo", "here"));
  return futures;
}

static void
test_submit_from_threads (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("submit", submit_thread, executor);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr(GPtrArray) futures = g_thread_join (threads[i]);

      for (guint j = 0; j < futures->len; j++)
        test_assert_reply (g_ptr_array_index (futures, j), "here");
    }
}

static void
count_free (gpointer user_data)
{
  (*(guint *) user_data)++;
}

/* All that a work holds is given back, once, when the work and its future are gone. */
static void
test_ownership (const TestExecutor *row)
{
  ThimbleExecutor *executor = test_create (row, 2);
  ThimbleFuture *future;
  guint n_freed = 0;

  {
    g_autoptr(GBytes) recipe = g_bytes_new_with_free_func ("x", 1, count_free, &n_freed);
    g_autoptr(ThimbleInput) input = thimble_input_new_for_bytes (recipe);
    g_autoptr(ThimbleWork) work = thimble_work_new ("echo", recipe, input);

    future = thimble_executor_submit (executor, work, NULL);
  }
  test_assert_reply (future, "x");
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  g_assert_finalize_object (executor);
  test_assert_reply (future, "x");
  g_assert_finalize_object (future);
  g_assert_cmpuint (n_freed, ==, 1);
}

void
test_contract_add_results (const TestExecutor *row)
{
  test_contract_add (row, "submit", test_submit_and_result);
  test_contract_add (row, "error", test_error);
  test_contract_add (row, "input-error", test_input_error);
  test_contract_add (row, "unknown-operation", test_unknown_operation);
  test_contract_add (row, "no-result", test_no_result);
  test_contract_add (row, "many", test_many);
  test_contract_add (row, "map", test_map);
  test_contract_add (row, "map-mixed", test_map_mixed);
  test_contract_add (row, "map-together", test_map_together);
  test_contract_add_concurrent (row, "results-in-turn", test_results_in_turn);
  test_contract_add (row, "submit-from-threads", test_submit_from_threads);
  test_contract_add (row, "ownership", test_ownership);
}
