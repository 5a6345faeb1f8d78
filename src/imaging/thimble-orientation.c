/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the pixels as stored to the picture upright. The eight values are EXIF 2.3's (tag 0x0112):
 * 1 upright, 2 mirrored, 3 turned by 180°, 4 upside down and mirrored, 5 transposed, 6 to be turned
 * by 90° clockwise, 7 transposed the other way, 8 to be turned by 90° counter-clockwise. */

#include "thimble-orientation.h"

#include "thimble-imaging-private.h"

/* An upright pixel (x, y) is stored at (x, y), or at (y, x) where sides are swapped; then counted
 * from the far edge along an axis that is flipped. */
typedef struct
{
  gboolean swap;
  gboolean flip_x;
  gboolean flip_y;
} Turn;

static Turn
get_turn (int orientation)
{
  static const Turn turns[] = {
    { 0, 0, 0 }, { 0, 1, 0 }, { 0, 1, 1 }, { 0, 0, 1 },
    { 1, 0, 0 }, { 1, 0, 1 }, { 1, 1, 1 }, { 1, 1, 0 },
  };

  return orientation >= 1 && orientation <= 8 ? turns[orientation - 1] : turns[0];
}

/**
 * thimble_orientation_swaps_sides:
 * @orientation: 1 to 8; anything else is as 1
 *
 * Returns: whether the upright picture is as wide as the stored one is high
 */
gboolean
thimble_orientation_swaps_sides (int orientation)
{
  return get_turn (orientation).swap;
}

/**
 * thimble_orientation_map_window:
 * @stored_width: of the picture as stored, in the units of @window
 * @stored_height: likewise
 * @window: (inout): of the upright picture, then of the stored one
 */
void
thimble_orientation_map_window (int orientation,
                                double stored_width,
                                double stored_height,
                                ThimbleWindow *window)
{
  Turn turn = get_turn (orientation);

  if (turn.swap)
    *window = (ThimbleWindow) { window->y, window->x, window->height, window->width };
  if (turn.flip_x)
    window->x = stored_width - window->x - window->width;
  if (turn.flip_y)
    window->y = stored_height - window->y - window->height;
}

/* Copies @n pixels that lie @step bytes apart. With @n_channels known, the copy is a move. */
static inline __attribute__ ((always_inline)) void
copy_pixels (guint8 *out, const guint8 *in, gssize step, int n, int n_channels)
{
  for (int i = 0; i < n; i++)
    {
      memcpy (out, in, n_channels);
      out += n_channels;
      in += step;
    }
}

static void
copy_row (guint8 *out, const guint8 *in, gssize step, int n, int n_channels)
{
  switch (n_channels)
    {
    case 1:
      copy_pixels (out, in, step, n, 1);
      break;
    case 2:
      copy_pixels (out, in, step, n, 2);
      break;
    case 3:
      copy_pixels (out, in, step, n, 3);
      break;
    default:
      copy_pixels (out, in, step, n, 4);
      break;
    }
}

/**
 * thimble_orientation_apply:
 * @raster: as stored, of any layout
 * @orientation: 1 to 8; anything else is as 1
 *
 * Returns: (transfer full) (nullable): the picture upright, @raster itself where it is so already;
 *   or %NULL with @error set to %THIMBLE_IMAGE_ERROR_TOO_LARGE for want of memory
 */
ThimbleRaster *
thimble_orientation_apply (ThimbleRaster *raster, int orientation, GError **error)
{
  Turn turn = get_turn (orientation);
  int n_channels = thimble_layout_get_n_channels (raster->layout);
  gssize step_x = turn.flip_x ? -n_channels : n_channels;
  gssize step_y = turn.flip_y ? -(gssize) raster->stride : (gssize) raster->stride;
  const guint8 *first = thimble_raster_row (raster, turn.flip_y ? raster->height - 1 : 0);
  ThimbleRaster *result;

  if (!turn.swap && !turn.flip_x && !turn.flip_y)
    return thimble_raster_ref (raster);

  result = thimble_imaging_new_raster (raster->layout, turn.swap ? raster->height : raster->width,
                                       turn.swap ? raster->width : raster->height, error);
  if (result == NULL)
    return NULL;
  result->premultiplied = raster->premultiplied;

  if (turn.flip_x)
    first += (gssize) (raster->width - 1) * n_channels;
  for (int y = 0; y < result->height; y++)
    copy_row (thimble_raster_row (result, y), first + y * (turn.swap ? step_x : step_y),
              turn.swap ? step_y : step_x, result->width, n_channels);
  return result;
}
