/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Waits for some or all of a set of futures. A hook on each future counts; whoever waits sleeps on
 * a condition, or has a task that is returned. Hooks that are left over when the waiting ends are
 * taken back, so that a future which never ends holds nothing of it. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-wait.h"

#include "thimble-deadline.h"

/* What the hooks share with who waits. */
typedef struct
{
  GMutex lock;
  GCond changed;    /* satisfied was set */
  gsize n_pending;  /* hooks that were not called */
  ThimbleWaitFor wait_for;
  gboolean satisfied;
  GTask *task; /* owned: who waits asynchronously, until told */
  gatomicrefcount ref_count;
} Waiter;

/* One wait: its futures, each of which may have a hook. */
typedef struct
{
  Waiter *waiter;      /* owned */
  GPtrArray *futures;  /* owned */
  GSource *timeout;    /* owned, or NULL */
  GSource *cancel;     /* owned, or NULL */
} Wait;

static Waiter *
waiter_ref (Waiter *waiter)
{
  g_atomic_ref_count_inc (&waiter->ref_count);
  return waiter;
}

static void
waiter_unref (Waiter *waiter)
{
  if (!g_atomic_ref_count_dec (&waiter->ref_count))
    return;
  g_assert (waiter->task == NULL);
  g_mutex_clear (&waiter->lock);
  g_cond_clear (&waiter->changed);
  g_free (waiter);
}

static gboolean
is_error (ThimbleFuture *future)
{
  return thimble_future_get_error (future) != NULL && !thimble_future_is_cancelled (future);
}

static void
future_done_hook (ThimbleFuture *future, gpointer user_data)
{
  Waiter *waiter = user_data;
  g_autoptr(GTask) task = NULL;

  g_mutex_lock (&waiter->lock);
  waiter->n_pending--;
  if (!waiter->satisfied
      && (waiter->n_pending == 0 || waiter->wait_for == THIMBLE_WAIT_FIRST_COMPLETED
          || (waiter->wait_for == THIMBLE_WAIT_FIRST_ERROR && is_error (future))))
    {
      waiter->satisfied = TRUE;
      g_cond_signal (&waiter->changed);
      task = g_steal_pointer (&waiter->task);
    }
  g_mutex_unlock (&waiter->lock);

  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static Wait *
wait_new (ThimbleFuture *const *futures, gsize n_futures, ThimbleWaitFor wait_for)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->waiter = g_new0 (Waiter, 1);
  g_mutex_init (&wait->waiter->lock);
  g_cond_init (&wait->waiter->changed);
  g_atomic_ref_count_init (&wait->waiter->ref_count);
  wait->waiter->n_pending = n_futures;
  wait->waiter->wait_for = wait_for;
  wait->waiter->satisfied = n_futures == 0;

  wait->futures = g_ptr_array_new_full (n_futures, g_object_unref);
  for (gsize i = 0; i < n_futures; i++)
    g_ptr_array_add (wait->futures, g_object_ref (futures[i]));
  return wait;
}

static gboolean
wait_is_satisfied (Wait *wait)
{
  gboolean satisfied;

  g_mutex_lock (&wait->waiter->lock);
  satisfied = wait->waiter->satisfied;
  g_mutex_unlock (&wait->waiter->lock);
  return satisfied;
}

static void
wait_add_hooks (Wait *wait)
{
  for (guint i = 0; i < wait->futures->len && !wait_is_satisfied (wait); i++)
    thimble_future_add_done_hook (g_ptr_array_index (wait->futures, i), future_done_hook,
                                  waiter_ref (wait->waiter), (GDestroyNotify) waiter_unref);
}

static void
wait_free (Wait *wait)
{
  for (guint i = 0; i < wait->futures->len; i++)
    thimble_future_remove_done_hook (g_ptr_array_index (wait->futures, i), future_done_hook,
                                     wait->waiter);
  g_ptr_array_unref (wait->futures);
  if (wait->timeout != NULL)
    g_source_destroy (wait->timeout);
  g_clear_pointer (&wait->timeout, g_source_unref);
  if (wait->cancel != NULL)
    g_source_destroy (wait->cancel);
  g_clear_pointer (&wait->cancel, g_source_unref);
  waiter_unref (wait->waiter);
  g_free (wait);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wait, wait_free)

