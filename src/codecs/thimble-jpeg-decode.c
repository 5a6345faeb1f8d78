/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEG pixels from libjpeg-turbo, scaled while they are decoded, straight into the raster's rows.
 *
 * Only 1/8, 1/4, 1/2 and full size are used: their inverse DCTs are the vectorised ones, and the
 * others cost more than the next larger of these (1600×1200, 4:2:0: 3/8 takes 3.9 ms, 4/8 3.4 ms;
 * 5/8, 6/8 and 7/8 take 6.4, 7.8 and 10.0 ms, full size 5.0 ms). */

#include "thimble-jpeg-private.h"

#include <string.h>

#include <jerror.h>

#define MAX_ROWS_AT_ONCE 16

typedef struct
{
  ThimbleJpegErrors errors;
  struct jpeg_decompress_struct cinfo;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;

  const guint8 *bytes;
  gsize n_bytes;
  const ThimbleImageInfo *info;         /* decode only */
  const ThimbleDecodeRequest *request;  /* decode only */
  ThimbleRaster *raster;                /* decode only; owned */
} Reader;

static Reader *
reader_from_cinfo (j_decompress_ptr cinfo)
{
  return cinfo->client_data;
}

static void
init_source_cb (j_decompress_ptr cinfo)
{
}

/* All bytes were there from the start, so being asked for more is the end of a file cut short. */
static boolean
fill_input_buffer_cb (j_decompress_ptr cinfo)
{
  thimble_jpeg_errors_fail (&reader_from_cinfo (cinfo)->errors, THIMBLE_IMAGE_ERROR_CORRUPT,
                            "is cut short: it ends before its end marker.");
}

static void
skip_input_data_cb (j_decompress_ptr cinfo, long n_bytes)
{
  struct jpeg_source_mgr *source = cinfo->src;

  if (n_bytes <= 0)
    return;
  if ((gsize) n_bytes > source->bytes_in_buffer)
    fill_input_buffer_cb (cinfo);
  source->next_input_byte += n_bytes;
  source->bytes_in_buffer -= (gsize) n_bytes;
}

static void
progress_monitor_cb (j_common_ptr cinfo)
{
  Reader *reader = reader_from_cinfo ((j_decompress_ptr) cinfo);

  if (reader->cinfo.input_scan_number > THIMBLE_JPEG_MAX_SCANS)
    thimble_jpeg_errors_fail (&reader->errors, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                              "is a JPEG of more than " G_STRINGIFY (THIMBLE_JPEG_MAX_SCANS)
                              " scans; that is the limit.");
}

static void
open_header (Reader *reader)
{
  j_decompress_ptr cinfo = &reader->cinfo;

  jpeg_create_decompress (cinfo);
  reader->source = (struct jpeg_source_mgr) {
    .next_input_byte = reader->bytes,
    .bytes_in_buffer = reader->n_bytes,
    .init_source = init_source_cb,
    .fill_input_buffer = fill_input_buffer_cb,
    .skip_input_data = skip_input_data_cb,
    .resync_to_restart = jpeg_resync_to_restart,
    .term_source = init_source_cb,
  };
  cinfo->src = &reader->source;
  reader->progress.progress_monitor = progress_monitor_cb;
  cinfo->progress = &reader->progress;

  jpeg_read_header (cinfo, TRUE);
  if (cinfo->jpeg_color_space == JCS_UNKNOWN)
    thimble_jpeg_errors_fail (&reader->errors, THIMBLE_IMAGE_ERROR_UNSUPPORTED,
                              "is a JPEG with an unusual number of channels, which is not read "
                              "here.");
}

/* Decides what comes out. Y, Cb and Cr come as they are only when scaled: at full size RGB is made
 * in vector code, and leaving the channels alone takes longer (4.9 ms against 4.4 ms). */
static ThimbleLayout
choose_output (Reader *reader)
{
  j_decompress_ptr cinfo = &reader->cinfo;

  switch (cinfo->jpeg_color_space)
    {
    case JCS_GRAYSCALE:
      cinfo->out_color_space = JCS_GRAYSCALE;
      return THIMBLE_LAYOUT_GRAY;
    case JCS_CMYK:
    case JCS_YCCK:
      cinfo->out_color_space = JCS_CMYK;
      return THIMBLE_LAYOUT_CMYK;
    case JCS_YCbCr:
      if (reader->request->allow_ycc && cinfo->scale_denom > 1)
        {
          cinfo->out_color_space = JCS_YCbCr;
          return THIMBLE_LAYOUT_YCC;
        }
      G_GNUC_FALLTHROUGH;
    default:
      cinfo->out_color_space = JCS_RGB;
      return THIMBLE_LAYOUT_RGB;
    }
}

/* Adobe's programs store ink upside down, and say so by their marker being there. */
static void
invert_rows (ThimbleRaster *raster, guint y, guint n_rows)
{
  gsize n_row_bytes = (gsize) raster->width * 4;

  for (guint i = 0; i < n_rows; i++)
    {
      guint8 *row = thimble_raster_row (raster, (int) (y + i));

      for (gsize x = 0; x < n_row_bytes; x++)
        row[x] ^= 0xff;
    }
}

