/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-session.h"
#include "thimble-settings.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleSettingsPanel:
 *
 * What is to be made: preset, sizes, fit, format, quality, names, destination; and what a run would
 * do with that.
 *
 * Properties: "valid" (%TRUE while a run can be started with what is set).
 */
#define THIMBLE_TYPE_SETTINGS_PANEL (thimble_settings_panel_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleSettingsPanel, thimble_settings_panel, THIMBLE, SETTINGS_PANEL, AdwBin)

void thimble_settings_panel_set_up (ThimbleSettingsPanel *self,
                                    ThimbleSession *session,
                                    ThimbleEngine *engine);
void thimble_settings_panel_set_settings (ThimbleSettingsPanel *self,
                                          const ThimbleSettings *settings);
void thimble_settings_panel_get_settings (ThimbleSettingsPanel *self, ThimbleSettings *settings);
gboolean thimble_settings_panel_get_valid (ThimbleSettingsPanel *self);
const char *thimble_settings_panel_get_destination (ThimbleSettingsPanel *self);

G_END_DECLS
