/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleTrial:
 * @executor: where the images are made
 * @n_workers: how many at once; of downloads likewise
 * @is_download: whether the images are not made but downloaded
 * @per_host: of @n_workers, at most so many from one host
 * @downloads: (nullable): a folder that keeps what is downloaded, and whose files are worked on
 *   instead of links; not owned
 * @n_done: images that did not fail
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
  gboolean is_download;
  guint per_host;
  const char *downloads;
  guint n_done;
  double seconds;
  double user_seconds;
  double system_seconds;
  double images_per_second;
  gint64 peak_rss_bytes;
  char *message;
} ThimbleTrial;

const char *thimble_trial_get_name (const ThimbleTrial *self);
void thimble_trial_clear (ThimbleTrial *self);
gboolean thimble_trial_run (ThimbleTrial *self, char **arguments);
void thimble_trial_interrupt (void);
void thimble_trial_remove_folder (const char *path);

G_END_DECLS
