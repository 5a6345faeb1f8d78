/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is set in the panel, between three forms: a plain struct that widgets read and write, the
 * GSettings it is kept in, and the preset that a run takes. Without an installed schema the window
 * works with the defaults and keeps nothing: g_settings_new would end the program.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-settings.h"

#include <string.h>

static char *
dup_default_destination (void)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);

  if (pictures != NULL)
    return g_build_filename (pictures, "Thimble", NULL);
  return g_build_filename (g_get_home_dir (), "Thimble", NULL);
}

/**
 * thimble_settings_open_store:
 *
 * Returns: (transfer full) (nullable): what settings are kept in, if its schema can be found
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
  g_autofree char *fit = NULL;
  g_autofree char *format = NULL;

  if (store == NULL)
    {
      self->sizes = g_strdup ("128");
      self->quality = 80;
      self->destination = dup_default_destination ();
      self->window_width = 1100;
      self->window_height = 740;
      return self;
    }

  fit = g_settings_get_string (store, "fit");
  format = g_settings_get_string (store, "format");
  thimble_fit_from_name (fit, &self->fit);
  self->format = thimble_format_from_name (format);
  self->sizes = g_settings_get_string (store, "sizes");
  self->quality = g_settings_get_int (store, "quality");
  self->destination = g_settings_get_string (store, "destination");
  self->window_width = g_settings_get_int (store, "window-width");
  self->window_height = g_settings_get_int (store, "window-height");
  self->window_maximized = g_settings_get_boolean (store, "window-maximized");

  if (!g_path_is_absolute (self->destination))
    {
      g_free (self->destination);
      self->destination = dup_default_destination ();
    }
  return self;
}

/**
 * thimble_settings_save:
 *
 * Keeps what is set for the next start. A destination that is the default is not kept, so that it
 * follows the user's folder of pictures.
 */
void
thimble_settings_save (const ThimbleSettings *self)
{
  g_autoptr(GSettings) store = thimble_settings_open_store ();
  g_autofree char *default_destination = dup_default_destination ();
  gboolean is_default;

  g_return_if_fail (self != NULL);

  if (store == NULL)
    return;

  is_default = strcmp (self->destination, default_destination) == 0
               || !g_utf8_validate (self->destination, -1, NULL);
  g_settings_set_string (store, "sizes", self->sizes);
  g_settings_set_string (store, "fit", thimble_fit_get_name (self->fit));
  g_settings_set_string (store, "format", thimble_format_get_name (self->format));
  g_settings_set_int (store, "quality", self->quality);
  g_settings_set_string (store, "destination", is_default ? "" : self->destination);
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
  g_free (self->sizes);
  g_free (self->destination);
  g_free (self);
}

/* One rendition for each size of the list. A separator at its end is the beginning of a size that
 * is still being typed. */
static GArray *
thimble_settings_parse_sizes (const ThimbleSettings *self, GError **error)
{
  g_autoptr(GArray) renditions = g_array_new (FALSE, TRUE, sizeof (ThimbleRendition));
  g_autoptr(GString) text = g_string_new (self->sizes);
  g_auto(GStrv) sizes = NULL;

  g_string_replace (text, " ", "", 0);
  sizes = g_strsplit_set (text->str, ",;", -1);

  for (guint i = 0; sizes[i] != NULL; i++)
    {
      ThimbleRendition rendition;

      if (i > 0 && sizes[i][0] == '\0' && sizes[i + 1] == NULL)
        break;
      thimble_rendition_init (&rendition);
      rendition.fit = self->fit;
      rendition.format = self->format;
      rendition.quality = self->quality;
      if (!thimble_rendition_parse_size (&rendition, sizes[i], error))
        return NULL;
      g_array_append_val (renditions, rendition);
    }

  return g_steal_pointer (&renditions);
}

/**
 * thimble_settings_dup_preset:
 * @error: says which value can't be, and why
 *
 * Returns: (transfer full): what a run is to make
 */
ThimblePreset *
thimble_settings_dup_preset (const ThimbleSettings *self, GError **error)
{
  g_autoptr(ThimblePreset) preset = NULL;
  g_autoptr(GArray) renditions = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  renditions = thimble_settings_parse_sizes (self, error);
  if (renditions == NULL)
    return NULL;

  preset = thimble_preset_new ("window");
  thimble_preset_set_destination (preset, self->destination);
  if (!thimble_preset_set_renditions (preset, (gconstpointer) renditions->data,
                                      renditions->len, error))
    return NULL;
  return g_steal_pointer (&preset);
}
