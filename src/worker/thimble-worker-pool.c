/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Workers in stock. Whoever needs one takes a spare, or waits for the spawner; whoever has used one
 * for a while sees to it that there is a spare for when it dies. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-worker-pool.h"

#include "thimble-spawner.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often a worker that somebody else kills while it starts, or that the system has no room for
 * just now, is started again, and how long to wait before: without one nothing goes on, so it is
 * worth while to wait for a bad time to pass. */
#define MAX_STARTS 64
#define START_PAUSE_US 20000

typedef struct
{
  GQueue ready;      /* ThimbleWorkerProcess: started, owned */
  GQueue failures;   /* GError: of those that could not be started, owned */
  guint n_starting;  /* asked of the spawner */
  guint n_waiting;   /* threads that wait for one */
} Stock;

struct _ThimbleWorkerPool
{
  ThimbleProcessConfig config; /* its strings and budget are owned */
  gatomicrefcount ref_count;

  GMutex lock;
  GCond changed; /* a start has succeeded or failed */
  Stock stocks[THIMBLE_N_PROCESS_KINDS];
  guint n_prepared;  /* common workers that were started in advance */
  gboolean is_closed;
  GArray *wakers; /* int: eventfds of the slots, borrowed */
};

typedef struct
{
  ThimbleWorkerPool *pool;
  ThimbleProcessKind kind;
} Start;

/**
 * thimble_worker_pool_new:
 * @config: copied; its operations are static
 *
 * Returns: (transfer full): a pool without workers
 */
ThimbleWorkerPool *
thimble_worker_pool_new (const ThimbleProcessConfig *config)
{
  ThimbleWorkerPool *self = g_new0 (ThimbleWorkerPool, 1);

  self->config = *config;
  self->config.worker = g_strdup (config->worker);
  self->config.other_worker = g_strdup (config->other_worker);
  self->config.argument = g_strdup (config->argument);
  if (config->executor.budget != NULL)
    thimble_budget_ref (config->executor.budget);
  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  for (guint i = 0; i < THIMBLE_N_PROCESS_KINDS; i++)
    {
      g_queue_init (&self->stocks[i].ready);
      g_queue_init (&self->stocks[i].failures);
    }
  self->wakers = g_array_new (FALSE, FALSE, sizeof (int));
  return self;
}

ThimbleWorkerPool *
thimble_worker_pool_ref (ThimbleWorkerPool *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
thimble_worker_pool_unref (ThimbleWorkerPool *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < THIMBLE_N_PROCESS_KINDS; i++)
    {
      g_queue_clear_full (&self->stocks[i].ready, (GDestroyNotify) thimble_worker_process_free);
      g_queue_clear_full (&self->stocks[i].failures, (GDestroyNotify) g_error_free);
    }
  g_array_unref (self->wakers);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_clear_pointer (&self->config.executor.budget, thimble_budget_unref);
  g_free ((char *) self->config.worker);
  g_free ((char *) self->config.other_worker);
  g_free ((char *) self->config.argument);
  g_free (self);
}

const ThimbleProcessConfig *
thimble_worker_pool_get_config (ThimbleWorkerPool *self)
{
  return &self->config;
}

/* On the spawner's thread. */
static void
start_job (gpointer data)
{
  g_autofree Start *start = data;
  g_autoptr(ThimbleWorkerPool) self = start->pool;
  const ThimbleProcessConfig *config = &self->config;
  const ThimbleWorkerLimits limits
    = { config->max_memory, config->free_bytes, config->niceness };
  Stock *stock = &self->stocks[start->kind];
  ThimbleWorkerProcess *process;
  GError *error = NULL;

  process = thimble_worker_process_start (
    start->kind == THIMBLE_PROCESS_COMMON ? config->worker : config->other_worker,
    config->argument, &limits, &error);

  g_mutex_lock (&self->lock);
  if (process != NULL && self->is_closed)
    {
      g_mutex_unlock (&self->lock);
      thimble_worker_process_free (process); /* who closes waits for that */
      g_mutex_lock (&self->lock);
    }
  else if (process != NULL)
    g_queue_push_tail (&stock->ready, process);
  else if (stock->n_waiting > 0)
    g_queue_push_tail (&stock->failures, g_steal_pointer (&error));
  stock->n_starting--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_clear_error (&error);
}

