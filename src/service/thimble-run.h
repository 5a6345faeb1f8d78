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

/* One run of the thumbnail maker, seen from the main thread. Counted by nobody: the maker owns it
 * until its thread is done. */
typedef struct _ThimbleRun ThimbleRun;

ThimbleRun *thimble_run_new (ThimbleEngine *engine,
                             ThimblePreset *preset,
                             const ThimbleRunOptions *options,
                             GPtrArray *origins,
                             GPtrArray *folders,
                             GCancellable *cancellable);
void thimble_run_free (ThimbleRun *self);
ThimbleRunSummary *thimble_run_execute (ThimbleRun *self, GError **error);
GArray *thimble_run_take_events (ThimbleRun *self);
guint thimble_run_get_n_scheduled (ThimbleRun *self);
void thimble_run_settle (ThimbleRun *self, guint index);
void thimble_run_set_first (ThimbleRun *self, const guint *indices, guint n_indices);
void thimble_run_set_paused (ThimbleRun *self, gboolean is_paused);

G_END_DECLS
