/* SPDX-License-Identifier: GPL-3.0-or-later */

/* WebP through libwebp: the header and the metadata chunks, and the codec's table of functions. */

#include "thimble-exif.h"
#include "thimble-webp-private.h"

#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#define N_FIXED_BYTES (1024 * 1024)

static gboolean
can_read (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes >= 16 && memcmp (bytes, "RIFF", 4) == 0 && memcmp (bytes + 8, "WEBPVP8", 7) == 0;
}

static GBytes *
read_chunk (WebPDemuxer *demuxer, const char *fourcc)
{
  WebPChunkIterator iterator;
  GBytes *content = NULL;

  if (WebPDemuxGetChunk (demuxer, fourcc, 1, &iterator) && iterator.chunk.size > 0)
    content = g_bytes_new (iterator.chunk.bytes, iterator.chunk.size);
  WebPDemuxReleaseChunkIterator (&iterator);
  return content;
}

/* Some writers put JPEG's prefix in front of the block. */
static GBytes *
read_exif (WebPDemuxer *demuxer)
{
  g_autoptr (GBytes) content = read_chunk (demuxer, "EXIF");
  gsize n_bytes;
  const guint8 *bytes;

  if (content == NULL)
    return NULL;
  bytes = g_bytes_get_data (content, &n_bytes);
  if (n_bytes > 6 && memcmp (bytes, "Exif\0\0", 6) == 0)
    return g_bytes_new_from_bytes (content, 6, n_bytes - 6);
  return g_steal_pointer (&content);
}

static void
fill_info (WebPDemuxer *demuxer, ThimbleImageInfo *info)
{
  guint32 flags = WebPDemuxGetI (demuxer, WEBP_FF_FORMAT_FLAGS);

  info->width = WebPDemuxGetI (demuxer, WEBP_FF_CANVAS_WIDTH);
  info->height = WebPDemuxGetI (demuxer, WEBP_FF_CANVAS_HEIGHT);
  info->n_frames = WebPDemuxGetI (demuxer, WEBP_FF_FRAME_COUNT);
  info->format = THIMBLE_FORMAT_WEBP;
  g_strlcpy (info->format_name, "webp", sizeof info->format_name);
  info->has_alpha = (flags & ALPHA_FLAG) != 0;
  info->orientation = 1;
  if (flags & ICCP_FLAG)
    info->icc = read_chunk (demuxer, "ICCP");
  if (flags & XMP_FLAG)
    info->xmp = read_chunk (demuxer, "XMP ");
  if (flags & EXIF_FLAG)
    info->exif = read_exif (demuxer);
  if (info->exif != NULL)
    {
      gsize n_exif;
      const guint8 *exif = g_bytes_get_data (info->exif, &n_exif);

      info->orientation = thimble_exif_get_orientation (exif, n_exif);
    }
}

static gboolean
read_header (const guint8 *bytes, gsize n_bytes, ThimbleImageInfo *info, GError **error)
{
  WebPDemuxer *demuxer;
  WebPData data = { .bytes = bytes };

  if (!thimble_webp_get_file_size (bytes, n_bytes, &data.size, error))
    return FALSE;

  demuxer = WebPDemux (&data);
  if (demuxer != NULL)
    fill_info (demuxer, info);
  WebPDemuxDelete (demuxer);
  if (info->width > 0 && info->height > 0 && info->n_frames > 0)
    return TRUE;

  thimble_image_info_clear (info);
  g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                       "is a broken WebP: its chunks do not fit together.");
  return FALSE;
}

/* The picture; four bytes a pixel of the whole canvas where it is lossless (an estimate, its
 * Huffman tables included) or composed; a byte for alpha; else rows of macroblocks. */
static ThimbleDecodeCost
estimate (const guint8 *bytes,
          gsize n_bytes,
          const ThimbleImageInfo *info,
          const ThimbleDecodeRequest *request)
{
  guint64 n_pixels = (guint64) info->width * info->height;
  guint64 n_working_bytes = (guint64) info->width * 128;
  WebPBitstreamFeatures features;
  int width, height;

  thimble_webp_choose_size (info, request, thimble_webp_is_lossless (bytes, n_bytes), &width,
                            &height);
  if (WebPGetFeatures (bytes, n_bytes, &features) != VP8_STATUS_OK || features.format != 1)
    n_working_bytes += n_pixels * 5 + n_bytes;
  else if (info->has_alpha)
    n_working_bytes += n_pixels * 2;
  else if (thimble_webp_choose_factor (info, request) > 0)
    {
      /* The planes, and those that they are shrunk to. */
      int factor = thimble_webp_choose_factor (info, request);
      guint64 n_small_pixels = n_pixels / (guint) (factor * factor) + info->width + info->height;

      return (ThimbleDecodeCost) {
        .n_bytes = n_pixels * 3 / 2 + (guint64) info->height * 128 + n_small_pixels * 3
                   + n_working_bytes + N_FIXED_BYTES,
      };
    }

  return (ThimbleDecodeCost) {
    .n_bytes = ((guint64) width * 4 + 63) * (guint64) height + n_working_bytes + N_FIXED_BYTES,
  };
}

const ThimbleCodec thimble_webp_codec = {
  .name = "webp",
  .format = THIMBLE_FORMAT_WEBP,
  .can_read = can_read,
  .read_header = read_header,
  .estimate = estimate,
  .decode = thimble_webp_decode,
  .encode = thimble_webp_encode,
};
