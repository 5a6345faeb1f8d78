/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

/**
 * ThimbleRunEvent:
 * @index: of the origin the run was made with
 * @state: what it is now
 * @result: (nullable): how it ended; owned
 * @is_excluded: it turned out to be an output of an earlier run, and no source
 * @warning: (nullable): a sentence on the run as a whole; owned; the rest does not count then
 */
typedef struct
{
  guint index;
  ThimbleItemState state;
  ThimbleItemResult *result;
  gboolean is_excluded;
  char *warning;
} ThimbleRunEvent;

/**
 * ThimbleRunPart:
 * @THIMBLE_RUN_ALL: links become files, files become thumbnails
 * @THIMBLE_RUN_DOWNLOAD: only the first
 * @THIMBLE_RUN_RESIZE: only the second, of links that were downloaded before
 */
typedef enum
{
  THIMBLE_RUN_ALL,
  THIMBLE_RUN_DOWNLOAD,
  THIMBLE_RUN_RESIZE,
} ThimbleRunPart;

/* One run of the thumbnail maker, seen from the main thread. Counted by nobody: the maker owns it
 * until its thread is done. */
typedef struct _ThimbleRun ThimbleRun;

void thimble_run_prepare (ThimbleEngine *engine,
                          ThimblePreset *preset,
                          const ThimbleRunOptions *options,
                          guint n_images);
ThimbleRun *thimble_run_new (ThimbleEngine *engine,
                             ThimbleRunPart part,
                             ThimblePreset *preset,
                             const ThimbleRunOptions *options,
                             GPtrArray *origins,
                             GPtrArray *folders,
                             GCancellable *cancellable);
void thimble_run_free (ThimbleRun *self);
ThimbleRunSummary *thimble_run_execute (ThimbleRun *self, GError **error);
GArray *thimble_run_take_events (ThimbleRun *self);
guint thimble_run_get_n_scheduled (ThimbleRun *self);
void thimble_run_settle (ThimbleRun *self, guint index, gboolean needs_original);
void thimble_run_get_links (ThimbleRun *self,
                            GArray *progress,
                            guint *n_links,
                            guint *n_fetched,
                            guint64 *n_received);
void thimble_run_set_paused (ThimbleRun *self, gboolean paused);
void thimble_run_set_first (ThimbleRun *self, const guint *indices, guint n_indices);

G_END_DECLS
