/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is told when a future ends: hooks, at once on the thread that ends it, and callbacks, in the
 * main context that added them. They are taken out under the lock and called without it, so each is
 * called once and may do with the future what it likes. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-future-private.h"

void
thimble_future_listener_free (ThimbleFutureListener *listener)
{
  if (listener->destroy != NULL)
    listener->destroy (listener->user_data);
  g_clear_pointer (&listener->context, g_main_context_unref);
  g_clear_object (&listener->future);
  g_free (listener);
}

static gboolean
listener_dispatch_cb (gpointer user_data)
{
  ThimbleFutureListener *listener = user_data;

  listener->callback (listener->future, listener->user_data);
  return G_SOURCE_REMOVE;
}

/* Calls a hook at once, and posts a callback to its context, where it runs in a later iteration
 * even if this is the context's own thread. Takes the listener. */
static void
listener_tell (ThimbleFutureListener *listener, ThimbleFuture *future)
{
  g_autoptr(GSource) source = NULL;

  if (listener->context == NULL)
    {
      listener->callback (future, listener->user_data);
      thimble_future_listener_free (listener);
      return;
    }

  listener->future = g_object_ref (future);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[thimble] future done");
  g_source_set_callback (source, listener_dispatch_cb, listener,
                         (GDestroyNotify) thimble_future_listener_free);
  g_source_attach (source, listener->context);
}

/* Drops the maker, and tells those who listened. */
void
thimble_future_tell_ending (ThimbleFuture *self, ThimbleFutureEnding *ending)
{
  while (ending->listeners != NULL)
    {
      ThimbleFutureListener *listener = ending->listeners;

      ending->listeners = g_steal_pointer (&listener->next);
      listener_tell (listener, self);
    }
  g_clear_object (&ending->maker_object);
}

static void
add_listener (ThimbleFuture *self, ThimbleFutureListener *listener)
{
  ThimbleFutureListener **last = &self->listeners;

  g_mutex_lock (&self->lock);
  if (self->state != THIMBLE_FUTURE_DONE)
    {
      while (*last != NULL)
        last = &(*last)->next;
      *last = g_steal_pointer (&listener);
    }
  g_mutex_unlock (&self->lock);

  if (listener != NULL)
    listener_tell (listener, self);
}

/**
 * thimble_future_add_done_callback:
 * @callback: called once, when the future is done
 * @destroy: (nullable): called once on @user_data, after @callback
 *
 * Runs @callback in the #GMainContext that is the thread's default now, in a later iteration of
 * it, also when the future is done already. From any thread. If the future is freed without having
 * ended, only @destroy is called.
 */
void
thimble_future_add_done_callback (ThimbleFuture *self,
                                  ThimbleFutureCallback callback,
                                  gpointer user_data,
                                  GDestroyNotify destroy)
{
  ThimbleFutureListener *listener;

  g_return_if_fail (THIMBLE_IS_FUTURE (self));
  g_return_if_fail (callback != NULL);

  listener = g_new0 (ThimbleFutureListener, 1);
  listener->callback = callback;
  listener->user_data = user_data;
  listener->destroy = destroy;
  listener->context = g_main_context_ref_thread_default ();
  add_listener (self, listener);
}

/**
 * thimble_future_add_done_hook:
 * @hook: called once, when the future is done
 * @destroy: (nullable): called once on @user_data, after @hook
 *
 * Runs @hook at once on the thread that ends the future, or on this one if it is done already. No
 * lock is held. A hook is short and waits for no other work: a worker waits for it.
 */
void
thimble_future_add_done_hook (ThimbleFuture *self,
                              ThimbleFutureCallback hook,
                              gpointer user_data,
                              GDestroyNotify destroy)
{
  ThimbleFutureListener *listener;

  g_return_if_fail (THIMBLE_IS_FUTURE (self));
  g_return_if_fail (hook != NULL);

  listener = g_new0 (ThimbleFutureListener, 1);
  listener->callback = hook;
  listener->user_data = user_data;
  listener->destroy = destroy;
  add_listener (self, listener);
}

/**
 * thimble_future_remove_done_hook:
 * @hook: as it was added
 * @user_data: as it was added
 *
 * Takes a hook back, and destroys its data. When it is too late for that, the hook was called, or
 * is being called on another thread right now; its data is then destroyed there.
 *
 * Returns: whether the hook was taken back, so that it is never called
 */
gboolean
thimble_future_remove_done_hook (ThimbleFuture *self,
                                 ThimbleFutureCallback hook,
                                 gpointer user_data)
{
  ThimbleFutureListener *found = NULL;

  g_return_val_if_fail (THIMBLE_IS_FUTURE (self), FALSE);

  g_mutex_lock (&self->lock);
  for (ThimbleFutureListener **at = &self->listeners; *at != NULL; at = &(*at)->next)
    if ((*at)->context == NULL && (*at)->callback == hook && (*at)->user_data == user_data)
      {
        found = *at;
        *at = g_steal_pointer (&found->next);
        break;
      }
  g_mutex_unlock (&self->lock);

  if (found == NULL)
    return FALSE;
  thimble_future_listener_free (found);
  return TRUE;
}
