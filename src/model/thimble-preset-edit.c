/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changes that people make to a preset in a window, one at a time. */

#include "thimble-preset-edit.h"

static GArray *
dup_renditions (ThimblePreset *self)
{
  GArray *renditions = g_array_new (FALSE, FALSE, sizeof (ThimbleRendition));

  for (guint i = 0; i < thimble_preset_get_n_renditions (self); i++)
    g_array_append_vals (renditions, thimble_preset_get_rendition (self, i), 1);
  return renditions;
}

static gboolean
take (ThimblePreset *self, GArray *renditions, GError **error)
{
  return thimble_preset_set_renditions (
    self, (const ThimbleRendition *) (gconstpointer) renditions->data, renditions->len, error);
}

/**
 * thimble_preset_add_size:
 * @text: as [method@Rendition.parse_size] reads it, with spaces around it or not
 *
 * Adds a size that is made as the first one is.
 *
 * Returns: whether it was accepted; if not, nothing has changed and @error is set in
 *   %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_preset_add_size (ThimblePreset *self, const char *text, GError **error)
{
  g_autoptr(GArray) renditions = NULL;
  g_autofree char *size = g_strstrip (g_strdup (text));
  ThimbleRendition rendition;

  g_return_val_if_fail (THIMBLE_IS_PRESET (self), FALSE);

  rendition = *thimble_preset_get_rendition (self, 0);
  if (!thimble_rendition_parse_size (&rendition, size, error))
    return FALSE;
  renditions = dup_renditions (self);
  g_array_append_val (renditions, rendition);
  return take (self, renditions, error);
}

/**
 * thimble_preset_remove_size:
 * @index: less than the number of renditions
 *
 * Returns: whether it was removed; the last one stays
 */
gboolean
thimble_preset_remove_size (ThimblePreset *self, guint index)
{
  g_autoptr(GArray) renditions = NULL;

  g_return_val_if_fail (THIMBLE_IS_PRESET (self), FALSE);
  g_return_val_if_fail (index < thimble_preset_get_n_renditions (self), FALSE);

  renditions = dup_renditions (self);
  g_array_remove_index (renditions, index);
  return take (self, renditions, NULL);
}

/**
 * thimble_preset_set_images:
 * @fit: for all sizes, unless it is what the first one has
 * @format: likewise
 * @quality: likewise
 *
 * What is changed is changed for all sizes; what is not stays as the preset has it for each.
 *
 * Returns: whether it was accepted; if not, nothing has changed and @error is set in
 *   %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_preset_set_images (ThimblePreset *self,
                           ThimbleFit fit,
                           ThimbleFormat format,
                           int quality,
                           GError **error)
{
  g_autoptr(GArray) renditions = NULL;
  ThimbleRendition first;

  g_return_val_if_fail (THIMBLE_IS_PRESET (self), FALSE);

  first = *thimble_preset_get_rendition (self, 0);
  renditions = dup_renditions (self);
  for (guint i = 0; i < renditions->len; i++)
    {
      ThimbleRendition *rendition = &g_array_index (renditions, ThimbleRendition, i);

      rendition->fit = fit != first.fit ? fit : rendition->fit;
      rendition->format = format != first.format ? format : rendition->format;
      rendition->quality = quality != first.quality ? quality : rendition->quality;
    }
  return take (self, renditions, error);
}
