/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-pending.h"

G_BEGIN_DECLS

/*
 * ThimbleDatabase:
 *
 * The file of a catalog, with one connection and its prepared statements. Not locked: the catalog's
 * mutex is held. See thimble-database.c for the schema.
 */
typedef struct _ThimbleDatabase ThimbleDatabase;

ThimbleDatabase *thimble_database_open (const char *folder, ThimbleCatalogMode mode,
                                        GError **error);
void thimble_database_free (ThimbleDatabase *self);
gboolean thimble_database_was_rebuilt (ThimbleDatabase *self);
void thimble_database_set_reading (ThimbleDatabase *self, gboolean is_reading);
ThimbleRecord *thimble_database_find (ThimbleDatabase *self, const char *source, const char *plan);
ThimbleRecord *thimble_database_find_path (ThimbleDatabase *self, const char *path);
gboolean thimble_database_read_page (ThimbleDatabase *self, char **source, char **plan,
                                     GPtrArray *page, gboolean *is_last, GError **error);
gboolean thimble_database_write (ThimbleDatabase *self, ThimblePending *pending, guint n_changes,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleDatabase, thimble_database_free)

G_END_DECLS
