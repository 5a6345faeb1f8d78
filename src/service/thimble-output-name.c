/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One output's name from its parts: what the template's fields stand for, for one image. */

#include "thimble-output-name.h"

#include "thimble-name-template.h"
#include "thimble-paths.h"
#include "thimble-rendition.h"

#include <string.h>

/* The parts of one origin's name that the template's fields stand for. */
typedef struct
{
  const ThimbleOrigin *origin;
  const char *label;
  const char *name;
  gsize n_name;       /* its bytes: what is behind them is none of it */
  const char *folder; /* below the destination, "" for none */
  gboolean has_clash; /* the name tells it apart, and the template has none */
  const char *extension;
  guint32 width_px; /* 0 for not known yet */
  guint32 height_px;
} Fields;

/**
 * thimble_output_name_get_source_extension:
 *
 * Returns: (transfer none): what stands behind the last dot of the source's name, or ""
 */
const char *
thimble_output_name_get_source_extension (const ThimbleOrigin *origin)
{
  const char *dot = strrchr (origin->name, '.');

  return dot != NULL && dot != origin->name ? dot + 1 : "";
}

/* A name from a list becomes one path component that is safe anywhere. */
static char *
make_component (const char *text)
{
  char *component = g_strdup (text);

  for (char *p = component; *p != '\0'; p++)
    if (*p == '/' || *p == '\\' || g_ascii_iscntrl (*p))
      *p = '-';
  for (char *p = component; *p == '.'; p++)
    *p = '-';
  return component;
}

static char *
dup_hash (const ThimbleOrigin *origin, gboolean whole_path, gsize n_digits)
{
  g_autofree char *below = NULL;
  char *hash;

  if (whole_path || origin->folder->root == 0)
    below = thimble_origin_dup_path (origin);
  else
    below = g_build_filename (origin->folder->below, origin->name, NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, below, -1);
  hash[n_digits] = '\0';
  return hash;
}

static gsize
get_stem_length (const ThimbleOrigin *origin)
{
  const char *extension = thimble_output_name_get_source_extension (origin);

  return strlen (origin->name) - (extension[0] != '\0' ? strlen (extension) + 1 : 0);
}

/* The name where it is not just the source's, as that of most images is; else NULL. */
static char *
dup_other_name (const ThimbleOrigin *origin, ThimbleNameLevel level)
{
  const char *extension = thimble_output_name_get_source_extension (origin);
  g_autofree char *name = NULL;
  g_autofree char *extended = NULL;
  g_autofree char *hash = NULL;

  if (origin->given_name != NULL)
    name = make_component (origin->given_name);
  if (level == THIMBLE_NAME_LEVEL_PLAIN)
    return g_steal_pointer (&name);
  if (name == NULL)
    name = g_strndup (origin->name, get_stem_length (origin));
  extended = extension[0] != '\0' ? g_strconcat (name, ".", extension, NULL) : g_strdup (name);
  if (level == THIMBLE_NAME_LEVEL_EXTENSION)
    return g_steal_pointer (&extended);
  hash = dup_hash (origin, level >= THIMBLE_NAME_LEVEL_PATH_HASH,
                   level == THIMBLE_NAME_LEVEL_LONG_HASH ? 64 : 6);
  return g_strconcat (extended, "-", hash, NULL);
}

/* The folder in the destination that an origin's outputs go into, as the list says or for several
 * roots; NULL where it is the one below its root. */
static char *
dup_other_folder (const ThimbleNameRules *rules, const ThimbleOrigin *origin)
{
  const ThimbleFolder *folder = origin->folder;

  if (origin->given_folder != NULL)
    {
      g_auto(GStrv) parts = g_strsplit (origin->given_folder, "/", -1);
      g_autoptr(GString) path = g_string_new (NULL);

      for (guint i = 0; parts[i] != NULL; i++)
        if (parts[i][0] != '\0' && !g_str_equal (parts[i], "."))
          {
            g_autofree char *component = make_component (parts[i]);
            g_string_append_printf (path, "%s%s", path->len > 0 ? "/" : "", component);
          }
      return g_string_free (g_steal_pointer (&path), FALSE);
    }
  if (!rules->keep_root_names || folder->root_name[0] == '\0')
    return NULL;
  return folder->below[0] == '\0' ? g_strdup (folder->root_name)
                                  : g_build_filename (folder->root_name, folder->below, NULL);
}

