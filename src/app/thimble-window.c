/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Connects the session with what shows it. Which actions can be taken, and what is visible, follows
 * from the session's state in one place, thimble_window_update.
 *
 * A window that is closed while something goes on asks, hides, has it end, and is destroyed when it
 * has ended: the process lives as long as it has files open for writing.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-desktop.h"
#include "thimble-messages.h"
#include "thimble-window-private.h"

#include <glib/gi18n.h>

#define FOLLOW_INTERVAL_MS 200 /* each time the whole window is laid out */

/* Widths of the window, in pixels, from which on there is room. */
#define MIN_BUTTONS_BESIDE 600
#define MIN_BARS_BESIDE 1400

G_DEFINE_FINAL_TYPE (ThimbleWindow, thimble_window, ADW_TYPE_APPLICATION_WINDOW)

static void
thimble_window_update_actions (ThimbleWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  ThimbleBatch *batch = thimble_session_get_batch (self->session);
  gboolean is_running = thimble_session_get_running (self->session);
  gboolean is_scanning = thimble_session_get_scanning (self->session);
  gboolean can_start = !is_running && !is_scanning && self->has_items
                       && thimble_settings_panel_get_valid (self->panel);

  gtk_widget_action_set_enabled (widget, "win.clear", !is_running && self->has_items);
  gtk_widget_action_set_enabled (widget, "win.start", can_start);
  gtk_widget_action_set_enabled (widget, "win.pause", is_running);
  gtk_widget_action_set_enabled (widget, "win.cancel", is_running || is_scanning);
  gtk_widget_action_set_enabled (widget, "win.show-failures",
                                 thimble_batch_count (batch, THIMBLE_ITEM_FAILED) > 0);
  gtk_widget_action_set_enabled (widget, "win.save-report", self->has_items);
  gtk_widget_action_set_enabled (widget, "win.toggle-settings", self->has_items);
  gtk_widget_action_set_enabled (widget, "win.compare", !is_running && self->has_items);
  gtk_widget_action_set_enabled (widget, "win.search", self->has_items);
  thimble_image_grid_set_can_change (self->grid, !is_running && !is_scanning);
}

/* The button says what it does now, where there is room: again what has been made once. */
static const char *
get_start_label (ThimbleWindow *self)
{
  ThimbleBatch *batch = thimble_session_get_batch (self->session);

  if (thimble_batch_count (batch, THIMBLE_ITEM_WAITING) == 0
      && thimble_batch_count (batch, THIMBLE_ITEM_CANCELLED) == 0
      && !adw_flap_get_folded (self->flap))
    return _ ("Make Again");
  return _ ("Start");
}

/**
 * thimble_window_update:
 *
 * Shows what can be seen and done in the state that the session is in.
 */
