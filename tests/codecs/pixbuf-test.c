/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See pixbuf-test.h. */

#include "pixbuf-test.h"

void
pixbuf_test_put_le_16 (GByteArray *file, guint value)
{
  guint8 bytes[2] = { value & 0xff, value >> 8 & 0xff };

  g_byte_array_append (file, bytes, 2);
}

void
pixbuf_test_put_le_32 (GByteArray *file, guint value)
{
  pixbuf_test_put_le_16 (file, value & 0xffff);
  pixbuf_test_put_le_16 (file, value >> 16);
}

void
pixbuf_test_put_bytes (GByteArray *file, const char *bytes, gsize n_bytes)
{
  g_byte_array_append (file, (const guint8 *) bytes, (guint) n_bytes);
}

gboolean
pixbuf_test_has_loader (const char *name)
{
  g_auto (GStrv) formats = thimble_pixbuf_codec_list_formats ();
  g_autofree char *prefix = g_strconcat (name, " ", NULL);
  g_autofree char *reason = g_strdup_printf ("gdk-pixbuf has no loader for %s here", name);

  for (char **format = formats; *format != NULL; format++)
    if (g_str_has_prefix (*format, prefix))
      return TRUE;
  g_test_skip (reason);
  return FALSE;
}
