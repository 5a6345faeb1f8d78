/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define THIMBLE_RATE_N_SAMPLES 64

/**
 * ThimbleRate:
 *
 * How fast a count grows now: over the last seconds, so that it follows a change and does not jump.
 * A plain value; all zero, it has seen nothing.
 */
typedef struct
{
  struct
  {
    gint64 time_us;
    guint64 count;
  } samples[THIMBLE_RATE_N_SAMPLES]; /* a ring */
  guint n_samples;                   /* all that were ever put in */
} ThimbleRate;

void thimble_rate_update (ThimbleRate *self, gint64 now_us, guint64 count);
double thimble_rate_get (const ThimbleRate *self, gint64 now_us, guint64 count);

G_END_DECLS
