/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The picker shows which preset is what is set now; as soon as something is changed, none is. What
 * is done to own presets is done by the store, and its answer, the presets there are then, shown.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-preset-picker.h"

#include "thimble-messages.h"
#include "thimble-preset-store.h"
#include "thimble-presets.h"
#include "thimble-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

struct _ThimblePresetPicker
{
  AdwBin parent_instance;

  GtkWidget *pills; /* GtkToggleButton × presets */

  ThimblePresetStore *store;
  GPtrArray *builtin;            /* ThimblePreset */
  GPtrArray *own;                /* ThimblePreset, by name */
  ThimblePreset *current;        /* (nullable): what is set now */
  ThimblePreset *removed;        /* (nullable): what Undo brings back */
  GtkFileChooserNative *chooser; /* (nullable): while it is open */
  gboolean has_cache;            /* the desktop's thumbnail cache can be written */
  gboolean is_showing;           /* pills change by themselves */
};

enum
{
  PICKED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimblePresetPicker, thimble_preset_picker, ADW_TYPE_BIN)

static guint signals[N_SIGNALS];

/* Whether both make the same; where it goes and what it is called is another matter. */
static gboolean
makes_same (ThimblePreset *a, ThimblePreset *b)
{
  guint n = thimble_preset_get_n_renditions (a);

  if (n != thimble_preset_get_n_renditions (b)
      || thimble_preset_get_scaling (a) != thimble_preset_get_scaling (b)
      || g_strcmp0 (thimble_preset_get_name_template (a),
                    thimble_preset_get_name_template (b)) != 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!thimble_rendition_equal (thimble_preset_get_rendition (a, i),
                                  thimble_preset_get_rendition (b, i)))
      return FALSE;
  return TRUE;
}

/* (nullable): the own preset that is what is set now. */
static ThimblePreset *
find_current_own (ThimblePresetPicker *self)
{
  for (guint i = 0; self->current != NULL && i < self->own->len; i++)
    if (strcmp (thimble_preset_get_name (self->own->pdata[i]),
                thimble_preset_get_name (self->current)) == 0)
      return self->own->pdata[i];
  return NULL;
}

static void
thimble_preset_picker_update (ThimblePresetPicker *self)
{
  gboolean is_own = find_current_own (self) != NULL;

  self->is_showing = TRUE;
  for (GtkWidget *pill = gtk_widget_get_first_child (self->pills); pill != NULL;
       pill = gtk_widget_get_next_sibling (pill))
    {
      ThimblePreset *preset = g_object_get_data (G_OBJECT (pill), "preset");

      gtk_toggle_button_set_active (
        GTK_TOGGLE_BUTTON (pill),
        self->current != NULL && makes_same (preset, self->current)
          && strcmp (thimble_preset_get_name (preset), thimble_preset_get_name (self->current)) == 0);
    }
  self->is_showing = FALSE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "presets.rename", is_own);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "presets.delete", is_own);
}

static void
pill_toggled_cb (ThimblePresetPicker *self, GtkToggleButton *pill)
{
  if (self->is_showing)
    return;
  g_signal_emit (self, signals[PICKED], 0, g_object_get_data (G_OBJECT (pill), "preset"));
  thimble_preset_picker_update (self);
}

/* What comes with Thimble is translated; what people named is not. */
static void
thimble_preset_picker_add_pill (ThimblePresetPicker *self, ThimblePreset *preset, gboolean is_own)
{
  const char *name = thimble_preset_get_name (preset);
  GtkWidget *pill = gtk_toggle_button_new ();
  GtkWidget *label = gtk_label_new (is_own ? name : _ (name));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_button_set_child (GTK_BUTTON (pill), label);
  gtk_widget_add_css_class (pill, "preset-pill");
  gtk_accessible_update_property (GTK_ACCESSIBLE (pill), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_own ? name : _ (name), -1);
  g_object_set_data_full (G_OBJECT (pill), "preset", g_object_ref (preset), g_object_unref);
  g_signal_connect_object (pill, "toggled", G_CALLBACK (pill_toggled_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->pills), pill);
}

static void
thimble_preset_picker_show (ThimblePresetPicker *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->pills)) != NULL)
    gtk_box_remove (GTK_BOX (self->pills), child);
  for (guint i = 0; i < self->builtin->len; i++)
    if (self->has_cache || !thimble_preset_is_desktop (self->builtin->pdata[i]))
      thimble_preset_picker_add_pill (self, self->builtin->pdata[i], FALSE);
  for (guint i = 0; i < self->own->len; i++)
    thimble_preset_picker_add_pill (self, self->own->pdata[i], TRUE);
  thimble_preset_picker_update (self);
}

