/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-download.h"
#include "thimble-engine.h"
#include "thimble-future.h"

G_BEGIN_DECLS

/* The longest extension of a file that is downloaded, with the zero byte that ends it. */
#define THIMBLE_ARRIVAL_EXTENSION_SIZE 12

/**
 * ThimbleArrival:
 * @download: (transfer none): what came; it is open when it was submitted
 * @future: (nullable) (transfer full): of the work that looks at it
 * @extension: what a file of its kind is called, where it is an image and whole
 * @may_come_whole: where it is not, whether another attempt may bring more
 * @error: (nullable) (transfer full): why it can't be kept: of %THIMBLE_IMAGE_ERROR,
 *   %THIMBLE_DOWNLOAD_ERROR or %THIMBLE_EXECUTOR_ERROR
 */
typedef struct
{
  ThimbleDownload *download;
  ThimbleFuture *future;
  char extension[THIMBLE_ARRIVAL_EXTENSION_SIZE];
  gboolean may_come_whole;
  GError *error;
} ThimbleArrival;

void thimble_arrival_let_others (guint n_files);
void thimble_arrival_submit (ThimbleEngine *engine,
                             GBytes *limits,
                             ThimbleArrival *arrivals,
                             guint n_arrivals);
gboolean thimble_arrival_wait (ThimbleArrival *arrivals, guint n_arrivals, gint64 timeout_ms);
void thimble_arrival_finish (ThimbleArrival *arrivals, guint n_arrivals);

G_END_DECLS
