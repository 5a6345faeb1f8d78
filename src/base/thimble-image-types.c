/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of the enumerations that presets, command line and codecs share. */

#include "thimble-image-types.h"

static const struct
{
  const char *name;
  const char *extension;
} formats[] = {
  [THIMBLE_FORMAT_SAME] = { "same", NULL },
  [THIMBLE_FORMAT_JPEG] = { "jpeg", "jpg" },
  [THIMBLE_FORMAT_PNG] = { "png", "png" },
  [THIMBLE_FORMAT_WEBP] = { "webp", "webp" },
  [THIMBLE_FORMAT_PIXELS] = { "pixels", NULL },
  [THIMBLE_FORMAT_OTHER] = { "other", NULL },
};

static const char *const fits[] = {
  [THIMBLE_FIT_INSIDE] = "inside",
  [THIMBLE_FIT_COVER] = "cover",
  [THIMBLE_FIT_CONTAIN] = "contain",
  [THIMBLE_FIT_FILL] = "fill",
};

static const char *const gravities[] = {
  [THIMBLE_GRAVITY_CENTRE] = "centre",
  [THIMBLE_GRAVITY_NORTH] = "north",
  [THIMBLE_GRAVITY_NORTH_EAST] = "northeast",
  [THIMBLE_GRAVITY_EAST] = "east",
  [THIMBLE_GRAVITY_SOUTH_EAST] = "southeast",
  [THIMBLE_GRAVITY_SOUTH] = "south",
  [THIMBLE_GRAVITY_SOUTH_WEST] = "southwest",
  [THIMBLE_GRAVITY_WEST] = "west",
  [THIMBLE_GRAVITY_NORTH_WEST] = "northwest",
  [THIMBLE_GRAVITY_ATTENTION] = "attention",
};

static gboolean
find_name (const char *const *names, guint n_names, const char *name, guint *index)
{
  for (guint i = 0; i < n_names; i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * thimble_format_get_name:
 *
 * Returns: (transfer none): the name of @format in options, presets and reports
 */
const char *
thimble_format_get_name (ThimbleFormat format)
{
  g_return_val_if_fail ((guint) format < G_N_ELEMENTS (formats), NULL);
  return formats[format].name;
}

/**
 * thimble_format_get_extension:
 *
 * Returns: (transfer none) (nullable): the extension new files of @format get, without the dot
 */
const char *
thimble_format_get_extension (ThimbleFormat format)
{
  g_return_val_if_fail ((guint) format < G_N_ELEMENTS (formats), NULL);
  return formats[format].extension;
}

/**
 * thimble_format_from_extension:
 * @extension: without the dot, in any case
 *
 * Returns: the writable format that @extension stands for, or %THIMBLE_FORMAT_OTHER
 */
ThimbleFormat
thimble_format_from_extension (const char *extension)
{
  static const struct
  {
    const char *extension;
    ThimbleFormat format;
  } known[] = {
    { "jpg", THIMBLE_FORMAT_JPEG }, { "jpeg", THIMBLE_FORMAT_JPEG }, { "jpe", THIMBLE_FORMAT_JPEG },
    { "jfif", THIMBLE_FORMAT_JPEG }, { "png", THIMBLE_FORMAT_PNG }, { "webp", THIMBLE_FORMAT_WEBP },
  };

  g_return_val_if_fail (extension != NULL, THIMBLE_FORMAT_OTHER);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (known[i].extension, extension) == 0)
      return known[i].format;
  return THIMBLE_FORMAT_OTHER;
}

/**
 * thimble_format_from_name:
 *
 * Returns: the format an option or preset names ("same", "jpeg", "jpg", "png", "webp"), or
 *   %THIMBLE_FORMAT_OTHER
 */
ThimbleFormat
thimble_format_from_name (const char *name)
{
  g_return_val_if_fail (name != NULL, THIMBLE_FORMAT_OTHER);

  if (g_ascii_strcasecmp (name, "same") == 0)
    return THIMBLE_FORMAT_SAME;
  return thimble_format_from_extension (name);
}

const char *
thimble_fit_get_name (ThimbleFit fit)
{
  g_return_val_if_fail ((guint) fit < G_N_ELEMENTS (fits), NULL);
  return fits[fit];
}

gboolean
thimble_fit_from_name (const char *name, ThimbleFit *fit)
{
  guint index;

  if (!find_name (fits, G_N_ELEMENTS (fits), name, &index))
    return FALSE;
  *fit = index;
  return TRUE;
}

const char *
thimble_gravity_get_name (ThimbleGravity gravity)
{
  g_return_val_if_fail ((guint) gravity < G_N_ELEMENTS (gravities), NULL);
  return gravities[gravity];
}

/**
 * thimble_gravity_from_name:
 * @name: "centre", a compass point with or without hyphen ("north-east"), or "attention"
 * @gravity: (out): set on success
 */
gboolean
thimble_gravity_from_name (const char *name, ThimbleGravity *gravity)
{
  g_auto(GStrv) words = g_strsplit (name, "-", -1);
  g_autofree char *joined = g_strjoinv ("", words);
  guint index;

  if (g_ascii_strcasecmp (joined, "center") == 0)
    index = THIMBLE_GRAVITY_CENTRE;
  else if (!find_name (gravities, G_N_ELEMENTS (gravities), joined, &index))
    return FALSE;
  *gravity = index;
  return TRUE;
}
