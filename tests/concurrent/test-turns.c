/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns: what a worker takes of the queue before it needs it, and gives back if it can't run it. */

#include "thimble-thread-workers.h"

#define N_WORKS 6

typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean is_ready;    /* all was submitted */
  GThread *first;       /* the worker that runs what there is */
  guint n_ran;          /* chunks, by the first worker */
  guint n_refused;      /* turns, of the other */
  guint n_given_back;   /* chunks, by the other */
  GString *taken;       /* the operations of each turn: “aa b” */
} Site;

static void
run_nothing (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
}

static const ThimbleOperation operations[] = {
  { .name = "a", .run = run_nothing, .max_works = 1 },
  { .name = "b", .run = run_nothing, .max_works = 1 },
};

static void
submit (ThimbleThreadWorkers *workers, const ThimbleOperation *operation, ThimbleFuture **future)
{
  g_autoptr(ThimbleWork) work = thimble_work_new (operation->name, NULL, NULL);
  ThimbleWork *works[] = { work };
  g_autoptr(GError) error = NULL;

  thimble_thread_workers_submit (workers, operation, works, 1, 0, future, &error);
  g_assert_no_error (error);
}

static void
make_ready (Site *site)
{
  g_mutex_lock (&site->lock);
  site->is_ready = TRUE;
  g_cond_broadcast (&site->changed);
  g_mutex_unlock (&site->lock);
}

static void
wait_for_end (ThimbleThreadWorkers *workers, ThimbleFuture **futures, guint n_futures)
{
  thimble_thread_workers_close (workers, THIMBLE_SHUTDOWN_DRAIN);
  thimble_thread_workers_join (workers);
  for (guint i = 0; i < n_futures; i++)
    {
      g_assert_error (thimble_future_get_error (futures[i]), G_IO_ERROR, G_IO_ERROR_EXISTS);
      g_object_unref (futures[i]);
    }
}

static void
run_first (ThimbleTurn *turn)
{
  g_autoptr(GError) mark = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "was run");

  thimble_chunk_return_error (turn->chunks[0], mark);
}

/* A worker starts when all is queued. */
static gpointer
start_when_ready (gpointer data, GError **error)
{
  Site *site = data;

  g_mutex_lock (&site->lock);
  while (!site->is_ready)
    g_cond_wait (&site->changed, &site->lock);
  g_mutex_unlock (&site->lock);
  return site;
}

static void
end_worker (gpointer worker)
{
}

/* Takes all it can before it runs the first, and ends each chunk by itself. */
static gboolean
run_greedily (gpointer worker, ThimbleTurn *turn, const int *cancelling, GError **error)
{
  Site *site = worker;

  g_string_append_c (site->taken, ' ');
  g_string_append (site->taken, turn->chunks[0]->operation->name);
  while (turn->n_chunks > 0)
    {
      const ThimbleChunk *chunk;

      while ((chunk = thimble_turn_take_next (turn)) != NULL)
        g_string_append (site->taken, chunk->operation->name);
      g_assert_cmpuint (turn->n_chunks, <=, THIMBLE_TURN_MAX_CHUNKS);
      run_first (turn);
      thimble_turn_end_first (turn);
    }
  g_assert_null (thimble_turn_take_next (turn));
  return TRUE;
}

/* A turn goes on as long as the next chunk is of its operation. */
static void
test_take_next (void)
{
  static const ThimbleWorkerKind kind
    = { .start = start_when_ready, .run = run_greedily, .end = end_worker };
  static const guint order[N_WORKS] = { 0, 0, 0, 1, 0, 0 };
  g_autoptr(GString) taken = g_string_new (NULL);
  Site site = { .taken = taken };
  g_autoptr(ThimbleThreadWorkers) workers = thimble_thread_workers_new (1, &kind, &site, NULL);
  ThimbleFuture *futures[N_WORKS];

  for (guint i = 0; i < N_WORKS; i++)
    submit (workers, &operations[order[i]], &futures[i]);
  make_ready (&site);
  wait_for_end (workers, futures, N_WORKS);
  g_assert_cmpstr (taken->str, ==, " aaa b aa");
}

/* The first worker waits in its second chunk until the other one, which has taken two, was refused
 * what it needs. */
static gboolean
run_or_refuse (gpointer worker, ThimbleTurn *turn, const int *cancelling, GError **error)
{
  Site *site = worker;
  gboolean is_first;

  g_mutex_lock (&site->lock);
  if (site->first == NULL)
    site->first = g_thread_self ();
  is_first = site->first == g_thread_self ();
  site->n_ran += is_first;
  g_cond_broadcast (&site->changed);
  while (is_first ? site->n_ran >= 2 && site->n_refused == 0 : site->n_ran < 2)
    g_cond_wait (&site->changed, &site->lock);
  g_mutex_unlock (&site->lock);

  if (is_first)
    {
      run_first (turn);
      return TRUE;
    }
  g_assert_nonnull (thimble_turn_take_next (turn));
  g_mutex_lock (&site->lock);
  site->n_refused++;
  site->n_given_back += turn->n_chunks;
  g_cond_broadcast (&site->changed);
  g_mutex_unlock (&site->lock);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "there is no room");
  return FALSE;
}

/* A worker that there is no room for gives back all that it has taken. */
static void
test_give_back (void)
{
  static const ThimbleWorkerKind kind
    = { .start = start_when_ready, .run = run_or_refuse, .end = end_worker };
  Site site = { 0 };
  g_autoptr(ThimbleThreadWorkers) workers = thimble_thread_workers_new (2, &kind, &site, NULL);
  ThimbleFuture *futures[N_WORKS];

  for (guint i = 0; i < N_WORKS; i++)
    submit (workers, &operations[0], &futures[i]);
  make_ready (&site);
  wait_for_end (workers, futures, N_WORKS);
  g_assert_cmpuint (site.n_refused, ==, 1);
  g_assert_cmpuint (site.n_given_back, ==, 2);
  g_assert_cmpuint (site.n_ran, ==, N_WORKS);
}

/* A kind that breaks with two chunks ends the works of both. */
static gboolean
take_and_break (gpointer worker, ThimbleTurn *turn, const int *cancelling, GError **error)
{
  g_assert_nonnull (thimble_turn_take_next (turn));
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "does not work");
  return FALSE;
}

static void
test_break (void)
{
  static const ThimbleWorkerKind kind
    = { .start = start_when_ready, .run = take_and_break, .end = end_worker };
  Site site = { 0 };
  g_autoptr(ThimbleThreadWorkers) workers = thimble_thread_workers_new (1, &kind, &site, NULL);
  ThimbleFuture *futures[N_WORKS];

  for (guint i = 0; i < N_WORKS; i++)
    submit (workers, &operations[0], &futures[i]);
  make_ready (&site);
  thimble_thread_workers_close (workers, THIMBLE_SHUTDOWN_DRAIN);
  thimble_thread_workers_join (workers);
  for (guint i = 0; i < N_WORKS; i++)
    {
      g_assert_error (thimble_future_get_error (futures[i]), THIMBLE_EXECUTOR_ERROR,
                      THIMBLE_EXECUTOR_ERROR_BROKEN);
      g_object_unref (futures[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn/take-next", test_take_next);
  g_test_add_func ("/turn/give-back", test_give_back);
  g_test_add_func ("/turn/break", test_break);
  return g_test_run ();
}
