/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The segments of a JPEG up to its first scan (ITU-T T.81, annex B): where EXIF and XMP are, the
 * pieces of the ICC profile (ICC.1:2010, annex B.4), and what the frame will cost in memory. Walks
 * over the bytes in place, so that nothing has to be kept for a file with a thousand segments; the
 * picture itself is libjpeg-turbo's matter. */

#include "thimble-jpeg-private.h"

#include <string.h>

#define N_ICC_HEADER_BYTES 14
#define MAX_ICC_PIECES 255

/* Begins behind the start marker, which was seen. */
void
thimble_jpeg_walker_init (ThimbleJpegWalker *walker, const guint8 *bytes, gsize n_bytes)
{
  *walker = (ThimbleJpegWalker) { .bytes = bytes, .n_bytes = n_bytes, .position = 2 };
}

/* What a processor compares at once; where it has no vector unit these are loops. */
typedef guint8 Bytes __attribute__ ((vector_size (16)));
typedef guint64 Words __attribute__ ((vector_size (16)));

/* Whether one of the @n vectors from @p on has an 0xFF without a zero behind it. */
static inline __attribute__ ((always_inline)) gboolean
has_marker (const guint8 *p, const guint n)
{
  Words found = { 0 };

#pragma GCC unroll 4
  for (guint i = 0; i < n; i++, p += sizeof (Bytes))
    {
      Bytes bytes, behind;

      memcpy (&bytes, p, sizeof bytes);
      memcpy (&behind, p + 1, sizeof behind);
      found |= (Words) ((bytes == 0xff) & (behind != 0));
    }
  return (found[0] | found[1]) != 0;
}

/* Returns: (nullable): the next 0xFF that is not data of a scan, or %NULL where there is none before
 *   the last byte */
const guint8 *
thimble_jpeg_find_marker (const guint8 *p, const guint8 *end)
{
  const guint n = 4;

  while (end - p > (gssize) (n * sizeof (Bytes)) && !has_marker (p, n))
    p += n * sizeof (Bytes);
  for (; end - p > 1; p++)
    if (p[0] == 0xff && p[1] != 0)
      return p;
  return NULL;
}

/* Finds the next marker with a length, passing over filler as libjpeg does, and so over the data of a
 * scan. Returns: %FALSE at the end of the bytes or of the image; @position is then of the marker */
gboolean
thimble_jpeg_walker_next (ThimbleJpegWalker *walker)
{
  const guint8 *end = walker->bytes + walker->n_bytes;

  while (walker->position + 2 <= walker->n_bytes)
    {
      const guint8 *p = thimble_jpeg_find_marker (walker->bytes + walker->position, end);
      gsize length;

      if (p == NULL)
        break;
      walker->position = (gsize) (p - walker->bytes);
      if (p[1] == 0xff || p[1] == THIMBLE_JPEG_TEM
          || (p[1] >= THIMBLE_JPEG_RST0 && p[1] < THIMBLE_JPEG_SOI))
        {
          walker->position++;
          continue;
        }
      if (p[1] == THIMBLE_JPEG_SOI || p[1] == THIMBLE_JPEG_EOI || end - p < 4)
        return FALSE;

      length = (gsize) p[2] << 8 | p[3];
      if (length < 2 || walker->n_bytes - walker->position - 2 < length)
        return FALSE;

      walker->marker = p[1];
      walker->data = p + 4;
      walker->n_data = length - 2;
      walker->position += 2 + length;
      return TRUE;
    }
  walker->position = walker->n_bytes;
  return FALSE;
}

/* Goes on from somewhere else in the file. */
void
thimble_jpeg_walker_go_to (ThimbleJpegWalker *walker, const guint8 *p)
{
  walker->position = (gsize) (p - walker->bytes);
}

/* Whether the end marker is where the walk has ended. */
gboolean
thimble_jpeg_walker_is_at_end (const ThimbleJpegWalker *walker)
{
  const guint8 *p = walker->bytes + walker->position;

  return walker->position + 2 <= walker->n_bytes && p[0] == 0xff && p[1] == THIMBLE_JPEG_EOI;
}

static gboolean
has_prefix (const ThimbleJpegWalker *walker, const char *prefix, gsize n_prefix)
{
  return walker->n_data > n_prefix && memcmp (walker->data, prefix, n_prefix) == 0;
}

static gboolean
is_frame_header (guint8 marker)
{
  return marker >= THIMBLE_JPEG_SOF0 && marker <= THIMBLE_JPEG_SOF15 && marker != THIMBLE_JPEG_DHT
         && marker != THIMBLE_JPEG_JPG && marker != THIMBLE_JPEG_DAC;
}

/* A component of fewer samples than the others is scaled down less by libjpeg, in powers of two that
 * fit both its sides: 4:2:0 comes out with all its colour, 4:2:2 with half, 4:1:1 with a quarter. */
static guint
get_colour_factor (guint h, guint v, guint max_h, guint max_v)
{
  guint size = 1;

  while (size < 8 && max_h % (2 * h * size) == 0 && max_v % (2 * v * size) == 0)
    size *= 2;
  return MAX (max_h / h, max_v / v) / size;
}

