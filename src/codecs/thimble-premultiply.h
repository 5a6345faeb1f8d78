/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-raster.h"

G_BEGIN_DECLS

void thimble_premultiply_row (guint8 *row, gsize n_pixels, ThimbleLayout layout);
void thimble_premultiply_row_portable (guint8 *row, gsize n_pixels, ThimbleLayout layout);

/* x / 255 rounded to nearest, exact for 0 to 65534. */
static inline guint
thimble_divide_by_255 (guint x)
{
  return (x + 128 + ((x + 128) >> 8)) >> 8;
}

G_END_DECLS
