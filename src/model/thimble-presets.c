/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The presets that come with Thimble. They are defaults with sizes: what people want to name is
 * what the pictures are for. */

#include "thimble-presets.h"

static const struct
{
  const char *name;
  const char *sizes[8]; /* ends with NULL */
} builtin[] = {
  { "Thumbnails", { "128" } },
  { "Shop", { "32", "64", "200" } },
  { "Web", { "800" } },
  { "Responsive", { "320x", "640x", "960x", "1280x", "1920x" } },
};

static ThimblePreset *
make (guint index)
{
  ThimblePreset *preset = thimble_preset_new (builtin[index].name);
  ThimbleRendition renditions[G_N_ELEMENTS (builtin[0].sizes)];
  gboolean is_good = TRUE;
  guint n = 0;

  for (; builtin[index].sizes[n] != NULL; n++)
    {
      thimble_rendition_init (&renditions[n]);
      is_good = thimble_rendition_parse_size (&renditions[n], builtin[index].sizes[n], NULL)
                && is_good;
    }
  is_good = thimble_preset_set_renditions (preset, renditions, n, NULL) && is_good;
  g_assert (is_good);
  return preset;
}

/**
 * thimble_presets_get_builtin:
 *
 * Returns: (transfer full) (element-type ThimblePreset): new presets, in the order to show them
 */
GPtrArray *
thimble_presets_get_builtin (void)
{
  GPtrArray *presets = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (builtin); i++)
    g_ptr_array_add (presets, make (i));
  return presets;
}

/**
 * thimble_presets_find_builtin:
 * @name: in any case
 *
 * Returns: (transfer full) (nullable): a new preset, or %NULL if none has that name
 */
ThimblePreset *
thimble_presets_find_builtin (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (builtin); i++)
    if (g_ascii_strcasecmp (builtin[i].name, name) == 0)
      return make (i);
  return NULL;
}
