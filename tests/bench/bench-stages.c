/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-stages [WIDTH]: what each stage of a thumbnail takes by itself, beside the plain loop or
 * the library that it stands in for, on a picture that is made here (1600 × 1600 unless told). The
 * two of a line take turns, and the best of several is printed for each: nanoseconds a pixel of the
 * picture, and megabytes of file a second where a file is read. */

#include "thimble-codec.h"
#include "thimble-kernels.h"
#include "thimble-memory.h"
#include "thimble-png-fast.h"
#include "thimble-png-private.h"
#include "thimble-png-unfilter.h"
#include "thimble-premultiply.h"
#include "thimble-resample.h"

#include "jpeg-maker.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <webp/decode.h>

#define N_TURNS 9
/* JPEGs that are decoded in lock step, as those of a chunk are. */
#define N_TOGETHER 4

typedef struct
{
  int side;
  ThimbleRaster *rgb;
  ThimbleRaster *rgba;
  GByteArray *jpeg;
  GByteArray *progressive;
  GByteArray *png;
  GByteArray *webp;
  ThimbleImageInfo jpeg_info;
  ThimbleImageInfo progressive_info;
  ThimbleImageInfo png_info;
  ThimbleImageInfo webp_info;
} Bench;

typedef void (*Stage) (Bench *bench);

/* Waves of several lengths with noise, as photographs have them. */
static ThimbleRaster *
make_picture (ThimbleLayout layout, int side)
{
  ThimbleRaster *raster = thimble_raster_new (layout, side, side);
  int n_channels = thimble_layout_get_n_channels (layout);
  g_autoptr(GRand) random = g_rand_new_with_seed (1);

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      for (int c = 0; c < n_channels; c++)
        {
          int wave = (x * (3 + c) / 7 + y * (5 - c) / 9) % 256;
          int value = ABS (wave - 128) + g_rand_int_range (random, 0, 40) + 40;

          thimble_raster_row (raster, y)[x * n_channels + c]
            = (guint8) (c == 3 ? 255 - y % 64 : value);
        }
  return raster;
}

static GByteArray *
encode (const ThimbleCodec *codec, const ThimbleRaster *raster)
{
  ThimbleEncodeOptions options = { .quality = 80 };
  GByteArray *file = g_byte_array_new ();
  g_autoptr(GError) error = NULL;

  if (!codec->encode (raster, &options, file, &error))
    g_error ("%s %s", codec->name, error->message);
  return file;
}

static void
decode (const ThimbleCodec *codec, const GByteArray *file, const ThimbleImageInfo *info, int side)
{
  ThimbleDecodeRequest request = { (guint32) side, (guint32) side, TRUE };
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimbleRaster) raster
    = codec->decode (file->data, file->len, info, &request, &error);

  g_assert_no_error (error);
  g_assert_nonnull (raster);
}

/* --- JPEG ------------------------------------------------------------------------------------- */

static void
decode_together (const GByteArray *file, const ThimbleImageInfo *info, int side, guint n)
{
  ThimbleDecodeRequest request = { (guint32) side, (guint32) side, TRUE };
  ThimbleDecoding decodings[N_TOGETHER];

  for (guint i = 0; i < n; i++)
    decodings[i] = (ThimbleDecoding) { .bytes = file->data, .n_bytes = file->len, .info = info,
                                       .request = &request };
  thimble_jpeg_codec.decode_several (decodings, n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_no_error (decodings[i].error);
      thimble_raster_unref (decodings[i].raster);
    }
}

/* In the file's own colours, which is the least that it can be asked for. */
static void
decode_with_libjpeg (const GByteArray *file, guint denominator)
{
  struct jpeg_decompress_struct cinfo;
  struct jpeg_error_mgr errors;
  g_autofree guint8 *row = NULL;

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_decompress (&cinfo);
  jpeg_mem_src (&cinfo, file->data, file->len);
  jpeg_read_header (&cinfo, TRUE);
  cinfo.scale_num = 1;
  cinfo.scale_denom = denominator;
  cinfo.out_color_space = cinfo.jpeg_color_space;
  jpeg_start_decompress (&cinfo);
  row = g_malloc ((gsize) cinfo.output_width * 3);
  while (cinfo.output_scanline < cinfo.output_height)
    {
      JSAMPROW rows[1] = { row };

      jpeg_read_scanlines (&cinfo, rows, 1);
    }
  jpeg_finish_decompress (&cinfo);
  jpeg_destroy_decompress (&cinfo);
}