static void
append_number (GString *path, guint32 number)
{
  if (number == 0)
    g_string_append_c (path, '?');
  else
    g_string_append_printf (path, "%u", number);
}

/* Nothing for 100 %: the name is the source's then. */
static void
append_dash_label (GString *path, const char *label)
{
  if (!g_str_equal (label, "100pct"))
    g_string_append_printf (path, "-%s", label);
}

/* A checked preset asks only where there is a folder for the size. */
static void
append_cache_folder (GString *path, const char *label)
{
  ThimbleRendition rendition;

  thimble_rendition_init (&rendition);
  if (thimble_rendition_parse_size (&rendition, label, NULL))
    g_string_append (path, thimble_rendition_get_cache_folder (&rendition));
}

/* As the Thumbnail Managing Standard 0.9.0 has it: MD5 names the file, it protects nothing. */
static void
append_uri_hash (GString *path, const ThimbleOrigin *origin)
{
  g_autofree char *uri = thimble_origin_dup_uri (origin);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_MD5, uri, -1);

  g_string_append (path, hash);
}

static void
append_field (GString *path, ThimbleNameField field, const Fields *fields)
{
  switch (field)
    {
    case THIMBLE_NAME_FIELD_NAME:
      g_string_append_len (path, fields->name, (gssize) fields->n_name);
      break;
    case THIMBLE_NAME_FIELD_LABEL:
      g_string_append (path, fields->label);
      break;
    case THIMBLE_NAME_FIELD_WIDTH:
      append_number (path, fields->width_px);
      break;
    case THIMBLE_NAME_FIELD_HEIGHT:
      append_number (path, fields->height_px);
      break;
    case THIMBLE_NAME_FIELD_EXT:
      g_string_append (path, fields->extension);
      break;
    case THIMBLE_NAME_FIELD_FOLDER:
      g_string_append (path, fields->folder);
      break;
    case THIMBLE_NAME_FIELD_INDEX:
      g_string_append_printf (path, "%u", fields->origin->index);
      if (fields->has_clash)
        {
          g_string_append_c (path, '-');
          g_string_append_len (path, fields->name, (gssize) fields->n_name);
        }
      break;
    case THIMBLE_NAME_FIELD_DASH_LABEL:
      append_dash_label (path, fields->label);
      break;
    case THIMBLE_NAME_FIELD_CACHE:
      append_cache_folder (path, fields->label);
      break;
    case THIMBLE_NAME_FIELD_URI:
      append_uri_hash (path, fields->origin);
      break;
    default:
      break;
    }
}

/* An empty folder that stands alone goes with the slash behind it. */
static void
append_expanded (GString *path, const char *name_template, const Fields *fields)
{
  const char *literal;
  gsize n_literal;
  ThimbleNameField field;

  while (thimble_name_template_next (&name_template, &literal, &n_literal, &field))
    {
      g_string_append_len (path, literal, n_literal);
      append_field (path, field, fields);
      if (field == THIMBLE_NAME_FIELD_FOLDER && fields->folder[0] == '\0'
          && name_template[0] == '/' && (path->len == 0 || path->str[path->len - 1] == '/'))
        name_template++;
    }
}

/**
 * thimble_output_name_build:
 * @level: how far a clash has pushed it
 * @label: of the rendition
 * @extension: of the output, or "?"
 * @width_px: of the output, 0 for not known yet
 * @height_px: likewise
 *
 * Returns: (transfer full): the name, relative to the destination and never outside it
 */
char *
thimble_output_name_build (const ThimbleNameRules *rules,
                           const ThimbleOrigin *origin,
                           ThimbleNameLevel level,
                           const char *label,
                           const char *extension,
                           guint32 width_px,
                           guint32 height_px)
{
  g_autofree char *name = dup_other_name (origin, level);
  g_autofree char *folder = dup_other_folder (rules, origin);
  const Fields fields = {
    .origin = origin,
    .label = label,
    .name = name != NULL ? name : origin->name,
    .n_name = name != NULL ? strlen (name) : get_stem_length (origin),
    .folder = folder != NULL ? folder : origin->folder->below,
    .has_clash = level > THIMBLE_NAME_LEVEL_PLAIN && !rules->has_name,
    .extension = extension,
    .width_px = width_px,
    .height_px = height_px,
  };
  GString *path = g_string_sized_new (64);

  append_expanded (path, rules->name_template, &fields);
  return thimble_path_keep_inside (g_string_free (path, FALSE));
}
