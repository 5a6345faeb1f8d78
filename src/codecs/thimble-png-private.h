/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"

#include <png.h>

G_BEGIN_DECLS

/* libpng's state and errors. */
typedef struct
{
  png_structp png;
  png_infop png_info;
  GError *error;

  const guint8 *bytes; /* what is still to be read */
  gsize n_bytes;
} ThimblePng;

gboolean thimble_png_open (ThimblePng *self, const guint8 *bytes, gsize n_bytes);
void thimble_png_close (ThimblePng *self);

ThimbleRaster *thimble_png_decode (const guint8 *bytes,
                                   gsize n_bytes,
                                   const ThimbleImageInfo *info,
                                   const ThimbleDecodeRequest *request,
                                   GError **error);
ThimbleRaster *thimble_png_decode_with_libpng (const guint8 *bytes,
                                               gsize n_bytes,
                                               const ThimbleImageInfo *info,
                                               int factor,
                                               GError **error);
gboolean thimble_png_encode (const ThimbleRaster *raster,
                             const ThimbleEncodeOptions *options,
                             GByteArray *out,
                             GError **error);

G_END_DECLS
