/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log of a folder of downloads. A line is written with one call and ends with a line end, so
 * that one that was cut short is known and passed over; the last line of a link counts. A line is:
 *
 *   key TAB bytes TAB mtime in ns TAB name TAB etag TAB last-modified TAB url
 *
 * with C escapes in the last four, the key being the first 32 digits of the URL's SHA-256. The URL
 * itself is for people.
 *
 * Of a hundred thousand links most are asked for once: what the lines say stays in the file, and is
 * read from there when it is needed. */

#include "thimble-download-log.h"

#include "thimble-content-hash.h"
#include "thimble-line-table.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define N_FIELDS 7
#define KEY_LENGTH 32
/* Digits of a key, which is a hash already, that are its hash here. */
#define HASH_LENGTH 16
/* What people are shown of a URL; data: links can be of any length. */
#define MAX_SHOWN_URL 2048
/* Lines that say nothing any more, before the log is written anew. */
#define MAX_STALE_LINES 10000
/* Bytes read at once: one line when it is needed, or many from the start to the end. */
#define LINE_PIECE 1024
#define FILE_PIECE 65536

struct _ThimbleDownloadLog
{
  ThimbleLineTable *lines; /* owned: by keys, the lines that count */
  ThimbleLineTable *names; /* owned: by names, the last lines that say them */
  char *path;              /* owned */
  int fd;
  goffset end; /* of the last line */
};

/* A line in parts, still escaped: in place, the tabs being string ends now. */
typedef struct
{
  char *fields[N_FIELDS];
  gint64 n_bytes;
  gint64 mtime_ns;
} Line;

typedef void (*LineFunc) (ThimbleDownloadLog *self, char *text, goffset offset, gpointer user_data);

void
thimble_download_entry_free (ThimbleDownloadEntry *self)
{
  g_free (self->name);
  g_free (self->etag);
  g_free (self->last_modified);
  g_free (self);
}

/**
 * thimble_download_log_make_key:
 *
 * Returns: (transfer full): what a link is known by
 */
char *
thimble_download_log_make_key (const char *url)
{
  char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);

  key[KEY_LENGTH] = '\0';
  return key;
}

static guint64
hash_key (const char *key)
{
  char digits[HASH_LENGTH + 1];

  g_strlcpy (digits, key, sizeof digits);
  return g_ascii_strtoull (digits, NULL, 16);
}

static guint64
hash_name (const char *name)
{
  char digits[33];

  thimble_content_hash_bytes ((const guint8 *) name, strlen (name), digits);
  return hash_key (digits);
}

/* --- lines ------------------------------------------------------------------------------------ */

static char *
read_field (const char *text)
{
  return text[0] != '\0' ? g_strcompress (text) : NULL;
}

/* Returns whether it makes sense. */
static gboolean
divide (char *text, Line *line)
{
  for (guint i = 0; i < N_FIELDS; i++)
    {
      char *tab = strchr (text, '\t');

      line->fields[i] = text;
      if ((tab == NULL) != (i == N_FIELDS - 1))
        return FALSE;
      if (tab == NULL)
        break;
      *tab = '\0';
      text = tab + 1;
    }
  return strlen (line->fields[0]) == KEY_LENGTH
         && g_ascii_string_to_signed (line->fields[1], 10, 0, G_MAXINT64, &line->n_bytes, NULL)
         && g_ascii_string_to_signed (line->fields[2], 10, G_MININT64, G_MAXINT64, &line->mtime_ns,
                                      NULL);
}

/* Returns (transfer full): the file's name, or %NULL where it is none. */
static char *
dup_name (const Line *line)
{
  g_autofree char *name = read_field (line->fields[3]);

  return name != NULL && name[0] != '.' && strchr (name, '/') == NULL ? g_steal_pointer (&name)
                                                                      : NULL;
}

