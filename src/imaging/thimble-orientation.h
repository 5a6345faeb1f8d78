/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-resample.h"

G_BEGIN_DECLS

gboolean thimble_orientation_swaps_sides (int orientation);
void thimble_orientation_map_window (int orientation,
                                     double stored_width,
                                     double stored_height,
                                     ThimbleWindow *window);
ThimbleRaster *thimble_orientation_apply (ThimbleRaster *raster, int orientation, GError **error);

G_END_DECLS
