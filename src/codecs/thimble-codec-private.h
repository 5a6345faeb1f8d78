/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"

G_BEGIN_DECLS

/* What thimble_raster_new() takes. */
#define THIMBLE_CODEC_MAX_SIDE (1 << 24)

void thimble_codec_set_no_memory (GError **error);
gboolean thimble_codec_check_sides (guint32 width, guint32 height, GError **error);

G_END_DECLS
