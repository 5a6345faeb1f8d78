/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the user named: a path, a URL or a list. Only the text is looked at here; whether a path is
 * a folder, or there at all, is for the scanner to find out, off the main thread. */

#include "thimble-source.h"

#include <string.h>

struct _ThimbleSource
{
  char *location; /* owned; a path or URL as bytes */
  char *name;     /* owned, or NULL: of a link, as a list gives it */
  char *folder;   /* owned, or NULL: likewise */
  ThimbleSourceKind kind;
  gatomicrefcount ref_count;
};

/**
 * thimble_source_new:
 * @kind: what @location is
 * @location: (type filename): an absolute path, a URL, or "-" for a list on standard input
 *
 * Returns: (transfer full): a source
 */
ThimbleSource *
thimble_source_new (ThimbleSourceKind kind, const char *location)
{
  ThimbleSource *self;

  g_return_val_if_fail (location != NULL, NULL);

  self = g_new0 (ThimbleSource, 1);
  self->kind = kind;
  self->location = g_strdup (location);
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

/**
 * thimble_source_new_for_link:
 * @url: an http, https or data URL
 * @name: (nullable): what the user calls the image, without extension
 * @folder: (nullable): the folder that the user puts it in, relative
 *
 * Returns: (transfer full): a source of kind %THIMBLE_SOURCE_URL
 */
ThimbleSource *
thimble_source_new_for_link (const char *url, const char *name, const char *folder)
{
  ThimbleSource *self = thimble_source_new (THIMBLE_SOURCE_URL, url);

  self->name = g_strdup (name);
  self->folder = g_strdup (folder);
  return self;
}

/**
 * thimble_source_is_url:
 *
 * Returns: whether @argument begins with "http:", "https:" or "data:", schemes being case-insensitive
 *   (RFC 3986, section 3.1)
 */
gboolean
thimble_source_is_url (const char *argument)
{
  static const char *const schemes[] = { "http:", "https:", "data:" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (argument, schemes[i], strlen (schemes[i])) == 0)
      return TRUE;
  return FALSE;
}

/**
 * thimble_source_make_absolute:
 * @path: (type filename): of anything the user names
 * @current_folder: (type filename) (nullable): absolute; what relative paths start from, the
 *   process's own current folder if %NULL
 *
 * Returns: (transfer full) (type filename): the absolute path, without ".", doubled slashes or a
 *   slash at the end, so that one file has one name. ".." stays: behind a symbolic link it is not
 *   the folder that the text says.
 */
char *
thimble_source_make_absolute (const char *path, const char *current_folder)
{
  g_autofree char *here = current_folder == NULL ? g_get_current_dir () : NULL;
  g_autofree char *joined = NULL;
  g_auto(GStrv) parts = NULL;
  g_autoptr(GString) clean = g_string_new (NULL);

  if (g_path_is_absolute (path))
    joined = g_strdup (path);
  else
    joined = g_build_filename (here != NULL ? here : current_folder, path, NULL);

  parts = g_strsplit (joined, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != '\0' && !g_str_equal (parts[i], "."))
      g_string_append_printf (clean, "/%s", parts[i]);
  return g_strdup (clean->len > 0 ? clean->str : "/");
}

/**
 * thimble_source_new_for_argument:
 * @argument: (type filename): as given on the command line, dropped or pasted
 * @current_folder: (type filename) (nullable): absolute; what relative paths start from, the
 *   process's own current folder if %NULL
 *
 * What begins with "http:", "https:" or "data:" is a URL and kept byte for byte. A file:// URI of
 * this machine becomes its path; everything else is a path, made absolute. An empty argument stays
 * empty: it names nothing, certainly not the current folder.
 *
 * Returns: (transfer full): a source of kind %THIMBLE_SOURCE_URL or %THIMBLE_SOURCE_PATH
 */
ThimbleSource *
thimble_source_new_for_argument (const char *argument, const char *current_folder)
{
  g_autofree char *from_uri = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (argument != NULL, NULL);
  g_return_val_if_fail (current_folder == NULL || g_path_is_absolute (current_folder), NULL);

  if (thimble_source_is_url (argument))
    return thimble_source_new (THIMBLE_SOURCE_URL, argument);
  if (argument[0] == '\0')
    return thimble_source_new (THIMBLE_SOURCE_PATH, argument);

  if (g_ascii_strncasecmp (argument, "file:", strlen ("file:")) == 0)
    from_uri = g_filename_from_uri (argument, NULL, NULL);
  path = thimble_source_make_absolute (from_uri != NULL ? from_uri : argument, current_folder);
  return thimble_source_new (THIMBLE_SOURCE_PATH, path);
}

/**
 * thimble_source_ref:
 *
 * Returns: (transfer full): @self
 */
ThimbleSource *
thimble_source_ref (ThimbleSource *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * thimble_source_unref:
 * @self: (transfer full): the reference given up
 */
void
thimble_source_unref (ThimbleSource *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->location);
  g_free (self->name);
  g_free (self->folder);
  g_free (self);
}

/**
 * thimble_source_get_kind:
 *
 * Returns: what the location is
 */
ThimbleSourceKind
thimble_source_get_kind (ThimbleSource *self)
{
  return self->kind;
}

/**
 * thimble_source_get_location:
 *
 * Returns: (transfer none) (type filename): the path or URL, as bytes; a URL exactly as given
 */
const char *
thimble_source_get_location (ThimbleSource *self)
{
  return self->location;
}

/**
 * thimble_source_get_name:
 *
 * Returns: (transfer none) (nullable): what a link's image is called, without extension
 */
const char *
thimble_source_get_name (ThimbleSource *self)
{
  return self->name;
}

/**
 * thimble_source_get_folder:
 *
 * Returns: (transfer none) (nullable): the folder that a link's image is put in, relative
 */
const char *
thimble_source_get_folder (ThimbleSource *self)
{
  return self->folder;
}