void
thimble_window_update (ThimbleWindow *self)
{
  guint n_items = thimble_batch_get_n_items (thimble_session_get_batch (self->session));
  gboolean is_running = thimble_session_get_running (self->session);
  gboolean is_scanning = thimble_session_get_scanning (self->session);
  gboolean is_paused = thimble_session_get_paused (self->session);
  g_autofree char *subtitle = NULL;

  self->has_items = n_items > 0;
  thimble_window_update_actions (self);

  gtk_stack_set_visible_child_name (self->stack, self->has_items ? "images" : "empty");
  gtk_widget_set_visible (self->settings_button, self->has_items);
  gtk_widget_set_visible (self->start_button, self->has_items && !is_running);
  if (self->has_items && !is_running)
    gtk_button_set_label (GTK_BUTTON (self->start_button), get_start_label (self));
  gtk_button_set_label (self->pause_button, is_paused ? _ ("Resume") : _ ("Pause"));
  gtk_widget_set_visible (GTK_WIDGET (self->scan_spinner), is_scanning);
  gtk_spinner_set_spinning (self->scan_spinner, is_scanning);
  gtk_widget_set_sensitive (GTK_WIDGET (self->panel), !is_running);

  if (is_running && self->inhibit_cookie == 0)
    self->inhibit_cookie = thimble_desktop_inhibit (GTK_WINDOW (self));
  if (!is_running && self->inhibit_cookie != 0)
    {
      thimble_desktop_uninhibit (GTK_WINDOW (self), self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }

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

/* Only the first and the last change anything here: the count follows when the states do. */
static void
items_changed_cb (ThimbleWindow *self)
{
  gboolean has_items = thimble_batch_get_n_items (thimble_session_get_batch (self->session)) > 0;

  if (!has_items)
    {
      gtk_revealer_set_reveal_child (self->bottom_revealer, FALSE);
      gtk_stack_set_visible_child_name (self->content_stack, "grid");
      thimble_image_view_clear (self->image_view);
    }
  if (has_items != self->has_items)
    thimble_window_update (self);
}

/**
 * thimble_window_show_progress:
 *
 * Shows how far the run is.
 */
void
thimble_window_show_progress (ThimbleWindow *self)
{
  ThimbleProgress progress;

  thimble_session_get_progress (self->session, &progress);
  thimble_progress_bar_show (self->progress_bar, &progress,
                             thimble_session_get_paused (self->session));
}

static void
follow (gpointer user_data)
{
  thimble_window_update (user_data);
  thimble_window_show_progress (user_data);
}

/* States and progress change sixty times a second in a run. */
static void
changed_cb (ThimbleWindow *self)
{
  thimble_throttle_call (self->follow);
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
      /* Pause and Cancel, which can't be used any more, have lost it. */
      gboolean moves_focus = gtk_window_get_focus (GTK_WINDOW (self)) == NULL;

      thimble_summary_bar_show (self->summary_bar, summary);
      gtk_stack_set_visible_child (self->bottom_stack, GTK_WIDGET (self->summary_bar));
      if (moves_focus)
        gtk_widget_child_focus (GTK_WIDGET (self->summary_bar), GTK_DIR_TAB_FORWARD);
      thimble_desktop_notify (GTK_WINDOW (self), summary);
    }
  else
    {
      thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Could Not Go On"), error->message);
    }
}

static void
viewed_cb (ThimbleWindow *self, GPtrArray *items)
{
  thimble_session_set_first (self->session, items);
}

static void
activated_cb (ThimbleWindow *self, guint position)
{
  gtk_stack_set_visible_child_name (self->content_stack, "image");
  thimble_image_view_show (self->image_view, position);
}

/* Back to the grid, at the image that was looked at last. */
static void
image_closed_cb (ThimbleWindow *self)
{
  guint position = thimble_image_view_get_position (self->image_view);

  thimble_image_view_clear (self->image_view);
  gtk_stack_set_visible_child_name (self->content_stack, "grid");
  thimble_image_grid_select (self->grid, position);
}

static void
remove_requested_cb (ThimbleWindow *self, GPtrArray *items)
{
  g_autofree char *text = NULL;

  if (items->len == 0)
    return;
  /* What has the keyboard may go: it is given on below. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  thimble_session_remove (self->session, items);
  text = g_strdup_printf (ngettext ("%'u image removed from the list",
                                    "%'u images removed from the list", items->len),
                          items->len);
  thimble_messages_offer (self->toast_overlay, text, _ ("_Undo"), "win.undo-remove", 8);
  gtk_widget_child_focus (GTK_WIDGET (self->grid), GTK_DIR_TAB_FORWARD);
}

static void
retry_requested_cb (ThimbleWindow *self, GPtrArray *items)
{
  if (items->len > 0)
    thimble_window_start (self, items);
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
  gboolean is_running = thimble_session_get_running (self->session);

  if (is_running && !self->is_closing)
    {
      thimble_window_ask_to_close (self);
      return TRUE;
    }

  thimble_window_save_settings (self);
  self->is_closing = TRUE;
  if (!is_running && !thimble_session_get_scanning (self->session))
    return GTK_WINDOW_CLASS (thimble_window_parent_class)->close_request (window);

  thimble_session_cancel (self->session, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return TRUE;
}

static void
thimble_window_dispose (GObject *object)
{
  ThimbleWindow *self = THIMBLE_WINDOW (object);

  if (self->session != NULL)
    thimble_session_cancel (self->session, TRUE);
  g_clear_pointer (&self->follow, thimble_throttle_free);
  g_clear_object (&self->session);
  g_clear_pointer (&self->settings, thimble_settings_free);
  g_clear_pointer (&self->unfinished, thimble_unfinished_free);
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
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, go_on_revealer);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, content_stack);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, filter_bar);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, grid);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, image_view);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, panel);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, bottom_revealer);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, bottom_stack);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, progress_box);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, summary_bar);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, drop_revealer);
  gtk_widget_class_bind_template_child (widget_class, ThimbleWindow, drop_target);
}

/* Both progress bars have room in a line only in a wide window, and buttons beside them in any but a
 * narrow one. The window's width counts: whether the panel is folded depends on what is shown here. */
static void
laid_out_cb (ThimbleWindow *self, int width, int height)
{
  gboolean is_narrow = width < MIN_BUTTONS_BESIDE;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->progress_box),
                                  is_narrow ? GTK_ORIENTATION_VERTICAL
                                            : GTK_ORIENTATION_HORIZONTAL);
  thimble_progress_bar_set_narrow (self->progress_bar, width < MIN_BARS_BESIDE);
  g_object_set (self->summary_bar, "narrow", is_narrow, NULL);
}

