/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are decoded in parts, beside the same ones decoded from their beginning on. */

#include "codec-test.h"
#include "jpeg-maker.h"
#include "thimble-jpeg-reduced.h"

#include <string.h>

#define MIN_PART_BYTES 200
#define N_KINDS (5 << 1)

static const int samplings[][2] = { { 1, 1 }, { 2, 1 }, { 1, 2 }, { 2, 2 } };

/* What decodes pictures, made once. */
typedef struct
{
  ThimbleJpegLane lanes[THIMBLE_JPEG_MAX_LANES + 1];
  guint n_same; /* pictures that came out, the same as those decoded alone */
} Bench;

typedef ThimbleRaster *(*Decode) (const ThimbleDecoding *decoding,
                                  gsize min_part_bytes,
                                  ThimbleJpegLane *lanes,
                                  GPtrArray *tables);

static ThimbleRaster *
decode_alone (Bench *bench, const ThimbleDecoding *decoding)
{
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);
  ThimbleJpegTask *task
    = thimble_jpeg_task_new (decoding->bytes, decoding->n_bytes, decoding->info, 8,
                             THIMBLE_JPEG_TABLES_SKIP_AC, &bench->lanes[0], tables);
  ThimbleRaster *raster = NULL;
  ThimbleJpegTaskState state;

  if (task == NULL)
    return NULL;
  while ((state = thimble_jpeg_task_advance (task, tables)) == THIMBLE_JPEG_TASK_RUNS)
    thimble_jpeg_skip_run (&bench->lanes[0], 1);
  if (state == THIMBLE_JPEG_TASK_DONE)
    raster = thimble_jpeg_task_steal_picture (task);
  thimble_jpeg_task_free (task);
  return raster;
}

static void
assert_same (const ThimbleRaster *a, const ThimbleRaster *b)
{
  g_assert_cmpint (a->layout, ==, b->layout);
  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  for (int y = 0; y < a->height; y++)
    g_assert_cmpmem (thimble_raster_row (a, y), (gsize) a->width, thimble_raster_row (b, y),
                     (gsize) b->width);
  for (guint i = 0; i < 2 && a->layout == THIMBLE_LAYOUT_YCC_PLANES; i++)
    assert_same (a->chroma[i], b->chroma[i]);
}

/* Whether there is a picture in parts; then it must be the one that there is alone. */
static gboolean
check_with (Bench *bench,
            Decode decode,
            const guint8 *bytes,
            gsize n_bytes,
            gsize min_part_bytes)
{
  g_auto (ThimbleImageInfo) info = { 0 };
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ThimbleRaster) parts = NULL;
  g_autoptr (ThimbleRaster) alone = NULL;
  ThimbleDecoding decoding = { .bytes = bytes, .n_bytes = n_bytes, .info = &info };

  if (!thimble_jpeg_codec.read_header (bytes, n_bytes, &info, NULL))
    return FALSE;
  parts = decode (&decoding, min_part_bytes, bench->lanes, tables);
  if (parts == NULL)
    return FALSE;
  alone = decode_alone (bench, &decoding);
  g_assert_nonnull (alone);
  assert_same (parts, alone);
  bench->n_same++;
  return TRUE;
}

static gboolean
check (Bench *bench, const guint8 *bytes, gsize n_bytes, gsize min_part_bytes)
{
  return check_with (bench, thimble_jpeg_parts_decode, bytes, n_bytes, min_part_bytes);
}

static gboolean
check_restarts (Bench *bench, const GByteArray *file)
{
  return check_with (bench, thimble_jpeg_restarts_decode, file->data, file->len, MIN_PART_BYTES);
}

/* Of %N_KINDS kinds: each sampling, and grey, with the standard's tables and with others. */
static GByteArray *
make_kind (guint i, int quality, int restart_interval)
{
  JpegMaking making = { .width = 641, .height = 479, .h = 1, .v = 1, .quality = quality,
                        .restart_interval = restart_interval, .is_gray = i >> 1 == 4,
                        .is_optimised = i & 1 };

  if (!making.is_gray)
    {
      making.h = samplings[i >> 1][0];
      making.v = samplings[i >> 1][1];
    }
  return jpeg_maker_make (&making);
}

/* All samplings, from few coefficients to nearly all, with the standard's tables and others. */
static void
test_kinds (void)
{
  g_autofree Bench *bench = g_new0 (Bench, 1);

  for (guint i = 0; i < N_KINDS; i++)
    for (int quality = 10; quality <= 100; quality += 15)
      {
        g_autoptr (GByteArray) file = make_kind (i, quality, 0);

        g_assert_true (check (bench, file->data, file->len, MIN_PART_BYTES));
      }
}

