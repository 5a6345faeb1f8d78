/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What outputs are called, and what becomes of names that clash. */

#include "thimble-naming.h"

#include "thimble-hash-counter.h"
#include "thimble-name-template.h"
#include "thimble-paths.h"

#include <string.h>

#define MAX_RENDITIONS 16

/* How far a clash pushes a name; each level adds to the one before. */
enum
{
  LEVEL_PLAIN,
  LEVEL_EXTENSION,  /* {name}.{srcext} */
  LEVEL_BELOW_HASH, /* and six digits of the path below its root */
  LEVEL_PATH_HASH,  /* six digits of the whole path, where even that is the same */
  LEVEL_LONG_HASH,  /* all digits of it */
  N_LEVELS,
  EXCLUDED,
};

struct _ThimbleNaming
{
  GPtrArray *origins;  /* ThimbleOrigin */
  guint8 *levels;      /* one an origin; EXCLUDED for those that get no outputs */
  char *name_template; /* the one in force */
  gboolean keep_root_names;
  gboolean has_name; /* whether {name} is in the template */
  guint n_renditions;
  ThimbleFormat formats[MAX_RENDITIONS];
  char *labels[MAX_RENDITIONS];
  ThimbleHashCounter *planned; /* hashes of all names that plans may come to */
};

/* The parts of one origin's name that the template's fields stand for. */
typedef struct
{
  const ThimbleOrigin *origin;
  const char *label;
  const char *clash; /* what tells it apart where {name} can't; or NULL */
  char *name;   /* owned */
  char *folder; /* owned: below the destination, "" for none */
  const char *extension;
  guint32 width_px; /* 0 for not known yet */
  guint32 height_px;
} Fields;

static const char *
get_source_extension (const ThimbleOrigin *origin)
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

static char *
dup_name (const ThimbleOrigin *origin, guint level)
{
  const char *extension = get_source_extension (origin);
  gsize stem = strlen (origin->name) - (extension[0] != '\0' ? strlen (extension) + 1 : 0);
  g_autofree char *name = origin->given_name != NULL ? make_component (origin->given_name)
                                                     : g_strndup (origin->name, stem);
  g_autofree char *extended = NULL;
  g_autofree char *hash = NULL;

  if (level == LEVEL_PLAIN)
    return g_steal_pointer (&name);
  extended = extension[0] != '\0' ? g_strconcat (name, ".", extension, NULL) : g_strdup (name);
  if (level == LEVEL_EXTENSION)
    return g_steal_pointer (&extended);
  hash = dup_hash (origin, level >= LEVEL_PATH_HASH, level == LEVEL_LONG_HASH ? 64 : 6);
  return g_strconcat (extended, "-", hash, NULL);
}

/* The folder in the destination that an origin's outputs go into: as the list says, or the one below
 * its root; "" for none. */
static char *
dup_folder (ThimbleNaming *self, const ThimbleOrigin *origin)
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
  if (!self->keep_root_names || folder->root_name[0] == '\0' || folder->root_name[0] == '/')
    return g_strdup (folder->below);
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

