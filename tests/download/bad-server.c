/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sockets of the server that misbehaves: plain ones, as no library of servers would send what it
 * sends. Each connection has a thread, so that a behaviour is a few lines that read from top to
 * bottom. */

#include "bad-server.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_HEAD 65536
#define N_ADDRESSES 2

struct _BadServer
{
  GSocket *listeners[N_ADDRESSES];
  GCancellable *closing;
  GThread *thread;
  guint16 port;

  GMutex lock;
  GCond changed;
  GHashTable *n_requests; /* path: count */
  GHashTable *bodies;     /* path: GBytes */
  guint n_open;           /* connections */
  guint n_answering;      /* requests being answered */
  guint peak;             /* of n_answering */
  guint64 n_sent;
};

void
bad_request_write (BadRequest *request, const void *bytes, gsize n_bytes)
{
  /* Counted before: who has them all may ask at once how many there were. */
  g_mutex_lock (&request->server->lock);
  request->server->n_sent += n_bytes;
  g_mutex_unlock (&request->server->lock);
  g_output_stream_write_all (request->output, bytes, n_bytes, NULL, request->server->closing, NULL);
}

void
bad_request_print (BadRequest *request, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_output_stream_write_all (request->output, text, strlen (text), NULL,
                             request->server->closing, NULL);
}

GBytes *
bad_server_dup_body (const char *path)
{
  guint8 *body = g_malloc (BAD_SERVER_BODY);
  guint32 state = g_str_hash (path) | 1;

  for (gsize i = 0; i < BAD_SERVER_BODY; i++)
    {
      state = state * 1664525 + 1013904223;
      body[i] = state >> 24;
    }
  memcpy (body, "\xff\xd8\xff\xe0", 4);
  return g_bytes_new_take (body, BAD_SERVER_BODY);
}

void
bad_request_write_body (BadRequest *request, gsize from, gsize to)
{
  bad_request_write (request, (const guint8 *) g_bytes_get_data (request->body, NULL) + from,
                     to - from);
}

/* The next thing the other side sees is a reset: what it has not read yet is lost. */
void
bad_request_reset (BadRequest *request)
{
  GSocketConnection *connection = g_object_get_data (G_OBJECT (request->output), "connection");
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  g_output_stream_flush (request->output, NULL, NULL);
  setsockopt (g_socket_get_fd (g_socket_connection_get_socket (connection)), SOL_SOCKET,
              SO_LINGER, &at_once, sizeof at_once);
}

/* Until the time is over, the other side has gone, or the server ends. */
void
bad_request_wait (BadRequest *request, guint ms)
{
  GSocketConnection *connection = g_object_get_data (G_OBJECT (request->output), "connection");

  g_socket_condition_timed_wait (g_socket_connection_get_socket (connection),
                                 G_IO_IN | G_IO_HUP | G_IO_ERR, (gint64) ms * 1000,
                                 request->server->closing, NULL);
}

gboolean
bad_request_has (BadRequest *request, const char *header)
{
  return strstr (request->head, header) != NULL;
}

static char *
read_head (GInputStream *input, GCancellable *closing)
{
  g_autoptr(GString) head = g_string_new (NULL);
  char byte;

  while (head->len < MAX_HEAD && g_input_stream_read (input, &byte, 1, closing, NULL) == 1)
    {
      g_string_append_c (head, byte);
      if (g_str_has_suffix (head->str, "\r\n\r\n"))
        return g_strdup (head->str);
    }
  return NULL;
}

static gint64
find_range (const char *head)
{
  const char *range = strstr (head, "Range: bytes=");

  return range != NULL ? g_ascii_strtoll (range + strlen ("Range: bytes="), NULL, 10) : -1;
}

/* Under the lock. */
static GBytes *
dup_right_body (BadServer *self, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  GBytes *body = g_hash_table_lookup (self->bodies, path);

  if (body == NULL)
    body = g_hash_table_lookup (self->bodies, folder);
  return body != NULL ? g_bytes_ref (body) : bad_server_dup_body (path);
}

/* Who takes the server for a proxy names the whole URL. */
static const char *
find_path (const char *target)
{
  const char *host = strstr (target, "://");

  return target[0] != '/' && host != NULL && strchr (host + 3, '/') != NULL
           ? strchr (host + 3, '/')
           : target;
}

static gboolean
answer (BadServer *self, BadRequest *request)
{
  BadBehaviour behaviour = bad_behaviour_find (request->path);
  g_autoptr(GBytes) body = NULL;
  gboolean stays;

  g_mutex_lock (&self->lock);
  request->n_before
    = GPOINTER_TO_UINT (g_hash_table_lookup (self->n_requests, request->path));
  g_hash_table_insert (self->n_requests, g_strdup (request->path),
                       GUINT_TO_POINTER (request->n_before + 1));
  body = dup_right_body (self, request->path);
  request->body = body;
  self->n_answering++;
  self->peak = MAX (self->peak, self->n_answering);
  g_mutex_unlock (&self->lock);

  g_assert_nonnull (behaviour);
  stays = behaviour (request);

  g_mutex_lock (&self->lock);
  self->n_answering--;
  g_mutex_unlock (&self->lock);
  return stays;
}

