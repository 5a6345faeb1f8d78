/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-errors.h"
#include "thimble-raster.h"

G_BEGIN_DECLS

static inline void
thimble_imaging_set_no_memory (int width, int height, GError **error)
{
  g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
               "needs more memory than there is for %d×%d pixels.", width, height);
}

/* A raster of this room, or NULL with the error that a failed allocation is to people. */
static inline ThimbleRaster *
thimble_imaging_new_raster (ThimbleLayout layout, int width, int height, GError **error)
{
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);

  if (raster == NULL)
    thimble_imaging_set_no_memory (width, height, error);
  return raster;
}

G_END_DECLS
