/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-geometry.h"
#include "thimble-raster.h"

G_BEGIN_DECLS

gboolean thimble_compose_is_opaque (const ThimbleRaster *raster);
ThimbleRaster *thimble_compose_premultiply (ThimbleRaster *raster, GError **error);
ThimbleRaster *thimble_compose_unpremultiply (ThimbleRaster *raster, GError **error);
ThimbleRaster *thimble_compose_flatten (ThimbleRaster *raster,
                                        const guint8 *background,
                                        GError **error);
ThimbleRaster *thimble_compose_pad (ThimbleRaster *raster,
                                    const ThimblePlacement *placement,
                                    const guint8 *background,
                                    gboolean keeps_alpha,
                                    GError **error);

G_END_DECLS
