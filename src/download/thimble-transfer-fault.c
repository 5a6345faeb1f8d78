/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of an attempt that failed: an error that a person can act on, and whether it is worth
 * another attempt. Who waits for one is in no queue and holds no connection. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-downloader-private.h"

#include "thimble-http-fields.h"

/* A server that closes its HTTP/2 connections in good order may do it often, but not for ever. */
#define MAX_GOAWAYS 200
/* An answer that does not go on where the last one ended: such servers are few. */
#define MAX_RESTARTS 3

/* --- errors ----------------------------------------------------------------------------------- */

static const char *
describe_certificate (GTlsCertificateFlags flags)
{
  if (flags & G_TLS_CERTIFICATE_EXPIRED)
    return "it has expired";
  if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return "it is not valid yet";
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return "it is that of another host";
  if (flags & G_TLS_CERTIFICATE_REVOKED)
    return "it was revoked";
  if (flags & G_TLS_CERTIFICATE_INSECURE)
    return "its algorithm is insecure";
  if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return "nobody who is trusted signed it";
  return "it is not right";
}

static GError *
new_certificate_error (ThimbleTransfer *self)
{
  return g_error_new (
    THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_CERTIFICATE,
    "was not downloaded: the certificate of “%s” cannot be trusted: %s.",
    g_uri_get_host (self->uri),
    describe_certificate (thimble_soup.message_get_tls_peer_certificate_errors (self->message)));
}

/* libsoup's and GIO's words, in a message of ours. What they say is not of the server's making, but
 * may have no full stop. */
static GError *
new_network_error (const GError *cause)
{
  return g_error_new (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                      "was not downloaded: %s%s", cause->message,
                      g_str_has_suffix (cause->message, ".") ? "" : ".");
}

/* HTTP/2 streams that the server took in no more when it closed the connection in good order. */
static gboolean
is_goaway (ThimbleTransfer *self, const GError *error)
{
  return thimble_soup.message_get_http_version (self->message) == SOUP_HTTP_2_0
         && error->domain == G_IO_ERROR && strstr (error->message, "NO_ERROR") != NULL;
}

static gboolean
would_fail_again (const GError *error)
{
  return (error->domain == G_RESOLVER_ERROR
          && !g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE))
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE)
         || error->domain == thimble_soup.session_error_quark ();
}

/* --- retries ---------------------------------------------------------------------------------- */

static gboolean
retry_cb (gpointer user_data)
{
  ThimbleTransfer *self = user_data;
  ThimbleDownloader *downloader = self->downloader;

  thimble_transfer_drop_retry (self);
  thimble_download_host_push (self->host, self, TRUE);
  thimble_downloader_start_next (downloader);
  return G_SOURCE_REMOVE;
}

/**
 * thimble_transfer_drop_retry:
 *
 * The transfer waits no more, or will never have.
 */
void
thimble_transfer_drop_retry (ThimbleTransfer *self)
{
  if (self->retry == NULL)
    return;
  g_source_destroy (self->retry);
  g_clear_pointer (&self->retry, g_source_unref);
  g_queue_unlink (&self->host->held, &self->held);
}

/* Gives the connection back and waits. */
static void
retry_after (ThimbleTransfer *self, gint64 delay_ms)
{
  ThimbleDownloader *downloader = self->downloader;

  thimble_transfer_clear_attempt (self);
  self->held.data = self;
  g_queue_push_tail_link (&self->host->held, &self->held);
  self->retry = g_timeout_source_new (delay_ms);
  g_source_set_callback (self->retry, retry_cb, self, NULL);
  g_source_attach (self->retry, downloader->context);
  thimble_downloader_release (self, FALSE);
  thimble_downloader_start_next (downloader);
}

/* The next request goes out before others', at once unless the host is left alone. */
static void
go_on (ThimbleTransfer *self)
{
  ThimbleDownloader *downloader = self->downloader;

  thimble_transfer_clear_attempt (self);
  g_queue_push_head (&self->host->waiting, self);
  thimble_downloader_release (self, FALSE);
  thimble_downloader_start_next (downloader);
}

/* Half of the delay is fixed and half is chance, so that those who failed together do not come back
 * together. */
static gint64
choose_delay_ms (ThimbleTransfer *self)
{
  guint step_ms = self->downloader->config.retry_ms << MIN (self->n_faults - 1, 10);

  return step_ms / 2 + g_random_int_range (0, step_ms / 2 + 1);
}

/* What the server asks for, as far as it is followed; -1 where it asks for nothing. */
static gint64
get_wish_ms (ThimbleTransfer *self)
{
  gint64 max_ms = (gint64) self->downloader->config.max_retry_after_s * 1000;
  gint64 wish_ms;

  if (self->message == NULL)
    return -1;
  wish_ms = thimble_http_read_retry_after_ms (
    thimble_soup.message_get_response_headers (self->message));
  return MIN (wish_ms, max_ms);
}

