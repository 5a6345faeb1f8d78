/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Paths as strings: hashes, relations between folders. Only the last two functions look at a disk. */

#include "thimble-paths.h"

#include "thimble-source.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/**
 * thimble_path_hash:
 *
 * FNV-1a, 64 bits (draft-eastlake-fnv). For sets of paths where a string each would cost too much:
 * among a million paths two are equal by chance once in 37 million runs.
 */
guint64
thimble_path_hash (const char *path)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (const guint8 *p = (const guint8 *) path; *p != '\0'; p++)
    hash = (hash ^ *p) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

/**
 * thimble_path_is_below:
 * @path: absolute and canonical
 * @folder: likewise
 *
 * Returns: whether @path lies strictly below @folder
 */
gboolean
thimble_path_is_below (const char *path, const char *folder)
{
  gsize n = strlen (folder);

  if (g_str_equal (folder, "/"))
    return path[0] == '/' && path[1] != '\0';
  return strncmp (path, folder, n) == 0 && path[n] == '/';
}

/**
 * thimble_path_relative_to:
 * @path: absolute and canonical
 * @folder: likewise
 *
 * Returns: (transfer full): @path as seen from @folder, with "../" as far as needed
 */
char *
thimble_path_relative_to (const char *path, const char *folder)
{
  GString *relative = g_string_new (NULL);
  gsize common = 0;
  gsize i;

  for (i = 0; path[i] != '\0' && path[i] == folder[i]; i++)
    if (path[i] == '/')
      common = i + 1;
  if (folder[i] == '\0' && path[i] == '/')
    common = i + 1;
  else
    {
      if (folder[common] != '\0')
        g_string_append (relative, "../");
      for (const char *p = folder + common; *p != '\0'; p++)
        if (*p == '/')
          g_string_append (relative, "../");
    }
  g_string_append (relative, path + common);
  return g_string_free (relative, FALSE);
}

/**
 * thimble_path_keep_inside:
 * @path: (transfer full): relative to a destination, made of names that may be anything
 *
 * Names that would lead out of the destination, or into the catalog's folder, are changed.
 *
 * Returns: (transfer full): @path
 */
char *
thimble_path_keep_inside (char *path)
{
  for (char *part = path; *part != '\0';)
    {
      gsize n = strcspn (part, "/");

      if (n == 0 || (n <= 2 && strncmp (part, "..", n) == 0)
          || (part == path && n == strlen (".thimble") && g_str_has_prefix (part, ".thimble")))
        *part = '-';
      part += n;
      if (n > 0 && *part == '/')
        part++;
    }
  return path;
}

/**
 * thimble_path_resolve:
 * @path: a path that need not exist
 *
 * Resolves symbolic links in the part that exists, and ".." behind them, as the kernel does. Blocks.
 *
 * Returns: (transfer full): a canonical absolute path
 */
char *
thimble_path_resolve (const char *path)
{
  g_autofree char *absolute = thimble_source_make_absolute (path, NULL);
  g_autofree char *parent = NULL;
  g_autofree char *resolved_parent = NULL;
  g_autofree char *name = NULL;
  char *resolved = realpath (absolute, NULL);

  if (resolved != NULL)
    {
      char *copy = g_strdup (resolved);
      free (resolved);
      return copy;
    }
  if (g_str_equal (absolute, "/"))
    return g_steal_pointer (&absolute);

  parent = g_path_get_dirname (absolute);
  name = g_path_get_basename (absolute);
  resolved_parent = thimble_path_resolve (parent);
  if (g_str_equal (name, ".."))
    return g_path_get_dirname (resolved_parent);
  return g_build_filename (resolved_parent, name, NULL);
}

/**
 * thimble_path_make_folders:
 *
 * Makes @folder and what is missing above it. Blocks.
 *
 * Returns: whether it is there now; if not, @error is set in %G_IO_ERROR
 */
gboolean
thimble_path_make_folders (const char *folder, GError **error)
{
  struct stat info;
  int saved;

  if (g_mkdir_with_parents (folder, 0777) == 0)
    return TRUE;
  saved = errno;
  if (saved == EEXIST && stat (folder, &info) == 0 && !S_ISDIR (info.st_mode))
    saved = ENOTDIR;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "“%s” cannot be made: %s", folder,
               g_strerror (saved));
  return FALSE;
}
