/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"
#include "thimble-origin.h"
#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

/**
 * ThimbleFetched:
 * @index: of the link among the run's origins
 * @file: (nullable): the file here, an origin of its own; %NULL where there is an error
 * @is_unchanged: nothing came, because the file that was here is still what the server has
 * @is_removed: that file was removed since: @file says what it was, and there is none
 * @seconds: that it took to come
 * @n_received: bytes that came over the network
 * @error: (nullable): why there is no file
 *
 * What became of a link.
 */
typedef struct
{
  guint index;
  ThimbleOrigin *file;
  gboolean is_unchanged;
  gboolean is_removed;
  double seconds;
  guint64 n_received;
  GError *error;
} ThimbleFetched;

void thimble_fetched_free (ThimbleFetched *self);

/**
 * ThimbleFetchedFunc:
 * @fetched: (inout): a queue of #ThimbleFetched, which are taken out of it
 *
 * Called on any thread. Each link is told once, together with those that ended with it.
 */
typedef void (*ThimbleFetchedFunc) (GQueue *fetched, gpointer user_data);

/* Links become files of the folder of downloads: downloaded, looked at in a worker, given their
 * names. Used by a run; functions may be called from any thread. */
typedef struct _ThimbleFetcher ThimbleFetcher;

ThimbleFetcher *thimble_fetcher_new (ThimbleEngine *engine,
                                     const ThimbleRunOptions *options,
                                     const char *folder,
                                     GBytes *limits,
                                     gboolean is_offline,
                                     ThimbleFetchedFunc func,
                                     gpointer user_data,
                                     GError **error);
void thimble_fetcher_free (ThimbleFetcher *self);
void thimble_fetcher_fetch (ThimbleFetcher *self,
                            ThimbleOrigin *link,
                            guint index,
                            const char *stem,
                            gboolean needs_file);
gboolean thimble_fetcher_remove (ThimbleFetcher *self, const char *url, GError **error);
void thimble_fetcher_stop (ThimbleFetcher *self);
void thimble_fetcher_set_paused (ThimbleFetcher *self, gboolean paused);
void thimble_fetcher_get_progress (ThimbleFetcher *self, GArray *progress, guint64 *n_received);

G_END_DECLS
