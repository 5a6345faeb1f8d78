/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define THIMBLE_RATE_SAMPLES 64

/* How fast something grows, over the last seconds: it follows a change and does not jump. Zeroed
 * memory is a rate that nothing is known of. One thread. */
typedef struct
{
  struct
  {
    gint64 time_us;
    guint64 value;
  } samples[THIMBLE_RATE_SAMPLES]; /* a ring */
  guint n_samples;                 /* all that were ever put in */
} ThimbleRate;

void thimble_rate_sample (ThimbleRate *self, guint64 value);
double thimble_rate_get (const ThimbleRate *self, guint64 value);

G_END_DECLS
