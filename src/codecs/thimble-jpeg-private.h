/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

G_BEGIN_DECLS

/* The second bytes of markers (ITU-T T.81, table B.1). */
#define THIMBLE_JPEG_TEM 0x01
#define THIMBLE_JPEG_SOF0 0xc0
#define THIMBLE_JPEG_SOF2 0xc2
#define THIMBLE_JPEG_DHT 0xc4
#define THIMBLE_JPEG_JPG 0xc8
#define THIMBLE_JPEG_DAC 0xcc
#define THIMBLE_JPEG_SOF15 0xcf
#define THIMBLE_JPEG_RST0 0xd0
#define THIMBLE_JPEG_SOI 0xd8
#define THIMBLE_JPEG_EOI 0xd9
#define THIMBLE_JPEG_SOS 0xda
#define THIMBLE_JPEG_DQT 0xdb
#define THIMBLE_JPEG_DRI 0xdd
#define THIMBLE_JPEG_APP0 0xe0
#define THIMBLE_JPEG_APP1 0xe1
#define THIMBLE_JPEG_APP2 0xe2
#define THIMBLE_JPEG_APP14 0xee

/* 836 kB of progressive JPEG with 5,000 scans cost two minutes; real ones have about ten. */
#define THIMBLE_JPEG_MAX_SCANS 200

/* Walks over the segments of a file in place. */
typedef struct
{
  const guint8 *bytes;
  gsize n_bytes;
  gsize position;

  /* the segment that was found last, without marker and length */
  guint8 marker;
  const guint8 *data;
  gsize n_data;
} ThimbleJpegWalker;

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
  gboolean has_restarts;
} ThimbleJpegSegments;

void thimble_jpeg_errors_init (ThimbleJpegErrors *self);
void thimble_jpeg_errors_fail (ThimbleJpegErrors *self, ThimbleImageError code, const char *message)
  G_GNUC_NORETURN;

const guint8 *thimble_jpeg_find_marker (const guint8 *p, const guint8 *end);
void thimble_jpeg_walker_init (ThimbleJpegWalker *walker, const guint8 *bytes, gsize n_bytes);
gboolean thimble_jpeg_walker_next (ThimbleJpegWalker *walker);
void thimble_jpeg_walker_go_to (ThimbleJpegWalker *walker, const guint8 *p);
gboolean thimble_jpeg_walker_is_at_end (const ThimbleJpegWalker *walker);
void thimble_jpeg_segments_read (ThimbleJpegSegments *self, const guint8 *bytes, gsize n_bytes);
GBytes *thimble_jpeg_read_icc (const guint8 *bytes, gsize n_bytes);

gboolean thimble_jpeg_read_size (const guint8 *bytes,
                                 gsize n_bytes,
                                 guint32 *width,
                                 guint32 *height,
                                 GError **error);
gboolean thimble_jpeg_is_in_parts (const ThimbleJpegSegments *segments,
                                   gsize n_bytes,
                                   guint denominator);
guint thimble_jpeg_choose_denominator (const ThimbleImageInfo *info,
                                       const ThimbleJpegSegments *segments,
                                       const ThimbleDecodeRequest *request);
ThimbleRaster *thimble_jpeg_decode_with_libjpeg (const guint8 *bytes,
                                    gsize n_bytes,
                                    const ThimbleImageInfo *info,
                                    const ThimbleDecodeRequest *request,
                                    GError **error);
gboolean thimble_jpeg_encode (const ThimbleRaster *raster,
                              const ThimbleEncodeOptions *options,
                              GByteArray *out,
                              GError **error);

G_END_DECLS
