/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleDestinationRow:
 *
 * A row that shows a folder and has the user choose another one.
 *
 * Signals: "chosen" (const char *path): absolute, not always UTF-8.
 */
#define THIMBLE_TYPE_DESTINATION_ROW (thimble_destination_row_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleDestinationRow, thimble_destination_row, THIMBLE, DESTINATION_ROW, AdwActionRow)

void thimble_destination_row_show (ThimbleDestinationRow *self, const char *path);

G_END_DECLS
