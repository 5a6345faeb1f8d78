/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-budget.h"
#include "thimble-future.h"
#include "thimble-work.h"

G_BEGIN_DECLS

/**
 * ThimbleExecutorError:
 * @THIMBLE_EXECUTOR_ERROR_SHUT_DOWN: submitted after shutdown
 * @THIMBLE_EXECUTOR_ERROR_BROKEN: an initializer failed; the message has its error
 * @THIMBLE_EXECUTOR_ERROR_NO_OPERATION: the work names an operation that the executor has not
 * @THIMBLE_EXECUTOR_ERROR_NO_RESULT: the operation returned without ending the work
 * @THIMBLE_EXECUTOR_ERROR_CRASHED: the work ended its worker
 * @THIMBLE_EXECUTOR_ERROR_TIMEOUT: the work took longer than its limit
 */
typedef enum
{
  THIMBLE_EXECUTOR_ERROR_SHUT_DOWN,
  THIMBLE_EXECUTOR_ERROR_BROKEN,
  THIMBLE_EXECUTOR_ERROR_NO_OPERATION,
  THIMBLE_EXECUTOR_ERROR_NO_RESULT,
  THIMBLE_EXECUTOR_ERROR_CRASHED,
  THIMBLE_EXECUTOR_ERROR_TIMEOUT,
} ThimbleExecutorError;

#define THIMBLE_EXECUTOR_ERROR (thimble_executor_error_quark ())
GQuark thimble_executor_error_quark (void);

/**
 * ThimbleWorkerInitializer:
 *
 * Runs once in each worker before its first work, on the worker's thread. %FALSE with an error
 * breaks the executor: all its works end with %THIMBLE_EXECUTOR_ERROR_BROKEN.
 */
typedef gboolean (*ThimbleWorkerInitializer) (gpointer user_data, GError **error);

/**
 * ThimbleExecutorConfig:
 * @operations: the table of what can be run; static, ended by a row without name
 * @max_workers: 0 for the processors this process may use
 * @initializer: (nullable): see [callback@WorkerInitializer]
 * @budget: (nullable): what operations reserve decoded bytes from; unlimited if %NULL
 */
typedef struct
{
  const ThimbleOperation *operations;
  guint max_workers;
  ThimbleWorkerInitializer initializer;
  gpointer initializer_data;
  ThimbleBudget *budget;
} ThimbleExecutorConfig;

/**
 * ThimbleShutdown:
 * @THIMBLE_SHUTDOWN_DRAIN: all that was submitted is run
 * @THIMBLE_SHUTDOWN_CANCEL: what is still queued is cancelled; what runs, ends
 */
typedef enum
{
  THIMBLE_SHUTDOWN_DRAIN,
  THIMBLE_SHUTDOWN_CANCEL,
} ThimbleShutdown;

#define THIMBLE_TYPE_EXECUTOR (thimble_executor_get_type ())
G_DECLARE_INTERFACE (ThimbleExecutor, thimble_executor, THIMBLE, EXECUTOR, GObject)

struct _ThimbleExecutorInterface
{
  GTypeInterface parent_iface;

  /* Queues the works, all of one operation, as one chunk: they are handed to one worker, together
   * where the operation takes several. Fills futures, one a work. */
  gboolean (*submit_chunk) (ThimbleExecutor *self,
                            ThimbleWork *const *works,
                            guint n_works,
                            int priority,
                            ThimbleFuture **futures,
                            GError **error);
  /* Moves the chunk of a future, which may be another executor's, if it is still queued. */
  void (*set_priority) (ThimbleExecutor *self, ThimbleFuture *future, int priority);
  /* Takes no more works; cancels what is queued if asked to. Does not wait; may come twice. */
  void (*close) (ThimbleExecutor *self, ThimbleShutdown how);
  /* Waits until a closed executor has no work and no worker left. From any number of threads. */
  void (*join) (ThimbleExecutor *self);
  guint (*get_max_workers) (ThimbleExecutor *self);
};

ThimbleFuture *thimble_executor_submit (ThimbleExecutor *self, ThimbleWork *work, GError **error);
ThimbleFuture *thimble_executor_submit_with_priority (ThimbleExecutor *self,
                                                      ThimbleWork *work,
                                                      int priority,
                                                      GError **error);
GPtrArray *thimble_executor_map (ThimbleExecutor *self,
                                 ThimbleWork *const *works,
                                 gsize n_works,
                                 guint chunk_size,
                                 GError **error);
void thimble_executor_set_priority (ThimbleExecutor *self, ThimbleFuture *future, int priority);
void thimble_executor_shutdown (ThimbleExecutor *self, ThimbleShutdown how);
void thimble_executor_shutdown_async (ThimbleExecutor *self,
                                      ThimbleShutdown how,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean thimble_executor_shutdown_finish (ThimbleExecutor *self,
                                           GAsyncResult *result,
                                           GError **error);
guint thimble_executor_get_max_workers (ThimbleExecutor *self);
guint thimble_executor_get_default_max_workers (void);

G_END_DECLS
