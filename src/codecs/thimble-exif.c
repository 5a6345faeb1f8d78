/* SPDX-License-Identifier: GPL-3.0-or-later */

/* EXIF blocks, which are small TIFF files (TIFF 6.0, section 2; EXIF 2.3, section 4.5): reads
 * single tags, and patches a block for a picture that was turned upright and resized. Every offset
 * and count in a block is untrusted: nothing is read or written but through read_* and write_*,
 * which check. */

#include "thimble-exif.h"

#include <string.h>

#define N_HEADER_BYTES 8
#define N_ENTRY_BYTES 12

#define TAG_THUMBNAIL_OFFSET 0x0201
#define TAG_THUMBNAIL_LENGTH 0x0202
#define TAG_EXIF_IFD 0x8769
#define TAG_PIXEL_X_DIMENSION 0xa002
#define TAG_PIXEL_Y_DIMENSION 0xa003

enum
{
  TYPE_BYTE = 1,
  TYPE_ASCII = 2,
  TYPE_SHORT = 3,
  TYPE_LONG = 4,
  TYPE_UNDEFINED = 7,
};

typedef struct
{
  guint8 *bytes; /* written only by rewrite, which has a copy of its own */
  gsize n_bytes;
  gboolean is_big_endian;
} Block;

static gboolean
read_16 (const Block *block, gsize offset, guint32 *value)
{
  const guint8 *p;

  if (offset > block->n_bytes || block->n_bytes - offset < 2)
    return FALSE;
  p = block->bytes + offset;
  *value = block->is_big_endian ? p[0] << 8 | p[1] : p[1] << 8 | p[0];
  return TRUE;
}

static gboolean
read_32 (const Block *block, gsize offset, guint32 *value)
{
  guint32 first = 0, second = 0;

  if (!read_16 (block, offset, &first) || !read_16 (block, offset + 2, &second))
    return FALSE;
  *value = block->is_big_endian ? first << 16 | second : second << 16 | first;
  return TRUE;
}

/* @offset was read from before, so it is inside. */
static void
write_16 (Block *block, gsize offset, guint32 value)
{
  g_assert (offset + 2 <= block->n_bytes);
  block->bytes[offset + (block->is_big_endian ? 0 : 1)] = value >> 8 & 0xff;
  block->bytes[offset + (block->is_big_endian ? 1 : 0)] = value & 0xff;
}

static void
write_32 (Block *block, gsize offset, guint32 value)
{
  write_16 (block, offset, block->is_big_endian ? value >> 16 : value & 0xffff);
  write_16 (block, offset + 2, block->is_big_endian ? value & 0xffff : value >> 16);
}

/* Returns: whether it has a header that names a first directory */
static gboolean
open_block (Block *block, const guint8 *bytes, gsize n_bytes, guint32 *first_ifd)
{
  guint32 magic;

  *block = (Block) { .bytes = (guint8 *) bytes, .n_bytes = n_bytes };
  if (n_bytes < N_HEADER_BYTES || n_bytes > G_MAXUINT32)
    return FALSE;
  if (memcmp (bytes, "MM", 2) == 0)
    block->is_big_endian = TRUE;
  else if (memcmp (bytes, "II", 2) != 0)
    return FALSE;

  return read_16 (block, 2, &magic) && magic == 42 && read_32 (block, 4, first_ifd)
         && *first_ifd >= N_HEADER_BYTES;
}

/* Returns: where the entry of @tag in the directory at @ifd is, whole and inside; 0 if nowhere */
static gsize
find_entry (const Block *block, gsize ifd, guint32 tag)
{
  guint32 n_entries, found;

  if (!read_16 (block, ifd, &n_entries))
    return 0;

  for (gsize i = 0, entry = ifd + 2; i < n_entries; i++, entry += N_ENTRY_BYTES)
    {
      if (entry + N_ENTRY_BYTES > block->n_bytes || !read_16 (block, entry, &found))
        return 0;
      if (found == tag)
        return entry;
    }
  return 0;
}

