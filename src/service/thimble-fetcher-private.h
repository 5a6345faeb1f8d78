/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of the fetcher, for the files that are one: thimble-fetcher.c (what is asked for, and who
 * is told) and thimble-fetcher-keep.c (what came). */

#include "thimble-fetcher.h"

#include "thimble-download-folder.h"
#include "thimble-downloader.h"

G_BEGIN_DECLS

/* Threads that keep what came: mostly they wait for a worker or for the disk. */
#define THIMBLE_FETCHER_KEEPERS 4
/* How far they stand back behind the other threads. */
#define THIMBLE_FETCHER_NICENESS 5
/* So many wait for a thread that is at work before another one begins, and are gathered before it
 * does: with those that it has taken, fewer than may wait in memory. */
#define THIMBLE_FETCHER_ENOUGH 48

struct _ThimbleFetcher
{
  ThimbleEngine *engine;         /* owned */
  ThimbleDownloadFolder *folder; /* owned */
  ThimbleDownloader *downloader; /* owned */
  GThreadPool *keepers;          /* owned: look at what came, sync and name it */
  guint n_keepers;               /* its threads */
  int keeper_niceness;           /* theirs, as setpriority() has it */
  GBytes *limits;                /* owned: the recipe of "inspect" */
  ThimbleFolder *files;          /* owned: the folder, as origins have it */
  gboolean is_offline;
  ThimbleFetchedFunc func;
  gpointer user_data;

  GMutex lock;
  GHashTable *under_way;         /* URL: ThimbleFetch; one URL is fetched once at a time */
  GQueue came;                   /* ThimbleFetch, whose download has ended */
  GCond enough;                  /* what came is not to be waited with any longer */
  guint n_keeping;               /* keepers that are at work, but for those without patience */
  gboolean is_stopped;
};

/* One URL on its way, and the links that wait for it. */
typedef struct
{
  ThimbleFetcher *fetcher;
  char *url;             /* owned */
  char *stem;            /* owned */
  ThimbleFuture *future; /* owned; under the fetcher's lock */
  ThimbleFuture *done;   /* owned: the same once it has ended */
  ThimbleDownload *download; /* of it */
  ThimbleDownloadEntry *former; /* owned: what is here already, or was, or NULL */
  gboolean is_removed;   /* it was: the file is gone */
  GArray *indexes;       /* guint; under the fetcher's lock */
  GPtrArray *links;      /* ThimbleOrigin; likewise */
  gboolean is_from_internet; /* nobody else than a page there names it */
  guint n_rounds;
  double seconds;
  guint64 n_received;
} ThimbleFetch;

gboolean thimble_fetch_submit (ThimbleFetch *fetch);
void thimble_fetch_end (ThimbleFetch *fetch,
                        const char *name,
                        const struct stat *info,
                        gboolean is_unchanged,
                        GError *error,
                        GQueue *ended);
gboolean thimble_fetcher_has_enough (ThimbleFetcher *self);
void thimble_fetcher_call_keeper (ThimbleFetcher *self);
void thimble_fetcher_keep_thread (gpointer data, gpointer user_data);

G_END_DECLS
