/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Threads that drain a priority queue. Each task of the GThreadPool is one worker for as long as
 * the executor lives: it starts what its kind needs, takes chunks, and parks on a condition when
 * there are none. Workers are started only while there are more chunks than workers free to take
 * them. All state is under one lock, which is never held while a work, a hook or an initializer
 * runs. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-thread-workers.h"

#include "thimble-executor-private.h"
#include "thimble-turn-private.h"

G_DEFINE_FINAL_TYPE (ThimbleThreadWorkers, thimble_thread_workers, G_TYPE_OBJECT)

/* The workers that the thread is one of; NULL on all other threads. */
static GPrivate current_workers;

static gboolean
has_ended_locked (ThimbleThreadWorkers *self)
{
  return self->closed && self->n_alive == 0 && self->n_enders == 0
         && thimble_chunk_queue_get_length (&self->queue) == 0;
}

/* Takes all chunks out of the queue, to be ended without the lock and then given to
 * end_chunks_done(): nobody is told that all has ended before. */
static GPtrArray *
take_all_locked (ThimbleThreadWorkers *self)
{
  self->n_enders++;
  return thimble_chunk_queue_pop_all (&self->queue);
}

static void
end_chunks_done (ThimbleThreadWorkers *self, GPtrArray *chunks)
{
  g_ptr_array_unref (chunks);

  g_mutex_lock (&self->lock);
  self->n_enders--;
  if (has_ended_locked (self))
    g_cond_broadcast (&self->ended);
  g_mutex_unlock (&self->lock);
}

/* Ends the works of a broken executor, those that it is given later included. */
static void
break_off (ThimbleThreadWorkers *self, const GError *cause)
{
  GPtrArray *chunks;

  g_mutex_lock (&self->lock);
  if (self->broken == NULL)
    self->broken = thimble_executor_new_broken_error (cause);
  chunks = take_all_locked (self);
  g_mutex_unlock (&self->lock);

  g_debug ("Executor is broken: %s", self->broken->message);
  for (guint i = 0; i < chunks->len; i++)
    thimble_chunk_return_error (g_ptr_array_index (chunks, i), self->broken);
  end_chunks_done (self, chunks);
}

/* Parks until there is a chunk. NULL when there will be none any more: who has one can leave it to
 * others until it is done. */
static ThimbleChunk *
take_chunk_locked (ThimbleThreadWorkers *self)
{
  ThimbleChunk *chunk;

  while ((chunk = thimble_chunk_queue_pop (&self->queue)) == NULL
         && !(self->closed && self->n_running == 0))
    {
      self->n_parked++;
      g_cond_wait (&self->wake, &self->lock);
      self->n_parked--;
      if (self->n_waking > 0)
        self->n_waking--;
    }
  return chunk;
}

/* Returns whether the worker can go on; it has no chunk left. */
static gboolean
run_turn (ThimbleThreadWorkers *self, gpointer *worker, ThimbleTurn *turn)
{
  g_autoptr(GError) error = NULL;

  if (*worker == NULL)
    *worker = self->kind->start (self->data, &error);
  if (*worker != NULL && self->kind->run (*worker, turn, &self->cancelling, &error))
    {
      while (turn->n_chunks > 0)
        thimble_turn_end_first (turn);
      return TRUE;
    }
  if (thimble_turn_leave (turn, error))
    return FALSE;
  break_off (self, error);
  thimble_turn_return_error (turn, self->broken);
  return FALSE;
}

