/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How images come into the window: chosen, dropped, pasted, and from a run that was not finished. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-links-dialog.h"
#include "thimble-messages.h"
#include "thimble-settings.h"
#include "thimble-transfer.h"
#include "thimble-window-files.h"
#include "thimble-window-private.h"

#include <glib/gi18n.h>

static void
thimble_window_add_sources (ThimbleWindow *self, GPtrArray *sources)
{
  if (sources->len == 0)
    return;

  if (thimble_session_get_running (self->session))
    thimble_messages_show_toast (self->toast_overlay,
                                 _ ("These will be added when the run is done"), NULL);
  thimble_session_add (self->session, (ThimbleSource *const *) sources->pdata, sources->len,
                       thimble_settings_panel_get_destination (self->panel));
}

/**
 * thimble_window_add_files:
 * @files: (array length=n_files): folders and images
 *
 * Adds the images of folders, and images, to what is in the window; after the run, if one goes on.
 */
void
thimble_window_add_files (ThimbleWindow *self, GFile *const *files, guint n_files)
{
  g_auto(GValue) value = G_VALUE_INIT;
  g_autoptr(GPtrArray) sources = NULL;

  g_return_if_fail (THIMBLE_IS_WINDOW (self));
  g_return_if_fail (files != NULL || n_files == 0);

  if (n_files == 0)
    return;
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array ((GFile **) files, n_files));
  sources = thimble_transfer_list_value (&value);
  thimble_window_add_sources (self, sources);
}

/* --- what a scan says ------------------------------------------------------------------------- */

/* Several problems are too much for a toast: it offers a list of them. */
static void
thimble_window_show_problems (ThimbleWindow *self, GPtrArray *problems)
{
  g_autofree char *text = NULL;

  g_ptr_array_add (problems, NULL);
  g_free (self->problems);
  self->problems = g_strjoinv ("\n", (char **) problems->pdata);
  g_ptr_array_set_size (problems, (int) problems->len - 1);

  if (problems->len == 1)
    text = g_strdup (self->problems);
  else
    /* Translators: folders, files or links. */
    text = g_strdup_printf (ngettext ("%'u thing could not be added",
                                      "%'u things could not be added", problems->len),
                            problems->len);
  thimble_messages_show_toast (self->toast_overlay, text, "win.show-problems");
}

/**
 * thimble_window_scanned:
 * @report: (nullable): what was found
 * @error: (nullable): why nothing could be looked for
 *
 * Says what a scan that has ended could not find, and goes on with the run that it was for.
 */
void
thimble_window_scanned (ThimbleWindow *self, ThimbleScanReport *report, GError *error)
{
  gboolean starts = self->starts_when_scanned
                    || (report != NULL && report->n_found > 0
                        && thimble_preferences_get_flag ("start-at-once"));

  self->starts_when_scanned = FALSE;
  if (self->is_closing)
    {
      thimble_window_close_if_idle (self);
      return;
    }

  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Could Not Add Images"), error->message);
  else if (report != NULL && report->problems->len > 0)
    thimble_window_show_problems (self, report->problems);
  else if (report != NULL && report->n_found == 0)
    thimble_messages_show_toast (self->toast_overlay, _ ("No images were found there"), NULL);

  if (starts && report != NULL && self->has_items
      && !thimble_session_get_scanning (self->session))
    thimble_window_start (self, NULL);
}

/* --- a run that was not finished -------------------------------------------------------------- */

static void
unfinished_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleWindow) self = user_data;
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->unfinished, thimble_unfinished_free);
  self->unfinished = thimble_unfinished_load_finish (result, &error);
  if (self->unfinished == NULL)
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_debug ("No run to go on with: %s", error->message);
      return;
    }
  gtk_revealer_set_reveal_child (self->go_on_revealer, TRUE);
}

/**
 * thimble_window_look_for_unfinished:
 *
 * Offers to go on with a run that the program was ended in, if there is one.
 */
