/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The widgets hold what is set; they are read when a run starts and when the window closes. Each
 * change is checked by making a preset of it, so that the panel says what a run would say.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-settings-panel.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ThimbleSettingsPanel
{
  AdwBin parent_instance;

  AdwEntryRow *sizes_row;
  GtkMenuButton *sizes_button;
  AdwActionRow *error_row;    /* below the sizes, while they are wrong */
  AdwComboRow *fit_row;       /* in the order of ThimbleFit */
  AdwComboRow *format_row;    /* in the order of ThimbleFormat, up to WebP */
  AdwActionRow *quality_row;
  GtkSpinButton *quality_spin;
  AdwActionRow *destination_row;

  char *destination;            /* absolute; a path, not always UTF-8 */
  GtkFileChooserNative *chooser; /* (nullable): while it is open */
  gboolean valid;
};

enum
{
  PROP_0,
  PROP_VALID,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (ThimbleSettingsPanel, thimble_settings_panel, ADW_TYPE_BIN)

static GParamSpec *properties[N_PROPS];

/* One line for each fit, in the order of ThimbleFit. */
static const char *const fit_explanations[] = {
  N_ ("The whole image, no larger than the size"),
  N_ ("Fills the size, the rest is cut off"),
  N_ ("The whole image, with margins up to the size"),
  N_ ("Stretched to the size"),
};

static void
thimble_settings_panel_set_valid (ThimbleSettingsPanel *self, gboolean valid)
{
  if (self->valid == valid)
    return;

  self->valid = valid;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALID]);
}

static void
thimble_settings_panel_show_error (ThimbleSettingsPanel *self, const GError *error)
{
  g_autofree char *escaped = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->error_row), error != NULL);
  if (error != NULL)
    {
      escaped = g_markup_escape_text (error->message, -1);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->error_row), escaped);
      gtk_widget_add_css_class (GTK_WIDGET (self->sizes_row), "error");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->sizes_row), "error");
    }

  gtk_accessible_update_state (GTK_ACCESSIBLE (self->sizes_row), GTK_ACCESSIBLE_STATE_INVALID,
                               error != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                             : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
thimble_settings_panel_read (ThimbleSettingsPanel *self, ThimbleSettings *settings)
{
  g_free (settings->sizes);
  g_free (settings->destination);
  settings->sizes = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->sizes_row)));
  settings->fit = (ThimbleFit) adw_combo_row_get_selected (self->fit_row);
  settings->format = (ThimbleFormat) adw_combo_row_get_selected (self->format_row);
  settings->quality = gtk_spin_button_get_value_as_int (self->quality_spin);
  settings->destination = g_strdup (self->destination);
}

static void
changed_cb (ThimbleSettingsPanel *self)
{
  g_autoptr(ThimbleSettings) settings = g_new0 (ThimbleSettings, 1);
  g_autoptr(ThimblePreset) preset = NULL;
  g_autoptr(GError) error = NULL;

  if (self->destination == NULL)
    return;

  thimble_settings_panel_read (self, settings);
  preset = thimble_settings_dup_preset (settings, &error);
  thimble_settings_panel_show_error (self, error);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->fit_row),
                               _ (fit_explanations[settings->fit]));
  gtk_widget_set_sensitive (GTK_WIDGET (self->quality_row),
                            settings->format != THIMBLE_FORMAT_PNG);
  thimble_settings_panel_set_valid (self, preset != NULL);
}

/* Puts a size at the end of the list, or takes it out where it is in. */
static void
toggle_size_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleSettingsPanel *self = THIMBLE_SETTINGS_PANEL (widget);
  const char *size = g_variant_get_string (parameter, NULL);
  g_auto(GStrv) sizes
    = g_strsplit_set (gtk_editable_get_text (GTK_EDITABLE (self->sizes_row)), ",;", -1);
  g_autoptr(GPtrArray) kept = g_ptr_array_new ();
  g_autofree char *text = NULL;
  gboolean was_in = FALSE;

  for (guint i = 0; sizes[i] != NULL; i++)
    {
      const char *stripped = g_strstrip (sizes[i]);

      if (strcmp (stripped, size) == 0)
        was_in = TRUE;
      else if (*stripped != '\0')
        g_ptr_array_add (kept, (gpointer) stripped);
    }
  if (!was_in || kept->len == 0)
    g_ptr_array_add (kept, (gpointer) size);
  g_ptr_array_add (kept, NULL);

  text = g_strjoinv (", ", (char **) kept->pdata);
  gtk_editable_set_text (GTK_EDITABLE (self->sizes_row), text);
}

