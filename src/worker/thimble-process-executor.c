/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The process pool as others see it: the queue and the threads of the thread executor, where each
 * thread has a slot with a worker process instead of running works itself. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-process-executor.h"

#include "thimble-executor-private.h"
#include "thimble-process-slot.h"
#include "thimble-thread-workers.h"
#include "thimble-worker-pool.h"

#include <sys/resource.h>

struct _ThimbleProcessExecutor
{
  GObject parent_instance;

  const ThimbleOperation *operations;
  guint max_workers;             /* at least 1 */
  ThimbleWorkerPool *pool;       /* owned */
  ThimbleThreadWorkers *workers; /* owned */
  int is_tried;                  /* atomic: a first worker was ready once */
};

/* Descriptors for each worker, of which it and its spare have five here, its works the most. */
#define FDS_PER_WORKER 16
/* What else a program has open. */
#define OTHER_FDS 1024

static void executor_iface_init (ThimbleExecutorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThimbleProcessExecutor, thimble_process_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THIMBLE_TYPE_EXECUTOR, executor_iface_init))

static gpointer
start_slot (gpointer data, GError **error)
{
  return thimble_process_slot_new (data, error);
}

static gboolean
run_turn (gpointer worker, ThimbleTurn *turn, const int *cancelling, GError **error)
{
  return thimble_process_slot_run (worker, turn, cancelling, error);
}

static void
end_slot (gpointer worker)
{
  thimble_process_slot_free (worker);
}

static void
wake_slots (gpointer data)
{
  thimble_worker_pool_wake_all (data);
}

static const ThimbleWorkerKind process_kind = { start_slot, run_turn, end_slot, wake_slots };

static void
pool_destroy (gpointer data)
{
  thimble_worker_pool_unref (data);
}

static gboolean
thimble_process_executor_submit_chunk (ThimbleExecutor *executor,
                                       ThimbleWork *const *works,
                                       guint n_works,
                                       int priority,
                                       ThimbleFuture **futures,
                                       GError **error)
{
  ThimbleProcessExecutor *self = THIMBLE_PROCESS_EXECUTOR (executor);
  const ThimbleOperation *operation;

  operation = thimble_executor_find_operation (self->operations,
                                               thimble_work_get_operation (works[0]), error);
  return operation != NULL
         && thimble_thread_workers_submit (self->workers, operation, works, n_works, priority,
                                           futures, error);
}

static void
thimble_process_executor_set_priority (ThimbleExecutor *executor,
                                       ThimbleFuture *future,
                                       int priority)
{
  thimble_thread_workers_set_priority (THIMBLE_PROCESS_EXECUTOR (executor)->workers, future,
                                       priority);
}

static void
thimble_process_executor_close (ThimbleExecutor *executor, ThimbleShutdown how)
{
  thimble_thread_workers_close (THIMBLE_PROCESS_EXECUTOR (executor)->workers, how);
}

static void
thimble_process_executor_join (ThimbleExecutor *executor)
{
  ThimbleProcessExecutor *self = THIMBLE_PROCESS_EXECUTOR (executor);

  thimble_thread_workers_join (self->workers);
  thimble_worker_pool_close (self->pool);
}

static guint
thimble_process_executor_get_max_workers (ThimbleExecutor *executor)
{
  return THIMBLE_PROCESS_EXECUTOR (executor)->max_workers;
}

static void
thimble_process_executor_finalize (GObject *object)
{
  ThimbleProcessExecutor *self = THIMBLE_PROCESS_EXECUTOR (object);

  if (self->workers != NULL)
    thimble_thread_workers_close (self->workers, THIMBLE_SHUTDOWN_CANCEL);
  g_clear_object (&self->workers);
  g_clear_pointer (&self->pool, thimble_worker_pool_unref);

  G_OBJECT_CLASS (thimble_process_executor_parent_class)->finalize (object);
}

static void
executor_iface_init (ThimbleExecutorInterface *iface)
{
  iface->submit_chunk = thimble_process_executor_submit_chunk;
  iface->set_priority = thimble_process_executor_set_priority;
  iface->close = thimble_process_executor_close;
  iface->join = thimble_process_executor_join;
  iface->get_max_workers = thimble_process_executor_get_max_workers;
}

static void
thimble_process_executor_class_init (ThimbleProcessExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_process_executor_finalize;
}

static void
thimble_process_executor_init (ThimbleProcessExecutor *self)
{
}

/* As many workers as there can be descriptors for, of which a program may have more than it is
 * started with. */
static guint
limit_workers (guint n_workers)
{
  const rlim_t wanted = (rlim_t) n_workers * FDS_PER_WORKER + OTHER_FDS;
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
    return n_workers;
  limit.rlim_cur = MIN (wanted, limit.rlim_max);
  if (setrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted)
    return n_workers;
  return (guint) CLAMP (limit.rlim_cur / FDS_PER_WORKER, 1, n_workers);
}

/**
 * thimble_process_executor_new:
 * @config: copied; its operations must live until the executor is shut down
 *
 * Starts nothing: workers are started when there is work for them. There are fewer than asked for
 * where the limit on open files (RLIMIT_NOFILE), which this raises as far as needed, is too low for
 * all. Each is ended when the executor is shut down or freed; see [method@Executor.shutdown] for what
 * freeing alone means.
 *
 * Returns: (transfer full): an executor
 */
ThimbleExecutor *
thimble_process_executor_new (const ThimbleProcessConfig *config)
{
  ThimbleProcessExecutor *self;

  g_return_val_if_fail (config != NULL && config->worker != NULL, NULL);
  g_return_val_if_fail (config->executor.operations != NULL, NULL);
  g_return_val_if_fail (config->executor.initializer == NULL, NULL);

  self = g_object_new (THIMBLE_TYPE_PROCESS_EXECUTOR, NULL);
  self->operations = config->executor.operations;
  self->max_workers = limit_workers (config->executor.max_workers != 0
                                       ? config->executor.max_workers
                                       : thimble_executor_get_default_max_workers ());
  self->pool = thimble_worker_pool_new (config);
  self->workers = thimble_thread_workers_new (self->max_workers, &process_kind,
                                              thimble_worker_pool_ref (self->pool), pool_destroy);
  return THIMBLE_EXECUTOR (self);
}

/**
 * thimble_process_executor_prepare:
 * @n_works: how many there will be, at least
 *
 * Has as many workers start by themselves as will have work, where that was not asked for before.
 * Does not wait. Any thread.
 */
void
thimble_process_executor_prepare (ThimbleProcessExecutor *self, guint n_works)
{
  g_return_if_fail (THIMBLE_IS_PROCESS_EXECUTOR (self));

  thimble_worker_pool_prepare (self->pool, MIN (n_works, self->max_workers));
}

/**
 * thimble_process_executor_try:
 *
 * Finds out whether works can be run, where that is not known yet: starts the first worker and waits
 * until it is ready, a few milliseconds. Any thread that may block.
 *
 * Returns: whether they can; if not, no worker can be started or closed off, and @error is set in
 *   %G_IO_ERROR: its message is a sentence
 */
gboolean
thimble_process_executor_try (ThimbleProcessExecutor *self, GError **error)
{
  g_return_val_if_fail (THIMBLE_IS_PROCESS_EXECUTOR (self), FALSE);

  if (g_atomic_int_get (&self->is_tried))
    return TRUE;
  thimble_process_executor_prepare (self, 1);
  if (!thimble_worker_pool_try (self->pool, error))
    return FALSE;
  g_atomic_int_set (&self->is_tried, TRUE);
  return TRUE;
}
