/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One link on its way here: requests, redirects and reads, until its file is complete. Each step
 * ends in a callback on the downloader's thread; there is one step under way at a time. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-downloader-private.h"

#include <string.h>

ThimbleTransfer *
thimble_transfer_new (ThimbleDownloader *downloader, const ThimbleDownloadRequest *request)
{
  ThimbleTransfer *self = g_new0 (ThimbleTransfer, 1);

  self->downloader = downloader;
  self->url = g_strdup (request->url);
  self->etag = g_strdup (request->etag);
  self->last_modified = g_strdup (request->last_modified);
  self->serial = request->serial;
  self->is_from_internet = request->is_from_internet;
  return self;
}

static void
drop_message (ThimbleTransfer *self)
{
  if (self->starting_handler != 0)
    g_clear_signal_handler (&self->starting_handler, self->message);
  g_clear_object (&self->message);
}

/* Lets go of what belongs to one attempt: its connection, if the body was not read to its end. */
void
thimble_transfer_clear_attempt (ThimbleTransfer *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  thimble_transfer_leave_turn (self);
  if (self->readable != NULL)
    g_source_destroy (self->readable);
  g_clear_pointer (&self->readable, g_source_unref);
  g_clear_object (&self->body);
  drop_message (self);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->why_aborted);
  g_clear_error (&self->answer_error);
  if (self->partial != NULL)
    thimble_partial_close (self->partial);
}

void
thimble_transfer_free (ThimbleTransfer *self)
{
  thimble_transfer_clear_attempt (self);
  thimble_transfer_drop_retry (self);
  g_clear_pointer (&self->first_uri, g_uri_unref);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->partial, thimble_partial_free);
  g_clear_object (&self->future);
  g_free (self->url);
  g_free (self->etag);
  g_free (self->last_modified);
  g_free (self);
}

/**
 * thimble_transfer_abort:
 * @error: (transfer full): what the attempt ends with, in the callback of the step under way
 */
void
thimble_transfer_abort (ThimbleTransfer *self, ThimbleFault fault, GError *error)
{
  if (self->why_aborted != NULL || self->cancellable == NULL)
    {
      g_error_free (error);
      return;
    }
  self->why_aborted = error;
  self->abort_fault = fault;
  g_cancellable_cancel (self->cancellable);
}

/**
 * thimble_transfer_finish:
 * @is_unchanged: nothing came, because nothing has changed
 *
 * The file is complete; @self is gone afterwards.
 */
void
thimble_transfer_finish (ThimbleTransfer *self, gboolean is_unchanged)
{
  g_autoptr(ThimbleDownload) download = g_new0 (ThimbleDownload, 1);
  SoupMessageHeaders *headers
    = self->message != NULL ? thimble_soup.message_get_response_headers (self->message) : NULL;
  GError *error = NULL;

  download->fd = -1;
  download->is_unchanged = is_unchanged;
  download->has_proven_length = self->has_length;
  download->n_bytes = thimble_partial_get_n_bytes (self->partial);
  download->n_received = self->n_received;
  download->n_attempts = self->n_attempts;
  download->seconds = (g_get_monotonic_time () - self->begin_us) / 1e6;
  if (headers != NULL)
    {
      download->is_from_internet = self->was_public || thimble_transfer_is_of_public (self);
      download->url = self->uri != self->first_uri ? g_uri_to_string (self->uri) : NULL;
      download->etag = g_strdup (thimble_soup.message_headers_get_one (headers, "ETag"));
      download->last_modified
        = g_strdup (thimble_soup.message_headers_get_one (headers, "Last-Modified"));
    }
  if (is_unchanged || thimble_partial_release (self->partial, download, &error))
    thimble_downloader_end (self, g_steal_pointer (&download), NULL);
  else
    thimble_transfer_fail (self, THIMBLE_FAULT_FINAL, error);
}

/* --- requests --------------------------------------------------------------------------------- */

/**
 * thimble_transfer_act_on_answer:
 *
 * Does what the answer's head calls for, where its body is none of the file's; @self may be gone
 * afterwards.
 */
