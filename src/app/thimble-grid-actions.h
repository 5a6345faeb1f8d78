/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-grid.h"

G_BEGIN_DECLS

void thimble_grid_actions_install (GtkWidgetClass *widget_class);
void thimble_grid_actions_update (ThimbleImageGrid *grid, gboolean can_change);
void thimble_grid_actions_add_drag_source (ThimbleImageGrid *grid, GtkWidget *cell);

G_END_DECLS