static void
thimble_settings_panel_set_destination (ThimbleSettingsPanel *self, const char *path)
{
  const char *home = g_get_home_dir ();
  gsize home_length = strlen (home);
  g_autofree char *display = NULL;
  g_autofree char *escaped = NULL;

  g_free (self->destination);
  self->destination = g_strdup (path);

  if (strncmp (path, home, home_length) == 0 && path[home_length] == '/')
    {
      g_autofree char *below = g_filename_display_name (path + home_length);

      display = g_strconcat ("~", below, NULL);
    }
  else
    {
      display = g_filename_display_name (path);
    }
  escaped = g_markup_escape_text (display, -1);
  adw_action_row_set_subtitle (self->destination_row, escaped);
}

static void
destination_chosen_cb (ThimbleSettingsPanel *self, int response)
{
  g_autoptr(GFile) folder = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  if (folder != NULL && g_file_peek_path (folder) != NULL)
    {
      thimble_settings_panel_set_destination (self, g_file_peek_path (folder));
      changed_cb (self);
    }
  g_clear_object (&self->chooser);
}

static void
choose_destination_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleSettingsPanel *self = THIMBLE_SETTINGS_PANEL (widget);

  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new (_ ("Save Thumbnails To"),
                                               GTK_WINDOW (gtk_widget_get_root (widget)),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                               _ ("_Select"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (destination_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
thimble_settings_panel_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ThimbleSettingsPanel *self = THIMBLE_SETTINGS_PANEL (object);

  switch (id)
    {
    case PROP_VALID:
      g_value_set_boolean (value, self->valid);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_settings_panel_dispose (GObject *object)
{
  ThimbleSettingsPanel *self = THIMBLE_SETTINGS_PANEL (object);

  g_clear_object (&self->chooser);
  g_clear_pointer (&self->destination, g_free);

  G_OBJECT_CLASS (thimble_settings_panel_parent_class)->dispose (object);
}

static void
thimble_settings_panel_class_init (ThimbleSettingsPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = thimble_settings_panel_dispose;
  object_class->get_property = thimble_settings_panel_get_property;
  properties[PROP_VALID] = g_param_spec_boolean (
    "valid", NULL, NULL, FALSE,
    G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "panel.toggle-size", "s", toggle_size_action);
  gtk_widget_class_install_action (widget_class, "panel.choose-destination", NULL,
                                   choose_destination_action);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-settings-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, sizes_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, sizes_button);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, error_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, fit_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, format_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, quality_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, quality_spin);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, destination_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
thimble_settings_panel_init (ThimbleSettingsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * thimble_settings_panel_set_settings:
 * @settings: what to set
 *
 * Shows settings.
 */
void
thimble_settings_panel_set_settings (ThimbleSettingsPanel *self, const ThimbleSettings *settings)
{
  g_return_if_fail (THIMBLE_IS_SETTINGS_PANEL (self));
  g_return_if_fail (settings != NULL);

  thimble_settings_panel_set_destination (self, settings->destination);
  adw_combo_row_set_selected (self->fit_row, settings->fit);
  adw_combo_row_set_selected (self->format_row, settings->format);
  gtk_spin_button_set_value (self->quality_spin, settings->quality);
  gtk_editable_set_text (GTK_EDITABLE (self->sizes_row), settings->sizes);
  changed_cb (self);
}

/**
 * thimble_settings_panel_get_settings:
 * @settings: (inout): whose fields of the panel are set; the window's stay
 *
 * Tells what is set. Only after settings have been set once.
 */
void
thimble_settings_panel_get_settings (ThimbleSettingsPanel *self, ThimbleSettings *settings)
{
  g_return_if_fail (THIMBLE_IS_SETTINGS_PANEL (self));
  g_return_if_fail (self->destination != NULL);

  /* What is typed counts from the moment it is left; a shortcut leaves nothing. */
  gtk_spin_button_update (self->quality_spin);
  thimble_settings_panel_read (self, settings);
}

/**
 * thimble_settings_panel_get_valid:
 *
 * Returns: whether a run can be started with what is set
 */
gboolean
thimble_settings_panel_get_valid (ThimbleSettingsPanel *self)
{
  g_return_val_if_fail (THIMBLE_IS_SETTINGS_PANEL (self), FALSE);

  return self->valid;
}

/**
 * thimble_settings_panel_get_destination:
 *
 * Returns: (transfer none) (type filename): the folder that thumbnails go to, absolute
 */
const char *
thimble_settings_panel_get_destination (ThimbleSettingsPanel *self)
{
  g_return_val_if_fail (THIMBLE_IS_SETTINGS_PANEL (self), NULL);

  return self->destination;
}
