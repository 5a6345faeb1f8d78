/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which of gdk-pixbuf's loaders reads some bytes. gdk-pixbuf's own choice goes by GIO's content
 * types first, and takes many a text for an image; here the loaders' signatures count, with
 * stricter rules for formats whose signature is two bytes or less, so that few other files are
 * tried. */

#define GDK_PIXBUF_ENABLE_BACKEND

#include "thimble-pixbuf-library.h"
#include "thimble-pixbuf-private.h"

#include <string.h>

/* Less is a guess, says gdk-pixbuf's documentation. */
#define MIN_RELEVANCE 99

typedef struct
{
  ThimblePixbufLoader loader;
  GdkPixbufFormat *format;
} Entry;

static gboolean
is_ours (const char *name)
{
  static const char *const ours[] = { "jpeg", "png", "webp", NULL };

  return g_strv_contains (ours, name);
}

/* Loaders that write what they are fed into a file, and read that: a worker has no place for it,
 * and a file they made before it was closed would stay open, and behind. */
static gboolean
needs_file (const char *name)
{
  return strcmp (name, "xbm") == 0 || strcmp (name, "xpm") == 0;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *const *first = a;
  const Entry *const *second = b;

  return strcmp ((*first)->loader.name, (*second)->loader.name);
}

static gpointer
make_list (gpointer data)
{
  GPtrArray *entries = g_ptr_array_new ();
  g_autoptr (GSList) formats = NULL;
  g_autoptr (GError) error = NULL;

  if (thimble_pixbuf_library_load (&error))
    formats = thimble_pixbuf.get_formats ();
  else
    g_warning ("%s", error->message);
  for (GSList *l = formats; l != NULL; l = l->next)
    {
      GdkPixbufFormat *format = l->data;
      Entry *entry;

      if (format->name == NULL || format->disabled || is_ours (format->name)
          || needs_file (format->name))
        continue;
      entry = g_new0 (Entry, 1);
      entry->format = format;
      entry->loader.name = format->name;
      entry->loader.extensions = thimble_pixbuf.format_get_extensions (format);
      entry->loader.is_scalable = (format->flags & GDK_PIXBUF_FORMAT_SCALABLE) != 0;
      entry->loader.is_thread_safe = (format->flags & GDK_PIXBUF_FORMAT_THREADSAFE) != 0;
      g_ptr_array_add (entries, entry);
    }
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

/* Returns: (transfer none) (element-type ThimblePixbufLoader): all that are installed and of use in
 *   a worker, by name, without those that have a codec of their own; any thread */
GPtrArray *
thimble_pixbuf_loader_list (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_list, NULL);
}

/* As GdkPixbufModulePattern is documented; unanchored patterns (SVG's) are not for us. */
static gboolean
pattern_matches (const GdkPixbufModulePattern *pattern, const guint8 *bytes, gsize n_bytes)
{
  if (pattern->relevance < MIN_RELEVANCE || (pattern->mask != NULL && pattern->mask[0] == '*'))
    return FALSE;

  for (gsize i = 0; pattern->prefix[i] != '\0'; i++)
    {
      char mask = pattern->mask != NULL && pattern->mask[0] != '\0' ? pattern->mask[i] : ' ';
      guint8 byte;

      if (i >= n_bytes)
        return FALSE;
      byte = bytes[i];
      if ((mask == ' ' && byte != (guint8) pattern->prefix[i])
          || (mask == '!' && byte == (guint8) pattern->prefix[i]) || (mask == 'z' && byte != 0)
          || (mask == 'n' && byte == 0))
        return FALSE;
    }
  return TRUE;
}

static gboolean
signature_matches (const GdkPixbufFormat *format, const guint8 *bytes, gsize n_bytes)
{
  for (const GdkPixbufModulePattern *p = format->signature; p != NULL && p->prefix != NULL; p++)
    if (pattern_matches (p, bytes, n_bytes))
      return TRUE;

  return FALSE;
}

/* The second header begins with its length, which tells its version. */
static gboolean
bmp_is_likely (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes >= 26 && bytes[15] == 0 && bytes[16] == 0 && bytes[17] == 0
         && strchr ("\x0c\x10\x28\x34\x38\x40\x6c\x7c", bytes[14]) != NULL && bytes[14] != 0;
}

/* Truevision TGA 2.0, header: a palette where the type has one, a size, a known depth. */
static gboolean
tga_is_likely (const guint8 *bytes, gsize n_bytes)
{
  guint8 type, depth;
  gboolean has_palette, is_grey;

  if (n_bytes < 18)
    return FALSE;
  type = bytes[2] & ~8;
  depth = bytes[16];
  has_palette = type == 1;
  is_grey = type == 3;
  return (bytes[2] & ~11) == 0 && type >= 1 && type <= 3 && bytes[1] == (has_palette ? 1 : 0)
         && (bytes[12] != 0 || bytes[13] != 0) && (bytes[14] != 0 || bytes[15] != 0)
         && (has_palette || is_grey ? depth == 8
                                    : depth == 15 || depth == 16 || depth == 24 || depth == 32)
         && (bytes[17] & 0xc0) == 0;
}

/* The HEIF loader's signature is that of every ISO base media file, most of which are videos; the
 * major brand tells (ISO/IEC 23008-12, section 10; AV1 Image File Format, section 6). */
static gboolean
has_image_brand (const guint8 *bytes, gsize n_bytes)
{
  static const char brands[][5] = { "avif", "avis", "heic", "heix", "heim", "heis",
                                    "hevc", "hevx", "mif1", "msf1" };

  for (gsize i = 0; i < G_N_ELEMENTS (brands); i++)
    if (n_bytes >= 12 && memcmp (bytes + 8, brands[i], 4) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_likely (const char *name, const guint8 *bytes, gsize n_bytes)
{
  if (n_bytes >= 8 && memcmp (bytes + 4, "ftyp", 4) == 0)
    return has_image_brand (bytes, n_bytes);
  if (strcmp (name, "bmp") == 0)
    return bmp_is_likely (bytes, n_bytes);
  if (strcmp (name, "tga") == 0)
    return tga_is_likely (bytes, n_bytes);
  if (strcmp (name, "pnm") == 0)
    return n_bytes >= 7 && (g_ascii_isspace (bytes[2]) || bytes[2] == '#');
  if (strcmp (name, "gif") == 0)
    return n_bytes >= 6 && (bytes[4] == '7' || bytes[4] == '9') && bytes[5] == 'a';
  if (strcmp (name, "ico") == 0)
    return n_bytes >= 22 && (bytes[9] == 0 || bytes[9] == 0xff);
  return TRUE;
}

/* Returns: (nullable): the loader for an image that begins so; any thread */
const ThimblePixbufLoader *
thimble_pixbuf_loader_for_bytes (const guint8 *bytes, gsize n_bytes)
{
  GPtrArray *entries = thimble_pixbuf_loader_list ();

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      const char *name = entry->loader.name;

      if (strcmp (name, "svg") == 0 ? thimble_svg_matches (bytes, n_bytes)
                                    : signature_matches (entry->format, bytes, n_bytes)
                                          && is_likely (name, bytes, n_bytes))
        return &entry->loader;
    }
  return NULL;
}
