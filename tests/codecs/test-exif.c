/* SPDX-License-Identifier: GPL-3.0-or-later */

/* EXIF blocks, built here byte by byte in both byte orders: reading tags, rewriting for a new
 * picture, and everything that can be wrong with them. */

#include "thimble-exif.h"

#include <string.h>

typedef struct
{
  GByteArray *bytes;
  gboolean is_big_endian;
} Builder;

static void
put_16 (Builder *b, guint value)
{
  guint8 bytes[2] = { value & 0xff, value >> 8 & 0xff };

  if (b->is_big_endian)
    bytes[0] = value >> 8 & 0xff, bytes[1] = value & 0xff;
  g_byte_array_append (b->bytes, bytes, 2);
}

static void
put_32 (Builder *b, guint value)
{
  put_16 (b, b->is_big_endian ? value >> 16 : value & 0xffff);
  put_16 (b, b->is_big_endian ? value & 0xffff : value >> 16);
}

static void
put_entry (Builder *b, guint tag, guint type, guint count, guint value)
{
  put_16 (b, tag);
  put_16 (b, type);
  put_32 (b, count);
  if (type == 3 && count == 1)
    {
      put_16 (b, value);
      put_16 (b, 0);
    }
  else
    put_32 (b, value);
}

#define EXIF_IFD 86
#define GPS_IFD 116
#define THUMBNAIL_IFD 134
#define THUMBNAIL 164

/* Header, first directory with five entries, Exif directory with two, GPS with one, thumbnail's
 * with two, thumbnail. */
static GBytes *
make_block (gboolean is_big_endian, guint orientation)
{
  Builder b = { .bytes = g_byte_array_new (), .is_big_endian = is_big_endian };

  g_byte_array_append (b.bytes, (const guint8 *) (is_big_endian ? "MM" : "II"), 2);
  put_16 (&b, 42);
  put_32 (&b, 8);

  put_16 (&b, 6);
  put_entry (&b, 0x0100, 3, 1, 6000);
  put_entry (&b, 0x0101, 4, 1, 4000);
  put_entry (&b, 0x010f, 2, 4, 0x41424300);
  put_entry (&b, 0x0112, 3, 1, orientation);
  put_entry (&b, 0x8769, 4, 1, EXIF_IFD);
  put_entry (&b, 0x8825, 4, 1, GPS_IFD);
  put_32 (&b, THUMBNAIL_IFD);
  g_assert_cmpuint (b.bytes->len, ==, EXIF_IFD);

  put_16 (&b, 2);
  put_entry (&b, 0xa002, 3, 1, 6000);
  put_entry (&b, 0xa003, 4, 1, 4000);
  put_32 (&b, 0);
  g_assert_cmpuint (b.bytes->len, ==, GPS_IFD);

  put_16 (&b, 1);
  put_entry (&b, 0x0005, 1, 1, 0x01010101);
  put_32 (&b, 0);
  g_assert_cmpuint (b.bytes->len, ==, THUMBNAIL_IFD);

  put_16 (&b, 2);
  put_entry (&b, 0x0201, 4, 1, THUMBNAIL);
  put_entry (&b, 0x0202, 4, 1, 10);
  put_32 (&b, 0);
  g_assert_cmpuint (b.bytes->len, ==, THUMBNAIL);
  g_byte_array_append (b.bytes, (const guint8 *) "\xff\xd8SECRET\xff\xd9", 10);

  return g_byte_array_free_to_bytes (b.bytes);
}

static guint
get_uint (GBytes *block, guint16 tag)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (block, &n_bytes);
  guint32 value;

  g_assert_true (thimble_exif_get_uint (bytes, n_bytes, tag, &value));
  return value;
}

static int
get_orientation (GBytes *block)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (block, &n_bytes);

  return thimble_exif_get_orientation (bytes, n_bytes);
}

static void
test_orientation (void)
{
  for (int big = 0; big < 2; big++)
    {
      for (guint i = 1; i <= 8; i++)
        {
          g_autoptr (GBytes) block = make_block (big, i);

          g_assert_cmpint (get_orientation (block), ==, (int) i);
        }
      for (guint i = 9; i < 300; i += 97)
        {
          g_autoptr (GBytes) block = make_block (big, i);

          g_assert_cmpint (get_orientation (block), ==, 1);
        }
    }
}

static void
test_orientation_of_nothing (void)
{
  g_assert_cmpint (thimble_exif_get_orientation ((const guint8 *) "", 0), ==, 1);
  g_assert_cmpint (thimble_exif_get_orientation ((const guint8 *) "II*\0\b\0\0\0", 8), ==, 1);
  g_assert_cmpint (thimble_exif_get_orientation ((const guint8 *) "hello world", 11), ==, 1);
}

