/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What outputs are called, and what becomes of names that clash. */

#include "thimble-naming.h"

#include "thimble-hash-counter.h"
#include "thimble-name-template.h"
#include "thimble-output-name.h"
#include "thimble-paths.h"

#include <string.h>

#define MAX_RENDITIONS 16

#define N_LEVELS (THIMBLE_NAME_LEVEL_LONG_HASH + 1)
#define EXCLUDED 0xff

struct _ThimbleNaming
{
  GPtrArray *origins;  /* ThimbleOrigin */
  guint8 *levels;      /* ThimbleNameLevel, one an origin; EXCLUDED for those that get no outputs */
  ThimbleNameRules rules;
  guint n_renditions;
  ThimbleFormat formats[MAX_RENDITIONS];
  char *labels[MAX_RENDITIONS];
  ThimbleHashCounter *planned; /* hashes of all names that plans may come to */
};

static char *
build (ThimbleNaming *self,
       guint index,
       guint rendition,
       guint level,
       const char *extension,
       guint32 width_px,
       guint32 height_px)
{
  return thimble_output_name_build (&self->rules, self->origins->pdata[index], level,
                                    self->labels[rendition], extension, width_px, height_px);
}

/* The extension an output will have, as far as the source's name tells: "?" where it doesn't. */
static const char *
get_planned_extension (ThimbleNaming *self, guint index, guint rendition)
{
  const char *extension = thimble_output_name_get_source_extension (self->origins->pdata[index]);
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
  guint least = is_open ? THIMBLE_NAME_LEVEL_PLAIN : THIMBLE_NAME_LEVEL_EXTENSION;

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

static gboolean
is_in_folder (const char *path, const char *folder)
{
  return g_str_equal (path, folder) || thimble_path_is_below (path, folder);
}

/* Whether there are folders that do not all lie in one of them. */
static gboolean
are_several (GPtrArray *folders)
{
  const char *outer = folders->len > 0 ? folders->pdata[0] : NULL;
  gboolean are = FALSE;

  for (guint i = 1; i < folders->len; i++)
    if (strlen (folders->pdata[i]) < strlen (outer))
      outer = folders->pdata[i];
  for (guint i = 0; i < folders->len; i++)
    are |= !is_in_folder (folders->pdata[i], outer);
  return are;
}

/* Whether the destination is in or under a source: a folder of the user's, or where a file lies
 * that the user named. */
static gboolean
is_in_source (ThimbleNaming *self, GPtrArray *folders, const char *resolved)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < folders->len; i++)
    if (is_in_folder (resolved, folders->pdata[i]))
      return TRUE;
  for (guint i = 0; i < self->origins->len; i++)
    {
      const ThimbleFolder *folder = ((ThimbleOrigin *) self->origins->pdata[i])->folder;
      g_autofree char *resolved_folder = NULL;

      if (folder->root != 0 || self->levels[i] == EXCLUDED
          || !g_hash_table_add (seen, (gpointer) folder))
        continue;
      resolved_folder = thimble_path_resolve (folder->path);
      if (g_str_equal (resolved, resolved_folder))
        return TRUE;
    }
  return FALSE;
}

/* The template in force: folders below a source are kept unless the template puts them elsewhere, and
 * there is always an extension. A name with {uri} is complete: it stands for the whole path. */
static void
choose_template (ThimbleNaming *self, const char *given, gboolean is_inside)
{
  const char *plain
    = self->n_renditions > 1 || is_inside ? "{name}-{label}.{ext}" : "{name}.{ext}";
  guint fields;

  if (given == NULL)
    given = plain;
  fields = thimble_name_template_get_fields (given);
  self->rules.has_name = (fields & THIMBLE_NAME_FIELD_NAME) != 0;
  if (fields & THIMBLE_NAME_FIELD_URI)
    {
      self->rules.name_template = g_strdup (given);
      return;
    }
  self->rules.name_template
    = g_strconcat (fields & THIMBLE_NAME_FIELD_FOLDER ? "" : "{folder}/", given,
                   fields & THIMBLE_NAME_FIELD_EXT ? "" : ".{ext}", NULL);
}

/* Looks at the disk: folders may be named through symbolic links. */
static void
choose_rules (ThimbleNaming *self,
              ThimblePreset *preset,
              GPtrArray *folders,
              const char *destination)
{
  g_autofree char *resolved = thimble_path_resolve (destination);
  g_autoptr(GPtrArray) resolved_folders = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < folders->len; i++)
    g_ptr_array_add (resolved_folders, thimble_path_resolve (folders->pdata[i]));
  self->rules.keep_root_names = are_several (resolved_folders);
  choose_template (self, thimble_preset_get_name_template (preset),
                   is_in_source (self, resolved_folders, resolved));
}

/**
 * thimble_naming_new:
 * @preset: which names and sizes
 * @folders: (element-type filename): absolute paths of the folders that the user named, each once,
 *   whether or not images were found there
 * @origins: (array length=n_origins): all images of the run, not only this machine's shard
 * @is_excluded: (array length=n_origins): not 0 for those that get no outputs
 * @destination: absolute path; need not exist
 *
 * Works out the names of all outputs; without images there are no renditions either. Looks at the
 * disk to see whether the destination is in a source: not for the main thread.
 *
 * Returns: (transfer full) (nullable): the names, or %NULL with @error set in %THIMBLE_PRESET_ERROR
 */
ThimbleNaming *
thimble_naming_new (ThimblePreset *preset,
                    GPtrArray *folders,
                    ThimbleOrigin *const *origins,
                    const guint8 *is_excluded,
                    guint n_origins,
                    const char *destination,
                    GError **error)
{
  g_autoptr(ThimbleNaming) self = NULL;

  if (!thimble_preset_check (preset, error))
    return NULL;

  self = g_new0 (ThimbleNaming, 1);
  self->origins = g_ptr_array_new_full (n_origins, (GDestroyNotify) thimble_origin_unref);
  for (guint i = 0; i < n_origins; i++)
    g_ptr_array_add (self->origins, thimble_origin_ref (origins[i]));
  self->levels = g_new0 (guint8, n_origins);
  for (guint i = 0; i < n_origins; i++)
    self->levels[i] = is_excluded[i] ? EXCLUDED : THIMBLE_NAME_LEVEL_PLAIN;
  if (n_origins > 0)
    self->n_renditions = MIN (thimble_preset_get_n_renditions (preset), MAX_RENDITIONS);
  for (guint i = 0; i < self->n_renditions; i++)
    {
      const ThimbleRendition *rendition = thimble_preset_get_rendition (preset, i);
      self->formats[i] = rendition->format;
      self->labels[i] = thimble_rendition_dup_label (rendition);
    }

  choose_rules (self, preset, folders, destination);
  resolve_clashes (self);
  return g_steal_pointer (&self);
}

void
thimble_naming_free (ThimbleNaming *self)
{
  g_ptr_array_unref (self->origins);
  g_free (self->levels);
  g_free (self->rules.name_template);
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