static void
jpeg_eighth (Bench *bench)
{
  decode_together (bench->jpeg, &bench->jpeg_info, bench->side / 8, N_TOGETHER);
}

static void
jpeg_eighth_alone (Bench *bench)
{
  decode_together (bench->jpeg, &bench->jpeg_info, bench->side / 8, 1);
}

static void
jpeg_quarter (Bench *bench)
{
  decode_together (bench->jpeg, &bench->jpeg_info, bench->side / 4, N_TOGETHER);
}

static void
jpeg_progressive (Bench *bench)
{
  decode_together (bench->progressive, &bench->progressive_info, bench->side / 8, N_TOGETHER);
}

static void
libjpeg_eighth (Bench *bench)
{
  for (guint i = 0; i < N_TOGETHER; i++)
    decode_with_libjpeg (bench->jpeg, 8);
}

static void
libjpeg_eighth_alone (Bench *bench)
{
  decode_with_libjpeg (bench->jpeg, 8);
}

static void
libjpeg_quarter (Bench *bench)
{
  for (guint i = 0; i < N_TOGETHER; i++)
    decode_with_libjpeg (bench->jpeg, 4);
}

static void
libjpeg_progressive (Bench *bench)
{
  for (guint i = 0; i < N_TOGETHER; i++)
    decode_with_libjpeg (bench->progressive, 8);
}

/* --- PNG and WebP ----------------------------------------------------------------------------- */

static void
png_small (Bench *bench)
{
  decode (&thimble_png_codec, bench->png, &bench->png_info, bench->side / 12);
}

static void
png_whole (Bench *bench)
{
  decode (&thimble_png_codec, bench->png, &bench->png_info, bench->side);
}

static void
png_libpng (Bench *bench)
{
  g_autoptr(ThimbleRaster) raster = thimble_png_decode_with_libpng (
    bench->png->data, bench->png->len, &bench->png_info, 1, NULL);

  g_assert_nonnull (raster);
}

static void
webp_small (Bench *bench)
{
  decode (&thimble_webp_codec, bench->webp, &bench->webp_info, bench->side / 12);
}

static void
webp_half (Bench *bench)
{
  decode (&thimble_webp_codec, bench->webp, &bench->webp_info, bench->side / 2);
}

/* As programs do it that ask libwebp for a size. */
static void
webp_libwebp (Bench *bench, int side)
{
  WebPDecoderConfig config;

  g_assert_true (WebPInitDecoderConfig (&config));
  config.options.use_scaling = 1;
  config.options.scaled_width = side;
  config.options.scaled_height = side;
  g_assert_cmpint (WebPDecode (bench->webp->data, bench->webp->len, &config), ==, VP8_STATUS_OK);
  WebPFreeDecBuffer (&config.output);
}

static void
webp_libwebp_small (Bench *bench)
{
  webp_libwebp (bench, bench->side / 6);
}

static void
webp_libwebp_half (Bench *bench)
{
  webp_libwebp (bench, bench->side / 2);
}

/* Random filters of random bytes: what they make does not matter for the time. */
static void
unfilter (Bench *bench, ThimblePngUnfilter function)
{
  static guint8 *filtered, *rows, *above;
  gsize n_row_bytes = (gsize) bench->side * 3;
  ThimblePngBand band = { .stride = n_row_bytes, .n_row_bytes = n_row_bytes, .n_pixel_bytes = 3,
                          .n_rows = bench->side };

  if (filtered == NULL)
    {
      filtered = g_malloc0 ((n_row_bytes + 1) * (gsize) bench->side + THIMBLE_PNG_UNFILTER_PADDING);
      rows = g_malloc0 (n_row_bytes * (gsize) bench->side + THIMBLE_PNG_UNFILTER_PADDING);
      above = g_malloc0 (n_row_bytes + THIMBLE_PNG_UNFILTER_PADDING);
      for (gsize i = 0; i < (n_row_bytes + 1) * (gsize) bench->side; i++)
        filtered[i] = (guint8) (i % (n_row_bytes + 1) == 0 ? 4 : i * i >> 7);
    }
  band.rows = rows;
  band.above = above;
  band.filtered = filtered;
  function (&band);
}