void
thimble_transfer_act_on_answer (ThimbleTransfer *self)
{
  switch (self->answer)
    {
    case THIMBLE_ANSWER_UNCHANGED:
      thimble_transfer_finish (self, TRUE);
      break;
    case THIMBLE_ANSWER_COMPLETE:
      thimble_transfer_finish (self, FALSE);
      break;
    case THIMBLE_ANSWER_REDIRECT:
      thimble_transfer_send (self);
      break;
    case THIMBLE_ANSWER_RESTART:
      thimble_transfer_restart (self);
      break;
    case THIMBLE_ANSWER_READ:
    case THIMBLE_ANSWER_FAIL:
    default:
      thimble_transfer_fail (self, THIMBLE_FAULT_FINAL, g_steal_pointer (&self->answer_error));
      break;
    }
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThimbleTransfer *self = user_data;
  SoupMessageHeaders *headers;
  GError *error = NULL;

  self->body = thimble_soup.session_send_finish ((SoupSession *) source, result, &error);
  if (self->body == NULL)
    {
      thimble_transfer_lose (self, error);
      return;
    }
  headers = thimble_soup.message_get_response_headers (self->message);
  self->answer = thimble_transfer_judge (self, &self->answer_error);
  if (self->answer == THIMBLE_ANSWER_READ
      || (thimble_soup.message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
          && thimble_soup.message_headers_get_content_length (headers)
               <= THIMBLE_TRANSFER_MAX_DRAINED))
    thimble_transfer_read_on (self);
  else
    thimble_transfer_act_on_answer (self);
}

/* What the user wants sent goes to the host that the link names and to no other. */
static void
append_own_headers (ThimbleTransfer *self, SoupMessageHeaders *headers)
{
  const char *const *own = self->downloader->config.headers;

  if (!g_str_equal (g_uri_get_scheme (self->uri), g_uri_get_scheme (self->first_uri))
      || !g_str_equal (g_uri_get_host (self->uri), g_uri_get_host (self->first_uri))
      || g_uri_get_port (self->uri) != g_uri_get_port (self->first_uri))
    return;
  for (guint i = 0; own != NULL && own[i] != NULL; i++)
    {
      const char *colon = strchr (own[i], ':');
      g_autofree char *name = g_strndup (own[i], colon - own[i]);
      g_autofree char *value = g_strdup (colon + 1);

      thimble_soup.message_headers_replace (headers, g_strstrip (name), g_strstrip (value));
    }
}

static void
starting_cb (SoupMessage *message, gpointer user_data)
{
  thimble_transfer_check_address (user_data);
}

static SoupMessage *
new_message (ThimbleTransfer *self)
{
  SoupMessage *message = thimble_soup.message_new_from_uri ("GET", self->uri);
  SoupMessageHeaders *headers = thimble_soup.message_get_request_headers (message);
  guint64 have = thimble_partial_get_n_bytes (self->partial);

  thimble_soup.message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  thimble_soup.message_headers_replace (headers, "Accept", "image/*,*/*;q=0.5");
  thimble_soup.message_headers_replace (headers, "Accept-Encoding", "identity");
  self->is_conditional = have == 0 && (self->etag != NULL || self->last_modified != NULL);
  if (have > 0)
    {
      thimble_soup.message_headers_set_range (headers, have, -1);
      thimble_soup.message_headers_replace (headers, "If-Range",
                                    thimble_partial_get_validator (self->partial));
    }
  else if (self->etag != NULL)
    thimble_soup.message_headers_replace (headers, "If-None-Match", self->etag);
  else if (self->last_modified != NULL)
    thimble_soup.message_headers_replace (headers, "If-Modified-Since", self->last_modified);
  append_own_headers (self, headers);
  return message;
}

/**
 * thimble_transfer_send:
 *
 * Sends one request, the first of an attempt or one that a redirect asks for.
 */
void
thimble_transfer_send (ThimbleTransfer *self)
{
  g_clear_object (&self->body);
  drop_message (self);
  g_clear_object (&self->cancellable);
  self->has_length = FALSE;
  self->n_attempt_bytes = 0;
  self->n_samples = 0;
  self->cancellable = g_cancellable_new ();
  self->message = new_message (self);
  /* Where the link itself leads, the answer's address says whether that was public. */
  if (self->was_public)
    self->starting_handler
      = g_signal_connect (self->message, "starting", G_CALLBACK (starting_cb), self);
  thimble_soup.session_send_async (self->downloader->session, self->message, G_PRIORITY_DEFAULT,
                           self->cancellable, sent_cb, self);
}

