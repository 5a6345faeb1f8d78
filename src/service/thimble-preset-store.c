/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Own presets as files. A file is called by its preset's name, escaped, so that a name is there
 * once; what is in the file counts, should they differ. */

#include "thimble-preset-store.h"

#include "thimble-paths.h"
#include "thimble-preset-file.h"
#include "thimble-presets.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define SUFFIX ".preset"

struct _ThimblePresetStore
{
  GObject parent_instance;

  char *folder; /* absolute */
  GMutex lock;  /* held while something is done with the files */
};

G_DEFINE_FINAL_TYPE (ThimblePresetStore, thimble_preset_store, G_TYPE_OBJECT)

/* What is done on a thread before the presets are listed again. */
typedef struct
{
  gboolean (*func) (ThimblePresetStore *self, gpointer change, GError **error); /* NULL: nothing */
  ThimblePreset *preset; /* (nullable): owned */
  char *name;            /* (nullable): owned: of the preset that goes */
  char *path;            /* (nullable): owned: outside the store */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_clear_object (&change->preset);
  g_free (change->name);
  g_free (change->path);
  g_free (change);
}

static void
thimble_preset_store_finalize (GObject *object)
{
  ThimblePresetStore *self = THIMBLE_PRESET_STORE (object);

  g_free (self->folder);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (thimble_preset_store_parent_class)->finalize (object);
}

static void
thimble_preset_store_class_init (ThimblePresetStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_preset_store_finalize;
}

static void
thimble_preset_store_init (ThimblePresetStore *self)
{
  g_mutex_init (&self->lock);
}

/**
 * thimble_preset_store_new:
 * @folder: (nullable) (type filename): absolute; `thimble/presets` in the user's folder of
 *   configuration if %NULL. It is made when a preset is saved
 */
ThimblePresetStore *
thimble_preset_store_new (const char *folder)
{
  ThimblePresetStore *self = g_object_new (THIMBLE_TYPE_PRESET_STORE, NULL);

  self->folder = folder != NULL
                   ? g_strdup (folder)
                   : g_build_filename (g_get_user_config_dir (), "thimble", "presets", NULL);
  return self;
}

/**
 * thimble_preset_store_check_name:
 *
 * Returns: whether an own preset may have this name; if not, @error is set in %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_preset_store_check_name (const char *name, GError **error)
{
  g_autoptr(ThimblePreset) builtin = NULL;
  g_autofree char *stripped = NULL;
  const char *problem = NULL;

  g_return_val_if_fail (name != NULL, FALSE);

  if (g_utf8_validate (name, -1, NULL))
    {
      stripped = g_strstrip (g_strdup (name));
      builtin = thimble_presets_find_builtin (name);
    }
  if (stripped == NULL)
    problem = "The preset’s name must be UTF-8.";
  else if (stripped[0] == '\0')
    problem = "The preset needs a name.";
  else if (g_utf8_strlen (name, -1) > THIMBLE_PRESET_NAME_MAX)
    problem = "The preset’s name is too long: it may have 60 characters.";
  else if (builtin != NULL)
    problem = "A preset of this name comes with Thimble. Choose another name.";
  if (problem != NULL)
    g_set_error_literal (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID, problem);
  return problem == NULL;
}

static char *
dup_path (ThimblePresetStore *self, const char *name)
{
  g_autofree char *escaped = g_uri_escape_string (name, " ()", FALSE);
  g_autofree char *file = g_strconcat (escaped[0] == '.' ? "%" : "", escaped, SUFFIX, NULL);

  return g_build_filename (self->folder, file, NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  g_autofree char *one = g_utf8_casefold (thimble_preset_get_name (*(ThimblePreset **) a), -1);
  g_autofree char *other = g_utf8_casefold (thimble_preset_get_name (*(ThimblePreset **) b), -1);

  return g_utf8_collate (one, other);
}

/* Locked. */
static GPtrArray *
list (ThimblePresetStore *self, GPtrArray *problems)
{
  GPtrArray *presets = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;
      g_autoptr(GError) error = NULL;
      ThimblePreset *preset;

      if (!g_str_has_suffix (name, SUFFIX))
        continue;
      path = g_build_filename (self->folder, name, NULL);
      preset = thimble_preset_load_from_file (path, &error);
      if (preset != NULL)
        g_ptr_array_add (presets, preset);
      else if (problems != NULL)
        g_ptr_array_add (problems, g_strdup (error->message));
    }
  g_ptr_array_sort (presets, compare_names);
  return presets;
}

/**
 * thimble_preset_store_list:
 * @problems: (nullable) (element-type utf8): gets a sentence for each file that is no preset
 *
 * Blocks on the disk.
 *
 * Returns: (transfer full) (element-type ThimblePreset): the presets, by name
 */
GPtrArray *
thimble_preset_store_list (ThimblePresetStore *self, GPtrArray *problems)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_val_if_fail (THIMBLE_IS_PRESET_STORE (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  return list (self, problems);
}

/**
 * thimble_preset_store_find:
 * @name: in any case
 *
 * Blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the preset, or %NULL where none has that name, with @error
 *   set if there is a file for it that is no preset
 */
ThimblePreset *
thimble_preset_store_find (ThimblePresetStore *self, const char *name, GError **error)
{
  g_autoptr(GPtrArray) presets = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (THIMBLE_IS_PRESET_STORE (self), NULL);

  if (!g_utf8_validate (name, -1, NULL))
    return NULL;
  wanted = g_utf8_casefold (name, -1);
  presets = thimble_preset_store_list (self, NULL);
  for (guint i = 0; i < presets->len; i++)
    {
      g_autofree char *found
        = g_utf8_casefold (thimble_preset_get_name (presets->pdata[i]), -1);

      if (g_str_equal (found, wanted))
        return g_object_ref (presets->pdata[i]);
    }
  path = dup_path (self, name);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? thimble_preset_load_from_file (path, error) : NULL;
}

/* --- changes, locked and on a thread ---------------------------------------------------------- */

static gboolean
remove_file (ThimblePresetStore *self, const char *name, GError **error)
{
  g_autofree char *path = dup_path (self, name);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               "The preset “%s” can’t be removed: %s.", name, g_strerror (errno));
  return FALSE;
}

