/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-raster.h"

G_BEGIN_DECLS

gboolean thimble_colour_profile_fits (GBytes *icc, ThimbleLayout layout);
ThimbleRaster *thimble_colour_to_srgb (ThimbleRaster *raster, GBytes *icc, GError **error);

G_END_DECLS
