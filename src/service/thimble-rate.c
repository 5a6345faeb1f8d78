/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rate at which something grows, from a ring of samples of the last seconds. */

#include "thimble-rate.h"

#define WINDOW_US (3 * 1000 * 1000)
/* What is younger than this gives no rate, but noise. */
#define MIN_SPAN_US (50 * 1000)

/**
 * thimble_rate_update:
 * @now_us: monotonic
 * @count: what there is now; it never falls
 *
 * Takes a sample, unless the last one is fresh.
 */
void
thimble_rate_update (ThimbleRate *self, gint64 now_us, guint64 count)
{
  guint last = (self->n_samples + THIMBLE_RATE_N_SAMPLES - 1) % THIMBLE_RATE_N_SAMPLES;
  guint next = self->n_samples % THIMBLE_RATE_N_SAMPLES;

  if (self->n_samples > 0
      && now_us - self->samples[last].time_us <= WINDOW_US / THIMBLE_RATE_N_SAMPLES)
    return;
  self->samples[next].time_us = now_us;
  self->samples[next].count = count;
  self->n_samples++;
}

/**
 * thimble_rate_get:
 * @now_us: monotonic
 * @count: what there is now
 *
 * Returns: the growth a second since the oldest sample that is kept, 0 where that is not known yet
 */
double
thimble_rate_get (const ThimbleRate *self, gint64 now_us, guint64 count)
{
  guint n = MIN (self->n_samples, THIMBLE_RATE_N_SAMPLES);
  guint oldest = (self->n_samples - n) % THIMBLE_RATE_N_SAMPLES;
  gint64 span_us;

  if (n == 0)
    return 0;
  span_us = now_us - self->samples[oldest].time_us;
  return span_us > MIN_SPAN_US ? (double) (count - self->samples[oldest].count) * 1e6 / span_us : 0;
}
