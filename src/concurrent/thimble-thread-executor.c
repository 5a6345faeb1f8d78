/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The thread executor as others see it. Its queue and threads are ThimbleThreadWorkers, which may
 * outlive it for as long as something runs. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-thread-executor.h"

#include "thimble-executor-private.h"
#include "thimble-local-worker.h"
#include "thimble-thread-workers.h"

struct _ThimbleThreadExecutor
{
  GObject parent_instance;

  const ThimbleOperation *operations;
  guint max_workers;             /* at least 1 */
  ThimbleThreadWorkers *workers; /* owned */
};

/* What its threads start with. */
typedef struct
{
  ThimbleWorkerInitializer initializer;
  gpointer initializer_data;
  ThimbleBudget *budget; /* owned, or NULL */
} LocalWorkers;

static void executor_iface_init (ThimbleExecutorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThimbleThreadExecutor, thimble_thread_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THIMBLE_TYPE_EXECUTOR, executor_iface_init))

static gpointer
start_worker (gpointer data, GError **error)
{
  LocalWorkers *workers = data;

  if (workers->initializer != NULL && !workers->initializer (workers->initializer_data, error))
    return NULL;
  return thimble_local_worker_new (workers->budget);
}

static gboolean
run_turn (gpointer worker, ThimbleTurn *turn, const int *cancelling, GError **error)
{
  thimble_local_worker_run (worker, turn->chunks[0], cancelling);
  return TRUE;
}

static void
end_worker (gpointer worker)
{
  thimble_local_worker_free (worker);
}

static void
wake_workers (gpointer data)
{
  LocalWorkers *workers = data;

  if (workers->budget != NULL)
    thimble_budget_wake (workers->budget);
}

static void
local_workers_free (gpointer data)
{
  LocalWorkers *workers = data;

  g_clear_pointer (&workers->budget, thimble_budget_unref);
  g_free (workers);
}

static const ThimbleWorkerKind local_kind = { start_worker, run_turn, end_worker,
                                              wake_workers };

static gboolean
thimble_thread_executor_submit_chunk (ThimbleExecutor *executor,
                                      ThimbleWork *const *works,
                                      guint n_works,
                                      int priority,
                                      ThimbleFuture **futures,
                                      GError **error)
{
  ThimbleThreadExecutor *self = THIMBLE_THREAD_EXECUTOR (executor);
  const ThimbleOperation *operation;

  operation = thimble_executor_find_operation (self->operations,
                                               thimble_work_get_operation (works[0]), error);
  return operation != NULL
         && thimble_thread_workers_submit (self->workers, operation, works, n_works, priority,
                                           futures, error);
}

static void
thimble_thread_executor_set_priority (ThimbleExecutor *executor,
                                      ThimbleFuture *future,
                                      int priority)
{
  thimble_thread_workers_set_priority (THIMBLE_THREAD_EXECUTOR (executor)->workers, future,
                                       priority);
}

static void
thimble_thread_executor_close (ThimbleExecutor *executor, ThimbleShutdown how)
{
  thimble_thread_workers_close (THIMBLE_THREAD_EXECUTOR (executor)->workers, how);
}

static void
thimble_thread_executor_join (ThimbleExecutor *executor)
{
  thimble_thread_workers_join (THIMBLE_THREAD_EXECUTOR (executor)->workers);
}

static guint
thimble_thread_executor_get_max_workers (ThimbleExecutor *executor)
{
  return THIMBLE_THREAD_EXECUTOR (executor)->max_workers;
}

static void
thimble_thread_executor_finalize (GObject *object)
{
  ThimbleThreadExecutor *self = THIMBLE_THREAD_EXECUTOR (object);

  thimble_thread_workers_close (self->workers, THIMBLE_SHUTDOWN_CANCEL);
  g_clear_object (&self->workers);

  G_OBJECT_CLASS (thimble_thread_executor_parent_class)->finalize (object);
}

static void
executor_iface_init (ThimbleExecutorInterface *iface)
{
  iface->submit_chunk = thimble_thread_executor_submit_chunk;
  iface->set_priority = thimble_thread_executor_set_priority;
  iface->close = thimble_thread_executor_close;
  iface->join = thimble_thread_executor_join;
  iface->get_max_workers = thimble_thread_executor_get_max_workers;
}

static void
thimble_thread_executor_class_init (ThimbleThreadExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_thread_executor_finalize;
}

static void
thimble_thread_executor_init (ThimbleThreadExecutor *self)
{
}

/**
 * thimble_thread_executor_new:
 * @config: copied; what it points at must live until the executor is shut down
 *
 * No thread is started before there is work for it. Each lives until the executor is shut down or
 * freed; see [method@Executor.shutdown] for what freeing alone means.
 *
 * Returns: (transfer full): an executor
 */
ThimbleExecutor *
thimble_thread_executor_new (const ThimbleExecutorConfig *config)
{
  ThimbleThreadExecutor *self;
  LocalWorkers *workers;

  g_return_val_if_fail (config != NULL && config->operations != NULL, NULL);

  workers = g_new (LocalWorkers, 1);
  workers->initializer = config->initializer;
  workers->initializer_data = config->initializer_data;
  workers->budget = config->budget != NULL ? thimble_budget_ref (config->budget) : NULL;

  self = g_object_new (THIMBLE_TYPE_THREAD_EXECUTOR, NULL);
  self->operations = config->operations;
  self->max_workers = config->max_workers != 0 ? config->max_workers
                                               : thimble_executor_get_default_max_workers ();
  self->workers = thimble_thread_workers_new (self->max_workers, &local_kind, workers,
                                              local_workers_free);
  return THIMBLE_EXECUTOR (self);
}
