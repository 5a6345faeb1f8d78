/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleFormat:
 * @THIMBLE_FORMAT_SAME: the source's own, where Thimble writes it
 * @THIMBLE_FORMAT_PIXELS: premultiplied sRGB, four bytes R G B A a pixel, rows without padding
 * @THIMBLE_FORMAT_OTHER: read through a loader, never written
 *
 * An image format, of sources and of outputs. Sent over the wire: values are never reused.
 */
typedef enum
{
  THIMBLE_FORMAT_SAME = 0,
  THIMBLE_FORMAT_JPEG = 1,
  THIMBLE_FORMAT_PNG = 2,
  THIMBLE_FORMAT_WEBP = 3,
  THIMBLE_FORMAT_PIXELS = 4,
  THIMBLE_FORMAT_OTHER = 5,
} ThimbleFormat;

/**
 * ThimbleFit:
 * @THIMBLE_FIT_INSIDE: as large as fits inside the box, proportions kept
 * @THIMBLE_FIT_COVER: as small as covers the box, proportions kept, the rest cropped
 * @THIMBLE_FIT_CONTAIN: as inside, padded with the background to the box exactly
 * @THIMBLE_FIT_FILL: stretched to the box exactly
 *
 * CSS object-fit (CSS Images 3, section 5.5), with sharp's name for the fit without padding.
 */
typedef enum
{
  THIMBLE_FIT_INSIDE = 0,
  THIMBLE_FIT_COVER = 1,
  THIMBLE_FIT_CONTAIN = 2,
  THIMBLE_FIT_FILL = 3,
} ThimbleFit;

/** ThimbleGravity: what cover keeps, and where contain puts the image. */
typedef enum
{
  THIMBLE_GRAVITY_CENTRE = 0,
  THIMBLE_GRAVITY_NORTH = 1,
  THIMBLE_GRAVITY_NORTH_EAST = 2,
  THIMBLE_GRAVITY_EAST = 3,
  THIMBLE_GRAVITY_SOUTH_EAST = 4,
  THIMBLE_GRAVITY_SOUTH = 5,
  THIMBLE_GRAVITY_SOUTH_WEST = 6,
  THIMBLE_GRAVITY_WEST = 7,
  THIMBLE_GRAVITY_NORTH_WEST = 8,
  THIMBLE_GRAVITY_ATTENTION = 9,
} ThimbleGravity;

/**
 * ThimbleMetadata:
 * @THIMBLE_METADATA_NONE: an ICC profile where the pixels need it, nothing else
 * @THIMBLE_METADATA_KEEP: EXIF (orientation reset, size fields right), XMP and ICC
 * @THIMBLE_METADATA_DESKTOP: what the desktop's thumbnail cache asks for: where the source lies and
 *   when it changed, as text in a PNG. The service adds it; for workers it is NONE
 */
typedef enum
{
  THIMBLE_METADATA_NONE = 0,
  THIMBLE_METADATA_KEEP = 1,
  THIMBLE_METADATA_DESKTOP = 2,
} ThimbleMetadata;

/**
 * ThimbleScaling:
 * @THIMBLE_SCALING_FAST: decode to at least the target before resampling
 * @THIMBLE_SCALING_FINE: decode to at least twice the target
 */
typedef enum
{
  THIMBLE_SCALING_FAST = 0,
  THIMBLE_SCALING_FINE = 1,
} ThimbleScaling;

const char *thimble_format_get_name (ThimbleFormat format);
const char *thimble_format_get_extension (ThimbleFormat format);
ThimbleFormat thimble_format_from_extension (const char *extension);
ThimbleFormat thimble_format_from_name (const char *name);
const char *thimble_fit_get_name (ThimbleFit fit);
gboolean thimble_fit_from_name (const char *name, ThimbleFit *fit);
const char *thimble_gravity_get_name (ThimbleGravity gravity);
gboolean thimble_gravity_from_name (const char *name, ThimbleGravity *gravity);

G_END_DECLS