static void
start_locked (ThimbleWorkerPool *self, ThimbleProcessKind kind)
{
  Start *start = g_new (Start, 1);

  self->stocks[kind].n_starting++;
  *start = (Start) { thimble_worker_pool_ref (self), kind };
  thimble_spawner_push (start_job, start);
}

/* A worker that was started, ready or not; NULL with an error where none can be. */
static ThimbleWorkerProcess *
take_started (ThimbleWorkerPool *self, ThimbleProcessKind kind, GError **error)
{
  Stock *stock = &self->stocks[kind];
  ThimbleWorkerProcess *process;

  g_mutex_lock (&self->lock);
  stock->n_waiting++;
  while ((process = g_queue_pop_head (&stock->ready)) == NULL
         && g_queue_is_empty (&stock->failures))
    {
      if (stock->n_starting < stock->n_waiting)
        start_locked (self, kind);
      g_cond_wait (&self->changed, &self->lock);
    }
  stock->n_waiting--;
  if (process == NULL)
    g_propagate_error (error, g_queue_pop_head (&stock->failures));
  g_mutex_unlock (&self->lock);
  return process;
}

static gboolean
was_killed (int status)
{
  return status >= 0 && WIFSIGNALED (status)
         && (WTERMSIG (status) == SIGKILL || WTERMSIG (status) == SIGTERM);
}

static void
set_not_ready (const char *program, const char *why, int status, GError **error)
{
  if (why != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, why);
  else if (status >= 0 && WIFSIGNALED (status))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 "The worker “%s” was ended by %s before it was ready.", program,
                 strsignal (WTERMSIG (status)));
  else if (status >= 0 && WEXITSTATUS (status) == 127)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 "The worker “%s” cannot be loaded. Install Thimble anew.", program);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 "The worker “%s” did not get ready.", program);
}

/* Processes, descriptors or memory may be had again in a moment: EAGAIN, EMFILE and ENFILE, ENOMEM. */
static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, g_io_error_from_errno (EAGAIN))
         || g_error_matches (error, G_IO_ERROR, g_io_error_from_errno (EMFILE))
         || g_error_matches (error, G_IO_ERROR, g_io_error_from_errno (ENOMEM));
}

