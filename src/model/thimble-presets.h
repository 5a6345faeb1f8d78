/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"

G_BEGIN_DECLS

GPtrArray *thimble_presets_get_builtin (void);
ThimblePreset *thimble_presets_find_builtin (const char *name);
gboolean thimble_preset_is_desktop (ThimblePreset *preset);

G_END_DECLS