static void
append_field (GString *path, ThimbleNameField field, const Fields *fields)
{
  switch (field)
    {
    case THIMBLE_NAME_FIELD_NAME:
      g_string_append (path, fields->name);
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
      if (fields->clash != NULL)
        g_string_append_printf (path, "-%s", fields->clash);
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

static char *
build (ThimbleNaming *self,
       guint index,
       guint rendition,
       guint level,
       const char *extension,
       guint32 width_px,
       guint32 height_px)
{
  const ThimbleOrigin *origin = self->origins->pdata[index];
  g_autofree char *name = dup_name (origin, level);
  g_autofree char *folder = dup_folder (self, origin);
  const char *clash = level > LEVEL_PLAIN && !self->has_name ? name : NULL;
  Fields fields
    = { origin, self->labels[rendition], clash, name, folder, extension, width_px, height_px };
  GString *path = g_string_sized_new (64);

  append_expanded (path, self->name_template, &fields);
  return thimble_path_keep_inside (g_string_free (path, FALSE));
}

/* The extension an output will have, as far as the source's name tells: "?" where it doesn't. */
static const char *
get_planned_extension (ThimbleNaming *self, guint index, guint rendition)
{
  const char *extension = get_source_extension (self->origins->pdata[index]);
  ThimbleFormat said = thimble_format_from_extension (extension);
  ThimbleFormat wanted = self->formats[rendition];

  if (wanted == THIMBLE_FORMAT_SAME)
    return said != THIMBLE_FORMAT_OTHER ? extension : "?";
  return said == wanted ? extension : thimble_format_get_extension (wanted);
}

/**
 * thimble_naming_dup_plan:
 * @origin: which of the origins, from 0
 * @rendition: which of the renditions, from 0
 *
 * Returns: (transfer full): the plan
 */
char *
thimble_naming_dup_plan (ThimbleNaming *self, guint origin, guint rendition)
{
  return build (self, origin, rendition, self->levels[origin],
                get_planned_extension (self, origin, rendition), 0, 0);
}

/**
 * thimble_naming_dup_path:
 * @format: what the output is
 * @width_px: of the output
 * @height_px: of the output
 *
 * Returns: (transfer full): the output's name, relative to the destination. Where the source's name
 *   said another format than what is in it, the name says both: "a.jpg.png". Where it said none, a
 *   format that no plan reckoned with goes out of the way of planned names.
 */
char *
thimble_naming_dup_path (ThimbleNaming *self,
                         guint origin,
                         guint rendition,
                         ThimbleFormat format,
                         guint32 width_px,
                         guint32 height_px)
{
  const char *planned = get_planned_extension (self, origin, rendition);
  const char *extension = thimble_format_get_extension (format);
  gboolean is_open = g_str_equal (planned, "?");
  gboolean is_surprise = is_open ? format != THIMBLE_FORMAT_JPEG && format != THIMBLE_FORMAT_PNG
                                 : thimble_format_from_extension (planned) != format;
  guint least = is_open ? LEVEL_PLAIN : LEVEL_EXTENSION;

  if (is_surprise)
    for (guint level = MAX (self->levels[origin], least); level < N_LEVELS; level++)
      {
        g_autofree char *path
          = build (self, origin, rendition, level, extension, width_px, height_px);
        if (level == N_LEVELS - 1 || !thimble_naming_is_planned (self, path))
          return g_steal_pointer (&path);
      }

  return build (self, origin, rendition, self->levels[origin],
                is_open ? extension : planned, width_px, height_px);
}

/* Calls func with the hash of every name that one plan may come to. */
static gboolean
any_name (ThimbleNaming *self, guint index, gboolean (*func) (ThimbleNaming *self, guint64 hash))
{
  gboolean any = FALSE;

  if (self->levels[index] == EXCLUDED)
    return FALSE;
  for (guint i = 0; i < self->n_renditions; i++)
    {
      const char *extension = get_planned_extension (self, index, i);
      const char *candidates[] = { extension, NULL };

      if (g_str_equal (extension, "?"))
        {
          candidates[0] = thimble_format_get_extension (THIMBLE_FORMAT_JPEG);
          candidates[1] = thimble_format_get_extension (THIMBLE_FORMAT_PNG);
        }
      for (guint j = 0; j < G_N_ELEMENTS (candidates) && candidates[j] != NULL; j++)
        {
          g_autofree char *path
            = build (self, index, i, self->levels[index], candidates[j], 0, 0);
          any |= func (self, thimble_path_hash (path));
        }
    }
  return any;
}

static gboolean
count_name (ThimbleNaming *self, guint64 hash)
{
  thimble_hash_counter_add (self->planned, hash);
  return FALSE;
}

static gboolean
name_clashes (ThimbleNaming *self, guint64 hash)
{
  return thimble_hash_counter_get (self->planned, hash) > 1;
}

/* Pushes names up a level until none clash. All of a clash move, so that none depends on order. */
static void
resolve_clashes (ThimbleNaming *self)
{
  gboolean changed = TRUE;

  while (changed)
    {
      g_clear_pointer (&self->planned, thimble_hash_counter_free);
      self->planned = thimble_hash_counter_new ();
      for (guint i = 0; i < self->origins->len; i++)
        any_name (self, i, count_name);

      changed = FALSE;
      for (guint i = 0; i < self->origins->len; i++)
        if (self->levels[i] < N_LEVELS - 1 && any_name (self, i, name_clashes))
          {
            self->levels[i]++;
            changed = TRUE;
          }
    }
}

/* The folder that the user named and that this folder was found below, or itself for files. */
static char *
dup_root_path (const ThimbleFolder *folder)
{
  gsize n = strlen (folder->path);
  gsize n_below = strlen (folder->below);

  if (n_below == 0)
    return g_strdup (folder->path);
  return g_strndup (folder->path, MAX (1, n - n_below - 1));
}

/* Looks at each root once: how many were folders, and whether the destination is in or under one. */
static void
look_at_roots (ThimbleNaming *self, const char *destination, gboolean *is_inside)
{
  g_autoptr(GHashTable) roots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *resolved = thimble_path_resolve (destination);
  const ThimbleFolder *last = NULL;
  guint n_folders = 0;

  *is_inside = FALSE;
  for (guint i = 0; i < self->origins->len; i++)
    {
      const ThimbleFolder *folder = ((ThimbleOrigin *) self->origins->pdata[i])->folder;
      g_autofree char *root = NULL;
      g_autofree char *resolved_root = NULL;

      if (folder == last || self->levels[i] == EXCLUDED)
        continue;
      last = folder;
      root = dup_root_path (folder);
      if (g_hash_table_contains (roots, root))
        continue;
      resolved_root = thimble_path_resolve (root);
      g_hash_table_add (roots, g_steal_pointer (&root));
      n_folders += folder->root != 0;
      if (g_str_equal (resolved, resolved_root)
          || (folder->root != 0 && thimble_path_is_below (resolved, resolved_root)))
        *is_inside = TRUE;
    }
  self->keep_root_names = n_folders > 1;
}

/* The template in force: folders below a source are kept unless the template puts them elsewhere, and
 * there is always an extension. */
static void
choose_template (ThimbleNaming *self, const char *given, gboolean is_inside)
{
  const char *plain
    = self->n_renditions > 1 || is_inside ? "{name}-{label}.{ext}" : "{name}.{ext}";
  guint fields;

  if (given == NULL)
    given = plain;
  fields = thimble_name_template_get_fields (given);
  self->has_name = (fields & THIMBLE_NAME_FIELD_NAME) != 0;
  self->name_template = g_strconcat (fields & THIMBLE_NAME_FIELD_FOLDER ? "" : "{folder}/", given,
                                     fields & THIMBLE_NAME_FIELD_EXT ? "" : ".{ext}", NULL);
}

/**
 * thimble_naming_new:
 * @preset: which names and sizes
 * @origins: (array length=n_origins): all images of the run, not only this machine's shard
 * @is_excluded: (array length=n_origins): not 0 for those that get no outputs
 * @destination: absolute path; need not exist
 *
 * Works out the names of all outputs. Looks at the disk to see whether the destination is in a
 * source: not for the main thread.
 *
 * Returns: (transfer full) (nullable): the names, or %NULL with @error set in %THIMBLE_PRESET_ERROR
 */
ThimbleNaming *
thimble_naming_new (ThimblePreset *preset,
                    ThimbleOrigin *const *origins,
                    const guint8 *is_excluded,
                    guint n_origins,
                    const char *destination,
                    GError **error)
{
  g_autoptr(ThimbleNaming) self = NULL;
  gboolean is_inside;

  if (!thimble_preset_check (preset, error))
    return NULL;

  self = g_new0 (ThimbleNaming, 1);
  self->origins = g_ptr_array_new_full (n_origins, (GDestroyNotify) thimble_origin_unref);
  for (guint i = 0; i < n_origins; i++)
    g_ptr_array_add (self->origins, thimble_origin_ref (origins[i]));
  self->levels = g_new0 (guint8, n_origins);
  for (guint i = 0; i < n_origins; i++)
    self->levels[i] = is_excluded[i] ? EXCLUDED : LEVEL_PLAIN;
  self->n_renditions = MIN (thimble_preset_get_n_renditions (preset), MAX_RENDITIONS);
  for (guint i = 0; i < self->n_renditions; i++)
    {
      const ThimbleRendition *rendition = thimble_preset_get_rendition (preset, i);
      self->formats[i] = rendition->format;
      self->labels[i] = thimble_rendition_dup_label (rendition);
    }

  look_at_roots (self, destination, &is_inside);
  choose_template (self, thimble_preset_get_name_template (preset), is_inside);
  resolve_clashes (self);
  return g_steal_pointer (&self);
}

void
thimble_naming_free (ThimbleNaming *self)
{
  g_ptr_array_unref (self->origins);
  g_free (self->levels);
  g_free (self->name_template);
  for (guint i = 0; i < self->n_renditions; i++)
    g_free (self->labels[i]);
  g_clear_pointer (&self->planned, thimble_hash_counter_free);
  g_free (self);
}

guint
thimble_naming_get_n_renditions (ThimbleNaming *self)
{
  return self->n_renditions;
}

const char *
thimble_naming_get_label (ThimbleNaming *self, guint rendition)
{
  return self->labels[rendition];
}

/**
 * thimble_naming_is_planned:
 * @path: relative to the destination
 *
 * Returns: whether some image's plan may come to this name
 */
gboolean
thimble_naming_is_planned (ThimbleNaming *self, const char *path)
{
  return thimble_hash_counter_get (self->planned, thimble_path_hash (path)) > 0;
}