static void
unfilter_fast (Bench *bench)
{
  unfilter (bench, thimble_png_unfilter_get ());
}

static void
unfilter_portable (Bench *bench)
{
  unfilter (bench, thimble_png_unfilter_portable);
}

static void
premultiply_fast (Bench *bench)
{
  for (int y = 0; y < bench->side; y++)
    thimble_premultiply_row (thimble_raster_row (bench->rgba, y), (gsize) bench->side,
                             THIMBLE_LAYOUT_RGBA);
}

static void
premultiply_portable (Bench *bench)
{
  for (int y = 0; y < bench->side; y++)
    thimble_premultiply_row_portable (thimble_raster_row (bench->rgba, y), (gsize) bench->side,
                                      THIMBLE_LAYOUT_RGBA);
}

/* Both passes to half the size, as the resampler runs them. */
static void
resample (Bench *bench, const ThimbleKernels *kernels)
{
  int side = bench->side / 2;
  g_autoptr(ThimbleFilter) filter = thimble_filter_get (&(ThimbleFilterShape) {
    bench->side, side, 0, bench->side, 0 });
  gsize n = (gsize) bench->side * 3;
  g_autofree gint16 *row = g_new0 (gint16, n + THIMBLE_KERNELS_PADDING);
  g_autofree guint8 *out = g_malloc ((gsize) side * 3 + 1);

  for (int y = 0; y < side; y++)
    {
      kernels->add_up_rows (row, thimble_raster_row (bench->rgb, filter->taps[y].start),
                            bench->rgb->stride,
                            filter->coefficients + (gsize) y * (gsize) filter->stride,
                            filter->taps[y].n, n);
      kernels->filter_row[3](out, row, filter);
    }
}

static void
resample_fast (Bench *bench)
{
  resample (bench, thimble_kernels_get ());
}

static void
resample_portable (Bench *bench)
{
  resample (bench, &thimble_kernels_portable);
}

static void
encode_png (Bench *bench)
{
  g_byte_array_unref (encode (&thimble_png_codec, bench->rgb));
}

/* libpng as it is unasked. */
static void
encode_libpng (Bench *bench)
{
  png_image image = { .version = PNG_IMAGE_VERSION, .width = (png_uint_32) bench->side,
                      .height = (png_uint_32) bench->side, .format = PNG_FORMAT_RGB };
  png_alloc_size_t n_bytes = PNG_IMAGE_PNG_SIZE_MAX (image);
  g_autofree guint8 *file = g_malloc (n_bytes);

  g_assert_true (png_image_write_to_memory (&image, file, &n_bytes, 0, bench->rgb->pixels,
                                            (png_int_32) bench->rgb->stride, NULL));
}

static double
run (Bench *bench, Stage stage)
{
  gint64 begin = g_get_monotonic_time ();

  stage (bench);
  return (double) (g_get_monotonic_time () - begin);
}

/* @n_pictures: that a run of each stage is for; @n_bytes: their files together, or 0 */
static void
compare_several (Bench *bench,
                 const char *name,
                 const char *other,
                 Stage stage,
                 Stage twin,
                 guint n_pictures,
                 gsize n_bytes)
{
  double best = G_MAXDOUBLE, best_twin = G_MAXDOUBLE;
  double n_pixels = (double) n_pictures * bench->side * bench->side;

  for (int i = 0; i < N_TURNS; i++)
    {
      best = MIN (best, run (bench, stage));
      best_twin = MIN (best_twin, run (bench, twin));
    }
  g_print ("| %s | %.2f | %s | %.2f | %.1f× | ", name, best * 1000 / n_pixels, other,
           best_twin * 1000 / n_pixels, best_twin / best);
  if (n_bytes > 0)
    g_print ("%.0f |\n", (double) n_bytes / best);
  else
    g_print ("|\n");
}

