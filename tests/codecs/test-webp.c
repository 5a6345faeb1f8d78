/* SPDX-License-Identifier: GPL-3.0-or-later */

/* WebP, in and out: lossy, lossless, with alpha and animated, made here with libwebp itself. */

#include "codec-test.h"
#include "thimble-ycc.h"

#include <string.h>

#include <webp/encode.h>
#include <webp/mux.h>

static GByteArray *
take_bytes (const guint8 *bytes, gsize n_bytes)
{
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, bytes, (guint) n_bytes);
  return file;
}

static GByteArray *
make_lossless (const ThimbleRaster *raster)
{
  guint8 *bytes = NULL;
  gsize n_bytes;
  GByteArray *file;

  if (raster->layout == THIMBLE_LAYOUT_RGBA)
    n_bytes = WebPEncodeLosslessRGBA (raster->pixels, raster->width, raster->height,
                                      (int) raster->stride, &bytes);
  else
    n_bytes = WebPEncodeLosslessRGB (raster->pixels, raster->width, raster->height,
                                     (int) raster->stride, &bytes);
  g_assert_cmpuint (n_bytes, >, 0);
  file = take_bytes (bytes, n_bytes);
  WebPFree (bytes);
  return file;
}

/* With the colours of what is transparent as they are. */
static GByteArray *
make_exact (const ThimbleRaster *raster, gboolean is_lossless)
{
  GByteArray *file;
  WebPMemoryWriter writer;
  WebPPicture picture;
  WebPConfig config;

  g_assert_true (WebPConfigInit (&config) && WebPPictureInit (&picture));
  config.quality = 95;
  config.lossless = is_lossless;
  config.exact = TRUE;
  WebPMemoryWriterInit (&writer);
  picture.width = raster->width;
  picture.height = raster->height;
  picture.use_argb = is_lossless;
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  g_assert_true (WebPPictureImportRGBA (&picture, raster->pixels, (int) raster->stride));
  g_assert_true (WebPEncode (&config, &picture));
  WebPPictureFree (&picture);
  file = take_bytes (writer.mem, writer.size);
  WebPMemoryWriterClear (&writer);
  return file;
}

/* Two frames on a canvas of 40×30; the first is 20×10 at 8, 6, or fills the canvas. */
static GByteArray *
make_animated (gboolean fills_canvas)
{
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (
    THIMBLE_LAYOUT_RGB, fills_canvas ? 40 : 20, fills_canvas ? 30 : 10);
  g_autoptr (GByteArray) frame = make_lossless (raster);
  WebPMux *mux = WebPMuxNew ();
  WebPMuxFrameInfo info = {
    .bitstream = { .bytes = frame->data, .size = frame->len },
    .x_offset = fills_canvas ? 0 : 8,
    .y_offset = fills_canvas ? 0 : 6,
    .duration = 100,
    .id = WEBP_CHUNK_ANMF,
    .dispose_method = WEBP_MUX_DISPOSE_NONE,
    .blend_method = WEBP_MUX_NO_BLEND,
  };
  WebPMuxAnimParams params = { .bgcolor = 0xffffffff, .loop_count = 0 };
  WebPData data = { 0 };
  GByteArray *file;

  g_assert_cmpint (WebPMuxPushFrame (mux, &info, TRUE), ==, WEBP_MUX_OK);
  g_assert_cmpint (WebPMuxPushFrame (mux, &info, TRUE), ==, WEBP_MUX_OK);
  g_assert_cmpint (WebPMuxSetAnimationParams (mux, &params), ==, WEBP_MUX_OK);
  g_assert_cmpint (WebPMuxSetCanvasSize (mux, 40, 30), ==, WEBP_MUX_OK);
  g_assert_cmpint (WebPMuxAssemble (mux, &data), ==, WEBP_MUX_OK);
  file = take_bytes (data.bytes, data.size);
  WebPDataClear (&data);
  WebPMuxDelete (mux);
  return file;
}

static void
test_lossless (void)
{
  static const ThimbleLayout layouts[] = { THIMBLE_LAYOUT_RGB, THIMBLE_LAYOUT_RGBA };
  static const int sizes[][2] = { { 1, 1 }, { 17, 5 }, { 100, 60 } };

  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        g_autoptr (ThimbleRaster) raster
          = codec_test_gradient (layouts[i], sizes[j][0], sizes[j][1]);
        g_autoptr (GByteArray) file = make_lossless (raster);
        g_autoptr (ThimbleRaster) again = codec_test_decode_whole (&thimble_webp_codec, file);

        g_assert_cmpint (codec_test_max_difference (raster, again), ==, 0);
      }
}

