/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-origin.h"
#include "thimble-preset.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleNaming:
 *
 * What outputs are called: a function of an image's source, its siblings and the settings, never of
 * order, time, machine or shard. Immutable; usable from any thread.
 *
 * A *plan* is an output's name relative to the destination as far as it is known before the image
 * was looked at. Where the extension depends on what is in it, the plan ends with ".?"; where the
 * size in pixels is part of the name, it has "?" in that place.
 */
typedef struct _ThimbleNaming ThimbleNaming;

ThimbleNaming *thimble_naming_new (ThimblePreset *preset,
                                   GPtrArray *folders,
                                   ThimbleOrigin *const *origins,
                                   const guint8 *is_excluded,
                                   guint n_origins,
                                   const char *destination,
                                   GError **error);
void thimble_naming_free (ThimbleNaming *self);
guint thimble_naming_get_n_renditions (ThimbleNaming *self);
const char *thimble_naming_get_label (ThimbleNaming *self, guint rendition);
char *thimble_naming_dup_plan (ThimbleNaming *self, guint origin, guint rendition);
char *thimble_naming_dup_path (ThimbleNaming *self,
                               guint origin,
                               guint rendition,
                               ThimbleFormat format,
                               guint32 width_px,
                               guint32 height_px);
gboolean thimble_naming_is_planned (ThimbleNaming *self, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleNaming, thimble_naming_free)

G_END_DECLS
