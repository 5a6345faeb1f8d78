/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint64 thimble_path_hash (const char *path);
char *thimble_path_relative_to (const char *path, const char *folder);
gboolean thimble_path_is_below (const char *path, const char *folder);
char *thimble_path_keep_inside (char *path);
char *thimble_path_resolve (const char *path);
gboolean thimble_path_make_folders (const char *folder, GError **error);

G_END_DECLS
