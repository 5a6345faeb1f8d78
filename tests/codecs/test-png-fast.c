/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fast way of PNG beside libpng: the same pixels for every kind of picture, filter and size, no
 * picture where libpng has none, and each part of it beside its plain twin. */

#include "codec-test.h"
#include "thimble-png-fast.h"
#include "thimble-png-unfilter.h"
#include "thimble-premultiply.h"

#include <string.h>

#include <libdeflate.h>
#include <png.h>

#define ANY_FILTER 5

typedef struct
{
  int width;
  int height;
  int colour_type;
  int depth;
  int filter; /* 0 to 4, or ANY_FILTER */
  gboolean has_transparency;
} Kind;

static void
add_uint32 (GByteArray *file, guint32 value)
{
  guint8 bytes[4];

  png_save_uint_32 (bytes, value);
  g_byte_array_append (file, bytes, sizeof bytes);
}

static void
add_chunk (GByteArray *file, const char *type, const guint8 *data, gsize n_bytes)
{
  guint start = file->len + 4;

  add_uint32 (file, (guint32) n_bytes);
  g_byte_array_append (file, (const guint8 *) type, 4);
  g_byte_array_append (file, data, (guint) n_bytes);
  add_uint32 (file, libdeflate_crc32 (0, file->data + start, n_bytes + 4));
}

static void
add_colours (GByteArray *file, const Kind *kind, GRand *random)
{
  /* Fewer than numbers of eight bits can name. */
  guint n_colours = (guint) MIN (1 << kind->depth, 200);
  guint8 bytes[600];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) g_rand_int (random);
  if (kind->colour_type == 3)
    add_chunk (file, "PLTE", bytes, n_colours * 3);
  if (!kind->has_transparency)
    return;
  if (kind->colour_type == 3)
    add_chunk (file, "tRNS", bytes, MAX (1, n_colours / 2));
  else
    add_chunk (file, "tRNS", (const guint8 *) "\0\1\0\1\0\1", kind->colour_type == 2 ? 6 : 2);
}

/* Rows as filters would have made them: zeros and small numbers mostly, so that colours that are
 * the transparent one come up, and some of any size. */
static GByteArray *
make_rows (const Kind *kind, gsize n_row_bytes, GRand *random)
{
  GByteArray *rows = g_byte_array_new ();

  for (int y = 0; y < kind->height; y++)
    {
      guint8 filter = (guint8) (kind->filter == ANY_FILTER ? g_rand_int_range (random, 0, 5)
                                                           : kind->filter);

      g_byte_array_append (rows, &filter, 1);
      for (gsize i = 0; i < n_row_bytes; i++)
        {
          int max = y % 3 == 0 ? 256 : 2;
          guint8 byte = (guint8) g_rand_int_range (random, 0, max);

          g_byte_array_append (rows, &byte, 1);
        }
    }
  return rows;
}

