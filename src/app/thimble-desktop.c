/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a run says to the desktop: that the computer is not to fall asleep, and that it is done, to
 * who does not look.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-desktop.h"

#include "thimble-settings.h"
#include "thimble-summary-bar.h"

#include <glib/gi18n.h>

/**
 * thimble_desktop_inhibit:
 * @window: that a run goes on in
 *
 * Keeps the computer awake, and asks who logs out whether to.
 *
 * Returns: for thimble_desktop_uninhibit(), 0 where the desktop does not know how
 */
guint
thimble_desktop_inhibit (GtkWindow *window)
{
  GtkApplication *application;

  g_return_val_if_fail (GTK_IS_WINDOW (window), 0);

  application = gtk_window_get_application (window);
  if (application == NULL)
    return 0;
  return gtk_application_inhibit (application, window,
                                  GTK_APPLICATION_INHIBIT_SUSPEND | GTK_APPLICATION_INHIBIT_LOGOUT,
                                  _ ("Thumbnails are being made"));
}

/**
 * thimble_desktop_uninhibit:
 * @cookie: what thimble_desktop_inhibit() has returned
 */
void
thimble_desktop_uninhibit (GtkWindow *window, guint cookie)
{
  GtkApplication *application;

  g_return_if_fail (GTK_IS_WINDOW (window));

  application = gtk_window_get_application (window);
  if (application != NULL && cookie != 0)
    gtk_application_uninhibit (application, cookie);
}

/**
 * thimble_desktop_notify:
 * @window: that a run has ended in
 * @summary: how
 *
 * Tells the end of a run, unless the window is in front, or the user does not want it.
 */
void
thimble_desktop_notify (GtkWindow *window, const ThimbleRunSummary *summary)
{
  GtkApplication *application;
  g_autoptr(GSettings) store = NULL;
  g_autoptr(GNotification) notification = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (summary != NULL);

  application = gtk_window_get_application (window);
  if (application == NULL || gtk_window_is_active (window))
    return;
  store = thimble_settings_open_store ();
  if (store != NULL && !g_settings_get_boolean (store, "notifications"))
    return;
  notification = g_notification_new (summary->n_failed > 0 ? _ ("Some Thumbnails Failed")
                                                           : _ ("Thumbnails Are Done"));
  text = thimble_run_summary_describe (summary);
  g_notification_set_body (notification, text);
  g_application_send_notification (G_APPLICATION (application), "run", notification);
}