static GtkWindow *
get_window (ThimblePresetPicker *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimblePresetPicker) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) own = NULL;

  own = thimble_preset_store_finish (THIMBLE_PRESET_STORE (object), result, &error);
  if (own == NULL)
    {
      if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
        thimble_messages_show_dialog (get_window (self), _ ("Could Not Change the Presets"),
                                      error->message);
      return;
    }
  g_ptr_array_unref (self->own);
  self->own = g_steal_pointer (&own);
  thimble_preset_picker_show (self);
}

/* --- saving and renaming ---------------------------------------------------------------------- */

static void
name_changed_cb (GtkEditable *entry, AdwMessageDialog *dialog)
{
  g_autoptr(GError) error = NULL;
  gboolean is_good = thimble_preset_store_check_name (gtk_editable_get_text (entry), &error);

  adw_message_dialog_set_response_enabled (dialog, "save", is_good);
  gtk_widget_set_tooltip_text (GTK_WIDGET (entry), is_good ? NULL : error->message);
}

static void
name_given_cb (ThimblePresetPicker *self, const char *response, AdwMessageDialog *dialog)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  const char *former = g_object_get_data (G_OBJECT (dialog), "former-name");
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  ThimblePreset *source = former != NULL ? find_current_own (self) : self->current;
  g_autoptr(ThimblePreset) preset = NULL;

  if (strcmp (response, "save") != 0 || source == NULL)
    return;
  preset = thimble_preset_copy_as (source, name);
  thimble_preset_store_save_async (self->store, preset, former, stored_cb, g_object_ref (self));
  g_signal_emit (self, signals[PICKED], 0, preset);
}

static void
thimble_preset_picker_ask_name (ThimblePresetPicker *self, const char *former)
{
  const char *title = former != NULL ? _ ("Rename Preset") : _ ("Save as Preset");
  GtkWidget *dialog = adw_message_dialog_new (
    get_window (self), title,
    former != NULL ? NULL : _ ("A preset of the same name is replaced."));
  GtkWidget *entry = gtk_entry_new ();

  gtk_window_set_title (GTK_WINDOW (dialog), title);
  gtk_entry_set_max_length (GTK_ENTRY (entry), THIMBLE_PRESET_NAME_MAX);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (entry), former != NULL ? former : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name of the Preset"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "save",
                                    former != NULL ? _ ("_Rename") : _ ("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "former-name", g_strdup (former), g_free);
  g_signal_connect (entry, "changed", G_CALLBACK (name_changed_cb), dialog);
  name_changed_cb (GTK_EDITABLE (entry), ADW_MESSAGE_DIALOG (dialog));
  g_signal_connect_object (dialog, "response", G_CALLBACK (name_given_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_preset_picker_ask_name (THIMBLE_PRESET_PICKER (widget), NULL);
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimblePreset *own = find_current_own (THIMBLE_PRESET_PICKER (widget));

  if (own != NULL)
    thimble_preset_picker_ask_name (THIMBLE_PRESET_PICKER (widget), thimble_preset_get_name (own));
}

/* --- removing --------------------------------------------------------------------------------- */

static void
undo_cb (ThimblePresetPicker *self)
{
  if (self->removed != NULL)
    thimble_preset_store_save_async (self->store, self->removed, NULL, stored_cb,
                                     g_object_ref (self));
}

static void
delete_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimblePresetPicker *self = THIMBLE_PRESET_PICKER (widget);
  ThimblePreset *own = find_current_own (self);
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;
  AdwToast *toast;

  if (own == NULL)
    return;
  g_set_object (&self->removed, own);
  thimble_preset_store_remove_async (self->store, thimble_preset_get_name (own), stored_cb,
                                     g_object_ref (self));
  if (overlay == NULL)
    return;
  text = g_strdup_printf (_ ("“%s” deleted"), thimble_preset_get_name (own));
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self,
                           G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
}

/* --- import and export ------------------------------------------------------------------------ */

static void
file_chosen_cb (ThimblePresetPicker *self, int response)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (self->chooser);
  g_autoptr(GFile) file = NULL;
  const char *path;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (chooser);
  path = file != NULL ? g_file_peek_path (file) : NULL;
  if (path != NULL && gtk_file_chooser_get_action (chooser) == GTK_FILE_CHOOSER_ACTION_OPEN)
    thimble_preset_store_import_async (self->store, path, stored_cb, g_object_ref (self));
  else if (path != NULL && self->current != NULL)
    thimble_preset_store_export_async (self->store, self->current, path, stored_cb,
                                       g_object_ref (self));
  g_clear_object (&self->chooser);
}

static void
thimble_preset_picker_choose_file (ThimblePresetPicker *self,
                                   const char *title,
                                   GtkFileChooserAction action)
{
  g_autofree char *file_name = NULL;

  if (self->chooser != NULL)
    return;
  self->chooser
    = gtk_file_chooser_native_new (title, get_window (self), action, NULL, NULL);
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE && self->current != NULL)
    {
      file_name = g_strconcat (thimble_preset_get_name (self->current), ".preset", NULL);
      g_strdelimit (file_name, "/\\", '-');
      gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), file_name);
    }
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (file_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
import_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_preset_picker_choose_file (THIMBLE_PRESET_PICKER (widget), _ ("Import Preset"),
                                     GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_preset_picker_choose_file (THIMBLE_PRESET_PICKER (widget), _ ("Export Preset"),
                                     GTK_FILE_CHOOSER_ACTION_SAVE);
}

/* --- the desktop's cache ---------------------------------------------------------------------- */

static void
cache_queried_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimblePresetPicker) self = user_data;
  g_autoptr(GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, NULL);

  /* It is made where it is not there yet. */
  self->has_cache = info == NULL
                    || g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_ACCESS_CAN_WRITE);
  if (self->builtin != NULL)
    thimble_preset_picker_show (self);
}

