/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* JPEG files of every kind that libjpeg-turbo can write, of a picture with detail at all scales. */

#include <glib.h>

G_BEGIN_DECLS

/**
 * JpegMaking:
 * @h: horizontal sampling of Y
 * @v: vertical sampling of Y
 * @restart_interval: MCUs, 0 for none
 * @quality: 1 to 100
 *
 * What to write.
 */
typedef struct
{
  int width;
  int height;
  gboolean is_gray;
  int h;
  int v;
  int restart_interval;
  int quality;
  gboolean is_progressive;
  gboolean is_optimised;
} JpegMaking;

GByteArray *jpeg_maker_make (const JpegMaking *making);

G_END_DECLS
