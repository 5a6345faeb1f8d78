/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The segments of a JPEG up to its first scan (ITU-T T.81, annex B): where EXIF and XMP are, the
 * pieces of the ICC profile (ICC.1:2010, annex B.4), and what the frame will cost in memory. Walks
 * over the bytes in place, so that nothing has to be kept for a file with a thousand segments; the
 * picture itself is libjpeg-turbo's matter. */

#include "thimble-jpeg-private.h"

#include <string.h>

#define MARKER_SOF0 0xc0
#define MARKER_DHT 0xc4
#define MARKER_JPG 0xc8
#define MARKER_DAC 0xcc
#define MARKER_SOF15 0xcf
#define MARKER_RST0 0xd0
#define MARKER_SOI 0xd8
#define MARKER_EOI 0xd9
#define MARKER_SOS 0xda
#define MARKER_APP1 0xe1
#define MARKER_APP2 0xe2
#define MARKER_TEM 0x01

#define N_ICC_HEADER_BYTES 14
#define MAX_ICC_PIECES 255

typedef struct
{
  const guint8 *bytes;
  gsize n_bytes;
  gsize position;

  /* the segment that next_segment found, without marker and length */
  guint8 marker;
  const guint8 *data;
  gsize n_data;
} Walker;

static void
walker_init (Walker *walker, const guint8 *bytes, gsize n_bytes)
{
  *walker = (Walker) { .bytes = bytes, .n_bytes = n_bytes, .position = 2 };
}

/* Finds the next marker with a length, passing over filler as libjpeg does. Returns: %FALSE at the
 * end of the bytes or of the image */
static gboolean
next_segment (Walker *walker)
{
  while (walker->position + 4 <= walker->n_bytes)
    {
      const guint8 *p = walker->bytes + walker->position;
      gsize length;

      if (p[0] != 0xff || p[1] == 0xff || p[1] == 0 || p[1] == MARKER_TEM
          || (p[1] >= MARKER_RST0 && p[1] < MARKER_SOI))
        {
          walker->position++;
          continue;
        }
      if (p[1] == MARKER_SOI || p[1] == MARKER_EOI)
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
  return FALSE;
}

static gboolean
has_prefix (const Walker *walker, const char *prefix, gsize n_prefix)
{
  return walker->n_data > n_prefix && memcmp (walker->data, prefix, n_prefix) == 0;
}

static gboolean
is_frame_header (guint8 marker)
{
  return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT
         && marker != MARKER_JPG && marker != MARKER_DAC;
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
read_frame_header (ThimbleJpegSegments *self, const Walker *walker)
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
read_app1 (ThimbleJpegSegments *self, const Walker *walker)
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
  Walker walker;

  *self = (ThimbleJpegSegments) { 0 };
  walker_init (&walker, bytes, n_bytes);
  while (next_segment (&walker))
    {
      if (walker.marker == MARKER_APP1)
        read_app1 (self, &walker);
      else if (is_frame_header (walker.marker))
        read_frame_header (self, &walker);
      else if (walker.marker == MARKER_SOS)
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
  Walker walker;

  walker_init (&walker, bytes, n_bytes);
  while (next_segment (&walker) && walker.marker != MARKER_SOS)
    {
      guint number, count;

      if (walker.marker != MARKER_APP2 || !has_prefix (&walker, header, sizeof header)
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