static void
test_round_trip (void)
{
  static const ThimbleLayout layouts[] = { THIMBLE_LAYOUT_RGB, THIMBLE_LAYOUT_RGBA };
  static const int sizes[][2] = { { 17, 5 }, { 128, 85 } };

  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        g_autoptr (ThimbleRaster) raster
          = codec_test_gradient (layouts[i], sizes[j][0], sizes[j][1]);
        g_autoptr (GByteArray) file = codec_test_encode (&thimble_webp_codec, raster, 95);
        g_autoptr (ThimbleRaster) again = codec_test_decode_whole (&thimble_webp_codec, file);

        g_assert_cmpint (codec_test_max_difference (raster, again), <=, 40);
        codec_test_assert_pixel (again, raster->width / 2, raster->height / 2, 24, 115, 110, 150,
                                 120);
      }
}

/* libwebp takes no grey and no Y, Cb, Cr: both come out as RGB. */
static void
test_other_layouts (void)
{
  static const guint8 ycc[3] = { 76, 85, 255 };
  g_autoptr (ThimbleRaster) red = thimble_raster_new (THIMBLE_LAYOUT_YCC, 16, 16);
  g_autoptr (ThimbleRaster) grey = codec_test_gradient (THIMBLE_LAYOUT_GRAY_ALPHA, 16, 16);
  g_autoptr (GByteArray) red_file = NULL;
  g_autoptr (GByteArray) grey_file = NULL;
  g_autoptr (ThimbleRaster) red_again = NULL;
  g_autoptr (ThimbleRaster) grey_again = NULL;
  const guint8 *pixel;

  for (int y = 0; y < 16; y++)
    for (int x = 0; x < 16; x++)
      memcpy (thimble_raster_row (red, y) + 3 * x, ycc, 3);
  red_file = codec_test_encode (&thimble_webp_codec, red, 95);
  red_again = codec_test_decode_whole (&thimble_webp_codec, red_file);
  codec_test_assert_pixel (red_again, 8, 8, 8, 254, 0, 0, 0);

  grey_file = codec_test_encode (&thimble_webp_codec, grey, 95);
  grey_again = codec_test_decode_whole (&thimble_webp_codec, grey_file);
  g_assert_cmpint (grey_again->layout, ==, THIMBLE_LAYOUT_RGBA);
  pixel = thimble_raster_row (grey, 8) + 2 * 8;
  codec_test_assert_pixel (grey_again, 8, 8, 10, pixel[0], pixel[0], pixel[0], pixel[1]);
}

static void
test_scales (void)
{
  static const struct
  {
    guint32 min_width, min_height;
    int width, height;
  } table[] = {
    { 1, 1, 4, 2 },       { 20, 10, 40, 20 },    { 20, 20, 80, 40 },
    { 33, 1, 66, 33 },    { 100, 50, 200, 100 }, { 101, 1, 200, 100 },
    { 200, 100, 200, 100 },
  };
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 200, 100);
  g_autoptr (GByteArray) file = codec_test_encode (&thimble_webp_codec, raster, 90);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      ThimbleDecodeRequest request = { table[i].min_width, table[i].min_height, FALSE };
      g_autoptr (GError) error = NULL;
      g_autoptr (ThimbleRaster) scaled
        = codec_test_decode (&thimble_webp_codec, file->data, file->len, &request, &error);

      g_assert_no_error (error);
      g_assert_cmpint (scaled->width, ==, table[i].width);
      g_assert_cmpint (scaled->height, ==, table[i].height);
      if (scaled->width > 30)
        codec_test_assert_pixel (scaled, scaled->width / 2, scaled->height / 2, 14, 115, 110, 150,
                                 0);
    }
}

static ThimbleRaster *
decode_planes (const GByteArray *file, gsize n_bytes, guint32 width, guint32 height, GError **error)
{
  ThimbleDecodeRequest request = { width, height, TRUE };

  return codec_test_decode (&thimble_webp_codec, file->data, n_bytes, &request, error);
}

