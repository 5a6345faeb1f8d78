/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"

G_BEGIN_DECLS

ThimblePreset *thimble_preset_new_from_text (const char *text, gsize n_bytes, GError **error);
char *thimble_preset_dup_text (ThimblePreset *self, GError **error);
ThimblePreset *thimble_preset_load_from_file (const char *path, GError **error);
gboolean thimble_preset_save_to_file (ThimblePreset *self, const char *path, GError **error);

G_END_DECLS