static gboolean
save_func (ThimblePresetStore *self, gpointer data, GError **error)
{
  Change *change = data;
  const char *name = thimble_preset_get_name (change->preset);
  g_autofree char *path = dup_path (self, name);

  if (!thimble_preset_store_check_name (name, error)
      || !thimble_path_make_folders (self->folder, error)
      || !thimble_preset_save_to_file (change->preset, path, error))
    return FALSE;
  return change->name == NULL || g_str_equal (change->name, name)
         || remove_file (self, change->name, error);
}

static gboolean
remove_func (ThimblePresetStore *self, gpointer data, GError **error)
{
  return remove_file (self, ((Change *) data)->name, error);
}

/* A preset that is here already under this name is kept: the new one gets a number. */
static gboolean
import_func (ThimblePresetStore *self, gpointer data, GError **error)
{
  Change *change = data;
  g_autoptr(ThimblePreset) preset = thimble_preset_load_from_file (change->path, error);
  const char *name;

  if (preset == NULL)
    return FALSE;
  name = thimble_preset_get_name (preset);
  for (guint i = 1; i < 1000; i++)
    {
      g_autofree char *free_name
        = i == 1 ? g_strdup (name) : g_strdup_printf ("%s (%u)", name, i);
      g_autofree char *path = dup_path (self, free_name);
      g_autoptr(ThimblePreset) builtin = thimble_presets_find_builtin (free_name);

      if (builtin != NULL || g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      change->preset = thimble_preset_copy_as (preset, free_name);
      return save_func (self, change, error);
    }
  g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
               "There are too many presets called “%s”. Remove some.", name);
  return FALSE;
}

static gboolean
export_func (ThimblePresetStore *self, gpointer data, GError **error)
{
  Change *change = data;

  return thimble_preset_save_to_file (change->preset, change->path, error);
}

static void
change_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  ThimblePresetStore *self = source_object;
  Change *change = task_data;
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GError *error = NULL;

  if (change->func != NULL && !change->func (self, change, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, list (self, NULL), (GDestroyNotify) g_ptr_array_unref);
}

static void
begin_change (ThimblePresetStore *self,
              const Change *change,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, begin_change);
  g_task_set_task_data (task, g_memdup2 (change, sizeof *change), change_free);
  g_task_run_in_thread (task, change_thread);
}

/**
 * thimble_preset_store_list_async:
 *
 * Reads the presets.
 */
void
thimble_preset_store_list_async (ThimblePresetStore *self,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (THIMBLE_IS_PRESET_STORE (self));
  begin_change (self, &(Change) { 0 }, callback, user_data);
}

/**
 * thimble_preset_store_save_async:
 * @preset: copied; takes the place of one of the same name
 * @former_name: (nullable): what it was called before, if it is renamed
 *
 * Saves a preset under its name.
 */
void
thimble_preset_store_save_async (ThimblePresetStore *self,
                                 ThimblePreset *preset,
                                 const char *former_name,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (THIMBLE_IS_PRESET_STORE (self));
  begin_change (self,
                &(Change) { .func = save_func,
                            .preset = thimble_preset_copy (preset),
                            .name = g_strdup (former_name) },
                callback, user_data);
}

/**
 * thimble_preset_store_remove_async:
 *
 * Removes a preset; one that is not there is removed already.
 */
void
thimble_preset_store_remove_async (ThimblePresetStore *self,
                                   const char *name,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (THIMBLE_IS_PRESET_STORE (self));
  begin_change (self, &(Change) { .func = remove_func, .name = g_strdup (name) }, callback,
                user_data);
}

/**
 * thimble_preset_store_import_async:
 * @path: (type filename): a preset file
 *
 * Saves the preset of a file, with a number behind its name if that is taken.
 */
void
thimble_preset_store_import_async (ThimblePresetStore *self,
                                   const char *path,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (THIMBLE_IS_PRESET_STORE (self));
  begin_change (self, &(Change) { .func = import_func, .path = g_strdup (path) }, callback,
                user_data);
}

/**
 * thimble_preset_store_export_async:
 * @preset: any; copied
 * @path: (type filename): where to; what is there is replaced
 *
 * Writes a preset file.
 */
void
thimble_preset_store_export_async (ThimblePresetStore *self,
                                   ThimblePreset *preset,
                                   const char *path,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (THIMBLE_IS_PRESET_STORE (self));
  begin_change (self,
                &(Change) { .func = export_func,
                            .preset = thimble_preset_copy (preset),
                            .path = g_strdup (path) },
                callback, user_data);
}

/**
 * thimble_preset_store_finish:
 *
 * Ends each of the calls above.
 *
 * Returns: (transfer full) (element-type ThimblePreset) (nullable): the presets there are now, by
 *   name; or %NULL with @error set in %G_FILE_ERROR, %G_KEY_FILE_ERROR or %THIMBLE_PRESET_ERROR
 */
GPtrArray *
thimble_preset_store_finish (ThimblePresetStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
