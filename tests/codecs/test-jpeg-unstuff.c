/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each way to take the stuffing out of JPEG's data that this processor has, beside one byte at a
 * time. */

#include "thimble-jpeg-unstuff.h"

#include <string.h>

#define MAX_BYTES 400

/* ITU-T T.81, F.1.2.3. */
static gsize
unstuff_bytewise (guint8 *to, gsize n_room, const guint8 **from, const guint8 *end)
{
  gsize n = 0;

  while (n < n_room && *from < end)
    {
      if (**from == 0xff && (end - *from < 2 || (*from)[1] != 0))
        break;
      to[n++] = **from;
      *from += **from == 0xff ? 2 : 1;
    }
  return n;
}

/* One in @rarity bytes is an 0xFF with its zero; at @marker_at is a marker, if it is in the data. */
static guint8 *
make_data (guint32 seed, gsize n_bytes, guint rarity, gsize marker_at)
{
  guint8 *bytes = g_malloc (n_bytes);

  for (gsize i = 0; i < n_bytes; i++)
    {
      seed = seed * 1664525 + 1013904223;
      bytes[i] = (guint8) ((seed >> 8) % 255);
      if ((seed >> 16) % rarity == 0)
        {
          bytes[i] = 0xff;
          if (++i < n_bytes)
            bytes[i] = 0;
        }
    }
  if (marker_at + 1 < n_bytes)
    {
      bytes[marker_at] = 0xff;
      bytes[marker_at + 1] = (guint8) (1 + seed % 255);
    }
  return bytes;
}

/* The bytes, and what there is room for, are of the length that is said: sanitizers see what is read
 * or written behind them. */
static void
check (ThimbleJpegUnstuff unstuff, const guint8 *bytes, gsize n_bytes, gsize n_room)
{
  g_autofree guint8 *to = g_malloc (n_room + 1);
  g_autofree guint8 *expected = g_malloc (n_room + 1);
  const guint8 *from = bytes, *expected_from = bytes;
  gsize n_expected = unstuff_bytewise (expected, n_room, &expected_from, bytes + n_bytes);

  to[n_room] = 0x5a;
  g_assert_cmpuint (unstuff (to, n_room, &from, bytes + n_bytes), ==, n_expected);
  g_assert_cmpmem (to, n_expected, expected, n_expected);
  g_assert_cmpint (from - bytes, ==, expected_from - bytes);
  g_assert_cmpuint (to[n_room], ==, 0x5a);
}

static ThimbleJpegUnstuff
get_portable (void)
{
  return &thimble_jpeg_unstuff_portable;
}

static const struct
{
  const char *path;
  ThimbleJpegUnstuff (*get) (void);
} ways[] = {
  { "/jpeg-unstuff/portable", get_portable },
  { "/jpeg-unstuff/avx2", thimble_jpeg_unstuff_get_avx2 },
  { "/jpeg-unstuff/avx512", thimble_jpeg_unstuff_get_avx512 },
};

static void
test_same (gconstpointer data)
{
  static const guint rarities[] = { 1, 2, 5, 40, 300, 1000000 };
  ThimbleJpegUnstuff unstuff = ways[GPOINTER_TO_SIZE (data)].get ();

  if (unstuff == NULL)
    {
      g_test_skip ("not on this processor");
      return;
    }
  for (guint32 i = 0; i < 60000; i++)
    {
      gsize n_bytes = 1 + i * 7919 % MAX_BYTES;
      gsize n_room = i & 1 ? MAX_BYTES : i * 104729 % MAX_BYTES;
      g_autofree guint8 *bytes = make_data (i, n_bytes, rarities[i % G_N_ELEMENTS (rarities)],
                                            i & 2 ? n_bytes : i * 31 % MAX_BYTES);

      check (unstuff, bytes, n_bytes, n_room);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    g_test_add_data_func (ways[i].path, GSIZE_TO_POINTER (i), test_same);
  return g_test_run ();
}
