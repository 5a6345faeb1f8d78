/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A handle on one work. Tens of thousands of them exist at once, so one is small and its lock is
 * its own. What is called when it ends is taken out under the lock and called without it. A future
 * that has ended never changes again: its result and error are then read without the lock. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-future.h"

#include "thimble-deadline.h"
#include "thimble-future-private.h"

G_DEFINE_FINAL_TYPE (ThimbleFuture, thimble_future, G_TYPE_OBJECT)

static gboolean
wait_until_done (ThimbleFuture *self, gint64 timeout_ms)
{
  gint64 deadline = thimble_deadline_after (timeout_ms);
  gboolean in_time = TRUE;

  g_mutex_lock (&self->lock);
  self->n_waiters++;
  while (in_time && self->state != THIMBLE_FUTURE_DONE)
    in_time = thimble_deadline_wait (&self->done, &self->lock, deadline);
  self->n_waiters--;
  in_time = self->state == THIMBLE_FUTURE_DONE;
  g_mutex_unlock (&self->lock);
  return in_time;
}

static void
thimble_future_finalize (GObject *object)
{
  ThimbleFuture *self = THIMBLE_FUTURE (object);

  while (self->listeners != NULL)
    {
      ThimbleFutureListener *listener = self->listeners;

      self->listeners = g_steal_pointer (&listener->next);
      thimble_future_listener_free (listener);
    }
  if (self->result != NULL && self->free_result != NULL)
    self->free_result (self->result);
  g_clear_error (&self->error);
  g_clear_object (&self->maker_object);
  g_cond_clear (&self->done);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (thimble_future_parent_class)->finalize (object);
}

static void
thimble_future_class_init (ThimbleFutureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_future_finalize;
}

static void
thimble_future_init (ThimbleFuture *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->done);
  self->state = THIMBLE_FUTURE_SCHEDULED;
}

/**
 * thimble_future_get_state:
 *
 * From any thread. Once it is %THIMBLE_FUTURE_DONE it stays so.
 *
 * Returns: the state
 */
ThimbleFutureState
thimble_future_get_state (ThimbleFuture *self)
{
  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), THIMBLE_FUTURE_DONE);

  return g_atomic_int_get (&self->state);
}

/**
 * thimble_future_is_cancelled:
 *
 * From any thread.
 *
 * Returns: whether the future ended with %G_IO_ERROR_CANCELLED: it was cancelled before it ran, or
 *   it was asked to stop and did
 */
gboolean
thimble_future_is_cancelled (ThimbleFuture *self)
{
  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), FALSE);

  return g_atomic_int_get (&self->state) == THIMBLE_FUTURE_DONE
         && g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/**
 * thimble_future_cancel:
 *
 * Ends the future with %G_IO_ERROR_CANCELLED if it is still %THIMBLE_FUTURE_SCHEDULED. From any
 * thread; hooks run before this returns.
 *
 * Returns: whether this call cancelled it
 */
gboolean
thimble_future_cancel (ThimbleFuture *self)
{
  ThimbleFutureEnding ending = { NULL, NULL };
  gboolean cancelled;

  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), FALSE);

  g_mutex_lock (&self->lock);
  cancelled = self->state == THIMBLE_FUTURE_SCHEDULED;
  if (cancelled)
    thimble_future_end_locked (self, NULL, thimble_future_new_cancelled_error (), &ending);
  g_mutex_unlock (&self->lock);

  if (!cancelled)
    return FALSE;
  if (self->maker != NULL && self->maker->cancelled != NULL)
    self->maker->cancelled (self, ending.maker_object);
  thimble_future_tell_ending (self, &ending);
  return TRUE;
}

/**
 * thimble_future_request_stop:
 *
 * Cancels the future if it is still %THIMBLE_FUTURE_SCHEDULED, and asks it to end soon if it is
 * %THIMBLE_FUTURE_RUNNING: it then ends with %G_IO_ERROR_CANCELLED, or with its result if that
 * comes first. From any thread; does not wait.
 */
void
thimble_future_request_stop (ThimbleFuture *self)
{
  g_autoptr(GObject) maker_object = NULL;
  gboolean first = FALSE;

  g_return_if_fail (THIMBLE_IS_FUTURE (self));

  if (thimble_future_cancel (self))
    return;

  g_mutex_lock (&self->lock);
  if (self->state == THIMBLE_FUTURE_RUNNING && !self->stop_requested)
    {
      first = TRUE;
      g_atomic_int_set (&self->stop_requested, TRUE);
      g_set_object (&maker_object, self->maker_object);
    }
  g_mutex_unlock (&self->lock);

  if (first && self->maker != NULL && self->maker->stop_requested != NULL)
    self->maker->stop_requested (self, maker_object);
}

/**
 * thimble_future_get_result:
 *
 * For a future that is %THIMBLE_FUTURE_DONE; does not wait. From any thread. What an executor's
 * future gives is a #ThimbleWorkResult.
 *
 * Returns: (transfer none) (nullable): the result, valid while the future lives, or %NULL with
 *   @error set to a copy of the future's error
 */
gpointer
thimble_future_get_result (ThimbleFuture *self, GError **error)
{
  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), NULL);
  g_return_val_if_fail (g_atomic_int_get (&self->state) == THIMBLE_FUTURE_DONE, NULL);

  if (self->error != NULL && error != NULL)
    *error = g_error_copy (self->error);
  return self->result;
}

/**
 * thimble_future_result:
 * @timeout_ms: how long to wait at most; for ever if below 0
 *
 * Waits, on a condition, until the future is done. Blocks: not for the main thread, nor for a
 * worker that may be the one to run the future.
 *
 * Returns: (transfer none) (nullable): as [method@Future.get_result]; %NULL with
 *   %G_IO_ERROR_TIMED_OUT when the time is over
 */
gpointer
thimble_future_result (ThimbleFuture *self, gint64 timeout_ms, GError **error)
{
  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), NULL);

  if (g_atomic_int_get (&self->state) != THIMBLE_FUTURE_DONE
      && !wait_until_done (self, timeout_ms))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                   "was not done in %" G_GINT64_FORMAT " ms.", timeout_ms);
      return NULL;
    }
  return thimble_future_get_result (self, error);
}

/**
 * thimble_future_get_error:
 *
 * For a future that is %THIMBLE_FUTURE_DONE; does not wait. From any thread.
 *
 * Returns: (transfer none) (nullable): why it failed, valid while the future lives
 */
GError *
thimble_future_get_error (ThimbleFuture *self)
{
  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), NULL);
  g_return_val_if_fail (g_atomic_int_get (&self->state) == THIMBLE_FUTURE_DONE, NULL);

  return self->error;
}
