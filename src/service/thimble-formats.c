/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Thimble reads and writes, as a list for people. */

#include "thimble-engine.h"

#include "thimble-codec.h"
#include "thimble-pixbuf-codec.h"

#include <string.h>

void
thimble_known_format_free (ThimbleKnownFormat *self)
{
  g_free (self->name);
  g_free (self->extensions);
  g_free (self->codec);
  g_free (self);
}

static void
add (GPtrArray *formats, const char *name, const char *extensions, gboolean can_write, const char *codec)
{
  ThimbleKnownFormat *format = g_new0 (ThimbleKnownFormat, 1);

  format->name = g_strdup (name);
  format->extensions = g_strdup (extensions);
  format->can_read = TRUE;
  format->can_write = can_write;
  format->codec = g_strdup (codec);
  g_ptr_array_add (formats, format);
}

static gboolean
is_our_own (const char *name)
{
  return g_str_equal (name, "jpeg") || g_str_equal (name, "png") || g_str_equal (name, "webp");
}

/**
 * thimble_engine_list_formats:
 *
 * Returns: (transfer full) (element-type ThimbleKnownFormat): what is read and written, by name;
 *   loads the list of gdk-pixbuf's loaders from disk
 */
GPtrArray *
thimble_engine_list_formats (void)
{
  GPtrArray *formats
    = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_known_format_free);
  g_auto(GStrv) loaders = thimble_pixbuf_codec_list_formats ();

  add (formats, "jpeg", "jpg, jpeg, jpe, jfif", TRUE, thimble_jpeg_codec.name);
  add (formats, "png", "png", TRUE, thimble_png_codec.name);
  add (formats, "webp", "webp", TRUE, thimble_webp_codec.name);

  for (guint i = 0; loaders[i] != NULL; i++)
    {
      g_auto(GStrv) parts = g_strsplit_set (loaders[i], " ,", -1);
      g_autofree char *extensions = g_strjoinv (", ", parts + 1);

      if (!is_our_own (parts[0]))
        add (formats, parts[0], extensions, FALSE, thimble_pixbuf_codec.name);
    }
  return formats;
}
