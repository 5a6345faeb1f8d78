/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What comes from other programs, dropped or pasted: files, text with links or paths in it, and
 * pictures. The bytes of a picture are put into a file as they are, for a worker to look into: GDK
 * would decode them here.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-transfer.h"

#include "thimble-pasted-links.h"

#include <string.h>

/* Kinds of pictures that programs put on the clipboard, the best first. */
static const char *const picture_types[]
  = { "image/png", "image/webp", "image/jpeg", "image/tiff", "image/bmp", NULL };

/* Files whose image links are meant when they are dropped: nobody drops them to have them fail. */
static gboolean
is_list (const char *path)
{
  static const char *const extensions[]
    = { ".txt", ".csv", ".tsv", ".json", ".jsonl", ".md", ".html", ".htm" };

  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    {
      gsize n = strlen (extensions[i]);

      if (strlen (path) > n && g_ascii_strcasecmp (path + strlen (path) - n, extensions[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_argument (GPtrArray *sources, const char *argument)
{
  ThimbleSource *source = thimble_source_new_for_argument (argument, NULL);

  if (thimble_source_get_kind (source) == THIMBLE_SOURCE_PATH
      && is_list (thimble_source_get_location (source)))
    {
      g_autoptr(ThimbleSource) path = source;

      source = thimble_source_new (THIMBLE_SOURCE_LIST, thimble_source_get_location (path));
    }
  g_ptr_array_add (sources, source);
}

/* Lines that are paths or file URLs, and then the links, wherever they stand. */
static void
add_text (GPtrArray *sources, const char *text)
{
  g_auto(GStrv) lines = g_strsplit_set (text, "\r\n", -1);
  g_autoptr(GPtrArray) links = thimble_pasted_links_find (text);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (line[0] == '/' || g_ascii_strncasecmp (line, "file:", strlen ("file:")) == 0)
        add_argument (sources, line);
    }
  for (guint i = 0; i < links->len; i++)
    g_ptr_array_add (sources, thimble_source_ref (links->pdata[i]));
}

static void
add_files (GPtrArray *sources, GdkFileList *list)
{
  g_autoptr(GSList) files = gdk_file_list_get_files (list);

  for (GSList *l = files; l != NULL; l = l->next)
    {
      const char *path = g_file_peek_path (l->data);
      g_autofree char *uri = path == NULL ? g_file_get_uri (l->data) : NULL;

      add_argument (sources, path != NULL ? path : uri);
    }
}

/**
 * thimble_transfer_list_value:
 * @value: a #GdkFileList or a string
 *
 * Files of text, tables, JSON, Markdown and HTML are lists of links.
 *
 * Returns: (transfer full) (element-type ThimbleSource): what it names; nothing of text that names
 *   neither links nor absolute paths
 */
GPtrArray *
thimble_transfer_list_value (const GValue *value)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    add_files (sources, g_value_get_boxed (value));
  else if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value) != NULL)
    add_text (sources, g_value_get_string (value));
  return sources;
}

/* --- a picture -------------------------------------------------------------------------------- */

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GFile *file = g_task_get_task_data (task);
  GError *error = NULL;
  GPtrArray *sources;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (object), result, &error) < 0)
    {
      g_task_return_error (task, error);
      return;
    }
  sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  g_ptr_array_add (sources, thimble_source_new_for_argument (g_file_peek_path (file), NULL));
  g_task_return_pointer (task, sources, (GDestroyNotify) g_ptr_array_unref);
}

typedef struct
{
  GTask *task;
  GInputStream *stream;
} Paste;

static void
paste_free (Paste *self)
{
  g_clear_object (&self->task);
  g_clear_object (&self->stream);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paste, paste_free)

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Paste) paste = user_data;
  g_autoptr(GFileOutputStream) output = NULL;
  GError *error = NULL;

  output = g_file_replace_finish (G_FILE (object), result, &error);
  if (output == NULL)
    {
      g_task_return_error (paste->task, error);
      return;
    }
  g_output_stream_splice_async (G_OUTPUT_STREAM (output), paste->stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE
                                  | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, spliced_cb,
                                g_steal_pointer (&paste->task));
}

static void
folder_made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Paste) paste = user_data;
  g_autoptr(GError) error = NULL;
  GFile *file = g_task_get_task_data (paste->task);

  if (!g_file_make_directory_finish (G_FILE (object), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_task_return_error (paste->task, g_steal_pointer (&error));
      return;
    }
  g_file_replace_async (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT, NULL,
                        created_cb, g_steal_pointer (&paste));
}

