/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One output of a decoded picture: resample, then everything else on the small result: colour,
 * orientation, background, padding, encoding. JPEG pixels stay YCC from decoder to encoder where no
 * profile and no other format needs them as RGB. */

#include "thimble-render.h"

#include "thimble-attention.h"
#include "thimble-colour.h"
#include "thimble-compose.h"
#include "thimble-convert.h"
#include "thimble-exif.h"
#include "thimble-orientation.h"
#include "thimble-planes.h"
#include "thimble-xmp.h"

/* A step from one raster to the next. Takes @next; says whether there is one. */
static gboolean
advance (ThimbleRaster **raster, ThimbleRaster *next)
{
  if (next == NULL)
    return FALSE;
  thimble_raster_unref (*raster);
  *raster = next;
  return TRUE;
}

static gboolean
has_alpha (ThimbleFormat format)
{
  return format != THIMBLE_FORMAT_JPEG;
}

/* Decoded pixels for a source pixel. A scaled JPEG has ⌈side / n⌉ pixels of which the last may be
 * covered only in part; the scale itself is exactly 1 / n (ITU-T T.81, the DCT's block). The codec
 * takes no other n than these: of a picture of a few pixels other ones fit its size as well. */
static void
get_decoded_scale (const ThimblePicture *picture, double *scale_x, double *scale_y)
{
  guint64 width = picture->info.width, height = picture->info.height;
  guint64 decoded_width = picture->raster->width, decoded_height = picture->raster->height;

  *scale_x = (double) decoded_width / width;
  *scale_y = (double) decoded_height / height;
  if (picture->raster->shrunk_by > 0)
    *scale_x = *scale_y = 1.0 / picture->raster->shrunk_by;
  if (picture->info.format != THIMBLE_FORMAT_JPEG)
    return;
  for (guint n = 8; n >= 1; n /= 2)
    if ((width + n - 1) / n == decoded_width && (height + n - 1) / n == decoded_height)
      {
        *scale_x = *scale_y = 1.0 / n;
        return;
      }
}

/* Of a source that Thimble does not write: PNG where pixels are transparent, else JPEG. */
static ThimbleFormat
get_format (const ThimblePicture *picture, ThimbleFormat wanted)
{
  if (wanted != THIMBLE_FORMAT_SAME)
    return wanted;
  if (picture->info.format != THIMBLE_FORMAT_OTHER)
    return picture->info.format;
  return picture->is_opaque ? THIMBLE_FORMAT_JPEG : THIMBLE_FORMAT_PNG;
}

/**
 * thimble_render_prepare:
 * @picture: decoded
 * @rendition: with its recipe and placement; the rest is set
 */
void
thimble_render_prepare (const ThimblePicture *picture, ThimbleRendition *rendition)
{
  const ThimblePlacement *placement = &rendition->placement;
  ThimbleWindow *window = &rendition->window;
  gboolean swap = thimble_orientation_swaps_sides (picture->info.orientation);
  double scale_x, scale_y;

  rendition->format = get_format (picture, rendition->recipe->format);
  rendition->draw_width = swap ? placement->draw_height : placement->draw_width;
  rendition->draw_height = swap ? placement->draw_width : placement->draw_height;

  *window = (ThimbleWindow) { placement->crop_x, placement->crop_y, placement->crop_width,
                              placement->crop_height };
  thimble_orientation_map_window (picture->info.orientation, picture->info.width,
                                  picture->info.height, window);
  get_decoded_scale (picture, &scale_x, &scale_y);
  window->x *= scale_x;
  window->y *= scale_y;
  window->width *= scale_x;
  window->height *= scale_y;
}

static gboolean
needs_attention (const ThimbleRendition *rendition)
{
  return rendition->recipe->gravity == THIMBLE_GRAVITY_ATTENTION
         && rendition->recipe->fit == THIMBLE_FIT_COVER;
}

/**
 * thimble_render_is_exact:
 *
 * Returns: whether the output's pixels are the decoded ones, so that alpha needs no premultiplying
 */
gboolean
thimble_render_is_exact (const ThimblePicture *picture, const ThimbleRendition *rendition)
{
  return !needs_attention (rendition)
         && thimble_resample_is_identity (picture->raster, &rendition->window,
                                          rendition->draw_width, rendition->draw_height);
}

/* Whether the output keeps the source's colours and profile instead of becoming sRGB; a background
 * is then of those colours too. WebP has no grey, so a grey profile would not be its pixels'. */
static gboolean
keeps_profile (const ThimblePicture *picture, const ThimbleRendition *rendition)
{
  ThimbleLayout layout = picture->raster->layout;
  gboolean is_gray = layout == THIMBLE_LAYOUT_GRAY || layout == THIMBLE_LAYOUT_GRAY_ALPHA;

  return rendition->recipe->metadata == THIMBLE_METADATA_KEEP
         && rendition->format != THIMBLE_FORMAT_PIXELS
         && !(rendition->format == THIMBLE_FORMAT_WEBP && is_gray)
         && layout != THIMBLE_LAYOUT_CMYK
         && thimble_colour_profile_fits (picture->info.icc, layout);
}

/* A decoder that scales down gives means of pixels, or what is much the same: of a JPEG's eight by
 * eight pixels it keeps the mean. A vector image is drawn at its size. */
