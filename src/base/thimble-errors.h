/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleImageError:
 * @THIMBLE_IMAGE_ERROR_TOO_LARGE: the image needs more than a limit allows
 * @THIMBLE_IMAGE_ERROR_CORRUPT: the image is broken, or cut short
 * @THIMBLE_IMAGE_ERROR_UNSUPPORTED: not an image, or of a kind that no codec here reads
 *
 * What can be wrong with the bytes of an image.
 *
 * Code that sees bytes never sees their file's name, so a message of this domain is a predicate
 * that continues the name: "is 64250×64250 pixels; the limit is 100 megapixels." Whoever knows the
 * name puts it in front. The first word is lower case, the last sign a full stop.
 */
typedef enum
{
  THIMBLE_IMAGE_ERROR_TOO_LARGE,
  THIMBLE_IMAGE_ERROR_CORRUPT,
  THIMBLE_IMAGE_ERROR_UNSUPPORTED,
} ThimbleImageError;

#define THIMBLE_IMAGE_ERROR (thimble_image_error_quark ())
GQuark thimble_image_error_quark (void);

G_END_DECLS