/* Each cut somewhere else, in codes and between an 0xFF and its zero; behind the data is something
 * that moves the cuts. */
static void
test_cuts (void)
{
  const JpegMaking making = { .width = 320, .height = 240, .h = 2, .v = 2, .quality = 100 };
  g_autofree Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GByteArray) file = jpeg_maker_make (&making);

  for (guint i = 0; i < 700; i++)
    {
      const guint8 zero = 0;

      g_assert_true (check (bench, file->data, file->len, MIN_PART_BYTES));
      g_byte_array_append (file, &zero, 1);
    }
}

/* Cameras append a second picture, smaller or larger than the first; and any file may end in rubbish
 * that begins an end marker. */
static void
test_something_behind (void)
{
  const JpegMaking first = { .width = 641, .height = 479, .h = 2, .v = 1, .quality = 80 };
  const JpegMaking others[] = {
    { .width = 90, .height = 70, .h = 1, .v = 1, .quality = 80 },
    { .width = 641, .height = 479, .h = 1, .v = 1, .quality = 75 },
    { .width = 641, .height = 479, .h = 1, .v = 1, .quality = 98 },
  };
  g_autofree Bench *bench = g_new0 (Bench, 1);
  guint8 rubbish[3000];

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GByteArray) file = jpeg_maker_make (&first);
      g_autoptr (GByteArray) other = jpeg_maker_make (&others[i]);

      g_byte_array_append (file, other->data, other->len);
      g_assert_true (check (bench, file->data, file->len, MIN_PART_BYTES));
      memset (rubbish, 0xff, sizeof rubbish);
      g_byte_array_append (file, rubbish, sizeof rubbish);
      g_assert_true (check (bench, file->data, file->len, MIN_PART_BYTES));
    }
}

/* So do telephones with a video, in which there is no code for long and all kinds of markers. */
static void
test_video_behind (void)
{
  g_autofree Bench *bench = g_new0 (Bench, 1);

  for (guint i = 0; i < 32; i++)
    {
      const JpegMaking making = { .width = 641, .height = 479, .h = 2, .v = 2,
                                  .quality = 30 + 20 * ((int) i % 4), .is_optimised = i / 4 % 2 };
      g_autoptr (GByteArray) file = jpeg_maker_make (&making);
      guint n_behind = file->len * (1 + i / 8) / 2;
      guint32 seed = i;

      for (guint j = 0; j < n_behind; j++)
        {
          guint8 byte;

          seed = seed * 1664525 + 1013904223;
          byte = (guint8) (seed >> 24);
          g_byte_array_append (file, &byte, 1);
        }
      g_assert_true (check (bench, file->data, file->len, MIN_PART_BYTES));
    }
}

/* Where much of the data is of a few blocks, or nearly none, as of a product on white. */
static void
test_uneven (void)
{
  g_autofree Bench *bench = g_new0 (Bench, 1);

  for (int from = 0; from < 480; from += 48)
    {
      g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 640, 480);
      g_autoptr (GByteArray) file = NULL;
      guint32 seed = 1;

      for (int y = 0; y < 480; y++)
        for (int x = 0; x < 3 * 640; x++)
          {
            seed = seed * 1664525 + 1013904223;
            thimble_raster_row (raster, y)[x] = y < from || y >= from + 96 ? 255 : seed >> 24;
          }
      file = codec_test_encode (&thimble_jpeg_codec, raster, 90);
      check (bench, file->data, file->len, MIN_PART_BYTES);
    }
  g_assert_cmpuint (bench->n_same, >=, 8);
}

/* Segments that end within a row of MCUs and with it, from the shortest ones to half the picture. */
static void
test_restarts (void)
{
  g_autofree Bench *bench = g_new0 (Bench, 1);

  for (guint i = 0; i < N_KINDS; i++)
    for (int interval = 1; interval <= 600; interval += 1 + interval / 2)
      {
        g_autoptr (GByteArray) file = make_kind (i, 85, interval);
        g_autofree guint8 *half = NULL;

        g_assert_true (check_restarts (bench, file));
        half = g_memdup2 (file->data, file->len / 2);
        g_byte_array_append (file, half, file->len / 2); /* as cameras do */
        if (interval < 300) /* else the first half is one part */
          g_assert_true (check_restarts (bench, file));
      }
}

