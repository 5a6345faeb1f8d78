/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-bound-cells.h"

G_BEGIN_DECLS

/**
 * ThimbleGridMenu:
 *
 * The menu of the grid's cells: where it comes up, and for which of them. Main thread only; owned by
 * the grid.
 */
typedef struct _ThimbleGridMenu ThimbleGridMenu;

ThimbleGridMenu *thimble_grid_menu_new (GtkWidget *grid,
                                        GtkGridView *view,
                                        ThimbleBoundCells *bound,
                                        GMenuModel *menu);
void thimble_grid_menu_free (ThimbleGridMenu *self);
void thimble_grid_menu_pop_up_at_focus (ThimbleGridMenu *self);

G_END_DECLS
