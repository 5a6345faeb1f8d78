/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-grid.h"

G_BEGIN_DECLS

/**
 * ThimbleFilterBar:
 *
 * Which images a grid shows, and how: a button for each state with its count, a search by name, the
 * size of the pictures and their order.
 *
 * Actions: "view.search" shows the search, "view.sort" (string, a name of #ThimbleSort).
 */
#define THIMBLE_TYPE_FILTER_BAR (thimble_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleFilterBar, thimble_filter_bar, THIMBLE, FILTER_BAR, AdwBin)

void thimble_filter_bar_set_up (ThimbleFilterBar *self,
                                ThimbleImageGrid *grid,
                                ThimbleBatch *batch);
void thimble_filter_bar_show_states (ThimbleFilterBar *self, ThimbleStateSet states);
void thimble_filter_bar_search (ThimbleFilterBar *self);

G_END_DECLS
