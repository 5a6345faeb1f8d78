/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file says it is, from numbers at known places: format and size of an output before it gets
 * its name. No decoder is asked, as that would be to read in the parent what a worker may have made
 * up; what is here looks at a few bytes, allocates nothing and follows nothing but the lengths of a
 * JPEG's segments, forwards. It knows what our encoders write, no more. */

#include "thimble-output-size.h"

#include <string.h>

static guint32
get_be16 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 8 | bytes[1];
}

static guint32
get_be32 (const guint8 *bytes)
{
  return get_be16 (bytes) << 16 | get_be16 (bytes + 2);
}

static guint32
get_le (const guint8 *bytes, guint n_bytes)
{
  guint32 value = 0;

  while (n_bytes-- > 0)
    value = value << 8 | bytes[n_bytes];
  return value;
}

/* ITU-T T.81, B.1.1 and B.2.2: from segment to segment up to the frame header. */
static gboolean
read_jpeg (const guint8 *bytes, gsize n_bytes, guint32 *width_px, guint32 *height_px)
{
  gsize at = 2;

  while (at + 9 <= n_bytes && bytes[at] == 0xff)
    {
      guint8 marker = bytes[at + 1];

      if (marker >= 0xc0 && marker <= 0xc2)
        {
          *height_px = get_be16 (bytes + at + 5);
          *width_px = get_be16 (bytes + at + 7);
          return TRUE;
        }
      if (marker < 0xc0 || marker == 0xda)
        return FALSE;
      at += 2 + MAX (get_be16 (bytes + at + 2), 2);
    }
  return FALSE;
}

/* W3C PNG, section 11.2.1: the first chunk is IHDR. */
static gboolean
read_png (const guint8 *bytes, gsize n_bytes, guint32 *width_px, guint32 *height_px)
{
  if (n_bytes < 33 || memcmp (bytes + 8, "\0\0\0\x0dIHDR", 8) != 0)
    return FALSE;
  *width_px = get_be32 (bytes + 16);
  *height_px = get_be32 (bytes + 20);
  return TRUE;
}

/* RFC 9649, sections 2.5 to 2.7: the first chunk has the size, each kind in its own way. */
static gboolean
read_webp (const guint8 *bytes, gsize n_bytes, guint32 *width_px, guint32 *height_px)
{
  if (n_bytes < 30)
    return FALSE;
  if (memcmp (bytes + 12, "VP8X", 4) == 0)
    {
      *width_px = get_le (bytes + 24, 3) + 1;
      *height_px = get_le (bytes + 27, 3) + 1;
    }
  else if (memcmp (bytes + 12, "VP8L", 4) == 0 && bytes[20] == 0x2f)
    {
      guint32 bits = get_le (bytes + 21, 4);

      *width_px = (bits & 0x3fff) + 1;
      *height_px = (bits >> 14 & 0x3fff) + 1;
    }
  else if (memcmp (bytes + 12, "VP8 ", 4) == 0 && memcmp (bytes + 23, "\x9d\x01\x2a", 3) == 0)
    {
      *width_px = get_le (bytes + 26, 2) & 0x3fff;
      *height_px = get_le (bytes + 28, 2) & 0x3fff;
    }
  else
    return FALSE;
  return TRUE;
}

/**
 * thimble_output_size_read:
 * @bytes: (array length=n_bytes): a JPEG, PNG or WebP file, or anything else
 * @format: (out): which of them
 * @width_px: (out): as its header says
 * @height_px: (out): likewise
 *
 * Any thread.
 *
 * Returns: whether it begins as one of them
 */
gboolean
thimble_output_size_read (const guint8 *bytes,
                          gsize n_bytes,
                          ThimbleFormat *format,
                          guint32 *width_px,
                          guint32 *height_px)
{
  if (n_bytes >= 4 && memcmp (bytes, "\xff\xd8\xff", 3) == 0)
    {
      *format = THIMBLE_FORMAT_JPEG;
      return read_jpeg (bytes, n_bytes, width_px, height_px);
    }
  if (n_bytes >= 8 && memcmp (bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    {
      *format = THIMBLE_FORMAT_PNG;
      return read_png (bytes, n_bytes, width_px, height_px);
    }
  if (n_bytes >= 12 && memcmp (bytes, "RIFF", 4) == 0 && memcmp (bytes + 8, "WEBP", 4) == 0)
    {
      *format = THIMBLE_FORMAT_WEBP;
      return read_webp (bytes, n_bytes, width_px, height_px);
    }
  return FALSE;
}