/* Counts coefficients as libjpeg stores them: whole MCUs of 8×8 blocks. */
static void
read_frame_header (ThimbleJpegSegments *self, const ThimbleJpegWalker *walker)
{
  const guint8 *data = walker->data;
  guint64 height, width, n_mcus;
  guint max_h = 1, max_v = 1, n_blocks = 0;

  if (walker->n_data < 6 || walker->n_data < 6 + 3 * (gsize) data[5])
    return;

  height = data[1] << 8 | data[2];
  width = data[3] << 8 | data[4];
  self->n_components = data[5];
  self->is_progressive = (walker->marker & 3) == 2;

  for (guint i = 0; i < self->n_components; i++)
    {
      guint h = CLAMP (data[7 + 3 * i] >> 4, 1, 4);
      guint v = CLAMP (data[7 + 3 * i] & 15, 1, 4);

      max_h = MAX (max_h, h);
      max_v = MAX (max_v, v);
      n_blocks += h * v;
    }
  for (guint i = 0; i < self->n_components; i++)
    {
      guint h = CLAMP (data[7 + 3 * i] >> 4, 1, 4);
      guint v = CLAMP (data[7 + 3 * i] & 15, 1, 4);

      self->colour_factor = MAX (self->colour_factor, get_colour_factor (h, v, max_h, max_v));
    }
  n_mcus = ((width + 8 * max_h - 1) / (8 * max_h)) * ((height + 8 * max_v - 1) / (8 * max_v));
  self->n_coefficients = n_mcus * n_blocks * DCTSIZE2;
}

static void
read_app1 (ThimbleJpegSegments *self, const ThimbleJpegWalker *walker)
{
  static const char exif[] = "Exif\0";
  static const char xmp[] = "http://ns.adobe.com/xap/1.0/";

  if (self->exif == NULL && has_prefix (walker, exif, sizeof exif))
    {
      self->exif = walker->data + sizeof exif;
      self->n_exif = walker->n_data - sizeof exif;
    }
  else if (self->xmp == NULL && has_prefix (walker, xmp, sizeof xmp))
    {
      self->xmp = walker->data + sizeof xmp;
      self->n_xmp = walker->n_data - sizeof xmp;
    }
}

/* Reads what is before the first scan; what is broken is taken for absent. */
void
thimble_jpeg_segments_read (ThimbleJpegSegments *self, const guint8 *bytes, gsize n_bytes)
{
  ThimbleJpegWalker walker;

  *self = (ThimbleJpegSegments) { 0 };
  thimble_jpeg_walker_init (&walker, bytes, n_bytes);
  while (thimble_jpeg_walker_next (&walker))
    {
      if (walker.marker == THIMBLE_JPEG_APP1)
        read_app1 (self, &walker);
      else if (is_frame_header (walker.marker))
        read_frame_header (self, &walker);
      else if (walker.marker == THIMBLE_JPEG_DRI)
        self->has_restarts = walker.n_data >= 2 && (walker.data[0] | walker.data[1]) != 0;
      else if (walker.marker == THIMBLE_JPEG_SOS)
        {
          self->has_several_scans
            = self->is_progressive || (walker.n_data > 0 && walker.data[0] < self->n_components);
          return;
        }
    }
}

/* Returns: (transfer full) (nullable): the profile put together, or %NULL if there is none or a
 *   piece is missing or double */
GBytes *
thimble_jpeg_read_icc (const guint8 *bytes, gsize n_bytes)
{
  static const char header[] = "ICC_PROFILE";
  const guint8 *pieces[MAX_ICC_PIECES] = { NULL };
  gsize n_piece_bytes[MAX_ICC_PIECES];
  guint n_pieces = 0;
  GByteArray *profile;
  ThimbleJpegWalker walker;

  thimble_jpeg_walker_init (&walker, bytes, n_bytes);
  while (thimble_jpeg_walker_next (&walker) && walker.marker != THIMBLE_JPEG_SOS)
    {
      guint number, count;

      if (walker.marker != THIMBLE_JPEG_APP2 || !has_prefix (&walker, header, sizeof header)
          || walker.n_data <= N_ICC_HEADER_BYTES)
        continue;

      number = walker.data[12];
      count = walker.data[13];
      if (number < 1 || number > count || (n_pieces != 0 && count != n_pieces)
          || pieces[number - 1] != NULL)
        return NULL;
      n_pieces = count;
      pieces[number - 1] = walker.data + N_ICC_HEADER_BYTES;
      n_piece_bytes[number - 1] = walker.n_data - N_ICC_HEADER_BYTES;
    }

  for (guint i = 0; i < n_pieces; i++)
    if (pieces[i] == NULL)
      return NULL;
  if (n_pieces == 0)
    return NULL;

  profile = g_byte_array_new ();
  for (guint i = 0; i < n_pieces; i++)
    g_byte_array_append (profile, pieces[i], (guint) n_piece_bytes[i]);
  return g_byte_array_free_to_bytes (profile);
}
