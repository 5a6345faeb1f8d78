/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is set in the panel and in Preferences, in the GSettings it is kept in. Without an installed
 * schema the window works with the defaults and keeps nothing: g_settings_new would end the program.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-settings.h"

#include "thimble-preset-file.h"
#include "thimble-presets.h"

#include <string.h>

/* Enough that the window goes first; workers have all that it leaves. */
#define WORKERS_NICENESS 10

/**
 * thimble_settings_dup_default_destination:
 *
 * Returns: (transfer full) (type filename): Thimble in the user's folder of pictures
 */
char *
thimble_settings_dup_default_destination (void)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);

  if (pictures != NULL)
    return g_build_filename (pictures, "Thimble", NULL);
  return g_build_filename (g_get_home_dir (), "Thimble", NULL);
}

/**
 * thimble_settings_open_store:
 *
 * Returns: (transfer full) (nullable): the store, if its schema can be found
 */
GSettings *
thimble_settings_open_store (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE);
  if (schema == NULL)
    {
      g_debug ("The schema “%s” is not installed, settings are not kept", APPLICATION_ID);
      return NULL;
    }
  return g_settings_new_full (schema, NULL, NULL);
}

/* What an earlier version kept, or a person wrote, may be no preset: then the first one counts. */
static ThimblePreset *
load_preset (GSettings *store)
{
  g_autofree char *text = g_settings_get_string (store, "preset");
  g_autoptr(GPtrArray) builtin = NULL;
  g_autoptr(GError) error = NULL;
  ThimblePreset *preset = NULL;

  if (text[0] != '\0')
    preset = thimble_preset_new_from_text (text, strlen (text), &error);
  if (preset != NULL)
    return preset;
  if (error != NULL)
    g_debug ("The preset that was kept can’t be used: %s", error->message);
  builtin = thimble_presets_get_builtin ();
  return g_object_ref (builtin->pdata[0]);
}

/**
 * thimble_settings_load:
 *
 * Returns: (transfer full): what was kept, or the defaults
 */
ThimbleSettings *
thimble_settings_load (void)
{
  ThimbleSettings *self = g_new0 (ThimbleSettings, 1);
  g_autoptr(GSettings) store = thimble_settings_open_store ();

  if (store == NULL)
    {
      self->preset = thimble_preset_new ("");
      self->destination = thimble_settings_dup_default_destination ();
      self->window_width = 1100;
      self->window_height = 740;
      return self;
    }

  self->preset = load_preset (store);
  self->destination = g_settings_get_string (store, "destination");
  self->window_width = g_settings_get_int (store, "window-width");
  self->window_height = g_settings_get_int (store, "window-height");
  self->window_maximized = g_settings_get_boolean (store, "window-maximized");

  if (!g_path_is_absolute (self->destination))
    {
      g_free (self->destination);
      self->destination = thimble_settings_dup_default_destination ();
    }
  return self;
}

/**
 * thimble_settings_save:
 *
 * Keeps what is set for the next start. A destination that is the default is not kept, so that it
 * follows the user's folder of pictures; nor is one that the preset brings.
 */
void
thimble_settings_save (const ThimbleSettings *self)
{
  g_autoptr(GSettings) store = thimble_settings_open_store ();
  g_autofree char *default_destination = thimble_settings_dup_default_destination ();
  g_autofree char *text = NULL;
  gboolean is_default;

  g_return_if_fail (self != NULL);

  if (store == NULL)
    return;

  text = thimble_preset_dup_text (self->preset, NULL);
  if (text != NULL)
    g_settings_set_string (store, "preset", text);
  if (thimble_preset_get_destination (self->preset) == NULL)
    {
      is_default = strcmp (self->destination, default_destination) == 0
                   || !g_utf8_validate (self->destination, -1, NULL);
      g_settings_set_string (store, "destination", is_default ? "" : self->destination);
    }
  g_settings_set_int (store, "window-width", self->window_width);
  g_settings_set_int (store, "window-height", self->window_height);
  g_settings_set_boolean (store, "window-maximized", self->window_maximized);
}

/**
 * thimble_settings_free:
 * @self: (transfer full): what to let go
 */
void
thimble_settings_free (ThimbleSettings *self)
{
  g_clear_object (&self->preset);
  g_free (self->destination);
  g_free (self);
}

/**
 * thimble_settings_dup_preset:
 * @error: says which value can't be, and why
 *
 * Returns: (transfer full): what a run is to make, with its destination
 */
ThimblePreset *
thimble_settings_dup_preset (const ThimbleSettings *self, GError **error)
{
  g_autoptr(ThimblePreset) preset = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  preset = thimble_preset_copy (self->preset);
  if (thimble_preset_get_destination (preset) == NULL)
    thimble_preset_set_destination (preset, self->destination);
  return thimble_preset_check (preset, error) ? g_steal_pointer (&preset) : NULL;
}

/**
 * thimble_preferences_get_run_options:
 * @options: (out caller-allocates): how runs of the window go
 */
void
thimble_preferences_get_run_options (ThimbleRunOptions *options)
{
  g_autoptr(GSettings) store = thimble_settings_open_store ();

  *options = (ThimbleRunOptions) THIMBLE_RUN_OPTIONS_INIT;
  if (store == NULL)
    return;
  options->max_pixels = (guint64) g_settings_get_int (store, "max-megapixels") * 1000 * 1000;
  options->max_bytes = (guint64) g_settings_get_int (store, "max-megabytes") * 1000 * 1000;
  options->connections = (guint) g_settings_get_int (store, "connections");
  options->per_host = (guint) g_settings_get_int (store, "per-host");
  options->overwrite = g_settings_get_boolean (store, "overwrite");
  options->prune = g_settings_get_boolean (store, "prune");
  options->remove_originals = !g_settings_get_boolean (store, "keep-originals");
}

/**
 * thimble_preferences_create_engine:
 * @is_open: whether images are to be read without isolation, whatever is set
 *
 * Makes the engine that is set. Its workers stand back behind the window, which would otherwise wait
 * for a processor when there is a worker for each.
 *
 * Returns: (transfer full) (nullable): the engine, or %NULL with @error set, as
 *   [ctor@Engine.new_full]
 */
ThimbleEngine *
thimble_preferences_create_engine (gboolean is_open, GError **error)
{
  g_autoptr(GSettings) store = thimble_settings_open_store ();
  ThimbleEngineLimits limits = THIMBLE_ENGINE_LIMITS_INIT;
  ThimbleExecutorKind kind = THIMBLE_EXECUTOR_KIND_PROCESSES;
  ThimbleEngine *engine;
  guint max_workers = 0;

  if (store != NULL)
    {
      g_autofree char *name = g_settings_get_string (store, "executor");

      thimble_executor_kind_from_name (name, &kind);
      max_workers = (guint) g_settings_get_int (store, "workers");
    }
  limits.niceness = WORKERS_NICENESS;
  engine = thimble_engine_new_full (is_open ? THIMBLE_EXECUTOR_KIND_THREADS : kind, max_workers,
                                    &limits, error);
  if (engine != NULL && !thimble_engine_try (engine, error))
    g_clear_object (&engine);
  return engine;
}

/**
 * thimble_preferences_get_flag:
 * @key: of a boolean setting
 *
 * Returns: what it is, or %FALSE without a schema
 */
gboolean
thimble_preferences_get_flag (const char *key)
{
  g_autoptr(GSettings) store = thimble_settings_open_store ();

  return store != NULL && g_settings_get_boolean (store, key);
}
