/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"
#include "thimble-preset.h"
#include "thimble-thumbnail-maker.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleSettings:
 * @preset: what to make, with a destination only where it brings its own
 * @destination: (type filename): where outputs go, absolute; the preset's, if it has one
 *
 * What the user has set in the panel, and what is kept of the window.
 */
typedef struct
{
  ThimblePreset *preset;
  char *destination;
  int window_width;
  int window_height;
  gboolean window_maximized;
} ThimbleSettings;

GSettings *thimble_settings_open_store (void);
char *thimble_settings_dup_default_destination (void);
ThimbleSettings *thimble_settings_load (void);
void thimble_settings_save (const ThimbleSettings *self);
void thimble_settings_free (ThimbleSettings *self);
ThimblePreset *thimble_settings_dup_preset (const ThimbleSettings *self, GError **error);

void thimble_preferences_get_run_options (ThimbleRunOptions *options);
ThimbleEngine *thimble_preferences_create_engine (gboolean is_open, GError **error);
gboolean thimble_preferences_get_flag (const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleSettings, thimble_settings_free)

G_END_DECLS
