/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log of a folder of downloads. A line is written with one call and ends with a line end, so
 * that one that was cut short is known and passed over; the last line of a link counts. A line is:
 *
 *   key TAB bytes TAB mtime in ns TAB name TAB etag TAB last-modified TAB url
 *
 * with C escapes in the last four, the key being the first 32 digits of the URL's SHA-256. The URL
 * itself is for people. */

#include "thimble-download-log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define N_FIELDS 7
#define KEY_LENGTH 32
/* What people are shown of a URL; data: links can be of any length. */
#define MAX_SHOWN_URL 2048
/* Lines that say nothing any more, before the log is written anew. */
#define MAX_STALE_LINES 10000

struct _ThimbleDownloadLog
{
  GHashTable *entries; /* key: ThimbleDownloadEntry; both owned */
  GHashTable *names;   /* of the entries; not owned */
  char *path;          /* owned */
  int fd;
};

void
thimble_download_entry_free (ThimbleDownloadEntry *self)
{
  g_free (self->name);
  g_free (self->etag);
  g_free (self->last_modified);
  g_free (self);
}

ThimbleDownloadEntry *
thimble_download_entry_copy (const ThimbleDownloadEntry *self)
{
  ThimbleDownloadEntry *copy = g_new (ThimbleDownloadEntry, 1);

  *copy = *self;
  copy->name = g_strdup (self->name);
  copy->etag = g_strdup (self->etag);
  copy->last_modified = g_strdup (self->last_modified);
  return copy;
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

static char *
read_field (const char *text)
{
  return text[0] != '\0' ? g_strcompress (text) : NULL;
}

/* Takes the entry; the last one of a key counts. */
static void
insert (ThimbleDownloadLog *self, const char *key, ThimbleDownloadEntry *entry)
{
  const ThimbleDownloadEntry *former = g_hash_table_lookup (self->entries, key);

  if (former != NULL)
    g_hash_table_remove (self->names, former->name);
  g_hash_table_insert (self->entries, g_strdup (key), entry);
  g_hash_table_add (self->names, entry->name);
}

static gboolean
read_line (ThimbleDownloadLog *self, const char *line)
{
  g_auto(GStrv) fields = g_strsplit (line, "\t", N_FIELDS + 1);
  g_autofree char *name = NULL;
  ThimbleDownloadEntry *entry;
  gint64 n_bytes;
  gint64 mtime_ns;

  if (g_strv_length (fields) != N_FIELDS || strlen (fields[0]) != KEY_LENGTH
      || !g_ascii_string_to_signed (fields[1], 10, 0, G_MAXINT64, &n_bytes, NULL)
      || !g_ascii_string_to_signed (fields[2], 10, G_MININT64, G_MAXINT64, &mtime_ns, NULL))
    return FALSE;
  name = read_field (fields[3]);
  if (name == NULL || name[0] == '.' || strchr (name, '/') != NULL)
    return FALSE;
  entry = g_new (ThimbleDownloadEntry, 1);
  *entry = (ThimbleDownloadEntry) { g_steal_pointer (&name), n_bytes, mtime_ns,
                                    read_field (fields[4]), read_field (fields[5]) };
  insert (self, fields[0], entry);
  return TRUE;
}

/* Returns how many lines there were; a last one without its end does not count, nor is it read. */
static guint
read_lines (ThimbleDownloadLog *self, char *text)
{
  guint n_lines = 0;
  char *end;

  for (; (end = strchr (text, '\n')) != NULL; text = end + 1)
    {
      *end = '\0';
      read_line (self, text);
      n_lines++;
    }
  return n_lines;
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

/* Without the lines that say nothing any more; the URLs, which nothing reads, go too. */
static void
write_anew (ThimbleDownloadLog *self)
{
  g_autoptr(GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer key;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, &entry))
    append_line (text, key, entry, "");
  g_file_set_contents (self->path, text->str, text->len, NULL);
}

static gboolean
set_error (ThimbleDownloadLog *self, GError **error)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "“%s” cannot be written: %s.",
               self->path, g_strerror (saved));
  return FALSE;
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
  ThimbleDownloadLog *self = g_new0 (ThimbleDownloadLog, 1);
  g_autofree char *text = NULL;
  gsize n_bytes = 0;
  guint n_lines = 0;

  self->path = g_strdup (path);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) thimble_download_entry_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  if (g_file_get_contents (path, &text, &n_bytes, NULL))
    n_lines = read_lines (self, text);
  if (n_lines > g_hash_table_size (self->entries) + MAX_STALE_LINES)
    write_anew (self);

  self->fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  /* A line that was cut short must not become one with the next. */
  if (self->fd < 0
      || (n_bytes > 0 && text[n_bytes - 1] != '\n' && !write_text (self->fd, "\n", 1)))
    {
      set_error (self, error);
      thimble_download_log_close (self);
      return NULL;
    }
  return self;
}

void
thimble_download_log_close (ThimbleDownloadLog *self)
{
  if (self->fd >= 0)
    {
      fdatasync (self->fd);
      close (self->fd);
    }
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->entries);
  g_free (self->path);
  g_free (self);
}

/**
 * thimble_download_log_lookup:
 * @key: of [func@download_log_make_key]
 *
 * Returns: (transfer none) (nullable): what is known of the link, until it is added again
 */
const ThimbleDownloadEntry *
thimble_download_log_lookup (ThimbleDownloadLog *self, const char *key)
{
  return g_hash_table_lookup (self->entries, key);
}

/**
 * thimble_download_log_has_name:
 *
 * Returns: whether some link's file has this name
 */
gboolean
thimble_download_log_has_name (ThimbleDownloadLog *self, const char *name)
{
  return g_hash_table_contains (self->names, name);
}

/**
 * thimble_download_log_add:
 * @key: of [func@download_log_make_key] for @url
 * @entry: (transfer full): what counts for @url from now on
 *
 * Returns: whether it is written; @error is %G_IO_ERROR
 */
gboolean
thimble_download_log_add (ThimbleDownloadLog *self,
                          const char *key,
                          const char *url,
                          ThimbleDownloadEntry *entry,
                          GError **error)
{
  g_autoptr(GString) line = g_string_new (NULL);

  append_line (line, key, entry, url);
  insert (self, key, entry);
  return write_text (self->fd, line->str, line->len) || set_error (self, error);
}
