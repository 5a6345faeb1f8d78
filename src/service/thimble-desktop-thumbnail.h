/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-origin.h"

#include <gio/gio.h>

G_BEGIN_DECLS

GBytes *thimble_desktop_thumbnail_new (GBytes *png,
                                       const ThimbleOrigin *origin,
                                       guint32 width_px,
                                       guint32 height_px);

G_END_DECLS
