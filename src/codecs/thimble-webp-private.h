/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"

#include <webp/decode.h>

G_BEGIN_DECLS

ThimbleRaster *thimble_webp_decode (const guint8 *bytes,
                                    gsize n_bytes,
                                    const ThimbleImageInfo *info,
                                    const ThimbleDecodeRequest *request,
                                    GError **error);
void thimble_webp_choose_size (const ThimbleImageInfo *info,
                               const ThimbleDecodeRequest *request,
                               gboolean is_lossless,
                               int *width,
                               int *height);
gboolean thimble_webp_is_lossless (const guint8 *bytes, gsize n_bytes);
int thimble_webp_choose_factor (const ThimbleImageInfo *info, const ThimbleDecodeRequest *request);
ThimbleRaster *thimble_webp_decode_planes (const guint8 *bytes,
                                           gsize n_bytes,
                                           const ThimbleImageInfo *info,
                                           int factor,
                                           GError **error);
void thimble_webp_set_status (VP8StatusCode status, GError **error);
gboolean thimble_webp_get_file_size (const guint8 *bytes,
                                     gsize n_bytes,
                                     gsize *n_file_bytes,
                                     GError **error);
gboolean thimble_webp_encode (const ThimbleRaster *raster,
                              const ThimbleEncodeOptions *options,
                              GByteArray *out,
                              GError **error);

G_END_DECLS