void
thimble_window_look_for_unfinished (ThimbleWindow *self)
{
  thimble_unfinished_load_async (unfinished_loaded_cb, g_object_ref (self));
}

static void
go_on_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);
  g_autoptr(ThimbleUnfinished) unfinished = g_steal_pointer (&self->unfinished);

  if (unfinished == NULL || unfinished->sources->len == 0
      || thimble_session_get_running (self->session)
      || thimble_session_get_scanning (self->session))
    return;
  gtk_revealer_set_reveal_child (self->go_on_revealer, FALSE);
  self->starts_when_scanned = TRUE;
  thimble_session_go_on (self->session, unfinished,
                         thimble_settings_panel_get_destination (self->panel));
}

static void
discard_unfinished_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  g_clear_pointer (&self->unfinished, thimble_unfinished_free);
  thimble_unfinished_forget ();
  gtk_revealer_set_reveal_child (self->go_on_revealer, FALSE);
}

/* --- actions ---------------------------------------------------------------------------------- */

static void
files_chosen_cb (GFile *const *files, guint n_files, gpointer user_data)
{
  thimble_window_add_files (THIMBLE_WINDOW (user_data), files, n_files);
}

static void
add_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_window_files_choose_folders (GTK_WINDOW (widget), files_chosen_cb);
}

static void
add_files_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_window_files_choose_images (GTK_WINDOW (widget), files_chosen_cb);
}

static void
pasted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) sources
    = thimble_transfer_read_finish (object, result, &error);

  if (self->is_closing)
    return;
  if (sources != NULL && sources->len > 0)
    {
      thimble_window_add_sources (self, sources);
      return;
    }
  if (error != NULL)
    g_debug ("Could not paste: %s", error->message);
  thimble_messages_show_toast (self->toast_overlay,
                               _ ("There are no images, files or links to paste"), NULL);
}

static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_transfer_read_async (gtk_widget_get_clipboard (widget), pasted_cb,
                               g_object_ref (widget));
}

static void
add_links_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *dialog = thimble_links_dialog_new (GTK_WINDOW (widget));

  g_signal_connect_object (dialog, "added", G_CALLBACK (thimble_window_add_sources), widget,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_problems_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  if (self->problems != NULL)
    thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Not Everything Was Added"),
                                  self->problems);
}

/**
 * thimble_window_install_intake:
 * @widget_class: the window's
 *
 * Adds the actions by which images come in. Paste has its key here and not in the application, which
 * would take it from entries.
 */
void
thimble_window_install_intake (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.add-folder", NULL, add_folder_action);
  gtk_widget_class_install_action (widget_class, "win.add-files", NULL, add_files_action);
  gtk_widget_class_install_action (widget_class, "win.add-links", NULL, add_links_action);
  gtk_widget_class_install_action (widget_class, "win.paste", NULL, paste_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste",
                                       NULL);
  gtk_widget_class_install_action (widget_class, "win.go-on", NULL, go_on_action);
  gtk_widget_class_install_action (widget_class, "win.discard-unfinished", NULL,
                                   discard_unfinished_action);
  gtk_widget_class_install_action (widget_class, "win.show-problems", NULL, show_problems_action);
}

/* --- drops ------------------------------------------------------------------------------------ */

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  ThimbleWindow *self = THIMBLE_WINDOW (user_data);
  g_autoptr(GPtrArray) sources = thimble_transfer_list_value (value);

  thimble_window_add_sources (self, sources);
  return sources->len > 0;
}

/* What is dragged out of the window is not for the window. */
static gboolean
drop_accepted_cb (GtkDropTarget *target, GdkDrop *drop, gpointer user_data)
{
  return gdk_drop_get_drag (drop) == NULL
         && gdk_content_formats_match (gtk_drop_target_get_formats (target),
                                       gdk_drop_get_formats (drop));
}

/* Shows that the window would take what is over it. Otherwise the hint is not there, not even for a
 * screen reader. */
