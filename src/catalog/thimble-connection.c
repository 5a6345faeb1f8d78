/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening the file of a catalog. The schema, version 1:
 *
 *   outputs, one row an output, by source and plan; path is unique too. The columns are the fields
 *   of ThimbleRecord: mtime_ns in nanoseconds since 1970, inode as the signed number of the same
 *   bits, format as the value of ThimbleFormat. Names and paths are bytes as on disk; SQLite keeps
 *   and compares text that is not UTF-8 byte for byte.
 *
 * user_version is the schema's version, application_id says that the file is Thimble's. The journal
 * is a rollback journal (SQLite's default), because write-ahead logs need shared memory, which
 * network folders have not. Nothing the file brings along is run: triggers and views are off. */

#include "thimble-connection.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define SCHEMA_VERSION 1
#define APPLICATION_ID 0x54686d62 /* "Thmb" */
#define BUSY_TIMEOUT_MS 10000
#define MAX_TEXT_BYTES (1024 * 1024)

#define TEXT_OF_NUMBER_(number) #number
#define TEXT_OF_NUMBER(number) TEXT_OF_NUMBER_ (number)

static const char schema[] =
  "CREATE TABLE outputs ("
  "  source TEXT NOT NULL,"
  "  plan TEXT NOT NULL,"
  "  path TEXT NOT NULL UNIQUE,"
  "  label TEXT NOT NULL,"
  "  settings TEXT NOT NULL,"
  "  size INTEGER NOT NULL,"
  "  mtime_ns INTEGER NOT NULL,"
  "  inode INTEGER NOT NULL,"
  "  is_racy INTEGER NOT NULL,"
  "  content_hash TEXT,"
  "  source_width INTEGER NOT NULL,"
  "  source_height INTEGER NOT NULL,"
  "  source_format TEXT NOT NULL,"
  "  width INTEGER NOT NULL,"
  "  height INTEGER NOT NULL,"
  "  format INTEGER NOT NULL,"
  "  n_bytes INTEGER NOT NULL,"
  "  PRIMARY KEY (source, plan)"
  ") WITHOUT ROWID;"
  "PRAGMA application_id = " TEXT_OF_NUMBER (APPLICATION_ID) ";"
  "PRAGMA user_version = " TEXT_OF_NUMBER (SCHEMA_VERSION) ";";

/* Runs statements that give no rows. */
int
thimble_connection_run (sqlite3 *connection, const char *sql)
{
  return sqlite3_exec (connection, sql, NULL, NULL, NULL);
}

/* Whether an SQLite result code says that the file itself is damaged. */
gboolean
thimble_connection_is_broken (int code)
{
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/* Where SQLite can't make its journal it says that it is not there. Why not is found out by trying
 * to make a file. */
static int
find_out_why (const char *path)
{
  g_autofree char *try = g_strconcat (path, "-try", NULL);
  int fd = open (try, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  int code = fd < 0 ? errno : ENOENT;

  if (fd >= 0)
    {
      close (fd);
      g_unlink (try);
    }
  return code;
}

/* Sets an error that names the file and says what went wrong last, as a person would. */
void
thimble_connection_set_error (GError **error, ThimbleCatalogError code, const char *path,
                              sqlite3 *connection)
{
  g_autofree char *name = g_filename_display_name (path);
  const char *verb = code == THIMBLE_CATALOG_ERROR_UNREADABLE ? "read" : "written";
  int system_errno = sqlite3_system_errno (connection);
  const char *fact;

  if (system_errno == 0)
    sqlite3_file_control (connection, "main", SQLITE_FCNTL_LAST_ERRNO, &system_errno);
  if (system_errno == ENOENT && code == THIMBLE_CATALOG_ERROR_UNWRITABLE)
    system_errno = find_out_why (path);
  switch (system_errno == ENOSPC || system_errno == EDQUOT ? SQLITE_FULL
                                                           : sqlite3_errcode (connection) & 0xff)
    {
    case SQLITE_FULL:
      fact = "the disk or its quota is full. Make room and start again: what is done stays done";
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      fact = "another program has kept it locked for ten seconds";
      break;
    case SQLITE_READONLY:
      fact = "there is no permission to write it";
      break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      fact = system_errno != 0 ? g_strerror (system_errno) : sqlite3_errmsg (connection);
      break;
    default:
      fact = sqlite3_errmsg (connection);
    }
  g_set_error (error, THIMBLE_CATALOG_ERROR, code, "The catalog “%s” can’t be %s: %s.", name, verb,
               fact);
}

static int
read_number (sqlite3 *connection, const char *sql, gint64 *number)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (connection, sql, -1, &statement, NULL);

  if (code != SQLITE_OK)
    return code;
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    *number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return code == SQLITE_ROW ? SQLITE_OK : code;
}

/* Whether its pages hang together; reads all of them. */
gboolean
thimble_connection_is_whole (sqlite3 *connection)
{
  sqlite3_stmt *statement = NULL;
  gboolean is_whole = FALSE;

  if (sqlite3_prepare_v2 (connection, "PRAGMA quick_check (1)", -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    is_whole = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  sqlite3_finalize (statement);
  return is_whole;
}

static int
configure (sqlite3 *connection, ThimbleCatalogMode mode)
{
  sqlite3_extended_result_codes (connection, 1);
  sqlite3_busy_timeout (connection, BUSY_TIMEOUT_MS);
  sqlite3_limit (connection, SQLITE_LIMIT_LENGTH, MAX_TEXT_BYTES);
  sqlite3_db_config (connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  return thimble_connection_run (connection, mode == THIMBLE_CATALOG_READ_ONLY
                                               ? "PRAGMA query_only = ON"
                                               : "PRAGMA synchronous = FULL");
}

/* Version and owner of the file, 0 and 0 with no tables for a new one. */
static int
read_identity (sqlite3 *connection, gint64 *version, gint64 *application_id, gint64 *n_tables)
{
  int code = read_number (connection, "PRAGMA user_version", version);

  if (code == SQLITE_OK)
    code = read_number (connection, "PRAGMA application_id", application_id);
  if (code == SQLITE_OK)
    code = read_number (connection, "SELECT count (*) FROM sqlite_schema", n_tables);
  return code;
}

/* All three of one moment: another process may be making the tables meanwhile. */
static int
read_identity_at_once (sqlite3 *connection, gint64 *version, gint64 *application_id,
                       gint64 *n_tables)
{
  int code = thimble_connection_run (connection, "BEGIN");

  if (code == SQLITE_OK)
    code = read_identity (connection, version, application_id, n_tables);
  if (!sqlite3_get_autocommit (connection))
    {
      int ended = thimble_connection_run (connection, "COMMIT");
      code = code == SQLITE_OK ? ended : code;
    }
  return code;
}

/* Another process may do the same at the same time: who gets the lock second finds it done. */
static int
create_schema (sqlite3 *connection)
{
  gint64 version = 0, application_id = 0, n_tables = 0;
  int code = thimble_connection_run (connection, "BEGIN IMMEDIATE");

  if (code == SQLITE_OK)
    code = read_identity (connection, &version, &application_id, &n_tables);
  if (code == SQLITE_OK && n_tables == 0)
    code = thimble_connection_run (connection, schema);
  if (code == SQLITE_OK)
    code = thimble_connection_run (connection, "COMMIT");
  return code;
}

static ThimbleConnectResult
check_identity (const char *path, gint64 version, gint64 application_id, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  if (application_id != APPLICATION_ID)
    {
      g_set_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNREADABLE,
                   "“%s” is a database of another program. Move it away, or choose another folder "
                   "for the catalog.", name);
      return THIMBLE_CONNECT_FAILED;
    }
  if (version > SCHEMA_VERSION)
    {
      g_set_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNREADABLE,
                   "The catalog “%s” was written by a newer Thimble. Update Thimble, or choose "
                   "another folder for the catalog.", name);
      return THIMBLE_CONNECT_FAILED;
    }
  return version == SCHEMA_VERSION ? THIMBLE_CONNECT_OK : THIMBLE_CONNECT_BROKEN;
}

/* A journal that a process was killed over before there was anything in it rolls nothing back, and
 * SQLite leaves it until somebody writes. So that is done, a number that is there already. Where it
 * fails the journal is another process's, or stays. */
static void
drop_empty_journal (sqlite3 *connection, const char *path)
{
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);

  if (access (journal, F_OK) == 0)
    thimble_connection_run (connection, "PRAGMA user_version = " TEXT_OF_NUMBER (SCHEMA_VERSION));
}

static ThimbleConnectResult
set_up (sqlite3 *connection, const char *path, ThimbleCatalogMode mode, GError **error)
{
  gint64 version = 0, application_id = 0, n_tables = 0;
  ThimbleCatalogError kind = THIMBLE_CATALOG_ERROR_UNREADABLE;
  int code = configure (connection, mode);

  if (code == SQLITE_OK)
    code = read_identity_at_once (connection, &version, &application_id, &n_tables);
  if (code == SQLITE_OK && n_tables == 0 && version == 0)
    {
      if (mode == THIMBLE_CATALOG_READ_ONLY)
        return THIMBLE_CONNECT_MISSING;
      kind = THIMBLE_CATALOG_ERROR_UNWRITABLE;
      code = create_schema (connection);
      if (code == SQLITE_OK)
        code = read_identity_at_once (connection, &version, &application_id, &n_tables);
    }
  if (code == SQLITE_OK)
    {
      ThimbleConnectResult result = check_identity (path, version, application_id, error);

      if (result == THIMBLE_CONNECT_OK && mode == THIMBLE_CATALOG_READ_WRITE)
        drop_empty_journal (connection, path);
      return result;
    }
  if (thimble_connection_is_broken (code))
    return THIMBLE_CONNECT_BROKEN;
  thimble_connection_set_error (error, kind, path, connection);
  return THIMBLE_CONNECT_FAILED;
}

/* SQLite tells of a file that it can't make as of one that is not there, or may not be written. So a
 * new one is made here; one that is there is left alone, as closing it would end its locks. */
static gboolean
make_file (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);

  if (fd < 0 && errno == EEXIST)
    return TRUE;
  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }
  g_set_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE,
               "The catalog “%s” can’t be made: %s.", name, g_strerror (errno));
  return FALSE;
}

