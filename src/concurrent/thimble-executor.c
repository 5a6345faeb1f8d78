/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all executors have in common: the interface, the ways to submit, and how works are cut into
 * chunks. Where the works run is the implementations' affair. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-executor.h"

#include "thimble-executor-private.h"
#include "thimble-processors.h"

/* Chunks that each worker gets in an automatic map, at least, so that none waits long for the last
 * one; and the works in one, at most, so that what is urgent does not wait long for a chunk. 24 is
 * a multiple of what operations take at once (1, 2, 3, 4, 8). */
#define MIN_CHUNKS_PER_WORKER 4
#define MAX_AUTOMATIC_CHUNK 24

G_DEFINE_INTERFACE (ThimbleExecutor, thimble_executor, G_TYPE_OBJECT)

static void
thimble_executor_default_init (ThimbleExecutorInterface *iface)
{
}

/**
 * thimble_executor_submit:
 *
 * As [method@Executor.submit_with_priority] with priority 0.
 *
 * Returns: (transfer full): a future of a #ThimbleWorkResult, or %NULL with @error set
 */
ThimbleFuture *
thimble_executor_submit (ThimbleExecutor *self, ThimbleWork *work, GError **error)
{
  return thimble_executor_submit_with_priority (self, work, 0, error);
}

/**
 * thimble_executor_submit_with_priority:
 * @work: what to do; nothing is opened before it is run
 * @priority: any number; higher goes first, equal ones go in the order of submission
 *
 * Queues a work; it may be done already when this returns. From any thread. Errors are only what is
 * wrong with the submission: %THIMBLE_EXECUTOR_ERROR_SHUT_DOWN and
 * %THIMBLE_EXECUTOR_ERROR_NO_OPERATION. All that happens later is the future's; the works of a
 * broken executor end with %THIMBLE_EXECUTOR_ERROR_BROKEN there, also when they are submitted after
 * it broke.
 *
 * Returns: (transfer full): a future of a #ThimbleWorkResult, or %NULL with @error set
 */
ThimbleFuture *
thimble_executor_submit_with_priority (ThimbleExecutor *self,
                                       ThimbleWork *work,
                                       int priority,
                                       GError **error)
{
  ThimbleFuture *future = NULL;

  g_return_val_if_fail (THIMBLE_IS_EXECUTOR (self), NULL);
  g_return_val_if_fail (work != NULL, NULL);

  if (!THIMBLE_EXECUTOR_GET_IFACE (self)->submit_chunk (self, &work, 1, priority, &future, error))
    return NULL;
  return future;
}

static guint
get_automatic_chunk_size (ThimbleExecutor *self, gsize n_works)
{
  gsize n_chunks = (gsize) thimble_executor_get_max_workers (self) * MIN_CHUNKS_PER_WORKER;

  return CLAMP (n_works / n_chunks, 1, MAX_AUTOMATIC_CHUNK);
}

/* How many of the works make the next chunk: all of them run one operation. */
static guint
get_chunk_length (ThimbleWork *const *works, gsize n_works, guint chunk_size)
{
  const char *operation = thimble_work_get_operation (works[0]);
  guint length = 1;

  while (length < n_works && length < chunk_size
         && thimble_work_get_operation (works[length]) == operation)
    length++;
  return length;
}

/**
 * thimble_executor_map:
 * @works: (array length=n_works): may be empty
 * @chunk_size: how many works are handed to a worker at once; 0 for a number that suits the number
 *   of works and of workers
 *
 * Submits all works, in chunks, with priority 0. From any thread. Awaiting the futures one after
 * the other gives the results in order. If one can't be submitted, those before it are cancelled.
 *
 * Returns: (transfer full) (element-type ThimbleFuture): the futures in the order of @works, or
 *   %NULL with the @error of [method@Executor.submit_with_priority]
 */