static void
compare (Bench *bench, const char *name, const char *other, Stage stage, Stage twin, gsize n_bytes)
{
  compare_several (bench, name, other, stage, twin, 1, n_bytes);
}

static void
compare_jpeg (Bench *bench)
{
  gsize n_bytes = bench->jpeg->len;

  compare_several (bench, "JPEG, to an eighth", "libjpeg-turbo", jpeg_eighth, libjpeg_eighth,
                   N_TOGETHER, N_TOGETHER * n_bytes);
  compare (bench, "the same, one alone", "libjpeg-turbo", jpeg_eighth_alone, libjpeg_eighth_alone,
           n_bytes);
  compare_several (bench, "JPEG, to a quarter", "libjpeg-turbo", jpeg_quarter, libjpeg_quarter,
                   N_TOGETHER, N_TOGETHER * n_bytes);
  compare_several (bench, "progressive, to an eighth", "libjpeg-turbo", jpeg_progressive,
                   libjpeg_progressive, N_TOGETHER, N_TOGETHER * (gsize) bench->progressive->len);
}

static GByteArray *
make_jpeg (int side, gboolean is_progressive, ThimbleImageInfo *info)
{
  JpegMaking making = { .width = side, .height = side, .h = 2, .v = 2, .quality = 80,
                        .is_progressive = is_progressive };
  GByteArray *file = jpeg_maker_make (&making);

  g_assert_true (thimble_jpeg_codec.read_header (file->data, file->len, info, NULL));
  return file;
}

int
main (int argc, char **argv)
{
  Bench bench = { .side = argc > 1 ? CLAMP (atoi (argv[1]), 64, 8000) : 1600 };
  g_autoptr(GError) error = NULL;

  setlocale (LC_ALL, "");
  thimble_memory_keep_freed_blocks ();
  bench.rgb = make_picture (THIMBLE_LAYOUT_RGB, bench.side);
  bench.rgba = make_picture (THIMBLE_LAYOUT_RGBA, bench.side);
  bench.jpeg = make_jpeg (bench.side, FALSE, &bench.jpeg_info);
  bench.progressive = make_jpeg (bench.side, TRUE, &bench.progressive_info);
  bench.png = encode (&thimble_png_codec, bench.rgb);
  bench.webp = encode (&thimble_webp_codec, bench.rgb);
  if (!thimble_png_codec.read_header (bench.png->data, bench.png->len, &bench.png_info, &error)
      || !thimble_webp_codec.read_header (bench.webp->data, bench.webp->len, &bench.webp_info,
                                          &error))
    g_error ("%s", error->message);

  g_print ("| stage | ns a pixel | beside | ns a pixel | times as fast | MB/s |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
  compare_jpeg (&bench);
  compare (&bench, "PNG, whole", "libpng", png_whole, png_libpng, bench.png->len);
  compare (&bench, "PNG, to a twelfth", "libpng", png_small, png_libpng, bench.png->len);
  compare (&bench, "PNG, undo Paeth", "plain C", unfilter_fast, unfilter_portable, 0);
  compare (&bench, "WebP, to a twelfth", "libwebp's scaling to a sixth", webp_small,
           webp_libwebp_small, bench.webp->len);
  compare (&bench, "WebP, to a half", "libwebp's scaling", webp_half, webp_libwebp_half,
           bench.webp->len);
  compare (&bench, "premultiply", "plain C", premultiply_fast, premultiply_portable, 0);
  compare (&bench, "resample to a half", "plain C", resample_fast, resample_portable, 0);
  compare (&bench, "encode PNG", "libpng", encode_png, encode_libpng, 0);

  thimble_image_info_clear (&bench.jpeg_info);
  thimble_image_info_clear (&bench.progressive_info);
  thimble_image_info_clear (&bench.png_info);
  thimble_image_info_clear (&bench.webp_info);
  g_byte_array_unref (bench.jpeg);
  g_byte_array_unref (bench.progressive);
  g_byte_array_unref (bench.png);
  g_byte_array_unref (bench.webp);
  thimble_raster_unref (bench.rgb);
  thimble_raster_unref (bench.rgba);
  return 0;
}
