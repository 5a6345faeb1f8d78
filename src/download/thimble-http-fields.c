/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Header fields that decide whether what came is whole and may be gone on with. libsoup takes the
 * first of two lengths and drops what it can't parse; here the text itself is read, because a server
 * that contradicts itself must not be believed. */

#include "thimble-http-fields.h"

#include <string.h>

/* A validator is strong if what it names can't have changed within its grain; a minute also covers
 * clocks that differ (RFC 9110, section 8.8.2.2). */
#define MIN_AGE_S 60

/**
 * thimble_http_read_length:
 * @n_bytes: (out): the length where it is known
 *
 * Reads Content-Length (RFC 9110, section 8.6): several equal numbers are one. A chunked body has
 * none, whatever is said beside it (RFC 9112, section 6.3).
 */
ThimbleContentLength
thimble_http_read_length (SoupMessageHeaders *headers, guint64 *n_bytes)
{
  const char *text = thimble_soup.message_headers_get_list (headers, "Content-Length");
  g_auto(GStrv) parts = NULL;

  *n_bytes = 0;
  if (text == NULL || thimble_soup.message_headers_get_list (headers, "Transfer-Encoding") != NULL)
    return THIMBLE_CONTENT_LENGTH_UNKNOWN;
  parts = g_strsplit (text, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint64 value;

      if (!g_ascii_string_to_unsigned (g_strstrip (parts[i]), 10, 0, G_MAXINT64, &value, NULL)
          || (i > 0 && value != *n_bytes))
        return THIMBLE_CONTENT_LENGTH_INVALID;
      *n_bytes = value;
    }
  return THIMBLE_CONTENT_LENGTH_KNOWN;
}

/**
 * thimble_http_read_content_range:
 * @first: (out): the first byte that comes
 * @n_bytes_in_all: (out): of the whole, 0 where it is not said
 *
 * Reads "bytes 100-199/200" (RFC 9110, section 14.4).
 *
 * Returns: whether it says a range that makes sense
 */
gboolean
thimble_http_read_content_range (SoupMessageHeaders *headers,
                                 guint64 *first,
                                 guint64 *n_bytes_in_all)
{
  const char *text = thimble_soup.message_headers_get_one (headers, "Content-Range");
  g_auto(GStrv) parts = NULL;
  guint64 last;

  if (text == NULL || g_ascii_strncasecmp (text, "bytes ", 6) != 0)
    return FALSE;
  parts = g_strsplit_set (text + 6, "-/", -1);
  if (g_strv_length (parts) != 3
      || !g_ascii_string_to_unsigned (g_strstrip (parts[0]), 10, 0, G_MAXINT64, first, NULL)
      || !g_ascii_string_to_unsigned (g_strstrip (parts[1]), 10, *first, G_MAXINT64 - 1, &last,
                                      NULL))
    return FALSE;
  *n_bytes_in_all = 0;
  if (g_str_equal (g_strstrip (parts[2]), "*"))
    return TRUE;
  /* Only the end was asked for: what comes must reach it. */
  return g_ascii_string_to_unsigned (parts[2], 10, last + 1, last + 1, n_bytes_in_all, NULL);
}

/**
 * thimble_http_read_retry_after_ms:
 *
 * Reads Retry-After (RFC 9110, section 10.2.3), seconds or a date.
 *
 * Returns: milliseconds from now, not below 0; -1 where nothing is said
 */
gint64
thimble_http_read_retry_after_ms (SoupMessageHeaders *headers)
{
  const char *text = thimble_soup.message_headers_get_one (headers, "Retry-After");
  g_autoptr(GDateTime) when = NULL;
  g_autoptr(GDateTime) now = NULL;
  guint64 seconds;

  if (text == NULL)
    return -1;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &seconds, NULL))
    return seconds * 1000;
  when = thimble_soup.date_time_new_from_http_string (text);
  if (when == NULL)
    return -1;
  now = g_date_time_new_now_utc ();
  return MAX (0, g_date_time_difference (when, now) / 1000);
}

/**
 * thimble_http_dup_strong_validator:
 *
 * Returns: (transfer full) (nullable): what If-Range may name: a strong entity tag, else a date of
 *   last change that is old enough to be strong (RFC 9110, section 13.1.5); or %NULL
 */
char *
thimble_http_dup_strong_validator (SoupMessageHeaders *headers)
{
  const char *etag = thimble_soup.message_headers_get_one (headers, "ETag");
  const char *last_modified = thimble_soup.message_headers_get_one (headers, "Last-Modified");
  const char *date = thimble_soup.message_headers_get_one (headers, "Date");
  g_autoptr(GDateTime) changed = NULL;
  g_autoptr(GDateTime) sent = NULL;

  if (etag != NULL)
    return etag[0] == '"' ? g_strdup (etag) : NULL;
  if (last_modified == NULL || date == NULL)
    return NULL;
  changed = thimble_soup.date_time_new_from_http_string (last_modified);
  sent = thimble_soup.date_time_new_from_http_string (date);
  if (changed == NULL || sent == NULL
      || g_date_time_difference (sent, changed) < MIN_AGE_S * G_TIME_SPAN_SECOND)
    return NULL;
  return g_strdup (last_modified);
}

/**
 * thimble_http_get_encoding:
 *
 * Returns: (nullable): the content coding that was applied although none was asked for
 */
const char *
thimble_http_get_encoding (SoupMessageHeaders *headers)
{
  const char *encoding = thimble_soup.message_headers_get_list (headers, "Content-Encoding");

  return encoding == NULL || encoding[0] == '\0' || g_ascii_strcasecmp (encoding, "identity") == 0
           ? NULL
           : encoding;
}
