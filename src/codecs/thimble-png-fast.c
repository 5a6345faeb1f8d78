/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG as it nearly always is, in two steps: all of it is inflated at once by libdeflate, which
 * takes a third of zlib's time; then filters are undone some rows at a time, which are shrunk while
 * they are in the cache. Whatever is not as it should be, and whatever is rare or too large to be
 * held as a whole, is left to libpng, which also finds the words for what is wrong: this says only
 * that it cannot. What it does take it takes as libpng would, with the same pixels and the same
 * demands: chunks in order, the CRC of all that count, exactly the bytes that the picture has. As
 * there, the Adler sum is not looked at, as the CRCs are over the same bytes. */

#include "thimble-png-fast.h"

#include "thimble-png-unfilter.h"
#include "thimble-premultiply.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#define N_SIGNATURE_BYTES 8
#define N_CHUNK_FRAME_BYTES 12 /* length, type, CRC */
#define N_ZLIB_FRAME_BYTES 6   /* header, Adler sum (RFC 1950) */

/* The most that is inflated at once: 24 megapixels with alpha. */
#define MAX_INFLATED_BYTES ((guint64) 96 * 1024 * 1024)

/* libpng refuses longer ones where it is told to, as it is here. */
#define MAX_ANCILLARY_BYTES (8 * 1024 * 1024)

/* A multiple of what the unfilters take at once. These rows and the one above should fit into the
 * second level cache. */
#define N_BAND_ROWS 8

typedef struct
{
  const guint8 *bytes;
  gsize n_bytes;
  gsize position;

  /* the chunk that next_chunk found */
  guint32 type;
  const guint8 *data;
  gsize n_data;
} Chunks;

typedef struct
{
  ThimblePngHeader header;
  ThimblePngColours colours;
  const guint8 *data; /* of all IDAT chunks, one after the other */
  gsize n_data;
  guint8 *joined;   /* owned; where @data is, if there is more than one chunk of it */
  guint8 *inflated; /* owned */
  guint8 *band;     /* owned; rows without filters, the first of them the one above the others */
  guint8 *pixels;   /* owned; a row of pixels, where rows as stored are something else */
  gsize stride;     /* of @band */
  ThimbleRaster *raster; /* owned */
  ThimbleShrinker shrinker;
} Decoder;

static void
decoder_clear (Decoder *self)
{
  free (self->joined);
  free (self->inflated);
  free (self->band);
  free (self->pixels);
  g_clear_pointer (&self->raster, thimble_raster_unref);
  thimble_shrinker_clear (&self->shrinker);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decoder, decoder_clear)

#define TYPE(a, b, c, d) ((guint32) (a) << 24 | (b) << 16 | (c) << 8 | (d))

static guint32
get_uint32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static gboolean
is_ancillary (guint32 type)
{
  return (type & 0x20000000) != 0;
}

/* Letters only, as libpng wants it before all else. */
static gboolean
check_type (guint32 type)
{
  for (int shift = 0; shift < 32; shift += 8)
    if (!g_ascii_isalpha ((char) (type >> shift & 0xFF)))
      return FALSE;
  return TRUE;
}

/* Goes on to the next chunk that counts and checks its sum. Returns: %FALSE where libpng must look
 * at the file: it is cut short, broken, or has chunks that are not known here */
static gboolean
next_chunk (Chunks *self)
{
  do
    {
      const guint8 *p = self->bytes + self->position;
      gsize n_left = self->n_bytes - self->position;

      if (n_left < N_CHUNK_FRAME_BYTES)
        return FALSE;
      self->n_data = get_uint32 (p);
      self->type = get_uint32 (p + 4);
      self->data = p + 8;
      if (self->n_data > n_left - N_CHUNK_FRAME_BYTES || !check_type (self->type))
        return FALSE;
      if (is_ancillary (self->type) && self->n_data > MAX_ANCILLARY_BYTES)
        return FALSE;
      self->position += N_CHUNK_FRAME_BYTES + self->n_data;
    }
  while (is_ancillary (self->type) && self->type != TYPE ('t', 'R', 'N', 'S'));

  return libdeflate_crc32 (0, self->data - 4, self->n_data + 4)
         == get_uint32 (self->data + self->n_data);
}

static gboolean
read_palette (Decoder *self, const Chunks *chunks)
{
  gsize n = chunks->n_data / 3;

  if (self->header.colour_type != 3 || n == 0 || chunks->n_data % 3 != 0
      || n > (gsize) 1 << self->header.depth)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    memcpy (self->colours.palette[i], chunks->data + 3 * i, 3);
  return TRUE;
}

