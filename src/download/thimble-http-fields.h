/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-soup.h"

G_BEGIN_DECLS

/**
 * ThimbleContentLength:
 * @THIMBLE_CONTENT_LENGTH_UNKNOWN: the server did not say
 * @THIMBLE_CONTENT_LENGTH_KNOWN: it did
 * @THIMBLE_CONTENT_LENGTH_INVALID: it said two that differ, or no number
 */
typedef enum
{
  THIMBLE_CONTENT_LENGTH_UNKNOWN,
  THIMBLE_CONTENT_LENGTH_KNOWN,
  THIMBLE_CONTENT_LENGTH_INVALID,
} ThimbleContentLength;

ThimbleContentLength thimble_http_read_length (SoupMessageHeaders *headers, guint64 *n_bytes);
gboolean thimble_http_read_content_range (SoupMessageHeaders *headers,
                                          guint64 *first,
                                          guint64 *n_bytes_in_all);
gint64 thimble_http_read_retry_after_ms (SoupMessageHeaders *headers);
char *thimble_http_dup_strong_validator (SoupMessageHeaders *headers);
const char *thimble_http_get_encoding (SoupMessageHeaders *headers);

G_END_DECLS
