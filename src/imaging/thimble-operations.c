/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of operations on images, and the two that make no pictures: what is it, is it whole. */

#include "thimble-operations.h"

#include "thimble-inspect.h"
#include "thimble-io-error.h"
#include "thimble-reading.h"
#include "thimble-thumbnail.h"

static ThimbleWorkResult *
new_probe_result (const ThimbleReading *reading)
{
  g_autoptr(GBytes) bytes = NULL;
  ThimbleProbeReply reply;

  thimble_reading_fill_probe (reading, &reply);
  bytes = g_bytes_new (&reply, sizeof reply);
  return thimble_work_result_new (bytes, NULL, 0);
}

static ThimbleWorkResult *
probe (ThimbleWorkContext *context, guint index, ThimbleWork *work, GError **error)
{
  g_auto(ThimbleReading) reading = { 0 };
  ThimbleThumbnailRecipe recipe;

  if (!thimble_recipe_parse_limits (thimble_work_get_recipe (work), &recipe, error)
      || !thimble_reading_open (context, work, 0, &recipe, &reading, error))
    return NULL;
  return new_probe_result (&reading);
}

/* The smallest picture that a decoder gives still takes all the bytes. */
static ThimbleWorkResult *
verify_whole (ThimbleWorkContext *context, guint index, ThimbleWork *work, GError **error)
{
  const ThimbleDecodeRequest request = { .min_width = 1, .min_height = 1, .allow_ycc = TRUE };
  g_auto(ThimbleReading) reading = { 0 };
  g_autoptr(ThimbleRaster) raster = NULL;
  ThimbleThumbnailRecipe recipe;

  if (!thimble_recipe_parse_limits (thimble_work_get_recipe (work), &recipe, error)
      || !thimble_reading_open (context, work, 0, &recipe, &reading, error))
    return NULL;

  thimble_work_context_reserve (context, reading.codec->estimate (reading.bytes, reading.n_bytes,
                                                                  &reading.info, &request)
                                           .n_bytes);
  if (thimble_work_context_should_stop (context, index))
    {
      g_set_error_literal (error, THIMBLE_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
      return NULL;
    }
  raster = reading.codec->decode (reading.bytes, reading.n_bytes, &reading.info, &request, error);
  return raster != NULL ? new_probe_result (&reading) : NULL;
}

typedef ThimbleWorkResult *(*RunOne) (ThimbleWorkContext *context,
                                      guint index,
                                      ThimbleWork *work,
                                      GError **error);

static void
run_each (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works, RunOne run_one)
{
  for (guint i = 0; i < n_works; i++)
    {
      GError *error = NULL;
      ThimbleWorkResult *result = run_one (context, i, works[i], &error);

      if (result != NULL)
        thimble_work_context_return_result (context, i, result);
      else
        thimble_work_context_return_error (context, i, error);
    }
}

static void
run_probe (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  run_each (context, works, n_works, probe);
}

static void
run_verify_whole (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  run_each (context, works, n_works, verify_whole);
}

const ThimbleOperation thimble_image_operations[] = {
  { .name = "thumbnail", .run = thimble_thumbnail_run,
    .max_works = THIMBLE_THUMBNAIL_MAX_WORKS },
  { .name = "probe", .run = run_probe, .max_works = 1 },
  { .name = "verify-whole", .run = run_verify_whole, .max_works = 1 },
  { .name = "inspect", .run = thimble_inspect_run, .max_works = THIMBLE_INSPECT_MAX_WORKS,
    .is_light = TRUE },
  { .name = "page-links", .run = thimble_page_links_run, .max_works = 1 },
  { 0 },
};
