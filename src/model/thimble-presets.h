/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"

G_BEGIN_DECLS

GPtrArray *thimble_presets_get_builtin (void);
ThimblePreset *thimble_presets_find_builtin (const char *name);

G_END_DECLS