static void
test_data (void)
{
  static const guint8 tiff[] = "II*\0\x08\0\0\0\x01\0"
                               "\x73\x87\x07\0\x06\0\0\0\x1a\0\0\0\0\0\0\0PROFIL";
  gsize n_data = 0;
  const guint8 *data;

  data = thimble_exif_get_data (tiff, sizeof tiff - 1, THIMBLE_TIFF_TAG_ICC, &n_data);
  g_assert_nonnull (data);
  g_assert_cmpmem (data, n_data, "PROFIL", 6);
  g_assert_true (thimble_exif_is_whole (tiff, sizeof tiff - 1));
  g_assert_null (thimble_exif_get_data (tiff, sizeof tiff - 2, THIMBLE_TIFF_TAG_ICC, &n_data));
  g_assert_false (thimble_exif_is_whole (tiff, sizeof tiff - 2));
  g_assert_null (thimble_exif_get_data (tiff, sizeof tiff - 1, THIMBLE_TIFF_TAG_XMP, &n_data));
}

static void
check_rewritten (GBytes *rewritten, gboolean is_big_endian)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (rewritten, &n_bytes);
  const guint8 *x_entry = bytes + EXIF_IFD + 2;
  const guint8 *y_entry = x_entry + 12;

  g_assert_cmpint (get_orientation (rewritten), ==, 1);
  g_assert_cmpuint (get_uint (rewritten, 0x0100), ==, 128);
  g_assert_cmpuint (get_uint (rewritten, 0x0101), ==, 85);
  g_assert_cmpuint (get_uint (rewritten, 0x8825), ==, GPS_IFD);
  if (is_big_endian)
    {
      g_assert_cmpmem (x_entry + 8, 2, "\0\x80", 2);
      g_assert_cmpmem (y_entry + 8, 4, "\0\0\0\x55", 4);
    }
  else
    {
      g_assert_cmpmem (x_entry + 8, 2, "\x80\0", 2);
      g_assert_cmpmem (y_entry + 8, 4, "\x55\0\0\0", 4);
    }
  /* The link to the thumbnail, and the thumbnail, are gone. */
  g_assert_cmpmem (bytes + EXIF_IFD - 4, 4, "\0\0\0\0", 4);
  g_assert_cmpuint (n_bytes, ==, THUMBNAIL);
}

static void
test_rewrite (void)
{
  for (int big = 0; big < 2; big++)
    {
      g_autoptr (GBytes) block = make_block (big, 6);
      g_autoptr (GBytes) before = g_bytes_new (g_bytes_get_data (block, NULL),
                                               g_bytes_get_size (block));
      g_autoptr (GBytes) rewritten = thimble_exif_rewrite (block, 128, 85);

      g_assert_nonnull (rewritten);
      check_rewritten (rewritten, big);
      g_assert_true (g_bytes_equal (block, before));
    }
}

static void
test_rewrite_makes_room (void)
{
  g_autoptr (GBytes) block = make_block (FALSE, 1);
  g_autoptr (GBytes) rewritten = thimble_exif_rewrite (block, 70000, 80000);

  g_assert_nonnull (rewritten);
  g_assert_cmpuint (get_uint (rewritten, 0x0100), ==, 70000);
  g_assert_cmpuint (get_uint (rewritten, 0x0101), ==, 80000);
}

static void
test_rewrite_broken (void)
{
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) text = g_bytes_new_static ("This is no TIFF header.", 23);
  g_autoptr (GBytes) beyond = g_bytes_new_static ("II*\0\xff\xff\xff\xff", 8);

  g_assert_null (thimble_exif_rewrite (empty, 1, 1));
  g_assert_null (thimble_exif_rewrite (text, 1, 1));
  g_assert_null (thimble_exif_rewrite (beyond, 1, 1));
}

/* Cut or with wrong bytes, a block gives something or nothing, and no read or write outside it. */
static void
test_hostile (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GBytes) block = make_block (TRUE, 8);
  gsize n_bytes = g_bytes_get_size (block);
  guint n_rewritten = 0;

  for (guint i = 0; i < 20000; i++)
    {
      gsize n_kept = i < n_bytes ? i : n_bytes;
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (block, NULL), n_kept);
      g_autoptr (GBytes) broken = NULL;
      g_autoptr (GBytes) rewritten = NULL;

      for (guint j = 0; i >= n_bytes && j <= i % 5; j++)
        copy[g_rand_int_range (rand, 0, (gint32) n_kept)] = (guint8) g_rand_int (rand);
      g_assert_cmpint (thimble_exif_get_orientation (copy, n_kept), <=, 8);
      thimble_exif_is_whole (copy, n_kept);
      broken = g_bytes_new_take (g_steal_pointer (&copy), n_kept);
      rewritten = thimble_exif_rewrite (broken, 100, 100);
      if (rewritten != NULL)
        {
          n_rewritten++;
          g_assert_cmpuint (g_bytes_get_size (rewritten), <=, n_kept);
        }
    }
  g_assert_cmpuint (n_rewritten, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exif/orientation", test_orientation);
  g_test_add_func ("/exif/orientation/of-nothing", test_orientation_of_nothing);
  g_test_add_func ("/exif/data", test_data);
  g_test_add_func ("/exif/rewrite", test_rewrite);
  g_test_add_func ("/exif/rewrite/makes-room", test_rewrite_makes_room);
  g_test_add_func ("/exif/rewrite/broken", test_rewrite_broken);
  g_test_add_func ("/exif/hostile", test_hostile);
  return g_test_run ();
}
