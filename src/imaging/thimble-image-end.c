/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Is a file there to its end, without decoding it: the structure of JPEG, PNG, GIF, RIFF and ISO media
 * is walked to the mark or the length that ends it. What comes after the end does no harm. */

#include "thimble-image-end.h"

#include <string.h>

static guint32
read_be32 (const guint8 *at)
{
  return (guint32) at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static guint32
read_le32 (const guint8 *at)
{
  return (guint32) at[3] << 24 | at[2] << 16 | at[1] << 8 | at[0];
}

/* The next marker after compressed data: 0xFF and neither a stuffed zero nor a restart (ITU T.81,
 * B.1.1.2). */
static const guint8 *
skip_jpeg_scan (const guint8 *at, const guint8 *end)
{
  while (at < end && (at = memchr (at, 0xff, end - at)) != NULL && end - at >= 2)
    {
      if (at[1] != 0x00 && !(at[1] >= 0xd0 && at[1] <= 0xd7) && at[1] != 0xff)
        return at;
      at += at[1] == 0xff ? 1 : 2;
    }
  return end;
}

/* ITU T.81, annex B: segments with their lengths, scans, and EOI. */
static ThimbleImageEnd
find_jpeg_end (const guint8 *bytes, gsize n_bytes)
{
  const guint8 *at = bytes + 2;
  const guint8 *end = bytes + n_bytes;
  gboolean has_scan = FALSE;

  while (end - at >= 2 && at[0] == 0xff)
    {
      guint8 marker = at[1];
      gsize length;

      if (marker == 0xff)
        {
          at++;
          continue;
        }
      if (marker == 0xd9)
        return has_scan ? THIMBLE_IMAGE_END_FOUND : THIMBLE_IMAGE_END_MISSING;
      at += 2;
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8))
        continue;
      if (end - at < 2)
        break;
      length = at[0] << 8 | at[1];
      if (length < 2 || (gsize) (end - at) < length)
        break;
      at += length;
      if (marker == 0xda)
        {
          has_scan = TRUE;
          at = skip_jpeg_scan (at, end);
        }
    }
  return THIMBLE_IMAGE_END_MISSING;
}

/* PNG (ISO/IEC 15948), section 5.3: chunks up to IEND. */
static ThimbleImageEnd
find_png_end (const guint8 *bytes, gsize n_bytes)
{
  gsize at = 8;

  while (n_bytes - at >= 12)
    {
      gsize length = read_be32 (bytes + at);

      if (length > n_bytes - at - 12)
        break;
      if (memcmp (bytes + at + 4, "IEND", 4) == 0)
        return THIMBLE_IMAGE_END_FOUND;
      at += length + 12;
    }
  return THIMBLE_IMAGE_END_MISSING;
}

static gsize
skip_gif_blocks (const guint8 *bytes, gsize at, gsize n_bytes)
{
  while (at < n_bytes && bytes[at] != 0)
    at += bytes[at] + 1;
  return at + 1;
}

static gsize
get_gif_colours (guint8 flags)
{
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/* GIF89a, appendix B: blocks up to the trailer. */
static ThimbleImageEnd
find_gif_end (const guint8 *bytes, gsize n_bytes)
{
  gsize at = n_bytes >= 13 ? 13 + get_gif_colours (bytes[10]) : n_bytes;
  gboolean has_image = FALSE;

  while (at < n_bytes)
    switch (bytes[at])
      {
      case 0x3b:
        return has_image ? THIMBLE_IMAGE_END_FOUND : THIMBLE_IMAGE_END_MISSING;
      case 0x21:
        at = skip_gif_blocks (bytes, at + 2, n_bytes);
        break;
      case 0x2c:
        if (n_bytes - at < 11)
          return THIMBLE_IMAGE_END_MISSING;
        has_image = TRUE;
        at = skip_gif_blocks (bytes, at + 11 + get_gif_colours (bytes[at + 9]), n_bytes);
        break;
      default:
        return THIMBLE_IMAGE_END_MISSING;
      }
  return THIMBLE_IMAGE_END_MISSING;
}

/* RIFF: the length of all that follows its own eight bytes (RFC 9649, section 2.3). */
static ThimbleImageEnd
find_riff_end (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes >= 12 && read_le32 (bytes + 4) <= n_bytes - 8 ? THIMBLE_IMAGE_END_FOUND
                                                               : THIMBLE_IMAGE_END_MISSING;
}

/* ISO/IEC 14496-12, section 4.2: boxes, the last of which ends with the file; an image's bytes are in
 * "mdat". A box of length 0 goes on to the end, wherever that is. */
static ThimbleImageEnd
find_iso_end (const guint8 *bytes, gsize n_bytes)
{
  gsize at = 0;
  gboolean has_data = FALSE;

  while (at < n_bytes)
    {
      guint64 length;

      if (n_bytes - at < 8)
        return THIMBLE_IMAGE_END_MISSING;
      length = read_be32 (bytes + at);
      if (length == 0)
        return THIMBLE_IMAGE_END_UNKNOWN;
      if (length == 1 && n_bytes - at >= 16)
        length = (guint64) read_be32 (bytes + at + 8) << 32 | read_be32 (bytes + at + 12);
      if (length < 8 || length > n_bytes - at)
        return THIMBLE_IMAGE_END_MISSING;
      has_data |= memcmp (bytes + at + 4, "mdat", 4) == 0;
      at += length;
    }
  return has_data ? THIMBLE_IMAGE_END_FOUND : THIMBLE_IMAGE_END_MISSING;
}

/**
 * thimble_image_end_find:
 * @bytes: (array length=n_bytes): a file
 *
 * Any thread.
 *
 * Returns: whether the image's end is there, as far as its format has one
 */
ThimbleImageEnd
thimble_image_end_find (const guint8 *bytes, gsize n_bytes)
{
  if (n_bytes >= 3 && memcmp (bytes, "\xff\xd8\xff", 3) == 0)
    return find_jpeg_end (bytes, n_bytes);
  if (n_bytes >= 8 && memcmp (bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    return find_png_end (bytes, n_bytes);
  if (n_bytes >= 4 && memcmp (bytes, "GIF8", 4) == 0)
    return find_gif_end (bytes, n_bytes);
  if (n_bytes >= 4 && memcmp (bytes, "RIFF", 4) == 0)
    return find_riff_end (bytes, n_bytes);
  if (n_bytes >= 12 && memcmp (bytes + 4, "ftyp", 4) == 0)
    return find_iso_end (bytes, n_bytes);
  return THIMBLE_IMAGE_END_UNKNOWN;
}
