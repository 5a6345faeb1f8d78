/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changing the layout of pixels without looking at profiles: grey as RGB, YCC as RGB, an alpha
 * channel put in, ink without a profile as RGB. Row by row, in whole numbers. */

#include "thimble-convert.h"

#include "thimble-imaging-private.h"
#include "thimble-premultiply.h"
#include "thimble-ycc.h"

/* Factors of JFIF 1.02 with this many bits below the point. */
#define BITS 16
#define FIX(x) ((gint32) ((x) * (1 << BITS) + 0.5))
#define HALF (1 << (BITS - 1))

static inline guint8
clamp_to_byte (gint32 value)
{
  value = value < 0 ? 0 : value;
  return value > 255 ? 255 : value;
}

/**
 * thimble_convert_rgb_to_ycc:
 * @rgb: (array fixed-size=3): a colour
 * @ycc: (out caller-allocates) (array fixed-size=3): the same as JFIF 1.02 has it
 */
void
thimble_convert_rgb_to_ycc (const guint8 *rgb, guint8 *ycc)
{
  gint32 r = rgb[0], g = rgb[1], b = rgb[2];

  ycc[0] = (FIX (0.299) * r + FIX (0.587) * g + FIX (0.114) * b + HALF) >> BITS;
  ycc[1] = clamp_to_byte (
    ((-FIX (0.168736) * r - FIX (0.331264) * g + FIX (0.5) * b + HALF) >> BITS) + 128);
  ycc[2] = clamp_to_byte (
    ((FIX (0.5) * r - FIX (0.418688) * g - FIX (0.081312) * b + HALF) >> BITS) + 128);
}

/* Ink over white without a profile: what is left of the light after one ink and the black. */
static void
convert_cmyk_row (guint8 *out, const guint8 *in, gsize n)
{
  for (gsize i = 0; i < n; i++)
    for (int c = 0; c < 3; c++)
      {
        guint light = (255 - in[4 * i + c]) * (255 - in[4 * i + 3]);

        out[3 * i + c] = thimble_divide_by_255 (light);
      }
}

/* Grey or RGB, with or without alpha, to RGB or RGBA. */
static void
convert_plain_row (guint8 *out, int n_out, const guint8 *in, int n_in, gsize n)
{
  gboolean is_gray = n_in < 3;

  for (gsize i = 0; i < n; i++)
    {
      out[0] = in[0];
      out[1] = in[is_gray ? 0 : 1];
      out[2] = in[is_gray ? 0 : 2];
      if (n_out == 4)
        out[3] = n_in == 2 || n_in == 4 ? in[n_in - 1] : 255;
      in += n_in;
      out += n_out;
    }
}

static ThimbleRaster *
convert_to (const ThimbleRaster *raster, ThimbleLayout layout, GError **error)
{
  ThimbleRaster *result
    = thimble_imaging_new_raster (layout, raster->width, raster->height, error);
  int n_in = thimble_layout_get_n_channels (raster->layout);
  int n_out = thimble_layout_get_n_channels (layout);

  if (result == NULL)
    return NULL;
  result->premultiplied = raster->premultiplied && thimble_layout_has_alpha (layout);
  for (int y = 0; y < raster->height; y++)
    {
      guint8 *out = thimble_raster_row (result, y);
      const guint8 *in = thimble_raster_row (raster, y);

      if (raster->layout == THIMBLE_LAYOUT_YCC)
        thimble_ycc_row_to_rgb (in, out, raster->width);
      else if (raster->layout == THIMBLE_LAYOUT_CMYK)
        convert_cmyk_row (out, in, raster->width);
      else
        convert_plain_row (out, n_out, in, n_in, raster->width);
    }
  return result;
}

/**
 * thimble_convert_layout:
 * @raster: of any layout
 * @layout: %THIMBLE_LAYOUT_RGB, where alpha is dropped, or %THIMBLE_LAYOUT_RGBA
 *
 * Returns: (transfer full) (nullable): the same picture, @raster itself where it has the layout; or
 *   %NULL with @error set to %THIMBLE_IMAGE_ERROR_TOO_LARGE for want of memory
 */
ThimbleRaster *
thimble_convert_layout (ThimbleRaster *raster, ThimbleLayout layout, GError **error)
{
  g_autoptr(ThimbleRaster) rgb = NULL;

  g_return_val_if_fail (layout == THIMBLE_LAYOUT_RGB || layout == THIMBLE_LAYOUT_RGBA, NULL);

  if (raster->layout == layout)
    return thimble_raster_ref (raster);
  if (layout == THIMBLE_LAYOUT_RGB
      || (raster->layout != THIMBLE_LAYOUT_YCC && raster->layout != THIMBLE_LAYOUT_CMYK))
    return convert_to (raster, layout, error);

  rgb = convert_to (raster, THIMBLE_LAYOUT_RGB, error);
  return rgb != NULL ? convert_to (rgb, layout, error) : NULL;
}