static ThimbleFault
judge_status (ThimbleTransfer *self)
{
  guint status = thimble_soup.message_get_status (self->message);

  return status == SOUP_STATUS_REQUEST_TIMEOUT || status == THIMBLE_STATUS_TOO_MANY_REQUESTS
             || status >= SOUP_STATUS_INTERNAL_SERVER_ERROR
           ? THIMBLE_FAULT_AGAIN
           : THIMBLE_FAULT_FINAL;
}

static gboolean
is_out_of_time (ThimbleTransfer *self, gint64 delay_ms)
{
  return g_get_monotonic_time () + delay_ms * 1000 - self->begin_us
         > (gint64) self->downloader->config.max_seconds * G_USEC_PER_SEC;
}

static void
end_with_error (ThimbleTransfer *self, GError *error)
{
  if (self->n_faults > 0 && error->domain == THIMBLE_DOWNLOAD_ERROR)
    {
      GError *whole = g_error_new (error->domain, error->code, "%s It was tried %u times.",
                                   error->message, self->n_faults + 1);
      g_error_free (error);
      error = whole;
    }
  thimble_downloader_end (self, NULL, error);
}

/**
 * thimble_transfer_fail:
 * @error: (transfer full): why the attempt failed; it counts where there is no other one
 *
 * The attempt is over. Ends the transfer, or has it tried again; @self may be gone afterwards.
 */
void
thimble_transfer_fail (ThimbleTransfer *self, ThimbleFault fault, GError *error)
{
  const ThimbleDownloaderConfig *config = &self->downloader->config;
  gint64 wish_ms = get_wish_ms (self);
  gint64 delay_ms;

  if (thimble_future_should_stop (self->future) || fault == THIMBLE_FAULT_PAUSE)
    {
      if (fault == THIMBLE_FAULT_PAUSE && !thimble_future_should_stop (self->future))
        {
          g_error_free (error);
          go_on (self);
          return;
        }
      g_error_free (error);
      thimble_downloader_end (self, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                               "was cancelled."));
      return;
    }
  if (g_error_matches (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_STATUS))
    fault = judge_status (self);
  if (fault == THIMBLE_FAULT_FINAL || (fault == THIMBLE_FAULT_STALL && self->has_stalled)
      || self->n_faults >= config->max_retries)
    {
      end_with_error (self, error);
      return;
    }

  self->has_stalled |= fault == THIMBLE_FAULT_STALL;
  self->n_faults++;
  delay_ms = wish_ms >= 0 ? wish_ms : choose_delay_ms (self);
  if (is_out_of_time (self, delay_ms))
    {
      self->n_faults--;
      end_with_error (self, error);
      return;
    }
  g_debug ("%s %s Again in %" G_GINT64_FORMAT " ms", self->url, error->message, delay_ms);
  g_error_free (error);
  if (self->message != NULL
      && thimble_soup.message_get_status (self->message) == THIMBLE_STATUS_TOO_MANY_REQUESTS)
    {
      thimble_download_host_slow (self->host, delay_ms);
      go_on (self);
    }
  else
    retry_after (self, delay_ms);
}

/**
 * thimble_transfer_lose:
 * @error: (transfer full): as libsoup or GIO gave it
 *
 * The connection failed, or the attempt was aborted on this side; @self may be gone afterwards.
 */
void
thimble_transfer_lose (ThimbleTransfer *self, GError *error)
{
  GError *own;

  if (self->why_aborted != NULL)
    {
      g_error_free (error);
      thimble_transfer_fail (self, self->abort_fault, g_steal_pointer (&self->why_aborted));
      return;
    }
  if (is_goaway (self, error) && self->n_goaways++ < MAX_GOAWAYS
      && !thimble_future_should_stop (self->future))
    {
      g_error_free (error);
      go_on (self);
      return;
    }
  own = error->domain == G_TLS_ERROR
            && thimble_soup.message_get_tls_peer_certificate_errors (self->message) != 0
          ? new_certificate_error (self)
          : new_network_error (error);
  thimble_transfer_fail (self,
                         own->code == THIMBLE_DOWNLOAD_ERROR_CERTIFICATE || would_fail_again (error)
                           ? THIMBLE_FAULT_FINAL
                           : THIMBLE_FAULT_AGAIN,
                         own);
  g_error_free (error);
}

/**
 * thimble_transfer_restart:
 *
 * What came before does not fit what the server sends now: removes it and asks for all, at once.
 * @self may be gone afterwards.
 */
void
thimble_transfer_restart (ThimbleTransfer *self)
{
  GError *error = NULL;

  if (!thimble_partial_restart (self->partial, &error))
    {
      thimble_transfer_fail (self, THIMBLE_FAULT_FINAL, error);
      return;
    }
  if (self->n_restarts++ < MAX_RESTARTS)
    {
      go_on (self);
      return;
    }
  thimble_transfer_fail (
    self, THIMBLE_FAULT_FINAL,
    g_error_new_literal (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                         "was not downloaded: the server sends other parts than it is asked for."));
}
