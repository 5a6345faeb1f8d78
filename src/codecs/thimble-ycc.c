/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Y, Cb, Cr to RGB, for the formats that do not store them, with the numbers of JFIF 1.02. */

#include "thimble-ycc.h"

#define SHIFT 16
#define FIXED(x) ((int) ((x) * (1 << SHIFT) + 0.5))

static inline guint8
clamp_8 (int value)
{
  return (guint8) CLAMP (value, 0, 255);
}

/**
 * thimble_ycc_row_to_rgb:
 * @ycc: (array): @width pixels
 * @rgb: (array): takes @width pixels
 *
 * Converts a row of full range BT.601 pixels, rounded to nearest. Any thread.
 */
void
thimble_ycc_row_to_rgb (const guint8 *ycc, guint8 *rgb, int width)
{
  const int half = 1 << (SHIFT - 1);

  for (int x = 0; x < width; x++, ycc += 3, rgb += 3)
    {
      int y = (ycc[0] << SHIFT) + half;
      int cb = ycc[1] - 128;
      int cr = ycc[2] - 128;

      rgb[0] = clamp_8 ((y + FIXED (1.402) * cr) >> SHIFT);
      rgb[1] = clamp_8 ((y - FIXED (0.344136286) * cb - FIXED (0.714136286) * cr) >> SHIFT);
      rgb[2] = clamp_8 ((y + FIXED (1.772) * cb) >> SHIFT);
    }
}
