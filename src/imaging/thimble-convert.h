/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-raster.h"

G_BEGIN_DECLS

void thimble_convert_rgb_to_ycc (const guint8 *rgb, guint8 *ycc);
ThimbleRaster *thimble_convert_layout (ThimbleRaster *raster,
                                       ThimbleLayout layout,
                                       GError **error);

G_END_DECLS
