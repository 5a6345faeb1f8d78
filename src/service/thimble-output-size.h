/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-types.h"

G_BEGIN_DECLS

gboolean thimble_output_size_read (const guint8 *bytes,
                                   gsize n_bytes,
                                   ThimbleFormat *format,
                                   guint32 *width_px,
                                   guint32 *height_px);

G_END_DECLS
