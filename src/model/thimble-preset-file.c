/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Presets as text, the same for window and command line: a key file with one group for the preset
 * and one for each size.
 *
 *     [Preset]
 *     Name=Shop
 *     Destination=thumbnails
 *     NameTemplate={name}-{label}.{ext}
 *     Scaling=fast
 *
 *     [Rendition 1]
 *     Size=200
 *     Fit=cover
 *
 * Renditions are numbered from 1 without a gap. Keys of a rendition: Size, Fit, Gravity, Enlarge
 * (true, false), Format, Quality, Metadata, Background, with the values of the command line.
 * What is not said is as in the command line; a group or key that is not known is an error, because
 * a misspelt one would make the wrong pictures in silence. */

#include "thimble-preset-file.h"

#include <string.h>

#define PRESET_GROUP "Preset"

typedef gboolean (*ReadFunc) (ThimbleRendition *rendition, const char *text, GError **error);
typedef char *(*WriteFunc) (const ThimbleRendition *rendition);

static gboolean
fail (GError **error, const char *text, const char *expected)
{
  g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
               "“%s” is not valid: write %s.", text, expected);
  return FALSE;
}

static gboolean
read_fit (ThimbleRendition *r, const char *text, GError **error)
{
  return thimble_fit_from_name (text, &r->fit)
         || fail (error, text, "inside, cover, contain or fill");
}

static char *
write_fit (const ThimbleRendition *r)
{
  return g_strdup (thimble_fit_get_name (r->fit));
}

static gboolean
read_gravity (ThimbleRendition *r, const char *text, GError **error)
{
  return thimble_gravity_from_name (text, &r->gravity)
         || fail (error, text, "centre, north, north-east, …, or attention");
}

static char *
write_gravity (const ThimbleRendition *r)
{
  return g_strdup (thimble_gravity_get_name (r->gravity));
}

static gboolean
read_enlarge (ThimbleRendition *r, const char *text, GError **error)
{
  r->enlarge = g_str_equal (text, "true");
  return r->enlarge || g_str_equal (text, "false") || fail (error, text, "true or false");
}

static char *
write_enlarge (const ThimbleRendition *r)
{
  return g_strdup (r->enlarge ? "true" : "false");
}

static gboolean
read_format (ThimbleRendition *r, const char *text, GError **error)
{
  r->format = thimble_format_from_name (text);
  return r->format != THIMBLE_FORMAT_OTHER || fail (error, text, "same, jpeg, png or webp");
}

static char *
write_format (const ThimbleRendition *r)
{
  return g_strdup (thimble_format_get_name (r->format));
}

static gboolean
read_quality (ThimbleRendition *r, const char *text, GError **error)
{
  guint64 quality;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 100, &quality, NULL))
    return fail (error, text, "a number from 1 to 100");
  r->quality = quality;
  return TRUE;
}

static char *
write_quality (const ThimbleRendition *r)
{
  return g_strdup_printf ("%d", r->quality);
}

static gboolean
read_metadata (ThimbleRendition *r, const char *text, GError **error)
{
  return thimble_metadata_from_name (text, &r->metadata) || fail (error, text, "none, keep or desktop");
}

static char *
write_metadata (const ThimbleRendition *r)
{
  return g_strdup (thimble_metadata_get_name (r->metadata));
}

static const struct
{
  const char *key;
  ReadFunc read;
  WriteFunc write;
} rendition_keys[] = {
  { "Size", thimble_rendition_parse_size, thimble_rendition_dup_size },
  { "Fit", read_fit, write_fit },
  { "Gravity", read_gravity, write_gravity },
  { "Enlarge", read_enlarge, write_enlarge },
  { "Format", read_format, write_format },
  { "Quality", read_quality, write_quality },
  { "Metadata", read_metadata, write_metadata },
  { "Background", thimble_rendition_parse_background, thimble_rendition_dup_background },
};

static gboolean
read_rendition_key (ThimbleRendition *rendition, const char *key, const char *text, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (rendition_keys); i++)
    if (g_str_equal (rendition_keys[i].key, key))
      return rendition_keys[i].read (rendition, text, error);
  g_set_error_literal (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                       "There is no such key; the keys are Size, Fit, Gravity, Enlarge, Format, "
                       "Quality, Metadata and Background.");
  return FALSE;
}

static gboolean
read_preset_key (ThimblePreset *self, const char *key, const char *text, GError **error)
{
  ThimbleScaling scaling;

  if (g_str_equal (key, "Name"))
    return TRUE;
  if (g_str_equal (key, "NameTemplate"))
    return thimble_preset_set_name_template (self, text, error);
  if (g_str_equal (key, "Destination"))
    {
      thimble_preset_set_destination (self, text);
      return TRUE;
    }
  if (g_str_equal (key, "Scaling"))
    {
      if (!thimble_scaling_from_name (text, &scaling))
        return fail (error, text, "fast or fine");
      thimble_preset_set_scaling (self, scaling);
      return TRUE;
    }
  g_set_error_literal (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                       "There is no such key; the keys are Name, Destination, NameTemplate and "
                       "Scaling.");
  return FALSE;
}

