/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures as a JPEG has them: Y, and Cb and Cr that are often half as large. Each is resampled by
 * itself to what the output needs of it, so that colour is not made large to become small again. */

#include "thimble-planes.h"

#include "thimble-imaging-private.h"

/* A plane shows the same part of the picture with as many samples as @whole, or half as many. */
static ThimbleRaster *
resample_plane (ThimbleRaster *plane,
                const ThimbleRaster *whole,
                const ThimbleWindow *window,
                double softness,
                int width,
                int height,
                GError **error)
{
  double scale_x = plane->width < whole->width ? 0.5 : 1;
  double scale_y = plane->height < whole->height ? 0.5 : 1;
  ThimbleWindow part = { window->x * scale_x, window->y * scale_y, window->width * scale_x,
                         window->height * scale_y };

  return thimble_resample (plane, &part, softness, width, height, error);
}

/**
 * thimble_planes_resample:
 * @source: of %THIMBLE_LAYOUT_YCC_PLANES
 * @window: see [func@resample]; in pixels of Y
 * @softness: see [func@resample]
 * @width: of the result's Y, pixels, at least 1
 * @height: likewise
 * @halve_colour: whether the result's Cb and Cr shall be half as large, rounded up, instead of as
 *   large as Y
 *
 * Draws a part of a picture at another size, plane by plane.
 *
 * Returns: (transfer full) (nullable): the result, in planes; or %NULL with @error set to
 *   %THIMBLE_IMAGE_ERROR_TOO_LARGE for want of memory
 */
ThimbleRaster *
thimble_planes_resample (ThimbleRaster *source,
                         const ThimbleWindow *window,
                         double softness,
                         int width,
                         int height,
                         gboolean halve_colour,
                         GError **error)
{
  g_autoptr(ThimbleRaster) y = NULL;
  g_autoptr(ThimbleRaster) cb = NULL;
  g_autoptr(ThimbleRaster) cr = NULL;
  ThimbleWindow part = *window;
  int colour_width = width, colour_height = height;

  g_return_val_if_fail (source->layout == THIMBLE_LAYOUT_YCC_PLANES, NULL);

  if (halve_colour)
    {
      /* Of an odd number, the last sample of colour is half outside. */
      part.width *= (double) (width + width % 2) / width;
      part.height *= (double) (height + height % 2) / height;
      colour_width = (width + 1) / 2;
      colour_height = (height + 1) / 2;
    }
  y = resample_plane (source->planes[0], source, window, softness, width, height, error);
  if (y == NULL)
    return NULL;
  cb = resample_plane (source->planes[1], source, &part, softness, colour_width, colour_height,
                       error);
  if (cb == NULL)
    return NULL;
  cr = resample_plane (source->planes[2], source, &part, softness, colour_width, colour_height,
                       error);
  if (cr == NULL)
    return NULL;
  return thimble_raster_new_planes (g_steal_pointer (&y), g_steal_pointer (&cb),
                                    g_steal_pointer (&cr));
}

/**
 * thimble_planes_weave:
 * @source: of %THIMBLE_LAYOUT_YCC_PLANES, all of one size
 *
 * Returns: (transfer full) (nullable): the same picture in %THIMBLE_LAYOUT_YCC; or %NULL with @error
 *   set to %THIMBLE_IMAGE_ERROR_TOO_LARGE for want of memory
 */
ThimbleRaster *
thimble_planes_weave (const ThimbleRaster *source, GError **error)
{
  ThimbleRaster *result
    = thimble_imaging_new_raster (THIMBLE_LAYOUT_YCC, source->width, source->height, error);

  if (result == NULL)
    return NULL;
  for (int y = 0; y < result->height; y++)
    {
      guint8 *out = thimble_raster_row (result, y);
      const guint8 *rows[3];

      for (guint i = 0; i < 3; i++)
        rows[i] = thimble_raster_row (source->planes[i], y);
      for (int x = 0; x < result->width; x++, out += 3)
        for (guint i = 0; i < 3; i++)
          out[i] = rows[i][x];
    }
  return result;
}