static double
get_softness (const ThimblePicture *picture)
{
  double factor = (double) picture->info.width / picture->raster->width;

  if (picture->raster->shrunk_by > 0)
    factor = picture->raster->shrunk_by;
  return picture->info.is_scalable || factor <= 1 ? 0 : thimble_resample_get_softness (factor);
}

/* Whether planes go from the decoder to the encoder: nothing but drawing is to be done to them. */
static gboolean
keeps_planes (const ThimblePicture *picture, const ThimbleRendition *rendition)
{
  const ThimblePlacement *placement = &rendition->placement;

  return rendition->format == THIMBLE_FORMAT_JPEG && picture->info.orientation <= 1
         && placement->width == placement->draw_width
         && placement->height == placement->draw_height
         && (picture->info.icc == NULL || keeps_profile (picture, rendition));
}

static ThimbleRaster *
resample (const ThimblePicture *picture, const ThimbleRendition *rendition, GError **error)
{
  ThimbleWindow window = rendition->window;

  if (needs_attention (rendition)
      && !thimble_attention_move_window (picture->raster, &window, error))
    return NULL;
  return thimble_planes_resample (picture->raster, &window, get_softness (picture),
                                  rendition->draw_width, rendition->draw_height,
                                  keeps_planes (picture, rendition), error);
}

/* Pixels for the screen; encoders take every layout that is left by now. */
static gboolean
make_pixels (ThimbleRaster **raster, GError **error)
{
  return advance (raster, thimble_convert_layout (*raster, THIMBLE_LAYOUT_RGBA, error))
         && advance (raster, thimble_compose_premultiply (*raster, error));
}

/**
 * thimble_render_draw:
 * @picture: decoded; alpha premultiplied unless [func@render_is_exact]
 * @rendition: prepared
 *
 * Returns: (transfer full) (nullable): the output's pixels, upright and in a layout that its format
 *   takes; or %NULL with @error set to %THIMBLE_IMAGE_ERROR_TOO_LARGE for want of memory
 */
ThimbleRaster *
thimble_render_draw (const ThimblePicture *picture,
                     const ThimbleRendition *rendition,
                     GError **error)
{
  const guint8 *background = rendition->recipe->background;
  gboolean is_flat = picture->is_opaque || !has_alpha (rendition->format);
  g_autoptr(ThimbleRaster) raster = resample (picture, rendition, error);

  if (raster == NULL || !advance (&raster, thimble_compose_unpremultiply (raster, error)))
    return NULL;
  if (!keeps_profile (picture, rendition)
      && !advance (&raster, thimble_colour_to_srgb (raster, picture->info.icc, error)))
    return NULL;
  if (!advance (&raster,
                thimble_orientation_apply (raster, picture->info.orientation, error)))
    return NULL;
  if (is_flat && !advance (&raster, thimble_compose_flatten (raster, background, error)))
    return NULL;
  if (!advance (&raster, thimble_compose_pad (raster, &rendition->placement, background,
                                              has_alpha (rendition->format), error)))
    return NULL;
  if (rendition->format == THIMBLE_FORMAT_PIXELS && !make_pixels (&raster, error))
    return NULL;
  return g_steal_pointer (&raster);
}

static GBytes *
pack_pixels (const ThimbleRaster *raster)
{
  gsize row_bytes = (gsize) raster->width * 4;
  guint8 *pixels = g_malloc (row_bytes * raster->height);

  for (int y = 0; y < raster->height; y++)
    memcpy (pixels + y * row_bytes, thimble_raster_row (raster, y), row_bytes);
  return g_bytes_new_take (pixels, row_bytes * raster->height);
}

/**
 * thimble_render_encode:
 * @raster: what [func@render_draw] gave
 *
 * With metadata kept, EXIF gets orientation 1 and the output's size, XMP orientation 1 where it has
 * one, and the profile is embedded where the pixels are still in it.
 *
 * Returns: (transfer full) (nullable): the file, or the pixels; or %NULL with @error set by the
 *   codec
 */
GBytes *
thimble_render_encode (const ThimblePicture *picture,
                       const ThimbleRendition *rendition,
                       ThimbleRaster *raster,
                       GError **error)
{
  const ThimbleImageInfo *info = &picture->info;
  ThimbleEncodeOptions options = { .quality = rendition->recipe->quality };
  const ThimbleCodec *codec;
  g_autoptr(GBytes) exif = NULL;
  g_autoptr(GBytes) xmp = NULL;
  g_autoptr(GByteArray) out = NULL;

  if (rendition->format == THIMBLE_FORMAT_PIXELS)
    return pack_pixels (raster);

  codec = thimble_codec_for_format (rendition->format);
  if (codec == NULL || codec->encode == NULL)
    {
      g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED,
                   "cannot be written as %s.", thimble_format_get_name (rendition->format));
      return NULL;
    }
  if (rendition->recipe->metadata == THIMBLE_METADATA_KEEP)
    {
      if (info->exif != NULL)
        exif = thimble_exif_rewrite (info->exif, raster->width, raster->height);
      options.exif = exif;
      if (info->xmp != NULL)
        xmp = thimble_xmp_rewrite (info->xmp);
      options.xmp = xmp;
      if (keeps_profile (picture, rendition)
          && thimble_colour_profile_fits (info->icc, raster->layout))
        options.icc = info->icc;
    }
  out = g_byte_array_new ();
  if (!codec->encode (raster, &options, out, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
