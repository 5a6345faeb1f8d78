/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Folders and images for tests; a folder goes with all it holds when it is freed. */
typedef char TestFolder;

TestFolder *test_folder_new (void);
void test_folder_free (TestFolder *folder);
char *test_write (const char *folder, const char *name, const char *text);
char *test_write_jpeg (const char *folder, const char *name, int width, int height);
char *test_write_png (const char *folder, const char *name, int width, int height, gboolean alpha);
char *test_write_bytes (const char *folder, const char *name, GBytes *bytes);
GBytes *test_make_jpeg (int width, int height);
char *test_read_hash (const char *path);
guint test_count_files (const char *folder);
void test_set_mtime (const char *path, gint64 seconds_ago);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFolder, test_folder_free)

G_END_DECLS