/* Reads all keys of a group, into the rendition if there is one, else into the preset. */
static gboolean
read_group (GKeyFile *file, const char *group, ThimblePreset *self, ThimbleRendition *rendition,
            GError **error)
{
  g_auto(GStrv) keys = g_key_file_get_keys (file, group, NULL, error);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, group, keys[i], error);

      if (text != NULL
          && (rendition != NULL ? read_rendition_key (rendition, keys[i], text, error)
                                : read_preset_key (self, keys[i], text, error)))
        continue;
      g_prefix_error (error, "%s in [%s]: ", keys[i], group);
      return FALSE;
    }
  return keys != NULL;
}

static gboolean
read_renditions (GKeyFile *file, ThimblePreset *self, GError **error)
{
  ThimbleRendition renditions[THIMBLE_PRESET_MAX_RENDITIONS];
  guint n_renditions = 0;
  g_auto(GStrv) groups = g_key_file_get_groups (file, NULL);

  for (; n_renditions < G_N_ELEMENTS (renditions); n_renditions++)
    {
      g_autofree char *group = g_strdup_printf ("Rendition %u", n_renditions + 1);

      if (!g_key_file_has_group (file, group))
        break;
      thimble_rendition_init (&renditions[n_renditions]);
      if (!read_group (file, group, self, &renditions[n_renditions], error))
        return FALSE;
    }
  if (g_strv_length (groups) != n_renditions + 1)
    {
      g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                   "There is a group of unknown name: beside [" PRESET_GROUP "] there are "
                   "[Rendition 1] to [Rendition %d], numbered without a gap.",
                   THIMBLE_PRESET_MAX_RENDITIONS);
      return FALSE;
    }
  return n_renditions == 0 || thimble_preset_set_renditions (self, renditions, n_renditions, error);
}

/**
 * thimble_preset_new_from_text:
 * @text: (array length=n_bytes): a preset in the format that this file's beginning describes
 *
 * Pure, from any thread.
 *
 * Returns: (transfer full): a preset, or %NULL and @error in %G_KEY_FILE_ERROR or
 *   %THIMBLE_PRESET_ERROR
 */
ThimblePreset *
thimble_preset_new_from_text (const char *text, gsize n_bytes, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_autoptr(ThimblePreset) self = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (!g_key_file_load_from_data (file, text, n_bytes, G_KEY_FILE_NONE, error))
    return NULL;
  name = g_key_file_get_string (file, PRESET_GROUP, "Name", error);
  if (name == NULL)
    return NULL;

  self = thimble_preset_new (name);
  if (!read_group (file, PRESET_GROUP, self, NULL, error) || !read_renditions (file, self, error)
      || !thimble_preset_check (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
write_string (GKeyFile *file, const char *key, const char *text)
{
  if (text != NULL)
    g_key_file_set_string (file, PRESET_GROUP, key, text);
}

/**
 * thimble_preset_dup_text:
 *
 * Returns: (transfer full): the preset as text, every key written; or %NULL and @error
 *   (%THIMBLE_PRESET_ERROR) if the destination's name is not UTF-8, which key files must be
 */
char *
thimble_preset_dup_text (ThimblePreset *self, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  const char *destination;

  g_return_val_if_fail (THIMBLE_IS_PRESET (self), NULL);

  destination = thimble_preset_get_destination (self);
  if (destination != NULL && !g_utf8_validate (destination, -1, NULL))
    {
      g_set_error_literal (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                           "The name of the destination is not UTF-8; choose another one to save "
                           "the preset.");
      return NULL;
    }

  write_string (file, "Name", thimble_preset_get_name (self));
  write_string (file, "Destination", destination);
  write_string (file, "NameTemplate", thimble_preset_get_name_template (self));
  write_string (file, "Scaling", thimble_scaling_get_name (thimble_preset_get_scaling (self)));
  for (guint i = 0; i < thimble_preset_get_n_renditions (self); i++)
    {
      g_autofree char *group = g_strdup_printf ("Rendition %u", i + 1);

      for (guint k = 0; k < G_N_ELEMENTS (rendition_keys); k++)
        {
          g_autofree char *text
            = rendition_keys[k].write (thimble_preset_get_rendition (self, i));

          g_key_file_set_string (file, group, rendition_keys[k].key, text);
        }
    }
  return g_key_file_to_data (file, NULL, NULL);
}

/**
 * thimble_preset_load_from_file:
 * @path: (type filename): a file that holds a preset
 *
 * Blocks on the disk: not for the main thread of a window.
 *
 * Returns: (transfer full): a preset, or %NULL and @error in %G_FILE_ERROR, %G_KEY_FILE_ERROR or
 *   %THIMBLE_PRESET_ERROR, with the file's name before the message
 */
ThimblePreset *
thimble_preset_load_from_file (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize n_bytes;
  ThimblePreset *self;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_file_get_contents (path, &text, &n_bytes, error))
    return NULL;
  self = thimble_preset_new_from_text (text, n_bytes, error);
  if (self == NULL)
    {
      g_autofree char *name = g_filename_display_name (path);

      g_prefix_error (error, "The preset file “%s” can’t be used: ", name);
    }
  return self;
}

/**
 * thimble_preset_save_to_file:
 * @path: (type filename): where to; what is there is replaced once the new file is whole
 *
 * Blocks on the disk: not for the main thread of a window.
 *
 * Returns: whether it was written; if not, @error is set in %G_FILE_ERROR or %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_preset_save_to_file (ThimblePreset *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  text = thimble_preset_dup_text (self, error);
  return text != NULL && g_file_set_contents (path, text, -1, error);
}
