/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleLayout:
 * @THIMBLE_LAYOUT_GRAY: one channel
 * @THIMBLE_LAYOUT_GRAY_ALPHA: grey, alpha
 * @THIMBLE_LAYOUT_RGB: red, green, blue
 * @THIMBLE_LAYOUT_RGBA: red, green, blue, alpha
 * @THIMBLE_LAYOUT_YCC: Y, Cb, Cr, full range, BT.601 as in JFIF 1.02
 * @THIMBLE_LAYOUT_YCC_PLANES: the same, but pixels hold Y alone; Cb and Cr are rasters of their own
 * @THIMBLE_LAYOUT_CMYK: inks, 0 is no ink
 *
 * The channels of a pixel, in memory order, eight bits each.
 */
typedef enum
{
  THIMBLE_LAYOUT_GRAY,
  THIMBLE_LAYOUT_GRAY_ALPHA,
  THIMBLE_LAYOUT_RGB,
  THIMBLE_LAYOUT_RGBA,
  THIMBLE_LAYOUT_YCC,
  THIMBLE_LAYOUT_YCC_PLANES,
  THIMBLE_LAYOUT_CMYK,
} ThimbleLayout;

typedef struct _ThimbleRaster ThimbleRaster;

/**
 * ThimbleRaster:
 * @pixels: (array): @height rows of @stride bytes, owned
 * @stride: bytes from one row to the next, a multiple of 16, at least width × channels
 * @width: pixels, at least 1
 * @height: pixels, at least 1
 * @layout: what a pixel's bytes are
 * @premultiplied: whether colour is multiplied by alpha (only with alpha)
 * @shrunk_by: where a decoder made each pixel of a cell of so many pixels both ways, from the top
 *   left corner on, and those at the far edges perhaps of fewer: how many; 0 where nobody knows
 * @chroma: (nullable): owned; of %THIMBLE_LAYOUT_YCC_PLANES Cb and Cr, as rasters of
 *   %THIMBLE_LAYOUT_GRAY that are as wide as this one or half as wide, rounded up, and as high or
 *   half as high
 *
 * Pixels in memory. Counted by reference; written by its one owner only, immutable once shared.
 * Fields are public: this is plain data for inner loops.
 */
struct _ThimbleRaster
{
  guint8 *pixels;
  gsize stride;
  int width;
  int height;
  ThimbleLayout layout;
  gboolean premultiplied;
  int shrunk_by;
  ThimbleRaster *chroma[2];
  grefcount ref_count;
};

ThimbleRaster *thimble_raster_new (ThimbleLayout layout, int width, int height);
ThimbleRaster *thimble_raster_ref (ThimbleRaster *self);
void thimble_raster_unref (ThimbleRaster *self);
int thimble_layout_get_n_channels (ThimbleLayout layout);
gboolean thimble_layout_has_alpha (ThimbleLayout layout);

static inline guint8 *
thimble_raster_row (const ThimbleRaster *self, int y)
{
  return self->pixels + (gsize) y * self->stride;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleRaster, thimble_raster_unref)

G_END_DECLS
