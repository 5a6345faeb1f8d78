/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Entropy-coded data without its stuffing: all ways to take it out beside the definition, byte by
 * byte, and the window that goes over a segment with them. */

#include "thimble-jpeg-reduced.h"
#include "thimble-jpeg-unstuff.h"

#include <string.h>

#define CANARY 0xa5

/* ITU-T T.81, F.1.2.3. Returns: how many bytes were written; where it stopped goes to @from */
static gsize
unstuff_simply (guint8 *to, gsize n_room, const guint8 **from, const guint8 *end)
{
  gsize n = 0;

  while (n < n_room && *from < end)
    {
      if (**from == 0xff && (*from + 1 == end || (*from)[1] != 0))
        break;
      to[n++] = **from;
      *from += **from == 0xff ? 2 : 1;
    }
  return n;
}

/* In memory that ends where the data ends, and room that ends where the room ends. */
static void
check_unstuff (ThimbleJpegUnstuff unstuff, const guint8 *data, gsize n, gsize n_room)
{
  g_autofree guint8 *exact = g_memdup2 (data, n);
  g_autofree guint8 *wanted = g_malloc (n_room + 1);
  g_autofree guint8 *got = g_malloc (n_room + 1);
  const guint8 *wanted_from = exact, *got_from = exact;
  gsize n_wanted, n_got;

  got[n_room] = CANARY;
  n_wanted = unstuff_simply (wanted, n_room, &wanted_from, exact + n);
  n_got = unstuff (got, n_room, &got_from, exact + n);
  g_assert_cmpmem (got, n_got, wanted, n_wanted);
  g_assert_cmpuint ((gsize) (got_from - exact), ==, (gsize) (wanted_from - exact));
  g_assert_cmpuint (got[n_room], ==, CANARY);
}

/* One 0xFF at every offset of every length, before data, before a marker, before another and at the
 * end, with room for all, for less, and for nothing; then another behind it. */
static void
check_offsets (ThimbleJpegUnstuff unstuff)
{
  static const guint8 next[] = { 0, 0xd9, 0xff };
  guint8 data[150];

  check_unstuff (unstuff, data, 0, 0);
  for (gsize n = 1; n < sizeof data; n++)
    for (gsize at = 0; at < n; at++)
      for (gsize i = 0; i < G_N_ELEMENTS (next); i++)
        {
          for (gsize k = 0; k < n; k++)
            data[k] = (guint8) (k * 37 % 0xff);
          data[at] = 0xff;
          if (at + 1 < n)
            data[at + 1] = next[i];
          check_unstuff (unstuff, data, n, n);
          check_unstuff (unstuff, data, n, at);
          check_unstuff (unstuff, data, n, at + 1);
          check_unstuff (unstuff, data, n, n + 100);
          if (at + 2 < n)
            data[at + 2] = 0xff;
          check_unstuff (unstuff, data, n, n);
        }
}

/* Much of it 0xFF, up to nothing else, from any alignment. */
static void
check_random (ThimbleJpegUnstuff unstuff)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  guint8 data[700];

  for (int turn = 0; turn < 20000; turn++)
    {
      gsize n = (gsize) g_rand_int_range (random, 0, sizeof data);
      gsize n_room = (gsize) g_rand_int_range (random, 0, sizeof data);
      int one_in = 1 + turn % 80;

      for (gsize i = 0; i < n; i++)
        data[i] = (guint8) g_rand_int (random);
      for (gsize i = 0; i + 1 < n; i++)
        if (g_rand_int_range (random, 0, one_in) == 0)
          {
            data[i] = 0xff;
            data[i + 1] = g_rand_int_range (random, 0, 40) == 0 ? 0xd0 : 0;
            i++;
          }
      check_unstuff (unstuff, data + MIN (n, (gsize) turn % 64), n - MIN (n, (gsize) turn % 64),
                     n_room);
    }
}

static void
test_unstuff (gconstpointer data)
{
  ThimbleJpegUnstuff (*get) (void) = (ThimbleJpegUnstuff (*) (void)) data;
  ThimbleJpegUnstuff unstuff = get ();

  if (unstuff == NULL)
    {
      g_test_skip ("This processor has none of it");
      return;
    }
  check_offsets (unstuff);
  check_random (unstuff);
}

