/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What draws the eye: detail, skin, and colours unlike the rest of the picture's (Achanta et al.,
 * Frequency-tuned Salient Region Detection, 2009). Each pixel of a small copy of the picture gets a
 * score, and the window goes where it holds the most, what is near its middle counting double.
 * Nothing here is learnt, random or measured in time: the same picture gives the same window. */

#include "thimble-attention.h"

#include "thimble-convert.h"
#include "thimble-planes.h"

#include <math.h>

#define MAX_SIDE 64

#define DETAIL_WEIGHT 4
#define COLOUR_WEIGHT 3
#define SKIN_WEIGHT 2

typedef struct
{
  int width;
  int height;
  guint16 scores[MAX_SIDE * MAX_SIDE];
} Map;

static int
get_luma (const ThimbleRaster *rgb, int x, int y)
{
  const guint8 *pixel = thimble_raster_row (rgb, CLAMP (y, 0, rgb->height - 1))
                        + 3 * CLAMP (x, 0, rgb->width - 1);

  return (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;
}

/* How near the colour's direction is to that of skin, whatever its brightness (the constant is the
 * mean of smartcrop.js): 0 to 255, nothing for very dark pixels. */
static int
get_skin (const guint8 *pixel)
{
  static const double skin[] = { 0.78, 0.57, 0.44 };
  double length = sqrt (pixel[0] * pixel[0] + pixel[1] * pixel[1] + pixel[2] * pixel[2]);
  double distance = 0;

  if (length < 80)
    return 0;
  for (int c = 0; c < 3; c++)
    distance += (pixel[c] / length - skin[c]) * (pixel[c] / length - skin[c]);
  return MAX (0, 255 * (1 - sqrt (distance) * 5));
}

/* How far the colour is from the picture's mean, of which small differences are mere texture. */
static int
get_contrast (const guint8 *pixel, const int *mean)
{
  int sum = 0;

  for (int c = 0; c < 3; c++)
    sum += (pixel[c] - mean[c]) * (pixel[c] - mean[c]);
  return sqrt (sum) * 255 / (255 * sqrt (3));
}

static int
get_score (const ThimbleRaster *rgb, const int *mean, int x, int y)
{
  const guint8 *pixel = thimble_raster_row (rgb, y) + 3 * x;
  int detail = ABS (4 * get_luma (rgb, x, y) - get_luma (rgb, x - 1, y) - get_luma (rgb, x + 1, y)
                    - get_luma (rgb, x, y - 1) - get_luma (rgb, x, y + 1));
  int contrast = get_contrast (pixel, mean);

  return DETAIL_WEIGHT * MIN (detail, 255) + COLOUR_WEIGHT * contrast * contrast / 64
         + SKIN_WEIGHT * get_skin (pixel);
}

static void
get_mean (const ThimbleRaster *rgb, int *mean)
{
  for (int c = 0; c < 3; c++)
    {
      int sum = 0;

      for (int y = 0; y < rgb->height; y++)
        for (int x = 0; x < rgb->width; x++)
          sum += thimble_raster_row (rgb, y)[3 * x + c];
      mean[c] = sum / (rgb->width * rgb->height);
    }
}

static void
fill_map (Map *map, const ThimbleRaster *rgb)
{
  int mean[3];

  get_mean (rgb, mean);
  map->width = rgb->width;
  map->height = rgb->height;
  for (int y = 0; y < map->height; y++)
    for (int x = 0; x < map->width; x++)
      map->scores[y * map->width + x] = get_score (rgb, mean, x, y);
}

/* 1 at the edge of a window, 2 in its middle; in 64ths. */
static int
get_weight (int index, int length)
{
  return 128 - ABS (2 * index + 1 - length) * 64 / length;
}

static guint64
add_up_window (const Map *map, int left, int top, int width, int height)
{
  guint64 sum = 0;

  for (int y = 0; y < height; y++)
    {
      const guint16 *row = map->scores + (top + y) * map->width + left;
      guint32 row_sum = 0;

      for (int x = 0; x < width; x++)
        row_sum += (guint32) row[x] * get_weight (x, width);
      sum += (guint64) row_sum * get_weight (y, height);
    }
  return sum;
}

/* The best place; of several as good, the one nearest to the middle. */
static void
find_best (const Map *map, int width, int height, int *best_left, int *best_top)
{
  guint64 best = 0;
  int best_distance = G_MAXINT;

  for (int top = 0; top <= map->height - height; top++)
    for (int left = 0; left <= map->width - width; left++)
      {
        guint64 sum = add_up_window (map, left, top, width, height);
        int distance
          = ABS (2 * left - (map->width - width)) + ABS (2 * top - (map->height - height));

        if (sum > best || (sum == best && distance < best_distance))
          {
            best = sum;
            best_distance = distance;
            *best_left = left;
            *best_top = top;
          }
      }
}

static ThimbleRaster *
make_small (ThimbleRaster *picture, GError **error)
{
  ThimbleWindow all = { 0, 0, picture->width, picture->height };
  double shrink = MAX (1.0, (double) MAX (picture->width, picture->height) / MAX_SIDE);
  g_autoptr(ThimbleRaster) small
    = thimble_planes_resample (picture, &all, 0, MAX (1, (int) (picture->width / shrink)),
                               MAX (1, (int) (picture->height / shrink)), FALSE, error);

  return small != NULL ? thimble_convert_layout (small, THIMBLE_LAYOUT_RGB, error) : NULL;
}

/**
 * thimble_attention_move_window:
 * @picture: of any layout; alpha must be premultiplied
 * @window: (inout): how large a part is kept; its place is set
 *
 * Moves a window over what draws the eye. Along an axis where the window is as long as the picture
 * it stays where it is.
 *
 * Returns: whether there was memory for it; if not, @error is %THIMBLE_IMAGE_ERROR_TOO_LARGE
 */
gboolean
thimble_attention_move_window (ThimbleRaster *picture, ThimbleWindow *window, GError **error)
{
  g_autoptr(ThimbleRaster) small = make_small (picture, error);
  double scale_x, scale_y;
  int width, height;
  int left = 0, top = 0;
  Map map;

  if (small == NULL)
    return FALSE;
  fill_map (&map, small);

  scale_x = (double) picture->width / small->width;
  scale_y = (double) picture->height / small->height;
  width = CLAMP (rint (window->width / scale_x), 1, map.width);
  height = CLAMP (rint (window->height / scale_y), 1, map.height);
  find_best (&map, width, height, &left, &top);

  if (width < map.width)
    window->x = CLAMP (left * scale_x, 0, picture->width - window->width);
  if (height < map.height)
    window->y = CLAMP (top * scale_y, 0, picture->height - window->height);
  return TRUE;
}