static void
thimble_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (thimble_window_parent_class)->realize (widget);

  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "layout",
                           G_CALLBACK (laid_out_cb), widget, G_CONNECT_SWAPPED);
}

static void
thimble_window_class_init (ThimbleWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_window_dispose;
  widget_class->realize = thimble_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = thimble_window_close_request;

  thimble_window_install_intake (widget_class);
  thimble_window_install_actions (widget_class);

  g_type_ensure (THIMBLE_TYPE_FILTER_BAR);
  g_type_ensure (THIMBLE_TYPE_IMAGE_GRID);
  g_type_ensure (THIMBLE_TYPE_IMAGE_VIEW);
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
  thimble_window_connect_drop (self);

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

static void
thimble_window_connect_session (ThimbleWindow *self)
{
  ThimbleBatch *batch = thimble_session_get_batch (self->session);

  thimble_window_connect (self, batch, "items-changed", items_changed_cb);
  thimble_window_connect (self, batch, "changed-states", changed_cb);
  thimble_window_connect (self, self->session, "notify", thimble_window_update);
  thimble_window_connect (self, self->session, "scanned", thimble_window_scanned);
  thimble_window_connect (self, self->session, "progressed", changed_cb);
  thimble_window_connect (self, self->session, "warned", warned_cb);
  thimble_window_connect (self, self->session, "run-finished", run_finished_cb);
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
  self->follow = thimble_throttle_new (FOLLOW_INTERVAL_MS, follow, self);
  thimble_settings_panel_set_up (self->panel, self->session, engine);
  thimble_image_grid_set_up (self->grid, thimble_session_get_batch (self->session),
                             thimble_session_get_previewer (self->session));
  thimble_filter_bar_set_up (self->filter_bar, self->grid,
                             thimble_session_get_batch (self->session));
  thimble_image_view_set_up (self->image_view, thimble_image_grid_get_list (self->grid),
                             thimble_session_get_previewer (self->session));

  thimble_window_connect_session (self);
  thimble_window_connect (self, self->panel, "notify::valid", thimble_window_update);
  thimble_window_connect (self, self->grid, "viewed", viewed_cb);
  thimble_window_connect (self, self->grid, "activated", activated_cb);
  thimble_window_connect (self, self->grid, "remove-requested", remove_requested_cb);
  thimble_window_connect (self, self->grid, "retry-requested", retry_requested_cb);
  thimble_window_connect (self, self->image_view, "closed", image_closed_cb);
  thimble_window_update (self);
  thimble_window_look_for_unfinished (self);
  return GTK_WIDGET (self);
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
