/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs each work where it is submitted: the base line of every comparison. Threads that submit at
 * once take turns, so that one work runs at a time. A hook may submit: its work is run inside. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-serial-executor.h"

#include "thimble-executor-private.h"
#include "thimble-local-worker.h"

struct _ThimbleSerialExecutor
{
  GObject parent_instance;

  GRecMutex turn; /* held by the thread that runs works, and by its hooks */
  const ThimbleOperation *operations;
  ThimbleWorkerInitializer initializer; /* NULL once it has run */
  gpointer initializer_data;
  ThimbleBudget *budget;          /* owned, or NULL */
  ThimbleLocalWorker *spare;      /* owned, or NULL while it is in use */
  GError *broken;                 /* owned: what works end with, or NULL */
  int closed;                     /* atomic */
  int cancelling;                 /* atomic */
};

static void executor_iface_init (ThimbleExecutorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThimbleSerialExecutor, thimble_serial_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THIMBLE_TYPE_EXECUTOR, executor_iface_init))

static void
initialize (ThimbleSerialExecutor *self)
{
  ThimbleWorkerInitializer initializer = g_steal_pointer (&self->initializer);
  g_autoptr(GError) error = NULL;

  if (initializer != NULL && !initializer (self->initializer_data, &error))
    self->broken = thimble_executor_new_broken_error (error);
}

/* In turn. A worker whose operation is still running further up the stack is not used twice. */
static void
run_chunk (ThimbleSerialExecutor *self, ThimbleChunk *chunk)
{
  g_autoptr(ThimbleLocalWorker) worker = g_steal_pointer (&self->spare);

  if (worker == NULL)
    worker = thimble_local_worker_new (self->budget);
  thimble_local_worker_run (worker, chunk, &self->cancelling);
  if (self->spare == NULL)
    self->spare = g_steal_pointer (&worker);
}

static gboolean
thimble_serial_executor_submit_chunk (ThimbleExecutor *executor,
                                      ThimbleWork *const *works,
                                      guint n_works,
                                      int priority,
                                      ThimbleFuture **futures,
                                      GError **error)
{
  ThimbleSerialExecutor *self = THIMBLE_SERIAL_EXECUTOR (executor);
  g_autoptr(GRecMutexLocker) turn G_GNUC_UNUSED = g_rec_mutex_locker_new (&self->turn);
  g_autoptr(ThimbleChunk) chunk = NULL;
  const ThimbleOperation *operation;

  if (g_atomic_int_get (&self->closed))
    {
      g_propagate_error (error, thimble_executor_new_shut_down_error ());
      return FALSE;
    }
  operation = thimble_executor_find_operation (self->operations,
                                               thimble_work_get_operation (works[0]), error);
  if (operation == NULL)
    return FALSE;

  chunk = thimble_chunk_new (operation, works, n_works, priority, NULL, NULL);
  thimble_chunk_dup_futures (chunk, futures);
  initialize (self);
  if (self->broken != NULL)
    thimble_chunk_return_error (chunk, self->broken);
  else
    run_chunk (self, chunk);
  return TRUE;
}

static void
thimble_serial_executor_set_priority (ThimbleExecutor *executor,
                                      ThimbleFuture *future,
                                      int priority)
{
  /* Nothing ever waits here. */
}

static void
thimble_serial_executor_close (ThimbleExecutor *executor, ThimbleShutdown how)
{
  ThimbleSerialExecutor *self = THIMBLE_SERIAL_EXECUTOR (executor);

  g_atomic_int_set (&self->closed, TRUE);
  if (how == THIMBLE_SHUTDOWN_CANCEL)
    g_atomic_int_set (&self->cancelling, TRUE);
}

static void
thimble_serial_executor_join (ThimbleExecutor *executor)
{
  ThimbleSerialExecutor *self = THIMBLE_SERIAL_EXECUTOR (executor);

  g_rec_mutex_lock (&self->turn);
  g_rec_mutex_unlock (&self->turn);
}

static guint
thimble_serial_executor_get_max_workers (ThimbleExecutor *executor)
{
  return 1;
}

static void
thimble_serial_executor_finalize (GObject *object)
{
  ThimbleSerialExecutor *self = THIMBLE_SERIAL_EXECUTOR (object);

  g_clear_pointer (&self->spare, thimble_local_worker_free);
  g_clear_pointer (&self->budget, thimble_budget_unref);
  g_clear_error (&self->broken);
  g_rec_mutex_clear (&self->turn);

  G_OBJECT_CLASS (thimble_serial_executor_parent_class)->finalize (object);
}

static void
executor_iface_init (ThimbleExecutorInterface *iface)
{
  iface->submit_chunk = thimble_serial_executor_submit_chunk;
  iface->set_priority = thimble_serial_executor_set_priority;
  iface->close = thimble_serial_executor_close;
  iface->join = thimble_serial_executor_join;
  iface->get_max_workers = thimble_serial_executor_get_max_workers;
}

static void
thimble_serial_executor_class_init (ThimbleSerialExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_serial_executor_finalize;
}

static void
thimble_serial_executor_init (ThimbleSerialExecutor *self)
{
  g_rec_mutex_init (&self->turn);
}

/**
 * thimble_serial_executor_new:
 * @config: copied; what it points at must outlive the executor. The number of workers is always 1
 *
 * The initializer runs on the thread that submits first. Hooks run while the executor is held by
 * the submitting thread, so a hook must not wait for another thread that submits here.
 *
 * Returns: (transfer full): an executor
 */
ThimbleExecutor *
thimble_serial_executor_new (const ThimbleExecutorConfig *config)
{
  ThimbleSerialExecutor *self;

  g_return_val_if_fail (config != NULL && config->operations != NULL, NULL);

  self = g_object_new (THIMBLE_TYPE_SERIAL_EXECUTOR, NULL);
  self->operations = config->operations;
  self->initializer = config->initializer;
  self->initializer_data = config->initializer_data;
  self->budget = config->budget != NULL ? thimble_budget_ref (config->budget) : NULL;
  return THIMBLE_EXECUTOR (self);
}
