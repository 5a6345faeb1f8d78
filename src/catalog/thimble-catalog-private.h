/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of a catalog, for the two files that are one: thimble-catalog.c (opening, looking up)
 * and thimble-catalog-write.c (adding, writing).
 *
 * Two mutexes: `mutex` for everything that is read or changed, held for short; `flush_mutex`, taken
 * first, for the one thread that writes, so that others go on while the file system syncs. */

#include "thimble-catalog.h"
#include "thimble-database.h"

G_BEGIN_DECLS

/* Changes that wait, at most, before they are written. */
#define THIMBLE_CATALOG_MAX_PENDING 256

struct _ThimbleCatalog
{
  GObject parent_instance;

  GMutex mutex;
  GMutex flush_mutex;
  ThimbleDatabase *database; /* owned; NULL when closed; mutex */
  ThimblePending *pending;   /* owned; mutex */
  guint flush_length;        /* write when so many changes are pending; mutex */
  gint64 flush_time_us;      /* write when it is so late, monotonic; mutex */
  ThimbleCatalogDueFunc due; /* who is told that it is time to write, or NULL; mutex */
  gpointer due_data;         /* mutex */
  gboolean is_told;          /* since it was last written; mutex */
  guint n_readers;           /* begun readings that have not ended; mutex */
  char *destination;         /* owned */
  int destination_fd;        /* owned; -1 until there is something to sync; flush_mutex */
  ThimbleCatalogMode mode;
};

G_END_DECLS