/* What is lossy and much too large comes as planes, shrunk by an even factor, of JPEG's range. */
static void
test_planes (void)
{
  static const struct
  {
    guint32 min_width;
    int factor, width, chroma_width;
  } table[] = { { 100, 1, 201, 101 }, { 34, 1, 201, 101 }, { 32, 2, 101, 101 },
                { 20, 2, 101, 101 },  { 16, 4, 51, 51 },   { 5, 12, 17, 17 } };
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 201, 203);
  g_autoptr (GByteArray) file = codec_test_encode (&thimble_webp_codec, raster, 90);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ThimbleRaster) planes
        = decode_planes (file, file->len, table[i].min_width, 1, &error);
      int x = table[i].width / 2, chroma_x = table[i].chroma_width / 2;
      guint8 ycc[3], rgb[3];

      g_assert_no_error (error);
      g_assert_cmpint (planes->layout, ==, THIMBLE_LAYOUT_YCC_PLANES);
      g_assert_cmpint (planes->shrunk_by, ==, table[i].factor);
      g_assert_cmpint (planes->width, ==, table[i].width);
      g_assert_cmpint (planes->chroma[1]->width, ==, table[i].chroma_width);
      ycc[0] = thimble_raster_row (planes, planes->height / 2)[x];
      for (int c = 0; c < 2; c++)
        ycc[c + 1]
          = thimble_raster_row (planes->chroma[c], planes->chroma[c]->height / 2)[chroma_x];
      thimble_ycc_row_to_rgb (ycc, rgb, 1);
      g_assert_cmpint (ABS (rgb[0] - 115), <=, 14);
      g_assert_cmpint (ABS (rgb[1] - 110), <=, 14);
      g_assert_cmpint (ABS (rgb[2] - 150), <=, 14);
    }
}

static void
test_planes_truncated (void)
{
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 61, 43);
  g_autoptr (GByteArray) file = codec_test_encode (&thimble_webp_codec, raster, 60);

  for (gsize n = 0; n < file->len; n++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (decode_planes (file, n, 5, 5, &error));
      g_assert_true (error->domain == THIMBLE_IMAGE_ERROR);
    }
}

static void
test_animated (void)
{
  for (int full = 0; full < 2; full++)
    {
      g_autoptr (GByteArray) file = make_animated (full);
      g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_webp_codec, file);
      g_autoptr (GError) error = NULL;
      g_auto (ThimbleImageInfo) info = { 0 };

      g_assert_true (thimble_webp_codec.read_header (file->data, file->len, &info, &error));
      g_assert_cmpuint (info.n_frames, ==, 2);
      g_assert_cmpint (raster->width, ==, 40);
      g_assert_cmpint (raster->height, ==, 30);
      if (full)
        codec_test_assert_pixel (raster, 0, 0, 0, 40, 30, 200, 255);
      else
        {
          g_assert_cmpint (raster->layout, ==, THIMBLE_LAYOUT_RGBA);
          codec_test_assert_pixel (raster, 0, 0, 0, 0, 0, 0, 0);
          codec_test_assert_pixel (raster, 8, 6, 0, 40, 30, 200, 255);
          codec_test_assert_pixel (raster, 7, 6, 0, 0, 0, 0, 0);
          codec_test_assert_pixel (raster, 28, 6, 0, 0, 0, 0, 0);
        }
    }
}

static void
test_metadata (void)
{
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 16, 16);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) icc = g_bytes_new_static ("a profile", 9);
  g_autoptr (GBytes) exif
    = g_bytes_new_static ("MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0", 26);
  g_autoptr (GBytes) xmp = g_bytes_new_static ("<x:xmpmeta/>", 12);
  g_autoptr (GError) error = NULL;
  g_auto (ThimbleImageInfo) info = { 0 };
  ThimbleEncodeOptions options = { .quality = 80, .icc = icc, .exif = exif, .xmp = xmp };

  g_byte_array_append (file, (const guint8 *) "before", 6);
  g_assert_true (thimble_webp_codec.encode (raster, &options, file, &error));
  g_assert_cmpmem (file->data, 6, "before", 6);
  g_byte_array_remove_range (file, 0, 6);
  g_assert_true (thimble_webp_codec.read_header (file->data, file->len, &info, &error));
  g_assert_true (g_bytes_equal (info.icc, icc));
  g_assert_true (g_bytes_equal (info.exif, exif));
  g_assert_true (g_bytes_equal (info.xmp, xmp));
  g_assert_cmpint (info.orientation, ==, 6);
  g_assert_cmpint (info.format, ==, THIMBLE_FORMAT_WEBP);
}

/* What is hidden must not show where the picture is scaled: bars that cannot be seen are of another
 * colour than those that can. */
