/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"
#include "thimble-engine.h"
#include "thimble-previewer.h"
#include "thimble-scanner.h"
#include "thimble-thumbnail-maker.h"
#include "thimble-unfinished.h"

G_BEGIN_DECLS

/**
 * ThimbleSession:
 *
 * What one window works on: a batch, and the services that fill it and make its thumbnails. Knows
 * no widgets. One thing goes on at a time: images are added, or a run goes on.
 *
 * While a run goes on, what it is on is kept in a file; it is still there when the program is quit
 * or ends in the middle.
 *
 * Properties: "scanning", "running" and "paused".
 *
 * Signals: "scanned" (ThimbleScanReport *report, GError *error), one of them %NULL; "progressed";
 * "warned" (const char *message), a sentence on the run as a whole, which goes on;
 * "run-finished" (ThimbleRunSummary *summary, GError *error), one of them %NULL, after "running"
 * has become %FALSE.
 */
#define THIMBLE_TYPE_SESSION (thimble_session_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleSession, thimble_session, THIMBLE, SESSION, GObject)

ThimbleSession *thimble_session_new (ThimbleEngine *engine);
ThimbleBatch *thimble_session_get_batch (ThimbleSession *self);
ThimblePreviewer *thimble_session_get_previewer (ThimbleSession *self);
void thimble_session_add (ThimbleSession *self,
                          ThimbleSource *const *sources,
                          guint n_sources,
                          const char *destination);
void thimble_session_go_on (ThimbleSession *self,
                            const ThimbleUnfinished *unfinished,
                            const char *destination);
void thimble_session_start (ThimbleSession *self, ThimblePreset *preset, GPtrArray *items);
void thimble_session_set_paused (ThimbleSession *self, gboolean paused);
gboolean thimble_session_get_paused (ThimbleSession *self);
void thimble_session_set_first (ThimbleSession *self, GPtrArray *items);
void thimble_session_remove (ThimbleSession *self, GPtrArray *items);
gboolean thimble_session_undo_remove (ThimbleSession *self);
void thimble_session_cancel (ThimbleSession *self, gboolean to_go_on);
void thimble_session_clear (ThimbleSession *self);
gboolean thimble_session_get_isolated (ThimbleSession *self);
gboolean thimble_session_get_scanning (ThimbleSession *self);
gboolean thimble_session_get_running (ThimbleSession *self);
void thimble_session_get_progress (ThimbleSession *self, ThimbleProgress *progress);

G_END_DECLS