/* After the palette, of which it has no more entries. */
static gboolean
read_transparency (Decoder *self, const Chunks *chunks, gsize n_palette)
{
  guint16 mask = (guint16) ((1u << self->header.depth) - 1);
  gsize n_samples = self->header.colour_type == 2 ? 3 : 1;

  self->colours.has_transparency = TRUE;
  if (self->header.colour_type == 3)
    {
      if (chunks->n_data == 0 || chunks->n_data > n_palette)
        return FALSE;
      for (gsize i = 0; i < chunks->n_data; i++)
        self->colours.palette[i][3] = chunks->data[i];
      return TRUE;
    }
  if ((self->header.colour_type & 4) != 0 || chunks->n_data != 2 * n_samples)
    return FALSE;
  for (gsize i = 0; i < n_samples; i++)
    self->colours.transparent[i]
      = (guint16) ((chunks->data[2 * i] << 8 | chunks->data[2 * i + 1]) & mask);
  return TRUE;
}

/* Everything up to the first IDAT, at which @chunks stands then. */
static gboolean
read_colours (Decoder *self, Chunks *chunks)
{
  gsize n_palette = 0;

  for (int i = 0; i < 256; i++)
    self->colours.palette[i][3] = 255;
  for (;;)
    {
      if (!next_chunk (chunks))
        return FALSE;
      switch (chunks->type)
        {
        case TYPE ('P', 'L', 'T', 'E'):
          if (n_palette > 0 || self->colours.has_transparency || !read_palette (self, chunks))
            return FALSE;
          n_palette = chunks->n_data / 3;
          break;
        case TYPE ('t', 'R', 'N', 'S'):
          if (self->colours.has_transparency || !read_transparency (self, chunks, n_palette))
            return FALSE;
          break;
        case TYPE ('I', 'D', 'A', 'T'):
          return self->header.colour_type != 3 || n_palette > 0;
        default:
          return FALSE;
        }
    }
}

/* Puts one more chunk's data behind those that are there. */
static gboolean
append_data (Decoder *self, const Chunks *chunks)
{
  if (self->joined == NULL)
    {
      self->joined = malloc (chunks->n_bytes);
      if (self->joined == NULL)
        return FALSE;
      memcpy (self->joined, self->data, self->n_data);
      self->data = self->joined;
    }
  memcpy (self->joined + self->n_data, chunks->data, chunks->n_data);
  self->n_data += chunks->n_data;
  return TRUE;
}

/* IDAT chunks stand side by side, and IEND somewhere after them. */
static gboolean
collect_data (Decoder *self, Chunks *chunks)
{
  gsize end = chunks->position;

  self->data = chunks->data;
  self->n_data = chunks->n_data;
  for (;;)
    {
      gboolean ok = next_chunk (chunks);

      if (ok && chunks->type == TYPE ('I', 'E', 'N', 'D'))
        return chunks->n_data == 0;
      if (!ok || chunks->type != TYPE ('I', 'D', 'A', 'T')
          || chunks->data != chunks->bytes + end + 8 || !append_data (self, chunks))
        return FALSE;
      end = chunks->position;
    }
}

static gsize
get_n_inflated (const ThimblePngHeader *header)
{
  return (thimble_png_header_get_n_row_bytes (header) + 1) * header->height;
}

/* A zlib stream (RFC 1950, section 2.2) without a dictionary. zlib looks no further back than the
 * window that the header names, so one that is smaller than both the most and the picture is left
 * to it. */
static gboolean
check_zlib_header (const Decoder *self, gsize n_inflated)
{
  const guint8 *p = self->data;
  int window_bits;

  if (self->n_data < N_ZLIB_FRAME_BYTES)
    return FALSE;
  window_bits = (p[0] >> 4) + 8;
  return (p[0] & 15) == 8 && window_bits <= 15 && (p[0] << 8 | p[1]) % 31 == 0 && (p[1] & 32) == 0
         && (window_bits == 15 || n_inflated <= (gsize) 1 << window_bits);
}

static gboolean
inflate_all (Decoder *self)
{
  gsize n_row_bytes = thimble_png_header_get_n_row_bytes (&self->header);
  gsize n_inflated = get_n_inflated (&self->header);
  gsize n_deflated = self->n_data - N_ZLIB_FRAME_BYTES;
  struct libdeflate_decompressor *decompressor;
  gsize n_read, n_written;
  enum libdeflate_result result;

  if (!check_zlib_header (self, n_inflated))
    return FALSE;
  self->inflated = malloc (n_inflated + THIMBLE_PNG_UNFILTER_PADDING);
  decompressor = libdeflate_alloc_decompressor ();
  if (self->inflated == NULL || decompressor == NULL)
    {
      if (decompressor != NULL)
        libdeflate_free_decompressor (decompressor);
      return FALSE;
    }
  result = libdeflate_deflate_decompress_ex (decompressor, self->data + 2, n_deflated,
                                             self->inflated, n_inflated, &n_read, &n_written);
  libdeflate_free_decompressor (decompressor);
  if (result != LIBDEFLATE_SUCCESS || n_read != n_deflated || n_written != n_inflated)
    return FALSE;

  memset (self->inflated + n_inflated, 0, THIMBLE_PNG_UNFILTER_PADDING);
  for (gsize y = 0; y < self->header.height; y++)
    if (self->inflated[y * (n_row_bytes + 1)] > 4)
      return FALSE;
  return TRUE;
}