static void
read_rows (Reader *reader)
{
  j_decompress_ptr cinfo = &reader->cinfo;
  ThimbleRaster *raster = reader->raster;
  gboolean is_inverted = raster->layout == THIMBLE_LAYOUT_CMYK && cinfo->saw_Adobe_marker;

  while (cinfo->output_scanline < cinfo->output_height)
    {
      JSAMPROW rows[MAX_ROWS_AT_ONCE];
      guint y = cinfo->output_scanline;
      guint n_rows = MIN (cinfo->output_height - y, MAX_ROWS_AT_ONCE);

      for (guint i = 0; i < n_rows; i++)
        rows[i] = thimble_raster_row (raster, (int) (y + i));
      n_rows = jpeg_read_scanlines (cinfo, rows, n_rows);
      if (is_inverted)
        invert_rows (raster, y, n_rows);
    }
}

static void
decode (Reader *reader)
{
  j_decompress_ptr cinfo = &reader->cinfo;
  ThimbleJpegSegments segments;
  ThimbleLayout layout;

  open_header (reader);
  if (cinfo->image_width != reader->info->width || cinfo->image_height != reader->info->height)
    thimble_jpeg_errors_fail (&reader->errors, THIMBLE_IMAGE_ERROR_CORRUPT,
                              "changed while it was read.");

  cinfo->scale_num = 1;
  thimble_jpeg_segments_read (&segments, reader->bytes, reader->n_bytes);
  cinfo->scale_denom = thimble_jpeg_choose_denominator (reader->info, &segments, reader->request);
  cinfo->do_block_smoothing = FALSE;
  layout = choose_output (reader);
  jpeg_start_decompress (cinfo);

  reader->raster
    = thimble_raster_new (layout, (int) cinfo->output_width, (int) cinfo->output_height);
  if (reader->raster == NULL)
    thimble_jpeg_errors_fail (&reader->errors, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                              "needs more memory than there is.");
  read_rows (reader);
  jpeg_finish_decompress (cinfo); /* reads on to the end marker */
}

/* The only function with a setjmp: it has no variables that could be lost. */
static gboolean
run (Reader *reader, void (*body) (Reader *reader))
{
  if (setjmp (reader->errors.jump) != 0)
    return FALSE;
  body (reader);
  return TRUE;
}

static void
reader_init (Reader *reader, const guint8 *bytes, gsize n_bytes)
{
  memset (reader, 0, sizeof *reader);
  thimble_jpeg_errors_init (&reader->errors);
  reader->cinfo.err = &reader->errors.errors;
  reader->cinfo.client_data = reader;
  reader->bytes = bytes;
  reader->n_bytes = n_bytes;
}

/* Reads the size from the header, and whether libjpeg-turbo takes this kind of JPEG at all. */
gboolean
thimble_jpeg_read_size (const guint8 *bytes,
                        gsize n_bytes,
                        guint32 *width,
                        guint32 *height,
                        GError **error)
{
  Reader reader;
  gboolean ok;

  reader_init (&reader, bytes, n_bytes);
  ok = run (&reader, open_header);
  *width = reader.cinfo.image_width;
  *height = reader.cinfo.image_height;
  jpeg_destroy_decompress (&reader.cinfo);
  if (!ok)
    g_propagate_error (error, reader.errors.error);
  return ok;
}

/* Whether a side may be divided: it must stay as long as wanted, and what fills up its last block,
 * which goes into the last scaled pixel, must be little beside it. Of three rows divided by eight,
 * the last would count six times. */
static gboolean
may_divide (guint32 side, guint32 min_side, guint denominator)
{
  guint32 scaled = (side + denominator - 1) / denominator;

  return scaled >= min_side && (scaled * denominator - side) * 16 <= side;
}

/* Returns: the largest of 1, 2, 4 and 8 by which the picture may be divided to be still as large as
 *   requested, with colour in at least half that size, as 4:2:0 has it */
guint
thimble_jpeg_choose_denominator (const ThimbleImageInfo *info,
                                 const ThimbleJpegSegments *segments,
                                 const ThimbleDecodeRequest *request)
{
  guint64 factor = segments->colour_factor > 2 ? 2 : 1;
  guint32 min_width = CLAMP (request->min_width * factor, 1, info->width);
  guint32 min_height = CLAMP (request->min_height * factor, 1, info->height);

  for (guint denominator = 8; denominator > 1; denominator /= 2)
    if (may_divide (info->width, min_width, denominator)
        && may_divide (info->height, min_height, denominator))
      return denominator;

  return 1;
}

ThimbleRaster *
thimble_jpeg_decode_with_libjpeg (const guint8 *bytes,
                     gsize n_bytes,
                     const ThimbleImageInfo *info,
                     const ThimbleDecodeRequest *request,
                     GError **error)
{
  Reader reader;
  gboolean ok;

  reader_init (&reader, bytes, n_bytes);
  reader.info = info;
  reader.request = request;
  ok = run (&reader, decode);
  jpeg_destroy_decompress (&reader.cinfo);
  if (!ok)
    {
      g_clear_pointer (&reader.raster, thimble_raster_unref);
      g_propagate_error (error, reader.errors.error);
    }
  return reader.raster;
}
