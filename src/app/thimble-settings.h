/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleSettings:
 * @sizes: as typed, sizes of `thimble-cli --size` separated by commas
 * @destination: (type filename): absolute
 *
 * What the user has set in the panel, and what is kept of the window.
 */
typedef struct
{
  char *sizes;
  ThimbleFit fit;
  ThimbleFormat format;
  int quality;
  char *destination;
  int window_width;
  int window_height;
  gboolean window_maximized;
} ThimbleSettings;

GSettings *thimble_settings_open_store (void);
ThimbleSettings *thimble_settings_load (void);
void thimble_settings_save (const ThimbleSettings *self);
void thimble_settings_free (ThimbleSettings *self);
ThimblePreset *thimble_settings_dup_preset (const ThimbleSettings *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleSettings, thimble_settings_free)

G_END_DECLS