/* Whether rows without filters go straight into the picture. */
static gboolean
is_direct (const Decoder *self)
{
  return self->raster != NULL && thimble_png_is_plain (&self->header, &self->colours);
}

/* What rows go into: a raster of the whole picture, or something that shrinks it. */
static gboolean
prepare (Decoder *self, int factor)
{
  ThimbleLayout layout = thimble_png_get_layout (&self->header, &self->colours);
  int width = (int) self->header.width;
  int height = (int) self->header.height;

  self->stride = thimble_png_header_get_n_row_bytes (&self->header) + THIMBLE_PNG_UNFILTER_PADDING;
  self->band = calloc (N_BAND_ROWS + 1, self->stride);
  self->pixels = malloc ((gsize) width * 4);
  if (self->band == NULL || self->pixels == NULL)
    return FALSE;
  if (factor > 1)
    return thimble_shrinker_init (&self->shrinker, layout, width, height, factor, factor);
  self->raster = thimble_raster_new (layout, width, height);
  return self->raster != NULL;
}

/* One row without filter, which is made pixels and perhaps premultiplied where it is. */
static void
take_row (Decoder *self, guint8 *stored, int y)
{
  guint8 *pixels = self->raster != NULL ? thimble_raster_row (self->raster, y) : self->pixels;

  if (thimble_png_is_plain (&self->header, &self->colours))
    pixels = stored;
  else
    thimble_png_convert_row (&self->header, &self->colours, stored, pixels);
  if (self->raster != NULL)
    return;
  thimble_premultiply_row (pixels, self->header.width,
                           thimble_png_get_layout (&self->header, &self->colours));
  thimble_shrinker_add (&self->shrinker, pixels);
}

static void
take_rows (Decoder *self)
{
  ThimblePngUnfilter unfilter = thimble_png_unfilter_get ();
  int height = (int) self->header.height;
  ThimblePngBand band = {
    .rows = self->band + self->stride,
    .stride = self->stride,
    .above = self->band, /* zeros */
    .filtered = self->inflated,
    .n_rows = height,
    .n_row_bytes = thimble_png_header_get_n_row_bytes (&self->header),
    .n_pixel_bytes = thimble_png_header_get_n_pixel_bytes (&self->header),
  };

  if (is_direct (self))
    {
      band.rows = self->raster->pixels;
      band.stride = self->raster->stride;
      unfilter (&band);
      return;
    }
  for (int y = 0; y < height; y += band.n_rows)
    {
      band.n_rows = MIN (N_BAND_ROWS, height - y);
      band.filtered = self->inflated + (gsize) y * (band.n_row_bytes + 1);
      unfilter (&band);
      memcpy (self->band, self->band + (gsize) band.n_rows * self->stride, band.n_row_bytes);
      for (int i = 0; i < band.n_rows; i++)
        take_row (self, band.rows + (gsize) i * self->stride, y + i);
    }
}

/**
 * thimble_png_fast_get_n_bytes:
 * @n_bytes: of the file
 *
 * Returns: how many bytes [func@png_fast_decode] holds beside its result; 0 where it would not take
 *   the picture
 */
guint64
thimble_png_fast_get_n_bytes (const ThimblePngHeader *header, gsize n_bytes)
{
  guint64 n_row_bytes = thimble_png_header_get_n_row_bytes (header);

  if (header->is_interlaced || (n_row_bytes + 1) * header->height > MAX_INFLATED_BYTES
      || header->width > 1 << 24 || header->height > 1 << 24)
    return 0;
  return get_n_inflated (header) + n_bytes + (N_BAND_ROWS + 1) * (n_row_bytes + 64)
         + (guint64) header->width * (4 + 2 * 4) + 64 * 1024;
}

/**
 * thimble_png_fast_decode:
 * @bytes: (array length=n_bytes): a PNG
 * @factor: by how much to scale it down, 1 to %THIMBLE_BOX_MAX_FACTOR: with the box filter, from
 *   the top left corner on; alpha comes premultiplied then
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the picture, or %NULL where libpng must look at it
 */
ThimbleRaster *
thimble_png_fast_decode (const guint8 *bytes, gsize n_bytes, int factor)
{
  g_auto(Decoder) self = { 0 };
  Chunks chunks = { .bytes = bytes, .n_bytes = n_bytes, .position = N_SIGNATURE_BYTES };

  if (!thimble_png_header_parse (bytes, n_bytes, &self.header)
      || thimble_png_fast_get_n_bytes (&self.header, n_bytes) == 0
      || !next_chunk (&chunks) || chunks.type != TYPE ('I', 'H', 'D', 'R')
      || !read_colours (&self, &chunks)
      || !collect_data (&self, &chunks)
      || !inflate_all (&self)
      || !prepare (&self, factor))
    return NULL;
  g_clear_pointer (&self.joined, free);
  take_rows (&self);
  return self.raster != NULL ? g_steal_pointer (&self.raster)
                             : thimble_shrinker_finish (&self.shrinker);
}
