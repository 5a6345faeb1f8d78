/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an executor costs: works that do nothing, submitted one by one and as a map, awaited with a
 * hook each. Run it as `meson test --benchmark executor -v`. Times are microseconds a work, the
 * best of several rounds. */

#include "thimble-serial-executor.h"
#include "thimble-thread-executor.h"
#include "thimble-wait.h"

#define N_WORKS 50000
#define N_ROUNDS 7

static void
nothing (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  for (guint i = 0; i < n_works; i++)
    thimble_work_context_return_result (context, i, thimble_work_result_new (NULL, NULL, 0));
}

static const ThimbleOperation operations[] = {
  { "nothing", nothing, 1 },
  { NULL, NULL, 0 },
};

typedef struct
{
  const char *name;
  ThimbleExecutor *(*create) (const ThimbleExecutorConfig *config);
  guint max_workers;
  gboolean map;
} Case;

/* Both in microseconds a work. */
typedef struct
{
  double submit;
  double all;
} Times;

static Times
run_once (const Case *row)
{
  ThimbleExecutorConfig config = { .operations = operations, .max_workers = row->max_workers };
  g_autoptr(ThimbleExecutor) executor = row->create (&config);
  g_autoptr(ThimbleWork) work = thimble_work_new ("nothing", NULL, NULL);
  g_autofree ThimbleWork **works = g_new (ThimbleWork *, N_WORKS);
  g_autoptr(GPtrArray) futures = NULL;
  gint64 start;
  gint64 submitted;
  gint64 end;

  for (guint i = 0; i < N_WORKS; i++)
    works[i] = work;
  start = g_get_monotonic_time ();
  if (row->map)
    {
      futures = thimble_executor_map (executor, works, N_WORKS, 0, NULL);
    }
  else
    {
      futures = g_ptr_array_new_full (N_WORKS, g_object_unref);
      for (guint i = 0; i < N_WORKS; i++)
        g_ptr_array_add (futures, thimble_executor_submit (executor, works[i], NULL));
    }
  submitted = g_get_monotonic_time ();
  thimble_wait ((ThimbleFuture *const *) futures->pdata, N_WORKS, THIMBLE_WAIT_ALL_COMPLETED, -1,
                NULL);
  g_clear_pointer (&futures, g_ptr_array_unref);
  end = g_get_monotonic_time ();
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  return (Times){ (double) (submitted - start) / N_WORKS, (double) (end - start) / N_WORKS };
}

int
main (int argc, char *argv[])
{
  static const Case cases[] = {
    { "serial, submit", thimble_serial_executor_new, 1, FALSE },
    { "serial, map", thimble_serial_executor_new, 1, TRUE },
    { "threads 1, submit", thimble_thread_executor_new, 1, FALSE },
    { "threads 1, map", thimble_thread_executor_new, 1, TRUE },
    { "threads 2, submit", thimble_thread_executor_new, 2, FALSE },
    { "threads 2, map", thimble_thread_executor_new, 2, TRUE },
    { "threads 8, submit", thimble_thread_executor_new, 8, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Times best = { G_MAXDOUBLE, G_MAXDOUBLE };

      for (guint round = 0; round < N_ROUNDS; round++)
        {
          Times times = run_once (&cases[i]);

          best.submit = MIN (best.submit, times.submit);
          best.all = MIN (best.all, times.all);
        }
      g_print ("%-20s submit %.2f us, submit to freed %.2f us\n", cases[i].name, best.submit,
               best.all);
    }
  return 0;
}
