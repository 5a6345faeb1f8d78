/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What changes thousands of times a second is shown a few times a second. The timer runs only while
 * there are changes. All timers of a program with the same interval, and with multiples of it, end
 * at the same time, so that what they change is painted in one frame.
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
 * @interval_ms: at least this lies between two calls, but for what a late one is behind time
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

static gboolean interval_over_cb (gpointer user_data);

/* Waits for an interval, and on to where the clock shows a multiple of it. */
static void
thimble_throttle_wait (ThimbleThrottle *self, guint least_ms)
{
  guint over_ms = (guint) (g_get_monotonic_time () / 1000 % self->interval_ms);

  self->source = g_timeout_add (least_ms + self->interval_ms - over_ms, interval_over_cb, self);
}

static gboolean
interval_over_cb (gpointer user_data)
{
  ThimbleThrottle *self = user_data;

  self->source = 0;
  if (self->is_due)
    {
      self->is_due = FALSE;
      thimble_throttle_wait (self, 0);
      self->function (self->user_data);
    }
  return G_SOURCE_REMOVE;
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

  thimble_throttle_wait (self, self->interval_ms);
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