static gboolean
append (ThimblePartial *partial, const guint8 *bytes, gsize n_bytes, GError **error)
{
  while (n_bytes > 0)
    {
      gsize size;
      guint8 *space = thimble_partial_get_space (partial, &size);
      gsize n = MIN (size, n_bytes);

      memcpy (space, bytes, n);
      if (!thimble_partial_append (partial, n, error))
        return FALSE;
      bytes += n;
      n_bytes -= n;
    }
  return TRUE;
}

static void
take_data (ThimbleTransfer *self)
{
  g_autofree char *type = NULL;
  g_autoptr(GBytes) bytes = thimble_soup.uri_decode_data_uri (self->url, &type);
  gsize n_bytes;
  const guint8 *data;
  GError *error = NULL;

  if (bytes == NULL)
    {
      thimble_transfer_fail (
        self, THIMBLE_FAULT_FINAL,
        g_error_new_literal (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                             "was not read: it is no data link that makes sense."));
      return;
    }
  data = g_bytes_get_data (bytes, &n_bytes);
  self->has_length = TRUE;
  self->n_bytes_in_all = n_bytes;
  if (n_bytes > self->downloader->config.max_bytes)
    thimble_transfer_fail_too_large (self);
  else if (!thimble_partial_restart (self->partial, &error)
           || !append (self->partial, data, n_bytes, &error))
    thimble_transfer_fail (self, THIMBLE_FAULT_FINAL, error);
  else
    thimble_transfer_finish (self, FALSE);
}

/**
 * thimble_transfer_start:
 *
 * Begins an attempt; it has its host's turn. @self may be gone afterwards.
 */
void
thimble_transfer_start (ThimbleTransfer *self)
{
  ThimbleDownloader *downloader = self->downloader;
  GError *error = NULL;

  if (self->begin_us == 0)
    self->begin_us = g_get_monotonic_time ();
  if (self->partial == NULL)
    self->partial = thimble_partial_new (downloader->buffers, downloader->config.partial_folder,
                                         self->url, &downloader->has_notes);
  self->n_attempts++;
  self->n_redirects = 0;
  self->was_public = self->is_from_internet;
  if (!thimble_partial_open (self->partial, &error))
    {
      thimble_transfer_fail (self, THIMBLE_FAULT_FINAL, error);
      return;
    }
  if (self->first_uri == NULL)
    {
      take_data (self);
      return;
    }
  g_clear_pointer (&self->uri, g_uri_unref);
  self->uri = g_uri_ref (self->first_uri);
  if (!thimble_transfer_check_literal (self, self->uri, &error))
    {
      thimble_transfer_fail (self, THIMBLE_FAULT_FINAL, error);
      return;
    }
  thimble_transfer_send (self);
}

/* --- speed ------------------------------------------------------------------------------------ */

/**
 * thimble_transfer_check_speed:
 *
 * To be called so often that a stall takes %THIMBLE_TRANSFER_SAMPLES calls: aborts an attempt that
 * was too slow for too long, be it in connecting, in answering or in sending.
 */
void
thimble_transfer_check_speed (ThimbleTransfer *self)
{
  const ThimbleDownloaderConfig *config = &self->downloader->config;
  guint window_ms = self->has_stalled ? config->second_stall_ms : config->stall_ms;
  guint window
    = MAX (1, (guint64) window_ms * THIMBLE_TRANSFER_SAMPLES / MAX (1, config->stall_ms));
  guint64 floor_bytes = (guint64) config->min_bytes_per_second * window_ms / 1000;
  guint64 before;

  if (g_get_monotonic_time () - self->begin_us > (gint64) config->max_seconds * G_USEC_PER_SEC)
    {
      thimble_transfer_abort (
        self, THIMBLE_FAULT_FINAL,
        g_error_new (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_TIMEOUT,
                     "was not downloaded: it took longer than the limit of %u s.",
                     config->max_seconds));
      return;
    }
  window = MIN (window, THIMBLE_TRANSFER_SAMPLES);
  if (self->n_samples >= window)
    {
      before = self->samples[(self->n_samples - window) % THIMBLE_TRANSFER_SAMPLES];
      if (self->n_attempt_bytes - before < floor_bytes)
        {
          thimble_transfer_abort (
            self, THIMBLE_FAULT_STALL,
            g_error_new (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_TIMEOUT,
                         "was not downloaded: less than %u bytes a second came for %g s.",
                         config->min_bytes_per_second, window_ms / 1000.0));
          return;
        }
    }
  self->samples[self->n_samples++ % THIMBLE_TRANSFER_SAMPLES] = self->n_attempt_bytes;
}
