/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEG files at reduced sizes, several in lock step: the bytes whole and without their last one,
 * by turns. The same bytes must give the same, whatever is beside them, and in parts; baseline
 * pictures must be such as libjpeg-turbo has too. */

#include "fuzz.h"
#include "thimble-jpeg-reduced.h"

#include <string.h>

#define N_TOGETHER (THIMBLE_JPEG_MAX_LANES + 1) /* one more than run at once */
#define MIN_PART_BYTES 64

static void
check_same (const ThimbleRaster *a, const ThimbleRaster *b)
{
  g_assert_true ((a == NULL) == (b == NULL));
  if (a == NULL)
    return;
  g_assert_cmpint (a->layout, ==, b->layout);
  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  for (int y = 0; y < a->height; y++)
    g_assert_cmpint (memcmp (thimble_raster_row (a, y), thimble_raster_row (b, y),
                             (gsize) a->width * thimble_layout_get_n_channels (a->layout)), ==, 0);
  for (guint i = 0; i < 2; i++)
    check_same (a->chroma[i], b->chroma[i]);
}

/* Of a progressive file only a part is looked at; one marker of it settles that. */
static gboolean
is_progressive (const guint8 *bytes, gsize n_bytes)
{
  return memmem (bytes, n_bytes, "\xff\xc2", 2) != NULL;
}

static void
check_reference (const guint8 *bytes,
                 gsize n_bytes,
                 const ThimbleImageInfo *info,
                 const ThimbleDecodeRequest *request)
{
  ThimbleDecodeRequest plain = *request;
  g_autoptr (ThimbleRaster) raster = NULL;

  plain.allow_ycc = FALSE;
  raster = thimble_jpeg_codec.decode (bytes, n_bytes, info, &plain, NULL);
  g_assert_nonnull (raster);
}

/* In parts, much smaller than they are elsewhere, there is the same picture, or none. */
static void
check_parts (const guint8 *bytes, gsize n_bytes, const ThimbleImageInfo *info)
{
  static ThimbleJpegLane lanes[THIMBLE_JPEG_MAX_LANES + 1];
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ThimbleRaster) raster = NULL;
  g_autoptr (ThimbleRaster) alone = NULL;
  ThimbleDecoding decoding = { .bytes = bytes, .n_bytes = n_bytes, .info = info };
  ThimbleJpegTaskState state;
  ThimbleJpegTask *task;

  raster = thimble_jpeg_parts_decode (&decoding, MIN_PART_BYTES, lanes, tables);
  if (raster == NULL)
    raster = thimble_jpeg_restarts_decode (&decoding, MIN_PART_BYTES, lanes, tables);
  if (raster == NULL)
    return;
  task = thimble_jpeg_task_new (bytes, n_bytes, info, 8, THIMBLE_JPEG_TABLES_SKIP_AC, lanes,
                                tables);
  g_assert_nonnull (task);
  while ((state = thimble_jpeg_task_advance (task, tables)) == THIMBLE_JPEG_TASK_RUNS)
    thimble_jpeg_skip_run (lanes, 1);
  g_assert_cmpint (state, ==, THIMBLE_JPEG_TASK_DONE);
  alone = thimble_jpeg_task_steal_picture (task);
  thimble_jpeg_task_free (task);
  check_same (raster, alone);
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  g_auto (ThimbleImageInfo) info = { 0 };
  ThimbleDecoding decodings[N_TOGETHER];
  ThimbleDecodeRequest request;
  guint divisor = 2u << (n_bytes % 3);

  if (!thimble_jpeg_codec.can_read (bytes, n_bytes)
      || !thimble_jpeg_codec.read_header (bytes, n_bytes, &info, NULL)
      || (guint64) info.width * info.height > FUZZ_MAX_PIXELS)
    return 0;

  request = (ThimbleDecodeRequest) { MAX (1, info.width / divisor), MAX (1, info.height / divisor),
                                     TRUE };
  for (guint i = 0; i < N_TOGETHER; i++)
    decodings[i] = (ThimbleDecoding) { bytes, n_bytes - i % 2, &info, &request, NULL, NULL };
  thimble_jpeg_codec.decode_several (decodings, N_TOGETHER);
  for (guint i = 2; i < N_TOGETHER; i += 2)
    check_same (decodings[0].raster, decodings[i].raster);
  if (decodings[0].raster != NULL && !is_progressive (bytes, n_bytes))
    check_reference (bytes, n_bytes, &info, &request);
  check_parts (bytes, n_bytes, &info);
  for (guint i = 0; i < N_TOGETHER; i++)
    {
      g_assert_true ((decodings[i].raster == NULL) == (decodings[i].error != NULL));
      g_clear_pointer (&decodings[i].raster, thimble_raster_unref);
      g_clear_error (&decodings[i].error);
    }
  return 0;
}
