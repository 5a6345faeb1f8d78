/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A preset holds what is set, and the widgets show it: each change makes a new preset, and what that
 * one can't have is said where it was set. A planner works out what a run would do, a moment after
 * the last change. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-settings-panel.h"

#include "thimble-destination-row.h"
#include "thimble-fit-picture.h"
#include "thimble-plan-watcher.h"
#include "thimble-plan-words.h"
#include "thimble-preset-edit.h"
#include "thimble-preset-picker.h"
#include "thimble-presets.h"
#include "thimble-size-chips.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ThimbleSettingsPanel
{
  AdwBin parent_instance;

  ThimblePresetPicker *picker;
  ThimbleSizeChips *chips;
  AdwEntryRow *size_row;
  AdwActionRow *error_row; /* below the sizes, while something is wrong */
  GtkToggleButton *fit_inside;
  GtkToggleButton *fit_cover;
  GtkToggleButton *fit_contain;
  GtkToggleButton *fit_fill;
  GtkLabel *fit_label;
  AdwComboRow *format_row; /* in the order of ThimbleFormat, up to WebP */
  AdwActionRow *quality_row;
  GtkSpinButton *quality_spin;
  AdwEntryRow *name_row;
  AdwActionRow *example_row;
  GtkWidget *srcset_row;
  GtkWidget *swap_row;
  ThimbleDestinationRow *destination_row;
  GtkSwitch *overwrite_switch;
  GtkSwitch *prune_switch;
  GtkLabel *plan_label;

  ThimblePreset *preset;       /* what is set; its destination only where it brings one */
  char *destination;           /* the user's: absolute; a path, not always UTF-8 */
  char *srcset;                /* (nullable): what Copy HTML copies */
  ThimblePlanWatcher *watcher; /* (nullable): once it is set up */
  gboolean is_showing;         /* widgets change by themselves */
  gboolean has_good_name;      /* the template as typed is one */
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
  /* Translators: four ways for an image to go into a box; begin as the button is called. */
  N_ ("Inside: the whole image, no larger than the size"),
  N_ ("Cover: fills the size, the rest is cut off"),
  N_ ("Contain: the whole image, with margins up to the size"),
  N_ ("Fill: stretched to the size"),
};

/* --- the plan --------------------------------------------------------------------------------- */

static void
thimble_settings_panel_show_plan (ThimbleSettingsPanel *self, const ThimblePlan *plan)
{
  g_autofree char *words = thimble_plan_describe (plan);
  g_autofree char *names = thimble_plan_describe_names (plan);
  g_autofree char *escaped = g_markup_escape_text (names, -1);
  g_autofree char *size = g_format_size (plan->n_bytes_each);
  /* Translators: the size of a thumbnail's file: "About 3.8 kB an image". */
  g_autofree char *quality = g_strdup_printf (_ ("About %s an image"), size);

  gtk_label_set_text (self->plan_label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->plan_label), words[0] != '\0');
  adw_action_row_set_subtitle (self->example_row, escaped);
  adw_action_row_set_subtitle (self->quality_row, quality);
  g_free (self->srcset);
  self->srcset = thimble_plan_dup_srcset (plan, self->preset);
  gtk_widget_set_visible (self->srcset_row, self->srcset != NULL);
  gtk_widget_set_visible (self->swap_row, thimble_plan_replaces_tree (self->preset));
}

static void
planned_cb (ThimbleSettingsPanel *self, ThimblePlan *plan, GError *error)
{
  if (plan != NULL)
    {
      thimble_settings_panel_show_plan (self, plan);
      return;
    }
  gtk_label_set_text (self->plan_label, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->plan_label), TRUE);
}

static void
plan_changed_cb (ThimbleSettingsPanel *self)
{
  g_autoptr(ThimblePreset) preset = NULL;

  if (self->watcher == NULL)
    return;
  preset = thimble_preset_copy (self->preset);
  thimble_preset_set_destination (preset, thimble_settings_panel_get_destination (self));
  thimble_plan_watcher_set_preset (self->watcher, self->valid ? preset : NULL);
}

/* --- what is set, and what is shown ----------------------------------------------------------- */

static void
thimble_settings_panel_show_error (ThimbleSettingsPanel *self, const GError *error)
{
  g_autofree char *escaped
    = error != NULL ? g_markup_escape_text (error->message, -1) : g_strdup ("");

  gtk_widget_set_visible (GTK_WIDGET (self->error_row), error != NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->error_row), escaped);
}

