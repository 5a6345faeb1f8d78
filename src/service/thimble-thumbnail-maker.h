/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"
#include "thimble-engine.h"
#include "thimble-preset.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** ThimbleVerify: how a source is known to be unchanged. */
typedef enum
{
  THIMBLE_VERIFY_MTIME,
  THIMBLE_VERIFY_HASH,
} ThimbleVerify;

/**
 * ThimbleRunOptions:
 * @force: redo what is up to date
 * @dry_run: say what would be done, and do nothing
 * @overwrite: replace files that Thimble did not make
 * @prune: remove outputs Thimble made whose source or size is gone
 * @verify: how a source is known to be unchanged
 * @max_pixels: of an image
 * @max_bytes: of a source file, at most 2^31 - 1
 * @chunk: works handed out at a time, 0 for automatic
 * @only_waiting: leave items that have ended as they are, and make those that wait
 * @remove_originals: when thumbnails are made from links, remove what was downloaded once it is done
 * @shard: this part, from 1
 * @n_shards: parts in all, 1 for everything
 * @catalog: (nullable): where the catalog is, `.thimble` in the destination if %NULL
 * @downloads: (nullable): where originals of links are kept, `originals` in the destination if %NULL
 * @connections: downloads at once, in all
 * @per_host: downloads at once from one host
 * @headers: (nullable) (array zero-terminated=1): "Name: value", sent to the hosts that links name
 * @ca_file: (nullable): certificates to trust instead of the system's
 *
 * How a run goes, beside what the preset says to make.
 */
typedef struct
{
  gboolean force;
  gboolean dry_run;
  gboolean overwrite;
  gboolean prune;
  gboolean only_waiting;
  gboolean remove_originals;
  ThimbleVerify verify;
  guint64 max_pixels;
  guint64 max_bytes;
  guint chunk;
  guint shard;
  guint n_shards;
  const char *catalog;
  const char *downloads;
  guint connections;
  guint per_host;
  const char *const *headers;
  const char *ca_file;
} ThimbleRunOptions;

#define THIMBLE_RUN_OPTIONS_INIT \
  { .max_pixels = 100 * 1000 * 1000, .max_bytes = 256 * 1000 * 1000, .shard = 1, .n_shards = 1, \
    .connections = 32, .per_host = 6 }

/**
 * ThimbleProgress:
 * @n_items: of the run
 * @n_scheduled: handed to the executor, or ended without it
 * @n_finished: ended, however
 * @n_links: of the items, those that are to be downloaded
 * @n_downloaded: of these, those that are here, or failed
 * @n_bytes_received: over the network, in this run
 * @bytes_per_second: likewise, over the last seconds
 * @seconds: since the run began, without the time it was paused
 * @images_per_second: over the last seconds, 0 when not known
 * @seconds_left: estimated, negative when not known
 */
typedef struct
{
  guint n_items;
  guint n_scheduled;
  guint n_finished;
  guint n_links;
  guint n_downloaded;
  guint64 n_bytes_received;
  double bytes_per_second;
  double seconds;
  double images_per_second;
  double seconds_left;
} ThimbleProgress;

/**
 * ThimbleRunSummary:
 * @seconds: how long it took, without the time it was paused
 * @n_bytes_read: of the sources of what was made
 * @n_bytes_made: of the outputs of these
 * @n_bytes_needed: space that a dry run says the outputs would take, estimated
 * @n_pruned: outputs removed, or that would be
 * @pruned: (element-type filename): their absolute paths
 */
typedef struct
{
  guint n_items;
  guint n_done;
  guint n_skipped;
  guint n_failed;
  guint n_cancelled;
  guint n_pruned;
  guint64 n_bytes_needed;
  guint64 n_bytes_read;
  guint64 n_bytes_made;
  double seconds;
  GPtrArray *pruned;
} ThimbleRunSummary;

void thimble_run_summary_free (ThimbleRunSummary *self);

/**
 * ThimbleThumbnailMaker:
 *
 * The service that window and command line share: makes the thumbnails of a batch on an engine.
 * One run at a time. Results arrive on the main context in batches, at most every 16 ms.
 *
 * Signals: "item-ended" (ThimbleItem *item), after the item has its end state and result;
 * "progressed", when [method@ThumbnailMaker.get_progress] has news; "warned" (const char *message),
 * a sentence on the run as a whole, which goes on.
 *
 * Cancelling ends queued items as cancelled, lets what runs end, and finishes with the summary, not
 * with an error. An error is what the run could not go on for; items that had not ended are then
 * cancelled.
 */
#define THIMBLE_TYPE_THUMBNAIL_MAKER (thimble_thumbnail_maker_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleThumbnailMaker, thimble_thumbnail_maker, THIMBLE, THUMBNAIL_MAKER, GObject)

ThimbleThumbnailMaker *thimble_thumbnail_maker_new (ThimbleEngine *engine, ThimbleBatch *batch);
void thimble_thumbnail_maker_prepare (ThimbleThumbnailMaker *self,
                                      ThimblePreset *preset,
                                      const ThimbleRunOptions *options);
void thimble_thumbnail_maker_download_images_async (ThimbleThumbnailMaker *self,
                                                    ThimblePreset *preset,
                                                    const ThimbleRunOptions *options,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);
ThimbleRunSummary *thimble_thumbnail_maker_download_images_finish (ThimbleThumbnailMaker *self,
                                                                   GAsyncResult *result,
                                                                   GError **error);
void thimble_thumbnail_maker_perform_resizing_async (ThimbleThumbnailMaker *self,
                                                     ThimblePreset *preset,
                                                     const ThimbleRunOptions *options,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
ThimbleRunSummary *thimble_thumbnail_maker_perform_resizing_finish (ThimbleThumbnailMaker *self,
                                                                    GAsyncResult *result,
                                                                    GError **error);
void thimble_thumbnail_maker_make_thumbnails_async (ThimbleThumbnailMaker *self,
                                                    ThimblePreset *preset,
                                                    const ThimbleRunOptions *options,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);
ThimbleRunSummary *thimble_thumbnail_maker_make_thumbnails_finish (ThimbleThumbnailMaker *self,
                                                                   GAsyncResult *result,
                                                                   GError **error);
void thimble_thumbnail_maker_set_first (ThimbleThumbnailMaker *self,
                                        const guint *positions,
                                        guint n_positions);
void thimble_thumbnail_maker_set_paused (ThimbleThumbnailMaker *self, gboolean paused);
gboolean thimble_thumbnail_maker_get_paused (ThimbleThumbnailMaker *self);
void thimble_thumbnail_maker_get_progress (ThimbleThumbnailMaker *self, ThimbleProgress *progress);
gboolean thimble_thumbnail_maker_is_running (ThimbleThumbnailMaker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleRunSummary, thimble_run_summary_free)

G_END_DECLS
