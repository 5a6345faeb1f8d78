/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where images come from, one by one: a folder that many images share, and a small record for each
 * image. A hundred thousand of them must cost little, so an origin is one allocation with its name
 * and a link's URL at the end, and the folder's path is kept once. */

#include "thimble-origin.h"

#include <string.h>

/**
 * thimble_folder_new:
 * @path: (type filename): absolute, without a slash at the end (except "/")
 * @below: (type filename): the folder below the root that the user named, or ""
 * @root_name: (type filename): that root's base name, or "" for files named one by one
 * @root: which of the run's roots this belongs to, from 0
 *
 * Returns: (transfer full): a folder, from any thread
 */
ThimbleFolder *
thimble_folder_new (const char *path, const char *below, const char *root_name, guint root)
{
  ThimbleFolder *self;

  g_return_val_if_fail (path != NULL && path[0] == '/', NULL);
  g_return_val_if_fail (below != NULL && below[0] != '/', NULL);
  g_return_val_if_fail (root_name != NULL, NULL);

  self = g_new0 (ThimbleFolder, 1);
  self->path = g_strdup (path);
  self->below = g_strdup (below);
  self->root_name = g_strdup (root_name);
  self->root = root;
  self->path_hash = g_str_hash (path);
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

/**
 * thimble_folder_ref:
 *
 * Returns: (transfer full): @self
 */
ThimbleFolder *
thimble_folder_ref (ThimbleFolder *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * thimble_folder_unref:
 * @self: (transfer full): the reference given up
 */
void
thimble_folder_unref (ThimbleFolder *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->path);
  g_free (self->below);
  g_free (self->root_name);
  g_free (self);
}

static ThimbleOrigin *
new_origin (ThimbleFolder *folder, const char *name, const char *url)
{
  gsize n_name;
  gsize n_url;
  ThimbleOrigin *self;

  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (name != NULL && name[0] != '\0' && strchr (name, '/') == NULL, NULL);

  n_name = strlen (name) + 1;
  n_url = url != NULL ? strlen (url) + 1 : 0;
  self = g_malloc0 (sizeof *self + n_name + n_url);
  self->folder = thimble_folder_ref (folder);
  memcpy (self->name, name, n_name);
  if (url != NULL)
    self->url = memcpy (self->name + n_name, url, n_url);
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

/**
 * thimble_origin_new:
 * @folder: (transfer none): where it lies
 * @name: (type filename): its base name, without a slash
 *
 * The other fields are zero; who makes the origin sets them before anybody else sees it.
 *
 * Returns: (transfer full): an origin, from any thread
 */
ThimbleOrigin *
thimble_origin_new (ThimbleFolder *folder, const char *name)
{
  return new_origin (folder, name, NULL);
}

/**
 * thimble_origin_new_for_path:
 * @path: (type filename): absolute, of a file
 *
 * Returns: (transfer full): an origin for a file that stands for itself, below no root
 */
ThimbleOrigin *
thimble_origin_new_for_path (const char *path)
{
  g_autofree char *folder_path = NULL;
  g_autofree char *name = NULL;
  g_autoptr(ThimbleFolder) folder = NULL;

  g_return_val_if_fail (path != NULL && g_path_is_absolute (path), NULL);

  folder_path = g_path_get_dirname (path);
  name = g_path_get_basename (path);
  folder = thimble_folder_new (folder_path, "", "", 0);
  return thimble_origin_new (folder, name);
}

/**
 * thimble_origin_new_for_url:
 * @folder: (transfer none): any that is of root 0; all links may share one
 * @url: an http, https or data URL
 * @name: a safe file name, as far as the URL says one
 *
 * Returns: (transfer full): an origin as [ctor@Origin.new] makes them, of a link
 */
ThimbleOrigin *
thimble_origin_new_for_url (ThimbleFolder *folder, const char *url, const char *name)
{
  g_return_val_if_fail (url != NULL, NULL);

  return new_origin (folder, name, url);
}

/**
 * thimble_origin_ref:
 *
 * Returns: (transfer full): @self
 */
ThimbleOrigin *
thimble_origin_ref (ThimbleOrigin *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * thimble_origin_unref:
 * @self: (transfer full): the reference given up
 */
void
thimble_origin_unref (ThimbleOrigin *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  thimble_folder_unref (self->folder);
  g_free (self->given_name);
  g_free (self->given_folder);
  g_free (self);
}

/**
 * thimble_origin_hash:
 * @origin: a #ThimbleOrigin
 *
 * Returns: a value for tables of images, see thimble_origin_equal()
 */
guint
thimble_origin_hash (gconstpointer origin)
{
  const ThimbleOrigin *self = origin;

  if (self->url != NULL)
    return g_str_hash (self->url);
  return self->folder->path_hash * 33 + g_str_hash (self->name);
}

/**
 * thimble_origin_equal:
 * @one: a #ThimbleOrigin
 * @other: another
 *
 * Two origins are the same file if folder and name are: a name has no slash. Two links are the same
 * if their URLs are, unless a list gives them two names.
 *
 * Returns: whether they are the same image
 */
gboolean
thimble_origin_equal (gconstpointer one, gconstpointer other)
{
  const ThimbleOrigin *a = one;
  const ThimbleOrigin *b = other;

  if (a == b)
    return TRUE;
  if (a->url != NULL || b->url != NULL)
    return g_strcmp0 (a->url, b->url) == 0 && g_strcmp0 (a->given_name, b->given_name) == 0
           && g_strcmp0 (a->given_folder, b->given_folder) == 0;
  return g_str_equal (a->name, b->name)
         && (a->folder == b->folder
             || (a->folder->path_hash == b->folder->path_hash
                 && g_str_equal (a->folder->path, b->folder->path)));
}

/**
 * thimble_origin_dup_path:
 *
 * Returns: (transfer full) (type filename): the absolute path, as bytes on disk; of a link the URL,
 *   which is no path, but tells what it is as well
 */
char *
thimble_origin_dup_path (const ThimbleOrigin *self)
{
  if (self->url != NULL)
    return g_strdup (self->url);
  return g_build_filename (self->folder->path, self->name, NULL);
}

/**
 * thimble_origin_dup_uri:
 *
 * Returns: (transfer full): the file:// URI (RFC 8089), ASCII whatever the name's bytes are; of a
 *   link the URL byte for byte as given
 */
char *
thimble_origin_dup_uri (const ThimbleOrigin *self)
{
  g_autofree char *path = thimble_origin_dup_path (self);

  if (self->url != NULL)
    return g_steal_pointer (&path);
  return g_filename_to_uri (path, NULL, NULL);
}

/**
 * thimble_origin_dup_display_name:
 *
 * Returns: (transfer full): the base name as valid UTF-8, for showing only
 */
char *
thimble_origin_dup_display_name (const ThimbleOrigin *self)
{
  return g_filename_display_name (self->name);
}