/* There are no parts where the data is in segments, in several scans, or too short. */
static void
test_others (void)
{
  const JpegMaking makings[] = {
    { .width = 320, .height = 240, .h = 2, .v = 2, .quality = 80, .restart_interval = 9 },
    { .width = 320, .height = 240, .h = 2, .v = 2, .quality = 80, .is_progressive = TRUE },
  };
  g_autofree Bench *bench = g_new0 (Bench, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (makings); i++)
    {
      g_autoptr (GByteArray) file = jpeg_maker_make (&makings[i]);
      g_autoptr (GByteArray) plain = NULL;
      JpegMaking making = makings[i];

      g_assert_false (check (bench, file->data, file->len, MIN_PART_BYTES));
      making.restart_interval = 0;
      making.is_progressive = FALSE;
      plain = jpeg_maker_make (&making);
      g_assert_true (check (bench, plain->data, plain->len, MIN_PART_BYTES));
      g_assert_false (check (bench, plain->data, plain->len, plain->len));
      g_assert_false (check_restarts (bench, plain));
    }
}

/* An 0xFF before that of a zero is not data and ends the picture, at a part's end too; nor does a
 * marker of another kind belong there. */
static void
test_interrupted (void)
{
  static const guint8 interruptions[][3]
    = { { 0xff, 0xff, 0x00 }, { 0xff, 0xff, 0xd0 }, { 0xff, 0xff, 0xd9 }, { 0xff, 0xff, 0xff } };
  const JpegMaking making = { .width = 320, .height = 240, .h = 2, .v = 2, .quality = 80 };
  const guint n_parts = THIMBLE_JPEG_MAX_LANES;
  g_autofree Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GByteArray) file = jpeg_maker_make (&making);
  gsize n_header = (gsize) ((guint8 *) memmem (file->data, file->len, "\xff\xda", 2) - file->data)
                   + 14;
  gsize n_part = (file->len + 3 - n_header) / n_parts;

  for (gsize i = 0; i < 16 * (n_parts - 1) * G_N_ELEMENTS (interruptions); i++)
    {
      g_autoptr (GByteArray) broken = g_byte_array_sized_new (file->len + 3);
      gsize at = n_header + n_part * (1 + i / 16 % (n_parts - 1)) + i % 16 - 8;

      if (file->data[at - 1] == 0xff)
        continue;
      g_byte_array_append (broken, file->data, (guint) at);
      g_byte_array_append (broken, interruptions[i / 16 / (n_parts - 1)], 3);
      g_byte_array_append (broken, file->data + at, file->len - (guint) at);
      g_assert_false (check (bench, broken->data, broken->len, MIN_PART_BYTES));
    }
}

static void
test_truncated (void)
{
  const JpegMaking making = { .width = 320, .height = 240, .h = 2, .v = 2, .quality = 85 };
  g_autofree Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GByteArray) file = jpeg_maker_make (&making);

  g_assert_true (check (bench, file->data, file->len, MIN_PART_BYTES));
  for (guint n = 2; n < file->len; n++)
    {
      g_autofree guint8 *bytes = g_memdup2 (file->data, n);

      g_assert_false (check (bench, bytes, n, MIN_PART_BYTES));
    }
}

/* Data of more blocks than the picture has, though no part has so many. */
static void
test_too_many (void)
{
  const JpegMaking making = { .width = 320, .height = 480, .h = 2, .v = 2, .quality = 85 };
  g_autofree Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GByteArray) file = jpeg_maker_make (&making);
  guint8 *header = memmem (file->data, file->len, "\xff\xc0", 2);

  g_assert_cmpuint (header[5] << 8 | header[6], ==, making.height);
  for (guint height = 160; height <= 464; height += 16)
    {
      header[5] = (guint8) (height >> 8);
      header[6] = (guint8) height;
      g_assert_false (check (bench, file->data, file->len, MIN_PART_BYTES));
    }
}

/* Megabytes without a code are given up at once: bit by bit they would take minutes. */
static void
test_no_codes (void)
{
  enum { N_BYTES = 64 * 1024 * 1024 };
  static const guint8 table[] = { [15] = 1, [16] = 0 }; /* one code, of 16 zeros */
  const JpegMaking making = { .width = 4000, .height = 400, .is_gray = TRUE, .h = 1, .v = 1,
                              .quality = 80 };
  g_autofree Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GByteArray) made = jpeg_maker_make (&making);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  guint at = 0, n;

  for (gboolean is_scan = FALSE; !is_scan; at += n)
    {
      is_scan = made->data[at + 1] == THIMBLE_JPEG_SOS;
      n = at == 0 ? 2 : 2 + ((guint) made->data[at + 2] << 8 | made->data[at + 3]);
      if (made->data[at + 1] != THIMBLE_JPEG_DHT)
        {
          g_byte_array_append (file, made->data + at, n);
          continue;
        }
      g_byte_array_append (file, (const guint8[]) { 0xff, THIMBLE_JPEG_DHT, 0, 20 }, 4);
      g_byte_array_append (file, made->data + at + 4, 1);
      g_byte_array_append (file, table, sizeof table);
    }
  at = file->len;
  g_byte_array_set_size (file, at + N_BYTES);
  memset (file->data + at, 0xfe, N_BYTES);
  g_byte_array_append (file, made->data + made->len - 2, 2);
  g_test_timer_start ();
  g_assert_false (check (bench, file->data, file->len, MIN_PART_BYTES));
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 5);
}

