/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Connects the session with what shows it. Which actions can be taken, and what is visible, follows
 * from the session's state in one place, thimble_window_update.
 *
 * A window that is closed while something goes on hides, has it end, and is destroyed when it has
 * ended: the process lives as long as it has files open for writing.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-window.h"

#include "thimble-failures-window.h"
#include "thimble-file-opener.h"
#include "thimble-image-grid.h"
#include "thimble-messages.h"
#include "thimble-progress-bar.h"
#include "thimble-settings-panel.h"
#include "thimble-summary-bar.h"
#include "thimble-window-files.h"

#include <glib/gi18n.h>

struct _ThimbleWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toast_overlay;
  AdwWindowTitle *title;
  GtkSpinner *scan_spinner;
  GtkWidget *settings_button;
  GtkWidget *start_button;
  GtkWidget *cancel_button;
  GtkStack *stack;
  AdwFlap *flap;
  ThimbleImageGrid *grid;
  ThimbleSettingsPanel *panel;
  GtkRevealer *bottom_revealer;
  GtkStack *bottom_stack;
  ThimbleProgressBar *progress_bar;
  ThimbleSummaryBar *summary_bar;
  GtkRevealer *drop_revealer;
  GtkDropTarget *drop_target;

  ThimbleSession *session;
  ThimbleSettings *settings; /* of the last run, or as loaded; what is set is in the panel */
  char *problems;            /* (nullable): of the last scan, a line each */
  gboolean has_items;        /* what is shown is for images, not for none */
  gboolean is_closing;       /* hidden, and to be destroyed when nothing goes on */
};

G_DEFINE_FINAL_TYPE (ThimbleWindow, thimble_window, ADW_TYPE_APPLICATION_WINDOW)

static void
thimble_window_update (ThimbleWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  ThimbleBatch *batch = thimble_session_get_batch (self->session);
  guint n_items = thimble_batch_get_n_items (batch);
  gboolean is_running = thimble_session_get_running (self->session);
  gboolean is_scanning = thimble_session_get_scanning (self->session);
  g_autofree char *subtitle = NULL;

  self->has_items = n_items > 0;
  gtk_widget_action_set_enabled (widget, "win.clear", !is_running && self->has_items);
  gtk_widget_action_set_enabled (widget, "win.start",
                                 !is_running && !is_scanning && self->has_items
                                   && thimble_settings_panel_get_valid (self->panel));
  gtk_widget_action_set_enabled (widget, "win.cancel", is_running || is_scanning);
  gtk_widget_action_set_enabled (widget, "win.show-failures",
                                 thimble_batch_count (batch, THIMBLE_ITEM_FAILED) > 0);
  gtk_widget_action_set_enabled (widget, "win.toggle-settings", self->has_items);
  thimble_image_grid_set_can_remove (self->grid, !is_running);

  gtk_stack_set_visible_child_name (self->stack, self->has_items ? "images" : "empty");
  gtk_widget_set_visible (self->settings_button, self->has_items);
  gtk_widget_set_visible (self->start_button, self->has_items && !is_running);
  gtk_widget_set_visible (self->cancel_button, is_running);
  gtk_widget_set_visible (GTK_WIDGET (self->scan_spinner), is_scanning);
  gtk_spinner_set_spinning (self->scan_spinner, is_scanning);
  gtk_widget_set_sensitive (GTK_WIDGET (self->panel), !is_running);

  if (self->has_items)
    subtitle = g_strdup_printf (ngettext ("%'u image", "%'u images", n_items), n_items);
  if (!thimble_session_get_isolated (self->session))
    {
      g_autofree char *count = g_steal_pointer (&subtitle);

      subtitle = g_strjoin (count != NULL ? " · " : "", _ ("Images are read without isolation"),
                            count, NULL);
    }
  adw_window_title_set_subtitle (self->title, subtitle != NULL ? subtitle : "");
}

static void
thimble_window_close_if_idle (ThimbleWindow *self)
{
  if (self->is_closing && !thimble_session_get_running (self->session)
      && !thimble_session_get_scanning (self->session))
    gtk_window_destroy (GTK_WINDOW (self));
}

/* Items may be removed one by one, thousands at once: only the first and the last change anything
 * here, the count follows when the states do.
 */
static void
items_changed_cb (ThimbleWindow *self)
{
  gboolean has_items = thimble_batch_get_n_items (thimble_session_get_batch (self->session)) > 0;

  if (!has_items)
    gtk_revealer_set_reveal_child (self->bottom_revealer, FALSE);
  if (has_items != self->has_items)
    thimble_window_update (self);
}

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
    text = g_strdup_printf (ngettext ("%'u thing could not be added",
                                      "%'u things could not be added", problems->len),
                            problems->len);
  thimble_messages_show_toast (self->toast_overlay, text, "win.show-problems");
}

