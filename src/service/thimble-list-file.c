/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists of sources: a path or URL a line, or CSV (RFC 4180) with a header that names "url" or
 * "path", and if wanted "name" and "folder". In other texts, the links are meant. */

#include "thimble-list-file.h"

#include "thimble-engine.h"
#include "thimble-link-list.h"
#include "thimble-source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MAX_LIST_BYTES (256 * 1024 * 1024)

void
thimble_listed_source_clear (ThimbleListedSource *self)
{
  g_free (self->location);
  g_free (self->name);
  g_free (self->folder);
}

/* Reads one CSV field (RFC 4180, section 2) at *at; leaves *at after its separator or line end. */
static char *
read_field (const char **at, const char *end, char separator, gboolean *ends_line)
{
  GString *field = g_string_new (NULL);
  const char *p = *at;
  gboolean is_quoted = p < end && *p == '"';

  if (is_quoted)
    for (p++; p < end; p++)
      {
        if (*p != '"')
          g_string_append_c (field, *p);
        else if (p + 1 < end && p[1] == '"')
          g_string_append_c (field, *p++);
        else
          {
            p++;
            break;
          }
      }
  for (; p < end && *p != separator && *p != '\n'; p++)
    if (*p != '\r')
      g_string_append_c (field, *p);

  *ends_line = p >= end || *p == '\n';
  *at = p < end ? p + 1 : end;
  return g_string_free (field, FALSE);
}

static GPtrArray *
read_row (const char **at, const char *end, char separator)
{
  GPtrArray *row = g_ptr_array_new_with_free_func (g_free);
  gboolean ends_line = FALSE;

  while (!ends_line)
    g_ptr_array_add (row, read_field (at, end, separator, &ends_line));
  return row;
}

static int
find_column (GPtrArray *header, const char *name)
{
  for (guint i = 0; i < header->len; i++)
    {
      g_autofree char *title = g_strdup (header->pdata[i]);
      if (g_ascii_strcasecmp (g_strstrip (title), name) == 0)
        return i;
    }
  return -1;
}

static char *
dup_cell (GPtrArray *row, int column)
{
  g_autofree char *cell = NULL;

  if (column < 0 || (guint) column >= row->len)
    return NULL;
  cell = g_strdup (row->pdata[column]);
  g_strstrip (cell);
  return cell[0] != '\0' ? g_steal_pointer (&cell) : NULL;
}

static void
append (GArray *sources, char *location, char *name, char *folder)
{
  ThimbleListedSource source = { location, name, folder };

  g_array_append_val (sources, source);
}

static void
parse_csv (GArray *sources,
           const char *at,
           const char *end,
           char separator,
           GPtrArray *header,
           int location)
{
  int name = find_column (header, "name");
  int folder = find_column (header, "folder");

  while (at < end)
    {
      g_autoptr(GPtrArray) row = read_row (&at, end, separator);
      char *cell = dup_cell (row, location);

      if (cell != NULL)
        append (sources, cell, dup_cell (row, name), dup_cell (row, folder));
    }
}

static void
append_links (GArray *sources, const char *text, gsize n_bytes, ThimbleLinkSyntax syntax)
{
  g_autoptr(GPtrArray) links = thimble_link_list_find (text, n_bytes, syntax);

  for (guint i = 0; i < links->len; i++)
    append (sources, g_strdup (links->pdata[i]), NULL, NULL);
}

/* A link may stand among words; a path is all of a line, spaces included. */
static void
append_line (GArray *sources, const char *line, gsize n)
{
  g_autofree char *text = g_strndup (line, n);
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  gboolean is_url = thimble_source_is_url (stripped);

  if (is_url && strpbrk (stripped, " \t") == NULL)
    append (sources, g_steal_pointer (&stripped), NULL, NULL);
  else if (is_url || strstr (text, "http://") != NULL || strstr (text, "https://") != NULL)
    append_links (sources, text, n, THIMBLE_LINK_SYNTAX_TEXT);
  else if (stripped[0] != '\0')
    append (sources, g_steal_pointer (&text), NULL, NULL);
}

static void
parse_lines (GArray *sources, const char *at, const char *end)
{
  while (at < end)
    {
      const char *line_end = memchr (at, '\n', end - at);
      gsize n = (line_end != NULL ? line_end : end) - at;

      if (n > 0 && at[n - 1] == '\r')
        n--;
      if (n > 0)
        append_line (sources, at, n);
      at = line_end != NULL ? line_end + 1 : end;
    }
}

/* A table, if the first line names a column of links or paths: separated by commas, or as spreadsheets
 * copy and write them. Returns whether it is one. */
