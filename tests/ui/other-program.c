/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The other program that things are dragged and pasted from, and to. What it has is of one MIME type.
 *
 *   other-program drag TYPE TEXT|@FILE   a window to drag that from
 *   other-program copy TYPE TEXT|@FILE   puts it on the clipboard; says “copied”
 *   other-program drop                   a window to drop files on; prints their paths, a line each
 *   other-program paste TYPE             prints how many bytes the clipboard has of that type
 *
 * It runs until it is killed, but for “paste”.
 */

#include <gtk/gtk.h>
#include <stdio.h>
#include <string.h>

static GdkContentProvider *
make_content (const char *type, const char *value)
{
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *contents = NULL;
  gsize n_bytes;

  if (value[0] != '@')
    {
      bytes = g_bytes_new (value, strlen (value));
      return gdk_content_provider_new_for_bytes (type, bytes);
    }
  if (!g_file_get_contents (value + 1, &contents, &n_bytes, NULL))
    g_error ("%s can't be read", value + 1);
  bytes = g_bytes_new_take (g_steal_pointer (&contents), n_bytes);
  return gdk_content_provider_new_for_bytes (type, bytes);
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  g_autoptr(GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *l = files; l != NULL; l = l->next)
    printf ("%s\n", g_file_peek_path (l->data));
  fflush (stdout);
  return TRUE;
}

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  printf ("%" G_GSSIZE_FORMAT "\n",
          g_output_stream_splice_finish (G_OUTPUT_STREAM (object), result, NULL));
  gtk_window_destroy (user_data);
}

static void
pasted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GOutputStream) output = g_memory_output_stream_new_resizable ();
  g_autoptr(GInputStream) input
    = gdk_clipboard_read_finish (GDK_CLIPBOARD (object), result, NULL, NULL);

  if (input == NULL)
    {
      printf ("0\n");
      gtk_window_destroy (user_data);
      return;
    }
  g_output_stream_splice_async (output, input, G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT,
                                NULL, spliced_cb, user_data);
}

static void
show (GtkWidget *window, char **arguments)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (window);
  GtkEventController *controller = NULL;
  g_autoptr(GdkContentProvider) content = NULL;

  if (arguments[2] != NULL && arguments[3] != NULL)
    content = make_content (arguments[2], arguments[3]);

  if (strcmp (arguments[1], "drag") == 0)
    {
      controller = GTK_EVENT_CONTROLLER (gtk_drag_source_new ());
      gtk_drag_source_set_content (GTK_DRAG_SOURCE (controller), content);
    }
  else if (strcmp (arguments[1], "drop") == 0)
    {
      controller
        = GTK_EVENT_CONTROLLER (gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY));
      g_signal_connect (controller, "drop", G_CALLBACK (dropped_cb), NULL);
    }
  else if (strcmp (arguments[1], "copy") == 0)
    {
      gdk_clipboard_set_content (clipboard, content);
      printf ("copied\n");
      fflush (stdout);
    }
  else
    {
      gdk_clipboard_read_async (clipboard, (const char *[]){ arguments[2], NULL },
                                G_PRIORITY_DEFAULT, NULL, pasted_cb, window);
    }
  if (controller != NULL)
    gtk_widget_add_controller (window, controller);
}

int
main (int argc, char **argv)
{
  GtkWidget *window;

  if (argc < 2)
    return 2;
  gtk_init ();
  window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "other-program");
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 200, 200);
  gtk_window_present (GTK_WINDOW (window));
  show (window, argv);
  while (g_list_model_get_n_items (gtk_window_get_toplevels ()) > 0)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}
