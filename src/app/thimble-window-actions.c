/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done in the window once there are images: a run, what came of it, and the view. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-compare-window.h"
#include "thimble-failures-window.h"
#include "thimble-file-opener.h"
#include "thimble-messages.h"
#include "thimble-report.h"
#include "thimble-window-files.h"
#include "thimble-window-private.h"

#include <glib/gi18n.h>

/* --- a run ------------------------------------------------------------------------------------ */

/**
 * thimble_window_has_focus_in:
 * @widget: in the window
 *
 * Returns: whether it or something in it has the keyboard
 */
gboolean
thimble_window_has_focus_in (ThimbleWindow *self, GtkWidget *widget)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

/**
 * thimble_window_start:
 * @items: (nullable) (element-type ThimbleItem): what to try again; %NULL to make all
 *
 * Begins a run with what is set. The keyboard goes on to Pause from what can't be used in a run.
 */
void
thimble_window_start (ThimbleWindow *self, GPtrArray *items)
{
  gboolean moves_focus = thimble_window_has_focus_in (self, GTK_WIDGET (self->panel))
                         || thimble_window_has_focus_in (self, self->start_button);
  g_autoptr(ThimblePreset) preset = NULL;
  g_autoptr(GError) error = NULL;

  thimble_settings_panel_get_settings (self->panel, self->settings);
  preset = thimble_settings_dup_preset (self->settings, &error);
  if (preset == NULL)
    {
      thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Could Not Start"), error->message);
      return;
    }

  thimble_settings_save (self->settings);
  g_clear_pointer (&self->unfinished, thimble_unfinished_free);
  gtk_revealer_set_reveal_child (self->go_on_revealer, FALSE);
  if (moves_focus)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  thimble_session_start (self->session, preset, items);
  thimble_window_show_progress (self);
  gtk_stack_set_visible_child (self->bottom_stack, GTK_WIDGET (self->progress_box));
  gtk_revealer_set_reveal_child (self->bottom_revealer, TRUE);
  if (moves_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->pause_button));
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

static void
start_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_window_start (THIMBLE_WINDOW (widget), NULL);
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_session_cancel (THIMBLE_WINDOW (widget)->session, FALSE);
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleSession *session = THIMBLE_WINDOW (widget)->session;

  thimble_session_set_paused (session, !thimble_session_get_paused (session));
  thimble_window_show_progress (THIMBLE_WINDOW (widget));
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_session_clear (THIMBLE_WINDOW (widget)->session);
}

static void
undo_remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleSession *session = THIMBLE_WINDOW (widget)->session;

  if (!thimble_session_get_running (session))
    thimble_session_undo_remove (session);
}

/* --- closing ---------------------------------------------------------------------------------- */

/**
 * thimble_window_close_if_idle:
 *
 * Destroys a window that is closing and in which nothing goes on any more.
 */
void
thimble_window_close_if_idle (ThimbleWindow *self)
{
  if (self->is_closing && !thimble_session_get_running (self->session)
      && !thimble_session_get_scanning (self->session))
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
close_answered_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  ThimbleWindow *self = THIMBLE_WINDOW (user_data);

  if (!g_str_equal (response, "stop"))
    return;
  self->is_closing = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

/**
 * thimble_window_ask_to_close:
 *
 * Asks whether to stop the run that goes on.
 */
void
thimble_window_ask_to_close (ThimbleWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (
    GTK_WINDOW (self), _ ("Stop the Run?"),
    _ ("Thumbnails are still being made. What is done stays done, and the next start offers to go "
       "on with the rest."));

  gtk_window_set_title (GTK_WINDOW (dialog), _ ("Stop the Run?"));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("_Keep Running"),
                                    "stop", _ ("_Stop and Close"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- what came of a run ----------------------------------------------------------------------- */

static void
open_destination_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  thimble_file_opener_open (GTK_WINDOW (self), self->settings->destination);
}

static void
retry_requested_cb (ThimbleWindow *self, GPtrArray *items)
{
  if (gtk_widget_get_visible (self->start_button))
    thimble_window_start (self, items);
}

static void
show_failures_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);
  GtkWidget *window = thimble_failures_window_new (GTK_WINDOW (self),
                                                   thimble_session_get_batch (self->session));

  g_signal_connect_object (window, "retry-requested", G_CALLBACK (retry_requested_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

static void
report_saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleWindow) self = user_data;
  g_autoptr(GError) error = NULL;

  if (thimble_report_save_finish (result, &error))
    thimble_messages_show_toast (self->toast_overlay, _ ("The report is saved"), NULL);
  else if (!self->is_closing)
    thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Could Not Save the Report"),
                                  error->message);
}

static void
csv_chosen_cb (GFile *const *files, guint n_files, gpointer user_data)
{
  ThimbleWindow *self = THIMBLE_WINDOW (user_data);

  thimble_report_save_async (thimble_session_get_batch (self->session), THIMBLE_REPORT_CSV,
                             files[0], report_saved_cb, g_object_ref (self));
}

static void
json_chosen_cb (GFile *const *files, guint n_files, gpointer user_data)
{
  ThimbleWindow *self = THIMBLE_WINDOW (user_data);

  thimble_report_save_async (thimble_session_get_batch (self->session), THIMBLE_REPORT_JSON,
                             files[0], report_saved_cb, g_object_ref (self));
}

static void
save_report_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gboolean is_csv = g_str_equal (g_variant_get_string (parameter, NULL), "csv");

  thimble_window_files_choose_report (GTK_WINDOW (widget),
                                      is_csv ? "thumbnails.csv" : "thumbnails.jsonl",
                                      is_csv ? csv_chosen_cb : json_chosen_cb);
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  thimble_settings_panel_get_settings (self->panel, self->settings);
  gtk_window_present (GTK_WINDOW (thimble_compare_window_new (
    GTK_WINDOW (self), thimble_session_get_batch (self->session), self->settings->preset)));
}

/* --- the view --------------------------------------------------------------------------------- */

static void
toggle_settings_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  gtk_stack_set_visible_child_name (self->content_stack, "grid");
  thimble_filter_bar_search (self->filter_bar);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action_variant (GTK_WIDGET (THIMBLE_WINDOW (widget)->grid), "grid.zoom",
                                      parameter);
}

/**
 * thimble_window_install_actions:
 * @widget_class: the window's
 *
 * Adds the actions on images that are there.
 */
void
thimble_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "win.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "win.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "win.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "win.undo-remove", NULL, undo_remove_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK,
                                       "win.undo-remove", NULL);
  gtk_widget_class_install_action (widget_class, "win.compare", NULL, compare_action);
  gtk_widget_class_install_action (widget_class, "win.open-destination", NULL,
                                   open_destination_action);
  gtk_widget_class_install_action (widget_class, "win.show-failures", NULL, show_failures_action);
  gtk_widget_class_install_action (widget_class, "win.save-report", "s", save_report_action);
  gtk_widget_class_install_action (widget_class, "win.toggle-settings", NULL,
                                   toggle_settings_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.zoom", "i", zoom_action);
}