static gboolean
parse_table (GArray *sources, const char *text, const char *end)
{
  for (const char *separator = ",\t;"; *separator != '\0'; separator++)
    {
      const char *at = text;
      g_autoptr(GPtrArray) header = read_row (&at, end, *separator);
      int location = find_column (header, "url");

      if (location < 0)
        location = find_column (header, "path");
      if (location < 0)
        continue;
      parse_csv (sources, at, end, *separator, header, location);
      return TRUE;
    }
  return FALSE;
}

/**
 * thimble_list_file_guess_kind:
 *
 * Returns: what a list of this name is
 */
ThimbleListKind
thimble_list_file_guess_kind (const char *path)
{
  static const struct
  {
    const char *extension;
    ThimbleListKind kind;
  } kinds[] = { { "md", THIMBLE_LIST_MARKDOWN }, { "markdown", THIMBLE_LIST_MARKDOWN },
                { "json", THIMBLE_LIST_JSON },   { "html", THIMBLE_LIST_PAGE },
                { "htm", THIMBLE_LIST_PAGE },    { "xhtml", THIMBLE_LIST_PAGE } };
  const char *dot = strrchr (path, '.');

  for (guint i = 0; dot != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (dot + 1, kinds[i].extension) == 0)
      return kinds[i].kind;
  return THIMBLE_LIST_LINES;
}

/**
 * thimble_list_file_parse:
 * @text: need not be UTF-8: paths are bytes
 *
 * Returns: (transfer full) (element-type ThimbleListedSource): the sources in their order, or %NULL
 *   with @error set in %THIMBLE_SERVICE_ERROR
 */
GArray *
thimble_list_file_parse (const char *text, gsize n_bytes, ThimbleListKind kind, GError **error)
{
  g_autoptr(GArray) sources = g_array_new (FALSE, FALSE, sizeof (ThimbleListedSource));
  const char *end = text + n_bytes;

  g_array_set_clear_func (sources, (GDestroyNotify) thimble_listed_source_clear);
  if (n_bytes >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3;
  if (memchr (text, '\0', end - text) != NULL)
    {
      g_set_error_literal (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_SOURCE,
                           "is not a list: it is not text.");
      return NULL;
    }

  if (kind != THIMBLE_LIST_LINES)
    {
      append_links (sources, text, end - text,
                    kind == THIMBLE_LIST_JSON ? THIMBLE_LINK_SYNTAX_JSON
                                              : THIMBLE_LINK_SYNTAX_MARKDOWN);
      return g_steal_pointer (&sources);
    }
  if (!parse_table (sources, text, end))
    parse_lines (sources, text, end);
  return g_steal_pointer (&sources);
}

/* Returns whether there is something to read, or the end, before the user has had enough. */
static gboolean
wait_for_standard_input (GCancellable *cancellable)
{
  GPollFD fds[2] = { { .fd = STDIN_FILENO, .events = G_IO_IN } };
  guint n_fds = g_cancellable_make_pollfd (cancellable, &fds[1]) ? 2 : 1;

  while (g_poll (fds, n_fds, -1) < 0 && errno == EINTR)
    ;
  if (n_fds > 1)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_is_cancelled (cancellable);
}

static gboolean
read_standard_input (GString *text, GCancellable *cancellable, GError **error)
{
  char piece[65536];
  ssize_t n;

  while (wait_for_standard_input (cancellable)
         && (n = read (STDIN_FILENO, piece, sizeof piece)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot be read: %s.",
                       g_strerror (errno));
          return FALSE;
        }
      if (text->len + n > MAX_LIST_BYTES)
        {
          g_set_error_literal (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_SOURCE,
                               "is longer than 256 MiB. Divide it.");
          return FALSE;
        }
      g_string_append_len (text, piece, n);
    }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/**
 * thimble_list_file_read:
 * @path: a file, or "-" for standard input
 * @cancellable: (nullable): ends the waiting for standard input
 *
 * Blocks.
 *
 * Returns: as [func@list_file_parse]
 */
GArray *
thimble_list_file_read (const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *contents = NULL;
  gsize n_bytes;

  if (g_str_equal (path, "-"))
    {
      g_autoptr(GString) text = g_string_new (NULL);
      if (!read_standard_input (text, cancellable, error))
        return NULL;
      return thimble_list_file_parse (text->str, text->len, THIMBLE_LIST_LINES, error);
    }
  if (!g_file_get_contents (path, &contents, &n_bytes, error))
    return NULL;
  return thimble_list_file_parse (contents, n_bytes, thimble_list_file_guess_kind (path), error);
}
