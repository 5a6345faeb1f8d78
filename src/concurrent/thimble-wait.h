/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-future.h"

G_BEGIN_DECLS

/**
 * ThimbleWaitFor:
 * @THIMBLE_WAIT_ALL_COMPLETED: every future is done
 * @THIMBLE_WAIT_FIRST_COMPLETED: one is done (a cancelled one counts)
 * @THIMBLE_WAIT_FIRST_ERROR: one ended with an error that is not cancellation, or all are done
 */
typedef enum
{
  THIMBLE_WAIT_ALL_COMPLETED,
  THIMBLE_WAIT_FIRST_COMPLETED,
  THIMBLE_WAIT_FIRST_ERROR,
} ThimbleWaitFor;

gboolean thimble_wait (ThimbleFuture *const *futures,
                       gsize n_futures,
                       ThimbleWaitFor wait_for,
                       gint64 timeout_ms,
                       GError **error);
void thimble_wait_async (ThimbleFuture *const *futures,
                         gsize n_futures,
                         ThimbleWaitFor wait_for,
                         gint64 timeout_ms,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
gboolean thimble_wait_finish (GAsyncResult *result, GError **error);

/**
 * ThimbleAsCompleted:
 *
 * Yields futures as they end, each once, those that were done already first. The futures may be of
 * several executors. One consumer at a time.
 */
#define THIMBLE_TYPE_AS_COMPLETED (thimble_as_completed_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleAsCompleted, thimble_as_completed, THIMBLE, AS_COMPLETED, GObject)

ThimbleAsCompleted *thimble_as_completed (ThimbleFuture *const *futures, gsize n_futures);
ThimbleFuture *thimble_as_completed_next (ThimbleAsCompleted *self,
                                          gint64 timeout_ms,
                                          GError **error);
void thimble_as_completed_next_async (ThimbleAsCompleted *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
ThimbleFuture *thimble_as_completed_next_finish (ThimbleAsCompleted *self,
                                                 GAsyncResult *result,
                                                 GError **error);

G_END_DECLS
