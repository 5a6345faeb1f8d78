/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small file in the user's folder of states that is there while a run goes on: where it is found
 * at a start, the program was quit or ended in the middle. It is written and removed by one thread,
 * in the order that was asked for. */

#include "thimble-unfinished.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* Version, sources and their kinds, removed images; bytes, because paths need not be UTF-8. */
#define FORMAT "(uaayayaayaayaay)"
#define FORMAT_VERSION 3

static GThreadPool *pool; /* main thread only */

/**
 * thimble_unfinished_new:
 *
 * Returns: (transfer full): one with nothing in it
 */
ThimbleUnfinished *
thimble_unfinished_new (void)
{
  ThimbleUnfinished *self = g_new0 (ThimbleUnfinished, 1);

  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  self->removed = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * thimble_unfinished_free:
 * @self: (transfer full): what to let go
 */
void
thimble_unfinished_free (ThimbleUnfinished *self)
{
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->removed);
  g_free (self);
}

static char *
dup_file_name (void)
{
  return g_build_filename (g_get_user_state_dir (), "thimble", "unfinished", NULL);
}

static GBytes *
serialize (ThimbleUnfinished *self)
{
  g_autoptr(GPtrArray) sources = g_ptr_array_new ();
  g_autoptr(GPtrArray) names = g_ptr_array_new ();
  g_autoptr(GPtrArray) folders = g_ptr_array_new ();
  g_autoptr(GByteArray) kinds = g_byte_array_new ();
  g_autoptr(GVariant) variant = NULL;

  for (guint i = 0; i < self->sources->len; i++)
    {
      guint8 kind = (guint8) thimble_source_get_kind (self->sources->pdata[i]);
      const char *name = thimble_source_get_name (self->sources->pdata[i]);
      const char *folder = thimble_source_get_folder (self->sources->pdata[i]);

      g_ptr_array_add (sources, (char *) thimble_source_get_location (self->sources->pdata[i]));
      g_ptr_array_add (names, (char *) (name != NULL ? name : ""));
      g_ptr_array_add (folders, (char *) (folder != NULL ? folder : ""));
      g_byte_array_append (kinds, &kind, 1);
    }
  variant = g_variant_ref_sink (g_variant_new (
    "(u@aay@ay@aay@aay@aay)", FORMAT_VERSION,
    g_variant_new_bytestring_array ((const char *const *) sources->pdata, sources->len),
    g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, kinds->data, kinds->len, 1),
    g_variant_new_bytestring_array ((const char *const *) names->pdata, names->len),
    g_variant_new_bytestring_array ((const char *const *) folders->pdata, folders->len),
    g_variant_new_bytestring_array ((const char *const *) self->removed->pdata,
                                    self->removed->len)));
  return g_variant_get_data_as_bytes (variant);
}

/* "" stands for none. */
static ThimbleSource *
new_source (ThimbleSourceKind kind, const char *location, const char *name, const char *folder)
{
  if (kind != THIMBLE_SOURCE_URL)
    return thimble_source_new (kind, location);
  return thimble_source_new_for_link (location, name[0] != '\0' ? name : NULL,
                                      folder[0] != '\0' ? folder : NULL);
}

static ThimbleUnfinished *
deserialize (GBytes *bytes)
{
  g_autoptr(GVariant) variant = NULL;
  g_autofree const char **sources = NULL;
  g_autofree const char **names = NULL;
  g_autofree const char **folders = NULL;
  g_autofree const char **removed = NULL;
  g_autoptr(GVariant) kinds_value = NULL;
  const guint8 *kinds;
  gsize n_kinds;
  ThimbleUnfinished *self;
  guint32 version;

  variant
    = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (FORMAT), bytes, FALSE));
  if (!g_variant_is_normal_form (variant))
    return NULL;
  g_variant_get (variant, "(u^a&ay@ay^a&ay^a&ay^a&ay)", &version, &sources, &kinds_value, &names,
                 &folders, &removed);
  kinds = g_variant_get_fixed_array (kinds_value, &n_kinds, 1);
  if (version != FORMAT_VERSION || g_strv_length ((char **) sources) != n_kinds
      || g_strv_length ((char **) names) != n_kinds
      || g_strv_length ((char **) folders) != n_kinds)
    return NULL;

  self = thimble_unfinished_new ();
  for (guint i = 0; sources[i] != NULL; i++)
    if (kinds[i] <= THIMBLE_SOURCE_PAGE)
      g_ptr_array_add (self->sources, new_source (kinds[i], sources[i], names[i], folders[i]));
  for (guint i = 0; removed[i] != NULL; i++)
    g_ptr_array_add (self->removed, g_strdup (removed[i]));
  return self;
}

/* An empty file is one to remove. */
static void
write_thread (gpointer data, gpointer user_data)
{
  g_autoptr(GBytes) bytes = data;
  g_autofree char *name = dup_file_name ();
  g_autofree char *folder = g_path_get_dirname (name);
  g_autoptr(GError) error = NULL;

  if (g_bytes_get_size (bytes) == 0)
    {
      if (g_unlink (name) < 0 && errno != ENOENT)
        g_debug ("Could not remove “%s”: %s", name, g_strerror (errno));
      return;
    }

  if (g_mkdir_with_parents (folder, 0700) < 0
      || !g_file_set_contents_full (name, g_bytes_get_data (bytes, NULL),
                                    (gssize) g_bytes_get_size (bytes),
                                    G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("Could not write “%s”: %s", name,
             error != NULL ? error->message : g_strerror (errno));
}

static void
push (GBytes *bytes)
{
  if (pool == NULL)
    pool = g_thread_pool_new (write_thread, NULL, 1, FALSE, NULL);
  g_thread_pool_push (pool, bytes, NULL);
}

/**
 * thimble_unfinished_keep:
 *
 * Keeps what a run that begins is on, in place of what was kept before. Main thread only; the file
 * is written on another.
 */
void
thimble_unfinished_keep (ThimbleUnfinished *self)
{
  g_return_if_fail (self != NULL);

  push (serialize (self));
}

/**
 * thimble_unfinished_forget:
 *
 * Forgets what was kept. Main thread only.
 */
void
thimble_unfinished_forget (void)
{
  push (g_bytes_new (NULL, 0));
}

/**
 * thimble_unfinished_flush:
 *
 * Waits until what was asked for is done: for the end of the program.
 */
void
thimble_unfinished_flush (void)
{
  if (pool != NULL)
    g_thread_pool_free (g_steal_pointer (&pool), FALSE, TRUE);
}

static void
load_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  g_autofree char *name = dup_file_name ();
  g_autoptr(GBytes) bytes = NULL;
  ThimbleUnfinished *self;
  GError *error = NULL;
  char *contents;
  gsize n_bytes;

  if (!g_file_get_contents (name, &contents, &n_bytes, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  bytes = g_bytes_new_take (contents, n_bytes);
  self = deserialize (bytes);
  if (self == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             "“%s” is not of this version.", name);
  else
    g_task_return_pointer (task, self, (GDestroyNotify) thimble_unfinished_free);
}

/**
 * thimble_unfinished_load_async:
 *
 * Looks whether a run was not finished. The file stays until it is forgotten.
 */
void
thimble_unfinished_load_async (GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, thimble_unfinished_load_async);
  g_task_run_in_thread (task, load_thread);
}

/**
 * thimble_unfinished_load_finish:
 *
 * Returns: (transfer full) (nullable): what was kept, or %NULL with @error set, which most often is
 *   that there is no such file
 */
ThimbleUnfinished *
thimble_unfinished_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
