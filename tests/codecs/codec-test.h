/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of all codecs share: pictures to encode, ways to decode, and the trials that every
 * format has to stand. */

#include "thimble-codec.h"

G_BEGIN_DECLS

ThimbleRaster *codec_test_gradient (ThimbleLayout layout, int width, int height);
GByteArray *codec_test_encode (const ThimbleCodec *codec, const ThimbleRaster *raster, int quality);
ThimbleRaster *codec_test_decode (const ThimbleCodec *codec,
                                  const guint8 *bytes,
                                  gsize n_bytes,
                                  const ThimbleDecodeRequest *request,
                                  GError **error);
ThimbleRaster *codec_test_decode_whole (const ThimbleCodec *codec, const GByteArray *file);
int codec_test_max_difference (const ThimbleRaster *a, const ThimbleRaster *b);
void codec_test_truncate (const ThimbleCodec *codec, const GByteArray *file, gsize n_whole);
void codec_test_flip_bytes (const ThimbleCodec *codec, const GByteArray *file, guint n_trials);
void codec_test_assert_pixel (const ThimbleRaster *raster,
                              int x,
                              int y,
                              int tolerance,
                              int first,
                              int second,
                              int third,
                              int fourth);

G_END_DECLS
