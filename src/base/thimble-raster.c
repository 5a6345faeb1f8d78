/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pixels in memory: what a decoder fills, the resampler reads and an encoder takes. */

#include "thimble-raster.h"

#include <stdlib.h>

int
thimble_layout_get_n_channels (ThimbleLayout layout)
{
  static const int n_channels[] = {
    [THIMBLE_LAYOUT_GRAY] = 1, [THIMBLE_LAYOUT_GRAY_ALPHA] = 2, [THIMBLE_LAYOUT_RGB] = 3,
    [THIMBLE_LAYOUT_RGBA] = 4, [THIMBLE_LAYOUT_YCC] = 3,        [THIMBLE_LAYOUT_CMYK] = 4,
    [THIMBLE_LAYOUT_YCC_PLANES] = 1,
  };

  return n_channels[layout];
}

gboolean
thimble_layout_has_alpha (ThimbleLayout layout)
{
  return layout == THIMBLE_LAYOUT_GRAY_ALPHA || layout == THIMBLE_LAYOUT_RGBA;
}

/**
 * thimble_raster_new:
 * @width: 1 to 2^24 pixels
 * @height: 1 to 2^24 pixels
 *
 * Allocates a raster whose pixels are not set. Rows start on 64 byte boundaries of a block that is
 * padded with 64 bytes, so that vector code may read past the end of the last row.
 *
 * Returns: (transfer full) (nullable): the raster, or %NULL where there is no memory for it
 */
ThimbleRaster *
thimble_raster_new (ThimbleLayout layout, int width, int height)
{
  ThimbleRaster *self;
  gsize stride;
  void *pixels;

  g_return_val_if_fail (width > 0 && width <= 1 << 24, NULL);
  g_return_val_if_fail (height > 0 && height <= 1 << 24, NULL);

  stride = ((gsize) width * thimble_layout_get_n_channels (layout) + 63) & ~(gsize) 63;
  if (stride > (G_MAXSIZE - 64) / (gsize) height /* with 32 bits */
      || posix_memalign (&pixels, 64, stride * height + 64) != 0)
    return NULL;

  self = g_new0 (ThimbleRaster, 1);
  self->pixels = pixels;
  self->stride = stride;
  self->width = width;
  self->height = height;
  self->layout = layout;
  g_ref_count_init (&self->ref_count);
  return self;
}

ThimbleRaster *
thimble_raster_ref (ThimbleRaster *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
thimble_raster_unref (ThimbleRaster *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->chroma[0], thimble_raster_unref);
  g_clear_pointer (&self->chroma[1], thimble_raster_unref);
  free (self->pixels);
  g_free (self);
}
