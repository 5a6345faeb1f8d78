/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What workers take of the queue, also before they need it, and what becomes of it where there is no
 * room for one of them, or one breaks. */

#include "thimble-thread-workers.h"

#define N_WORKS 6
#define N_MANY 24

typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean is_ready;    /* all was submitted */
  GThread *first;       /* the worker that runs what there is */
  gboolean is_broken;
  guint n_ran;          /* chunks, by the first worker */
  guint n_refused;      /* turns, of the other */
  guint n_given_back;   /* chunks, by the other */
  guint n_gone;         /* workers */
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

static gpointer
start_at_once (gpointer data, GError **error)
{
  return data;
}

static void
end_worker (gpointer worker)
{
  Site *site = worker;

  g_mutex_lock (&site->lock);
  site->n_gone++;
  g_cond_broadcast (&site->changed);
  g_mutex_unlock (&site->lock);
}

/* The lock is held. Whether this is the worker that came first. */
static gboolean
is_first_locked (Site *site)
{
  if (site->first == NULL)
    site->first = g_thread_self ();
  return site->first == g_thread_self ();
}

/* The lock is held. Counts a turn; returns whether it is the first worker's. */
static gboolean
count_turn_locked (Site *site)
{
  gboolean is_first = is_first_locked (site);

  *(is_first ? &site->n_ran : &site->n_refused) += 1;
  g_cond_broadcast (&site->changed);
  return is_first;
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
  is_first = is_first_locked (site);
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

/* The first worker waits in its second chunk for the other, who is refused when it has the only chunk
 * that is left, and all is closed: the first has not gone by then. */
static gboolean
run_or_lack_room (gpointer worker, ThimbleTurn *turn, const int *cancelling, GError **error)
{
  Site *site = worker;
  gboolean is_first;

  g_mutex_lock (&site->lock);
  is_first = count_turn_locked (site);
  while (is_first ? site->n_ran >= 2 && (site->n_refused == 0 || !site->is_ready)
                  : site->n_ran < N_MANY - 1)
    g_cond_wait (&site->changed, &site->lock);
  g_mutex_unlock (&site->lock);

  if (is_first)
    run_first (turn);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "there is no room");
  return is_first;
}

/* A worker that is refused what it needs leaves its chunk to the others, and is the last to try. */
static void
test_no_room (void)
{
  static const ThimbleWorkerKind kind
    = { .start = start_at_once, .run = run_or_lack_room, .end = end_worker };
  Site site = { 0 };
  g_autoptr(ThimbleThreadWorkers) workers = thimble_thread_workers_new (2, &kind, &site, NULL);
  ThimbleFuture *futures[N_MANY];

  for (guint i = 0; i < N_MANY; i++)
    submit (workers, &operations[0], &futures[i]);
  thimble_thread_workers_close (workers, THIMBLE_SHUTDOWN_DRAIN);
  make_ready (&site);
  wait_for_end (workers, futures, N_MANY);
  g_assert_cmpuint (site.n_refused, ==, 1);
  g_assert_cmpuint (site.n_ran, ==, N_MANY);
}

/* The first worker breaks in its second chunk, when the other is in one; the other is refused what it
 * needs when all that is queued is being ended for that. */
static gboolean
run_or_break (gpointer worker, ThimbleTurn *turn, const int *cancelling, GError **error)
{
  Site *site = worker;
  gboolean is_first, is_good;

  g_mutex_lock (&site->lock);
  is_first = count_turn_locked (site);
  is_good = is_first && site->n_ran == 1;
  while (!is_good && !(is_first ? site->is_ready && site->n_refused > 0 : site->is_broken))
    g_cond_wait (&site->changed, &site->lock);
  g_mutex_unlock (&site->lock);

  if (is_good)
    run_first (turn);
  else
    g_set_error_literal (error, G_IO_ERROR,
                         is_first ? G_IO_ERROR_FAILED : G_IO_ERROR_WOULD_BLOCK, "does not work");
  return is_good;
}

/* On the first worker's thread: it goes on when the other one has gone. */
static void
broken_hook (ThimbleFuture *future, gpointer user_data)
{
  Site *site = user_data;

  g_mutex_lock (&site->lock);
  site->is_broken = TRUE;
  g_cond_broadcast (&site->changed);
  while (site->n_gone == 0)
    g_cond_wait (&site->changed, &site->lock);
  g_mutex_unlock (&site->lock);
}

/* Where the executor has broken, nobody is left to leave a chunk to: it ends. */
static void
test_no_room_broken (void)
{
  static const ThimbleWorkerKind kind
    = { .start = start_at_once, .run = run_or_break, .end = end_worker };
  Site site = { 0 };
  g_autoptr(ThimbleThreadWorkers) workers = thimble_thread_workers_new (2, &kind, &site, NULL);
  ThimbleFuture *futures[4];

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    submit (workers, &operations[0], &futures[i]);
  thimble_future_add_done_hook (futures[3], broken_hook, &site, NULL);
  make_ready (&site);

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      thimble_future_result (futures[i], 20000, NULL);
      g_assert_cmpint (thimble_future_get_state (futures[i]), ==, THIMBLE_FUTURE_DONE);
      g_object_unref (futures[i]);
    }
  thimble_thread_workers_close (workers, THIMBLE_SHUTDOWN_DRAIN);
  thimble_thread_workers_join (workers);
  g_assert_cmpuint (site.n_refused, ==, 1);
  g_assert_cmpuint (site.n_gone, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn/take-next", test_take_next);
  g_test_add_func ("/turn/give-back", test_give_back);
  g_test_add_func ("/turn/break", test_break);
  g_test_add_func ("/thread-workers/no-room", test_no_room);
  g_test_add_func ("/thread-workers/no-room-broken", test_no_room_broken);
  return g_test_run ();
}