typedef struct
{
  BadServer *server;
  GSocketConnection *connection; /* owned */
} Guest;

/* One connection, on a thread of its own. */
static gpointer
serve_thread (gpointer data)
{
  Guest *guest = data;
  BadServer *self = guest->server;
  GIOStream *connection = G_IO_STREAM (guest->connection);
  GInputStream *input = g_buffered_input_stream_new (g_io_stream_get_input_stream (connection));
  GOutputStream *output = g_io_stream_get_output_stream (connection);
  gboolean stays = TRUE;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (input), FALSE);
  g_object_set_data (G_OBJECT (output), "connection", connection);
  while (stays)
    {
      g_autofree char *head = read_head (input, self->closing);
      g_auto(GStrv) words = NULL;
      BadRequest request = { .server = self, .input = input, .output = output, .head = head };

      if (head == NULL)
        break;
      words = g_strsplit (head, " ", 3);
      request.path = find_path (words[1]);
      request.range = find_range (head);
      stays = answer (self, &request);
    }
  g_object_unref (input);
  g_io_stream_close (connection, NULL, NULL);
  g_object_unref (connection);
  g_free (guest);

  g_mutex_lock (&self->lock);
  self->n_open--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

static void
welcome (BadServer *self, GSocket *listener)
{
  GSocket *socket = g_socket_accept (listener, NULL, NULL);
  Guest *guest;

  if (socket == NULL)
    return;
  guest = g_new (Guest, 1);
  guest->server = self;
  guest->connection = g_socket_connection_factory_create_connection (socket);
  g_object_unref (socket);
  g_mutex_lock (&self->lock);
  self->n_open++;
  g_mutex_unlock (&self->lock);
  g_thread_unref (g_thread_new ("bad-connection", serve_thread, guest));
}

static gpointer
accept_thread (gpointer data)
{
  BadServer *self = data;
  GPollFD fds[N_ADDRESSES + 1] = { 0 };

  g_cancellable_make_pollfd (self->closing, &fds[N_ADDRESSES]);
  for (guint i = 0; i < N_ADDRESSES; i++)
    fds[i] = (GPollFD) { .fd = g_socket_get_fd (self->listeners[i]), .events = G_IO_IN };
  while (!g_cancellable_is_cancelled (self->closing))
    {
      g_poll (fds, N_ADDRESSES + 1, -1);
      for (guint i = 0; i < N_ADDRESSES; i++)
        if (fds[i].revents != 0)
          welcome (self, self->listeners[i]);
    }
  g_cancellable_release_fd (self->closing);
  return NULL;
}

static GSocket *
listen_on (const char *host, guint16 *port)
{
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string (host, *port);
  g_autoptr(GSocketAddress) effective = NULL;
  GError *error = NULL;
  GSocket *listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                    G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_set_listen_backlog (listener, 200);
  g_socket_bind (listener, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (listener, &error);
  g_assert_no_error (error);
  effective = g_socket_get_local_address (listener, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  return listener;
}

BadServer *
bad_server_new (void)
{
  BadServer *self = g_new0 (BadServer, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->n_requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->bodies
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  self->closing = g_cancellable_new ();
  self->listeners[0] = listen_on ("127.0.0.1", &self->port);
  self->listeners[1] = listen_on ("127.0.0.2", &self->port);
  self->thread = g_thread_new ("bad-server", accept_thread, self);
  return self;
}

void
bad_server_free (BadServer *self)
{
  g_cancellable_cancel (self->closing);
  g_thread_join (self->thread);
  g_mutex_lock (&self->lock);
  while (self->n_open > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < N_ADDRESSES; i++)
    g_object_unref (self->listeners[i]);
  g_object_unref (self->closing);
  g_hash_table_unref (self->n_requests);
  g_hash_table_unref (self->bodies);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
bad_server_add_body (BadServer *self, const char *path, GBytes *body)
{
  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->bodies, g_strdup (path), g_bytes_ref (body));
  g_mutex_unlock (&self->lock);
}

char *
bad_server_dup_url (BadServer *self, const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", self->port, path);
}

guint16
bad_server_get_port (BadServer *self)
{
  return self->port;
}

guint
bad_server_get_n_requests (BadServer *self, const char *path)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->n_requests, path));
}

/* Bytes of bodies. */
guint64
bad_server_get_n_sent (BadServer *self)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_sent;
}

/* Requests that were answered at once. */
guint
bad_server_get_peak (BadServer *self)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->peak;
}
