/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tags of the first directory that TIFF files and EXIF blocks have in common. */
#define THIMBLE_TIFF_TAG_IMAGE_WIDTH 0x0100
#define THIMBLE_TIFF_TAG_IMAGE_LENGTH 0x0101
#define THIMBLE_TIFF_TAG_PHOTOMETRIC 0x0106
#define THIMBLE_TIFF_TAG_ORIENTATION 0x0112
#define THIMBLE_TIFF_TAG_EXTRA_SAMPLES 0x0152
#define THIMBLE_TIFF_TAG_XMP 0x02bc
#define THIMBLE_TIFF_TAG_ICC 0x8773

int thimble_exif_get_orientation (const guint8 *tiff, gsize n_bytes);
gboolean thimble_exif_get_uint (const guint8 *tiff, gsize n_bytes, guint16 tag, guint32 *value);
const guint8 *thimble_exif_get_data (const guint8 *tiff, gsize n_bytes, guint16 tag, gsize *n_data);
gboolean thimble_exif_is_whole (const guint8 *tiff, gsize n_bytes);
GBytes *thimble_exif_rewrite (GBytes *tiff, guint32 width_px, guint32 height_px);

G_END_DECLS