/* Reads an entry that is one SHORT or one LONG. */
static gboolean
read_entry (const Block *block, gsize entry, guint32 *value)
{
  guint32 type, count;

  if (entry == 0 || !read_16 (block, entry + 2, &type) || !read_32 (block, entry + 4, &count)
      || count != 1)
    return FALSE;
  if (type == TYPE_SHORT)
    return read_16 (block, entry + 8, value);
  return type == TYPE_LONG && read_32 (block, entry + 8, value);
}

/* Writes one where there is one; a SHORT that would not hold @value becomes a LONG. */
static void
write_entry (Block *block, gsize entry, guint32 value)
{
  guint32 type, old_value;

  if (!read_entry (block, entry, &old_value) || !read_16 (block, entry + 2, &type))
    return;
  if (type == TYPE_SHORT && value <= G_MAXUINT16)
    {
      write_16 (block, entry + 8, value);
      return;
    }
  write_16 (block, entry + 2, TYPE_LONG);
  write_32 (block, entry + 8, value);
}

/**
 * thimble_exif_get_uint:
 * @tiff: (array length=n_bytes): a TIFF file, or an EXIF block from its TIFF header on
 * @tag: a tag of the first directory
 * @value: (out): its value
 *
 * Reads a tag that is a single SHORT or LONG. Any thread.
 *
 * Returns: whether it is there and not broken
 */
gboolean
thimble_exif_get_uint (const guint8 *tiff, gsize n_bytes, guint16 tag, guint32 *value)
{
  Block block;
  guint32 ifd;

  return open_block (&block, tiff, n_bytes, &ifd)
         && read_entry (&block, find_entry (&block, ifd, tag), value);
}

/**
 * thimble_exif_get_data:
 * @tiff: (array length=n_bytes): a TIFF file, or an EXIF block from its TIFF header on
 * @tag: a tag of the first directory
 * @n_data: (out): how many bytes, at least 5
 *
 * Finds a tag of bytes that are not in its entry itself, such as an ICC profile. Any thread.
 *
 * Returns: (nullable) (array length=n_data): the bytes inside @tiff, or %NULL if there are none
 */
const guint8 *
thimble_exif_get_data (const guint8 *tiff, gsize n_bytes, guint16 tag, gsize *n_data)
{
  Block block;
  guint32 ifd, type, count, offset;
  gsize entry;

  if (!open_block (&block, tiff, n_bytes, &ifd))
    return NULL;
  entry = find_entry (&block, ifd, tag);
  if (entry == 0 || !read_16 (&block, entry + 2, &type) || !read_32 (&block, entry + 4, &count)
      || !read_32 (&block, entry + 8, &offset))
    return NULL;
  if (type != TYPE_BYTE && type != TYPE_ASCII && type != TYPE_UNDEFINED)
    return NULL;
  if (count <= 4 || offset > n_bytes || n_bytes - offset < count)
    return NULL;

  *n_data = count;
  return tiff + offset;
}

/**
 * thimble_exif_is_whole:
 * @tiff: (array length=n_bytes): a TIFF file, or an EXIF block from its TIFF header on
 *
 * Whether the first directory and all values it refers to are inside; what strips and other
 * directories refer to is not looked at. Any thread.
 */
gboolean
thimble_exif_is_whole (const guint8 *tiff, gsize n_bytes)
{
  static const guint8 n_type_bytes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4 };
  Block block;
  guint32 ifd, n_entries, type, count, offset;

  if (!open_block (&block, tiff, n_bytes, &ifd) || !read_16 (&block, ifd, &n_entries))
    return FALSE;

  for (gsize i = 0, entry = (gsize) ifd + 2; i < n_entries; i++, entry += N_ENTRY_BYTES)
    {
      guint64 n_value_bytes;

      if (!read_16 (&block, entry + 2, &type) || !read_32 (&block, entry + 4, &count)
          || !read_32 (&block, entry + 8, &offset))
        return FALSE;
      n_value_bytes = type < sizeof n_type_bytes ? (guint64) count * n_type_bytes[type] : 0;
      if (n_value_bytes > 4 && offset + n_value_bytes > n_bytes)
        return FALSE;
    }
  return TRUE;
}