/* Returns (transfer full): the line at @offset without its end, or %NULL where it can't be read. */
static char *
read_line (ThimbleDownloadLog *self, goffset offset)
{
  g_autoptr(GString) text = g_string_new (NULL);
  const char *end = NULL;

  while (end == NULL)
    {
      char piece[LINE_PIECE];
      ssize_t n = pread (self->fd, piece, sizeof piece, offset + text->len);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return NULL;
      end = memchr (piece, '\n', n);
      g_string_append_len (text, piece, end != NULL ? end - piece : n);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns (transfer full): the name that the line at @offset says, its parts being in @line, which
 * lie in @text; %NULL where it makes no sense. */
static char *
read_name (ThimbleDownloadLog *self, goffset offset, char **text, Line *line)
{
  *text = offset >= 0 ? read_line (self, offset) : NULL;
  return *text != NULL && divide (*text, line) ? dup_name (line) : NULL;
}

/* --- which line counts ------------------------------------------------------------------------ */

typedef struct
{
  ThimbleDownloadLog *log;
  const char *text; /* a key, or a name */
} Wanted;

/* A #ThimbleLineFunc. */
static gboolean
has_key (goffset offset, gpointer user_data)
{
  const Wanted *wanted = user_data;
  g_autofree char *text = read_line (wanted->log, offset);

  return text != NULL && strncmp (text, wanted->text, KEY_LENGTH) == 0;
}

/* A #ThimbleLineFunc. */
static gboolean
says_name (goffset offset, gpointer user_data)
{
  const Wanted *wanted = user_data;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  Line line;

  name = read_name (wanted->log, offset, &text, &line);
  return g_strcmp0 (name, wanted->text) == 0;
}

/* Of the line that counts for a link; -1 where there is none. */
static goffset
find_key (ThimbleDownloadLog *self, const char *key)
{
  Wanted wanted = { self, key };

  return thimble_line_table_find (self->lines, hash_key (key), has_key, &wanted);
}

static void
set_line (ThimbleDownloadLog *self, const char *key, const char *name, goffset offset)
{
  Wanted wanted_key = { self, key };
  Wanted wanted_name = { self, name };

  thimble_line_table_set (self->lines, hash_key (key), offset, has_key, &wanted_key);
  thimble_line_table_set (self->names, hash_name (name), offset, says_name, &wanted_name);
}

/* --- all lines -------------------------------------------------------------------------------- */

/* Calls @func with each line of the file, which may change its text. Returns where the last one
 * ends, behind which is at most one that was cut short; -1 with errno set where it can't be read. */
static goffset
for_each_line (ThimbleDownloadLog *self, LineFunc func, gpointer user_data)
{
  g_autoptr(GString) text = g_string_sized_new (2 * FILE_PIECE);
  g_autofree char *piece = g_malloc (FILE_PIECE);
  goffset at = 0;
  ssize_t n;

  while ((n = pread (self->fd, piece, FILE_PIECE, at + text->len)) != 0)
    {
      char *line;
      char *end;

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      g_string_append_len (text, piece, n);
      for (line = text->str; (end = memchr (line, '\n', text->str + text->len - line)) != NULL;
           line = end + 1)
        {
          *end = '\0';
          func (self, line, at, user_data);
          at += end + 1 - line;
        }
      g_string_erase (text, 0, line - text->str);
    }
  return at;
}

static void
append_line (GString *text, const char *key, const ThimbleDownloadEntry *entry, const char *url)
{
  g_autofree char *name = g_strescape (entry->name, NULL);
  g_autofree char *etag = entry->etag != NULL ? g_strescape (entry->etag, NULL) : g_strdup ("");
  g_autofree char *last_modified
    = entry->last_modified != NULL ? g_strescape (entry->last_modified, NULL) : g_strdup ("");
  g_autofree char *shown = g_strndup (url, MIN (strlen (url), MAX_SHOWN_URL));
  g_autofree char *escaped = g_strescape (shown, NULL);

  g_string_append_printf (text, "%s\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%s\t%s\t%s\t%s\n",
                          key, entry->n_bytes, entry->mtime_ns, name, etag, last_modified,
                          escaped);
}

static gboolean
write_text (int fd, const char *text, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      ssize_t n = write (fd, text, n_bytes);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      text += n;
      n_bytes -= n;
    }
  return TRUE;
}

/* --- the file --------------------------------------------------------------------------------- */

/* A #LineFunc. The last one of a key counts. */
static void
take_line (ThimbleDownloadLog *self, char *text, goffset offset, gpointer user_data)
{
  guint *n_lines = user_data;
  g_autofree char *name = NULL;
  Line line;

  (*n_lines)++;
  name = divide (text, &line) ? dup_name (&line) : NULL;
  if (name == NULL)
    return;
  set_line (self, line.fields[0], name, offset);
}

/* A #LineFunc: those that count. */
static void
copy_line (ThimbleDownloadLog *self, char *text, goffset offset, gpointer user_data)
{
  FILE *copy = user_data;

  if (find_key (self, text) == offset)
    fprintf (copy, "%s\n", text);
}

/* Without the lines that say nothing any more. Where that can't be, the log stays as it is. */
static void
write_anew (ThimbleDownloadLog *self)
{
  g_autofree char *path = g_strconcat (self->path, "~", NULL);
  FILE *copy = g_fopen (path, "we");
  gboolean is_whole;

  if (copy == NULL)
    return;
  is_whole = for_each_line (self, copy_line, copy) == self->end;
  is_whole = is_whole && !ferror (copy) && fflush (copy) == 0 && fdatasync (fileno (copy)) == 0;
  if (fclose (copy) != 0 || !is_whole || g_rename (path, self->path) < 0)
    g_unlink (path);
}

static gboolean
set_error (ThimbleDownloadLog *self, GError **error)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "“%s” cannot be written: %s.",
               self->path, g_strerror (saved));
  return FALSE;
}

