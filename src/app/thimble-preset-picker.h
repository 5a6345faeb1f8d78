/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimblePresetPicker:
 *
 * The presets, one click away each: those that come with Thimble, then the user's own. Saves,
 * renames, removes, imports and exports the latter.
 *
 * Signals: "picked" (ThimblePreset *preset).
 */
#define THIMBLE_TYPE_PRESET_PICKER (thimble_preset_picker_get_type ())
G_DECLARE_FINAL_TYPE (ThimblePresetPicker, thimble_preset_picker, THIMBLE, PRESET_PICKER, AdwBin)

void thimble_preset_picker_load (ThimblePresetPicker *self);
void thimble_preset_picker_set_current (ThimblePresetPicker *self, ThimblePreset *preset);

G_END_DECLS
