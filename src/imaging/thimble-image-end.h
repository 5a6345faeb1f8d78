/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleImageEnd:
 * @THIMBLE_IMAGE_END_UNKNOWN: the format has no end that can be told from the bytes
 * @THIMBLE_IMAGE_END_FOUND: the image is there to its end
 * @THIMBLE_IMAGE_END_MISSING: it is cut short, or broken on the way there
 *
 * Sent over the wire: values are never reused.
 */
typedef enum
{
  THIMBLE_IMAGE_END_UNKNOWN = 0,
  THIMBLE_IMAGE_END_FOUND = 1,
  THIMBLE_IMAGE_END_MISSING = 2,
} ThimbleImageEnd;

ThimbleImageEnd thimble_image_end_find (const guint8 *bytes, gsize n_bytes);

G_END_DECLS
