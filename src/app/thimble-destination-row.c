/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder is chosen in the desktop's own dialog, which is also what lets a sandbox see it. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-destination-row.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ThimbleDestinationRow
{
  AdwActionRow parent_instance;

  GtkFileChooserNative *chooser; /* (nullable): while it is open */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleDestinationRow, thimble_destination_row, ADW_TYPE_ACTION_ROW)

static guint signals[N_SIGNALS];

static void
responded_cb (ThimbleDestinationRow *self, int response)
{
  g_autoptr(GFile) folder = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (folder != NULL && g_file_peek_path (folder) != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, g_file_peek_path (folder));
}

static void
clicked_cb (ThimbleDestinationRow *self)
{
  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new (
    _ ("Save Thumbnails To"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
    GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Select"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (responded_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
thimble_destination_row_dispose (GObject *object)
{
  g_clear_object (&THIMBLE_DESTINATION_ROW (object)->chooser);
  G_OBJECT_CLASS (thimble_destination_row_parent_class)->dispose (object);
}

static void
thimble_destination_row_class_init (ThimbleDestinationRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thimble_destination_row_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", THIMBLE_TYPE_DESTINATION_ROW, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
thimble_destination_row_init (ThimbleDestinationRow *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("document-open-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("Save To"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 2);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Choose Folder…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Choose Folder"), -1);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), button);
}

/**
 * thimble_destination_row_show:
 * @path: (type filename): absolute
 *
 * Shows a folder; the user's own is “~”.
 */
void
thimble_destination_row_show (ThimbleDestinationRow *self, const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);
  gboolean is_below = strncmp (path, home, length) == 0 && path[length] == '/';
  g_autofree char *display = g_filename_display_name (is_below ? path + length : path);
  g_autofree char *escaped = g_markup_escape_text (display, -1);
  g_autofree char *text = g_strconcat (is_below ? "~" : "", escaped, NULL);

  g_return_if_fail (THIMBLE_IS_DESTINATION_ROW (self));

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
}