/**
 * thimble_wait:
 * @futures: (array length=n_futures): futures of any executors; may be empty, which is satisfied
 * @wait_for: what to wait for
 * @timeout_ms: how long to wait at most; for ever if below 0
 *
 * Waits on a condition. Blocks: not for the main thread, nor for a worker that may be the one to
 * run one of @futures.
 *
 * Returns: %TRUE when what was waited for is so, %FALSE with %G_IO_ERROR_TIMED_OUT when the time
 *   was over before
 */
gboolean
thimble_wait (ThimbleFuture *const *futures,
              gsize n_futures,
              ThimbleWaitFor wait_for,
              gint64 timeout_ms,
              GError **error)
{
  gint64 deadline = thimble_deadline_after (timeout_ms);
  g_autoptr(Wait) wait = NULL;
  gboolean in_time = TRUE;
  gboolean satisfied;
  Waiter *waiter;

  g_return_val_if_fail (futures != NULL || n_futures == 0, FALSE);

  wait = wait_new (futures, n_futures, wait_for);
  wait_add_hooks (wait);
  waiter = wait->waiter;
  g_mutex_lock (&waiter->lock);
  while (in_time && !waiter->satisfied)
    in_time = thimble_deadline_wait (&waiter->changed, &waiter->lock, deadline);
  satisfied = waiter->satisfied;
  g_mutex_unlock (&waiter->lock);

  if (!satisfied)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                 "%" G_GSIZE_FORMAT " works were not done in %" G_GINT64_FORMAT " ms.", n_futures,
                 timeout_ms);
  return satisfied;
}

static GTask *
waiter_steal_task (Waiter *waiter)
{
  GTask *task;

  g_mutex_lock (&waiter->lock);
  task = g_steal_pointer (&waiter->task);
  g_mutex_unlock (&waiter->lock);
  return task;
}

static gboolean
timeout_cb (gpointer user_data)
{
  g_autoptr(GTask) task = waiter_steal_task (user_data);

  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "was not done in time.");
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr(GTask) task = waiter_steal_task (user_data);

  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
  return G_SOURCE_REMOVE;
}

/* The wait ends in the context that the task was made in: by a hook, by time, or by cancellation,
 * whichever takes the task first. */
static void
attach_source (Wait *wait, GTask *task, GSource *source, GSourceFunc callback)
{
  g_source_set_callback (source, callback, waiter_ref (wait->waiter),
                         (GDestroyNotify) waiter_unref);
  g_source_attach (source, g_task_get_context (task));
}

/**
 * thimble_wait_async:
 * @futures: (array length=n_futures): futures of any executors; may be empty, which is satisfied
 * @wait_for: what to wait for
 * @timeout_ms: how long to wait at most; for ever if below 0
 * @cancellable: (nullable): ends the waiting, not the futures
 *
 * As [func@wait], without blocking.
 */
void
thimble_wait_async (ThimbleFuture *const *futures,
                    gsize n_futures,
                    ThimbleWaitFor wait_for,
                    gint64 timeout_ms,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  Wait *wait;

  g_return_if_fail (futures != NULL || n_futures == 0);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, thimble_wait_async);
  wait = wait_new (futures, n_futures, wait_for);
  g_task_set_task_data (task, wait, (GDestroyNotify) wait_free);
  if (wait_is_satisfied (wait))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  wait->waiter->task = g_object_ref (task);
  if (timeout_ms >= 0)
    {
      wait->timeout = g_timeout_source_new (MIN (timeout_ms, G_MAXINT));
      attach_source (wait, task, wait->timeout, timeout_cb);
    }
  if (cancellable != NULL)
    {
      wait->cancel = g_cancellable_source_new (cancellable);
      attach_source (wait, task, wait->cancel, G_SOURCE_FUNC (cancelled_cb));
    }
  wait_add_hooks (wait);
}

/**
 * thimble_wait_finish:
 *
 * Returns: %TRUE when what was waited for is so; otherwise %FALSE with %G_IO_ERROR_TIMED_OUT or
 *   %G_IO_ERROR_CANCELLED
 */
gboolean
thimble_wait_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
