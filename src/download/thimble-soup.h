/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* libsoup, which is loaded with the first downloader and not with the program: it brings a dozen
 * libraries along, Kerberos among them, and most runs have no links. What is called of it is called
 * through a table: thimble_soup.session_abort () is soup_session_abort (). */

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define THIMBLE_SOUP_FUNCTIONS(FUNCTION)                                                           \
  FUNCTION (content_decoder_get_type)                                                              \
  FUNCTION (date_time_new_from_http_string)                                                        \
  FUNCTION (message_add_flags)                                                                     \
  FUNCTION (message_get_http_version)                                                              \
  FUNCTION (message_get_remote_address)                                                            \
  FUNCTION (message_get_request_headers)                                                           \
  FUNCTION (message_get_response_headers)                                                          \
  FUNCTION (message_get_status)                                                                    \
  FUNCTION (message_get_tls_peer_certificate_errors)                                               \
  FUNCTION (message_headers_get_content_length)                                                    \
  FUNCTION (message_headers_get_encoding)                                                          \
  FUNCTION (message_headers_get_list)                                                              \
  FUNCTION (message_headers_get_one)                                                               \
  FUNCTION (message_headers_replace)                                                               \
  FUNCTION (message_headers_set_range)                                                             \
  FUNCTION (message_new_from_uri)                                                                  \
  FUNCTION (session_abort)                                                                         \
  FUNCTION (session_error_quark)                                                                   \
  FUNCTION (session_new_with_options)                                                              \
  FUNCTION (session_remove_feature_by_type)                                                        \
  FUNCTION (session_send_async)                                                                    \
  FUNCTION (session_send_finish)                                                                   \
  FUNCTION (session_set_tls_database)                                                              \
  FUNCTION (status_get_phrase)                                                                     \
  FUNCTION (uri_decode_data_uri)

#define THIMBLE_SOUP_MEMBER(name) __typeof__ (soup_##name) *name;

/* Nothing but pointers to functions. */
typedef struct
{
  THIMBLE_SOUP_FUNCTIONS (THIMBLE_SOUP_MEMBER)
} ThimbleSoup;

#undef THIMBLE_SOUP_MEMBER

extern ThimbleSoup thimble_soup;

gboolean thimble_soup_load (GError **error);

G_END_DECLS
