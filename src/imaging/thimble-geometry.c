/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a picture lands in an output: pure maths over upright sizes, no pixels. The rule for sizes
 * is vipsthumbnail's: one shrink factor, the larger of the two sides', then each side divided by it
 * and rounded to the nearest pixel, halves up, at least 1. */

#include "thimble-geometry.h"

#include "thimble-errors.h"

#include <math.h>

#define MAX_SIDE 65535

/* A size that is a whole number but for the last bits of a double is that number. */
#define EPSILON 1e-6

typedef struct
{
  double width;  /* of the source, upright */
  double height; /* likewise */
  double scale;  /* output pixels for one source pixel, both ways */
} Scaled;

static double
round_side (double side)
{
  return MAX (1.0, floor (side + 0.5));
}

/* Where a gravity lies along an axis, in halves: 0 is the start, 1 the middle, 2 the end. */
static void
get_gravity_halves (ThimbleGravity gravity, int *horizontal, int *vertical)
{
  static const guint8 halves[][2] = {
    [THIMBLE_GRAVITY_CENTRE] = { 1, 1 },     [THIMBLE_GRAVITY_NORTH] = { 1, 0 },
    [THIMBLE_GRAVITY_NORTH_EAST] = { 2, 0 }, [THIMBLE_GRAVITY_EAST] = { 2, 1 },
    [THIMBLE_GRAVITY_SOUTH_EAST] = { 2, 2 }, [THIMBLE_GRAVITY_SOUTH] = { 1, 2 },
    [THIMBLE_GRAVITY_SOUTH_WEST] = { 0, 2 }, [THIMBLE_GRAVITY_WEST] = { 0, 1 },
    [THIMBLE_GRAVITY_NORTH_WEST] = { 0, 0 }, [THIMBLE_GRAVITY_ATTENTION] = { 1, 1 },
  };

  g_assert ((guint) gravity < G_N_ELEMENTS (halves));
  *horizontal = halves[gravity][0];
  *vertical = halves[gravity][1];
}

static gboolean
check_sides (double width, double height, GError **error)
{
  if (width <= MAX_SIDE && height <= MAX_SIDE)
    return TRUE;
  g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
               "would become %.0f×%.0f pixels; a side of an output has at most %d. "
               "Choose a smaller size.",
               width, height, MAX_SIDE);
  return FALSE;
}

static gboolean
place_inside (const Scaled *scaled, ThimblePlacement *placement, GError **error)
{
  double width = round_side (scaled->width * scaled->scale);
  double height = round_side (scaled->height * scaled->scale);

  if (!check_sides (width, height, error))
    return FALSE;
  placement->width = placement->draw_width = width;
  placement->height = placement->draw_height = height;
  return TRUE;
}

static gboolean
place_cover (const Scaled *scaled,
             const ThimbleRenditionRecipe *rendition,
             ThimblePlacement *placement,
             GError **error)
{
  double width = MIN (rendition->width, round_side (scaled->width * scaled->scale));
  double height = MIN (rendition->height, round_side (scaled->height * scaled->scale));
  int horizontal, vertical;

  if (!check_sides (width, height, error))
    return FALSE;
  placement->width = placement->draw_width = width;
  placement->height = placement->draw_height = height;
  placement->crop_width = MIN (scaled->width, width / scaled->scale);
  placement->crop_height = MIN (scaled->height, height / scaled->scale);
  get_gravity_halves (rendition->gravity, &horizontal, &vertical);
  placement->crop_x = (scaled->width - placement->crop_width) * horizontal / 2;
  placement->crop_y = (scaled->height - placement->crop_height) * vertical / 2;
  return TRUE;
}

static gboolean
place_contain (const Scaled *scaled,
               const ThimbleRenditionRecipe *rendition,
               ThimblePlacement *placement,
               GError **error)
{
  int horizontal, vertical;

  if (!place_inside (scaled, placement, error)
      || !check_sides (rendition->width, rendition->height, error))
    return FALSE;
  placement->width = rendition->width;
  placement->height = rendition->height;
  get_gravity_halves (rendition->gravity, &horizontal, &vertical);
  placement->draw_x = (placement->width - placement->draw_width) * horizontal / 2;
  placement->draw_y = (placement->height - placement->draw_height) * vertical / 2;
  return TRUE;
}

