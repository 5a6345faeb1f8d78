/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"
#include "thimble-preset.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleCompareWindow:
 *
 * The same work serially, with threads and with processes, on the user's images: a chart, a table
 * and a sentence.
 */
#define THIMBLE_TYPE_COMPARE_WINDOW (thimble_compare_window_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleCompareWindow, thimble_compare_window, THIMBLE, COMPARE_WINDOW, AdwWindow)

GtkWidget *thimble_compare_window_new (GtkWindow *parent,
                                       ThimbleBatch *batch,
                                       ThimblePreset *preset);

G_END_DECLS
