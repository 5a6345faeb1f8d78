/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-thumbnail-maker.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

guint thimble_desktop_inhibit (GtkWindow *window);
void thimble_desktop_uninhibit (GtkWindow *window, guint cookie);
void thimble_desktop_notify (GtkWindow *window, const ThimbleRunSummary *summary);

G_END_DECLS
