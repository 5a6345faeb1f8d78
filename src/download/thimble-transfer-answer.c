/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the head of an answer allows: to read the body, to follow a redirect, to go on with what came
 * before, or nothing. Nothing that a server says is believed where it contradicts itself, and no
 * redirect leads from the open network into one's own. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-downloader-private.h"

#include "thimble-errors.h"
#include "thimble-http-fields.h"

#define MAX_REDIRECTS 10

static ThimbleAnswer
fail (GError **error, ThimbleDownloadError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static ThimbleAnswer
fail (GError **error, ThimbleDownloadError code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  *error = g_error_new_valist (THIMBLE_DOWNLOAD_ERROR, code, format, arguments);
  va_end (arguments);
  return THIMBLE_ANSWER_FAIL;
}

/* --- redirects -------------------------------------------------------------------------------- */

static void
set_private_error (ThimbleTransfer *self, GError **error)
{
  fail (error, THIMBLE_DOWNLOAD_ERROR_REFUSED,
        "was not followed: it leads from the internet to “%s” in a private network.",
        g_uri_get_host (self->uri));
}

/* Whether the name itself says that it is of this machine or of a network of one's own. */
static gboolean
is_private_literal (ThimbleTransfer *self, const char *host)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0
         || (address != NULL && self->downloader->config.is_private (address));
}

/**
 * thimble_transfer_check_literal:
 * @uri: where a redirect leads
 *
 * Returns: whether the host, where it is an address, may be asked; other names are looked at when
 *   they have become an address, by [method@Transfer.check_address]
 */
gboolean
thimble_transfer_check_literal (ThimbleTransfer *self, GUri *uri, GError **error)
{
  if (!self->was_public || !is_private_literal (self, g_uri_get_host (uri)))
    return TRUE;
  set_private_error (self, error);
  return FALSE;
}

/**
 * thimble_transfer_is_of_public:
 *
 * While the message has a connection. A proxy's address says nothing of the host behind it; its name
 * must do, or a server on the internet could send those who have a proxy into their own network.
 *
 * Returns: whether the message is one to a host on the internet
 */
gboolean
thimble_transfer_is_of_public (ThimbleTransfer *self)
{
  GSocketAddress *remote = thimble_soup.message_get_remote_address (self->message);

  if (!G_IS_INET_SOCKET_ADDRESS (remote) || G_IS_PROXY_ADDRESS (remote))
    return !is_private_literal (self, g_uri_get_host (self->uri));
  return !self->downloader->config.is_private (
    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
}

/**
 * thimble_transfer_check_address:
 *
 * To be called before a request is sent that somebody on the internet asks for, when its connection is
 * known: where it leads to a private network, the attempt is aborted. The link's own host may be
 * anywhere: the user named it.
 */
void
thimble_transfer_check_address (ThimbleTransfer *self)
{
  GError *error = NULL;

  if (thimble_transfer_is_of_public (self))
    return;
  set_private_error (self, &error);
  thimble_transfer_abort (self, THIMBLE_FAULT_FINAL, error);
}

static gboolean
is_http (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);

  return g_str_equal (scheme, "http") || g_str_equal (scheme, "https");
}

static gboolean
has_host (GUri *uri)
{
  return g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0';
}

static ThimbleAnswer
redirect (ThimbleTransfer *self, GError **error)
{
  const char *location
    = thimble_soup.message_headers_get_one (
      thimble_soup.message_get_response_headers (self->message), "Location");
  g_autoptr(GUri) target = NULL;

  if (location != NULL)
    target = g_uri_parse_relative (self->uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (target == NULL || (is_http (target) && !has_host (target)))
    return fail (error, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                 "was not downloaded: the server redirects to no place that makes sense.");
  if (!is_http (target))
    return fail (error, THIMBLE_DOWNLOAD_ERROR_REFUSED,
                 "was not followed: it leads to a “%s” link; only http and https are followed.",
                 g_uri_get_scheme (target));
  if (g_str_equal (g_uri_get_scheme (self->uri), "https")
      && g_str_equal (g_uri_get_scheme (target), "http"))
    return fail (error, THIMBLE_DOWNLOAD_ERROR_REFUSED,
                 "was not followed: it leads from https to http, where anybody on the way can "
                 "change the image.");
  if (++self->n_redirects > MAX_REDIRECTS)
    return fail (error, THIMBLE_DOWNLOAD_ERROR_REFUSED,
                 "was not followed: it was redirected %d times; the limit is %d.",
                 self->n_redirects, MAX_REDIRECTS);

  self->was_public |= thimble_transfer_is_of_public (self);
  g_uri_unref (self->uri);
  self->uri = g_steal_pointer (&target);
  return thimble_transfer_check_literal (self, self->uri, error) ? THIMBLE_ANSWER_REDIRECT
                                                                : THIMBLE_ANSWER_FAIL;
}

/* --- bodies ----------------------------------------------------------------------------------- */

static ThimbleAnswer
check_size (ThimbleTransfer *self, GError **error)
{
  guint64 max_bytes = self->downloader->config.max_bytes;
  g_autofree char *size = NULL;
  g_autofree char *limit = NULL;

  if (!self->has_length || self->n_bytes_in_all <= max_bytes)
    return THIMBLE_ANSWER_READ;
  size = g_format_size (self->n_bytes_in_all);
  limit = g_format_size (max_bytes);
  g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
               "is a file of %s; the limit is %s. Raise the limit on bytes to allow it.", size,
               limit);
  return THIMBLE_ANSWER_FAIL;
}

