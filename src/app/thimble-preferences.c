/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Widgets bound to the settings; who needs a value reads it from there when it begins something. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-preferences.h"

#include "thimble-settings.h"

#include <glib/gi18n.h>

struct _ThimblePreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *executor_row; /* in the order of the executors below */
  GtkAdjustment *workers;
  GtkAdjustment *megapixels;
  GtkAdjustment *megabytes;
  GtkAdjustment *connections;
  GtkAdjustment *per_host;
  GtkSwitch *keep_switch;
  GtkSwitch *start_switch;
  GtkSwitch *notify_switch;
};

G_DEFINE_FINAL_TYPE (ThimblePreferences, thimble_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static const char *const executors[] = { "processes", "threads", "serial" };

static gboolean
executor_to_row (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *name = g_variant_get_string (variant, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    if (g_str_equal (executors[i], name))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
executor_from_row (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint index = g_value_get_uint (value);

  return index < G_N_ELEMENTS (executors) ? g_variant_new_string (executors[index]) : NULL;
}

static void
thimble_preferences_class_init (ThimblePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, executor_row);
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, workers);
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, megapixels);
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, megabytes);
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, connections);
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, per_host);
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, keep_switch);
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, start_switch);
  gtk_widget_class_bind_template_child (widget_class, ThimblePreferences, notify_switch);
}

static void
thimble_preferences_init (ThimblePreferences *self)
{
  g_autoptr(GSettings) store = thimble_settings_open_store ();

  gtk_widget_init_template (GTK_WIDGET (self));
  if (store == NULL)
    return;
  g_settings_bind_with_mapping (store, "executor", self->executor_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, executor_to_row, executor_from_row, NULL,
                                NULL);
  g_settings_bind (store, "workers", self->workers, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (store, "max-megapixels", self->megapixels, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (store, "max-megabytes", self->megabytes, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (store, "connections", self->connections, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (store, "per-host", self->per_host, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (store, "keep-originals", self->keep_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (store, "start-at-once", self->start_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (store, "notifications", self->notify_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
}

/**
 * thimble_preferences_new:
 * @parent: (nullable): the window it belongs to
 *
 * Returns: (transfer none): the window, not yet shown; GTK owns it
 */
GtkWidget *
thimble_preferences_new (GtkWindow *parent)
{
  return g_object_new (THIMBLE_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE, NULL);
}