static void
thimble_window_show_drop (ThimbleWindow *self, gboolean is_over)
{
  if (is_over)
    gtk_widget_set_visible (GTK_WIDGET (self->drop_revealer), TRUE);
  gtk_revealer_set_reveal_child (self->drop_revealer, is_over);
}

static void
drop_revealed_cb (ThimbleWindow *self)
{
  if (!gtk_revealer_get_child_revealed (self->drop_revealer))
    gtk_widget_set_visible (GTK_WIDGET (self->drop_revealer),
                            gtk_revealer_get_reveal_child (self->drop_revealer));
}

static void
drop_changed_cb (ThimbleWindow *self)
{
  thimble_window_show_drop (self, gtk_drop_target_get_current_drop (self->drop_target) != NULL);
}

/* A picture that comes without a name or a link: out of a document, or from a program that takes
 * pictures of the screen. */
static gboolean
picture_accepted_cb (GtkDropTargetAsync *target, GdkDrop *drop, gpointer user_data)
{
  ThimbleWindow *self = THIMBLE_WINDOW (user_data);

  return gdk_drop_get_drag (drop) == NULL
         && gdk_content_formats_match (gtk_drop_target_async_get_formats (target),
                                       gdk_drop_get_formats (drop))
         && !gdk_content_formats_match (gtk_drop_target_get_formats (self->drop_target),
                                        gdk_drop_get_formats (drop));
}

static GdkDragAction
picture_entered_cb (GtkDropTargetAsync *target, GdkDrop *drop, double x, double y, gpointer user_data)
{
  thimble_window_show_drop (THIMBLE_WINDOW (user_data), TRUE);
  return GDK_ACTION_COPY;
}

static void
picture_left_cb (GtkDropTargetAsync *target, GdkDrop *drop, gpointer user_data)
{
  thimble_window_show_drop (THIMBLE_WINDOW (user_data), FALSE);
}

static void
picture_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) sources = thimble_transfer_read_finish (object, result, &error);

  gdk_drop_finish (GDK_DROP (object), sources != NULL ? GDK_ACTION_COPY : 0);
  if (self->is_closing)
    return;
  if (sources != NULL)
    thimble_window_add_sources (self, sources);
  else
    thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Could Not Add Images"), error->message);
}

static gboolean
picture_dropped_cb (GtkDropTargetAsync *target, GdkDrop *drop, double x, double y, gpointer user_data)
{
  thimble_window_show_drop (THIMBLE_WINDOW (user_data), FALSE);
  thimble_transfer_read_drop_async (drop, picture_read_cb, g_object_ref (user_data));
  return TRUE;
}

static void
thimble_window_connect_picture_drop (ThimbleWindow *self)
{
  GtkDropTargetAsync *target
    = gtk_drop_target_async_new (thimble_transfer_get_picture_formats (), GDK_ACTION_COPY);

  g_signal_connect_object (target, "accept", G_CALLBACK (picture_accepted_cb), self, 0);
  g_signal_connect_object (target, "drag-enter", G_CALLBACK (picture_entered_cb), self, 0);
  g_signal_connect_object (target, "drag-leave", G_CALLBACK (picture_left_cb), self, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (picture_dropped_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * thimble_window_connect_drop:
 *
 * Has the whole window take files, text with links in it, and pictures.
 */
void
thimble_window_connect_drop (ThimbleWindow *self)
{
  gtk_drop_target_set_gtypes (self->drop_target, (GType[]){ GDK_TYPE_FILE_LIST, G_TYPE_STRING },
                              2);
  g_signal_connect_object (self->drop_target, "accept", G_CALLBACK (drop_accepted_cb), self, 0);
  g_signal_connect_object (self->drop_target, "drop", G_CALLBACK (dropped_cb), self, 0);
  g_signal_connect_object (self->drop_target, "notify::current-drop",
                           G_CALLBACK (drop_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->drop_revealer, "notify::child-revealed",
                           G_CALLBACK (drop_revealed_cb), self, G_CONNECT_SWAPPED);
  thimble_window_connect_picture_drop (self);
}