/* A sandbox may keep it from us: then its preset is not offered. */
static void
thimble_preset_picker_query_cache (ThimblePresetPicker *self)
{
  for (guint i = 0; i < self->builtin->len; i++)
    if (thimble_preset_is_desktop (self->builtin->pdata[i]))
      {
        g_autoptr(GFile) folder
          = g_file_new_for_path (thimble_preset_get_destination (self->builtin->pdata[i]));

        g_file_query_info_async (folder, G_FILE_ATTRIBUTE_ACCESS_CAN_WRITE, G_FILE_QUERY_INFO_NONE,
                                 G_PRIORITY_DEFAULT, NULL, cache_queried_cb, g_object_ref (self));
      }
}

/* --- the class -------------------------------------------------------------------------------- */

static void
thimble_preset_picker_dispose (GObject *object)
{
  ThimblePresetPicker *self = THIMBLE_PRESET_PICKER (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->store);
  g_clear_object (&self->current);
  g_clear_object (&self->removed);
  g_clear_pointer (&self->builtin, g_ptr_array_unref);
  g_clear_pointer (&self->own, g_ptr_array_unref);
  G_OBJECT_CLASS (thimble_preset_picker_parent_class)->dispose (object);
}

static void
thimble_preset_picker_class_init (ThimblePresetPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_preset_picker_dispose;
  signals[PICKED] = g_signal_new ("picked", THIMBLE_TYPE_PRESET_PICKER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, THIMBLE_TYPE_PRESET);
  gtk_widget_class_install_action (widget_class, "presets.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "presets.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "presets.delete", NULL, delete_action);
  gtk_widget_class_install_action (widget_class, "presets.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "presets.export", NULL, export_action);
  g_type_ensure (THIMBLE_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-preset-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimblePresetPicker, pills);
}

/* Names of built-in presets, for translators. */
static const char *const builtin_names[] G_GNUC_UNUSED = {
  /* Translators: names of presets. “Rebrand” makes all images anew beside their thumbnails, for a
   * shop that changes its look; “Responsive” makes several widths for a web page. */
  N_ ("Thumbnails"), N_ ("Rebrand"),    N_ ("Shop"),
  N_ ("Web"),        N_ ("Responsive"), N_ ("Desktop thumbnails"),
};

static void
thimble_preset_picker_init (ThimblePresetPicker *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->store = thimble_preset_store_new (NULL);
  self->own = g_ptr_array_new_with_free_func (g_object_unref);
  self->builtin = thimble_presets_get_builtin ();
}

/**
 * thimble_preset_picker_load:
 *
 * Reads the user's own presets; what comes with Thimble is shown at once.
 */
void
thimble_preset_picker_load (ThimblePresetPicker *self)
{
  g_return_if_fail (THIMBLE_IS_PRESET_PICKER (self));

  thimble_preset_picker_show (self);
  thimble_preset_picker_query_cache (self);
  thimble_preset_store_list_async (self->store, stored_cb, g_object_ref (self));
}

/**
 * thimble_preset_picker_set_current:
 * @preset: what is set now; copied
 *
 * Shows which preset that is, if it is one.
 */
void
thimble_preset_picker_set_current (ThimblePresetPicker *self, ThimblePreset *preset)
{
  g_return_if_fail (THIMBLE_IS_PRESET_PICKER (self));
  g_return_if_fail (THIMBLE_IS_PRESET (preset));

  g_clear_object (&self->current);
  self->current = thimble_preset_copy (preset);
  thimble_preset_picker_update (self);
}
