/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int thimble_exif_get_orientation (const guint8 *tiff, gsize n_bytes);
GBytes *thimble_exif_rewrite (GBytes *tiff, guint32 width_px, guint32 height_px);

G_END_DECLS
