/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measures how long the main loop was not to be had: the time from the return of each poll to the
 * next one, which is what all sources of one turn took together. Under a debug option, because it
 * asks for the time twice a turn.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-loop-meter.h"

#include <sys/resource.h>

/* A bucket a tenth of a millisecond; the last one has all that took longer. */
#define BUCKET_US 100
#define N_BUCKETS 10000

static struct
{
  gint64 returned_us; /* when the poll returned last, or 0 */
  gint64 longest_us;
  guint64 n_turns;
  guint counts[N_BUCKETS];
} meter; /* main thread only */

static gint
poll_cb (GPollFD *fds, guint n_fds, gint timeout_ms)
{
  gint64 now_us = g_get_monotonic_time ();
  gint result;

  if (meter.returned_us != 0)
    {
      gint64 took_us = now_us - meter.returned_us;

      meter.counts[MIN (took_us / BUCKET_US, N_BUCKETS - 1)]++;
      meter.longest_us = MAX (meter.longest_us, took_us);
      meter.n_turns++;
    }

  result = g_poll (fds, n_fds, timeout_ms);
  meter.returned_us = g_get_monotonic_time ();
  return result;
}

/* The time that a share of the turns took no longer than, in milliseconds. */
static double
get_percentile (double share)
{
  guint64 wanted = (guint64) (share * (double) meter.n_turns);
  guint64 n = 0;

  for (guint i = 0; i < N_BUCKETS; i++)
    {
      n += meter.counts[i];
      if (n >= wanted)
        return (i + 1) * BUCKET_US / 1000.0;
    }
  return N_BUCKETS * BUCKET_US / 1000.0;
}

static guint64
count_longer_than (guint ms)
{
  guint64 n = 0;

  for (guint i = ms * 1000 / BUCKET_US; i < N_BUCKETS; i++)
    n += meter.counts[i];
  return n;
}

/**
 * thimble_loop_meter_start:
 *
 * Begins to measure the main context. Main thread only, once.
 */
void
thimble_loop_meter_start (void)
{
  g_main_context_set_poll_func (NULL, poll_cb);
}

/**
 * thimble_loop_meter_report:
 *
 * Prints what was measured, on standard error: percentiles over all turns of the loop, how many were
 * too long, and how much memory the program has had.
 */
void
thimble_loop_meter_report (void)
{
  struct rusage usage = { 0 };

  getrusage (RUSAGE_SELF, &usage);
  g_printerr ("main loop: %" G_GUINT64_FORMAT " turns, median %.1f ms, 99th percentile %.1f ms, "
              "longest %.1f ms, %" G_GUINT64_FORMAT " over 16 ms, %" G_GUINT64_FORMAT
              " over 50 ms; peak memory %.1f MB\n",
              meter.n_turns, get_percentile (0.5), get_percentile (0.99),
              meter.longest_us / 1000.0, count_longer_than (16), count_longer_than (50),
              usage.ru_maxrss * 1024 / 1e6);
}
