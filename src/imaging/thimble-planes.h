/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-resample.h"

G_BEGIN_DECLS

ThimbleRaster *thimble_planes_resample (ThimbleRaster *source,
                                        const ThimbleWindow *window,
                                        double softness,
                                        int width,
                                        int height,
                                        gboolean keeps_planes,
                                        GError **error);

G_END_DECLS
