/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-rendition.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * THIMBLE_ENGINE_VERSION:
 *
 * Part of every settings hash. Raise it when outputs of the same settings change, so that those
 * made before are made anew.
 */
#define THIMBLE_ENGINE_VERSION 1

/** THIMBLE_PRESET_MAX_RENDITIONS: how many outputs an image may have. */
#define THIMBLE_PRESET_MAX_RENDITIONS 16

/**
 * ThimblePresetError:
 * @THIMBLE_PRESET_ERROR_INVALID: a value is out of its range; the message says value, range, key
 */
typedef enum
{
  THIMBLE_PRESET_ERROR_INVALID,
} ThimblePresetError;

#define THIMBLE_PRESET_ERROR (thimble_preset_error_quark ())
GQuark thimble_preset_error_quark (void);

/**
 * ThimblePreset:
 *
 * A named set of renditions, with destination and naming: all that decides what is made. A run
 * takes a copy. Main thread only, a copy may be read from any thread.
 *
 * Properties: "name" (fixed), "destination", "name-template", "scaling" and "renditions" (a #GArray
 * of #ThimbleRendition, read-only); they notify when their value changes.
 */
#define THIMBLE_TYPE_PRESET (thimble_preset_get_type ())
G_DECLARE_FINAL_TYPE (ThimblePreset, thimble_preset, THIMBLE, PRESET, GObject)

#define THIMBLE_TYPE_SCALING (thimble_scaling_get_type ())
GType thimble_scaling_get_type (void);
const char *thimble_scaling_get_name (ThimbleScaling scaling);
gboolean thimble_scaling_from_name (const char *name, ThimbleScaling *scaling);

ThimblePreset *thimble_preset_new (const char *name);
ThimblePreset *thimble_preset_copy_as (ThimblePreset *self, const char *name);
ThimblePreset *thimble_preset_copy (ThimblePreset *self);
const char *thimble_preset_get_name (ThimblePreset *self);
const char *thimble_preset_get_destination (ThimblePreset *self);
void thimble_preset_set_destination (ThimblePreset *self, const char *path);
const char *thimble_preset_get_name_template (ThimblePreset *self);
gboolean thimble_preset_set_name_template (ThimblePreset *self,
                                           const char *name_template,
                                           GError **error);
ThimbleScaling thimble_preset_get_scaling (ThimblePreset *self);
void thimble_preset_set_scaling (ThimblePreset *self, ThimbleScaling scaling);
guint thimble_preset_get_n_renditions (ThimblePreset *self);
const ThimbleRendition *thimble_preset_get_rendition (ThimblePreset *self, guint index);
gboolean thimble_preset_set_renditions (ThimblePreset *self,
                                        const ThimbleRendition *renditions,
                                        guint n_renditions,
                                        GError **error);
gboolean thimble_preset_check (ThimblePreset *self, GError **error);
char *thimble_preset_dup_settings_hash (ThimblePreset *self, guint index);

G_END_DECLS
