/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  THIMBLE_NAME_IS_IMAGE,
  THIMBLE_NAME_IS_OTHER,
  THIMBLE_NAME_SAYS_NOTHING,
} ThimbleNameKind;

ThimbleNameKind thimble_image_name_guess (GHashTable *cache, const char *name);
gboolean thimble_image_name_is_common (const char *name);
GHashTable *thimble_image_name_cache_new (void);

G_END_DECLS
