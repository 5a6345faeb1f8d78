/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleTrial:
 * @seconds: from the start of the run to its end; 0 where it could not be made
 * @peak_rss_bytes: of all its processes
 * @message: (nullable): why it could not be made
 *
 * One way of doing the work, and what it took.
 */
typedef struct
{
  ThimbleExecutorKind executor;
  guint n_workers;
  guint n_items;
  double seconds;
  double user_seconds;
  double system_seconds;
  double images_per_second;
  gint64 peak_rss_bytes;
  char *message;
} ThimbleTrial;

void thimble_trial_clear (ThimbleTrial *self);
gboolean thimble_trial_run (ThimbleTrial *self, char **arguments);
void thimble_trial_interrupt (void);

G_END_DECLS
