/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The blocks of a GIF (GIF89a specification, appendix B), walked without decoding: whether the file
 * is whole up to its trailer, how many frames it has, and where the first ends, so that a loader
 * need not decode the others. The loader fills up a frame that has too few pixels; so they are
 * counted, which takes the lengths of LZW's strings only (appendix F). */

#include "thimble-pixbuf-private.h"

#include <string.h>

#define N_HEADER_BYTES 13
#define N_IMAGE_BYTES 10 /* descriptor with its separator */

#define EXTENSION 0x21
#define IMAGE 0x2c
#define TRAILER 0x3b
#define GRAPHIC_CONTROL 0xf9

#define MAX_CODES 4096
#define NO_CODE MAX_CODES

typedef struct
{
  const guint8 *bytes;
  gsize n_bytes;
  gsize position;
} Walker;

static gboolean
skip (Walker *walker, gsize n_bytes)
{
  if (walker->n_bytes - walker->position < n_bytes)
    return FALSE;
  walker->position += n_bytes;
  return TRUE;
}

static gsize
palette_bytes (guint8 flags)
{
  return flags & 0x80 ? (gsize) 3 << ((flags & 7) + 1) : 0;
}

static gboolean
skip_sub_blocks (Walker *walker)
{
  while (walker->position < walker->n_bytes)
    {
      guint8 n_bytes = walker->bytes[walker->position];

      if (!skip (walker, (gsize) 1 + n_bytes))
        return FALSE;
      if (n_bytes == 0)
        return TRUE;
    }
  return FALSE;
}

/* Reads an image, of which only the first counts for the feed. */
static gboolean
read_image (Walker *walker, ThimblePixbufFeed *feed)
{
  gsize position = walker->position;
  const guint8 *image = walker->bytes + position;
  const guint8 *screen = walker->bytes + 6;
  guint top, height, screen_height;
  gboolean has_width;

  if (!skip (walker, N_IMAGE_BYTES) || !skip (walker, palette_bytes (image[9]) + 1)
      || !skip_sub_blocks (walker))
    return FALSE;

  if (feed->n_frames++ > 0)
    return TRUE;

  has_width = (image[5] != 0 || image[6] != 0) && (screen[0] != 0 || screen[1] != 0);
  top = image[3] | image[4] << 8;
  height = image[7] | image[8] << 8;
  screen_height = screen[2] | screen[3] << 8;
  feed->image = position;
  feed->n_bytes = walker->position;
  feed->n_rows = has_width ? MIN (height, screen_height - MIN (top, screen_height)) : 0;
  if (memcmp (image + 1, "\0\0\0", 4) != 0 || memcmp (image + 5, screen, 4) != 0)
    feed->has_alpha = TRUE;
  return TRUE;
}

static gboolean
read_extension (Walker *walker, ThimblePixbufFeed *feed)
{
  const guint8 *block = walker->bytes + walker->position;

  if (!skip (walker, 2))
    return FALSE;
  if (block[1] == GRAPHIC_CONTROL && walker->n_bytes - walker->position > 2 && feed->n_frames == 0
      && (block[3] & 1) != 0)
    feed->has_alpha = TRUE;
  return skip_sub_blocks (walker);
}

static gboolean
read_blocks (Walker *walker, ThimblePixbufFeed *feed)
{
  if (walker->n_bytes < N_HEADER_BYTES
      || !skip (walker, N_HEADER_BYTES + palette_bytes (walker->bytes[10])))
    return FALSE;

  while (walker->position < walker->n_bytes)
    switch (walker->bytes[walker->position])
      {
      case TRAILER:
        return TRUE;
      case IMAGE:
        if (!read_image (walker, feed))
          return FALSE;
        break;
      case EXTENSION:
        if (!read_extension (walker, feed))
          return FALSE;
        break;
      default: /* filler, as every reader passes over it */
        walker->position++;
      }
  return FALSE;
}

/* Has the loader fed with the first frame, if the whole file is there. */
gboolean
thimble_gif_open (ThimblePixbufFeed *feed, const guint8 *bytes, gsize n_bytes, GError **error)
{
  Walker walker = { .bytes = bytes, .n_bytes = n_bytes };

  feed->has_alpha = FALSE;
  feed->n_frames = 0;
  if (!read_blocks (&walker, feed))
    {
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is cut short: it ends before its end marker.");
      return FALSE;
    }
  if (feed->n_frames == 0 || feed->n_rows == 0)
    {
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is a GIF without a picture in it.");
      return FALSE;
    }
  feed->width = bytes[6] | bytes[7] << 8;
  feed->height = bytes[8] | bytes[9] << 8;
  feed->tail[0] = TRAILER;
  feed->n_tail = 1;
  return TRUE;
}

typedef struct
{
  guint clear;  /* the code that empties the table; the next one ends the data */
  guint n_bits; /* of a code now */
  guint n_codes;
  guint previous;
  guint64 n_pixels;
  guint16 lengths[MAX_CODES]; /* of the string of each code, pixels */
} Lzw;

static void
lzw_reset (Lzw *lzw)
{
  lzw->n_codes = lzw->clear + 2;
  lzw->n_bits = 1;
  while (1u << lzw->n_bits < lzw->n_codes)
    lzw->n_bits++;
  lzw->previous = NO_CODE;
}

/* Returns: %FALSE at the end of the data, and at a code that means nothing */
static gboolean
lzw_take (Lzw *lzw, guint code)
{
  guint n_new = lzw->previous != NO_CODE ? lzw->lengths[lzw->previous] + 1u : 0;

  if (code == lzw->clear)
    {
      lzw_reset (lzw);
      return TRUE;
    }
  if (code == lzw->clear + 1 || code > lzw->n_codes || (code == lzw->n_codes && n_new == 0))
    return FALSE;

  if (n_new > 0 && lzw->n_codes < MAX_CODES)
    {
      lzw->lengths[lzw->n_codes++] = (guint16) n_new;
      if (lzw->n_codes == 1u << lzw->n_bits && lzw->n_bits < 12)
        lzw->n_bits++;
    }
  if (code >= lzw->n_codes)
    return FALSE;
  lzw->n_pixels += lzw->lengths[code];
  lzw->previous = code;
  return TRUE;
}

/* Counts the pixels of the sub-blocks at @data, whose structure is known to be whole. */
static guint64
count_pixels (const guint8 *data)
{
  guint code_size = MIN (data[0], 11);
  Lzw lzw = { .clear = 1u << code_size };
  guint32 bits = 0;
  guint n_bits = 0;

  for (guint i = 0; i < lzw.clear; i++)
    lzw.lengths[i] = 1;
  lzw_reset (&lzw);

  data++;
  for (guint n_left = *data++; n_left > 0; n_left = *data++)
    for (; n_left > 0; n_left--)
      {
        bits |= (guint32) *data++ << n_bits;
        n_bits += 8;
        while (n_bits >= lzw.n_bits)
          {
            guint code = bits & ((1u << lzw.n_bits) - 1);

            bits >>= lzw.n_bits;
            n_bits -= lzw.n_bits;
            if (!lzw_take (&lzw, code))
              return lzw.n_pixels;
          }
      }
  return lzw.n_pixels;
}

/* Returns: whether the first frame's data have a pixel for each of its places */
gboolean
thimble_gif_has_all_pixels (const ThimblePixbufFeed *feed)
{
  const guint8 *image = feed->bytes + feed->image;
  guint64 width = image[5] | image[6] << 8;
  guint64 height = image[7] | image[8] << 8;

  return count_pixels (image + N_IMAGE_BYTES + palette_bytes (image[9])) >= width * height;
}
