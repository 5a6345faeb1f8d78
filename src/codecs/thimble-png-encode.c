/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG files from rasters (PNG third edition): each row with the filter that leaves the smallest
 * numbers, then all rows deflated at once by libdeflate. */

#include "thimble-codec-private.h"
#include "thimble-png-filter.h"
#include "thimble-png-private.h"
#include "thimble-ycc.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

/* A photograph's thumbnail of 128 px takes 28.5 kB; with level 6, twice the time and 28.2 kB; with
 * zlib's level 2, twice the time and 29.2 kB. */
#define COMPRESSION_LEVEL 1

#define N_CHUNK_FRAME_BYTES 12 /* length, type, CRC */
#define N_IHDR_BYTES 13

typedef struct
{
  GByteArray *out;
  struct libdeflate_compressor *compressor; /* owned */
} Writer;

static void
put_uint32 (guint8 *p, guint32 value)
{
  p[0] = (guint8) (value >> 24);
  p[1] = (guint8) (value >> 16);
  p[2] = (guint8) (value >> 8);
  p[3] = (guint8) value;
}

/* Makes room for a chunk of up to @n_bytes. Returns: (nullable): where its content goes; valid
 * until the next call; %NULL where the file would be too large */
static guint8 *
begin_chunk (Writer *writer, gsize n_bytes)
{
  guint start = writer->out->len;

  if (n_bytes > (gsize) G_MAXINT - N_CHUNK_FRAME_BYTES - start)
    return NULL;
  g_byte_array_set_size (writer->out, start + (guint) n_bytes + N_CHUNK_FRAME_BYTES);
  return writer->out->data + start + 8;
}

/* Frames the @n_bytes that are at @content now, and lets go of the room that is left. */
static void
end_chunk (Writer *writer, const char *type, guint8 *content, gsize n_bytes)
{
  put_uint32 (content - 8, (guint32) n_bytes);
  memcpy (content - 4, type, 4);
  put_uint32 (content + n_bytes, libdeflate_crc32 (0, content - 4, n_bytes + 4));
  g_byte_array_set_size (writer->out, (guint) (content + n_bytes + 4 - writer->out->data));
}

/* A chunk of @prefix and @content. */
static gboolean
write_chunk (Writer *writer,
             const char *type,
             const void *prefix,
             gsize n_prefix,
             const void *content,
             gsize n_content)
{
  guint8 *p = begin_chunk (writer, n_prefix + n_content);

  if (p == NULL)
    return FALSE;
  memcpy (p, prefix, n_prefix);
  if (n_content > 0)
    memcpy (p + n_prefix, content, n_content);
  end_chunk (writer, type, p, n_prefix + n_content);
  return TRUE;
}

/* A chunk of @prefix and a zlib stream of @content. */
static gboolean
write_compressed (Writer *writer,
                  const char *type,
                  const void *prefix,
                  gsize n_prefix,
                  const void *content,
                  gsize n_content)
{
  gsize n_bound = libdeflate_zlib_compress_bound (writer->compressor, n_content);
  guint8 *p = begin_chunk (writer, n_prefix + n_bound);
  gsize n_written;

  if (p == NULL)
    return FALSE;
  memcpy (p, prefix, n_prefix);
  n_written
    = libdeflate_zlib_compress (writer->compressor, content, n_content, p + n_prefix, n_bound);
  g_assert (n_written > 0); /* it fits by its own word */
  end_chunk (writer, type, p, n_prefix + n_written);
  return TRUE;
}

