/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server on 127.0.0.1 and 127.0.0.2 that misbehaves on request. What it does is the first part of the path,
 * "/short-length/anything"; each whole path counts its requests for itself. */
typedef struct _BadServer BadServer;

/* What a behaviour gets to answer with: a blocking stream, on a thread of the connection. */
typedef struct
{
  BadServer *server;
  GInputStream *input;
  GOutputStream *output;
  const char *path;  /* with what follows the behaviour's name */
  guint n_before;    /* requests of this path before this one */
  gint64 range;      /* where the asked for range starts, or -1 */
  const char *head;  /* the request's head */
  GBytes *body;      /* what is right to send */
} BadRequest;

BadServer *bad_server_new (void);
void bad_server_free (BadServer *self);
char *bad_server_dup_url (BadServer *self, const char *path);
guint bad_server_get_n_requests (BadServer *self, const char *path);
guint64 bad_server_get_n_sent (BadServer *self);
guint bad_server_get_peak (BadServer *self);
guint16 bad_server_get_port (BadServer *self);

/* The right body of any path: BAD_SERVER_BODY bytes that begin as a JPEG does. */
#define BAD_SERVER_BODY 200000
GBytes *bad_server_dup_body (const char *path);
/* Of this path, and of those in it as in a folder, another body is right. */
void bad_server_add_body (BadServer *self, const char *path, GBytes *body);

/* Answers, in pieces; they do nothing once the other side has gone. */
void bad_request_print (BadRequest *request, const char *format, ...) G_GNUC_PRINTF (2, 3);
void bad_request_write (BadRequest *request, const void *bytes, gsize n_bytes);
void bad_request_write_body (BadRequest *request, gsize from, gsize to);
void bad_request_reset (BadRequest *request);
void bad_request_wait (BadRequest *request, guint ms);
gboolean bad_request_has (BadRequest *request, const char *header);

/* Returns whether the connection may serve another request. */
typedef gboolean (*BadBehaviour) (BadRequest *request);

BadBehaviour bad_behaviour_find (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BadServer, bad_server_free)

G_END_DECLS
