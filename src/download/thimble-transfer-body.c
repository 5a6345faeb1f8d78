/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The body of an answer: it is read as it comes, counted against the limits, and goes to what came
 * before of the same file. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-downloader-private.h"

#include "thimble-errors.h"

/* Reads in one turn. */
#define MAX_READS 4

/**
 * thimble_transfer_fail_too_large:
 *
 * More came than a file may have; @self is gone afterwards.
 */
void
thimble_transfer_fail_too_large (ThimbleTransfer *self)
{
  g_autofree char *limit = g_format_size (self->downloader->config.max_bytes);
  GError *error = g_error_new (THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                               "is a file of more than %s, the limit. Raise the limit on bytes to "
                               "allow it.",
                               limit);

  thimble_partial_remove (self->partial);
  thimble_transfer_fail (self, THIMBLE_FAULT_FINAL, error);
}

/* The body has ended; whether it is all that the server announced is not libsoup's to say. */
static void
end_body (ThimbleTransfer *self)
{
  guint64 have = thimble_partial_get_n_bytes (self->partial);
  GError *error;

  if (!self->has_length || have == self->n_bytes_in_all)
    {
      thimble_transfer_finish (self, FALSE);
      return;
    }
  error = g_error_new (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                       "was not downloaded: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                       " bytes came.",
                       have, self->n_bytes_in_all);
  if (have > self->n_bytes_in_all)
    thimble_partial_remove (self->partial);
  thimble_transfer_fail (self, THIMBLE_FAULT_AGAIN, error);
}

/* Takes in what was read. Returns whether to read on; if not, @self may be gone. */
static gboolean
take_piece (ThimbleTransfer *self, gssize n)
{
  GError *error = NULL;

  if (n == 0)
    {
      if (self->answer == THIMBLE_ANSWER_READ)
        end_body (self);
      else
        thimble_transfer_act_on_answer (self);
      return FALSE;
    }
  self->n_attempt_bytes += n;
  if (self->answer != THIMBLE_ANSWER_READ)
    {
      if (self->n_attempt_bytes <= THIMBLE_TRANSFER_MAX_DRAINED)
        return TRUE;
      thimble_transfer_act_on_answer (self);
      return FALSE;
    }
  if (thimble_partial_get_n_bytes (self->partial) + n > self->downloader->config.max_bytes)
    {
      thimble_transfer_fail_too_large (self);
      return FALSE;
    }
  if (!thimble_partial_append (self->partial, n, &error))
    {
      thimble_transfer_fail (self, THIMBLE_FAULT_FINAL, error);
      return FALSE;
    }
  thimble_downloader_count_bytes (self, n);
  return TRUE;
}

/* Returns whether to read on; if not, @self may be gone. */
static gboolean
take_result (ThimbleTransfer *self, gssize n, GError *error)
{
  if (n >= 0)
    return take_piece (self, n);
  if (self->answer == THIMBLE_ANSWER_READ || self->why_aborted != NULL)
    thimble_transfer_lose (self, error);
  else
    {
      g_error_free (error);
      thimble_transfer_act_on_answer (self);
    }
  return FALSE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (take_result (user_data, n, error))
    thimble_transfer_read_on (user_data);
}

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  ThimbleTransfer *self = user_data;

  g_clear_pointer (&self->readable, g_source_unref);
  thimble_transfer_read_on (self);
  return G_SOURCE_REMOVE;
}

static void
wait_until_readable (ThimbleTransfer *self, GPollableInputStream *stream)
{
  self->readable = g_pollable_input_stream_create_source (stream, self->cancellable);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->readable, self->downloader->context);
}

/* What is there already is taken, but not for ever: others wait for their turn. */
static void
read_available (ThimbleTransfer *self)
{
  GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (self->body);

  for (guint i = 0; i < MAX_READS; i++)
    {
      GError *error = NULL;
      gsize size;
      guint8 *space = thimble_partial_get_space (self->partial, &size);
      gssize n = g_pollable_input_stream_read_nonblocking (stream, space, size, self->cancellable,
                                                           &error);

      if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_error_free (error);
          wait_until_readable (self, stream);
          return;
        }
      if (!take_result (self, n, error))
        return;
    }
  thimble_transfer_read_on (self);
}

/* --- turns ------------------------------------------------------------------------------------ */

typedef struct
{
  GSource source;
  ThimbleDownloader *downloader; /* not owned */
} TurnSource;

static gboolean
prepare_turn (GSource *source, int *timeout_ms)
{
  *timeout_ms = -1;
  return ((TurnSource *) source)->downloader->readers.length > 0;
}

static gboolean
check_turn (GSource *source)
{
  return ((TurnSource *) source)->downloader->readers.length > 0;
}

/* Each that waits now; who comes back, or comes meanwhile, waits for the next turn. */
static gboolean
dispatch_turn (GSource *source, GSourceFunc callback, gpointer user_data)
{
  ThimbleDownloader *downloader = ((TurnSource *) source)->downloader;
  GList *link;

  for (guint n = downloader->readers.length;
       n > 0 && (link = g_queue_pop_head_link (&downloader->readers)) != NULL; n--)
    read_available (g_steal_pointer (&link->data));
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs turn_funcs
  = { .prepare = prepare_turn, .check = check_turn, .dispatch = dispatch_turn };

/**
 * thimble_transfer_new_turn:
 *
 * Returns: (transfer full): reads on in the bodies of @downloader that wait for their turn; for the
 *   downloader's context. Nothing wakes it: they come to wait on the context's own thread
 */
GSource *
thimble_transfer_new_turn (ThimbleDownloader *downloader)
{
  GSource *source = g_source_new (&turn_funcs, sizeof (TurnSource));

  ((TurnSource *) source)->downloader = downloader;
  return source;
}

/**
 * thimble_transfer_leave_turn:
 *
 * The body is read no further.
 */
void
thimble_transfer_leave_turn (ThimbleTransfer *self)
{
  if (self->reader.data != NULL)
    g_queue_unlink (&self->downloader->readers, &self->reader);
  self->reader.data = NULL;
}

/**
 * thimble_transfer_read_on:
 *
 * Reads the body to its end, from the next turn of the context on. An answer is told of while libsoup
 * still takes in what the socket has: a turn later all of a small body is there to be read at once,
 * and its end, which is nothing that a socket becomes readable for.
 */
void
thimble_transfer_read_on (ThimbleTransfer *self)
{
  gsize size;
  guint8 *space;

  if (G_IS_POLLABLE_INPUT_STREAM (self->body)
      && g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (self->body)))
    {
      self->reader.data = self;
      g_queue_push_tail_link (&self->downloader->readers, &self->reader);
      return;
    }
  space = thimble_partial_get_space (self->partial, &size);
  g_input_stream_read_async (self->body, space, size, G_PRIORITY_DEFAULT, self->cancellable,
                             read_cb, self);
}
