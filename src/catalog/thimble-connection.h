/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-catalog.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* How connecting went: BROKEN is a file that SQLite or the schema says is damaged. */
typedef enum
{
  THIMBLE_CONNECT_OK,
  THIMBLE_CONNECT_MISSING,
  THIMBLE_CONNECT_BROKEN,
  THIMBLE_CONNECT_FAILED,
} ThimbleConnectResult;

ThimbleConnectResult thimble_connection_open (const char *path, ThimbleCatalogMode mode,
                                              sqlite3 **connection, GError **error);
gboolean thimble_connection_is_whole (sqlite3 *connection);
int thimble_connection_run (sqlite3 *connection, const char *sql);
gboolean thimble_connection_is_broken (int code);
void thimble_connection_set_error (GError **error, ThimbleCatalogError code, const char *path,
                                   sqlite3 *connection);

G_END_DECLS
