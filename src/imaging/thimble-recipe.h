/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-types.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define THIMBLE_MAX_RENDITIONS 16
#define THIMBLE_MAX_PERCENT 1000000

/**
 * ThimbleRenditionRecipe:
 * @width: the box in pixels, 0 for free (the other side decides); at most 65535
 * @height: likewise; both 0 with @percent set
 * @percent: hundredths of a percent of the source's size, 0 where the box counts; 1 to 1000000
 * @fit: a #ThimbleFit
 * @gravity: a #ThimbleGravity
 * @enlarge: whether small images are made larger
 * @format: a #ThimbleFormat to write, SAME included
 * @metadata: a #ThimbleMetadata
 * @quality: 1 to 100
 * @background: R, G, B, A; the alpha counts for contain in a format that has it
 *
 * One output, as it goes over the wire: fixed size, no pointers.
 */
typedef struct
{
  guint32 width;
  guint32 height;
  guint32 percent;
  guint8 fit;
  guint8 gravity;
  guint8 enlarge;
  guint8 format;
  guint8 metadata;
  guint8 quality;
  guint8 reserved[2];
  guint8 background[4];
} ThimbleRenditionRecipe;

/**
 * ThimbleThumbnailRecipe:
 * @max_pixels: images of more pixels are too large
 * @max_bytes: files of more bytes are too large; at most 2^31 - 1
 * @scaling: a #ThimbleScaling
 * @n_renditions: how many are made, from 1
 * @n_others: how many of their siblings follow that are not made; with them, at most
 *   %THIMBLE_MAX_RENDITIONS. They have their say in how large the picture is decoded, so that an
 *   output is the same whichever of the others are made along with it
 * @reserved: 0
 *
 * The recipe of the operations "thumbnail" and "probe" (which looks only at the limits).
 */
typedef struct
{
  guint64 max_pixels;
  guint64 max_bytes;
  guint32 scaling;
  guint32 n_renditions;
  guint32 n_others;
  guint32 reserved;
  ThimbleRenditionRecipe renditions[THIMBLE_MAX_RENDITIONS];
} ThimbleThumbnailRecipe;

/**
 * ThimbleProbeReply:
 * @width: after orientation, pixels
 * @height: after orientation, pixels
 * @format: a #ThimbleFormat
 * @has_alpha: whether pixels may be transparent
 * @is_scalable: a vector image
 * @format_name: "jpeg", "gif", …; ends with a zero byte
 *
 * The reply of the operation "probe".
 */
typedef struct
{
  guint32 width;
  guint32 height;
  guint8 format;
  guint8 has_alpha;
  guint8 is_scalable;
  guint8 reserved[5];
  char format_name[16];
} ThimbleProbeReply;

/** ThimbleOutputReply: one output of "thumbnail": its size in pixels and its real format. */
typedef struct
{
  guint32 width;
  guint32 height;
  guint32 format;
  guint32 reserved;
} ThimbleOutputReply;

/**
 * ThimbleThumbnailReply:
 * @source: what the source is
 * @content_hash: of the bytes read, see thimble-content-hash.h
 * @decode_us: microseconds of reading and decoding
 * @resize_us: microseconds of resampling, colour and orientation
 * @encode_us: microseconds of encoding
 * @n_outputs: as many as the recipe has renditions, in its order; the result has the bytes
 *
 * The reply of the operation "thumbnail".
 */
typedef struct
{
  ThimbleProbeReply source;
  char content_hash[40];
  guint64 decode_us;
  guint64 resize_us;
  guint64 encode_us;
  guint32 n_outputs;
  guint32 reserved;
  ThimbleOutputReply outputs[THIMBLE_MAX_RENDITIONS];
} ThimbleThumbnailReply;

gboolean thimble_recipe_parse_limits (GBytes *bytes,
                                      ThimbleThumbnailRecipe *recipe,
                                      GError **error);
gboolean thimble_recipe_parse (GBytes *bytes, ThimbleThumbnailRecipe *recipe, GError **error);

G_END_DECLS
