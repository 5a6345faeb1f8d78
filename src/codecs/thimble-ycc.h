/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void thimble_ycc_row_to_rgb (const guint8 *ycc, guint8 *rgb, int width);

G_END_DECLS
