/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"
#include "thimble-recipe.h"
#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

/* A preset as recipes for workers: one for each set of renditions that some image still needs, made
 * once and shared by all its works. Usable from any thread. */
typedef struct _ThimbleRecipes ThimbleRecipes;

ThimbleRecipes *thimble_recipes_new (ThimblePreset *preset, const ThimbleRunOptions *options);
void thimble_recipes_free (ThimbleRecipes *self);
GBytes *thimble_recipes_get (ThimbleRecipes *self, guint32 mask);
const ThimbleRenditionRecipe *thimble_recipes_get_rendition (ThimbleRecipes *self, guint index);
const char *thimble_recipes_get_settings (ThimbleRecipes *self, guint index);
guint64 thimble_recipes_estimate_bytes (ThimbleRecipes *self,
                                        guint index,
                                        const ThimbleOrigin *origin);
guint64 thimble_recipes_estimate_space (ThimbleRecipes *self,
                                        guint32 mask,
                                        const ThimbleOrigin *origin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleRecipes, thimble_recipes_free)

G_END_DECLS
