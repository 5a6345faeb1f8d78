/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-errors.h"
#include "thimble-image-types.h"
#include "thimble-raster.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleImageInfo:
 * @width: as stored, before orientation, pixels
 * @height: as stored, before orientation, pixels
 * @orientation: 1 to 8 as EXIF 2.3 tag 0x0112 has it; 1 where there is none or it is broken
 * @format: the format found in the bytes
 * @format_name: the same as a word for reports: "jpeg", "png", "webp", "gif", "tiff", "svg", …
 * @has_alpha: whether pixels may be transparent
 * @is_scalable: a vector image: @width and @height are only its nominal size
 * @n_frames: 1 for still images; only the first frame is decoded (the largest of an ICO)
 * @icc: (nullable): the embedded profile
 * @exif: (nullable): the EXIF block, from its TIFF header on (no "Exif\0\0" in front)
 * @xmp: (nullable): the XMP packet
 *
 * What the header says, found without decoding pixels.
 */
typedef struct
{
  guint32 width;
  guint32 height;
  int orientation;
  ThimbleFormat format;
  char format_name[16];
  gboolean has_alpha;
  gboolean is_scalable;
  guint n_frames;
  GBytes *icc;
  GBytes *exif;
  GBytes *xmp;
} ThimbleImageInfo;

/**
 * ThimbleDecodeRequest:
 * @min_width: the picture is wanted at least this wide, in stored orientation, pixels
 * @min_height: likewise; both at most the image's own size unless it is scalable
 * @allow_ycc: whether %THIMBLE_LAYOUT_YCC or %THIMBLE_LAYOUT_YCC_PLANES may come back
 *
 * A decoder scales down as far as is cheap and exact for it and gives the whole picture at that
 * scale; a scalable image comes at @min_width × @min_height.
 */
typedef struct
{
  guint32 min_width;
  guint32 min_height;
  gboolean allow_ycc;
} ThimbleDecodeRequest;

/**
 * ThimbleDecoding:
 * @bytes: (array length=n_bytes): the file
 * @info: what its header says
 * @request: what is wanted of it
 * @raster: (nullable): the picture, for the caller; %NULL to begin with
 * @error: (nullable): why there is none, for the caller; %NULL to begin with
 *
 * One of several pictures that are decoded together.
 */
typedef struct
{
  const guint8 *bytes;
  gsize n_bytes;
  const ThimbleImageInfo *info;
  const ThimbleDecodeRequest *request;
  ThimbleRaster *raster;
  GError *error;
} ThimbleDecoding;

/**
 * ThimbleEncodeOptions:
 * @quality: 1 to 100
 * @icc: (nullable): a profile to embed
 * @exif: (nullable): an EXIF block from its TIFF header on
 * @xmp: (nullable): an XMP packet
 */
typedef struct
{
  int quality;
  GBytes *icc;
  GBytes *exif;
  GBytes *xmp;
} ThimbleEncodeOptions;

/**
 * ThimbleDecodeCost:
 * @n_bytes: how many bytes decoding will hold at most, the result included
 * @n_result_bytes: how many of those there are still, or already, while others of
 *   @decode_several take the rest; 0 where that does not come about
 * @gains_company: whether decoding is faster beside others in @decode_several
 *
 * What decoding a picture as requested takes.
 */
typedef struct
{
  guint64 n_bytes;
  guint64 n_result_bytes;
  gboolean gains_company;
} ThimbleDecodeCost;

/**
 * ThimbleCodec:
 * @name: what it is called in `thimble-cli formats`
 * @format: what it encodes, or %THIMBLE_FORMAT_OTHER for one that only reads
 * @can_read: whether the first bytes look like what it reads; at least 32 are given where there
 *   are as many
 * @read_header: fills a zeroed @info, or fails with %THIMBLE_IMAGE_ERROR
 * @estimate: says what decoding as requested will take
 * @decode: gives the whole picture, or fails with %THIMBLE_IMAGE_ERROR; a picture that is cut
 *   short fails with %THIMBLE_IMAGE_ERROR_CORRUPT. CMYK comes as ink (0 is none) whatever the file
 *   has, 16 bits come as 8, palettes and tRNS as RGB or RGBA. Alpha is premultiplied only where the
 *   picture is scaled down
 * @decode_several: (nullable): as @decode, for several pictures at once, where that is faster than
 *   one after the other; each gets its raster or its error
 * @encode: (nullable): appends the file to @out; the layouts it takes are those without CMYK, and
 *   without alpha where the format has none; JPEG alone takes planes, with chroma of half the
 *   size; alpha comes not premultiplied
 *
 * A codec gets bytes and gives bytes; it knows no files and no threads. All functions may be called
 * on any thread at once. @bytes are followed by nothing: a codec never reads past @n_bytes.
 */
typedef struct
{
  const char *name;
  ThimbleFormat format;
  gboolean (*can_read) (const guint8 *bytes, gsize n_bytes);
  gboolean (*read_header) (const guint8 *bytes,
                           gsize n_bytes,
                           ThimbleImageInfo *info,
                           GError **error);
  ThimbleDecodeCost (*estimate) (const guint8 *bytes,
                                 gsize n_bytes,
                                 const ThimbleImageInfo *info,
                                 const ThimbleDecodeRequest *request);
  ThimbleRaster *(*decode) (const guint8 *bytes,
                            gsize n_bytes,
                            const ThimbleImageInfo *info,
                            const ThimbleDecodeRequest *request,
                            GError **error);
  void (*decode_several) (ThimbleDecoding *decodings, guint n);
  gboolean (*encode) (const ThimbleRaster *raster,
                      const ThimbleEncodeOptions *options,
                      GByteArray *out,
                      GError **error);
} ThimbleCodec;

void thimble_image_info_clear (ThimbleImageInfo *info);

const ThimbleCodec *thimble_codec_for_bytes (const guint8 *bytes, gsize n_bytes);
const ThimbleCodec *thimble_codec_for_format (ThimbleFormat format);
void thimble_codec_register_fallback (const ThimbleCodec *codec);
gboolean thimble_codec_looks_like_image (const guint8 *bytes, gsize n_bytes);
gboolean thimble_codec_may_be_image (const guint8 *bytes, gsize n_bytes);
const char *thimble_codec_describe_bytes (const guint8 *bytes, gsize n_bytes);
void thimble_codec_set_unsupported (const guint8 *bytes, gsize n_bytes, GError **error);

extern const ThimbleCodec thimble_jpeg_codec;
extern const ThimbleCodec thimble_png_codec;
extern const ThimbleCodec thimble_webp_codec;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThimbleImageInfo, thimble_image_info_clear)

G_END_DECLS
