/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links in what people paste or drop: words, tables, Markdown, JSON. */

#include "thimble-pasted-links.h"

#include "thimble-link-list.h"
#include "thimble-source.h"

#include <string.h>

/**
 * thimble_pasted_links_find:
 * @text: UTF-8
 *
 * Finds the links in a text, wherever they stand in it; fast enough to be called as somebody types.
 * Only http, https and data links are found; each is given once.
 *
 * Returns: (transfer full) (element-type ThimbleSource): a source of kind %THIMBLE_SOURCE_URL for
 *   each link, in their order
 */
GPtrArray *
thimble_pasted_links_find (const char *text)
{
  gsize n_bytes = strlen (text);
  gsize n_space = strspn (text, " \t\r\n");
  gboolean is_json = text[n_space] == '{' || text[n_space] == '[';
  g_autoptr(GPtrArray) links = thimble_link_list_find (
    text, n_bytes, is_json ? THIMBLE_LINK_SYNTAX_JSON : THIMBLE_LINK_SYNTAX_TEXT);
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);

  for (guint i = 0; i < links->len; i++)
    g_ptr_array_add (sources, thimble_source_new (THIMBLE_SOURCE_URL, links->pdata[i]));
  return sources;
}
