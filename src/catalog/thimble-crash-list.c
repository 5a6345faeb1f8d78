/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small text file, "crashes", replaced as a whole when something is added, which is rare. Its
 * first line names the version of Thimble that wrote it: another one tries everything again. Each
 * line that follows has a source's size, mtime and inode, the source, and what was said of it, the
 * last two as in a URI, so that any name fits. A line that makes no sense is passed over, and two
 * runs that add at once lose a line at worst: the source is then tried once more. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-crash-list.h"

#include <string.h>

#define HEADER "thimble-crashes " VERSION "\n"
#define MAX_BYTES (4 * 1024 * 1024)

typedef struct
{
  ThimbleStamp stamp;
  char *message; /* owned */
} Crash;

struct _ThimbleCrashList
{
  char *path;          /* owned */
  GMutex lock;
  GHashTable *crashes; /* source to Crash, both owned */
};

static void
crash_free (gpointer data)
{
  Crash *crash = data;

  g_free (crash->message);
  g_free (crash);
}

static void
insert (ThimbleCrashList *self, const char *source, const ThimbleStamp *stamp, const char *message)
{
  Crash *crash = g_new (Crash, 1);

  crash->stamp = *stamp;
  crash->message = g_strdup (message);
  g_hash_table_insert (self->crashes, g_strdup (source), crash);
}

static void
read_line (ThimbleCrashList *self, const char *line)
{
  g_auto(GStrv) words = g_strsplit (line, " ", 5);
  g_autofree char *source = NULL;
  g_autofree char *message = NULL;
  ThimbleStamp stamp;

  if (g_strv_length (words) != 5
      || !g_ascii_string_to_signed (words[0], 10, 0, G_MAXINT64, &stamp.size, NULL)
      || !g_ascii_string_to_signed (words[1], 10, G_MININT64, G_MAXINT64, &stamp.mtime_ns, NULL)
      || !g_ascii_string_to_unsigned (words[2], 10, 0, G_MAXUINT64, &stamp.inode, NULL))
    return;
  source = g_uri_unescape_string (words[3], NULL);
  message = g_uri_unescape_string (words[4], NULL);
  if (source != NULL && message != NULL && g_utf8_validate (message, -1, NULL))
    insert (self, source, &stamp, message);
}

static void
read_all (ThimbleCrashList *self)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  gsize n_bytes;

  if (!g_file_get_contents (self->path, &text, &n_bytes, NULL) || n_bytes > MAX_BYTES
      || !g_str_has_prefix (text, HEADER))
    return;
  lines = g_strsplit (text + strlen (HEADER), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (self, lines[i]);
}

/**
 * thimble_crash_list_open:
 * @folder: (type filename): the catalog's
 *
 * Reads the list; one that is not there, or can't be read, is empty. Blocks.
 *
 * Returns: (transfer full): the list
 */
ThimbleCrashList *
thimble_crash_list_open (const char *folder)
{
  ThimbleCrashList *self;

  g_return_val_if_fail (folder != NULL, NULL);

  self = g_new0 (ThimbleCrashList, 1);
  self->path = g_build_filename (folder, "crashes", NULL);
  g_mutex_init (&self->lock);
  self->crashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, crash_free);
  read_all (self);
  return self;
}

void
thimble_crash_list_free (ThimbleCrashList *self)
{
  g_hash_table_unref (self->crashes);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self);
}

static gboolean
is_same (const ThimbleStamp *a, const ThimbleStamp *b)
{
  return a->size == b->size && a->mtime_ns == b->mtime_ns && a->inode == b->inode;
}

/**
 * thimble_crash_list_lookup:
 * @source: (type filename): as in the catalog
 * @stamp: of the source as it is now
 *
 * Returns: (transfer full) (nullable): what was said of it, or %NULL if it is not listed or has
 *   changed since
 */
char *
thimble_crash_list_lookup (ThimbleCrashList *self, const char *source, const ThimbleStamp *stamp)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;
  const Crash *crash;

  g_return_val_if_fail (source != NULL && stamp != NULL, NULL);

  locker = g_mutex_locker_new (&self->lock);
  crash = g_hash_table_lookup (self->crashes, source);
  return crash != NULL && is_same (&crash->stamp, stamp) ? g_strdup (crash->message) : NULL;
}

static char *
write_text_locked (ThimbleCrashList *self)
{
  GString *text = g_string_new (HEADER);
  GHashTableIter iter;
  gpointer source;
  gpointer value;

  g_hash_table_iter_init (&iter, self->crashes);
  while (g_hash_table_iter_next (&iter, &source, &value))
    {
      const Crash *crash = value;
      g_autofree char *name = g_uri_escape_string (source, NULL, FALSE);
      g_autofree char *message = g_uri_escape_string (crash->message, NULL, TRUE);

      g_string_append_printf (text,
                              "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT
                              " %s %s\n",
                              crash->stamp.size, crash->stamp.mtime_ns, crash->stamp.inode, name,
                              message);
    }
  return g_string_free (text, FALSE);
}

/**
 * thimble_crash_list_add:
 * @source: (type filename): as in the catalog
 * @stamp: of the source when it was read
 * @message: what is said of it, a predicate
 *
 * Remembers a source, and writes the list. Blocks.
 *
 * Returns: whether it is written; if not, it is remembered for as long as the list is open, and
 *   @error is set in %G_FILE_ERROR
 */
gboolean
thimble_crash_list_add (ThimbleCrashList *self,
                        const char *source,
                        const ThimbleStamp *stamp,
                        const char *message,
                        GError **error)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (source != NULL && stamp != NULL && message != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  insert (self, source, stamp, message);
  text = write_text_locked (self);
  return g_file_set_contents (self->path, text, -1, error);
}

/**
 * thimble_crash_list_remove:
 * @source: (type filename): one that was read well
 *
 * Forgets a source; the file forgets it when it is written next. Where it was made by force and has
 * not changed, that matters little: it is up to date then, and not tried.
 */
void
thimble_crash_list_remove (ThimbleCrashList *self, const char *source)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_if_fail (source != NULL);

  locker = g_mutex_locker_new (&self->lock);
  g_hash_table_remove (self->crashes, source);
}