/* One worker, from its first chunk to the end of the executor. Takes the reference in data. */
static void
worker_thread (gpointer data, gpointer user_data)
{
  g_autoptr(ThimbleThreadWorkers) self = data;
  ThimbleTurn turn = { .workers = self };
  gpointer worker = NULL;
  gboolean usable = TRUE;

  g_private_set (&current_workers, self);
  g_mutex_lock (&self->lock);
  self->n_alive++;
  while (usable)
    {
      turn.chunks[0] = take_chunk_locked (self);
      if (turn.chunks[0] == NULL)
        break;
      turn.n_chunks = 1;
      self->n_running++;
      g_mutex_unlock (&self->lock);
      usable = run_turn (self, &worker, &turn);
      g_mutex_lock (&self->lock);
      if (--self->n_running == 0 && self->closed)
        g_cond_broadcast (&self->wake);
    }
  if (turn.is_proven)
    self->n_proven--;
  if (worker != NULL)
    {
      g_mutex_unlock (&self->lock);
      self->kind->end (worker);
      g_mutex_lock (&self->lock);
    }
  self->n_alive--;
  if (has_ended_locked (self))
    g_cond_broadcast (&self->ended);
  g_mutex_unlock (&self->lock);
  g_private_set (&current_workers, NULL);
}

/* Asks for one more worker, without the lock; n_started counts it already. */
static void
start_worker (ThimbleThreadWorkers *self)
{
  g_autoptr(GError) error = NULL;
  gboolean alone;

  if (g_thread_pool_push (self->pool, g_object_ref (self), &error))
    return;

  /* The pool keeps the task for a thread that may come free; others do without it. */
  g_mutex_lock (&self->lock);
  self->n_started--;
  alone = self->n_started == 0;
  g_mutex_unlock (&self->lock);
  if (alone)
    break_off (self, error);
}

/* Sees to it that a chunk which was just queued is taken. Returns whether to start a worker. */
static gboolean
wake_worker_locked (ThimbleThreadWorkers *self)
{
  guint n_free = thimble_thread_workers_count_free_locked (self);

  if (self->n_parked > self->n_waking)
    {
      self->n_waking++;
      g_cond_signal (&self->wake);
    }
  if (thimble_chunk_queue_get_length (&self->queue) <= n_free
      || self->n_started == self->max_workers || self->is_full)
    return FALSE;
  self->n_started++;
  return TRUE;
}

static void
future_cancelled (ThimbleFuture *future, gpointer maker)
{
  ThimbleThreadWorkers *self = maker;
  g_autoptr(ThimbleChunk) chunk = NULL;

  g_mutex_lock (&self->lock);
  chunk = thimble_chunk_queue_drop_future (&self->queue, future);
  if (chunk != NULL && has_ended_locked (self))
    g_cond_broadcast (&self->ended);
  g_mutex_unlock (&self->lock);
}

static void
future_stop_requested (ThimbleFuture *future, gpointer maker)
{
  ThimbleThreadWorkers *self = maker;

  if (self->kind->wake != NULL)
    self->kind->wake (self->data);
}

static const ThimbleFutureMaker future_maker = {
  .cancelled = future_cancelled,
  .stop_requested = future_stop_requested,
};

static void
thimble_thread_workers_finalize (GObject *object)
{
  ThimbleThreadWorkers *self = THIMBLE_THREAD_WORKERS (object);

  /* No worker is in its loop, as each holds a reference, but this may be the thread of the last. */
  g_thread_pool_free (self->pool, FALSE, FALSE);
  thimble_chunk_queue_clear (&self->queue);
  if (self->destroy != NULL)
    self->destroy (self->data);
  g_clear_error (&self->broken);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_cond_clear (&self->ended);

  G_OBJECT_CLASS (thimble_thread_workers_parent_class)->finalize (object);
}

static void
thimble_thread_workers_class_init (ThimbleThreadWorkersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_thread_workers_finalize;
}

static void
thimble_thread_workers_init (ThimbleThreadWorkers *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_cond_init (&self->ended);
  thimble_chunk_queue_init (&self->queue);
}

/**
 * thimble_thread_workers_new:
 * @max_workers: at least 1
 * @kind: what they do; static
 * @data: the kind's, handed to its functions
 * @destroy: (nullable): frees @data when no worker is left
 *
 * Returns: (transfer full): workers of which none is started; close them before the last unref
 */
