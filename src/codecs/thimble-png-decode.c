/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG pixels: grey stays grey, palettes become RGB, tRNS becomes alpha, 16 bits become 8. Pictures
 * that are said to have no sRGB gamma are taken for sRGB all the same; a profile is the imaging
 * room's matter. Where much less is wanted, the picture is shrunk row by row and never held.
 *
 * What is here is libpng's way, for all that the fast one (thimble-png-fast.c) does not take. */

#include "thimble-codec-private.h"
#include "thimble-png-fast.h"
#include "thimble-png-private.h"
#include "thimble-premultiply.h"

#include <string.h>

/* Chunks beyond these are no metadata; the limit on pixels is the caller's. */
#define MAX_CHUNK_BYTES (8 * 1024 * 1024)
#define MAX_CHUNKS 128

static void
set_corrupt (ThimblePng *self, const char *message)
{
  if (strstr (message, "CRC error") != NULL)
    g_set_error_literal (&self->error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                         "is not a whole PNG: the CRC of a chunk is wrong.");
  else if (strcasestr (message, "out of memory") != NULL)
    thimble_codec_set_no_memory (&self->error);
  else
    g_set_error (&self->error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                 "is a broken PNG (libpng: %s).", message);
}

/* libpng calls this and must not be returned to. */
static void G_GNUC_NORETURN
error_cb (png_structp png, png_const_charp message)
{
  ThimblePng *self = png_get_error_ptr (png);

  if (self->error == NULL)
    set_corrupt (self, message);
  png_longjmp (png, 1);
}

static void
warning_cb (png_structp png, png_const_charp message)
{
}