static void
set_row_error (AdwEntryRow *row, const GError *error)
{
  if (error != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               error != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                             : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

/* Whether a run can begin with what is set; what a name can't have is told at the name. */
static void
thimble_settings_panel_check (ThimbleSettingsPanel *self, const GError *name_error)
{
  g_autoptr(GError) error = NULL;
  const GError *shown = name_error;
  gboolean valid;

  if (name_error == NULL && !thimble_preset_check (self->preset, &error))
    shown = error;
  set_row_error (self->name_row, shown);
  thimble_settings_panel_show_error (self, shown);
  self->has_good_name = name_error == NULL;
  valid = shown == NULL;
  if (valid != self->valid)
    {
      self->valid = valid;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALID]);
    }
  plan_changed_cb (self);
}

static void
thimble_settings_panel_show_preset (ThimbleSettingsPanel *self)
{
  const ThimbleRendition *first = thimble_preset_get_rendition (self->preset, 0);
  GtkToggleButton *fits[]
    = { self->fit_inside, self->fit_cover, self->fit_contain, self->fit_fill };
  const char *name_template = thimble_preset_get_name_template (self->preset);
  gboolean is_desktop = thimble_preset_is_desktop (self->preset);

  self->is_showing = TRUE;
  thimble_size_chips_show (self->chips, self->preset);
  gtk_toggle_button_set_active (fits[first->fit], TRUE);
  gtk_label_set_text (self->fit_label, _ (fit_explanations[first->fit]));
  adw_combo_row_set_selected (self->format_row, first->format);
  gtk_spin_button_set_value (self->quality_spin, first->quality);
  if (self->has_good_name
      && g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->name_row)),
                    name_template != NULL ? name_template : "") != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->name_row),
                           name_template != NULL ? name_template : "");
  thimble_destination_row_show (self->destination_row,
                                thimble_settings_panel_get_destination (self));
  self->is_showing = FALSE;

  gtk_widget_set_sensitive (GTK_WIDGET (self->quality_row), first->format != THIMBLE_FORMAT_PNG);
  gtk_widget_set_sensitive (GTK_WIDGET (self->format_row), !is_desktop);
  gtk_widget_set_sensitive (GTK_WIDGET (self->name_row), !is_desktop);
  gtk_widget_set_sensitive (GTK_WIDGET (self->destination_row), !is_desktop);
  thimble_preset_picker_set_current (self->picker, self->preset);
}

/* After the preset was changed. */
static void
thimble_settings_panel_show_change (ThimbleSettingsPanel *self)
{
  thimble_settings_panel_show_preset (self);
  thimble_settings_panel_check (self, NULL);
}

static void
thimble_settings_panel_set_preset (ThimbleSettingsPanel *self, ThimblePreset *preset)
{
  g_clear_object (&self->preset);
  self->preset = thimble_preset_copy (preset);
  self->has_good_name = TRUE;
  thimble_settings_panel_show_change (self);
}

/* --- changes by the user ---------------------------------------------------------------------- */

static void
size_removed_cb (ThimbleSettingsPanel *self, guint index)
{
  if (thimble_preset_remove_size (self->preset, index))
    thimble_settings_panel_show_change (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->size_row));
}

static void
thimble_settings_panel_add_size (ThimbleSettingsPanel *self, const char *text)
{
  g_autoptr(GError) error = NULL;

  if (thimble_preset_add_size (self->preset, text, &error))
    {
      gtk_editable_set_text (GTK_EDITABLE (self->size_row), "");
      thimble_settings_panel_show_change (self);
      return;
    }
  set_row_error (self->size_row, error);
  thimble_settings_panel_show_error (self, error);
}

static void
size_applied_cb (ThimbleSettingsPanel *self)
{
  thimble_settings_panel_add_size (self, gtk_editable_get_text (GTK_EDITABLE (self->size_row)));
}

static void
size_typed_cb (ThimbleSettingsPanel *self)
{
  if (gtk_widget_has_css_class (GTK_WIDGET (self->size_row), "error"))
    thimble_settings_panel_show_error (self, NULL);
  set_row_error (self->size_row, NULL);
}

static void
add_size_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_settings_panel_add_size (THIMBLE_SETTINGS_PANEL (widget),
                                   g_variant_get_string (parameter, NULL));
}

static ThimbleFit
get_fit (ThimbleSettingsPanel *self)
{
  return gtk_toggle_button_get_active (self->fit_cover)     ? THIMBLE_FIT_COVER
         : gtk_toggle_button_get_active (self->fit_contain) ? THIMBLE_FIT_CONTAIN
         : gtk_toggle_button_get_active (self->fit_fill)    ? THIMBLE_FIT_FILL
                                                            : THIMBLE_FIT_INSIDE;
}

static void
images_changed_cb (ThimbleSettingsPanel *self)
{
  if (!self->is_showing && self->preset != NULL
      && thimble_preset_set_images (self->preset, get_fit (self),
                                    (ThimbleFormat) adw_combo_row_get_selected (self->format_row),
                                    gtk_spin_button_get_value_as_int (self->quality_spin), NULL))
    thimble_settings_panel_show_change (self);
}