GPtrArray *
thimble_executor_map (ThimbleExecutor *self,
                      ThimbleWork *const *works,
                      gsize n_works,
                      guint chunk_size,
                      GError **error)
{
  g_autoptr(GPtrArray) futures = NULL;
  gsize n_submitted = 0;

  g_return_val_if_fail (THIMBLE_IS_EXECUTOR (self), NULL);
  g_return_val_if_fail (works != NULL || n_works == 0, NULL);
  g_return_val_if_fail (n_works <= G_MAXUINT / 2, NULL);

  if (chunk_size == 0)
    chunk_size = get_automatic_chunk_size (self, n_works);
  futures = g_ptr_array_new_full (n_works, g_object_unref);
  while (n_submitted < n_works)
    {
      ThimbleWork *const *chunk = works + n_submitted;
      guint length = get_chunk_length (chunk, n_works - n_submitted, chunk_size);

      g_ptr_array_set_size (futures, n_submitted + length);
      if (!THIMBLE_EXECUTOR_GET_IFACE (self)->submit_chunk (
            self, chunk, length, 0, (ThimbleFuture **) futures->pdata + n_submitted, error))
        {
          for (gsize i = 0; i < n_submitted; i++)
            thimble_future_cancel (g_ptr_array_index (futures, i));
          futures->len = n_submitted;
          return NULL;
        }
      n_submitted += length;
    }
  return g_steal_pointer (&futures);
}

/**
 * thimble_executor_set_priority:
 * @future: a future of this executor
 * @priority: see [method@Executor.submit_with_priority]
 *
 * Moves queued work; the other works of its chunk move with it. No effect on work that was handed
 * to a worker. From any thread.
 */
void
thimble_executor_set_priority (ThimbleExecutor *self, ThimbleFuture *future, int priority)
{
  g_return_if_fail (THIMBLE_IS_EXECUTOR (self));
  g_return_if_fail (THIMBLE_IS_FUTURE (future));

  THIMBLE_EXECUTOR_GET_IFACE (self)->set_priority (self, future, priority);
}

/**
 * thimble_executor_shutdown:
 * @how: what becomes of queued work
 *
 * Takes no more work, and waits until all that was taken has ended and no worker is left. Blocks:
 * not for the main thread, and never from a worker (a hook or an operation), which would wait for
 * itself. From several threads at once all wait for the same end; a call with
 * %THIMBLE_SHUTDOWN_CANCEL also cancels what one with %THIMBLE_SHUTDOWN_DRAIN still has queued.
 *
 * An executor that is freed without it takes no more work either and cancels what is queued, but
 * does not wait: what runs, ends, and what it uses (the operations, the initializer's data) must
 * live that long.
 */
void
thimble_executor_shutdown (ThimbleExecutor *self, ThimbleShutdown how)
{
  g_return_if_fail (THIMBLE_IS_EXECUTOR (self));

  THIMBLE_EXECUTOR_GET_IFACE (self)->close (self, how);
  THIMBLE_EXECUTOR_GET_IFACE (self)->join (self);
}

static void
join_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  THIMBLE_EXECUTOR_GET_IFACE (source)->join (source);
  g_task_return_boolean (task, TRUE);
}

/**
 * thimble_executor_shutdown_async:
 * @cancellable: (nullable): stops the waiting, not the shutdown
 *
 * As [method@Executor.shutdown], without blocking: no work is taken from now on, and @callback is
 * called when no worker is left. May be called from a worker's hook.
 */
void
thimble_executor_shutdown_async (ThimbleExecutor *self,
                                 ThimbleShutdown how,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (THIMBLE_IS_EXECUTOR (self));

  THIMBLE_EXECUTOR_GET_IFACE (self)->close (self, how);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thimble_executor_shutdown_async);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, join_thread);
}

/**
 * thimble_executor_shutdown_finish:
 *
 * Returns: whether the executor is shut down; if not, @error is %G_IO_ERROR_CANCELLED
 */
gboolean
thimble_executor_shutdown_finish (ThimbleExecutor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * thimble_executor_get_max_workers:
 *
 * Returns: how many workers there are at most
 */
guint
thimble_executor_get_max_workers (ThimbleExecutor *self)
{
  g_return_val_if_fail (THIMBLE_IS_EXECUTOR (self), 1);

  return THIMBLE_EXECUTOR_GET_IFACE (self)->get_max_workers (self);
}

/**
 * thimble_executor_get_default_max_workers:
 *
 * Returns: how many processors this process may use (its affinity, and its cgroup's quota rounded
 *   up), at least 1
 */
guint
thimble_executor_get_default_max_workers (void)
{
  return thimble_processors_get_n_usable ();
}
