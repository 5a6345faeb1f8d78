/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"

G_BEGIN_DECLS

gboolean thimble_preset_add_size (ThimblePreset *self, const char *text, GError **error);
gboolean thimble_preset_remove_size (ThimblePreset *self, guint index);
gboolean thimble_preset_set_images (ThimblePreset *self,
                                    ThimbleFit fit,
                                    ThimbleFormat format,
                                    int quality,
                                    GError **error);

G_END_DECLS
