/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-types.h"

#include <glib-object.h>

G_BEGIN_DECLS

/** THIMBLE_MAX_SIDE: the longest side an output may have, in pixels. */
#define THIMBLE_MAX_SIDE 65535

/** THIMBLE_MAX_PERCENT: the largest scale, in hundredths of a percent. */
#define THIMBLE_MAX_PERCENT 1000000

/**
 * ThimbleRendition:
 * @width: the box in pixels, 1 to 65535, or 0 for free
 * @height: likewise
 * @percent: of the source's size, in hundredths of a percent; 0 where the box counts
 * @fit: how the image goes into the box
 * @gravity: what cover keeps, where contain puts the image
 * @enlarge: whether small images are made larger
 * @format: what is written
 * @quality: 1 to 100
 * @metadata: what is kept
 * @background: R, G, B, A
 *
 * One output of each image. A plain value.
 */
typedef struct
{
  guint32 width;
  guint32 height;
  guint32 percent;
  ThimbleFit fit;
  ThimbleGravity gravity;
  gboolean enlarge;
  ThimbleFormat format;
  int quality;
  ThimbleMetadata metadata;
  guint8 background[4];
} ThimbleRendition;

void thimble_rendition_init (ThimbleRendition *self);
gboolean thimble_rendition_parse_size (ThimbleRendition *self, const char *text, GError **error);
char *thimble_rendition_dup_label (const ThimbleRendition *self);
char *thimble_rendition_dup_size (const ThimbleRendition *self);
const char *thimble_rendition_get_cache_folder (const ThimbleRendition *self);
gboolean thimble_rendition_parse_background (ThimbleRendition *self,
                                             const char *text,
                                             GError **error);
char *thimble_rendition_dup_background (const ThimbleRendition *self);
gboolean thimble_rendition_check (const ThimbleRendition *self, GError **error);
gboolean thimble_rendition_equal (const ThimbleRendition *a, const ThimbleRendition *b);

const char *thimble_metadata_get_name (ThimbleMetadata metadata);
gboolean thimble_metadata_from_name (const char *name, ThimbleMetadata *metadata);

G_END_DECLS
