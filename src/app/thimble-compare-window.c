/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Begins when it opens, and ends its child when it closes. Files are written by GIO, off the main
 * loop. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-compare-window.h"

#include "thimble-compare-chart.h"
#include "thimble-messages.h"
#include "thimble-settings.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ThimbleCompareWindow
{
  AdwWindow parent_instance;

  GtkSpinner *spinner;
  GtkLabel *sentence_label;
  GtkDrawingArea *chart;
  GtkGrid *table;
  GtkWidget *use_button;

  ThimbleCompareRun *run;
  GtkFileChooserNative *chooser; /* (nullable): while it is open */
};

G_DEFINE_FINAL_TYPE (ThimbleCompareWindow, thimble_compare_window, ADW_TYPE_WINDOW)

static void
draw_cb (GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer user_data)
{
  ThimbleCompareWindow *self = THIMBLE_COMPARE_WINDOW (user_data);
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &colour);
  thimble_compare_chart_draw (self->run, cairo, width, height, &colour);
}

static void
attach (ThimbleCompareWindow *self, const char *text, int column, int row, gboolean is_number)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), is_number ? 1 : 0);
  gtk_widget_add_css_class (label, row == 0 ? "dim-label" : "numeric");
  gtk_grid_attach (self->table, label, column, row, 1, 1);
}

static void
attach_head (ThimbleCompareWindow *self)
{
  const char *const heads[] = {
    /* Translators: the head of a table: in which way images are worked on. */
    _ ("Way"),
    _ ("Workers"),
    /* Translators: the head of a table: images a second. */
    _ ("Images/s"),
    /* Translators: the head of a table: seconds by the clock, as “time” says them on a terminal. */
    _ ("Real"),
    /* Translators: the head of a table: processor time in programs, as “time” says it. */
    _ ("User"),
    /* Translators: the head of a table: processor time in the kernel, as “time” says it. */
    _ ("System"),
    _ ("Memory"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    attach (self, heads[i], (int) i, 0, i > 0);
}

static void
attach_trial (ThimbleCompareWindow *self, const ThimbleCompareTrial *trial, int row)
{
  g_autofree char *workers = g_strdup_printf ("%'u", trial->n_workers);
  /* Translators: seconds. */
  g_autofree char *real = g_strdup_printf (_ ("%.2f s"), trial->seconds);
  g_autofree char *user = g_strdup_printf (_ ("%.2f s"), trial->user_seconds);
  g_autofree char *system = g_strdup_printf (_ ("%.2f s"), trial->system_seconds);
  g_autofree char *rate = g_strdup_printf ("%'.0f", trial->images_per_second);
  g_autofree char *memory = g_format_size ((guint64) trial->peak_rss_bytes);
  const char *const cells[] = { workers, rate, real, user, system, memory };

  attach (self, thimble_compare_trial_get_label (trial), 0, row, FALSE);
  if (trial->error != NULL)
    {
      GtkWidget *label = gtk_label_new (trial->error);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_set_tooltip_text (label, trial->error);
      gtk_grid_attach (self->table, label, 1, row, G_N_ELEMENTS (cells), 1);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    attach (self, cells[i], (int) i + 1, row, TRUE);
}

static void
changed_cb (ThimbleCompareWindow *self)
{
  GArray *trials = thimble_compare_run_get_trials (self->run);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->table))) != NULL)
    gtk_grid_remove (self->table, child);
  attach_head (self);
  for (guint i = 0; i < trials->len; i++)
    attach_trial (self, &g_array_index (trials, ThimbleCompareTrial, i), (int) i + 1);
  gtk_widget_queue_draw (GTK_WIDGET (self->chart));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.export-png", trials->len > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.export-csv", trials->len > 0);
}

static void
finished_cb (ThimbleCompareWindow *self, GError *error)
{
  gtk_spinner_stop (self->spinner);
  gtk_label_set_text (self->sentence_label,
                      error != NULL ? error->message
                                    : thimble_compare_run_get_sentence (self->run));
  gtk_widget_set_visible (self->use_button,
                          error == NULL && thimble_compare_run_find_fastest (self->run) != NULL);
}

