/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a file's name says that it is an image: its MIME type is image/… by the shared MIME
 * database. The database is asked once for each extension, as asking it for each of a hundred
 * thousand files would cost more than finding them. */

#include "thimble-image-names.h"

#include <gio/gio.h>
#include <string.h>

/* So common that most runs never load the database. */
static const char *const common[] = { "jpg", "jpeg", "png", "webp", "gif", "tif", "tiff", "bmp",
                                      "svg", "ico",  "avif", "heic", "heif" };

/**
 * thimble_image_name_cache_new:
 *
 * Returns: (transfer full): what is known of extensions, for one thread
 */
GHashTable *
thimble_image_name_cache_new (void)
{
  GHashTable *cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    g_hash_table_insert (cache, g_strdup (common[i]), GINT_TO_POINTER (THIMBLE_NAME_IS_IMAGE));
  return cache;
}

/**
 * thimble_image_name_is_common:
 *
 * Returns: whether the name has one of the extensions that are images everywhere, whatever a machine's
 *   database says
 */
gboolean
thimble_image_name_is_common (const char *name)
{
  const char *dot = strrchr (name, '.');

  for (guint i = 0; dot != NULL && dot != name && i < G_N_ELEMENTS (common); i++)
    if (g_ascii_strcasecmp (dot + 1, common[i]) == 0)
      return TRUE;
  return FALSE;
}

static ThimbleNameKind
ask_database (const char *extension)
{
  g_autofree char *name = g_strconcat ("file.", extension, NULL);
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);
  g_autofree char *mime = g_content_type_get_mime_type (type);

  return mime != NULL && g_str_has_prefix (mime, "image/") ? THIMBLE_NAME_IS_IMAGE
                                                           : THIMBLE_NAME_IS_OTHER;
}

/**
 * thimble_image_name_guess:
 * @cache: from [func@image_name_cache_new]
 * @name: a base name
 *
 * Returns: whether a file of this name is an image, is not, or has no extension to tell by
 */
ThimbleNameKind
thimble_image_name_guess (GHashTable *cache, const char *name)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *extension = NULL;
  gpointer known;
  ThimbleNameKind kind;

  if (dot == NULL || dot == name || dot[1] == '\0')
    return THIMBLE_NAME_SAYS_NOTHING;

  extension = g_ascii_strdown (dot + 1, -1);
  if (g_hash_table_lookup_extended (cache, extension, NULL, &known))
    return GPOINTER_TO_INT (known);

  kind = ask_database (extension);
  g_hash_table_insert (cache, g_steal_pointer (&extension), GINT_TO_POINTER (kind));
  return kind;
}
