/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Owns the engine, which all windows share, and what is the same in each of them: shortcuts, the
 * about window, leaving.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-application.h"

#include "thimble-loop-meter.h"
#include "thimble-messages.h"
#include "thimble-preferences.h"
#include "thimble-settings.h"
#include "thimble-unfinished.h"
#include "thimble-window.h"

#include <glib/gi18n.h>

struct _ThimbleApplication
{
  AdwApplication parent_instance;

  ThimbleEngine *engine; /* (nullable): from the first window on */
  gboolean measures_loop; /* a debug option */
  gboolean is_open;      /* the user wants images read without isolation */
};

G_DEFINE_FINAL_TYPE (ThimbleApplication, thimble_application, ADW_TYPE_APPLICATION)

/* The window in use, or a new one; a window that is closing is hidden and not in use. */
static ThimbleWindow *
thimble_application_get_window (ThimbleApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));
  g_autoptr(GError) error = NULL;

  for (GList *l = windows; l != NULL; l = l->next)
    if (THIMBLE_IS_WINDOW (l->data) && gtk_widget_get_visible (l->data))
      return THIMBLE_WINDOW (l->data);

  if (self->engine == NULL)
    self->engine = thimble_preferences_create_engine (self->is_open, &error);
  if (self->engine == NULL)
    {
      gtk_window_set_application (
        thimble_messages_show_dialog (NULL, _ ("Thimble Can’t Start"), error->message),
        GTK_APPLICATION (self));
      return NULL;
    }
  return THIMBLE_WINDOW (thimble_window_new (GTK_APPLICATION (self), self->engine));
}

static void
thimble_application_activate (GApplication *application)
{
  ThimbleWindow *window = thimble_application_get_window (THIMBLE_APPLICATION (application));

  if (window != NULL)
    gtk_window_present (GTK_WINDOW (window));
}

static void
thimble_application_open (GApplication *application,
                          GFile **files,
                          int n_files,
                          const char *hint)
{
  ThimbleWindow *window = thimble_application_get_window (THIMBLE_APPLICATION (application));

  if (window == NULL)
    return;
  thimble_window_add_files (window, files, (guint) n_files);
  gtk_window_present (GTK_WINDOW (window));
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkApplication *self = GTK_APPLICATION (user_data);

  adw_show_about_window (gtk_application_get_active_window (self),
                         "title", _ ("About Thimble"),
                         "application-name", _ ("Thimble"),
                         "application-icon", APPLICATION_ID,
                         "version", VERSION,
                         "developer-name", _ ("The Thimble developers"),
                         "comments", _ ("Makes thumbnails of folders of images, fast and safely."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         NULL);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  gtk_window_present (GTK_WINDOW (thimble_preferences_new (parent)));
}

/* Each window decides itself whether something has to end before. */
static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (GTK_WINDOW (l->data));
}

/* What the desktop's menu offers, a window or not: the window's action of the same name. */
static void
window_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ThimbleWindow *window = thimble_application_get_window (THIMBLE_APPLICATION (user_data));
  g_autofree char *name = g_strconcat ("win.", g_action_get_name (G_ACTION (action)), NULL);

  if (window == NULL)
    return;
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_activate_action (GTK_WIDGET (window), name, NULL);
}

static void
thimble_application_startup (GApplication *application)
{
  GtkApplication *self = GTK_APPLICATION (application);
  static const GActionEntry actions[] = {
    { .name = "about", .activate = about_cb },
    { .name = "add-folder", .activate = window_action_cb },
    { .name = "add-links", .activate = window_action_cb },
    { .name = "preferences", .activate = preferences_cb },
    { .name = "quit", .activate = quit_cb },
  };
  static const struct
  {
    const char *action;
    const char *accels[4];
  } shortcuts[] = {
    { "win.add-folder", { "<Control>o" } },
    { "win.add-files", { "<Control><Shift>o" } },
    { "win.start", { "<Control>Return" } },
    { "win.pause", { "<Control>p" } },
    { "win.search", { "<Control>f" } },
    { "win.zoom(1)", { "<Control>plus", "<Control>equal", "<Control>KP_Add" } },
    { "win.zoom(-1)", { "<Control>minus", "<Control>KP_Subtract" } },
    { "win.zoom(0)", { "<Control>0", "<Control>KP_0" } },
    { "win.toggle-settings", { "F9" } },
    { "app.preferences", { "<Control>comma" } },
    { "window.close", { "<Control>w" } },
    { "app.quit", { "<Control>q" } },
  };

  G_APPLICATION_CLASS (thimble_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (self, shortcuts[i].action, shortcuts[i].accels);
  gtk_window_set_default_icon_name (APPLICATION_ID);
}

static int
thimble_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  ThimbleApplication *self = THIMBLE_APPLICATION (application);

  if (g_variant_dict_contains (options, "measure-loop"))
    {
      self->measures_loop = TRUE;
      thimble_loop_meter_start ();
    }
  self->is_open = g_variant_dict_contains (options, "without-isolation");
  return -1; /* go on */
}

static void
thimble_application_shutdown (GApplication *application)
{
  ThimbleApplication *self = THIMBLE_APPLICATION (application);

  if (self->measures_loop)
    thimble_loop_meter_report ();

  G_APPLICATION_CLASS (thimble_application_parent_class)->shutdown (application);
  if (self->engine != NULL)
    thimble_engine_shutdown (self->engine);
  g_clear_object (&self->engine);
  thimble_unfinished_flush ();
}

static void
thimble_application_class_init (ThimbleApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = thimble_application_activate;
  application_class->open = thimble_application_open;
  application_class->startup = thimble_application_startup;
  application_class->handle_local_options = thimble_application_handle_local_options;
  application_class->shutdown = thimble_application_shutdown;
}

static void
thimble_application_init (ThimbleApplication *self)
{
  static const GOptionEntry options[] = {
    { .long_name = "measure-loop",
      .flags = G_OPTION_FLAG_HIDDEN,
      .arg = G_OPTION_ARG_NONE,
      .description = "Print at the end how long the main loop was blocked" },
    { 0 },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_add_main_option (
    G_APPLICATION (self), "without-isolation", 0, 0, G_OPTION_ARG_NONE,
    _ ("Read images where they can do harm (where isolation can’t be had)"), NULL);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[FOLDER|FILE…]"));
}

/**
 * thimble_application_new:
 *
 * Returns: (transfer full): the application
 */
ThimbleApplication *
thimble_application_new (void)
{
  return g_object_new (THIMBLE_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/io/github/thimble/Thimble",
                       NULL);
}
