/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleWindow:
 *
 * The window of the application: images in, thumbnails out.
 *
 * Actions: "win.add-folder", "win.add-files", "win.paste", "win.go-on", "win.discard-unfinished",
 * "win.show-problems", "win.start", "win.pause", "win.cancel", "win.clear", "win.undo-remove",
 * "win.open-destination", "win.show-failures", "win.save-report" (string, "csv" or "json"), "win.toggle-settings",
 * "win.search", "win.zoom" (int steps, 0 for the level that the grid begins with).
 */
#define THIMBLE_TYPE_WINDOW (thimble_window_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleWindow, thimble_window, THIMBLE, WINDOW, AdwApplicationWindow)

GtkWidget *thimble_window_new (GtkApplication *application, ThimbleEngine *engine);
void thimble_window_add_files (ThimbleWindow *self, GFile *const *files, guint n_files);
ThimbleSession *thimble_window_get_session (ThimbleWindow *self);

G_END_DECLS
