/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file of the desktop's thumbnail cache says of its source, by the Thumbnail Managing
 * Standard 0.9.0, section "Thumbnail Attributes": text chunks (PNG specification 1.2, sections 3.2
 * and 4.2.3.1) put behind the header of a PNG that a worker made. */

#include "thimble-desktop-thumbnail.h"

#include <string.h>

/* The signature and IHDR, which is always first: 8 + 4 + 4 + 13 + 4 bytes. */
#define HEADER_BYTES 33

/* PNG specification 1.2, section 3.4: CRC-32 with the reversed polynomial, over type and data. A
 * few hundred bytes a file are not worth a table. */
static guint32
compute_crc (const guint8 *bytes, gsize n_bytes)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < n_bytes; i++)
    {
      crc ^= bytes[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
    }
  return ~crc;
}

static void
append_number (GByteArray *file, guint32 number)
{
  guint32 big_endian = GUINT32_TO_BE (number);

  g_byte_array_append (file, (const guint8 *) &big_endian, sizeof big_endian);
}

/* All values are ASCII: URIs are escaped, the rest is numbers and types. */
static void
append_text (GByteArray *file, const char *key, const char *value)
{
  guint begin;

  append_number (file, (guint32) (strlen (key) + 1 + strlen (value)));
  begin = file->len;
  g_byte_array_append (file, (const guint8 *) "tEXt", 4);
  g_byte_array_append (file, (const guint8 *) key, (guint) strlen (key) + 1);
  g_byte_array_append (file, (const guint8 *) value, (guint) strlen (value));
  append_number (file, compute_crc (file->data + begin, file->len - begin));
}

static void
append_integer (GByteArray *file, const char *key, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  append_text (file, key, text);
}

/* By its name, as file managers see it. */
static char *
dup_mime_type (const ThimbleOrigin *origin)
{
  g_autofree char *type = g_content_type_guess (origin->name, NULL, 0, NULL);

  return g_content_type_get_mime_type (type);
}

/**
 * thimble_desktop_thumbnail_new:
 * @png: a thumbnail; what is not a PNG comes back as it is
 * @origin: what it was made from
 * @width_px: of the source, upright
 * @height_px: likewise
 *
 * Any thread; opens nothing.
 *
 * Returns: (transfer full): the file for the cache
 */
GBytes *
thimble_desktop_thumbnail_new (GBytes *png,
                               const ThimbleOrigin *origin,
                               guint32 width_px,
                               guint32 height_px)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (png, &n_bytes);
  g_autofree char *uri = thimble_origin_dup_uri (origin);
  g_autofree char *mime_type = dup_mime_type (origin);
  g_autoptr(GByteArray) file = NULL;

  if (n_bytes < HEADER_BYTES || memcmp (bytes, "\211PNG\r\n\032\n", 8) != 0
      || memcmp (bytes + 12, "IHDR", 4) != 0)
    return g_bytes_ref (png);

  file = g_byte_array_sized_new ((guint) MIN (n_bytes, G_MAXINT32) + 512);
  g_byte_array_append (file, bytes, HEADER_BYTES);
  append_text (file, "Thumb::URI", uri);
  append_integer (file, "Thumb::MTime", origin->mtime_ns / 1000000000);
  append_integer (file, "Thumb::Size", origin->size);
  if (mime_type != NULL)
    append_text (file, "Thumb::Mimetype", mime_type);
  append_integer (file, "Thumb::Image::Width", width_px);
  append_integer (file, "Thumb::Image::Height", height_px);
  append_text (file, "Software", "Thimble");
  g_byte_array_append (file, bytes + HEADER_BYTES, (guint) (n_bytes - HEADER_BYTES));
  return g_byte_array_free_to_bytes (g_steal_pointer (&file));
}