/* A worker that is ready, for works or as a spare. */
static ThimbleWorkerProcess *
take_ready (ThimbleWorkerPool *self, ThimbleProcessKind kind, gboolean start, GError **error)
{
  const char *program
    = kind == THIMBLE_PROCESS_COMMON ? self->config.worker : self->config.other_worker;

  for (guint n_starts = 1;; n_starts++)
    {
      g_autoptr(GError) failure = NULL;
      g_autoptr(ThimbleWorkerProcess) process = take_started (self, kind, &failure);
      g_autofree char *why = NULL;
      int status = -1;

      if (process == NULL && may_pass (failure) && n_starts < MAX_STARTS)
        {
          g_usleep (START_PAUSE_US);
          continue;
        }
      if (process == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
      if (thimble_worker_process_await (process, start, &why, &status))
        return g_steal_pointer (&process);
      if (!was_killed (status) || n_starts == MAX_STARTS)
        {
          set_not_ready (program, why, status, error);
          return NULL;
        }
      g_usleep (START_PAUSE_US);
    }
}

/**
 * thimble_worker_pool_take:
 *
 * Waits for a worker that is ready for works. Blocks; never on the spawner's thread.
 *
 * Returns: (transfer full) (nullable): a fresh worker, or %NULL with @error set in %G_IO_ERROR to
 *   what it says why it can't work
 */
ThimbleWorkerProcess *
thimble_worker_pool_take (ThimbleWorkerPool *self, ThimbleProcessKind kind, GError **error)
{
  return take_ready (self, kind, TRUE, error);
}

/**
 * thimble_worker_pool_try:
 *
 * Starts a worker of the common kind, which is kept as a spare. Blocks.
 *
 * Returns: whether there can be workers; if not, @error is that of [method@WorkerPool.take]
 */
gboolean
thimble_worker_pool_try (ThimbleWorkerPool *self, GError **error)
{
  ThimbleWorkerProcess *process = take_ready (self, THIMBLE_PROCESS_COMMON, FALSE, error);

  if (process == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  g_queue_push_head (&self->stocks[THIMBLE_PROCESS_COMMON].ready, process);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/**
 * thimble_worker_pool_prepare:
 * @n_workers: how many will be wanted from the first one on
 *
 * Has so many workers of the common kind started in advance, those of earlier calls included. Does
 * not wait.
 */
void
thimble_worker_pool_prepare (ThimbleWorkerPool *self, guint n_workers)
{
  g_mutex_lock (&self->lock);
  for (; !self->is_closed && self->n_prepared < n_workers; self->n_prepared++)
    start_locked (self, THIMBLE_PROCESS_COMMON);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_worker_pool_keep_spare:
 *
 * Has a worker started if there is none to spare. Does not wait.
 */
void
thimble_worker_pool_keep_spare (ThimbleWorkerPool *self, ThimbleProcessKind kind)
{
  Stock *stock = &self->stocks[kind];

  g_mutex_lock (&self->lock);
  if (!self->is_closed && g_queue_is_empty (&stock->ready) && stock->n_starting == 0)
    start_locked (self, kind);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_worker_pool_close:
 *
 * Ends the spares, and those that are just being started; nobody takes one any more. Waits until
 * nothing of them is left.
 */
void
thimble_worker_pool_close (ThimbleWorkerPool *self)
{
  GQueue spares[THIMBLE_N_PROCESS_KINDS];

  g_mutex_lock (&self->lock);
  self->is_closed = TRUE;
  for (guint i = 0; i < THIMBLE_N_PROCESS_KINDS; i++)
    {
      while (self->stocks[i].n_starting > 0)
        g_cond_wait (&self->changed, &self->lock);
      spares[i] = self->stocks[i].ready;
      g_queue_init (&self->stocks[i].ready);
    }
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < THIMBLE_N_PROCESS_KINDS; i++)
    g_queue_clear_full (&spares[i], (GDestroyNotify) thimble_worker_process_free);
}

/**
 * thimble_worker_pool_add_waker:
 * @fd: an eventfd that is written to by [method@WorkerPool.wake_all]
 */
void
thimble_worker_pool_add_waker (ThimbleWorkerPool *self, int fd)
{
  g_mutex_lock (&self->lock);
  g_array_append_val (self->wakers, fd);
  g_mutex_unlock (&self->lock);
}

void
thimble_worker_pool_remove_waker (ThimbleWorkerPool *self, int fd)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->wakers->len; i++)
    if (g_array_index (self->wakers, int, i) == fd)
      g_array_remove_index_fast (self->wakers, i--);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_worker_pool_wake_all:
 *
 * Has all slots look whether works of theirs are to stop, those that wait for the budget included.
 */
void
thimble_worker_pool_wake_all (ThimbleWorkerPool *self)
{
  const guint64 one = 1;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->wakers->len; i++)
    if (write (g_array_index (self->wakers, int, i), &one, sizeof one) < 0)
      g_debug ("A slot has been woken often enough already");
  g_mutex_unlock (&self->lock);
  if (self->config.executor.budget != NULL)
    thimble_budget_wake (self->config.executor.budget);
}