static void
scanned_cb (ThimbleWindow *self, ThimbleScanReport *report, GError *error)
{
  if (self->is_closing)
    thimble_window_close_if_idle (self);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Could Not Add Images"), error->message);
  else if (report != NULL && report->problems->len > 0)
    thimble_window_show_problems (self, report->problems);
  else if (report != NULL && report->n_found == 0)
    thimble_messages_show_toast (self->toast_overlay, _ ("No images were found there"), NULL);
}

static void
progressed_cb (ThimbleWindow *self)
{
  ThimbleProgress progress;

  thimble_session_get_progress (self->session, &progress);
  thimble_progress_bar_show (self->progress_bar, &progress);
}

static void
warned_cb (ThimbleWindow *self, const char *message)
{
  thimble_messages_show_toast (self->toast_overlay, message, NULL);
}

static void
run_finished_cb (ThimbleWindow *self, ThimbleRunSummary *summary, GError *error)
{
  if (self->is_closing)
    {
      thimble_window_close_if_idle (self);
      return;
    }

  gtk_revealer_set_reveal_child (self->bottom_revealer, summary != NULL);
  if (summary != NULL)
    {
      thimble_summary_bar_show (self->summary_bar, summary);
      gtk_stack_set_visible_child (self->bottom_stack, GTK_WIDGET (self->summary_bar));
    }
  else
    {
      thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Could Not Go On"), error->message);
    }
}

static void
viewed_cb (ThimbleWindow *self, guint position, guint n_items)
{
  thimble_session_set_first (self->session, position, n_items);
}

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
start_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);
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
  thimble_session_start (self->session, preset);
  progressed_cb (self);
  gtk_stack_set_visible_child (self->bottom_stack, GTK_WIDGET (self->progress_bar));
  gtk_revealer_set_reveal_child (self->bottom_revealer, TRUE);
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_session_cancel (THIMBLE_WINDOW (widget)->session);
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_session_clear (THIMBLE_WINDOW (widget)->session);
}

static void
open_destination_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  thimble_file_opener_open (GTK_WINDOW (self), self->settings->destination);
}

static void
show_failures_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (thimble_failures_window_new (
    GTK_WINDOW (self), thimble_session_get_batch (self->session))));
}

static void
show_problems_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  if (self->problems != NULL)
    thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Not Everything Was Added"),
                                  self->problems);
}

static void
toggle_settings_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleWindow *self = THIMBLE_WINDOW (widget);

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  ThimbleWindow *self = THIMBLE_WINDOW (user_data);
  g_autoptr(GPtrArray) files = thimble_window_files_list (g_value_get_boxed (value));

  thimble_window_add_files (self, (GFile *const *) files->pdata, files->len);
  return TRUE;
}

static void
drop_changed_cb (ThimbleWindow *self)
{
  gtk_revealer_set_reveal_child (self->drop_revealer,
                                 gtk_drop_target_get_current_drop (self->drop_target) != NULL);
}

static void
thimble_window_save_settings (ThimbleWindow *self)
{
  thimble_settings_panel_get_settings (self->panel, self->settings);
  gtk_window_get_default_size (GTK_WINDOW (self), &self->settings->window_width,
                               &self->settings->window_height);
  self->settings->window_maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  thimble_settings_save (self->settings);
}

static gboolean
thimble_window_close_request (GtkWindow *window)
{
  ThimbleWindow *self = THIMBLE_WINDOW (window);

  if (!self->is_closing)
    thimble_window_save_settings (self);
  self->is_closing = TRUE;
  if (!thimble_session_get_running (self->session) && !thimble_session_get_scanning (self->session))
    return GTK_WINDOW_CLASS (thimble_window_parent_class)->close_request (window);

  thimble_session_cancel (self->session);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return TRUE;
}

static void
thimble_window_dispose (GObject *object)
{
  ThimbleWindow *self = THIMBLE_WINDOW (object);

  if (self->session != NULL)
    thimble_session_cancel (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->settings, thimble_settings_free);
  g_clear_pointer (&self->problems, g_free);

  G_OBJECT_CLASS (thimble_window_parent_class)->dispose (object);
}

static void
thimble_window_class_bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, scan_spinner);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, settings_button);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, start_button);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, grid);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, panel);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, bottom_revealer);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, bottom_stack);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, summary_bar);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, drop_revealer);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, drop_target);
  gtk_widget_class_bind_template_callback (widget_class, dropped_cb);
  gtk_widget_class_bind_template_callback (widget_class, drop_changed_cb);
}