static void
name_changed_cb (ThimbleSettingsPanel *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  g_autoptr(GError) error = NULL;

  if (self->is_showing || self->preset == NULL)
    return;
  if (thimble_preset_set_name_template (self->preset, text[0] != '\0' ? text : NULL, &error))
    thimble_preset_picker_set_current (self->picker, self->preset);
  thimble_settings_panel_check (self, error);
}

static void
destination_chosen_cb (ThimbleSettingsPanel *self, const char *path)
{
  g_free (self->destination);
  self->destination = g_strdup (path);
  thimble_preset_set_destination (self->preset, NULL);
  thimble_settings_panel_show_preset (self);
  plan_changed_cb (self);
}

static void
copy_srcset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleSettingsPanel *self = THIMBLE_SETTINGS_PANEL (widget);

  if (self->srcset != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->srcset);
}

/* --- the class -------------------------------------------------------------------------------- */

static void
thimble_settings_panel_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_VALID:
      g_value_set_boolean (value, THIMBLE_SETTINGS_PANEL (object)->valid);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_settings_panel_dispose (GObject *object)
{
  ThimbleSettingsPanel *self = THIMBLE_SETTINGS_PANEL (object);

  g_clear_object (&self->watcher);
  g_clear_object (&self->preset);
  g_clear_pointer (&self->destination, g_free);
  g_clear_pointer (&self->srcset, g_free);

  G_OBJECT_CLASS (thimble_settings_panel_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, picker);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, chips);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, size_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, error_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, fit_inside);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, fit_cover);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, fit_contain);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, fit_fill);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, fit_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, format_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, quality_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, quality_spin);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, name_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, example_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, srcset_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, swap_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, destination_row);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, overwrite_switch);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, prune_switch);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSettingsPanel, plan_label);
  gtk_widget_class_bind_template_callback (widget_class, thimble_settings_panel_set_preset);
  gtk_widget_class_bind_template_callback (widget_class, size_removed_cb);
  gtk_widget_class_bind_template_callback (widget_class, size_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, size_typed_cb);
  gtk_widget_class_bind_template_callback (widget_class, images_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, destination_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, plan_changed_cb);
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

  gtk_widget_class_install_action (widget_class, "panel.add-size", "s", add_size_action);
  gtk_widget_class_install_action (widget_class, "panel.copy-srcset", NULL, copy_srcset_action);

  g_type_ensure (THIMBLE_TYPE_DESTINATION_ROW);
  g_type_ensure (THIMBLE_TYPE_FIT_PICTURE);
  g_type_ensure (THIMBLE_TYPE_PRESET_PICKER);
  g_type_ensure (THIMBLE_TYPE_SIZE_CHIPS);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-settings-panel.ui");
  bind_children (widget_class);
}

static void
thimble_settings_panel_init (ThimbleSettingsPanel *self)
{
  g_autoptr(GSettings) store = thimble_settings_open_store ();

  gtk_widget_init_template (GTK_WIDGET (self));
  if (store == NULL)
    return;
  g_settings_bind (store, "overwrite", self->overwrite_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (store, "prune", self->prune_switch, "active", G_SETTINGS_BIND_DEFAULT);
}

/**
 * thimble_settings_panel_set_up:
 * @session: whose images it is about
 * @engine: what looks into files that are in the way
 *
 * Has the panel say what a run would do. Once.
 */
void
thimble_settings_panel_set_up (ThimbleSettingsPanel *self,
                               ThimbleSession *session,
                               ThimbleEngine *engine)
{
  g_return_if_fail (THIMBLE_IS_SETTINGS_PANEL (self));
  g_return_if_fail (THIMBLE_IS_SESSION (session));
  g_return_if_fail (self->watcher == NULL);

  self->watcher = thimble_plan_watcher_new (session, engine);
  g_signal_connect_object (self->watcher, "planned", G_CALLBACK (planned_cb), self,
                           G_CONNECT_SWAPPED);
  thimble_preset_picker_load (self->picker);
  plan_changed_cb (self);
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

  g_free (self->destination);
  self->destination = g_strdup (settings->destination);
  thimble_settings_panel_set_preset (self, settings->preset);
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
  g_return_if_fail (self->preset != NULL);

  /* What is typed counts from the moment it is left; a shortcut leaves nothing. */
  gtk_spin_button_update (self->quality_spin);
  g_clear_object (&settings->preset);
  g_free (settings->destination);
  settings->preset = thimble_preset_copy (self->preset);
  settings->destination = g_strdup (thimble_settings_panel_get_destination (self));
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
  const char *own = thimble_preset_get_destination (self->preset);

  return own != NULL ? own : self->destination;
}
