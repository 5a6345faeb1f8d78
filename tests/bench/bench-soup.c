/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The least that a downloader on libsoup can do, for tests/bench/downloads to compare with: one
 * session, so many requests at once, each body read and written into a file. No checks, no retries,
 * no names, no sync.
 *
 *   bench-soup LIST FOLDER CONNECTIONS [CERTIFICATES] */

#include "config.h"

#include <fcntl.h>
#include <libsoup/soup.h>
#include <stdlib.h>
#include <unistd.h>

#define BUFFER_SIZE 65536

typedef struct
{
  SoupSession *session;
  GMainLoop *loop;
  char **links;
  const char *folder;
  guint next;
  guint n_under_way;
  guint n_failed;
  guint64 n_bytes;
} Bench;

typedef struct
{
  Bench *bench;
  SoupMessage *message;
  GInputStream *body;
  int fd;
  char buffer[BUFFER_SIZE];
} Request;

static void start_next (Bench *bench);

static void
end (Request *request, gboolean has_failed, GError *error)
{
  Bench *bench = request->bench;

  bench->n_failed += has_failed;
  g_clear_error (&error);
  close (request->fd);
  g_clear_object (&request->body);
  g_object_unref (request->message);
  g_free (request);
  bench->n_under_way--;
  start_next (bench);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n <= 0 || write (request->fd, request->buffer, n) != n)
    {
      end (request, n != 0, error);
      return;
    }
  request->bench->n_bytes += n;
  g_input_stream_read_async (request->body, request->buffer, BUFFER_SIZE, G_PRIORITY_DEFAULT, NULL,
                             read_cb, request);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  GError *error = NULL;

  request->body = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (request->body == NULL)
    end (request, TRUE, error);
  else
    g_input_stream_read_async (request->body, request->buffer, BUFFER_SIZE, G_PRIORITY_DEFAULT,
                               NULL, read_cb, request);
}

static void
start_next (Bench *bench)
{
  const char *link = bench->links[bench->next];
  g_autofree char *path = NULL;
  Request *request;

  if (link == NULL || link[0] == '\0')
    {
      if (bench->n_under_way == 0)
        g_main_loop_quit (bench->loop);
      return;
    }
  path = g_strdup_printf ("%s/%u", bench->folder, bench->next++);
  request = g_new (Request, 1);
  request->bench = bench;
  request->body = NULL;
  request->message = soup_message_new ("GET", link);
  request->fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bench->n_under_way++;
  soup_session_send_async (bench->session, request->message, G_PRIORITY_DEFAULT, NULL, sent_cb,
                           request);
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  int n_connections;

  if (argc < 4 || !g_file_get_contents (argv[1], &text, NULL, &error))
    {
      g_printerr ("bench-soup LIST FOLDER CONNECTIONS [CERTIFICATES]\n");
      return 2;
    }
  n_connections = CLAMP (atoi (argv[3]), 1, 1000);
  bench.links = g_strsplit (text, "\n", -1);
  bench.folder = argv[2];
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.session = soup_session_new_with_options ("max-conns", n_connections, "max-conns-per-host",
                                                 n_connections, NULL);
  if (argc > 4)
    {
      g_autoptr(GTlsDatabase) database = g_tls_file_database_new (argv[4], &error);
      if (database == NULL)
        g_error ("%s", error->message);
      soup_session_set_tls_database (bench.session, database);
    }
  for (int i = 0; i < n_connections; i++)
    start_next (&bench);
  g_main_loop_run (bench.loop);
  g_print ("%" G_GUINT64_FORMAT " bytes, %u failed\n", bench.n_bytes, bench.n_failed);
  g_object_unref (bench.session);
  g_main_loop_unref (bench.loop);
  g_strfreev (bench.links);
  return bench.n_failed > 0;
}