static gboolean
place_fill (guint32 source_width,
            guint32 source_height,
            gboolean may_enlarge,
            const ThimbleRenditionRecipe *rendition,
            ThimblePlacement *placement,
            GError **error)
{
  guint32 width = may_enlarge ? rendition->width : MIN (rendition->width, source_width);
  guint32 height = may_enlarge ? rendition->height : MIN (rendition->height, source_height);

  if (!check_sides (width, height, error))
    return FALSE;
  placement->width = placement->draw_width = width;
  placement->height = placement->draw_height = height;
  return TRUE;
}

static double
get_scale (guint32 source_width,
           guint32 source_height,
           gboolean covers,
           gboolean may_enlarge,
           const ThimbleRenditionRecipe *rendition)
{
  double shrink_x = rendition->width > 0 ? (double) source_width / rendition->width : 0;
  double shrink_y = rendition->height > 0 ? (double) source_height / rendition->height : 0;
  double shrink = covers ? MIN (shrink_x, shrink_y) : MAX (shrink_x, shrink_y);

  if (rendition->percent > 0)
    shrink = 10000.0 / rendition->percent;
  if (!may_enlarge)
    shrink = MAX (1.0, shrink);
  return 1 / shrink;
}

/**
 * thimble_geometry_place:
 * @source_width: upright, pixels, at least 1
 * @source_height: likewise
 * @is_scalable: a vector image, whose nominal size may be scaled up to the box in any case
 * @rendition: a checked recipe
 * @placement: (out caller-allocates): where the source lands
 *
 * Sizes follow vipsthumbnail: shrink = max (w / W, h / H), out = max (1, round (w / shrink)). The
 * fits cover, contain and fill need both sides of the box; with one side free, or in percent, they
 * are as inside. Gravity says what cover keeps and where contain puts the picture; attention
 * counts as the centre here, as it needs pixels. Nothing is enlarged unless asked: cover then crops
 * to what there is, contain draws the picture at its own size, and fill stretches no side.
 *
 * Returns: whether it could be placed; if not, @error is %THIMBLE_IMAGE_ERROR_TOO_LARGE
 */
gboolean
thimble_geometry_place (guint32 source_width,
                        guint32 source_height,
                        gboolean is_scalable,
                        const ThimbleRenditionRecipe *rendition,
                        ThimblePlacement *placement,
                        GError **error)
{
  gboolean has_box = rendition->width > 0 && rendition->height > 0 && rendition->percent == 0;
  ThimbleFit fit = has_box ? rendition->fit : THIMBLE_FIT_INSIDE;
  gboolean may_enlarge = rendition->enlarge || is_scalable;
  Scaled scaled = { source_width, source_height, 1 };

  g_return_val_if_fail (source_width > 0 && source_height > 0, FALSE);
  g_return_val_if_fail (rendition->width > 0 || rendition->height > 0 || rendition->percent > 0,
                        FALSE);

  *placement = (ThimblePlacement) { .crop_width = source_width, .crop_height = source_height };
  scaled.scale
    = get_scale (source_width, source_height, fit == THIMBLE_FIT_COVER, may_enlarge, rendition);

  switch (fit)
    {
    case THIMBLE_FIT_COVER:
      return place_cover (&scaled, rendition, placement, error);
    case THIMBLE_FIT_CONTAIN:
      return place_contain (&scaled, rendition, placement, error);
    case THIMBLE_FIT_FILL:
      return place_fill (source_width, source_height, may_enlarge, rendition, placement, error);
    case THIMBLE_FIT_INSIDE:
    default:
      return place_inside (&scaled, placement, error);
    }
}

static guint32
get_whole_side (guint32 source, double crop, int drawn, int factor)
{
  return CLAMP (ceil (source * (drawn / crop) * factor - EPSILON), 1.0, G_MAXUINT32);
}

/**
 * thimble_geometry_get_decode_size:
 * @placement: of one output
 * @source_width: upright, pixels
 * @source_height: likewise
 * @scaling: at least the drawn size, or at least twice
 * @min_width: (out): how wide the whole picture is wanted, upright, pixels
 * @min_height: (out): likewise
 *
 * The size at which the whole source has its crop at the size it is drawn. It may be more than the
 * source has: who asks a decoder bounds it by the source's own size, unless that is scalable.
 */
void
thimble_geometry_get_decode_size (const ThimblePlacement *placement,
                                  guint32 source_width,
                                  guint32 source_height,
                                  ThimbleScaling scaling,
                                  guint32 *min_width,
                                  guint32 *min_height)
{
  int factor = scaling == THIMBLE_SCALING_FINE ? 2 : 1;

  *min_width
    = get_whole_side (source_width, placement->crop_width, placement->draw_width, factor);
  *min_height
    = get_whole_side (source_height, placement->crop_height, placement->draw_height, factor);
}
