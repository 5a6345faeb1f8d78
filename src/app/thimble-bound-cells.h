/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-cell.h"

G_BEGIN_DECLS

/**
 * ThimbleBoundCells:
 *
 * The cells of a grid that have an item now, in view or not. Main thread only; owned by the grid.
 */
typedef struct _ThimbleBoundCells ThimbleBoundCells;

ThimbleBoundCells *thimble_bound_cells_new (void);
void thimble_bound_cells_free (ThimbleBoundCells *self);
void thimble_bound_cells_add (ThimbleBoundCells *self, GtkListItem *list_item);
void thimble_bound_cells_remove (ThimbleBoundCells *self, GtkListItem *list_item);
gboolean thimble_bound_cells_refresh (ThimbleBoundCells *self);
void thimble_bound_cells_drop_pictures (ThimbleBoundCells *self);
void thimble_bound_cells_set_size (ThimbleBoundCells *self, int size);
void thimble_bound_cells_fit_columns (GtkGridView *view, int width, int size);
gboolean thimble_bound_cells_draw (ThimbleBoundCells *self, GtkWidget *viewport);
GPtrArray *thimble_bound_cells_load_pictures (ThimbleBoundCells *self,
                                              GtkWidget *viewport,
                                              ThimblePreviewer *previewer,
                                              ThimbleTextureCache *cache);
guint thimble_bound_cells_find_widget (ThimbleBoundCells *self, GtkWidget *widget);
GtkWidget *thimble_bound_cells_find_position (ThimbleBoundCells *self, guint position);
void thimble_bound_cells_focus (ThimbleBoundCells *self, guint position);

G_END_DECLS