static void
use_fastest_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleCompareWindow *self = THIMBLE_COMPARE_WINDOW (widget);
  const ThimbleCompareTrial *fastest = thimble_compare_run_find_fastest (self->run);
  g_autoptr(GSettings) store = thimble_settings_open_store ();

  if (fastest == NULL || store == NULL)
    return;
  g_settings_set_string (store, "executor", fastest->executor);
  g_settings_set_int (store, "workers", (int) MIN (fastest->n_workers, 1024));
  gtk_widget_set_sensitive (self->use_button, FALSE);
  gtk_button_set_label (GTK_BUTTON (self->use_button), _ ("Used from the Next Start on"));
}

/* --- export ----------------------------------------------------------------------------------- */

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleCompareWindow) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (object), result, NULL, &error)
      && gtk_widget_get_visible (GTK_WIDGET (self)))
    thimble_messages_show_dialog (GTK_WINDOW (self), _ ("Could Not Export"), error->message);
}

static void
file_chosen_cb (ThimbleCompareWindow *self, int response)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (self->chooser);
  g_autoptr(GFile) file = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (chooser);
  if (file != NULL)
    {
      if (g_object_get_data (G_OBJECT (chooser), "png") != NULL)
        bytes = thimble_compare_chart_dup_png (self->run);
      else
        {
          char *csv = thimble_compare_run_dup_csv (self->run);

          bytes = g_bytes_new_take (csv, strlen (csv));
        }
      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                           written_cb, g_object_ref (self));
    }
  g_clear_object (&self->chooser);
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleCompareWindow *self = THIMBLE_COMPARE_WINDOW (widget);
  gboolean is_png = g_str_equal (name, "compare.export-png");

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Export the Comparison"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser),
                                     is_png ? "comparison.png" : "comparison.csv");
  g_object_set_data (G_OBJECT (self->chooser), "png", is_png ? self : NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (file_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
thimble_compare_window_dispose (GObject *object)
{
  ThimbleCompareWindow *self = THIMBLE_COMPARE_WINDOW (object);

  if (self->run != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->run, self);
      thimble_compare_run_cancel (self->run);
    }
  if (self->chart != NULL)
    gtk_drawing_area_set_draw_func (self->chart, NULL, NULL, NULL);
  g_clear_object (&self->run);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (thimble_compare_window_parent_class)->dispose (object);
}

static void
thimble_compare_window_class_init (ThimbleCompareWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_compare_window_dispose;
  gtk_widget_class_install_action (widget_class, "compare.use-fastest", NULL, use_fastest_action);
  gtk_widget_class_install_action (widget_class, "compare.export-png", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "compare.export-csv", NULL, export_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-compare-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleCompareWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, ThimbleCompareWindow, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleCompareWindow, chart);
  gtk_widget_class_bind_template_child (widget_class, ThimbleCompareWindow, table);
  gtk_widget_class_bind_template_child (widget_class, ThimbleCompareWindow, use_button);
}

static void
thimble_compare_window_init (ThimbleCompareWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->run = thimble_compare_run_new ();
  g_signal_connect_swapped (self->run, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->run, "finished", G_CALLBACK (finished_cb), self);
  gtk_drawing_area_set_draw_func (self->chart, draw_cb, self, NULL);
  changed_cb (self);
}

/**
 * thimble_compare_window_new:
 * @parent: the window it belongs to
 * @batch: whose images the work is done on; not empty
 * @preset: what is made
 *
 * Begins to compare.
 *
 * Returns: (transfer none): the window, not yet shown; GTK owns it
 */
GtkWidget *
thimble_compare_window_new (GtkWindow *parent, ThimbleBatch *batch, ThimblePreset *preset)
{
  ThimbleCompareWindow *self
    = g_object_new (THIMBLE_TYPE_COMPARE_WINDOW, "transient-for", parent, NULL);
  g_autoptr(GError) error = NULL;

  gtk_spinner_start (self->spinner);
  if (!thimble_compare_run_start (self->run, batch, preset, &error))
    finished_cb (self, error);
  return GTK_WIDGET (self);
}
