/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How files come into the window: by dialogs, and out of what is dropped. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-window-files.h"

#include "thimble-source.h"

#include <glib/gi18n.h>

static void
responded_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  ThimbleFilesChosen chosen = (ThimbleFilesChosen) user_data;
  g_autoptr(GtkFileChooserNative) chooser = GTK_FILE_CHOOSER_NATIVE (dialog);
  g_autoptr(GListModel) list = NULL;
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  if (response != GTK_RESPONSE_ACCEPT)
    return;

  list = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (files, g_list_model_get_item (list, i));
  if (files->len > 0)
    chosen ((GFile *const *) files->pdata, files->len,
            gtk_native_dialog_get_transient_for (dialog));
}

static GtkFileChooserNative *
new_chooser (GtkWindow *window, const char *title, GtkFileChooserAction action)
{
  GtkFileChooserNative *chooser
    = gtk_file_chooser_native_new (title, window, action, _ ("_Add"), NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  return chooser;
}

/**
 * thimble_window_files_choose_folders:
 * @window: that asks
 * @chosen: (scope async): called with the folders, unless the dialog is cancelled
 *
 * Has the user choose folders. The dialog lives until it is answered.
 */
void
thimble_window_files_choose_folders (GtkWindow *window, ThimbleFilesChosen chosen)
{
  GtkFileChooserNative *chooser
    = new_chooser (window, _ ("Add Folders"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);

  g_signal_connect (chooser, "response", G_CALLBACK (responded_cb), (gpointer) chosen);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/**
 * thimble_window_files_choose_images:
 * @window: that asks
 * @chosen: (scope async): called with the files, unless the dialog is cancelled
 *
 * Has the user choose images. The dialog lives until it is answered.
 */
void
thimble_window_files_choose_images (GtkWindow *window, ThimbleFilesChosen chosen)
{
  GtkFileChooserNative *chooser
    = new_chooser (window, _ ("Add Images"), GTK_FILE_CHOOSER_ACTION_OPEN);
  g_autoptr(GtkFileFilter) images = gtk_file_filter_new ();
  g_autoptr(GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (images, _ ("Images"));
  gtk_file_filter_add_mime_type (images, "image/*");
  gtk_file_filter_set_name (all, _ ("All Files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), images);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);

  g_signal_connect (chooser, "response", G_CALLBACK (responded_cb), (gpointer) chosen);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/**
 * thimble_window_files_list:
 * @list: what was dropped
 *
 * Returns: (transfer full) (element-type GFile): its files, in order
 */
GPtrArray *
thimble_window_files_list (GdkFileList *list)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GSList) links = gdk_file_list_get_files (list);

  for (GSList *l = links; l != NULL; l = l->next)
    g_ptr_array_add (files, g_object_ref (l->data));
  return files;
}

/**
 * thimble_window_files_to_sources:
 * @files: (array length=n_files): folders and images
 *
 * Returns: (transfer full) (element-type ThimbleSource): them as sources, in order
 */
GPtrArray *
thimble_window_files_to_sources (GFile *const *files, guint n_files)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);

  for (guint i = 0; i < n_files; i++)
    {
      const char *path = g_file_peek_path (files[i]);
      g_autofree char *uri = path == NULL ? g_file_get_uri (files[i]) : NULL;

      g_ptr_array_add (sources,
                       thimble_source_new_for_argument (path != NULL ? path : uri, NULL));
    }
  return sources;
}
