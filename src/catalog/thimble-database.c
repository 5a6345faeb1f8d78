/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading and writing the records of a catalog's file. A file that is damaged is moved aside and
 * begun anew, in whatever call that is noticed: what it said is found out again by looking at the
 * outputs. The schema is in thimble-connection.c. */

#include "thimble-database.h"

#include "thimble-connection.h"
#include "thimble-rows.h"
#include "thimble-slots.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define FILE_NAME "catalog.sqlite"
#define BROKEN_SUFFIX ".broken"
#define PAGE_LENGTH "256"

/* How long others may have to wait for a reading that goes on, and it for what they write. */
#define MAX_READING_US (G_USEC_PER_SEC / 10)
/* Records of its own that a program knows by heart, at 8 to 16 bytes each. */
#define MAX_OWN (1 << 17)

typedef enum
{
  STATEMENT_FIND,
  STATEMENT_FIND_PATH,
  STATEMENT_PAGE,
  STATEMENT_ADD,
  STATEMENT_REMOVE,
  STATEMENT_ANY,
  STATEMENT_VERSION,
  N_STATEMENTS,
} Statement;

static const char *const sql[N_STATEMENTS] = {
  [STATEMENT_FIND] = "SELECT " THIMBLE_ROW_COLUMNS " FROM outputs WHERE source = ? AND plan = ?",
  [STATEMENT_FIND_PATH] = "SELECT " THIMBLE_ROW_COLUMNS " FROM outputs WHERE path = ?",
  [STATEMENT_PAGE] = "SELECT " THIMBLE_ROW_COLUMNS " FROM outputs WHERE (source, plan) > (?, ?) "
                     "ORDER BY source, plan LIMIT " PAGE_LENGTH,
  [STATEMENT_ADD] = "INSERT OR REPLACE INTO outputs (" THIMBLE_ROW_COLUMNS ") "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  [STATEMENT_REMOVE] = "DELETE FROM outputs WHERE path = ?",
  [STATEMENT_ANY] = "SELECT count (*) FROM (SELECT 1 FROM outputs LIMIT 1)",
  [STATEMENT_VERSION] = "PRAGMA data_version",
};

struct _ThimbleDatabase
{
  char *folder;                           /* owned */
  char *path;                             /* owned */
  sqlite3 *connection;                    /* owned; NULL: an empty catalog that is not there */
  sqlite3_stmt *statements[N_STATEMENTS]; /* owned, like the connection */
  ThimbleCatalogMode mode;
  gboolean is_reading;                    /* look-ups share one transaction */
  gint64 reading_since_us;                /* when that was begun, monotonic */
  gboolean is_own;                        /* it was empty, and nobody else has written to it */
  gint64 version;                         /* of the file then; others' writing changes it */
  ThimbleSlots own;                       /* hashes of the sources and plans we wrote, while is_own */
  gboolean was_checked;                   /* damage was reported once, yet the pages were whole */
  gboolean was_rebuilt;                   /* the file was set aside and begun anew */
};

static void
disconnect (ThimbleDatabase *self)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);
  g_clear_pointer (&self->connection, sqlite3_close);
}

/* A schema that lacks what it should have is damage, too. */
static ThimbleConnectResult
prepare_statements (ThimbleDatabase *self, GError **error)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    {
      int code = sqlite3_prepare_v3 (self->connection, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                                     &self->statements[i], NULL);

      if (code == SQLITE_OK)
        continue;
      if (code == SQLITE_ERROR || thimble_connection_is_broken (code))
        return THIMBLE_CONNECT_BROKEN;
      thimble_connection_set_error (error, THIMBLE_CATALOG_ERROR_UNREADABLE, self->path,
                                    self->connection);
      return THIMBLE_CONNECT_FAILED;
    }
  return THIMBLE_CONNECT_OK;
}

static void
set_own (ThimbleDatabase *self, gboolean is_own)
{
  self->is_own = is_own;
  thimble_slots_clear (&self->own);
  thimble_slots_init (&self->own, 1);
}

