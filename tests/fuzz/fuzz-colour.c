/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ICC profiles, on a small picture of a layout that they may be for. */

#include "fuzz.h"

#include "thimble-colour.h"

#include <string.h>

/* Gray pixels where the profile is for no layout at all. */
static ThimbleLayout
choose_layout (GBytes *icc)
{
  guint n = THIMBLE_LAYOUT_CMYK + 1;
  guint first = g_bytes_get_size (icc) % n;

  for (guint i = 0; i < n; i++)
    if (thimble_colour_profile_fits (icc, (first + i) % n))
      return (first + i) % n;
  return THIMBLE_LAYOUT_GRAY;
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GBytes) icc = g_bytes_new (bytes, n_bytes);
  g_autoptr (ThimbleRaster) raster = thimble_raster_new (choose_layout (icc), 7, 2);
  g_autoptr (ThimbleRaster) converted = NULL;
  g_autoptr (GError) error = NULL;

  for (int y = 0; y < raster->height; y++)
    memset (thimble_raster_row (raster, y), 60 + 90 * y, raster->stride);
  converted = thimble_colour_to_srgb (raster, icc, &error);
  g_assert_true ((converted == NULL) == (error != NULL));
  return 0;
}
