/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Records as rows: the columns in the order in which all statements name them. */

#include "thimble-rows.h"

#include "thimble-record-private.h"

static char *
dup_text (sqlite3_stmt *row, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (row, column));
}

/* The record in a row of THIMBLE_ROW_COLUMNS; (transfer full), or NULL if it is not sound. */
ThimbleRecord *
thimble_row_read (sqlite3_stmt *row)
{
  g_autoptr(ThimbleRecord) record = g_new0 (ThimbleRecord, 1);
  int i = 0;

  record->source = dup_text (row, i++);
  record->plan = dup_text (row, i++);
  record->path = dup_text (row, i++);
  record->label = dup_text (row, i++);
  record->settings = dup_text (row, i++);
  record->stamp.size = sqlite3_column_int64 (row, i++);
  record->stamp.mtime_ns = sqlite3_column_int64 (row, i++);
  record->stamp.inode = (guint64) sqlite3_column_int64 (row, i++);
  record->is_racy = sqlite3_column_int (row, i++) != 0;
  record->content_hash = dup_text (row, i++);
  record->source_width = (guint32) sqlite3_column_int64 (row, i++);
  record->source_height = (guint32) sqlite3_column_int64 (row, i++);
  record->source_format = dup_text (row, i++);
  record->width = (guint32) sqlite3_column_int64 (row, i++);
  record->height = (guint32) sqlite3_column_int64 (row, i++);
  record->format = (ThimbleFormat) sqlite3_column_int (row, i++);
  record->n_bytes = sqlite3_column_int64 (row, i++);
  return thimble_record_is_sound (record) ? g_steal_pointer (&record) : NULL;
}

/* Sets a parameter to a text that stays until the statement is reset. */
void
thimble_row_bind_text (sqlite3_stmt *statement, int position, const char *text)
{
  sqlite3_bind_text (statement, position, text, -1, SQLITE_STATIC);
}

/* Sets the parameters of a statement to the columns, in order; @record stays until it is reset. */
void
thimble_row_bind (sqlite3_stmt *row, const ThimbleRecord *record)
{
  int i = 1;

  thimble_row_bind_text (row, i++, record->source);
  thimble_row_bind_text (row, i++, record->plan);
  thimble_row_bind_text (row, i++, record->path);
  thimble_row_bind_text (row, i++, record->label);
  thimble_row_bind_text (row, i++, record->settings);
  sqlite3_bind_int64 (row, i++, record->stamp.size);
  sqlite3_bind_int64 (row, i++, record->stamp.mtime_ns);
  sqlite3_bind_int64 (row, i++, (gint64) record->stamp.inode);
  sqlite3_bind_int (row, i++, record->is_racy != FALSE);
  thimble_row_bind_text (row, i++, record->content_hash);
  sqlite3_bind_int64 (row, i++, record->source_width);
  sqlite3_bind_int64 (row, i++, record->source_height);
  thimble_row_bind_text (row, i++, record->source_format);
  sqlite3_bind_int64 (row, i++, record->width);
  sqlite3_bind_int64 (row, i++, record->height);
  sqlite3_bind_int (row, i++, record->format);
  sqlite3_bind_int64 (row, i++, record->n_bytes);
}
