/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a loader of gdk-pixbuf's is fed, and whether the file is whole as far as its container
 * tells. Most of those loaders take a file cut short for a picture with black at the bottom; what
 * the rows they report do not show has to be seen here. */

#include "thimble-exif.h"
#include "thimble-pixbuf-private.h"

#include <string.h>

#define N_ICO_HEADER_BYTES 6
#define N_ICO_ENTRY_BYTES 16

static gboolean
fail_cut_short (GError **error)
{
  g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                       "is cut short: it has fewer bytes than its header says.");
  return FALSE;
}

static guint32
read_le_32 (const guint8 *p)
{
  return p[0] | p[1] << 8 | p[2] << 16 | (guint32) p[3] << 24;
}

/* How good a picture of an ICO is: its area, then its depth. A side of 0 means 256. */
static guint
rank_ico_entry (const guint8 *entry, gboolean is_cursor)
{
  guint width = entry[0] != 0 ? entry[0] : 256;
  guint height = entry[1] != 0 ? entry[1] : 256;
  guint depth = is_cursor ? 0 : entry[6];

  return width * height * 64 + MIN (depth, 63);
}

/* Chooses the largest picture, and makes an ICO of that one alone: gdk-pixbuf knows no PNG in an
 * ICO, and gives half a picture of a file that has a bitmap and a PNG. All pictures must be inside
 * the file. */
static gboolean
open_ico (ThimblePixbufFeed *self, const guint8 *bytes, gsize n_bytes, GError **error)
{
  guint n_entries = bytes[4] | bytes[5] << 8;
  const guint8 *best = NULL;
  guint best_rank = 0;
  guint32 offset;

  if (n_bytes < N_ICO_HEADER_BYTES + (gsize) n_entries * N_ICO_ENTRY_BYTES)
    return fail_cut_short (error);

  for (guint i = 0; i < n_entries; i++)
    {
      const guint8 *entry = bytes + N_ICO_HEADER_BYTES + i * N_ICO_ENTRY_BYTES;
      guint rank = rank_ico_entry (entry, bytes[2] == 2);

      if ((guint64) read_le_32 (entry + 12) + read_le_32 (entry + 8) > n_bytes)
        return fail_cut_short (error);
      if (rank > best_rank)
        {
          best = entry;
          best_rank = rank;
        }
    }
  g_assert (best != NULL);

  offset = read_le_32 (best + 12);
  self->bytes = bytes + offset;
  self->n_bytes = read_le_32 (best + 8);
  if (self->n_bytes >= 8 && memcmp (self->bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    {
      self->is_png = TRUE;
      return TRUE;
    }

  self->n_head = N_ICO_HEADER_BYTES + N_ICO_ENTRY_BYTES;
  memcpy (self->head, bytes, 4);
  self->head[4] = 1;
  self->head[5] = 0;
  memcpy (self->head + N_ICO_HEADER_BYTES, best, 12);
  memcpy (self->head + N_ICO_HEADER_BYTES + 12, "\x16\0\0", 4);
  return TRUE;
}

/* Checks what formats say of their own length. */
static gboolean
is_whole (const char *name, const guint8 *bytes, gsize n_bytes)
{
  if (strcmp (name, "tiff") == 0)
    return thimble_exif_is_whole (bytes, n_bytes);
  if (strcmp (name, "ani") == 0)
    return n_bytes >= 8 && (guint64) read_le_32 (bytes + 4) + 8 <= n_bytes;
  if (strcmp (name, "icns") == 0)
    return n_bytes >= 8 && GUINT32_SWAP_LE_BE (read_le_32 (bytes + 4)) <= n_bytes;
  return TRUE;
}

/* Reads a number of a PNM's header: digits after white space and comments (the Netpbm formats'
 * manual). Returns: 0 where there is none */
static guint32
read_pnm_number (const guint8 *bytes, gsize n_bytes, gsize *position)
{
  gsize i = *position;
  guint64 number = 0;

  while (i < n_bytes && (g_ascii_isspace (bytes[i]) || bytes[i] == '#'))
    {
      if (bytes[i] == '#')
        while (i + 1 < n_bytes && bytes[i] != '\n' && bytes[i] != '\r')
          i++;
      i++;
    }
  for (; i < n_bytes && g_ascii_isdigit (bytes[i]) && number <= G_MAXINT32; i++)
    number = number * 10 + (bytes[i] - '0');
  *position = i;
  return (guint32) MIN (number, G_MAXINT32);
}

/* Two loaders say the size only together with a complaint when no picture is wanted. */
static void
read_size (ThimblePixbufFeed *self, const char *name)
{
  gsize position = 2;

  if (strcmp (name, "tga") == 0)
    {
      self->width = self->bytes[12] | self->bytes[13] << 8;
      self->height = self->bytes[14] | self->bytes[15] << 8;
    }
  else if (strcmp (name, "pnm") == 0)
    {
      self->width = read_pnm_number (self->bytes, self->n_bytes, &position);
      self->height = read_pnm_number (self->bytes, self->n_bytes, &position);
    }
}

/* What libtiff makes of the pixels when it is asked for RGBA: colour multiplied by alpha, except that
 * grey is left as it is stored (TIFF 6.0: ExtraSamples of 2 is alpha that is not multiplied in,
 * PhotometricInterpretation of 0 and 1 are grey). */
static void
read_tiff_pixels (ThimblePixbufFeed *self)
{
  guint32 photometric = 2, extra = 0;

  thimble_exif_get_uint (self->bytes, self->n_bytes, THIMBLE_TIFF_TAG_PHOTOMETRIC, &photometric);
  thimble_exif_get_uint (self->bytes, self->n_bytes, THIMBLE_TIFF_TAG_EXTRA_SAMPLES, &extra);
  self->is_gray = photometric <= 1;
  self->is_premultiplied = !(self->is_gray && extra == 2);
}

/* Finds what of @bytes, which stay the caller's, goes to @loader. Returns: %FALSE where the file is
 *   broken or cut short */
gboolean
thimble_pixbuf_feed_open (ThimblePixbufFeed *self,
                          const ThimblePixbufLoader *loader,
                          const guint8 *bytes,
                          gsize n_bytes,
                          GError **error)
{
  *self = (ThimblePixbufFeed) {
    .bytes = bytes,
    .n_bytes = n_bytes,
    .has_alpha = TRUE,
    .n_frames = 1,
  };

  if (strcmp (loader->name, "gif") == 0)
    return thimble_gif_open (self, bytes, n_bytes, error);
  if (strcmp (loader->name, "ico") == 0)
    return open_ico (self, bytes, n_bytes, error);
  if (strcmp (loader->name, "tiff") == 0)
    read_tiff_pixels (self);
  read_size (self, loader->name);
  return is_whole (loader->name, bytes, n_bytes) || fail_cut_short (error);
}
