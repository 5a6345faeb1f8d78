/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Records as rows: the columns in the order in which all statements name them. */

#include "thimble-rows.h"

#include "thimble-record-private.h"

/* A text that stays until the row goes. */
static const char *
get_text (sqlite3_stmt *row, int column)
{
  return (const char *) sqlite3_column_text (row, column);
}

/* The record in a row of THIMBLE_ROW_COLUMNS; (transfer full), or NULL if it is not sound. */
ThimbleRecord *
thimble_row_read (sqlite3_stmt *row)
{
  ThimbleRecord record;
  int i = 0;

  record.source = get_text (row, i++);
  record.plan = get_text (row, i++);
  record.path = get_text (row, i++);
  record.label = get_text (row, i++);
  record.settings = get_text (row, i++);
  record.stamp.size = sqlite3_column_int64 (row, i++);
  record.stamp.mtime_ns = sqlite3_column_int64 (row, i++);
  record.stamp.inode = (guint64) sqlite3_column_int64 (row, i++);
  record.is_racy = sqlite3_column_int (row, i++) != 0;
  record.content_hash = get_text (row, i++);
  record.source_width = (guint32) sqlite3_column_int64 (row, i++);
  record.source_height = (guint32) sqlite3_column_int64 (row, i++);
  record.source_format = get_text (row, i++);
  record.width = (guint32) sqlite3_column_int64 (row, i++);
  record.height = (guint32) sqlite3_column_int64 (row, i++);
  record.format = (ThimbleFormat) sqlite3_column_int (row, i++);
  record.n_bytes = sqlite3_column_int64 (row, i++);
  return thimble_record_is_sound (&record) ? thimble_record_copy (&record) : NULL;
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
