/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Alpha and backgrounds: premultiply before resampling and back after it, put a picture on a
 * colour where the format knows no alpha, pad it to the box of `contain`. */

#include "thimble-compose.h"

#include "thimble-convert.h"
#include "thimble-imaging-private.h"
#include "thimble-premultiply.h"

/**
 * thimble_compose_is_opaque:
 *
 * Returns: whether no pixel of @raster is transparent
 */
gboolean
thimble_compose_is_opaque (const ThimbleRaster *raster)
{
  int n_channels = thimble_layout_get_n_channels (raster->layout);

  if (!thimble_layout_has_alpha (raster->layout))
    return TRUE;
  for (int y = 0; y < raster->height; y++)
    {
      const guint8 *alpha = thimble_raster_row (raster, y) + n_channels - 1;
      guint8 all = 255;

      for (int x = 0; x < raster->width; x++)
        all &= alpha[x * n_channels];
      if (all != 255)
        return FALSE;
    }
  return TRUE;
}

/* The raster itself where nobody else has it, so that it may be changed in place, else a copy. */
static ThimbleRaster *
get_writable (ThimbleRaster *raster, GError **error)
{
  ThimbleRaster *copy;

  if (g_ref_count_compare (&raster->ref_count, 1))
    return thimble_raster_ref (raster);

  copy = thimble_imaging_new_raster (raster->layout, raster->width, raster->height, error);
  if (copy == NULL)
    return NULL;
  memcpy (copy->pixels, raster->pixels, raster->stride * raster->height);
  copy->premultiplied = raster->premultiplied;
  return copy;
}

/**
 * thimble_compose_premultiply:
 *
 * Multiplies colour by alpha.
 *
 * Returns: (transfer full) (nullable): the result: @raster itself, changed in place, where the
 *   caller's is its only reference or there is nothing to do; or %NULL with @error set for want of
 *   memory
 */
ThimbleRaster *
thimble_compose_premultiply (ThimbleRaster *raster, GError **error)
{
  ThimbleRaster *result;

  if (raster->premultiplied || !thimble_layout_has_alpha (raster->layout))
    return thimble_raster_ref (raster);

  result = get_writable (raster, error);
  if (result == NULL)
    return NULL;
  for (int y = 0; y < result->height; y++)
    thimble_premultiply_row (thimble_raster_row (result, y), result->width, result->layout);
  result->premultiplied = TRUE;
  return result;
}

static void
unpremultiply_row (guint8 *row, int n, int n_channels)
{
  for (int i = 0; i < n; i++, row += n_channels)
    {
      guint alpha = row[n_channels - 1];

      if (alpha != 0 && alpha != 255)
        for (int c = 0; c < n_channels - 1; c++)
          row[c] = MIN (255, (row[c] * 255 + alpha / 2) / alpha);
    }
}

/**
 * thimble_compose_unpremultiply:
 *
 * The inverse of [func@compose_premultiply]; what is fully transparent becomes black.
 *
 * Returns: (transfer full) (nullable): the result, as for [func@compose_premultiply]
 */
ThimbleRaster *
thimble_compose_unpremultiply (ThimbleRaster *raster, GError **error)
{
  ThimbleRaster *result;

  if (!raster->premultiplied)
    return thimble_raster_ref (raster);

  result = get_writable (raster, error);
  if (result == NULL)
    return NULL;
  for (int y = 0; y < result->height; y++)
    unpremultiply_row (thimble_raster_row (result, y), result->width,
                       thimble_layout_get_n_channels (result->layout));
  result->premultiplied = FALSE;
  return result;
}

static void
flatten_row (guint8 *out, const guint8 *in, int n, int n_colours, const guint8 *background)
{
  for (int i = 0; i < n; i++)
    {
      guint alpha = in[n_colours];

      for (int c = 0; c < n_colours; c++)
        out[c] = thimble_divide_by_255 (in[c] * alpha + background[c] * (255 - alpha));
      in += n_colours + 1;
      out += n_colours;
    }
}

static gboolean
is_gray (const guint8 *colour)
{
  return colour[0] == colour[1] && colour[1] == colour[2];
}

/**
 * thimble_compose_flatten:
 * @raster: not premultiplied
 * @background: (array fixed-size=3): R, G, B
 *
 * Puts a picture with alpha on a colour. Grey stays grey on a grey background.
 *
 * Returns: (transfer full) (nullable): a picture without alpha, @raster itself where it has none;
 *   or %NULL with @error set for want of memory
 */
