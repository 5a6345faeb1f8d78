/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-list.h"
#include "thimble-previewer.h"

#include <adwaita.h>

G_BEGIN_DECLS

/** THIMBLE_MAX_ZOOM: the largest zoom level; the smallest is 0. */
#define THIMBLE_MAX_ZOOM 4

/** THIMBLE_DEFAULT_ZOOM: the level that the grid begins with. */
#define THIMBLE_DEFAULT_ZOOM 2

/**
 * ThimbleImageGrid:
 *
 * The images of a batch with their pictures and states, to look at, find, select and act on.
 *
 * Properties: "zoom" (int, 0 to %THIMBLE_MAX_ZOOM): how large the pictures are.
 *
 * Signals: "viewed" (GPtrArray *items): these came into view; "activated" (guint position): what
 * is shown there is to be looked at; "retry-requested" and "remove-requested" (GPtrArray *items).
 *
 * Actions: "grid.view", "grid.open", "grid.show-in-folder", "grid.copy-image", "grid.copy-path",
 * "grid.retry", "grid.remove", all on what is selected; "grid.zoom" (int steps, 0 for the level that
 * it begins with), "grid.menu".
 */
#define THIMBLE_TYPE_IMAGE_GRID (thimble_image_grid_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleImageGrid, thimble_image_grid, THIMBLE, IMAGE_GRID, AdwBin)

void thimble_image_grid_set_up (ThimbleImageGrid *self,
                                ThimbleBatch *batch,
                                ThimblePreviewer *previewer);
ThimbleImageList *thimble_image_grid_get_list (ThimbleImageGrid *self);
ThimblePreviewer *thimble_image_grid_get_previewer (ThimbleImageGrid *self);
guint thimble_image_grid_find_cell (ThimbleImageGrid *self, GtkWidget *cell);
void thimble_image_grid_set_can_change (ThimbleImageGrid *self, gboolean can_change);
void thimble_image_grid_select (ThimbleImageGrid *self, guint position);
void thimble_image_grid_set_zoom (ThimbleImageGrid *self, int zoom);
int thimble_image_grid_get_zoom (ThimbleImageGrid *self);

G_END_DECLS
