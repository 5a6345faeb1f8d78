/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void thimble_png_filter_row (guint8 *out,
                             const guint8 *row,
                             const guint8 *above,
                             gsize n_row_bytes,
                             guint n_pixel_bytes,
                             guint8 *scratch);

G_END_DECLS
