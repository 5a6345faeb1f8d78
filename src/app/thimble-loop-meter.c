/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measures how long the main loop was not to be had: the time from the return of each poll to the
 * next one, which is what all sources of one turn took together. The processor's time of the same
 * turns tells what is the program's own doing where other programs want the processors too. Under a
 * debug option, because it asks for the time four times a turn.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-loop-meter.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* A bucket a tenth of a millisecond; the last one has all that took longer. */
#define BUCKET_US 100
#define N_BUCKETS 10000

/* Lengths of turns by one clock. */
typedef struct
{
  gint64 begin_us; /* of the turn that goes on, or 0 */
  gint64 longest_us;
  guint64 n_turns;
  guint counts[N_BUCKETS];
} Lengths;

/* Main thread only. */
static Lengths wall_lengths;
static Lengths processor_lengths;

static gint64
get_processor_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
lengths_add (Lengths *self, gint64 now_us)
{
  gint64 took_us = now_us - self->begin_us;

  if (self->begin_us == 0)
    return;
  self->counts[MIN (took_us / BUCKET_US, N_BUCKETS - 1)]++;
  self->longest_us = MAX (self->longest_us, took_us);
  self->n_turns++;
}

static gint
poll_cb (GPollFD *fds, guint n_fds, gint timeout_ms)
{
  gint result;

  lengths_add (&wall_lengths, g_get_monotonic_time ());
  lengths_add (&processor_lengths, get_processor_us ());
  result = g_poll (fds, n_fds, timeout_ms);
  wall_lengths.begin_us = g_get_monotonic_time ();
  processor_lengths.begin_us = get_processor_us ();
  return result;
}

/* The time that a share of the turns took no longer than, in milliseconds. */
static double
lengths_get_percentile (const Lengths *self, double share)
{
  guint64 wanted = (guint64) (share * (double) self->n_turns);
  guint64 n = 0;

  for (guint i = 0; i < N_BUCKETS; i++)
    {
      n += self->counts[i];
      if (n >= wanted)
        return (i + 1) * BUCKET_US / 1000.0;
    }
  return N_BUCKETS * BUCKET_US / 1000.0;
}

static guint64
lengths_count_over (const Lengths *self, guint ms)
{
  guint64 n = 0;

  for (guint i = ms * 1000 / BUCKET_US; i < N_BUCKETS; i++)
    n += self->counts[i];
  return n;
}

static void
lengths_take (Lengths *self, ThimbleLoopTurns *turns)
{
  gint64 begin_us = self->begin_us;

  *turns = (ThimbleLoopTurns) { .n_turns = self->n_turns,
                                .median_ms = lengths_get_percentile (self, 0.5),
                                .percentile_99_ms = lengths_get_percentile (self, 0.99),
                                .longest_ms = self->longest_us / 1000.0,
                                .n_over_16_ms = lengths_count_over (self, 16),
                                .n_over_50_ms = lengths_count_over (self, 50) };
  memset (self, 0, sizeof *self);
  self->begin_us = begin_us;
}

static void
print (const ThimbleLoopTurns *turns, const char *name)
{
  g_printerr ("main loop, %s: %" G_GUINT64_FORMAT " turns, median %.1f ms, 99th percentile %.1f ms, "
              "longest %.1f ms, %" G_GUINT64_FORMAT " over 16 ms, %" G_GUINT64_FORMAT
              " over 50 ms\n",
              name, turns->n_turns, turns->median_ms, turns->percentile_99_ms, turns->longest_ms,
              turns->n_over_16_ms, turns->n_over_50_ms);
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
 * thimble_loop_meter_take:
 * @wall: (out): turns by the clock
 * @processor: (out): the same turns by the processor's time of the main thread
 *
 * Tells what was measured since the start or the last call, and begins anew. The turn that goes on
 * belongs to what comes.
 */
void
thimble_loop_meter_take (ThimbleLoopTurns *wall, ThimbleLoopTurns *processor)
{
  g_return_if_fail (wall != NULL && processor != NULL);

  lengths_take (&wall_lengths, wall);
  lengths_take (&processor_lengths, processor);
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
  ThimbleLoopTurns wall, processor;

  getrusage (RUSAGE_SELF, &usage);
  thimble_loop_meter_take (&wall, &processor);
  print (&wall, "wall time");
  print (&processor, "processor time");
  g_printerr ("peak memory %.1f MB\n", usage.ru_maxrss * 1024 / 1e6);
}