ThimbleThreadWorkers *
thimble_thread_workers_new (guint max_workers,
                            const ThimbleWorkerKind *kind,
                            gpointer data,
                            GDestroyNotify destroy)
{
  ThimbleThreadWorkers *self = g_object_new (THIMBLE_TYPE_THREAD_WORKERS, NULL);

  self->max_workers = max_workers;
  self->kind = kind;
  self->data = data;
  self->destroy = destroy;
  self->pool = g_thread_pool_new (worker_thread, NULL, max_workers, FALSE, NULL);
  return self;
}

/**
 * thimble_thread_workers_submit:
 * @operation: what all of @works run
 * @futures: (out caller-allocates): one a work, each (transfer full)
 *
 * Returns: whether the works were taken; if not, @error is %THIMBLE_EXECUTOR_ERROR_SHUT_DOWN
 */
gboolean
thimble_thread_workers_submit (ThimbleThreadWorkers *self,
                               const ThimbleOperation *operation,
                               ThimbleWork *const *works,
                               guint n_works,
                               int priority,
                               ThimbleFuture **futures,
                               GError **error)
{
  g_autoptr(ThimbleChunk) chunk = thimble_chunk_new (operation, works, n_works, priority,
                                                     &future_maker, G_OBJECT (self));
  gboolean broken;
  gboolean closed;
  gboolean start = FALSE;

  thimble_chunk_dup_futures (chunk, futures);

  g_mutex_lock (&self->lock);
  closed = self->closed;
  broken = self->broken != NULL;
  if (!closed && !broken)
    {
      thimble_chunk_queue_push (&self->queue, g_steal_pointer (&chunk));
      start = wake_worker_locked (self);
    }
  g_mutex_unlock (&self->lock);

  if (closed)
    {
      for (guint i = 0; i < n_works; i++)
        g_clear_object (&futures[i]);
      g_propagate_error (error, thimble_executor_new_shut_down_error ());
      return FALSE;
    }
  if (broken)
    thimble_chunk_return_error (chunk, self->broken);
  if (start)
    start_worker (self);
  return TRUE;
}

/**
 * thimble_thread_workers_set_priority:
 * @future: any future; those of others are left alone
 *
 * Moves the chunk of @future if it is still queued.
 */
void
thimble_thread_workers_set_priority (ThimbleThreadWorkers *self,
                                     ThimbleFuture *future,
                                     int priority)
{
  g_autoptr(GObject) maker = thimble_future_dup_maker (future);

  if (maker != G_OBJECT (self))
    return;
  g_mutex_lock (&self->lock);
  thimble_chunk_queue_set_priority (&self->queue, future, priority);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_thread_workers_close:
 *
 * Takes no more works, and cancels those that are queued if asked to. Does not wait. Workers end
 * when the queue is empty.
 */
void
thimble_thread_workers_close (ThimbleThreadWorkers *self, ThimbleShutdown how)
{
  GPtrArray *chunks = NULL;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  if (how == THIMBLE_SHUTDOWN_CANCEL)
    {
      g_atomic_int_set (&self->cancelling, TRUE);
      chunks = take_all_locked (self);
    }
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);

  if (chunks != NULL)
    {
      for (guint i = 0; i < chunks->len; i++)
        thimble_chunk_cancel (g_ptr_array_index (chunks, i));
      end_chunks_done (self, chunks);
      if (self->kind->wake != NULL)
        self->kind->wake (self->data);
    }
}

/**
 * thimble_thread_workers_join:
 *
 * Waits until all works that were taken have ended and no worker is left. Never from a worker.
 */
void
thimble_thread_workers_join (ThimbleThreadWorkers *self)
{
  g_return_if_fail (g_private_get (&current_workers) != self);

  g_mutex_lock (&self->lock);
  while (!has_ended_locked (self))
    g_cond_wait (&self->ended, &self->lock);
  g_mutex_unlock (&self->lock);
}
