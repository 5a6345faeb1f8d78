/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ThimbleThrottled: what is not to be called too often. */
typedef void (*ThimbleThrottled) (gpointer user_data);

/**
 * ThimbleThrottle:
 *
 * Calls a function at most once an interval, however often it is asked to: at once if it can, at the
 * end of the interval if not, so that the function has seen the last change. Main thread only.
 */
typedef struct _ThimbleThrottle ThimbleThrottle;

ThimbleThrottle *thimble_throttle_new (guint interval_ms,
                                       ThimbleThrottled function,
                                       gpointer user_data);
void thimble_throttle_free (ThimbleThrottle *self);
void thimble_throttle_call (ThimbleThrottle *self);
void thimble_throttle_call_now (ThimbleThrottle *self);

G_END_DECLS
