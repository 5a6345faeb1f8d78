/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-rate.h"
#include "thimble-run.h"

G_BEGIN_DECLS

struct _ThimbleThumbnailMaker
{
  GObject parent_instance;

  ThimbleEngine *engine; /* owned */
  ThimbleBatch *batch;   /* owned */

  ThimbleRun *run;       /* owned, while a run goes on */
  GPtrArray *items;      /* ThimbleItem: the run's, in its order */
  GArray *excluded;      /* guint: items that turned out to be outputs, in no order */
  GSource *tick;         /* owned, while a run goes on */
  gint64 begin_us;       /* moved on by the time that it was paused */
  gint64 paused_us;      /* when it was paused, or 0 */
  guint64 n_bytes_read;
  guint64 n_bytes_made;
  double end_seconds;    /* how long the last run took */
  guint n_scheduled;     /* of the last run, once it ended */
  guint counts[THIMBLE_ITEM_CANCELLED + 1];
  guint n_finished;
  guint n_items;
  guint n_links;
  guint n_downloaded;
  guint64 n_bytes_received;
  ThimbleRate images;
  ThimbleRate bytes;
};

G_END_DECLS
