/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rates of progress: a ring of samples, as many as the window has, and the slope since the oldest. */

#include "thimble-rate.h"

#define WINDOW_S 3.0
/* With less behind it, a rate says nothing. */
#define MIN_SECONDS 0.05

/**
 * thimble_rate_sample:
 * @value: what has been reached; never less than before
 *
 * To be called as often as one likes: a sample is taken when it is due.
 */
void
thimble_rate_sample (ThimbleRate *self, guint64 value)
{
  gint64 now = g_get_monotonic_time ();
  guint last = (self->n_samples + THIMBLE_RATE_SAMPLES - 1) % THIMBLE_RATE_SAMPLES;
  guint next = self->n_samples % THIMBLE_RATE_SAMPLES;

  if (self->n_samples > 0
      && now - self->samples[last].time_us <= WINDOW_S * G_USEC_PER_SEC / THIMBLE_RATE_SAMPLES)
    return;
  self->samples[next].time_us = now;
  self->samples[next].value = value;
  self->n_samples++;
}

/**
 * thimble_rate_get:
 * @value: what has been reached now
 *
 * Returns: how much a second, 0 where it is not known
 */
double
thimble_rate_get (const ThimbleRate *self, guint64 value)
{
  guint n = MIN (self->n_samples, THIMBLE_RATE_SAMPLES);
  guint oldest = (self->n_samples - n) % THIMBLE_RATE_SAMPLES;
  double seconds;

  if (n == 0)
    return 0;
  seconds = (g_get_monotonic_time () - self->samples[oldest].time_us) / (double) G_USEC_PER_SEC;
  return seconds > MIN_SECONDS ? (value - self->samples[oldest].value) / seconds : 0;
}
