/* SPDX-License-Identifier: GPL-3.0-or-later */

/* WebP pixels from libwebp, of the first frame, straight into the raster. What is lossy comes as
 * planes where it is much too large (thimble-webp-planes.c). Of the rest, libwebp's scaler averages
 * whole areas, but is soft: it goes down to twice what is wanted at most, and the resampler does
 * the rest. Threads stay off, as everywhere in a codec. */

#include "thimble-codec-private.h"
#include "thimble-webp-private.h"

#include <math.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#define N_RIFF_HEADER_BYTES 8
#define OVERSIZE 2.0

/* Finds how many bytes the file says it has: more than there are means that it was cut short;
 * fewer, that something follows that is none of ours. */
gboolean
thimble_webp_get_file_size (const guint8 *bytes, gsize n_bytes, gsize *n_file_bytes, GError **error)
{
  guint32 riff_size;

  if (n_bytes >= N_RIFF_HEADER_BYTES)
    {
      riff_size = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | (guint32) bytes[7] << 24;
      *n_file_bytes = (gsize) riff_size + N_RIFF_HEADER_BYTES;
      if (*n_file_bytes <= n_bytes)
        return TRUE;
    }

  g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                       "is cut short: it has fewer bytes than its header says.");
  return FALSE;
}

/* Chooses the size to decode to: twice the request, never more than there is. libwebp weighs
 * colours with their alpha when it scales a lossless picture, but not a lossy one: there, what is
 * hidden would show around what is not, so such a picture is not scaled. */
void
thimble_webp_choose_size (const ThimbleImageInfo *info,
                          const ThimbleDecodeRequest *request,
                          gboolean is_lossless,
                          int *width,
                          int *height)
{
  double scale = OVERSIZE * MAX ((double) request->min_width / info->width,
                                 (double) request->min_height / info->height);

  scale = info->has_alpha && !is_lossless ? 1 : MIN (scale, 1);
  *width = MAX (1, (int) ceil (info->width * scale));
  *height = MAX (1, (int) ceil (info->height * scale));
}

/* Sets the error for what libwebp said. */
void
thimble_webp_set_status (VP8StatusCode status, GError **error)
{
  switch (status)
    {
    case VP8_STATUS_OUT_OF_MEMORY:
      thimble_codec_set_no_memory (error);
      break;
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED,
                           "is a WebP of a kind that is not read here.");
      break;
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is cut short: its picture's data end too early.");
      break;
    default:
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is a broken WebP: its picture's data make no sense.");
    }
}

/* Any but a plain lossless file or frame counts as lossy. */
gboolean
thimble_webp_is_lossless (const guint8 *bytes, gsize n_bytes)
{
  WebPBitstreamFeatures features;

  return WebPGetFeatures (bytes, n_bytes, &features) == VP8_STATUS_OK && features.format == 2;
}

/* Decodes one bitstream into @raster with its top left corner at @x, @y; scaled if it is larger
 * than @width × @height. The caller knows that it fits. */
static gboolean
decode_bitstream (const guint8 *bytes,
                  gsize n_bytes,
                  ThimbleRaster *raster,
                  int x,
                  int y,
                  int width,
                  int height,
                  GError **error)
{
  int n_channels = thimble_layout_get_n_channels (raster->layout);
  WebPDecoderConfig config;
  VP8StatusCode status;

  if (!WebPInitDecoderConfig (&config))
    g_error ("libwebp is older than its headers");

  status = WebPGetFeatures (bytes, n_bytes, &config.input);
  if (status == VP8_STATUS_OK)
    {
      config.options.use_scaling = config.input.width != width || config.input.height != height;
      config.options.scaled_width = width;
      config.options.scaled_height = height;
      config.output.colorspace = n_channels == 4 ? MODE_RGBA : MODE_RGB;
      config.output.is_external_memory = 1;
      config.output.width = width;
      config.output.height = height;
      config.output.u.RGBA.rgba = thimble_raster_row (raster, y) + (gsize) x * n_channels;
      config.output.u.RGBA.stride = (int) raster->stride;
      config.output.u.RGBA.size
        = raster->stride * (gsize) (height - 1) + (gsize) width * n_channels;
      status = WebPDecode (bytes, n_bytes, &config);
      WebPFreeDecBuffer (&config.output);
    }
  if (status != VP8_STATUS_OK)
    thimble_webp_set_status (status, error);
  return status == VP8_STATUS_OK;
}

/* A frame that fills its canvas is a picture like any other; a smaller one is put on a clear
 * canvas, as it would be shown (the background colour is a hint that nobody takes). */
static ThimbleRaster *
decode_frame (const WebPIterator *frame,
              const ThimbleImageInfo *info,
              const ThimbleDecodeRequest *request,
              GError **error)
{
  g_autoptr (ThimbleRaster) raster = NULL;
  gboolean fills_canvas = frame->x_offset == 0 && frame->y_offset == 0
                          && (guint32) frame->width == info->width
                          && (guint32) frame->height == info->height;
  int width = (int) info->width;
  int height = (int) info->height;

  if (frame->x_offset < 0 || frame->y_offset < 0 || frame->x_offset + frame->width > width
      || frame->y_offset + frame->height > height)
    {
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is a broken WebP: its frame is larger than its canvas.");
      return NULL;
    }

  if (fills_canvas && !frame->has_alpha
      && !thimble_webp_is_lossless (frame->fragment.bytes, frame->fragment.size))
    {
      int factor = thimble_webp_choose_factor (info, request);

      if (factor > 0)
        return thimble_webp_decode_planes (frame->fragment.bytes, frame->fragment.size, info,
                                           factor, error);
    }

  if (fills_canvas)
    thimble_webp_choose_size (
      info, request, thimble_webp_is_lossless (frame->fragment.bytes, frame->fragment.size), &width,
      &height);
  raster = thimble_raster_new (frame->has_alpha || !fills_canvas ? THIMBLE_LAYOUT_RGBA
                                                                 : THIMBLE_LAYOUT_RGB,
                               width, height);
  if (raster == NULL)
    {
      thimble_codec_set_no_memory (error);
      return NULL;
    }
  if (!fills_canvas)
    memset (raster->pixels, 0, raster->stride * (gsize) height);

  if (!decode_bitstream (frame->fragment.bytes, frame->fragment.size, raster, frame->x_offset,
                         frame->y_offset, fills_canvas ? width : frame->width,
                         fills_canvas ? height : frame->height, error))
    return NULL;
  return g_steal_pointer (&raster);
}

/* Implements ThimbleCodec.decode. */
ThimbleRaster *
thimble_webp_decode (const guint8 *bytes,
                     gsize n_bytes,
                     const ThimbleImageInfo *info,
                     const ThimbleDecodeRequest *request,
                     GError **error)
{
  WebPData data = { .bytes = bytes };
  ThimbleRaster *raster = NULL;
  WebPDemuxer *demuxer;
  WebPIterator frame;

  if (!thimble_webp_get_file_size (bytes, n_bytes, &data.size, error))
    return NULL;

  demuxer = WebPDemux (&data);
  if (demuxer != NULL && WebPDemuxGetFrame (demuxer, 1, &frame))
    {
      raster = decode_frame (&frame, info, request, error);
      WebPDemuxReleaseIterator (&frame);
    }
  else
    g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                         "is a broken WebP: its chunks do not fit together.");
  WebPDemuxDelete (demuxer);
  return raster;
}
