/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

G_BEGIN_DECLS

/* libjpeg-turbo's errors, for both directions. @errors comes first: libjpeg hands it back. */
typedef struct
{
  struct jpeg_error_mgr errors;
  jmp_buf jump;
  GError *error;
} ThimbleJpegErrors;

/* What the segments before the first scan say, found without libjpeg. Pointers are into the file,
 * %NULL where there is none. */
typedef struct
{
  const guint8 *exif;
  gsize n_exif;
  const guint8 *xmp;
  gsize n_xmp;
  guint64 n_coefficients; /* of the whole picture, all components; 0 without a frame header */
  guint n_components;
  guint colour_factor; /* how many pixels a sample of colour spans on a side, in scaled decoding */
  gboolean is_progressive;
  gboolean has_several_scans;
} ThimbleJpegSegments;

void thimble_jpeg_errors_init (ThimbleJpegErrors *self);
void thimble_jpeg_errors_fail (ThimbleJpegErrors *self, ThimbleImageError code, const char *message)
  G_GNUC_NORETURN;

void thimble_jpeg_segments_read (ThimbleJpegSegments *self, const guint8 *bytes, gsize n_bytes);
GBytes *thimble_jpeg_read_icc (const guint8 *bytes, gsize n_bytes);

gboolean thimble_jpeg_read_size (const guint8 *bytes,
                                 gsize n_bytes,
                                 guint32 *width,
                                 guint32 *height,
                                 GError **error);
guint thimble_jpeg_choose_denominator (const ThimbleImageInfo *info,
                                       const ThimbleJpegSegments *segments,
                                       const ThimbleDecodeRequest *request);
ThimbleRaster *thimble_jpeg_decode (const guint8 *bytes,
                                    gsize n_bytes,
                                    const ThimbleImageInfo *info,
                                    const ThimbleDecodeRequest *request,
                                    GError **error);
gboolean thimble_jpeg_encode (const ThimbleRaster *raster,
                              const ThimbleEncodeOptions *options,
                              GByteArray *out,
                              GError **error);

G_END_DECLS