/* A PNG of any kind, its data in several chunks. */
static GByteArray *
make_png (const Kind *kind, GRand *random)
{
  GByteArray *file = g_byte_array_new ();
  guint8 header[13] = { 0 };
  ThimblePngHeader parsed = { (guint32) kind->width, (guint32) kind->height, kind->depth,
                              kind->colour_type, FALSE };
  g_autoptr (GByteArray) rows
    = make_rows (kind, thimble_png_header_get_n_row_bytes (&parsed), random);
  struct libdeflate_compressor *compressor = libdeflate_alloc_compressor (1);
  gsize n_bound = libdeflate_zlib_compress_bound (compressor, rows->len);
  g_autofree guint8 *packed = g_malloc (n_bound);
  gsize n_packed = libdeflate_zlib_compress (compressor, rows->data, rows->len, packed, n_bound);

  png_save_uint_32 (header, (guint32) kind->width);
  png_save_uint_32 (header + 4, (guint32) kind->height);
  header[8] = (guint8) kind->depth;
  header[9] = (guint8) kind->colour_type;
  g_byte_array_append (file, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  add_chunk (file, "IHDR", header, sizeof header);
  add_colours (file, kind, random);
  for (gsize i = 0; i < n_packed; i += 500)
    add_chunk (file, "IDAT", packed + i, MIN (500, n_packed - i));
  add_chunk (file, "IEND", NULL, 0);
  libdeflate_free_compressor (compressor);
  return file;
}

typedef struct
{
  const guint8 *bytes;
  gsize n_bytes;
} Rest;

static void
read_cb (png_structp png, png_bytep data, size_t n_bytes)
{
  Rest *rest = png_get_io_ptr (png);

  if (n_bytes > rest->n_bytes)
    png_error (png, "cut short");
  memcpy (data, rest->bytes, n_bytes);
  rest->bytes += n_bytes;
  rest->n_bytes -= n_bytes;
}

static void
quiet_cb (png_structp png, png_const_charp message)
{
}

static void
quiet_error_cb (png_structp png, png_const_charp message)
{
  png_longjmp (png, 1);
}

/* The reference. Returns: (nullable): what libpng makes of a file that is whole to the end */
static ThimbleRaster *
decode_with_libpng (const guint8 *bytes, gsize n_bytes)
{
  static const ThimbleLayout layouts[] = { 0, THIMBLE_LAYOUT_GRAY, THIMBLE_LAYOUT_GRAY_ALPHA,
                                           THIMBLE_LAYOUT_RGB, THIMBLE_LAYOUT_RGBA };
  ThimbleRaster *volatile raster = NULL;
  Rest rest = { bytes, n_bytes };
  png_structp png
    = png_create_read_struct (PNG_LIBPNG_VER_STRING, NULL, quiet_error_cb, quiet_cb);
  png_infop info = png_create_info_struct (png);

  if (setjmp (png_jmpbuf (png)))
    {
      png_destroy_read_struct (&png, &info, NULL);
      g_clear_pointer ((ThimbleRaster **) &raster, thimble_raster_unref);
      return NULL;
    }
  png_set_read_fn (png, &rest, read_cb);
#ifdef PNG_IGNORE_ADLER32
  png_set_option (png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
#endif
  png_read_info (png, info);
  png_set_expand (png);
  png_set_scale_16 (png);
  png_read_update_info (png, info);
  raster = thimble_raster_new (layouts[png_get_channels (png, info)],
                               (int) png_get_image_width (png, info),
                               (int) png_get_image_height (png, info));
  for (int y = 0; y < raster->height; y++)
    png_read_row (png, thimble_raster_row (raster, y), NULL);
  png_read_end (png, NULL);
  png_destroy_read_struct (&png, &info, NULL);
  return raster;
}

static void
check_kind (const Kind *kind, GRand *random)
{
  g_autoptr (GByteArray) file = make_png (kind, random);
  g_autofree guint8 *copy = g_memdup2 (file->data, file->len);
  g_autoptr (ThimbleRaster) wanted = decode_with_libpng (copy, file->len);
  g_autoptr (ThimbleRaster) got = thimble_png_fast_decode (copy, file->len, 1);

  g_assert_nonnull (wanted);
  g_assert_nonnull (got);
  g_assert_cmpint (codec_test_max_difference (wanted, got), ==, 0);
}

static void
test_kinds (void)
{
  static const guint8 kinds[][2] = { { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 },
                                     { 2, 8 }, { 2, 16 }, { 3, 1 }, { 3, 2 }, { 3, 4 },
                                     { 3, 8 }, { 4, 8 }, { 4, 16 }, { 6, 8 }, { 6, 16 } };
  static const int sizes[][2] = { { 1, 1 }, { 2, 3 }, { 7, 1 }, { 1, 9 }, { 31, 8 }, { 32, 8 },
                                  { 33, 9 }, { 34, 16 }, { 35, 17 }, { 36, 23 }, { 37, 25 },
                                  { 201, 40 } };
  g_autoptr (GRand) random = g_rand_new_with_seed (6);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (int filter = 0; filter <= ANY_FILTER; filter++)
      for (gsize k = 0; k < G_N_ELEMENTS (sizes); k++)
        for (int clear = 0; clear < (kinds[i][0] >= 4 ? 1 : 2); clear++)
          {
            Kind kind = { sizes[k][0], sizes[k][1], kinds[i][0], kinds[i][1], filter, clear };

            check_kind (&kind, random);
          }
}

/* All filters in all mixtures, with bytes of any size: Paeth's choices come up in the millions. */
static void
check_unfilter (ThimblePngUnfilter unfilter)
{
  const gsize n_row_bytes = 3 * 64 * 3;
  const int n_rows = 64;
  g_autofree guint8 *filtered
    = g_malloc0 (n_rows * (n_row_bytes + 1) + THIMBLE_PNG_UNFILTER_PADDING);
  g_autofree guint8 *above = g_malloc0 (n_row_bytes + THIMBLE_PNG_UNFILTER_PADDING);
  g_autofree guint8 *wanted = g_malloc0 (n_rows * n_row_bytes + THIMBLE_PNG_UNFILTER_PADDING);
  g_autofree guint8 *got = g_malloc0 (n_rows * n_row_bytes + THIMBLE_PNG_UNFILTER_PADDING);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (int turn = 0; turn < 300; turn++)
    {
      ThimblePngBand band = { .stride = n_row_bytes, .above = above, .filtered = filtered,
                              .n_rows = 1 + turn % n_rows, .n_row_bytes = n_row_bytes,
                              .n_pixel_bytes = 1 + turn % 4 };

      band.n_row_bytes -= (gsize) (turn % 7 * 12);
      for (gsize i = 0; i < (gsize) n_rows * (n_row_bytes + 1); i++)
        filtered[i] = (guint8) g_rand_int (random);
      for (gsize i = 0; i < n_row_bytes; i++)
        above[i] = (guint8) g_rand_int (random);
      for (int y = 0; y < band.n_rows; y++)
        filtered[(gsize) y * (band.n_row_bytes + 1)]
          = (guint8) (turn % 3 == 0 ? 4 : g_rand_int_range (random, 0, 5));
      band.rows = wanted;
      thimble_png_unfilter_portable (&band);
      band.rows = got;
      unfilter (&band);
      for (int y = 0; y < band.n_rows; y++)
        g_assert_cmpmem (got + y * n_row_bytes, band.n_row_bytes, wanted + y * n_row_bytes,
                         band.n_row_bytes);
    }
}

static void
test_unfilter (void)
{
  if (thimble_png_unfilter_get () == thimble_png_unfilter_portable)
    {
      g_test_skip ("There is no vector code for this processor");
      return;
    }
  check_unfilter (thimble_png_unfilter_get ());
}

static void
test_premultiply (void)
{
  guint8 wanted[256 * 4], got[256 * 4];

  for (guint alpha = 0; alpha < 256; alpha++)
    {
      for (guint i = 0; i < 256; i++)
        {
          const guint8 pixel[] = { (guint8) i, (guint8) (255 - i), (guint8) (i * 7),
                                   (guint8) alpha };

          memcpy (wanted + 4 * i, pixel, 4);
        }
      memcpy (got, wanted, sizeof got);
      thimble_premultiply_row_portable (wanted, 253, THIMBLE_LAYOUT_RGBA);
      thimble_premultiply_row (got, 253, THIMBLE_LAYOUT_RGBA);
      g_assert_cmpmem (got, sizeof got, wanted, sizeof wanted);
      g_assert_cmpint (wanted[4 * 200], ==, (int) (200 * alpha / 255.0 + 0.5));
    }
}

/* Shrunk while it comes, a picture is what it is when it is shrunk afterwards: by the fast way, by
 * libpng where that one must look, and for parts of cells at the edges. */
static void
test_shrunk (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (8);

  for (int factor = 2; factor < 12; factor++)
    {
      Kind kind = { 31 * factor - 1, 24 * factor + 1, factor % 2 ? 6 : 2, 8, ANY_FILTER, FALSE };
      ThimbleBox box = { 0, 0, factor, factor };
      ThimbleDecodeRequest request = { 10, 8 };
      g_autoptr (GByteArray) file = make_png (&kind, random);
      g_autoptr (ThimbleRaster) whole = codec_test_decode_whole (&thimble_png_codec, file);
      g_autoptr (ThimbleRaster) wanted = NULL;
      g_autoptr (ThimbleRaster) got = NULL;
      g_autoptr (ThimbleRaster) fast = thimble_png_fast_decode (file->data, file->len, factor);
      g_autoptr (GError) error = NULL;

      for (int y = 0; y < whole->height; y++)
        thimble_premultiply_row (thimble_raster_row (whole, y), (gsize) whole->width,
                                 whole->layout);
      wanted = thimble_box_shrink (whole, &box);
      g_assert_cmpint (wanted->width, ==, (kind.width + factor - 1) / factor);
      g_assert_cmpint (codec_test_max_difference (fast, wanted), ==, 0);

      /* With a chunk that has no place there, in front of the last. */
      g_byte_array_set_size (file, file->len - 12);
      add_chunk (file, "tRNS", NULL, 0);
      add_chunk (file, "IEND", NULL, 0);
      g_assert_null (thimble_png_fast_decode (file->data, file->len, factor));
      got = codec_test_decode (&thimble_png_codec, file->data, file->len, &request, &error);
      g_assert_no_error (error);
      g_assert_cmpint (got->shrunk_by, ==, factor);
      g_assert_cmpint (codec_test_max_difference (got, wanted), ==, 0);
    }
}

/* No picture where libpng has none: cut short anywhere, or with any byte changed. */
static void
test_broken (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  Kind kind = { 40, 17, 3, 8, ANY_FILTER, TRUE };
  g_autoptr (GByteArray) file = make_png (&kind, random);

  for (gsize n = 0; n < file->len; n++)
    {
      g_autofree guint8 *copy = g_memdup2 (file->data, n);

      g_assert_null (thimble_png_fast_decode (copy, n, 1));
    }
  for (gsize i = 8; i < file->len; i++)
    for (int bit = 0; bit < 8; bit++)
      {
        g_autofree guint8 *copy = g_memdup2 (file->data, file->len);
        g_autoptr (ThimbleRaster) got = NULL;
        g_autoptr (ThimbleRaster) wanted = NULL;

        copy[i] ^= (guint8) (1 << bit);
        got = thimble_png_fast_decode (copy, file->len, 1);
        if (got == NULL)
          continue;
        wanted = decode_with_libpng (copy, file->len);
        g_assert_nonnull (wanted);
        g_assert_cmpint (codec_test_max_difference (got, wanted), ==, 0);
      }
}

/* The same with sums that fit, so that what is behind them is reached. */
static void
test_broken_inside (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (10);

  for (int turn = 0; turn < 4000; turn++)
    {
      Kind kind = { 40, 9, turn % 2 ? 3 : 6, 8, ANY_FILTER, turn % 2 };
      g_autoptr (GByteArray) file = make_png (&kind, random);
      g_autoptr (ThimbleRaster) got = NULL;
      g_autoptr (ThimbleRaster) wanted = NULL;

      for (gsize position = 8; position + 12 <= file->len;)
        {
          guint8 *chunk = file->data + position;
          guint32 length = png_get_uint_32 (chunk);

          if (memcmp (chunk + 4, "IHDR", 4) != 0 && length > 0)
            chunk[8 + g_rand_int_range (random, 0, MIN ((gint32) length, 1 + turn % 900))]
              ^= (guint8) (g_rand_boolean (random) ? 0 : 1 << g_rand_int_range (random, 0, 8));
          png_save_uint_32 (chunk + 8 + length,
                            libdeflate_crc32 (0, chunk + 4, length + 4));
          position += 12 + length;
        }
      got = thimble_png_fast_decode (file->data, file->len, 1);
      if (got == NULL)
        continue;
      wanted = decode_with_libpng (file->data, file->len);
      g_assert_nonnull (wanted);
      g_assert_cmpint (codec_test_max_difference (got, wanted), ==, 0);
    }
}

/* What is written here libpng reads, the same pixels. */
static void
test_encode (void)
{
  for (int layout = THIMBLE_LAYOUT_GRAY; layout <= THIMBLE_LAYOUT_RGBA; layout++)
    for (int width = 1; width < 80; width += 13)
      {
        g_autoptr (ThimbleRaster) raster
          = codec_test_gradient ((ThimbleLayout) layout, width, 1 + width / 3);
        g_autoptr (GByteArray) file = NULL;
        g_autoptr (ThimbleRaster) again = NULL;

        /* Something for each filter. */
        for (int y = 0; y < raster->height; y += 2)
          memset (thimble_raster_row (raster, y), y * 3, (gsize) width);
        file = codec_test_encode (&thimble_png_codec, raster, 80);
        again = decode_with_libpng (file->data, file->len);
        g_assert_nonnull (again);
        g_assert_cmpint (codec_test_max_difference (raster, again), ==, 0);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/png-fast/kinds", test_kinds);
  g_test_add_func ("/png-fast/unfilter", test_unfilter);
  g_test_add_func ("/png-fast/premultiply", test_premultiply);
  g_test_add_func ("/png-fast/shrunk", test_shrunk);
  g_test_add_func ("/png-fast/broken", test_broken);
  g_test_add_func ("/png-fast/broken-inside", test_broken_inside);
  g_test_add_func ("/png-fast/encode", test_encode);
  return g_test_run ();
}
