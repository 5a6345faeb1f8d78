/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"
#include "thimble-previewer.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleImageGrid:
 *
 * The images of a batch with their pictures and states, to look at, select, open and remove.
 *
 * Signals: "viewed" (guint position, guint n_items): these items came into view.
 *
 * Actions: "grid.open", "grid.show-in-folder", "grid.remove", all on what is selected.
 */
#define THIMBLE_TYPE_IMAGE_GRID (thimble_image_grid_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleImageGrid, thimble_image_grid, THIMBLE, IMAGE_GRID, AdwBin)

void thimble_image_grid_set_up (ThimbleImageGrid *self,
                                ThimbleBatch *batch,
                                ThimblePreviewer *previewer);
void thimble_image_grid_set_can_remove (ThimbleImageGrid *self, gboolean can_remove);
void thimble_image_grid_select (ThimbleImageGrid *self, guint position);

G_END_DECLS
