/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Yields futures in the order in which they end. A hook on each future moves it from those that are
 * awaited to those that are to be yielded, or to the task that waits for one. The hooks hold what
 * they share and not the object: when that goes away, it takes back those that are left. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-wait.h"

#include "thimble-deadline.h"

/* What the hooks share with the object. */
typedef struct
{
  GMutex lock;
  GCond changed;       /* a future was added to ended */
  GHashTable *pending; /* (element-type ThimbleFuture), a set, owned: not done yet */
  GQueue ended;        /* (element-type ThimbleFuture), owned: done, not yielded yet */
  GTask *task;         /* owned: who waits asynchronously, until told */
  GSource *cancel;     /* owned: wakes when the task is cancelled, or NULL */
  gatomicrefcount ref_count;
} Shared;

struct _ThimbleAsCompleted
{
  GObject parent_instance;

  Shared *shared; /* owned */
};

G_DEFINE_FINAL_TYPE (ThimbleAsCompleted, thimble_as_completed, G_TYPE_OBJECT)

static Shared *
shared_ref (Shared *shared)
{
  g_atomic_ref_count_inc (&shared->ref_count);
  return shared;
}

static void
shared_unref (Shared *shared)
{
  if (!g_atomic_ref_count_dec (&shared->ref_count))
    return;
  g_assert (shared->task == NULL);
  g_hash_table_unref (shared->pending);
  g_queue_clear_full (&shared->ended, g_object_unref);
  g_mutex_clear (&shared->lock);
  g_cond_clear (&shared->changed);
  g_free (shared);
}

/* Gives the waiting task, if there is one, to who will return it. Its source goes with it. */
static GTask *
steal_task_locked (Shared *shared, GSource **cancel)
{
  *cancel = g_steal_pointer (&shared->cancel);
  return g_steal_pointer (&shared->task);
}

static gboolean
is_awaited (Shared *shared)
{
  gboolean awaited;

  g_mutex_lock (&shared->lock);
  awaited = shared->task != NULL;
  g_mutex_unlock (&shared->lock);
  return awaited;
}

static void
drop_source (GSource *source)
{
  if (source == NULL)
    return;
  g_source_destroy (source);
  g_source_unref (source);
}

static void
future_done_hook (ThimbleFuture *future, gpointer user_data)
{
  Shared *shared = user_data;
  g_autoptr(GTask) task = NULL;
  GSource *cancel = NULL;

  g_mutex_lock (&shared->lock);
  g_hash_table_steal (shared->pending, future);
  task = steal_task_locked (shared, &cancel);
  if (task == NULL)
    {
      g_queue_push_tail (&shared->ended, future);
      g_cond_signal (&shared->changed);
    }
  g_mutex_unlock (&shared->lock);

  drop_source (cancel);
  if (task != NULL)
    g_task_return_pointer (task, future, g_object_unref);
}

static void
thimble_as_completed_dispose (GObject *object)
{
  ThimbleAsCompleted *self = THIMBLE_AS_COMPLETED (object);

  if (self->shared != NULL)
    {
      g_autoptr(GPtrArray) left = g_ptr_array_new_with_free_func (g_object_unref);
      GHashTableIter iter;
      gpointer future;

      g_mutex_lock (&self->shared->lock);
      g_hash_table_iter_init (&iter, self->shared->pending);
      while (g_hash_table_iter_next (&iter, &future, NULL))
        g_ptr_array_add (left, g_object_ref (future));
      g_mutex_unlock (&self->shared->lock);

      for (guint i = 0; i < left->len; i++)
        thimble_future_remove_done_hook (g_ptr_array_index (left, i), future_done_hook,
                                         self->shared);
    }
  g_clear_pointer (&self->shared, shared_unref);

  G_OBJECT_CLASS (thimble_as_completed_parent_class)->dispose (object);
}

static void
thimble_as_completed_class_init (ThimbleAsCompletedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thimble_as_completed_dispose;
}

static void
thimble_as_completed_init (ThimbleAsCompleted *self)
{
  self->shared = g_new0 (Shared, 1);
  g_mutex_init (&self->shared->lock);
  g_cond_init (&self->shared->changed);
  g_queue_init (&self->shared->ended);
  self->shared->pending = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_atomic_ref_count_init (&self->shared->ref_count);
}

/**
 * thimble_as_completed:
 * @futures: (array length=n_futures): futures of any executors; may be empty. One that is given
 *   twice is yielded once
 *
 * Returns: (transfer full): yields all of @futures. To stop early, drop it
 */
