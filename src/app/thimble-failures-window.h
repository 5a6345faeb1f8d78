/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleFailuresWindow:
 *
 * The images that failed, by cause, each with its reason in full. Activating one shows it in its
 * folder.
 *
 * Signals: "retry-requested" (GPtrArray *items): those of one cause; the window closes then.
 */
#define THIMBLE_TYPE_FAILURES_WINDOW (thimble_failures_window_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleFailuresWindow, thimble_failures_window, THIMBLE, FAILURES_WINDOW, AdwWindow)

GtkWidget *thimble_failures_window_new (GtkWindow *parent, ThimbleBatch *batch);

G_END_DECLS
