/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How options and presets name scalings and what is kept of metadata. */

#include "thimble-preset.h"

static const GEnumValue scalings[] = {
  { THIMBLE_SCALING_FAST, "THIMBLE_SCALING_FAST", "fast" },
  { THIMBLE_SCALING_FINE, "THIMBLE_SCALING_FINE", "fine" },
  { 0, NULL, NULL },
};

static const char *const metadata_names[] = {
  [THIMBLE_METADATA_NONE] = "none",
  [THIMBLE_METADATA_KEEP] = "keep",
  [THIMBLE_METADATA_DESKTOP] = "desktop",
};

GType
thimble_scaling_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ThimbleScaling", scalings));
  return type;
}

/**
 * thimble_scaling_get_name:
 *
 * Returns: (transfer none): "fast" or "fine"
 */
const char *
thimble_scaling_get_name (ThimbleScaling scaling)
{
  g_return_val_if_fail ((guint) scaling <= THIMBLE_SCALING_FINE, NULL);
  return scalings[scaling].value_nick;
}

/**
 * thimble_scaling_from_name:
 * @name: "fast" or "fine", in any case
 * @scaling: (out): set on success
 */
gboolean
thimble_scaling_from_name (const char *name, ThimbleScaling *scaling)
{
  g_return_val_if_fail (name != NULL, FALSE);

  for (guint i = 0; scalings[i].value_nick != NULL; i++)
    if (g_ascii_strcasecmp (scalings[i].value_nick, name) == 0)
      {
        *scaling = scalings[i].value;
        return TRUE;
      }
  return FALSE;
}

/**
 * thimble_metadata_get_name:
 *
 * Returns: (transfer none): "none", "keep" or "desktop"
 */
const char *
thimble_metadata_get_name (ThimbleMetadata metadata)
{
  g_return_val_if_fail ((guint) metadata < G_N_ELEMENTS (metadata_names), NULL);
  return metadata_names[metadata];
}

/**
 * thimble_metadata_from_name:
 * @name: "none", "keep" or "desktop", in any case
 * @metadata: (out): set on success
 */
gboolean
thimble_metadata_from_name (const char *name, ThimbleMetadata *metadata)
{
  g_return_val_if_fail (name != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (metadata_names); i++)
    if (g_ascii_strcasecmp (metadata_names[i], name) == 0)
      {
        *metadata = i;
        return TRUE;
      }
  return FALSE;
}
