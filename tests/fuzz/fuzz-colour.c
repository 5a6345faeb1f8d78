/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ICC profiles, on small pictures of every layout. */

#include "fuzz.h"

#include "thimble-colour.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GBytes) icc = g_bytes_new (bytes, n_bytes);

  for (guint i = THIMBLE_LAYOUT_GRAY; i <= THIMBLE_LAYOUT_CMYK; i++)
    {
      g_autoptr (ThimbleRaster) raster = thimble_raster_new (i, 7, 2);
      g_autoptr (ThimbleRaster) converted = NULL;
      g_autoptr (GError) error = NULL;

      for (int y = 0; y < raster->height; y++)
        memset (thimble_raster_row (raster, y), 60 + 90 * y, raster->stride);
      thimble_colour_profile_fits (icc, i);
      converted = thimble_colour_to_srgb (raster, icc, &error);
      g_assert_true ((converted == NULL) == (error != NULL));
    }
  return 0;
}