ThimbleAsCompleted *
thimble_as_completed (ThimbleFuture *const *futures, gsize n_futures)
{
  ThimbleAsCompleted *self;
  g_autoptr(GPtrArray) running = NULL;
  g_autoptr(GHashTable) seen = NULL;

  g_return_val_if_fail (futures != NULL || n_futures == 0, NULL);

  self = g_object_new (THIMBLE_TYPE_AS_COMPLETED, NULL);
  running = g_ptr_array_new ();
  seen = g_hash_table_new (NULL, NULL);
  for (gsize i = 0; i < n_futures; i++)
    {
      if (!g_hash_table_add (seen, futures[i]))
        continue;
      if (thimble_future_get_state (futures[i]) == THIMBLE_FUTURE_DONE)
        {
          g_queue_push_tail (&self->shared->ended, g_object_ref (futures[i]));
          continue;
        }
      g_hash_table_add (self->shared->pending, g_object_ref (futures[i]));
      g_ptr_array_add (running, futures[i]);
    }
  for (guint i = 0; i < running->len; i++)
    thimble_future_add_done_hook (g_ptr_array_index (running, i), future_done_hook,
                                  shared_ref (self->shared), (GDestroyNotify) shared_unref);
  return self;
}

/**
 * thimble_as_completed_next:
 * @timeout_ms: how long to wait at most; for ever if below 0
 *
 * Waits, on a condition, for the next future that is done. Blocks, as [func@wait] does.
 *
 * Returns: (transfer full) (nullable): a future that is done; %NULL without @error when all were
 *   yielded; %NULL with %G_IO_ERROR_TIMED_OUT when the time was over, and a later call may succeed
 */
ThimbleFuture *
thimble_as_completed_next (ThimbleAsCompleted *self, gint64 timeout_ms, GError **error)
{
  gint64 deadline = thimble_deadline_after (timeout_ms);
  ThimbleFuture *future;
  gboolean in_time = TRUE;
  gboolean finished;
  Shared *shared;

  g_return_val_if_fail (THIMBLE_IS_AS_COMPLETED (self), NULL);
  g_return_val_if_fail (!is_awaited (self->shared), NULL);

  shared = self->shared;
  g_mutex_lock (&shared->lock);
  while (in_time && shared->ended.length == 0 && g_hash_table_size (shared->pending) > 0)
    in_time = thimble_deadline_wait (&shared->changed, &shared->lock, deadline);
  future = g_queue_pop_head (&shared->ended);
  finished = g_hash_table_size (shared->pending) == 0;
  g_mutex_unlock (&shared->lock);

  if (future == NULL && !finished)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                 "No work was done in %" G_GINT64_FORMAT " ms.", timeout_ms);
  return future;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr(ThimbleAsCompleted) self = g_object_ref (g_task_get_source_object (user_data));
  g_autoptr(GTask) task = NULL;
  GSource *cancel = NULL;

  g_mutex_lock (&self->shared->lock);
  if (self->shared->task == user_data)
    task = steal_task_locked (self->shared, &cancel);
  g_mutex_unlock (&self->shared->lock);

  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
  drop_source (cancel);
  return G_SOURCE_REMOVE;
}

/**
 * thimble_as_completed_next_async:
 * @cancellable: (nullable): ends the waiting; no future is lost by it
 *
 * As [method@AsCompleted.next], without blocking. One call at a time.
 */
void
thimble_as_completed_next_async (ThimbleAsCompleted *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  ThimbleFuture *future;
  gboolean waits;
  Shared *shared;

  g_return_if_fail (THIMBLE_IS_AS_COMPLETED (self));
  g_return_if_fail (!is_awaited (self->shared));

  shared = self->shared;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thimble_as_completed_next_async);
  /* A future that was taken for the task must reach it. */
  g_task_set_check_cancellable (task, FALSE);
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
      return;
    }

  g_mutex_lock (&shared->lock);
  future = g_queue_pop_head (&shared->ended);
  waits = future == NULL && g_hash_table_size (shared->pending) > 0;
  if (waits)
    {
      shared->task = g_object_ref (task);
      if (cancellable != NULL)
        {
          shared->cancel = g_cancellable_source_new (cancellable);
          g_source_set_callback (shared->cancel, G_SOURCE_FUNC (cancelled_cb), g_object_ref (task),
                                 g_object_unref);
          g_source_attach (shared->cancel, g_task_get_context (task));
        }
    }
  g_mutex_unlock (&shared->lock);

  if (!waits)
    g_task_return_pointer (task, future, g_object_unref);
}

/**
 * thimble_as_completed_next_finish:
 *
 * Returns: (transfer full) (nullable): a future that is done; %NULL without @error when all were
 *   yielded; %NULL with %G_IO_ERROR_CANCELLED
 */
ThimbleFuture *
thimble_as_completed_next_finish (ThimbleAsCompleted *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