/* Segments that are missing, there twice, or in another order. */
static void
test_moved (void)
{
  const JpegMaking making = { .width = 320, .height = 240, .h = 2, .v = 2, .quality = 85,
                              .restart_interval = 20 };
  g_autofree Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GByteArray) file = jpeg_maker_make (&making);
  const guint8 *end = file->data + file->len;
  const guint8 *markers[15];
  guint n = 0;

  for (const guint8 *p = memmem (file->data, file->len, "\xff\xd0", 2); n < 14; p = markers[n++] + 2)
    {
      p = memchr (p, 0xff, (gsize) (end - p));
      while (p[1] == 0)
        p = memchr (p + 2, 0xff, (gsize) (end - p - 2));
      markers[n] = p;
    }
  g_assert_true (check_restarts (bench, file));
  for (guint i = 0; i + 1 < n; i++)
    for (guint j = 0; j + 1 < n; j++)
      {
        gsize n_before = (gsize) (markers[i] - file->data);
        gsize n_segment = (gsize) (markers[j + 1] - markers[j]);
        g_autoptr (GByteArray) with = g_byte_array_new ();
        g_autoptr (GByteArray) without = g_byte_array_new ();

        g_byte_array_append (with, file->data, (guint) n_before);
        g_byte_array_append (with, markers[j], (guint) n_segment);
        g_byte_array_append (with, markers[i], (guint) (file->len - n_before));
        g_assert_false (check_restarts (bench, with));
        g_byte_array_append (without, file->data, (guint) (markers[j] - file->data));
        g_byte_array_append (without, markers[j + 1], (guint) (end - markers[j + 1]));
        g_assert_false (check_restarts (bench, without));
      }
}

/* Bits that are wrong, some of which break the picture. */
static void
test_flipped (gconstpointer data)
{
  const gboolean has_restarts = GPOINTER_TO_INT (data);
  const JpegMaking making = { .width = 320, .height = 240, .h = 2, .v = 1, .quality = 80,
                              .restart_interval = has_restarts ? 17 : 0 };
  g_autofree Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GByteArray) file = jpeg_maker_make (&making);
  guint32 seed = 1;

  for (guint trial = 0; trial < 4000; trial++)
    {
      guint8 *byte, before;

      seed = seed * 1664525 + 1013904223;
      byte = &file->data[(seed >> 8) % file->len];
      before = *byte;
      *byte ^= (guint8) (1 << (seed >> 5 & 7));
      if (has_restarts)
        check_restarts (bench, file);
      else
        check (bench, file->data, file->len, MIN_PART_BYTES);
      *byte = before;
    }
  g_test_message ("%u pictures of 4000", bench->n_same);
  g_assert_cmpuint (bench->n_same, >, 1000);
  g_assert_cmpuint (bench->n_same, <, 4000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg-parts/kinds", test_kinds);
  g_test_add_func ("/jpeg-parts/cuts", test_cuts);
  g_test_add_func ("/jpeg-parts/something-behind", test_something_behind);
  g_test_add_func ("/jpeg-parts/video-behind", test_video_behind);
  g_test_add_func ("/jpeg-parts/uneven", test_uneven);
  g_test_add_func ("/jpeg-parts/restarts", test_restarts);
  g_test_add_func ("/jpeg-parts/others", test_others);
  g_test_add_func ("/jpeg-parts/hostile/interrupted", test_interrupted);
  g_test_add_func ("/jpeg-parts/hostile/truncated", test_truncated);
  g_test_add_func ("/jpeg-parts/hostile/too-many", test_too_many);
  g_test_add_func ("/jpeg-parts/hostile/no-codes", test_no_codes);
  g_test_add_func ("/jpeg-parts/hostile/moved", test_moved);
  g_test_add_data_func ("/jpeg-parts/hostile/flipped", GINT_TO_POINTER (FALSE), test_flipped);
  g_test_add_data_func ("/jpeg-parts/hostile/flipped-restarts", GINT_TO_POINTER (TRUE),
                        test_flipped);
  return g_test_run ();
}
