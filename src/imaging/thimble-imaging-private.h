/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-errors.h"
#include "thimble-raster.h"

G_BEGIN_DECLS

/* A raster of this room, or NULL with the error that a failed allocation is to people. */
static inline ThimbleRaster *
thimble_imaging_new_raster (ThimbleLayout layout, int width, int height, GError **error)
{
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);

  if (raster == NULL)
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                 "needs more memory than there is for %d×%d pixels.", width, height);
  return raster;
}

/* x / 255 rounded to nearest, exact for 0 to 65534. */
static inline guint
thimble_imaging_divide_by_255 (guint x)
{
  return (x + 128 + ((x + 128) >> 8)) >> 8;
}

G_END_DECLS
