/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The side of a future that executors and downloaders see: making it, starting it, ending it. Each
 * step is checked under the future's lock against those who cancel it at the same moment. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-future-private.h"

GError *
thimble_future_new_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
}

/* Under the lock. Takes result and error; what is in @ending is told when the lock is released. */
void
thimble_future_end_locked (ThimbleFuture *self,
                           gpointer result,
                           GError *error,
                           ThimbleFutureEnding *ending)
{
  g_assert (self->state != THIMBLE_FUTURE_DONE);

  self->result = result;
  self->error = error;
  g_atomic_int_set (&self->state, THIMBLE_FUTURE_DONE);
  if (self->n_waiters > 0)
    g_cond_broadcast (&self->done);
  ending->listeners = g_steal_pointer (&self->listeners);
  ending->maker_object = g_steal_pointer (&self->maker_object);
}

/* Ends the future unless it has ended before; then only a cancelled one may be in the way. Takes
 * result and error. */
static void
end (ThimbleFuture *self, gpointer result, GError *error)
{
  ThimbleFutureEnding ending = { NULL, NULL };
  gboolean too_late;

  g_mutex_lock (&self->lock);
  too_late = self->state == THIMBLE_FUTURE_DONE;
  if (!too_late)
    thimble_future_end_locked (self, result, error, &ending);
  g_mutex_unlock (&self->lock);

  if (too_late)
    {
      if (!thimble_future_is_cancelled (self))
        g_critical ("A future was ended twice");
      if (result != NULL && self->free_result != NULL)
        self->free_result (result);
      g_clear_error (&error);
      return;
    }
  thimble_future_tell_ending (self, &ending);
}

/**
 * thimble_future_new:
 * @maker: (nullable): what the maker wants to be told; static
 * @maker_object: (nullable): who makes the future come true; held until the future is done
 * @free_result: (nullable): frees the result
 *
 * Returns: (transfer full): a future that is %THIMBLE_FUTURE_SCHEDULED
 */
ThimbleFuture *
thimble_future_new (const ThimbleFutureMaker *maker,
                    GObject *maker_object,
                    GDestroyNotify free_result)
{
  ThimbleFuture *self;

  g_return_val_if_fail (maker_object == NULL || G_IS_OBJECT (maker_object), NULL);

  self = g_object_new (THIMBLE_TYPE_FUTURE, NULL);
  self->maker = maker;
  self->free_result = free_result;
  g_set_object (&self->maker_object, maker_object);
  return self;
}

/**
 * thimble_future_start:
 *
 * Makes a scheduled future %THIMBLE_FUTURE_RUNNING; it can't be cancelled from then on. One that
 * was rescheduled starts once more; if it was asked to stop in the meantime, it ends with
 * %G_IO_ERROR_CANCELLED instead.
 *
 * Returns: whether the maker is to run it now; if not, it is done
 */
gboolean
thimble_future_start (ThimbleFuture *self)
{
  ThimbleFutureEnding ending = { NULL, NULL };
  gboolean started = FALSE;

  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), FALSE);

  g_mutex_lock (&self->lock);
  if (self->state == THIMBLE_FUTURE_SCHEDULED)
    {
      g_atomic_int_set (&self->state, THIMBLE_FUTURE_RUNNING);
      started = TRUE;
    }
  else if (self->state == THIMBLE_FUTURE_RUNNING && self->waits_again)
    {
      self->waits_again = FALSE;
      started = !self->stop_requested;
      if (!started)
        thimble_future_end_locked (self, NULL, thimble_future_new_cancelled_error (), &ending);
    }
  g_mutex_unlock (&self->lock);

  thimble_future_tell_ending (self, &ending);
  return started;
}

/**
 * thimble_future_return_result:
 * @result: (transfer full) (nullable): what the work gave
 *
 * Ends the future, once. A future that was cancelled stays so, and @result is freed.
 */
void
thimble_future_return_result (ThimbleFuture *self, gpointer result)
{
  g_return_if_fail (THIMBLE_IS_FUTURE (self));

  end (self, result, NULL);
}

/**
 * thimble_future_return_error:
 * @error: (transfer full): why there is no result
 *
 * Ends the future, once. A future that was cancelled stays so, and @error is freed.
 */
void
thimble_future_return_error (ThimbleFuture *self, GError *error)
{
  g_return_if_fail (THIMBLE_IS_FUTURE (self));
  g_return_if_fail (error != NULL);

  end (self, NULL, error);
}

/**
 * thimble_future_reschedule:
 *
 * For work that lost its worker through no fault of its own and is to run again. Observers see no
 * step back: the future stays %THIMBLE_FUTURE_RUNNING and can't be cancelled; the maker queues the
 * work once more, and [method@Future.start] succeeds once more. It can still be asked to stop.
 *
 * Returns: whether to queue it again; if not, it was asked to stop and has ended with
 *   %G_IO_ERROR_CANCELLED
 */
gboolean
thimble_future_reschedule (ThimbleFuture *self)
{
  ThimbleFutureEnding ending = { NULL, NULL };
  gboolean again = FALSE;

  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), FALSE);

  g_mutex_lock (&self->lock);
  if (self->state == THIMBLE_FUTURE_RUNNING)
    {
      again = !self->stop_requested;
      self->waits_again = again;
      if (!again)
        thimble_future_end_locked (self, NULL, thimble_future_new_cancelled_error (), &ending);
    }
  g_mutex_unlock (&self->lock);

  thimble_future_tell_ending (self, &ending);
  return again;
}

/**
 * thimble_future_should_stop:
 *
 * Returns: whether somebody asked this work to end while it was running
 */
gboolean
thimble_future_should_stop (ThimbleFuture *self)
{
  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), FALSE);

  return g_atomic_int_get (&self->stop_requested);
}

/**
 * thimble_future_dup_maker:
 *
 * Returns: (transfer full) (nullable): the object that makes the future come true, or %NULL if
 *   there is none or the future is done
 */
GObject *
thimble_future_dup_maker (ThimbleFuture *self)
{
  g_autoptr(GObject) maker_object = NULL;

  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), NULL);

  g_mutex_lock (&self->lock);
  g_set_object (&maker_object, self->maker_object);
  g_mutex_unlock (&self->lock);
  return g_steal_pointer (&maker_object);
}

/**
 * thimble_future_set_maker_data:
 *
 * Remembers where the maker has this future in its queue. It is the maker's alone, who reads and
 * writes it under a lock of its own; it is not freed.
 */
void
thimble_future_set_maker_data (ThimbleFuture *self, gpointer maker_data)
{
  self->maker_data = maker_data;
}

/**
 * thimble_future_get_maker_data:
 *
 * Returns: (transfer none) (nullable): what the maker set last
 */
gpointer
thimble_future_get_maker_data (ThimbleFuture *self)
{
  return self->maker_data;
}
