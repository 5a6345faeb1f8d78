/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ThimbleSizeChips:
 *
 * The sizes of a preset, a chip with a button to remove it each. The last one can't be removed.
 *
 * Signals: "removed" (guint index): the user wants the size at this place to go.
 */
#define THIMBLE_TYPE_SIZE_CHIPS (thimble_size_chips_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleSizeChips, thimble_size_chips, THIMBLE, SIZE_CHIPS, GtkWidget)

void thimble_size_chips_show (ThimbleSizeChips *self, ThimblePreset *preset);
char *thimble_size_describe (const ThimbleRendition *rendition);

G_END_DECLS
