/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What changes thousands of times a second is shown a few times a second. The timer runs only while
 * there are changes.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-throttle.h"

struct _ThimbleThrottle
{
  ThimbleThrottled function;
  gpointer user_data;
  guint interval_ms;
  guint source;     /* 0, or it was called less than an interval ago */
  gboolean is_due;  /* it was asked for since */
};

/**
 * thimble_throttle_new:
 * @interval_ms: at least this lies between two calls
 * @function: (scope notified): what to call
 * @user_data: for it; not owned
 *
 * Returns: (transfer full): a throttle
 */
ThimbleThrottle *
thimble_throttle_new (guint interval_ms, ThimbleThrottled function, gpointer user_data)
{
  ThimbleThrottle *self = g_new0 (ThimbleThrottle, 1);

  self->interval_ms = interval_ms;
  self->function = function;
  self->user_data = user_data;
  return self;
}

/**
 * thimble_throttle_free:
 * @self: (transfer full): what to let go; a call that is due is not made
 */
void
thimble_throttle_free (ThimbleThrottle *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_free (self);
}

static gboolean
interval_over_cb (gpointer user_data)
{
  ThimbleThrottle *self = user_data;

  if (!self->is_due)
    {
      self->source = 0;
      return G_SOURCE_REMOVE;
    }

  self->is_due = FALSE;
  self->function (self->user_data);
  return G_SOURCE_CONTINUE;
}

/**
 * thimble_throttle_call:
 *
 * Has the function called, now or soon.
 */
void
thimble_throttle_call (ThimbleThrottle *self)
{
  if (self->source != 0)
    {
      self->is_due = TRUE;
      return;
    }

  self->source = g_timeout_add (self->interval_ms, interval_over_cb, self);
  self->function (self->user_data);
}

/**
 * thimble_throttle_call_now:
 *
 * Has the function called now, however short ago the last call was; the next one is an interval
 * later at least.
 */
void
thimble_throttle_call_now (ThimbleThrottle *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->is_due = FALSE;
  thimble_throttle_call (self);
}
