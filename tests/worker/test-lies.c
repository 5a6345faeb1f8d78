/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of works whose worker lies, dies or never ends: they are found out, whatever else
 * the worker held, and the others get their results. */

#include "lies.h"
#include "thimble-process-executor.h"
#include "thimble-wait.h"

#include <string.h>

#define PATIENCE_MS 60000
#define TIMEOUT_US (G_USEC_PER_SEC / 4)

static void
never (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  g_assert_not_reached (); /* only a worker runs it */
}

static const ThimbleOperation operations[] = {
  { .name = "one", .run = never, .max_works = 1 },
  { .name = "three", .run = never, .max_works = 3 },
  { 0 },
};

static ThimbleExecutor *
create (guint max_workers)
{
  const ThimbleProcessConfig config = {
    .executor = { .operations = operations, .max_workers = max_workers },
    .worker = g_getenv ("THIMBLE_LYING_WORKER"),
    .max_memory = 1 << 28,
    .max_output_bytes = 1 << 24,
    .max_pixels = 1000 * 1000,
    .timeout_us = TIMEOUT_US,
  };

  return thimble_process_executor_new (&config);
}

static ThimbleWork *
work_new (const char *operation, const char *recipe)
{
  g_autoptr(GBytes) bytes = g_bytes_new (recipe, strlen (recipe));

  return thimble_work_new (operation, bytes, NULL);
}

static void
assert_good (ThimbleFuture *future)
{
  g_autoptr(GError) error = NULL;
  ThimbleWorkResult *result = thimble_future_result (future, PATIENCE_MS, &error);
  GBytes *bytes;

  g_assert_no_error (error);
  bytes = thimble_work_result_get_reply (result);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "good", 4);
  bytes = thimble_work_result_get_output (result, 0);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "output", 6);
}

static void
assert_fails (ThimbleFuture *future, int code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_future_result (future, PATIENCE_MS, &error));
  g_assert_error (error, THIMBLE_EXECUTOR_ERROR, code);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

/* One bad work among good ones, at each place of a chunk in turn, alone and with others at once. */
static void
check_lie (const char *lie, const char *operation, int code)
{
  enum { N_WORKS = 7 };
  g_autoptr(ThimbleExecutor) executor = create (1);

  for (guint bad = 0; bad < N_WORKS; bad += 3)
    {
      g_autoptr(GPtrArray) works
        = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_work_unref);
      g_autoptr(GPtrArray) futures = NULL;

      for (guint i = 0; i < N_WORKS; i++)
        g_ptr_array_add (works, work_new (operation, i == bad ? lie : "good"));
      futures = thimble_executor_map (executor, (ThimbleWork *const *) works->pdata, N_WORKS,
                                      N_WORKS, NULL);
      for (guint i = 0; i < N_WORKS; i++)
        if (i == bad)
          assert_fails (g_ptr_array_index (futures, i), code);
        else
          assert_good (g_ptr_array_index (futures, i));
    }
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
}

static void
test_lie (gconstpointer data)
{
  check_lie (data, "one", THIMBLE_EXECUTOR_ERROR_CRASHED);
  check_lie (data, "three", THIMBLE_EXECUTOR_ERROR_CRASHED);
}

/* What never ends is ended; a neighbour in lock step is not to blame. */
static void
test_timeout (void)
{
  check_lie ("spin", "one", THIMBLE_EXECUTOR_ERROR_TIMEOUT);
}

static void
test_timeout_together (void)
{
  check_lie ("spin", "three", THIMBLE_EXECUTOR_ERROR_TIMEOUT);
}

/* Somebody kills each worker that gets this work: it is tried so often and not for ever. */
static void
test_killed (void)
{
  check_lie ("killed", "one", THIMBLE_EXECUTOR_ERROR_BROKEN);
}

/* A second answer to a work that has ended spoils nothing that was given, be it to this work or to
 * one that a worker gets after it. */
static void
test_answer_twice (gconstpointer data)
{
  g_autoptr(ThimbleExecutor) executor = create (1);

  for (guint n_at_once = 1; n_at_once <= 20; n_at_once *= 20)
    {
      g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < 20; i++)
        {
          g_autoptr(ThimbleWork) work = work_new ("one", i % 4 == 1 ? data : "good");

          g_ptr_array_add (futures, thimble_executor_submit (executor, work, NULL));
          if (n_at_once == 1)
            assert_good (g_ptr_array_index (futures, i));
        }
      for (guint i = 0; i < futures->len; i++)
        assert_good (g_ptr_array_index (futures, i));
    }
}

/* A recipe that no packet takes is the work's error. */
static void
test_recipe_too_long (void)
{
  g_autoptr(ThimbleExecutor) executor = create (1);
  g_autofree char *recipe = g_strnfill (100000, 'x');
  g_autoptr(ThimbleWork) work = work_new ("one", recipe);
  g_autoptr(ThimbleWork) good = work_new ("one", "good");
  g_autoptr(ThimbleFuture) future = thimble_executor_submit (executor, work, NULL);
  g_autoptr(ThimbleFuture) next = thimble_executor_submit (executor, good, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_future_result (future, PATIENCE_MS, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  assert_good (next);
}

static void
test_no_program (void)
{
  const ThimbleProcessConfig config = {
    .executor = { .operations = operations, .max_workers = 1 },
    .worker = "/not/there/thimble-worker",
    .timeout_us = TIMEOUT_US,
  };
  g_autoptr(ThimbleExecutor) executor = thimble_process_executor_new (&config);

  thimble_process_executor_prepare (THIMBLE_PROCESS_EXECUTOR (executor), 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (
        thimble_process_executor_try (THIMBLE_PROCESS_EXECUTOR (executor), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      g_assert_nonnull (strstr (error->message, "/not/there/thimble-worker"));
    }
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree char *path = g_strconcat ("/worker/lies/", lies[i], NULL);

      g_test_add_data_func (path, lies[i], test_lie);
    }
  g_test_add_func ("/worker/timeout/alone", test_timeout);
  g_test_add_func ("/worker/timeout/together", test_timeout_together);
  g_test_add_func ("/worker/killed", test_killed);
  g_test_add_data_func ("/worker/answer-twice/packets", "good-then-more", test_answer_twice);
  g_test_add_data_func ("/worker/answer-twice/parts", "good-with-more", test_answer_twice);
  g_test_add_data_func ("/worker/answer-as-part", "good-as-part", test_answer_twice);
  g_test_add_func ("/worker/recipe-too-long", test_recipe_too_long);
  g_test_add_func ("/worker/no-program", test_no_program);
  return g_test_run ();
}
