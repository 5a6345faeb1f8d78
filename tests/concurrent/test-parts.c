/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts that executors are made of: budget, chunk queue, threads with workers, number of
 * processors. */

#include "thimble-budget.h"
#include "thimble-chunk-queue.h"
#include "thimble-executor.h"
#include "thimble-processors.h"
#include "thimble-thread-workers.h"

#include <glib/gstdio.h>
#include <sched.h>

typedef struct
{
  ThimbleBudget *budget;
  guint64 n_bytes;
  int *n_served; /* shared, atomic */
} Reservation;

static gpointer
reserve_thread (gpointer user_data)
{
  Reservation *reservation = user_data;

  thimble_budget_reserve (reservation->budget, reservation->n_bytes);
  g_atomic_int_inc (reservation->n_served);
  thimble_budget_release (reservation->budget, reservation->n_bytes);
  return NULL;
}

/* One that is larger than the whole waits until nobody holds any, and then gets through. */
static void
test_budget_large (void)
{
  g_autoptr(ThimbleBudget) budget = thimble_budget_new (100);
  int n_served = 0;
  Reservation large = { budget, G_MAXUINT64, &n_served };
  GThread *threads[3];

  thimble_budget_reserve (budget, 0);
  thimble_budget_reserve (budget, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reserve", reserve_thread, &large);
  thimble_budget_reserve (budget, 0);
  g_assert_cmpint (g_atomic_int_get (&n_served), ==, 0);
  g_assert_cmpuint (thimble_budget_get_peak (budget), ==, 1);
  thimble_budget_release (budget, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (n_served, ==, 3);
  g_assert_cmpuint (thimble_budget_get_peak (budget), ==, G_MAXUINT64);
}

/* What is taken never waits, and is waited for. */
static void
test_budget_take (void)
{
  g_autoptr(ThimbleBudget) budget = thimble_budget_new (100);
  int n_served = 0;
  Reservation one = { budget, 1, &n_served };
  GThread *thread;

  thimble_budget_reserve (budget, 60);
  thimble_budget_take (budget, 60);
  g_assert_cmpuint (thimble_budget_get_peak (budget), ==, 120);
  thread = g_thread_new ("one", reserve_thread, &one);
  thimble_budget_release (budget, 20);
  g_assert_cmpint (g_atomic_int_get (&n_served), ==, 0); /* there is room for none */
  thimble_budget_release (budget, 100);
  g_thread_join (thread);
  g_assert_cmpint (n_served, ==, 1);
  g_assert_cmpuint (thimble_budget_get_peak (budget), ==, 120);
}

typedef struct
{
  ThimbleBudget *budget;
  guint seed;
  int *held; /* shared, atomic */
  int *peak; /* shared, atomic */
} Consumer;

static gpointer
consume_thread (gpointer user_data)
{
  Consumer *consumer = user_data;
  g_autoptr(GRand) random = g_rand_new_with_seed (consumer->seed);

  for (guint i = 0; i < 3000; i++)
    {
      int n_bytes = g_rand_int_range (random, 1, 101);
      int held;
      int peak;

      thimble_budget_reserve (consumer->budget, n_bytes);
      held = g_atomic_int_add (consumer->held, n_bytes) + n_bytes;
      do
        peak = g_atomic_int_get (consumer->peak);
      while (held > peak && !g_atomic_int_compare_and_exchange (consumer->peak, peak, held));
      g_atomic_int_add (consumer->held, -n_bytes);
      thimble_budget_release (consumer->budget, n_bytes);
    }
  return NULL;
}

static void
test_budget_peak (void)
{
  g_autoptr(ThimbleBudget) budget = thimble_budget_new (100);
  int held = 0;
  int peak = 0;
  Consumer consumers[4];
  GThread *threads[G_N_ELEMENTS (consumers)];

  for (guint i = 0; i < G_N_ELEMENTS (consumers); i++)
    {
      consumers[i] = (Consumer){ budget, i, &held, &peak };
      threads[i] = g_thread_new ("consume", consume_thread, &consumers[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (consumers); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (peak, <=, 100);
  g_assert_cmpint (held, ==, 0);
  g_assert_cmpuint (thimble_budget_get_peak (budget), <=, 100);
  g_assert_cmpuint (thimble_budget_get_peak (budget), >=, (guint64) peak);
}

static void
nothing (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
}

static const ThimbleOperation operation = { "nothing", nothing, 1 };

static ThimbleChunk *
chunk_new (ThimbleWork *work, guint n_works, int priority)
{
  ThimbleWork *works[] = { work, work, work };

  return thimble_chunk_new (&operation, works, n_works, priority, NULL, NULL);
}

static int
compare_chunks (gconstpointer a, gconstpointer b)
{
  const ThimbleChunk *x = *(ThimbleChunk *const *) a;
  const ThimbleChunk *y = *(ThimbleChunk *const *) b;

  if (x->priority != y->priority)
    return x->priority > y->priority ? -1 : 1;
  return x->sequence < y->sequence ? -1 : 1;
}

/* Against a plain array that is sorted anew each time something is taken. */
static void
test_queue_order (void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (g_test_rand_int ());
  g_autoptr(ThimbleWork) work = thimble_work_new ("nothing", NULL, NULL);
  g_autoptr(GPtrArray) model = g_ptr_array_new ();
  ThimbleChunkQueue queue;

  thimble_chunk_queue_init (&queue);
  for (guint i = 0; i < 4000; i++)
    {
      int what = i < 3000 ? g_rand_int_range (random, 0, 8) : 7;
      int priority = g_rand_int_range (random, -3, 4);
      ThimbleChunk *chunk;

      if (what < 4 || model->len == 0)
        {
          chunk = chunk_new (work, 1 + i % 3, priority);
          g_ptr_array_add (model, chunk);
          thimble_chunk_queue_push (&queue, chunk);
        }
      else if (what == 7)
        {
          g_autoptr(ThimbleChunk) popped = thimble_chunk_queue_pop (&queue);

          g_ptr_array_sort (model, compare_chunks);
          g_assert_true (popped == g_ptr_array_index (model, 0));
          g_ptr_array_remove_index (model, 0);
          g_assert_null (thimble_future_get_maker_data (popped->slots[0].future));
        }
      else
        {
          chunk = g_ptr_array_index (model, g_rand_int_range (random, 0, model->len));
          if (what < 6)
            {
              thimble_chunk_queue_set_priority (&queue, chunk->slots[0].future, priority);
              continue;
            }
          for (guint j = 0; j < chunk->n_works; j++)
            {
              g_autoptr(ThimbleChunk) empty = NULL;

              empty = thimble_chunk_queue_drop_future (&queue, chunk->slots[j].future);
              g_assert_true (empty == (j + 1 == chunk->n_works ? chunk : NULL));
              if (empty != NULL)
                {
                  g_ptr_array_remove_fast (model, chunk);
                  break;
                }
            }
        }
      g_assert_cmpuint (thimble_chunk_queue_get_length (&queue), ==, model->len);
    }
  {
    g_autoptr(GPtrArray) left = thimble_chunk_queue_pop_all (&queue);

    g_assert_cmpuint (left->len, ==, model->len);
  }
  g_assert_null (thimble_chunk_queue_pop (&queue));
  thimble_chunk_queue_clear (&queue);
}

static void
test_max_workers (void)
{
  cpu_set_t before;
  cpu_set_t one;
  int first = 0;

  g_assert_cmpuint (thimble_executor_get_default_max_workers (), >=, 1);
  g_assert_no_errno (sched_getaffinity (0, sizeof before, &before));
  while (!CPU_ISSET (first, &before))
    first++;
  CPU_ZERO (&one);
  CPU_SET (first, &one);
  g_assert_no_errno (sched_setaffinity (0, sizeof one, &one));
  g_assert_cmpuint (thimble_executor_get_default_max_workers (), ==, 1);
  g_assert_no_errno (sched_setaffinity (0, sizeof before, &before));
  g_assert_cmpuint (thimble_executor_get_default_max_workers (), <=, CPU_COUNT (&before));
}

static void
test_quota (void)
{
  static const struct
  {
    const char *membership;
    const char *outer; /* cpu.max of /a */
    const char *inner; /* cpu.max of /a/b */
    guint expected;
  } cases[] = {
    { "0::/a/b\n", "max 100000\n", "max 100000\n", G_MAXUINT },
    { "0::/a/b\n", "max 100000\n", "150000 100000\n", 2 },
    { "0::/a/b\n", "100000 100000\n", "400000 100000\n", 1 },
    { "0::/a/b\n", "300001 100000\n", "max 100000\n", 4 },
    { "0::/a\n", "300000 100000\n", "100000 100000\n", 3 },
    { "0::/\n", "100000 100000\n", "100000 100000\n", G_MAXUINT },
    { "12:cpu:/a/b\n0::/a\n", "200000 100000\n", "100000 100000\n", 2 },
    { "12:cpu:/a/b\n", "200000 100000\n", "100000 100000\n", G_MAXUINT },
    { "", "200000 100000\n", "100000 100000\n", G_MAXUINT },
    { "0::/a/b\n", "rubbish", "100000 0\n", G_MAXUINT },
    { "0::/a/b\n", "1000 100000\n", "99999999999999999999 1\n", 1 },
  };
  g_autofree char *root = g_dir_make_tmp ("thimble-cgroup-XXXXXX", NULL);
  g_autofree char *membership = g_build_filename (root, "membership", NULL);
  g_autofree char *a = g_build_filename (root, "a", NULL);
  g_autofree char *b = g_build_filename (a, "b", NULL);
  g_autofree char *outer = g_build_filename (a, "cpu.max", NULL);
  g_autofree char *inner = g_build_filename (b, "cpu.max", NULL);

  g_assert_no_errno (g_mkdir_with_parents (b, 0700));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (g_file_set_contents (membership, cases[i].membership, -1, NULL));
      g_assert_true (g_file_set_contents (outer, cases[i].outer, -1, NULL));
      g_assert_true (g_file_set_contents (inner, cases[i].inner, -1, NULL));
      g_test_message ("case %u", i);
      g_assert_cmpuint (thimble_processors_get_quota (membership, root), ==, cases[i].expected);
    }
  g_unlink (membership);
  g_unlink (inner);
  g_unlink (outer);
  g_rmdir (b);
  g_rmdir (a);
  g_rmdir (root);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/budget/large", test_budget_large);
  g_test_add_func ("/budget/take", test_budget_take);
  g_test_add_func ("/budget/peak", test_budget_peak);
  g_test_add_func ("/chunk-queue/order", test_queue_order);
  g_test_add_func ("/processors/affinity", test_max_workers);
  g_test_add_func ("/processors/quota", test_quota);
  return g_test_run ();
}
