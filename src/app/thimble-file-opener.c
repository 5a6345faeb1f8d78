/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hands files to other programs: to what opens them, and to the file manager, which is asked over
 * D-Bus (org.freedesktop.FileManager1) so that it selects the file; where no file manager answers,
 * the folder is opened instead. Nothing here touches the disk.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-file-opener.h"

#include "thimble-messages.h"

#include <glib/gi18n.h>

/* What is to be shown, while the file manager is asked. */
typedef struct
{
  GtkWindow *parent; /* a reference; nullable */
  char *path;
} ShowRequest;

static void
show_request_free (ShowRequest *self)
{
  g_clear_object (&self->parent);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShowRequest, show_request_free)

static void
uri_shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  if (gtk_show_uri_full_finish (GTK_WINDOW (object), result, &error)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || !gtk_widget_get_visible (GTK_WIDGET (object)))
    return;

  thimble_messages_show_dialog (GTK_WINDOW (object), _ ("Could Not Open"), error->message);
}

/**
 * thimble_file_opener_open:
 * @parent: the window that asks
 * @path: (type filename): absolute, of a file or a folder; or a URL
 *
 * Opens a file, or a web page, with the program that the user has for it. A failure is told in a
 * dialog.
 */
void
thimble_file_opener_open (GtkWindow *parent, const char *path)
{
  g_autofree char *uri = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (path != NULL);

  uri = g_path_is_absolute (path) ? g_filename_to_uri (path, NULL, NULL) : g_strdup (path);
  gtk_show_uri_full (parent, uri, GDK_CURRENT_TIME, NULL, uri_shown_cb, NULL);
}

static void
items_shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ShowRequest) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = NULL;
  g_autofree char *folder = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  if (reply != NULL)
    return;

  g_debug ("No file manager to show “%s” (%s), opening its folder", request->path, error->message);
  folder = g_path_get_dirname (request->path);
  thimble_file_opener_open (request->parent, folder);
}

/**
 * thimble_file_opener_show_in_folder:
 * @parent: the window that asks
 * @path: (type filename): absolute, or a URL
 *
 * Shows a file in the file manager, selected; or opens its folder where that can't be had. A URL is
 * opened.
 */
void
thimble_file_opener_show_in_folder (GtkWindow *parent, const char *path)
{
  GDBusConnection *bus;
  ShowRequest *request;
  g_autofree char *uri = NULL;
  const char *uris[2] = { NULL, NULL };

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (path != NULL);

  if (!g_path_is_absolute (path))
    {
      thimble_file_opener_open (parent, path);
      return;
    }
  bus = g_application_get_dbus_connection (g_application_get_default ());
  if (bus == NULL)
    {
      g_autofree char *folder = g_path_get_dirname (path);

      thimble_file_opener_open (parent, folder);
      return;
    }

  request = g_new0 (ShowRequest, 1);
  request->parent = g_object_ref (parent);
  request->path = g_strdup (path);
  uri = g_filename_to_uri (path, NULL, NULL);
  uris[0] = uri;
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, items_shown_cb, request);
}