/* A whole file: whatever came before is not gone on with. */
static ThimbleAnswer
judge_whole (ThimbleTransfer *self, guint64 n_bytes, GError **error)
{
  SoupMessageHeaders *headers = thimble_soup.message_get_response_headers (self->message);
  g_autofree char *validator = thimble_http_dup_strong_validator (headers);

  self->n_bytes_in_all = n_bytes;
  if (check_size (self, error) == THIMBLE_ANSWER_FAIL)
    return THIMBLE_ANSWER_FAIL;
  if (!thimble_partial_restart (self->partial, error))
    return THIMBLE_ANSWER_FAIL;
  thimble_partial_set_validator (self->partial, validator);
  return THIMBLE_ANSWER_READ;
}

/* The rest of a file: it must begin where the first part ends, and be of the same. */
static ThimbleAnswer
judge_range (ThimbleTransfer *self, guint64 n_bytes, GError **error)
{
  SoupMessageHeaders *headers = thimble_soup.message_get_response_headers (self->message);
  g_autofree char *validator = thimble_http_dup_strong_validator (headers);
  const char *expected = thimble_partial_get_validator (self->partial);
  guint64 have = thimble_partial_get_n_bytes (self->partial);
  guint64 first;
  guint64 in_all;

  if (have == 0)
    return fail (error, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                 "was not downloaded: the server sent a part where the whole was asked for.");
  if (!thimble_http_read_content_range (headers, &first, &in_all) || first != have
      || (validator != NULL && g_strcmp0 (validator, expected) != 0)
      || (self->has_length && in_all > 0 && have + n_bytes != in_all))
    return THIMBLE_ANSWER_RESTART;
  self->n_bytes_in_all = self->has_length ? have + n_bytes : in_all;
  self->has_length |= in_all > 0;
  return check_size (self, error);
}

/* Nothing is left to send: complete, if that is what the server counts too. */
static ThimbleAnswer
judge_unsatisfied_range (ThimbleTransfer *self)
{
  const char *text = thimble_soup.message_headers_get_one (
    thimble_soup.message_get_response_headers (self->message), "Content-Range");
  guint64 have = thimble_partial_get_n_bytes (self->partial);
  guint64 in_all;

  if (text != NULL && g_str_has_prefix (text, "bytes */")
      && g_ascii_string_to_unsigned (text + strlen ("bytes */"), 10, have, have, &in_all, NULL))
    {
      self->has_length = TRUE;
      self->n_bytes_in_all = in_all;
      return THIMBLE_ANSWER_COMPLETE;
    }
  return THIMBLE_ANSWER_RESTART;
}

static ThimbleAnswer
judge_body (ThimbleTransfer *self, guint status, GError **error)
{
  SoupMessageHeaders *headers = thimble_soup.message_get_response_headers (self->message);
  const char *encoding = thimble_http_get_encoding (headers);
  guint64 n_bytes;

  if (encoding != NULL)
    return fail (error, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                 "was not downloaded: the server sent it compressed (%s), which was not asked for "
                 "and could be of any size.",
                 encoding);
  switch (thimble_http_read_length (headers, &n_bytes))
    {
    case THIMBLE_CONTENT_LENGTH_INVALID:
      return fail (error, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                   "was not downloaded: the server names lengths that contradict each other.");
    case THIMBLE_CONTENT_LENGTH_KNOWN:
      self->has_length = TRUE;
      break;
    case THIMBLE_CONTENT_LENGTH_UNKNOWN:
    default:
      self->has_length = FALSE;
      break;
    }
  return status == SOUP_STATUS_PARTIAL_CONTENT ? judge_range (self, n_bytes, error)
                                               : judge_whole (self, n_bytes, error);
}

/**
 * thimble_transfer_judge:
 *
 * Looks at the head of the answer; it is here, and not a byte of the body.
 *
 * Returns: what to do with it; with %THIMBLE_ANSWER_FAIL, @error is set
 */
ThimbleAnswer
thimble_transfer_judge (ThimbleTransfer *self, GError **error)
{
  guint status = thimble_soup.message_get_status (self->message);

  switch (status)
    {
    case SOUP_STATUS_OK:
    case SOUP_STATUS_NON_AUTHORITATIVE:
    case SOUP_STATUS_PARTIAL_CONTENT:
      return judge_body (self, status, error);
    case SOUP_STATUS_MOVED_PERMANENTLY:
    case SOUP_STATUS_FOUND:
    case SOUP_STATUS_SEE_OTHER:
    case SOUP_STATUS_TEMPORARY_REDIRECT:
    case SOUP_STATUS_PERMANENT_REDIRECT:
      return redirect (self, error);
    case SOUP_STATUS_NOT_MODIFIED:
      if (self->is_conditional)
        return THIMBLE_ANSWER_UNCHANGED;
      break;
    case SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE:
      if (thimble_partial_get_n_bytes (self->partial) > 0)
        return judge_unsatisfied_range (self);
      break;
    default:
      break;
    }
  return fail (error, THIMBLE_DOWNLOAD_ERROR_STATUS,
               "was not downloaded: the server answered %u (%s).", status,
               status == THIMBLE_STATUS_TOO_MANY_REQUESTS
                 ? "Too Many Requests"
                 : thimble_soup.status_get_phrase (status));
}
