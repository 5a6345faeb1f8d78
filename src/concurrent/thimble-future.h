/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleFutureState:
 * @THIMBLE_FUTURE_SCHEDULED: waits for its turn
 * @THIMBLE_FUTURE_RUNNING: being worked on
 * @THIMBLE_FUTURE_DONE: has a result, or an error (cancelled is %G_IO_ERROR_CANCELLED)
 */
typedef enum
{
  THIMBLE_FUTURE_SCHEDULED,
  THIMBLE_FUTURE_RUNNING,
  THIMBLE_FUTURE_DONE,
} ThimbleFutureState;

#define THIMBLE_TYPE_FUTURE (thimble_future_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleFuture, thimble_future, THIMBLE, FUTURE, GObject)

typedef void (*ThimbleFutureCallback) (ThimbleFuture *future, gpointer user_data);

ThimbleFutureState thimble_future_get_state (ThimbleFuture *self);
gboolean thimble_future_is_cancelled (ThimbleFuture *self);
gboolean thimble_future_cancel (ThimbleFuture *self);
void thimble_future_request_stop (ThimbleFuture *self);
gpointer thimble_future_get_result (ThimbleFuture *self, GError **error);
gpointer thimble_future_result (ThimbleFuture *self, gint64 timeout_ms, GError **error);
GError *thimble_future_get_error (ThimbleFuture *self);
void thimble_future_add_done_callback (ThimbleFuture *self,
                                       ThimbleFutureCallback callback,
                                       gpointer user_data,
                                       GDestroyNotify destroy);
void thimble_future_add_done_hook (ThimbleFuture *self,
                                   ThimbleFutureCallback hook,
                                   gpointer user_data,
                                   GDestroyNotify destroy);
gboolean thimble_future_remove_done_hook (ThimbleFuture *self,
                                          ThimbleFutureCallback hook,
                                          gpointer user_data);

/* For those who make futures come true: executors and downloaders. */

typedef struct
{
  /* Takes a SCHEDULED future out of the maker's queue; called without locks held. May be NULL. */
  void (*cancelled) (ThimbleFuture *future, gpointer maker);
  /* Asks RUNNING work to end. May be NULL: the maker then looks at should_stop. */
  void (*stop_requested) (ThimbleFuture *future, gpointer maker);
} ThimbleFutureMaker;

ThimbleFuture *thimble_future_new (const ThimbleFutureMaker *maker,
                                   GObject *maker_object,
                                   GDestroyNotify free_result);
gboolean thimble_future_start (ThimbleFuture *self);
void thimble_future_return_result (ThimbleFuture *self, gpointer result);
void thimble_future_return_error (ThimbleFuture *self, GError *error);
gboolean thimble_future_reschedule (ThimbleFuture *self);
gboolean thimble_future_should_stop (ThimbleFuture *self);
GObject *thimble_future_dup_maker (ThimbleFuture *self);
void thimble_future_set_maker_data (ThimbleFuture *self, gpointer maker_data);
gpointer thimble_future_get_maker_data (ThimbleFuture *self);

G_END_DECLS
