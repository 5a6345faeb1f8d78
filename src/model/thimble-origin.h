/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ThimbleFolder:
 * @path: absolute, without a slash at the end (except "/")
 * @below: the folder below the root that the user named, "" for the root itself and for files
 *   named one by one; "a/b" without slashes at the ends
 * @root_name: the base name of that root, "" for files named one by one
 * @root: which of the run's roots this belongs to, from 0
 * @path_hash: of its path, for tables of images
 *
 * A folder that images lie in, shared by all of them. Immutable, counted by reference.
 */
typedef struct
{
  char *path;
  char *below;
  char *root_name;
  guint root;
  guint path_hash;
  gatomicrefcount ref_count;
} ThimbleFolder;

ThimbleFolder *thimble_folder_new (const char *path,
                                   const char *below,
                                   const char *root_name,
                                   guint root);
ThimbleFolder *thimble_folder_ref (ThimbleFolder *self);
void thimble_folder_unref (ThimbleFolder *self);

/**
 * ThimbleOrigin:
 * @folder: owned
 * @size: of the file in bytes when it was found
 * @mtime_ns: nanoseconds since 1970 when it was found
 * @inode: likewise
 * @is_from_internet: of a link that a web page on the internet names
 * @index: its place among the images of its folder (or the lines of its list), from 1
 * @given_name: (nullable): the name a list gives it, without extension
 * @given_folder: (nullable): the folder a list gives it, relative
 * @url: (nullable): of a link, byte for byte as given; there is no file then, and what says where
 *   and how large it is says nothing
 * @name: its base name, as bytes on disk; not always UTF-8
 *
 * Where one image comes from: small and immutable, because there may be a hundred thousand.
 * Counted by reference, from any thread.
 */
typedef struct
{
  ThimbleFolder *folder;
  gint64 size;
  gint64 mtime_ns;
  guint64 inode;
  char *given_name;
  char *given_folder;
  const char *url;
  guint32 index;
  gboolean is_from_internet;
  gatomicrefcount ref_count;
  char name[];
} ThimbleOrigin;

ThimbleOrigin *thimble_origin_new (ThimbleFolder *folder, const char *name);
ThimbleOrigin *thimble_origin_new_for_path (const char *path);
ThimbleOrigin *thimble_origin_new_for_url (ThimbleFolder *folder,
                                           const char *url,
                                           const char *name);
ThimbleOrigin *thimble_origin_ref (ThimbleOrigin *self);
void thimble_origin_unref (ThimbleOrigin *self);
guint thimble_origin_hash (gconstpointer origin);
gboolean thimble_origin_equal (gconstpointer one, gconstpointer other);
char *thimble_origin_dup_path (const ThimbleOrigin *self);
char *thimble_origin_dup_uri (const ThimbleOrigin *self);
char *thimble_origin_dup_display_name (const ThimbleOrigin *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleFolder, thimble_folder_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleOrigin, thimble_origin_unref)

G_END_DECLS
