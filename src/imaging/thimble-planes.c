/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resampling of pictures whose luma and chroma are apart: each plane by itself, straight to the
 * size that it will have. Chroma that is half as large as luma, and is to be so again in a JPEG,
 * costs a quarter and is not made larger in between. */

#include "thimble-planes.h"

#include "thimble-imaging-private.h"

/* How many pixels of luma one of chroma covers along an axis. */
static int
get_ratio (int luma, int chroma)
{
  return chroma < luma ? 2 : 1;
}

/* Chroma for a luma of @width × @height, or for half as much, rounded up: the last pixel is then
 * there for one of luma that may be outside the window. */
static ThimbleRaster *
resample_chroma (const ThimbleRaster *source,
                 int i,
                 const ThimbleWindow *window,
                 double softness,
                 int width,
                 int height,
                 gboolean is_half,
                 GError **error)
{
  ThimbleRaster *plane = source->chroma[i];
  int ratio_x = get_ratio (source->width, plane->width);
  int ratio_y = get_ratio (source->height, plane->height);
  int chroma_width = is_half ? (width + 1) / 2 : width;
  int chroma_height = is_half ? (height + 1) / 2 : height;
  double covered_x = is_half ? 2.0 * chroma_width / width : 1;
  double covered_y = is_half ? 2.0 * chroma_height / height : 1;
  ThimbleWindow part = { window->x / ratio_x, window->y / ratio_y,
                         window->width * covered_x / ratio_x,
                         window->height * covered_y / ratio_y };

  /* What was not shrunk with luma lacks no contrast. */
  return thimble_resample (plane, &part, ratio_x > 1 && plane->shrunk_by == 0 ? 0 : softness, chroma_width, chroma_height,
                           error);
}

static void
join_rows (const ThimbleRaster *luma, ThimbleRaster *const chroma[2], ThimbleRaster *result)
{
  for (int y = 0; y < luma->height; y++)
    {
      const guint8 *row = thimble_raster_row (luma, y);
      const guint8 *cb = thimble_raster_row (chroma[0], y);
      const guint8 *cr = thimble_raster_row (chroma[1], y);
      guint8 *out = thimble_raster_row (result, y);

      for (int x = 0; x < luma->width; x++)
        {
          out[3 * x] = row[x];
          out[3 * x + 1] = cb[x];
          out[3 * x + 2] = cr[x];
        }
    }
}

/* Luma by itself: what is there already where nothing changes. */
static ThimbleRaster *
resample_luma (ThimbleRaster *source,
               const ThimbleWindow *window,
               double softness,
               int width,
               int height,
               GError **error)
{
  g_autoptr(ThimbleRaster) luma
    = thimble_resample (source, window, softness, width, height, error);
  ThimbleWindow all = { 0, 0, width, height };

  if (luma != source)
    return g_steal_pointer (&luma);
  /* It is to get other chroma than the source has. */
  return thimble_resample_copy (source, &all, error);
}

/**
 * thimble_planes_resample:
 * @source: of any layout; see [func@resample]
 * @window: see there
 * @softness: see there
 * @width: see there
 * @height: see there
 * @keeps_planes: whether what comes as planes may be given as planes, with chroma of half the size,
 *   rounded up; if not it is given as %THIMBLE_LAYOUT_YCC
 *
 * As [func@resample], for planes as well.
 *
 * Returns: (transfer full) (nullable): the result, or %NULL with @error set to
 *   %THIMBLE_IMAGE_ERROR_TOO_LARGE for want of memory
 */
ThimbleRaster *
thimble_planes_resample (ThimbleRaster *source,
                         const ThimbleWindow *window,
                         double softness,
                         int width,
                         int height,
                         gboolean keeps_planes,
                         GError **error)
{
  g_autoptr(ThimbleRaster) luma = NULL;
  ThimbleRaster *result;

  if (source->layout != THIMBLE_LAYOUT_YCC_PLANES)
    return thimble_resample (source, window, softness, width, height, error);

  luma = resample_luma (source, window, softness, width, height, error);
  for (int i = 0; luma != NULL && i < 2; i++)
    {
      luma->chroma[i]
        = resample_chroma (source, i, window, softness, width, height, keeps_planes, error);
      if (luma->chroma[i] == NULL)
        return NULL;
    }
  if (luma == NULL || keeps_planes)
    return g_steal_pointer (&luma);

  result = thimble_imaging_new_raster (THIMBLE_LAYOUT_YCC, width, height, error);
  if (result != NULL)
    join_rows (luma, luma->chroma, result);
  return result;
}
