/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The presets that come with Thimble. They are defaults with sizes, named by what the pictures are
 * for; two are more: "Rebrand" makes a tree that can take the place of the one it was made from, and
 * "Desktop thumbnails" fills the cache that file managers look into, as the Thumbnail Managing
 * Standard 0.9.0 has it. */

#include "thimble-presets.h"

#include <unistd.h>

typedef struct
{
  const char *name;
  const char *sizes[8];      /* ends with NULL */
  const char *name_template; /* or NULL */
  ThimbleFormat format;
  ThimbleMetadata metadata;
  int quality;
  gboolean is_desktop; /* goes into the desktop's cache */
} Builtin;

static const Builtin builtin[] = {
  { "Thumbnails", { "128" }, NULL, THIMBLE_FORMAT_SAME, THIMBLE_METADATA_NONE, 80, FALSE },
  { "Rebrand", { "100%", "128" }, "{name}{-label}.{ext}", THIMBLE_FORMAT_SAME,
    THIMBLE_METADATA_KEEP, 90, FALSE },
  { "Shop", { "32", "64", "200" }, NULL, THIMBLE_FORMAT_SAME, THIMBLE_METADATA_NONE, 80, FALSE },
  { "Web", { "800" }, NULL, THIMBLE_FORMAT_SAME, THIMBLE_METADATA_NONE, 80, FALSE },
  { "Responsive", { "320x", "640x", "960x", "1280x", "1920x" }, NULL, THIMBLE_FORMAT_SAME,
    THIMBLE_METADATA_NONE, 80, FALSE },
  { "Desktop thumbnails", { "128", "256", "512", "1024" }, "{cache}/{uri}.png",
    THIMBLE_FORMAT_PNG, THIMBLE_METADATA_DESKTOP, 80, TRUE },
};

/* Inside a sandbox the user's cache is another one than that of the file manager, which has the
 * default place unless the user moved it. */
static char *
dup_desktop_cache (void)
{
  if (access ("/.flatpak-info", F_OK) == 0)
    return g_build_filename (g_get_home_dir (), ".cache", "thumbnails", NULL);
  return g_build_filename (g_get_user_cache_dir (), "thumbnails", NULL);
}

static ThimblePreset *
make (const Builtin *entry)
{
  ThimblePreset *preset = thimble_preset_new (entry->name);
  ThimbleRendition renditions[G_N_ELEMENTS (entry->sizes)];
  gboolean is_good = TRUE;
  guint n = 0;

  for (; entry->sizes[n] != NULL; n++)
    {
      thimble_rendition_init (&renditions[n]);
      renditions[n].format = entry->format;
      renditions[n].metadata = entry->metadata;
      renditions[n].quality = entry->quality;
      is_good = thimble_rendition_parse_size (&renditions[n], entry->sizes[n], NULL) && is_good;
    }
  is_good = thimble_preset_set_renditions (preset, renditions, n, NULL) && is_good;
  is_good = thimble_preset_set_name_template (preset, entry->name_template, NULL) && is_good;
  if (entry->is_desktop)
    {
      g_autofree char *cache = dup_desktop_cache ();

      thimble_preset_set_destination (preset, cache);
    }
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
    g_ptr_array_add (presets, make (&builtin[i]));
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
      return make (&builtin[i]);
  return NULL;
}

/**
 * thimble_preset_is_desktop:
 *
 * Returns: whether outputs are for the desktop's thumbnail cache: they carry its metadata, are only
 *   for the user's eyes, and take the place of what other programs put there
 */
gboolean
thimble_preset_is_desktop (ThimblePreset *preset)
{
  for (guint i = 0; i < thimble_preset_get_n_renditions (preset); i++)
    if (thimble_preset_get_rendition (preset, i)->metadata == THIMBLE_METADATA_DESKTOP)
      return TRUE;
  return FALSE;
}
