/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links in what people paste or drop: words, tables, Markdown, JSON. */

#include "thimble-pasted-links.h"

#include "thimble-link-list.h"
#include "thimble-list-file.h"
#include "thimble-source.h"

#include <string.h>

static gboolean
is_json (const char *text)
{
  gsize n_space = strspn (text, " \t\r\n");

  return text[n_space] == '{' || text[n_space] == '[';
}

/* Whether a line is the head of a table that has a column of links (CLI.md's lists). */
static gboolean
is_header (const char *line, gsize n)
{
  g_autofree char *copy = g_ascii_strdown (line, (gssize) n);
  g_auto(GStrv) columns = g_strsplit_set (copy, ",;\t", -1);

  for (guint i = 0; columns[i] != NULL; i++)
    if (g_str_equal (g_strstrip (g_strdelimit (columns[i], "\"", ' ')), "url"))
      return TRUE;
  return FALSE;
}

/* The rows of a table that are links, with the names and folders they have there. */
static void
add_table (GPtrArray *sources, const char *text)
{
  g_autoptr(GArray) rows
    = thimble_list_file_parse (text, strlen (text), THIMBLE_LIST_LINES, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const ThimbleListedSource *row = &g_array_index (rows, ThimbleListedSource, i);

      if (thimble_source_is_url (row->location))
        g_ptr_array_add (sources,
                         thimble_source_new_for_link (row->location, row->name, row->folder));
    }
}

/**
 * thimble_pasted_links_find:
 * @text: UTF-8
 *
 * Finds the links in a text, wherever they stand in it. Only http, https and data links are found;
 * each is given once, but for a table, each of whose rows may give it another name. Any thread: a long
 * text takes a moment.
 *
 * Returns: (transfer full) (element-type ThimbleSource): a source of kind %THIMBLE_SOURCE_URL for
 *   each link, in their order
 */
GPtrArray *
thimble_pasted_links_find (const char *text)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  g_autoptr(GPtrArray) links = NULL;

  if (is_header (text, strcspn (text, "\n")))
    {
      add_table (sources, text);
      return sources;
    }
  links = thimble_link_list_find (
    text, strlen (text), is_json (text) ? THIMBLE_LINK_SYNTAX_JSON : THIMBLE_LINK_SYNTAX_TEXT);
  for (guint i = 0; i < links->len; i++)
    g_ptr_array_add (sources, thimble_source_new (THIMBLE_SOURCE_URL, links->pdata[i]));
  return sources;
}

static ThimbleNoLink
find_why (const char *line, gsize n)
{
  static GRegex *address; /* a host of several labels, as RFC 1123 has them, and perhaps a path */

  if (g_strstr_len (line, (gssize) n, "://") != NULL)
    return THIMBLE_NO_LINK_SCHEME_UNKNOWN;
  if (g_once_init_enter (&address))
    g_once_init_leave (&address,
                       g_regex_new ("^[a-z0-9-]+(\\.[a-z0-9-]+)*\\.[a-z]{2,}(:[0-9]+)?/\\S+$"
                                    "|^www\\.\\S+$",
                                    G_REGEX_CASELESS | G_REGEX_OPTIMIZE | G_REGEX_RAW, 0, NULL));
  return g_regex_match_full (address, line, (gssize) n, 0, 0, NULL, NULL)
           ? THIMBLE_NO_LINK_SCHEME_MISSING
           : THIMBLE_NO_LINK_IN_IT;
}

/**
 * thimble_pasted_links_check:
 * @text: UTF-8
 *
 * Looks at each line by itself. Empty lines are fine, and so are JSON, in which lines mean nothing,
 * and the head of a table.
 *
 * Returns: (transfer full) (element-type ThimbleLineWithout): the lines without a link, in their
 *   order
 */
GArray *
thimble_pasted_links_check (const char *text)
{
  GArray *without = g_array_new (FALSE, FALSE, sizeof (ThimbleLineWithout));
  const char *next;
  guint number = 0;

  if (is_json (text))
    return without;
  for (const char *line = text; line != NULL; line = next, number++)
    {
      const char *end = strchr (line, '\n');
      gsize n = end != NULL ? (gsize) (end - line) : strlen (line);
      gsize n_space;
      g_autoptr(GPtrArray) links = NULL;

      next = end != NULL ? end + 1 : NULL;
      while (n > 0 && g_ascii_isspace (line[n - 1]))
        n--;
      n_space = strspn (line, " \t\r");
      if (n_space >= n || (number == 0 && is_header (line, n)))
        continue;
      links = thimble_link_list_find (line, n, THIMBLE_LINK_SYNTAX_TEXT);
      if (links->len == 0)
        {
          ThimbleLineWithout row = { number, find_why (line + n_space, n - n_space) };

          g_array_append_val (without, row);
        }
    }
  return without;
}

void
thimble_pasted_links_free (ThimblePastedLinks *self)
{
  g_ptr_array_unref (self->links);
  g_array_unref (self->without);
  g_free (self);
}

/**
 * thimble_pasted_links_look:
 * @text: UTF-8
 *
 * Any thread: a long text takes a moment.
 *
 * Returns: (transfer full): what it has
 */
ThimblePastedLinks *
thimble_pasted_links_look (const char *text)
{
  ThimblePastedLinks *self = g_new (ThimblePastedLinks, 1);

  self->links = thimble_pasted_links_find (text);
  self->without = thimble_pasted_links_check (text);
  return self;
}

static void
look_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, thimble_pasted_links_look (task_data),
                         (GDestroyNotify) thimble_pasted_links_free);
}

/**
 * thimble_pasted_links_look_async:
 * @text: UTF-8; copied
 * @cancellable: (nullable): for who wants the answer no more
 *
 * As [func@pasted_links_look], on a thread.
 */
void
thimble_pasted_links_look_async (const char *text,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, thimble_pasted_links_look_async);
  g_task_set_task_data (task, g_strdup (text), g_free);
  g_task_run_in_thread (task, look_thread);
}

/**
 * thimble_pasted_links_look_finish:
 *
 * Returns: (transfer full) (nullable): what the text has, or %NULL with %G_IO_ERROR_CANCELLED
 */
ThimblePastedLinks *
thimble_pasted_links_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