/* Connects to the catalog's file and, for writing, makes it where it is missing. Only OK gives a
 * connection and only FAILED an error. A read-only connection may still roll back what a process
 * that died has left half written, so it is not opened as read-only. */
ThimbleConnectResult
thimble_connection_open (const char *path, ThimbleCatalogMode mode, sqlite3 **connection,
                         GError **error)
{
  const gboolean writes = mode == THIMBLE_CATALOG_READ_WRITE;
  ThimbleConnectResult result;
  sqlite3 *opened = NULL;
  int code;

  *connection = NULL;
  if (writes && !make_file (path, error))
    return THIMBLE_CONNECT_FAILED;
  code = sqlite3_open_v2 (path, &opened,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
                            | (writes ? SQLITE_OPEN_CREATE : 0),
                          NULL);
  if (code == SQLITE_OK)
    result = set_up (opened, path, mode, error);
  else if (!writes && opened != NULL
           && (sqlite3_system_errno (opened) == ENOENT || sqlite3_system_errno (opened) == ENOTDIR))
    result = THIMBLE_CONNECT_MISSING;
  else
    {
      thimble_connection_set_error (error,
                                    writes ? THIMBLE_CATALOG_ERROR_UNWRITABLE
                                           : THIMBLE_CATALOG_ERROR_UNREADABLE,
                                    path, opened);
      result = THIMBLE_CONNECT_FAILED;
    }

  if (result == THIMBLE_CONNECT_OK)
    *connection = opened;
  else
    sqlite3_close (opened);
  return result;
}
