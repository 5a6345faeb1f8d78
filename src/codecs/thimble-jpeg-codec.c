/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEG: the header through libjpeg-turbo, who decodes what, and the codec's table of functions. */

#include "thimble-exif.h"
#include "thimble-jpeg-reduced.h"

/* libjpeg's tables, pools and one row of MCUs' worth of state that does not depend on the width; or
 * our lanes and tables. */
#define N_FIXED_BYTES \
  (256 * 1024 + (THIMBLE_JPEG_MAX_LANES + 1) * (guint64) sizeof (ThimbleJpegLane))

/* Samples that fill up the last MCU, at half of the size, and more than at others. */
#define N_SIDE_FILLING 8

static gboolean
can_read (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff;
}

static gboolean
read_header (const guint8 *bytes, gsize n_bytes, ThimbleImageInfo *info, GError **error)
{
  ThimbleJpegSegments segments;

  if (!thimble_jpeg_read_size (bytes, n_bytes, &info->width, &info->height, error))
    return FALSE;

  thimble_jpeg_segments_read (&segments, bytes, n_bytes);
  info->format = THIMBLE_FORMAT_JPEG;
  g_strlcpy (info->format_name, "jpeg", sizeof info->format_name);
  info->n_frames = 1;
  info->orientation = 1;
  info->icc = thimble_jpeg_read_icc (bytes, n_bytes);
  if (segments.exif != NULL)
    {
      info->orientation = thimble_exif_get_orientation (segments.exif, segments.n_exif);
      info->exif = g_bytes_new (segments.exif, segments.n_exif);
    }
  if (segments.xmp != NULL)
    info->xmp = g_bytes_new (segments.xmp, segments.n_xmp);
  return TRUE;
}

/* The result is the picture, and DC of all blocks where it comes in several scans. What works on it
 * takes a few rows of MCUs, decoded and upsampled (at most 64 rows of the picture); of several scans
 * all coefficients, of two bytes each, and of one that is read in parts DC: of all blocks in each, if
 * the data is made for it. Where lanes are busy with one picture, those beside it only wait. */
static ThimbleDecodeCost
estimate (const guint8 *bytes,
          gsize n_bytes,
          const ThimbleImageInfo *info,
          const ThimbleDecodeRequest *request)
{
  ThimbleJpegSegments segments;
  guint denominator, n_channels;
  guint64 width, height, n_coefficients, n_in_parts, n_result, n_working;

  thimble_jpeg_segments_read (&segments, bytes, n_bytes);
  denominator = thimble_jpeg_choose_denominator (info, &segments, request);
  width = (info->width + denominator - 1) / denominator;
  height = (info->height + denominator - 1) / denominator;
  n_channels = segments.n_components == 1 ? 1 : segments.n_components == 4 ? 4 : 3;
  n_coefficients = segments.has_several_scans ? segments.n_coefficients : 0;
  n_in_parts = segments.has_several_scans ? 0 : segments.n_coefficients / DCTSIZE2
                                                       * THIMBLE_JPEG_MAX_LANES;
  n_result = (width + N_SIDE_FILLING + 63) * n_channels * (height + N_SIDE_FILLING)
             + n_coefficients / DCTSIZE2 * sizeof (JCOEF);
  n_working = (guint64) info->width * 64 * n_channels
              + (n_coefficients + n_in_parts) * sizeof (JCOEF);
  return (ThimbleDecodeCost) {
    .n_bytes = n_result + n_working + N_FIXED_BYTES,
    .n_result_bytes = n_result,
    .gains_company = !thimble_jpeg_is_in_parts (&segments, n_bytes, denominator),
  };
}

static void
decode_several (ThimbleDecoding *decodings, guint n)
{
  thimble_jpeg_reduced_decode (decodings, n);
  for (guint i = 0; i < n; i++)
    if (decodings[i].raster == NULL)
      decodings[i].raster
        = thimble_jpeg_decode_with_libjpeg (decodings[i].bytes, decodings[i].n_bytes,
                                            decodings[i].info, decodings[i].request,
                                            &decodings[i].error);
}

static ThimbleRaster *
decode (const guint8 *bytes,
        gsize n_bytes,
        const ThimbleImageInfo *info,
        const ThimbleDecodeRequest *request,
        GError **error)
{
  ThimbleDecoding decoding = { bytes, n_bytes, info, request, NULL, NULL };

  decode_several (&decoding, 1);
  if (decoding.error != NULL)
    g_propagate_error (error, decoding.error);
  return decoding.raster;
}

const ThimbleCodec thimble_jpeg_codec = {
  .name = "jpeg",
  .format = THIMBLE_FORMAT_JPEG,
  .can_read = can_read,
  .read_header = read_header,
  .estimate = estimate,
  .decode = decode,
  .decode_several = decode_several,
  .encode = thimble_jpeg_encode,
};