/**
 * thimble_exif_get_orientation:
 * @tiff: (array length=n_bytes): an EXIF block from its TIFF header on; may be anything at all
 *
 * Any thread.
 *
 * Returns: 1 to 8 as EXIF 2.3 has it for tag 0x0112; 1 where there is none or it is broken
 */
int
thimble_exif_get_orientation (const guint8 *tiff, gsize n_bytes)
{
  guint32 orientation;

  if (!thimble_exif_get_uint (tiff, n_bytes, THIMBLE_TIFF_TAG_ORIENTATION, &orientation)
      || orientation < 1 || orientation > 8)
    return 1;
  return (int) orientation;
}

/* Unlinks the directory of the embedded thumbnail and blanks that picture, which shows what the
 * picture was before. A thumbnail at the end of the block, where it nearly always is, is cut off.
 * Returns: %FALSE if the block is broken */
static gboolean
drop_thumbnail (Block *block, gsize ifd)
{
  guint32 n_entries, next_ifd, offset, n_bytes;
  gsize link;

  if (!read_16 (block, ifd, &n_entries))
    return FALSE;
  link = ifd + 2 + (gsize) n_entries * N_ENTRY_BYTES;
  if (!read_32 (block, link, &next_ifd))
    return FALSE;
  write_32 (block, link, 0);

  if (next_ifd == 0
      || !read_entry (block, find_entry (block, next_ifd, TAG_THUMBNAIL_OFFSET), &offset)
      || !read_entry (block, find_entry (block, next_ifd, TAG_THUMBNAIL_LENGTH), &n_bytes))
    return TRUE;
  if (offset >= block->n_bytes)
    return TRUE;
  if (offset < link + 4)
    return FALSE;

  n_bytes = MIN (n_bytes, block->n_bytes - offset);
  memset (block->bytes + offset, 0, n_bytes);
  if (offset + n_bytes == block->n_bytes)
    block->n_bytes = offset;
  return TRUE;
}

/**
 * thimble_exif_rewrite:
 * @tiff: an EXIF block from its TIFF header on
 * @width_px: of the picture that will have it
 * @height_px: likewise
 *
 * Makes a block for a picture that was turned upright and resized: orientation 1, the tags of its
 * size set where there are any (ImageWidth, ImageLength, PixelXDimension, PixelYDimension), the
 * embedded thumbnail gone. Everything else stays where it is, so that the offsets in maker notes
 * stay right. Any thread.
 *
 * Returns: (transfer full) (nullable): the new block, or %NULL if @tiff is broken
 */
GBytes *
thimble_exif_rewrite (GBytes *tiff, guint32 width_px, guint32 height_px)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (tiff, &n_bytes);
  g_autofree guint8 *copy = NULL;
  Block block;
  guint32 ifd, exif_ifd;

  if (!open_block (&block, bytes, n_bytes, &ifd))
    return NULL;

  copy = g_memdup2 (bytes, n_bytes);
  block.bytes = copy;
  if (!drop_thumbnail (&block, ifd))
    return NULL;

  write_entry (&block, find_entry (&block, ifd, THIMBLE_TIFF_TAG_ORIENTATION), 1);
  write_entry (&block, find_entry (&block, ifd, THIMBLE_TIFF_TAG_IMAGE_WIDTH), width_px);
  write_entry (&block, find_entry (&block, ifd, THIMBLE_TIFF_TAG_IMAGE_LENGTH), height_px);
  if (read_entry (&block, find_entry (&block, ifd, TAG_EXIF_IFD), &exif_ifd))
    {
      write_entry (&block, find_entry (&block, exif_ifd, TAG_PIXEL_X_DIMENSION), width_px);
      write_entry (&block, find_entry (&block, exif_ifd, TAG_PIXEL_Y_DIMENSION), height_px);
    }

  return g_bytes_new_take (g_steal_pointer (&copy), block.n_bytes);
}
