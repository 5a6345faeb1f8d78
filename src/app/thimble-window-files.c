/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the user chooses files, by the dialogs of the desktop. */

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
 * thimble_window_files_choose_report:
 * @window: that asks
 * @name: what the file is called unless the user says otherwise
 * @chosen: (scope async): called with the one file, unless the dialog is cancelled
 *
 * Has the user choose where a report goes. The dialog lives until it is answered.
 */
void
thimble_window_files_choose_report (GtkWindow *window, const char *name, ThimbleFilesChosen chosen)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    _ ("Save Report"), window, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (responded_cb), (gpointer) chosen);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