/* The number that a statement without parameters gives; -1 where it can't be read. */
static gint64
read_number (ThimbleDatabase *self, Statement which)
{
  sqlite3_stmt *statement = self->statements[which];
  gint64 number = sqlite3_step (statement) == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : -1;

  sqlite3_reset (statement);
  return number;
}

static ThimbleConnectResult
connect_file (ThimbleDatabase *self, GError **error)
{
  ThimbleConnectResult result;

  result = thimble_connection_open (self->path, self->mode, &self->connection, error);
  if (result == THIMBLE_CONNECT_OK)
    result = prepare_statements (self, error);
  if (result == THIMBLE_CONNECT_OK)
    {
      self->version = read_number (self, STATEMENT_VERSION);
      set_own (self, self->version >= 0 && read_number (self, STATEMENT_ANY) == 0);
    }
  if (result != THIMBLE_CONNECT_OK)
    disconnect (self);
  return result;
}

/* The journal goes first: left behind, it would be rolled back into the new file. */
static gboolean
move_aside (ThimbleDatabase *self, GError **error)
{
  static const char *const suffixes[] = { "-journal", "-wal", "" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (self->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (self->path, BROKEN_SUFFIX, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        {
          g_set_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE,
                       "The catalog “%s” is damaged and can’t be moved aside: %s.", self->path,
                       g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

/* Whether the file that is there now is damaged; what is reported damaged a second time is. */
static gboolean
is_damaged (ThimbleDatabase *self)
{
  if (!self->was_checked && thimble_connection_is_whole (self->connection))
    self->was_checked = TRUE;
  else
    disconnect (self);
  return self->connection == NULL;
}

/* Under a lock on the folder, as another process may notice the same damage and have a new file
 * already; where folders can't be locked, the later one loses records that adoption finds again.
 * For reading, a damaged catalog is an empty one. */
static gboolean
rebuild (ThimbleDatabase *self, GError **error)
{
  ThimbleConnectResult result;
  int fd;

  disconnect (self);
  if (self->mode == THIMBLE_CATALOG_READ_ONLY)
    return TRUE;

  fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    flock (fd, LOCK_EX);
  result = connect_file (self, error);
  if (result == THIMBLE_CONNECT_OK && is_damaged (self))
    result = THIMBLE_CONNECT_BROKEN;
  if (result == THIMBLE_CONNECT_BROKEN)
    {
      result = move_aside (self, error) ? connect_file (self, error) : THIMBLE_CONNECT_FAILED;
      self->was_checked = FALSE;
      self->was_rebuilt = self->was_rebuilt || result == THIMBLE_CONNECT_OK;
    }
  if (fd >= 0)
    close (fd);
  return result == THIMBLE_CONNECT_OK;
}

static gboolean
check_folder (ThimbleDatabase *self, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->folder);

  if (g_mkdir_with_parents (self->folder, 0777) != 0)
    g_set_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE,
                 "The catalog’s folder “%s” can’t be made: %s.", name, g_strerror (errno));
  else if (g_access (self->folder, W_OK) != 0)
    g_set_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE,
                 "The catalog’s folder “%s” can’t be written: %s.", name, g_strerror (errno));
  else
    return TRUE;
  return FALSE;
}

/* Opens the catalog in a folder; for reading, a missing one is an empty one. */
ThimbleDatabase *
thimble_database_open (const char *folder, ThimbleCatalogMode mode, GError **error)
{
  g_autoptr(ThimbleDatabase) self = g_new0 (ThimbleDatabase, 1);
  ThimbleConnectResult result;

  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, FILE_NAME, NULL);
  self->mode = mode;
  if (mode == THIMBLE_CATALOG_READ_WRITE && !check_folder (self, error))
    return NULL;

  result = connect_file (self, error);
  if (result == THIMBLE_CONNECT_FAILED
      || (result == THIMBLE_CONNECT_BROKEN && !rebuild (self, error)))
    return NULL;
  if (mode == THIMBLE_CATALOG_READ_WRITE && sqlite3_db_readonly (self->connection, "main") == 1)
    {
      g_autofree char *name = g_filename_display_name (self->path);

      g_set_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE,
                   "The catalog “%s” can’t be written: there is no permission to write it.", name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
thimble_database_free (ThimbleDatabase *self)
{
  if (self == NULL)
    return;
  disconnect (self);
  thimble_slots_clear (&self->own);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

/* Whether the file was damaged and has been begun anew since it was opened. */
gboolean
thimble_database_was_rebuilt (ThimbleDatabase *self)
{
  return self->was_rebuilt;
}

/* A catalog that is all our own is not locked: we know what is not in it. That it is is looked at as
 * often as a reading is renewed. */
static void
begin_reading (ThimbleDatabase *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!self->is_reading || self->connection == NULL
      || (self->is_own && now_us - self->reading_since_us < MAX_READING_US))
    return;
  self->reading_since_us = now_us;
  if (self->is_own && read_number (self, STATEMENT_VERSION) != self->version)
    set_own (self, FALSE);
  if (!self->is_own)
    thimble_connection_run (self->connection, "BEGIN");
}

static void
end_reading (ThimbleDatabase *self)
{
  if (self->is_reading && self->connection != NULL
      && !sqlite3_get_autocommit (self->connection))
    thimble_connection_run (self->connection, "COMMIT");
}

/* Between TRUE and FALSE look-ups lock the file once for many, not once for each. */
void
thimble_database_set_reading (ThimbleDatabase *self, gboolean is_reading)
{
  end_reading (self);
  self->is_reading = is_reading;
  begin_reading (self);
}

/* Lets others write now and then while a long reading goes on. */
static void
renew_reading (ThimbleDatabase *self)
{
  if (!self->is_reading || g_get_monotonic_time () - self->reading_since_us < MAX_READING_US)
    return;
  end_reading (self);
  begin_reading (self);
}

/* Ends a statement's use and its lock on the file. */
static void
release (sqlite3_stmt *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

/* The one row, or NULL: what can't be read is as if it were not there. */
static ThimbleRecord *
find (ThimbleDatabase *self, Statement which, const char *first, const char *second)
{
  sqlite3_stmt *statement = self->statements[which];
  ThimbleRecord *record = NULL;
  int code;

  if (statement == NULL)
    return NULL;
  thimble_row_bind_text (statement, 1, first);
  if (second != NULL)
    thimble_row_bind_text (statement, 2, second);
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    record = thimble_row_read (statement);
  release (statement);
  if (thimble_connection_is_broken (code) && rebuild (self, NULL))
    begin_reading (self);
  return record;
}

/* Two that are taken for one are looked up, no more. */
static guint64
hash_key (const char *source, const char *plan)
{
  guint64 hash = ((guint64) g_str_hash (source) << 32 | g_str_hash (plan))
                 * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return hash ^ (hash >> 32);
}

/* The record of a source and plan; (transfer full), or NULL. */
ThimbleRecord *
thimble_database_find (ThimbleDatabase *self, const char *source, const char *plan)
{
  renew_reading (self);
  if (self->is_reading && self->is_own
      && thimble_slots_get (&self->own, hash_key (source, plan), NULL, NULL) == 0)
    return NULL;
  return find (self, STATEMENT_FIND, source, plan);
}

/* The record of an output; (transfer full), or NULL. */
ThimbleRecord *
thimble_database_find_path (ThimbleDatabase *self, const char *path)
{
  renew_reading (self);
  return find (self, STATEMENT_FIND_PATH, path, NULL);
}

static int
compare_keys (const char *source, const char *plan, const char *other_source,
              const char *other_plan)
{
  int order = g_strcmp0 (source, other_source);

  return order != 0 ? order : g_strcmp0 (plan, other_plan);
}

/* Appends the records behind a source and plan ("" and "" for the first) to @page and sets the two
 * to where the next page begins. Records that are not sound are left out; a page that gets no
 * further is the last, whatever a forged file makes of the order. */
gboolean
thimble_database_read_page (ThimbleDatabase *self, char **source, char **plan, GPtrArray *page,
                            gboolean *is_last, GError **error)
{
  sqlite3_stmt *statement = self->statements[STATEMENT_PAGE];
  g_autofree char *from_source = g_steal_pointer (source);
  g_autofree char *from_plan = g_steal_pointer (plan);
  int code;

  *is_last = TRUE;
  if (statement == NULL)
    return TRUE;
  *source = g_strdup (from_source);
  *plan = g_strdup (from_plan);
  thimble_row_bind_text (statement, 1, from_source);
  thimble_row_bind_text (statement, 2, from_plan);
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      ThimbleRecord *record = thimble_row_read (statement);

      g_free (*source);
      g_free (*plan);
      *source = g_strdup ((const char *) sqlite3_column_text (statement, 0));
      *plan = g_strdup ((const char *) sqlite3_column_text (statement, 1));
      if (record != NULL)
        g_ptr_array_add (page, record);
    }
  if (code != SQLITE_DONE && !thimble_connection_is_broken (code))
    thimble_connection_set_error (error, THIMBLE_CATALOG_ERROR_UNREADABLE, self->path,
                                  self->connection);
  release (statement);
  *is_last = compare_keys (*source, *plan, from_source, from_plan) <= 0;
  if (!thimble_connection_is_broken (code))
    return code == SQLITE_DONE;
  if (!rebuild (self, error))
    return FALSE;
  *is_last = FALSE; /* whatever is there now goes on from here */
  begin_reading (self);
  return TRUE;
}

static int
write_change (ThimbleDatabase *self, const ThimbleChange *change)
{
  const Statement which = change->record != NULL ? STATEMENT_ADD : STATEMENT_REMOVE;
  sqlite3_stmt *statement = self->statements[which];
  int code;

  if (change->record != NULL)
    thimble_row_bind (statement, change->record);
  else
    thimble_row_bind_text (statement, 1, change->path);
  code = sqlite3_step (statement);
  release (statement);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* One transaction; on failure nothing is written. */
static int
try_write (ThimbleDatabase *self, ThimblePending *pending, guint n_changes, GError **error)
{
  int code = thimble_connection_run (self->connection, "BEGIN IMMEDIATE");

  for (guint i = 0; code == SQLITE_OK && i < n_changes; i++)
    code = write_change (self, thimble_pending_get_change (pending, i));
  if (code == SQLITE_OK)
    code = thimble_connection_run (self->connection, "COMMIT");
  if (code != SQLITE_OK)
    thimble_connection_set_error (error, THIMBLE_CATALOG_ERROR_UNWRITABLE, self->path,
                                  self->connection);
  if (!sqlite3_get_autocommit (self->connection))
    thimble_connection_run (self->connection, "ROLLBACK");
  return code;
}

/* What was written is our own as well. */
static void
note_own (ThimbleDatabase *self, ThimblePending *pending, guint n_changes)
{
  for (guint i = 0; self->is_own && i < n_changes; i++)
    {
      const ThimbleRecord *record = thimble_pending_get_change (pending, i)->record;

      if (record != NULL)
        thimble_slots_set (&self->own, hash_key (record->source, record->plan), 1, NULL, NULL);
    }
  if (self->own.n_used > MAX_OWN)
    set_own (self, FALSE);
}

/* Writes the oldest @n_changes, all or none of them; begins the file anew where it is damaged. */
gboolean
thimble_database_write (ThimbleDatabase *self, ThimblePending *pending, guint n_changes,
                        GError **error)
{
  g_autoptr(GError) failure = NULL;
  int code = SQLITE_CORRUPT;

  end_reading (self);
  if (self->connection != NULL)
    code = try_write (self, pending, n_changes, &failure);
  if (thimble_connection_is_broken (code))
    {
      g_clear_error (&failure);
      if (rebuild (self, &failure))
        code = try_write (self, pending, n_changes, &failure);
    }
  if (code == SQLITE_OK)
    note_own (self, pending, n_changes);
  begin_reading (self);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return code == SQLITE_OK;
}