static ThimbleJpegUnstuff
get_portable (void)
{
  return thimble_jpeg_unstuff_portable;
}

/* Data of @n bytes, of which one in @one_in is 0xFF, with its stuffing; without it in @plain. */
static GByteArray *
make_segment (gsize n, int one_in, GByteArray *plain)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) n);
  GByteArray *segment = g_byte_array_new ();

  for (gsize i = 0; i < n; i++)
    {
      guint8 bytes[] = { (guint8) g_rand_int_range (random, 0, 0xff), 0 };
      gboolean is_ff = g_rand_int_range (random, 0, one_in) == 0;

      if (is_ff)
        bytes[0] = 0xff;
      g_byte_array_append (segment, bytes, is_ff ? 2 : 1);
      g_byte_array_append (plain, bytes, 1);
    }
  return segment;
}

/* Goes over a segment in steps of any length, and finds all of it and what ends it. */
static void
check_window (gsize n, int one_in, const guint8 *ending, gsize n_ending, guint8 marker)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) n);
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GByteArray) segment = make_segment (n, one_in, plain);
  g_autofree ThimbleJpegWindow *window = g_new (ThimbleJpegWindow, 1);
  g_autofree guint8 *exact = NULL;
  guint32 position = 0;
  gsize start = 0;

  g_byte_array_append (segment, ending, (guint) n_ending);
  exact = g_memdup2 (segment->data, segment->len);
  thimble_jpeg_window_open (window, exact, exact + segment->len);
  for (gsize i = 0; i <= n + 2; i++) /* each fill but the last takes a byte or more */
    {
      static const guint8 zeros[THIMBLE_JPEG_WINDOW_PADDING];
      guint n_behind = position / 8, n_step;

      thimble_jpeg_window_fill (window, &position);
      start += n_behind;
      g_assert_cmpuint (window->n_filled, <=, THIMBLE_JPEG_WINDOW_SIZE);
      g_assert_cmpuint (start + window->n_filled, <=, plain->len);
      g_assert_cmpmem (window->bytes, window->n_filled, plain->data + start, window->n_filled);
      g_assert_cmpmem (window->bytes + window->n_filled, sizeof zeros, zeros, sizeof zeros);
      if (window->has_ended)
        break;
      n_step = (guint) g_rand_int_range (random, 1, (gint32) window->n_filled + 1);
      position += n_step * 8 - position % 8;
      position += position / 8 < window->n_filled ? i % 8 : 0;
    }
  g_assert_true (window->has_ended);
  g_assert_cmpuint (start + window->n_filled, ==, plain->len);
  g_assert_cmpuint (window->marker, ==, marker);
  g_assert_true (window->next == exact + segment->len);
}

static void
test_window (void)
{
  static const guint8 end[] = { 0xff, 0xd9 }, filled[] = { 0xff, 0xff, 0xff, 0xd0 };
  const gsize size = THIMBLE_JPEG_WINDOW_SIZE;
  const gsize lengths[] = { 1, 2, 63, 64, 65, 1000, size - 1, size, size + 1, 2 * size, 5 * size };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (int one_in = 1; one_in < 1000; one_in *= 5)
      {
        check_window (lengths[i], one_in, end, 2, 0xd9);
        check_window (lengths[i], one_in, filled, 4, 0xd0);
        check_window (lengths[i], one_in, end, 1, 0); /* within a marker, or within stuffing */
        check_window (lengths[i], one_in, end, 0, 0);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/jpeg-window/unstuff/portable", (gconstpointer) get_portable,
                        test_unstuff);
  g_test_add_data_func ("/jpeg-window/unstuff/avx2",
                        (gconstpointer) thimble_jpeg_unstuff_get_avx2, test_unstuff);
  g_test_add_data_func ("/jpeg-window/unstuff/avx512",
                        (gconstpointer) thimble_jpeg_unstuff_get_avx512, test_unstuff);
  g_test_add_func ("/jpeg-window/window", test_window);
  return g_test_run ();
}
