/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimblePreferences:
 *
 * What holds for all runs: workers, limits, manners. Each change is kept at once.
 */
#define THIMBLE_TYPE_PREFERENCES (thimble_preferences_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimblePreferences, thimble_preferences, THIMBLE, PREFERENCES, AdwPreferencesWindow)

GtkWidget *thimble_preferences_new (GtkWindow *parent);

G_END_DECLS