/* The user's folder of caches, then our own in it: the first may not be there either. */
static void
cache_made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Paste) paste = user_data;
  GFile *file = g_task_get_task_data (paste->task);
  g_autoptr(GFile) folder = g_file_get_parent (file);

  g_file_make_directory_finish (G_FILE (object), result, NULL);
  g_file_make_directory_async (folder, G_PRIORITY_DEFAULT, NULL, folder_made_cb,
                               g_steal_pointer (&paste));
}

/* Puts what a stream has into a new file of the kind. */
static void
save_picture (GTask *task, GInputStream *stream, const char *type)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autoptr(GFile) cache = g_file_new_for_path (g_get_user_cache_dir ());
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d %H-%M-%S");
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  Paste *paste = g_new0 (Paste, 1);

  name = g_strdup_printf ("Pasted %s.%06d.%s", time, g_date_time_get_microsecond (now),
                          type + strlen ("image/"));
  path = g_build_filename (g_get_user_cache_dir (), "thimble-pasted", name, NULL);
  g_task_set_task_data (task, g_file_new_for_path (path), g_object_unref);
  paste->task = g_object_ref (task);
  paste->stream = g_object_ref (stream);
  g_file_make_directory_async (cache, G_PRIORITY_DEFAULT, NULL, cache_made_cb, paste);
}

static void
picture_opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  const char *type;
  GError *error = NULL;
  g_autoptr(GInputStream) stream
    = GDK_IS_DROP (object) ? gdk_drop_read_finish (GDK_DROP (object), result, &type, &error)
                           : gdk_clipboard_read_finish (GDK_CLIPBOARD (object), result, &type,
                                                        &error);

  if (stream != NULL)
    save_picture (task, stream, type);
  else
    g_task_return_error (task, error);
}

/**
 * thimble_transfer_get_picture_formats:
 *
 * Returns: (transfer full): the kinds of pictures that are taken as bytes
 */
GdkContentFormats *
thimble_transfer_get_picture_formats (void)
{
  return gdk_content_formats_new ((const char **) picture_types,
                                  g_strv_length ((char **) picture_types));
}

/**
 * thimble_transfer_read_drop_async:
 * @drop: that has a picture
 *
 * Takes a picture that is dropped, undecoded. Who asked finishes the drop. Main thread only.
 */
void
thimble_transfer_read_drop_async (GdkDrop *drop, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (GDK_IS_DROP (drop));

  task = g_task_new (drop, NULL, callback, user_data);
  g_task_set_source_tag (task, thimble_transfer_read_drop_async);
  gdk_drop_read_async (drop, (const char **) picture_types, G_PRIORITY_DEFAULT, NULL,
                       picture_opened_cb, task);
}

/* --- the clipboard ---------------------------------------------------------------------------- */

static void
value_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  const GValue *value
    = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (object), result, &error);

  if (value == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, thimble_transfer_list_value (value),
                           (GDestroyNotify) g_ptr_array_unref);
}

/**
 * thimble_transfer_read_async:
 * @clipboard: to paste from
 *
 * Finds out what the clipboard has: files, or else a picture, or else text with links or paths.
 * Nothing is decoded. Main thread only.
 */
void
thimble_transfer_read_async (GdkClipboard *clipboard,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;
  GdkContentFormats *formats;
  g_autoptr(GdkContentFormats) pictures = NULL;

  g_return_if_fail (GDK_IS_CLIPBOARD (clipboard));

  task = g_task_new (clipboard, NULL, callback, user_data);
  g_task_set_source_tag (task, thimble_transfer_read_async);
  formats = gdk_clipboard_get_formats (clipboard);
  pictures = thimble_transfer_get_picture_formats ();

  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST)
      || gdk_content_formats_contain_mime_type (formats, "text/uri-list"))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL,
                                    value_read_cb, task);
  else if (gdk_content_formats_match (formats, pictures))
    gdk_clipboard_read_async (clipboard, (const char **) picture_types, G_PRIORITY_DEFAULT, NULL,
                              picture_opened_cb, task);
  else
    gdk_clipboard_read_value_async (clipboard, G_TYPE_STRING, G_PRIORITY_DEFAULT, NULL,
                                    value_read_cb, task);
}

/**
 * thimble_transfer_read_finish:
 * @object: the clipboard or the drop
 *
 * Returns: (transfer full) (nullable) (element-type ThimbleSource): what was found, perhaps nothing;
 *   %NULL with @error set where it can't be read
 */
GPtrArray *
thimble_transfer_read_finish (gpointer object, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, object), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