/* Opens the file and finds its lines. A line that was cut short must not become one with the next. */
static gboolean
load (ThimbleDownloadLog *self, guint *n_lines)
{
  self->lines = thimble_line_table_new ();
  self->names = thimble_line_table_new ();
  self->fd = open (self->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (self->fd < 0)
    return FALSE;
  *n_lines = 0;
  self->end = for_each_line (self, take_line, n_lines);
  return self->end >= 0 && ftruncate (self->fd, self->end) == 0;
}

static void
unload (ThimbleDownloadLog *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_pointer (&self->names, thimble_line_table_free);
  g_clear_pointer (&self->lines, thimble_line_table_free);
}

/**
 * thimble_download_log_open:
 * @path: a file, made where it is missing; nobody else has it open
 *
 * Returns: (transfer full) (nullable): the log, or %NULL with @error set in %G_IO_ERROR
 */
ThimbleDownloadLog *
thimble_download_log_open (const char *path, GError **error)
{
  g_autoptr(ThimbleDownloadLog) self = g_new0 (ThimbleDownloadLog, 1);
  guint n_lines = 0;
  gboolean is_loaded;

  self->path = g_strdup (path);
  is_loaded = load (self, &n_lines);
  if (is_loaded && n_lines > thimble_line_table_get_n_lines (self->lines) + MAX_STALE_LINES)
    {
      write_anew (self);
      unload (self);
      is_loaded = load (self, &n_lines);
    }
  if (is_loaded)
    return g_steal_pointer (&self);
  set_error (self, error);
  return NULL;
}

void
thimble_download_log_close (ThimbleDownloadLog *self)
{
  if (self->fd >= 0)
    fdatasync (self->fd);
  unload (self);
  g_free (self->path);
  g_free (self);
}

/**
 * thimble_download_log_lookup:
 * @key: of [func@download_log_make_key]
 *
 * Blocks for a moment.
 *
 * Returns: (transfer full) (nullable): what is known of the link
 */
ThimbleDownloadEntry *
thimble_download_log_lookup (ThimbleDownloadLog *self, const char *key)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  ThimbleDownloadEntry *entry;
  Line line;

  name = read_name (self, find_key (self, key), &text, &line);
  if (name == NULL)
    return NULL;
  entry = g_new (ThimbleDownloadEntry, 1);
  *entry = (ThimbleDownloadEntry) { g_steal_pointer (&name), line.n_bytes, line.mtime_ns,
                                    read_field (line.fields[4]), read_field (line.fields[5]) };
  return entry;
}

/**
 * thimble_download_log_has_name:
 *
 * Blocks for a moment.
 *
 * Returns: whether some link's file has this name
 */
gboolean
thimble_download_log_has_name (ThimbleDownloadLog *self, const char *name)
{
  Wanted wanted = { self, name };
  goffset offset
    = thimble_line_table_find (self->names, hash_name (name), says_name, &wanted);
  g_autofree char *text = offset >= 0 ? read_line (self, offset) : NULL;

  return text != NULL && find_key (self, text) == offset;
}

/**
 * thimble_download_log_add:
 * @key: of [func@download_log_make_key] for @url
 * @entry: what counts for @url from now on
 *
 * Returns: whether it is written; @error is %G_IO_ERROR
 */
gboolean
thimble_download_log_add (ThimbleDownloadLog *self,
                          const char *key,
                          const char *url,
                          const ThimbleDownloadEntry *entry,
                          GError **error)
{
  g_autoptr(GString) line = g_string_new (NULL);

  append_line (line, key, entry, url);
  if (!write_text (self->fd, line->str, line->len))
    {
      set_error (self, error);
      /* Half a line must not become one with the next. Where that fails too, so will the next. */
      (void) !ftruncate (self->fd, self->end);
      return FALSE;
    }
  set_line (self, key, entry->name, self->end);
  self->end += line->len;
  return TRUE;
}