ThimbleRaster *
thimble_compose_flatten (ThimbleRaster *raster, const guint8 *background, GError **error)
{
  g_autoptr(ThimbleRaster) source = NULL;
  gboolean to_gray = raster->layout == THIMBLE_LAYOUT_GRAY_ALPHA && is_gray (background);
  ThimbleRaster *result;

  if (!thimble_layout_has_alpha (raster->layout))
    return thimble_raster_ref (raster);
  g_return_val_if_fail (!raster->premultiplied, NULL);

  source = to_gray ? thimble_raster_ref (raster)
                   : thimble_convert_layout (raster, THIMBLE_LAYOUT_RGBA, error);
  if (source == NULL)
    return NULL;
  result = thimble_imaging_new_raster (to_gray ? THIMBLE_LAYOUT_GRAY : THIMBLE_LAYOUT_RGB,
                                       raster->width, raster->height, error);
  if (result == NULL)
    return NULL;
  for (int y = 0; y < raster->height; y++)
    flatten_row (thimble_raster_row (result, y), thimble_raster_row (source, y), raster->width,
                 to_gray ? 1 : 3, background);
  return result;
}

/* A layout that holds both the picture and the background. */
static ThimbleLayout
get_padded_layout (const ThimbleRaster *raster, const guint8 *background, gboolean keeps_alpha)
{
  gboolean has_alpha = thimble_layout_has_alpha (raster->layout);

  if (keeps_alpha && (has_alpha || background[3] < 255))
    return raster->layout == THIMBLE_LAYOUT_GRAY_ALPHA && is_gray (background)
             ? THIMBLE_LAYOUT_GRAY_ALPHA
             : THIMBLE_LAYOUT_RGBA;
  if (raster->layout == THIMBLE_LAYOUT_GRAY && !is_gray (background))
    return THIMBLE_LAYOUT_RGB;
  return raster->layout;
}

/* The background as a pixel of @layout. */
static void
get_background_pixel (ThimbleLayout layout,
                      const guint8 *background,
                      gboolean keeps_alpha,
                      guint8 *pixel)
{
  guint8 alpha = keeps_alpha ? background[3] : 255;

  memcpy (pixel, background, 3);
  pixel[3] = alpha;
  if (layout == THIMBLE_LAYOUT_GRAY_ALPHA)
    pixel[1] = alpha;
  else if (layout == THIMBLE_LAYOUT_YCC)
    thimble_convert_rgb_to_ycc (background, pixel);
}

static void
fill_row (guint8 *out, int n, const guint8 *pixel, int n_channels)
{
  for (int i = 0; i < n; i++)
    memcpy (out + i * n_channels, pixel, n_channels);
}

/**
 * thimble_compose_pad:
 * @raster: the drawn picture, upright, not premultiplied, not CMYK
 * @placement: the output's size and where the picture is in it
 * @background: (array fixed-size=4): R, G, B, A
 * @keeps_alpha: whether the output may be transparent; @raster has no alpha else, and the
 *   background's is taken as 255
 *
 * Puts a picture in the middle of a larger one. The background is around the picture, not under it.
 *
 * Returns: (transfer full) (nullable): the output, @raster itself where nothing is around it; or
 *   %NULL with @error set for want of memory
 */
ThimbleRaster *
thimble_compose_pad (ThimbleRaster *raster,
                     const ThimblePlacement *placement,
                     const guint8 *background,
                     gboolean keeps_alpha,
                     GError **error)
{
  ThimbleLayout layout = get_padded_layout (raster, background, keeps_alpha);
  int n_channels = thimble_layout_get_n_channels (layout);
  g_autoptr(ThimbleRaster) picture = NULL;
  ThimbleRaster *result;
  guint8 pixel[4];

  if (placement->width == raster->width && placement->height == raster->height)
    return thimble_raster_ref (raster);
  g_return_val_if_fail (keeps_alpha || !thimble_layout_has_alpha (raster->layout), NULL);
  g_return_val_if_fail (placement->draw_x + raster->width <= placement->width, NULL);
  g_return_val_if_fail (placement->draw_y + raster->height <= placement->height, NULL);

  picture = layout == raster->layout ? thimble_raster_ref (raster)
                                     : thimble_convert_layout (raster, layout, error);
  if (picture == NULL)
    return NULL;
  result = thimble_imaging_new_raster (layout, placement->width, placement->height, error);
  if (result == NULL)
    return NULL;

  get_background_pixel (layout, background, keeps_alpha, pixel);
  for (int y = 0; y < result->height; y++)
    fill_row (thimble_raster_row (result, y), result->width, pixel, n_channels);
  for (int y = 0; y < picture->height; y++)
    memcpy (thimble_raster_row (result, placement->draw_y + y) + placement->draw_x * n_channels,
            thimble_raster_row (picture, y), (gsize) picture->width * n_channels);
  return result;
}