static gboolean
write_header (Writer *writer, const ThimbleRaster *raster)
{
  static const guint8 colour_types[] = {
    [THIMBLE_LAYOUT_GRAY] = 0, [THIMBLE_LAYOUT_GRAY_ALPHA] = 4, [THIMBLE_LAYOUT_RGB] = 2,
    [THIMBLE_LAYOUT_RGBA] = 6, [THIMBLE_LAYOUT_YCC] = 2,
  };
  guint8 header[N_IHDR_BYTES] = { 0 };

  put_uint32 (header, (guint32) raster->width);
  put_uint32 (header + 4, (guint32) raster->height);
  header[8] = 8;
  header[9] = colour_types[raster->layout];
  g_byte_array_append (writer->out, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  return write_chunk (writer, "IHDR", header, sizeof header, NULL, 0);
}

/* A profile by the name of "ICC" (section 11.3.2.3), EXIF as it is, and XMP as a text that is not
 * compressed, with neither language nor translated keyword (XMP part 3, section 1.1.5). */
static gboolean
write_metadata (Writer *writer, const ThimbleEncodeOptions *options)
{
  static const char icc_prefix[] = "ICC\0";
  static const char xmp_prefix[] = "XML:com.adobe.xmp\0\0\0\0";
  const void *content;
  gsize n_content;

  if (options->icc != NULL)
    {
      content = g_bytes_get_data (options->icc, &n_content);
      if (!write_compressed (writer, "iCCP", icc_prefix, sizeof icc_prefix, content, n_content))
        return FALSE;
    }
  if (options->exif != NULL)
    {
      content = g_bytes_get_data (options->exif, &n_content);
      if (!write_chunk (writer, "eXIf", "", 0, content, n_content))
        return FALSE;
    }
  if (options->xmp != NULL)
    {
      content = g_bytes_get_data (options->xmp, &n_content);
      if (!write_chunk (writer, "iTXt", xmp_prefix, sizeof xmp_prefix, content, n_content))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): all rows with their filters; free() it; %NULL without
 * memory */
static guint8 *
filter_rows (const ThimbleRaster *raster, gsize n_row_bytes)
{
  guint n_pixel_bytes = (guint) (n_row_bytes / (gsize) raster->width);
  guint8 *rows = malloc ((n_row_bytes + 1) * (gsize) raster->height);
  g_autofree guint8 *rgb = g_malloc (2 * n_row_bytes); /* this row and the last, where needed */
  g_autofree guint8 *zeros = g_malloc0 (n_row_bytes);
  g_autofree guint8 *scratch = g_malloc (n_row_bytes);
  const guint8 *above = zeros;

  for (int y = 0; rows != NULL && y < raster->height; y++)
    {
      const guint8 *row = thimble_raster_row (raster, y);

      if (raster->layout == THIMBLE_LAYOUT_YCC)
        {
          guint8 *converted = rgb + (y & 1) * n_row_bytes;

          thimble_ycc_row_to_rgb (row, converted, raster->width);
          row = converted;
        }
      thimble_png_filter_row (rows + (gsize) y * (n_row_bytes + 1), row, above, n_row_bytes,
                              n_pixel_bytes, scratch);
      above = row;
    }
  return rows;
}

static gboolean
write_file (Writer *writer,
            const ThimbleRaster *raster,
            const ThimbleEncodeOptions *options,
            GError **error)
{
  gsize n_pixel_bytes = (gsize) thimble_layout_get_n_channels (raster->layout);
  gsize n_row_bytes = (gsize) raster->width * n_pixel_bytes;
  guint8 *rows = filter_rows (raster, n_row_bytes);
  gboolean ok;

  if (rows == NULL || writer->compressor == NULL)
    {
      free (rows);
      thimble_codec_set_no_memory (error);
      return FALSE;
    }
  ok = write_header (writer, raster) && write_metadata (writer, options)
       && write_compressed (writer, "IDAT", "", 0, rows,
                            (n_row_bytes + 1) * (gsize) raster->height)
       && write_chunk (writer, "IEND", "", 0, NULL, 0);
  free (rows);
  if (!ok)
    g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                         "would be a PNG of more than 2 GB.");
  return ok;
}

/* Implements ThimbleCodec.encode; the quality counts nothing, as nothing is lost. */
gboolean
thimble_png_encode (const ThimbleRaster *raster,
                    const ThimbleEncodeOptions *options,
                    GByteArray *out,
                    GError **error)
{
  guint n_bytes_before = out->len;
  Writer writer = { .out = out };
  gboolean ok;

  g_return_val_if_fail (raster->layout != THIMBLE_LAYOUT_CMYK, FALSE);
  g_return_val_if_fail (raster->layout != THIMBLE_LAYOUT_YCC_PLANES, FALSE);
  g_return_val_if_fail (!raster->premultiplied, FALSE);

  writer.compressor = libdeflate_alloc_compressor (COMPRESSION_LEVEL);
  ok = write_file (&writer, raster, options, error);
  if (writer.compressor != NULL)
    libdeflate_free_compressor (writer.compressor);
  if (!ok)
    g_byte_array_set_size (out, n_bytes_before);
  return ok;
}