static void
read_cb (png_structp png, png_bytep data, size_t n_bytes)
{
  ThimblePng *self = png_get_io_ptr (png);

  if (n_bytes > self->n_bytes)
    {
      g_set_error_literal (&self->error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is cut short: it ends before its end chunk.");
      png_error (png, "cut short");
    }
  memcpy (data, self->bytes, n_bytes);
  self->bytes += n_bytes;
  self->n_bytes -= n_bytes;
}

/* Makes @self ready to read, with only the chunks that make the pixels. Returns: %FALSE without
 * memory, with @self's error set; thimble_png_close() is due either way */
gboolean
thimble_png_open (ThimblePng *self, const guint8 *bytes, gsize n_bytes)
{
  *self = (ThimblePng) { .bytes = bytes, .n_bytes = n_bytes };
  self->png = png_create_read_struct (PNG_LIBPNG_VER_STRING, self, error_cb,
                                      warning_cb);
  if (self->png != NULL)
    self->png_info = png_create_info_struct (self->png);
  if (self->png_info == NULL)
    {
      g_clear_error (&self->error);
      thimble_codec_set_no_memory (&self->error);
      return FALSE;
    }

  png_set_read_fn (self->png, self, read_cb);
  png_set_user_limits (self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max (self->png, MAX_CHUNK_BYTES);
  png_set_chunk_cache_max (self->png, MAX_CHUNKS);
  png_set_keep_unknown_chunks (self->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  /* The chunks' CRCs are over the same bytes; without a second sum decoding takes 5 % less. */
#ifdef PNG_IGNORE_ADLER32 /* not in every libpng */
  png_set_option (self->png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
#endif
  return TRUE;
}

/* Frees what libpng holds; @self's error stays the caller's. */
void
thimble_png_close (ThimblePng *self)
{
  png_destroy_read_struct (&self->png, &self->png_info, NULL);
}

typedef struct
{
  ThimblePng png;
  const ThimbleImageInfo *info;
  int factor;            /* by which it is scaled down */
  ThimbleRaster *raster; /* owned; the whole picture, or NULL where it is scaled down */
  ThimbleShrinker shrinker;
  guint8 *row; /* owned, where it is scaled down */
  int n_passes;
} Reader;

static void
fail (Reader *reader, const char *message)
{
  g_set_error_literal (&reader->png.error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                       message);
  png_error (reader->png.png, "failed");
}

/* Makes room for the rows. */
static void
prepare (Reader *reader, ThimbleLayout layout)
{
  png_structp png = reader->png.png;
  gsize n_row_bytes = png_get_rowbytes (png, reader->png.png_info);
  int width = (int) reader->info->width;
  int height = (int) reader->info->height;
  gboolean ok;

  if (reader->factor > 1)
    {
      reader->row = g_try_malloc (n_row_bytes);
      ok = reader->row != NULL
           && thimble_shrinker_init (&reader->shrinker, layout, width, height, reader->factor,
                                     reader->factor);
    }
  else
    {
      reader->raster = thimble_raster_new (layout, width, height);
      ok = reader->raster != NULL;
      g_assert (!ok || n_row_bytes <= reader->raster->stride);
    }
  if (!ok)
    png_error (png, "out of memory");
}

/* Reads the header and makes a raster for what the rows will be. */
static void
start (Reader *reader)
{
  static const ThimbleLayout layouts[] = {
    [1] = THIMBLE_LAYOUT_GRAY,
    [2] = THIMBLE_LAYOUT_GRAY_ALPHA,
    [3] = THIMBLE_LAYOUT_RGB,
    [4] = THIMBLE_LAYOUT_RGBA,
  };
  png_structp png = reader->png.png;
  png_infop info = reader->png.png_info;
  guint n_channels;

  png_read_info (png, info);
  if (png_get_image_width (png, info) != reader->info->width
      || png_get_image_height (png, info) != reader->info->height)
    fail (reader, "changed while it was read.");

  png_set_expand (png);
  png_set_scale_16 (png);
  reader->n_passes = png_set_interlace_handling (png);
  png_read_update_info (png, info);

  n_channels = png_get_channels (png, info);
  if (n_channels < 1 || n_channels > 4 || png_get_bit_depth (png, info) != 8)
    fail (reader, "is a broken PNG: it has no known kind of pixels.");

  prepare (reader, layouts[n_channels]);
}

static void
read_rows (Reader *reader)
{
  png_structp png = reader->png.png;

  for (int pass = 0; pass < reader->n_passes; pass++)
    for (int y = 0; y < (int) reader->info->height; y++)
      if (reader->raster != NULL)
        png_read_row (png, thimble_raster_row (reader->raster, y), NULL);
      else
        {
          png_read_row (png, reader->row, NULL);
          thimble_premultiply_row (reader->row, reader->info->width,
                                   reader->shrinker.result->layout);
          thimble_shrinker_add (&reader->shrinker, reader->row);
        }

  png_read_end (png, NULL);
}

/* The only function with a setjmp: it has no variables that could be lost. */
static gboolean
run (Reader *reader)
{
  if (setjmp (png_jmpbuf (reader->png.png)))
    return FALSE;
  start (reader);
  read_rows (reader);
  return TRUE;
}

/* Decodes what read_header() has put into @info, scaled down by @factor where that is more than 1.
 * Returns: (transfer full) (nullable): the picture, or %NULL with @error set */
ThimbleRaster *
thimble_png_decode_with_libpng (const guint8 *bytes,
                                gsize n_bytes,
                                const ThimbleImageInfo *info,
                                int factor,
                                GError **error)
{
  Reader reader = { .info = info, .factor = factor };
  gboolean ok = thimble_png_open (&reader.png, bytes, n_bytes) && run (&reader);
  ThimbleRaster *result = NULL;

  thimble_png_close (&reader.png);
  if (!ok)
    g_propagate_error (error, reader.png.error);
  else if (factor > 1)
    result = thimble_shrinker_finish (&reader.shrinker);
  else
    result = g_steal_pointer (&reader.raster);
  g_clear_pointer (&reader.raster, thimble_raster_unref);
  thimble_shrinker_clear (&reader.shrinker);
  g_free (reader.row);
  return result;
}

/* Implements ThimbleCodec.decode. */
ThimbleRaster *
thimble_png_decode (const guint8 *bytes,
                    gsize n_bytes,
                    const ThimbleImageInfo *info,
                    const ThimbleDecodeRequest *request,
                    GError **error)
{
  ThimblePngHeader header;
  int factor = 1;
  ThimbleRaster *raster = NULL;

  if (thimble_png_header_parse (bytes, n_bytes, &header))
    {
      factor = thimble_png_header_get_factor (&header, request);
      raster = thimble_png_fast_decode (bytes, n_bytes, factor);
    }
  if (raster == NULL)
    raster = thimble_png_decode_with_libpng (bytes, n_bytes, info, factor, error);
  if (raster != NULL)
    raster->shrunk_by = factor;
  return raster;
}