static void
thimble_window_class_init (ThimbleWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = thimble_window_close_request;

  gtk_widget_class_install_action (widget_class, "win.add-folder", NULL, add_folder_action);
  gtk_widget_class_install_action (widget_class, "win.add-files", NULL, add_files_action);
  gtk_widget_class_install_action (widget_class, "win.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "win.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "win.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "win.open-destination", NULL,
                                   open_destination_action);
  gtk_widget_class_install_action (widget_class, "win.show-failures", NULL, show_failures_action);
  gtk_widget_class_install_action (widget_class, "win.show-problems", NULL, show_problems_action);
  gtk_widget_class_install_action (widget_class, "win.toggle-settings", NULL,
                                   toggle_settings_action);

  g_type_ensure (THIMBLE_TYPE_IMAGE_GRID);
  g_type_ensure (THIMBLE_TYPE_PROGRESS_BAR);
  g_type_ensure (THIMBLE_TYPE_SETTINGS_PANEL);
  g_type_ensure (THIMBLE_TYPE_SUMMARY_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/thimble/Thimble/thimble-window.ui");
  thimble_window_class_bind_children (widget_class);
}

static void
thimble_window_init (ThimbleWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_target_set_gtypes (self->drop_target, (GType[]){ GDK_TYPE_FILE_LIST }, 1);

  self->settings = thimble_settings_load ();
  thimble_settings_panel_set_settings (self->panel, self->settings);
  gtk_window_set_default_size (GTK_WINDOW (self), self->settings->window_width,
                               self->settings->window_height);
  if (self->settings->window_maximized)
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
thimble_window_connect (ThimbleWindow *self, gpointer object, const char *signal, gpointer callback)
{
  g_signal_connect_object (object, signal, G_CALLBACK (callback), self, G_CONNECT_SWAPPED);
}

/**
 * thimble_window_new:
 * @application: that it belongs to
 * @engine: what works run on
 *
 * Returns: (transfer none): a window without images, not yet shown; GTK owns it
 */
GtkWidget *
thimble_window_new (GtkApplication *application, ThimbleEngine *engine)
{
  ThimbleWindow *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (THIMBLE_IS_ENGINE (engine), NULL);

  self = g_object_new (THIMBLE_TYPE_WINDOW, "application", application, NULL);
  self->session = thimble_session_new (engine);
  thimble_image_grid_set_up (self->grid, thimble_session_get_batch (self->session),
                             thimble_session_get_previewer (self->session));

  thimble_window_connect (self, thimble_session_get_batch (self->session), "items-changed",
                          items_changed_cb);
  thimble_window_connect (self, thimble_session_get_batch (self->session), "changed-states",
                          thimble_window_update);
  thimble_window_connect (self, self->session, "notify", thimble_window_update);
  thimble_window_connect (self, self->session, "scanned", scanned_cb);
  thimble_window_connect (self, self->session, "progressed", progressed_cb);
  thimble_window_connect (self, self->session, "warned", warned_cb);
  thimble_window_connect (self, self->session, "run-finished", run_finished_cb);
  thimble_window_connect (self, self->panel, "notify::valid", thimble_window_update);
  thimble_window_connect (self, self->grid, "viewed", viewed_cb);
  thimble_window_update (self);
  return GTK_WIDGET (self);
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
  g_autoptr(GPtrArray) sources = NULL;

  g_return_if_fail (THIMBLE_IS_WINDOW (self));
  g_return_if_fail (files != NULL || n_files == 0);

  sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  for (guint i = 0; i < n_files; i++)
    {
      const char *path = g_file_peek_path (files[i]);
      g_autofree char *uri = path == NULL ? g_file_get_uri (files[i]) : NULL;

      g_ptr_array_add (sources,
                       thimble_source_new_for_argument (path != NULL ? path : uri, NULL));
    }
  if (sources->len == 0)
    return;

  if (thimble_session_get_running (self->session))
    thimble_messages_show_toast (self->toast_overlay,
                                 _ ("These will be added when the run is done"), NULL);
  thimble_session_add (self->session, (ThimbleSource *const *) sources->pdata, sources->len,
                       thimble_settings_panel_get_destination (self->panel));
}

/**
 * thimble_window_get_session:
 *
 * Returns: (transfer none): what the window works on
 */
ThimbleSession *
thimble_window_get_session (ThimbleWindow *self)
{
  g_return_val_if_fail (THIMBLE_IS_WINDOW (self), NULL);

  return self->session;
}
