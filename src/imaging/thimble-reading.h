/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"
#include "thimble-recipe.h"
#include "thimble-work.h"

G_BEGIN_DECLS

/**
 * ThimbleReading:
 * @bytes: (array length=n_bytes): the file; valid until the worker's buffer is used again
 * @codec: who reads it
 * @info: what its header says, within the limits; cleared by the owner
 *
 * A source that was read up to its header.
 */
typedef struct
{
  const guint8 *bytes;
  gsize n_bytes;
  const ThimbleCodec *codec;
  ThimbleImageInfo info;
} ThimbleReading;

gboolean thimble_reading_read (ThimbleWorkContext *context,
                               ThimbleWork *work,
                               guint slot,
                               guint64 max_bytes,
                               ThimbleReading *reading,
                               GError **error);
gboolean thimble_reading_find_codec (ThimbleReading *reading, GError **error);
gboolean thimble_reading_open (ThimbleWorkContext *context,
                               ThimbleWork *work,
                               guint slot,
                               const ThimbleThumbnailRecipe *recipe,
                               ThimbleReading *reading,
                               GError **error);
gboolean thimble_reading_check_pixels (guint64 width,
                                       guint64 height,
                                       const char *verb,
                                       guint64 max_pixels,
                                       GError **error);
void thimble_reading_get_upright_size (const ThimbleReading *reading,
                                       guint32 *width,
                                       guint32 *height);
void thimble_reading_fill_probe (const ThimbleReading *reading, ThimbleProbeReply *probe);
void thimble_reading_clear (ThimbleReading *reading);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThimbleReading, thimble_reading_clear)

G_END_DECLS