static void
test_hidden_colours (void)
{
  g_autoptr (ThimbleRaster) raster = thimble_raster_new (THIMBLE_LAYOUT_RGBA, 480, 480);
  const ThimbleDecodeRequest request = { .min_width = 30, .min_height = 30 };

  for (int y = 0; y < raster->height; y++)
    for (int x = 0; x < raster->width; x++)
      memcpy (thimble_raster_row (raster, y) + 4 * x,
              x / 20 % 2 == 0 ? "\x20\x20\x20\xff" : "\xff\xff\xff", 4);

  for (int lossless = 0; lossless < 2; lossless++)
    {
      g_autoptr (GByteArray) file = make_exact (raster, lossless);
      g_autoptr (GError) error = NULL;
      g_autoptr (ThimbleRaster) scaled
        = codec_test_decode (&thimble_webp_codec, file->data, file->len, &request, &error);

      g_assert_no_error (error);
      for (int y = 0; y < scaled->height; y++)
        for (int x = 0; x < scaled->width; x++)
          {
            const guint8 *pixel = thimble_raster_row (scaled, y) + 4 * x;

            if (pixel[3] >= 16)
              g_assert_cmpint (pixel[0], <=, 0x20 + 48);
          }
    }
}

static void
test_too_large_to_write (void)
{
  g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 16384, 1);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  ThimbleEncodeOptions options = { .quality = 80 };

  g_assert_false (thimble_webp_codec.encode (raster, &options, file, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE);
  g_assert_cmpuint (file->len, ==, 0);
}

static GPtrArray *
make_some_of_all (void)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  g_autoptr (ThimbleRaster) rgb = codec_test_gradient (THIMBLE_LAYOUT_RGB, 20, 20);
  g_autoptr (ThimbleRaster) rgba = codec_test_gradient (THIMBLE_LAYOUT_RGBA, 20, 20);

  g_ptr_array_add (files, codec_test_encode (&thimble_webp_codec, rgb, 80));
  g_ptr_array_add (files, codec_test_encode (&thimble_webp_codec, rgba, 80));
  g_ptr_array_add (files, make_lossless (rgb));
  g_ptr_array_add (files, make_lossless (rgba));
  g_ptr_array_add (files, make_animated (FALSE));
  return files;
}

static void
test_truncated (void)
{
  g_autoptr (GPtrArray) files = make_some_of_all ();

  for (guint i = 0; i < files->len; i++)
    {
      const GByteArray *file = g_ptr_array_index (files, i);

      codec_test_truncate (&thimble_webp_codec, file, file->len);
    }
}

/* The header says the right size, but the picture's data are cut: a chunk must not be believed. */
static void
test_truncated_with_right_size (void)
{
  g_autoptr (ThimbleRaster) rgb = codec_test_gradient (THIMBLE_LAYOUT_RGB, 60, 60);
  g_autoptr (GByteArray) file = make_lossless (rgb);
  guint n_kept = file->len / 2 & ~1u;
  g_autoptr (GError) error = NULL;

  file->data[4] = (guint8) (n_kept - 8);
  file->data[5] = (guint8) ((n_kept - 8) >> 8);
  file->data[16] = (guint8) (n_kept - 20);
  file->data[17] = (guint8) ((n_kept - 20) >> 8);
  g_assert_null (codec_test_decode (&thimble_webp_codec, file->data, n_kept, NULL, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT);
}

static void
test_flipped (void)
{
  g_autoptr (GPtrArray) files = make_some_of_all ();

  for (guint i = 0; i < files->len; i++)
    codec_test_flip_bytes (&thimble_webp_codec, g_ptr_array_index (files, i), 1500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/webp/decode/lossless", test_lossless);
  g_test_add_func ("/webp/decode/scales", test_scales);
  g_test_add_func ("/webp/decode/planes", test_planes);
  g_test_add_func ("/webp/hostile/planes-truncated", test_planes_truncated);
  g_test_add_func ("/webp/decode/hidden-colours", test_hidden_colours);
  g_test_add_func ("/webp/decode/animated", test_animated);
  g_test_add_func ("/webp/encode/round-trip", test_round_trip);
  g_test_add_func ("/webp/encode/other-layouts", test_other_layouts);
  g_test_add_func ("/webp/encode/metadata", test_metadata);
  g_test_add_func ("/webp/encode/too-large", test_too_large_to_write);
  g_test_add_func ("/webp/hostile/truncated", test_truncated);
  g_test_add_func ("/webp/hostile/truncated-with-right-size", test_truncated_with_right_size);
  g_test_add_func ("/webp/hostile/flipped", test_flipped);
  return g_test_run ();
}
