/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Timeouts of the blocking functions of this room: milliseconds from now, for ever below 0. Private
 * to concurrent/. */

#include <glib.h>

G_BEGIN_DECLS

#define THIMBLE_DEADLINE_NEVER G_MAXINT64

/* The monotonic time, in microseconds, at which @timeout_ms has passed. */
static inline gint64
thimble_deadline_after (gint64 timeout_ms)
{
  if (timeout_ms < 0 || timeout_ms > G_MAXINT64 / 2000)
    return THIMBLE_DEADLINE_NEVER;
  return g_get_monotonic_time () + timeout_ms * 1000;
}

/* As g_cond_wait_until(): FALSE when the deadline has passed. */
static inline gboolean
thimble_deadline_wait (GCond *condition, GMutex *lock, gint64 deadline)
{
  if (deadline != THIMBLE_DEADLINE_NEVER)
    return g_cond_wait_until (condition, lock, deadline);
  g_cond_wait (condition, lock);
  return TRUE;
}

G_END_DECLS
