/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fast way of PNG beside libpng. A file's sums would keep nearly all that a fuzzer changes from
 * what is behind them, so the input is what goes into a file whose sums fit: five bytes of header,
 * six of tRNS, 48 of PLTE, then the data, either as a zlib stream or as rows that are deflated
 * here. Where the fast way has a picture, libpng must have the same. */

#include "fuzz.h"
#include "thimble-png-fast.h"
#include "thimble-png-private.h"

#include <libdeflate.h>
#include <string.h>

#define N_HEAD 5
#define N_TRANSPARENCY 6
#define N_PALETTE 48
#define MAX_FACTOR 8

static struct libdeflate_compressor *compressor;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  compressor = libdeflate_alloc_compressor (1);
  return 0;
}

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
add_rows (GByteArray *file, const guint8 *rows, gsize n_bytes)
{
  gsize n_bound = libdeflate_zlib_compress_bound (compressor, n_bytes);
  g_autofree guint8 *packed = g_malloc (n_bound);
  gsize n_packed = libdeflate_zlib_compress (compressor, rows, n_bytes, packed, n_bound);

  add_chunk (file, "IDAT", packed, n_packed / 2);
  add_chunk (file, "IDAT", packed + n_packed / 2, n_packed - n_packed / 2);
}

/* Returns: (transfer full): a file, which may be no PNG for all that */
static GByteArray *
make_file (const guint8 *bytes, gsize n_bytes)
{
  static const guint8 types[8] = { 0, 2, 3, 4, 6, 6, 2, 3 };
  static const guint8 depths[8] = { 1, 2, 4, 8, 16, 8, 8, 8 };
  GByteArray *file = g_byte_array_new ();
  guint8 header[13] = { 0 };
  const guint8 *data = bytes + N_HEAD + N_TRANSPARENCY + N_PALETTE;

  header[3] = bytes[0];
  header[7] = bytes[1];
  header[8] = depths[bytes[2] & 7];
  header[9] = types[bytes[2] >> 3 & 7];
  g_byte_array_append (file, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  add_chunk (file, "IHDR", header, sizeof header);
  if (header[9] == 3)
    add_chunk (file, "PLTE", bytes + N_HEAD + N_TRANSPARENCY, (bytes[3] & 15) * 3 + 3);
  if (bytes[3] & 16)
    add_chunk (file, "tRNS", bytes + N_HEAD, header[9] == 2 ? 6 : 2);
  n_bytes -= N_HEAD + N_TRANSPARENCY + N_PALETTE;
  if (bytes[3] & 32)
    add_chunk (file, "IDAT", data, n_bytes);
  else
    add_rows (file, data, n_bytes);
  add_chunk (file, "IEND", NULL, 0);
  return file;
}

static void
compare (const ThimbleRaster *fast, const ThimbleRaster *slow)
{
  gsize n_row_bytes = (gsize) fast->width * (gsize) thimble_layout_get_n_channels (fast->layout);

  g_assert_cmpint (fast->layout, ==, slow->layout);
  g_assert_cmpint (fast->width, ==, slow->width);
  g_assert_cmpint (fast->height, ==, slow->height);
  for (int y = 0; y < fast->height; y++)
    g_assert_cmpmem (thimble_raster_row (fast, y), n_row_bytes, thimble_raster_row (slow, y),
                     n_row_bytes);
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GByteArray) file = NULL;
  g_autofree guint8 *copy = NULL;
  g_autoptr (ThimbleRaster) fast = NULL;
  g_autoptr (ThimbleRaster) slow = NULL;
  g_auto (ThimbleImageInfo) info = { 0 };
  int factor;

  if (n_bytes < N_HEAD + N_TRANSPARENCY + N_PALETTE)
    return 0;
  file = make_file (bytes, n_bytes);
  copy = g_memdup2 (file->data, file->len); /* ends where its memory ends */
  factor = 1 + bytes[4] % MAX_FACTOR;
  fast = thimble_png_fast_decode (copy, file->len, factor);
  if (fast == NULL)
    return 0;
  g_assert_true (thimble_png_codec.read_header (copy, file->len, &info, NULL));
  slow = thimble_png_decode_with_libpng (copy, file->len, &info, factor, NULL);
  g_assert_nonnull (slow);
  compare (fast, slow);
  return 0;
}
