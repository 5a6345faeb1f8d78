/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-catalog.h"

#include <sqlite3.h>

G_BEGIN_DECLS

#define THIMBLE_ROW_COLUMNS \
  "source, plan, path, label, settings, size, mtime_ns, inode, is_racy, content_hash, " \
  "source_width, source_height, source_format, width, height, format, n_bytes"

ThimbleRecord *thimble_row_read (sqlite3_stmt *row);
void thimble_row_bind_text (sqlite3_stmt *statement, int position, const char *text);
void thimble_row_bind (sqlite3_stmt *row, const ThimbleRecord *record);

G_END_DECLS
