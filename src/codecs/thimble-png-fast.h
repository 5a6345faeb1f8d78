/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-png-rows.h"

G_BEGIN_DECLS

guint64 thimble_png_fast_get_n_bytes (const ThimblePngHeader *header, gsize n_bytes);
ThimbleRaster *thimble_png_fast_decode (const guint8 *bytes, gsize n_bytes, int factor);

G_END_DECLS
