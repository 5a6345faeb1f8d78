/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lossy WebP as it is stored: one plane of luma and two of chroma, half as wide and high (RFC 6386,
 * section 2). Where no more than half the size is wanted, nothing is gained by colour for each
 * pixel: planes are shrunk by themselves and put together as the Y, Cb, Cr of JPEG. libwebp's own
 * scaler takes longer for its softer pixels. */

#include "thimble-box.h"
#include "thimble-codec-private.h"
#include "thimble-simd.h"
#include "thimble-webp-private.h"

#include <webp/decode.h>

/* Planes are held whole: 96 MB of them at most. */
#define MAX_PIXELS ((guint64) 64 * 1024 * 1024)

/* From here on the deblocking filter makes no difference that can be seen: it changes a few pixels
 * at the edges of blocks by a little, and no pixel is predicted from what it made. */
#define UNFILTERED_SHRINK 4

/* From 16 … 235 and 16 … 240 to 0 … 255 (ITU-R BT.601 and JFIF 1.02), with so many
 * bits below the point. */
#define SHIFT 16
#define LUMA_GAIN ((int) (255.0 / 219 * (1 << SHIFT) + 0.5))
#define CHROMA_GAIN ((int) (255.0 / 224 * (1 << SHIFT) + 0.5))
#define HALF (1 << (SHIFT - 1))

typedef struct
{
  ThimbleRaster *planes[3]; /* owned; Y, U, V */
} Planes;

static void
planes_clear (Planes *self)
{
  for (int i = 0; i < 3; i++)
    g_clear_pointer (&self->planes[i], thimble_raster_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Planes, planes_clear)

static inline guint8
widen_luma (int y)
{
  y = ((y - 16) * LUMA_GAIN + HALF) >> SHIFT;
  return (guint8) CLAMP (y, 0, 255);
}

static inline guint8
widen_chroma (int c)
{
  c = (((c - 128) * CHROMA_GAIN + HALF) >> SHIFT) + 128;
  return (guint8) CLAMP (c, 0, 255);
}

/* A row of pixels from luma and as much chroma. */
THIMBLE_CLONES static void
join_row (guint8 *restrict ycc,
          const guint8 *restrict y,
          const guint8 *restrict u,
          const guint8 *restrict v,
          int n)
{
  for (int x = 0; x < n; x++)
    {
      ycc[3 * x] = widen_luma (y[x]);
      ycc[3 * x + 1] = widen_chroma (u[x]);
      ycc[3 * x + 2] = widen_chroma (v[x]);
    }
}

/* Two pixels of each chroma sample. */
THIMBLE_CLONES static void
double_row (guint8 *restrict out, const guint8 *restrict in, int n)
{
  for (int x = 0; x < n; x++)
    out[2 * x] = out[2 * x + 1] = in[x];
}

static gboolean
allocate (Planes *self, int width, int height)
{
  for (int i = 0; i < 3; i++)
    self->planes[i] = thimble_raster_new (THIMBLE_LAYOUT_GRAY, i == 0 ? width : (width + 1) / 2,
                                          i == 0 ? height : (height + 1) / 2);
  return self->planes[0] != NULL && self->planes[1] != NULL && self->planes[2] != NULL;
}

static VP8StatusCode
decode (Planes *self, const guint8 *bytes, gsize n_bytes, gboolean is_filtered)
{
  WebPDecoderConfig config;
  WebPYUVABuffer *buffer = &config.output.u.YUVA;
  VP8StatusCode status;

  if (!WebPInitDecoderConfig (&config))
    g_error ("libwebp is older than its headers");

  config.options.bypass_filtering = !is_filtered;
  config.output.colorspace = MODE_YUV;
  config.output.is_external_memory = 1;
  buffer->y = self->planes[0]->pixels;
  buffer->u = self->planes[1]->pixels;
  buffer->v = self->planes[2]->pixels;
  buffer->y_stride = (int) self->planes[0]->stride;
  buffer->u_stride = (int) self->planes[1]->stride;
  buffer->v_stride = (int) self->planes[2]->stride;
  buffer->y_size = self->planes[0]->stride * (gsize) self->planes[0]->height;
  buffer->u_size = self->planes[1]->stride * (gsize) self->planes[1]->height;
  buffer->v_size = self->planes[2]->stride * (gsize) self->planes[2]->height;
  status = WebPDecode (bytes, n_bytes, &config);
  WebPFreeDecBuffer (&config.output);
  return status;
}

/* Replaces each plane by a smaller one; @factor is even, so that all become equally large. */
static gboolean
shrink (Planes *self, int factor)
{
  for (int i = 0; i < 3; i++)
    {
      int n = i == 0 ? factor : factor / 2;
      ThimbleBox box = { .factor_x = n, .factor_y = n };
      ThimbleRaster *small = thimble_box_shrink (self->planes[i], &box);

      if (small == NULL)
        return FALSE;
      thimble_raster_unref (self->planes[i]);
      self->planes[i] = small;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): planes of equal size, or with luma of twice the size, as one
 * raster */
static ThimbleRaster *
join (const Planes *self)
{
  const ThimbleRaster *luma = self->planes[0];
  gboolean is_half = luma->width > 1 && self->planes[1]->width < luma->width;
  ThimbleRaster *result = thimble_raster_new (THIMBLE_LAYOUT_YCC, luma->width, luma->height);
  g_autofree guint8 *u = g_malloc ((gsize) luma->width + 1);
  g_autofree guint8 *v = g_malloc ((gsize) luma->width + 1);

  for (int y = 0; result != NULL && y < luma->height; y++)
    {
      const guint8 *row_u = thimble_raster_row (self->planes[1], is_half ? y / 2 : y);
      const guint8 *row_v = thimble_raster_row (self->planes[2], is_half ? y / 2 : y);

      if (is_half)
        {
          double_row (u, row_u, self->planes[1]->width);
          double_row (v, row_v, self->planes[2]->width);
          row_u = u;
          row_v = v;
        }
      join_row (thimble_raster_row (result, y), thimble_raster_row (luma, y), row_u, row_v,
                luma->width);
    }
  return result;
}

/* By how much a lossy picture without alpha is scaled down while its planes are put together: 1 or
 * an even number. Returns: 0 where it is to be decoded as colour for each pixel */
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
 * (nullable): Y, Cb, Cr, scaled down by @factor; or %NULL with @error set */
ThimbleRaster *
thimble_webp_decode_planes (const guint8 *bytes,
                            gsize n_bytes,
                            const ThimbleImageInfo *info,
                            const ThimbleDecodeRequest *request,
                            int factor,
                            GError **error)
{
  g_auto (Planes) planes = { 0 };
  gboolean is_filtered = request->min_width * UNFILTERED_SHRINK > info->width
                         || request->min_height * UNFILTERED_SHRINK > info->height;
  ThimbleRaster *result = NULL;
  VP8StatusCode status;

  if (!allocate (&planes, (int) info->width, (int) info->height))
    {
      thimble_codec_set_no_memory (error);
      return NULL;
    }
  status = decode (&planes, bytes, n_bytes, is_filtered);
  if (status != VP8_STATUS_OK)
    {
      thimble_webp_set_status (status, error);
      return NULL;
    }
  if (factor == 1 || shrink (&planes, factor))
    result = join (&planes);
  if (result == NULL)
    thimble_codec_set_no_memory (error);
  else
    result->shrunk_by = factor;
  return result;
}
