/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleLinkSyntax:
 * @THIMBLE_LINK_SYNTAX_TEXT: links anywhere in words
 * @THIMBLE_LINK_SYNTAX_MARKDOWN: CommonMark
 * @THIMBLE_LINK_SYNTAX_JSON: strings of JSON
 *
 * How a text has its links.
 */
typedef enum
{
  THIMBLE_LINK_SYNTAX_TEXT,
  THIMBLE_LINK_SYNTAX_MARKDOWN,
  THIMBLE_LINK_SYNTAX_JSON,
} ThimbleLinkSyntax;

GPtrArray *thimble_link_list_find (const char *text, gsize n_bytes, ThimbleLinkSyntax syntax);

G_END_DECLS
