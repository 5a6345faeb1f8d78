/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lossy WebP as it is stored: one plane of luma and two of chroma, half as wide and high (RFC 6386,
 * section 2). Where no more than half the size is wanted, nothing is gained by colour for each
 * pixel: planes are shrunk by themselves and given the range of JPEG's. libwebp's own scaler takes
 * longer for its softer pixels.
 *
 * The deblocking filter is left out, a sixth of the time: it changes pixels at the edges of blocks
 * by a little, none is predicted from what it made, and they are averaged away. At half the size
 * the mean SSIM is 0.0016 lower for it at quality 75 and 0.006 at 25, but higher than that of what
 * libwebp scales itself. */

#include "thimble-box.h"
#include "thimble-codec-private.h"
#include "thimble-simd.h"
#include "thimble-webp-private.h"

#include <webp/decode.h>

/* Planes are held whole: 96 MB of them at most. */
#define MAX_PIXELS ((guint64) 64 * 1024 * 1024)

/* From 16 … 235 and 16 … 240 to 0 … 255 (ITU-R BT.601 and JFIF 1.02): what 255 / 219 and 255 / 224
 * are more than one, in 512ths, so that 16 bits hold the products. The error is below 0.1. */
#define LUMA_GAIN 84
#define CHROMA_GAIN 71

THIMBLE_CLONES static void
widen_row (guint8 *row, int n, gint16 zero, gint16 gain, gint16 offset)
{
  for (int x = 0; x < n; x++)
    {
      gint16 sample = (gint16) (row[x] - zero);
      gint16 more = (gint16) ((gint16) (sample * gain + 256) >> 9);

      sample = (gint16) (sample + more + offset);
      row[x] = (guint8) CLAMP (sample, 0, 255);
    }
}

static void
widen (ThimbleRaster *planes)
{
  for (int y = 0; y < planes->height; y++)
    widen_row (thimble_raster_row (planes, y), planes->width, 16, LUMA_GAIN, 0);
  for (int i = 0; i < 2; i++)
    for (int y = 0; y < planes->chroma[i]->height; y++)
      widen_row (thimble_raster_row (planes->chroma[i], y), planes->chroma[i]->width, 128,
                 CHROMA_GAIN, 128);
}

/* Returns: (transfer full) (nullable): room for all planes, or %NULL without memory */
static ThimbleRaster *
allocate (int width, int height)
{
  g_autoptr (ThimbleRaster) planes = thimble_raster_new (THIMBLE_LAYOUT_YCC_PLANES, width, height);

  for (int i = 0; planes != NULL && i < 2; i++)
    {
      planes->chroma[i]
        = thimble_raster_new (THIMBLE_LAYOUT_GRAY, (width + 1) / 2, (height + 1) / 2);
      if (planes->chroma[i] == NULL)
        return NULL;
    }
  return g_steal_pointer (&planes);
}

static VP8StatusCode
decode (ThimbleRaster *planes, const guint8 *bytes, gsize n_bytes)
{
  const ThimbleRaster *u = planes->chroma[0];
  const ThimbleRaster *v = planes->chroma[1];
  WebPDecoderConfig config;
  VP8StatusCode status;

  if (!WebPInitDecoderConfig (&config))
    g_error ("libwebp is older than its headers");

  config.options.bypass_filtering = TRUE;
  config.output.colorspace = MODE_YUV;
  config.output.is_external_memory = 1;
  config.output.u.YUVA = (WebPYUVABuffer) {
    .y = planes->pixels,
    .u = u->pixels,
    .v = v->pixels,
    .y_stride = (int) planes->stride,
    .u_stride = (int) u->stride,
    .v_stride = (int) v->stride,
    .y_size = planes->stride * (gsize) planes->height,
    .u_size = u->stride * (gsize) u->height,
    .v_size = v->stride * (gsize) v->height,
  };
  status = WebPDecode (bytes, n_bytes, &config);
  WebPFreeDecBuffer (&config.output);
  return status;
}

/* @factor is even, so that all planes become equally large; of 2, chroma stays as it is. Returns:
 * (transfer full) (nullable): smaller planes, or %NULL without memory */
static ThimbleRaster *
shrink (const ThimbleRaster *planes, int factor)
{
  ThimbleBox luma_box = { .factor_x = factor, .factor_y = factor };
  ThimbleBox chroma_box = { .factor_x = factor / 2, .factor_y = factor / 2 };
  g_autoptr (ThimbleRaster) small = thimble_box_shrink (planes, &luma_box);

  for (int i = 0; small != NULL && i < 2; i++)
    {
      small->chroma[i] = factor == 2 ? thimble_raster_ref (planes->chroma[i])
                                     : thimble_box_shrink (planes->chroma[i], &chroma_box);
      if (small->chroma[i] == NULL)
        return NULL;
    }
  return g_steal_pointer (&small);
}

/* By how much a lossy picture without alpha is scaled down as planes: 1 or an even
 * number. Returns: 0 where it is to be decoded as colour for each pixel */
int
thimble_webp_choose_factor (const ThimbleImageInfo *info, const ThimbleDecodeRequest *request)
{
  int factor;

  if (!request->allow_ycc || (guint64) info->width * info->height > MAX_PIXELS
      || request->min_width * 2 > info->width || request->min_height * 2 > info->height)
    return 0;
  factor = MIN (thimble_box_choose_factor (info->width, MAX (1, request->min_width)),
                thimble_box_choose_factor (info->height, MAX (1, request->min_height)));
  return factor == 1 ? 1 : factor & ~1;
}

/* Decodes a lossy bitstream without alpha that has the sides of @info. Returns: (transfer full)
 * (nullable): planes, scaled down by @factor; or %NULL with @error set */
ThimbleRaster *
thimble_webp_decode_planes (const guint8 *bytes,
                            gsize n_bytes,
                            const ThimbleImageInfo *info,
                            int factor,
                            GError **error)
{
  g_autoptr (ThimbleRaster) planes = allocate ((int) info->width, (int) info->height);
  ThimbleRaster *result;
  VP8StatusCode status;

  if (planes == NULL)
    {
      thimble_codec_set_no_memory (error);
      return NULL;
    }
  status = decode (planes, bytes, n_bytes);
  if (status != VP8_STATUS_OK)
    {
      thimble_webp_set_status (status, error);
      return NULL;
    }
  result = factor == 1 ? g_steal_pointer (&planes) : shrink (planes, factor);
  if (result == NULL)
    {
      thimble_codec_set_no_memory (error);
      return NULL;
    }
  widen (result);
  result->shrunk_by = factor;
  return result;
}
