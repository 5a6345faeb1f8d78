/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-origin.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/**
 * ThimbleTextureCache:
 *
 * The pictures of images that were shown last, bounded by the bytes of their pixels: what is put
 * in beyond the bound pushes out what was used longest ago. Main thread only.
 */
#define THIMBLE_TYPE_TEXTURE_CACHE (thimble_texture_cache_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleTextureCache, thimble_texture_cache, THIMBLE, TEXTURE_CACHE, GObject)

/**
 * THIMBLE_TEXTURE_CACHE_MAX_BYTES:
 *
 * The bound that the grid uses; the large view has two textures beside it.
 */
#define THIMBLE_TEXTURE_CACHE_MAX_BYTES ((gsize) 96 * 1000 * 1000)

ThimbleTextureCache *thimble_texture_cache_new (gsize max_bytes);
GdkTexture *thimble_texture_cache_lookup (ThimbleTextureCache *self,
                                          ThimbleOrigin *origin,
                                          guint size_px);
void thimble_texture_cache_insert (ThimbleTextureCache *self,
                                   ThimbleOrigin *origin,
                                   guint size_px,
                                   GdkTexture *texture);
void thimble_texture_cache_clear (ThimbleTextureCache *self);
gsize thimble_texture_cache_get_n_bytes (ThimbleTextureCache *self);
guint thimble_texture_cache_get_n_textures (ThimbleTextureCache *self);

G_END_DECLS
