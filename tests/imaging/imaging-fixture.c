/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A codec whose picture a test sets pixel by pixel, in any layout and orientation, and a context
 * that runs one work and keeps what came of it. */

#include "imaging-fixture.h"

#define MAGIC "fixture"

Source fixture_source;

typedef struct
{
  ThimbleWorkContext base;
  Outcome *outcome;
  guint stop_at_check;
} Context;

static gboolean
can_read (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes >= strlen (MAGIC) && memcmp (bytes, MAGIC, strlen (MAGIC)) == 0;
}

static gboolean
read_header (const guint8 *bytes, gsize n_bytes, ThimbleImageInfo *info, GError **error)
{
  *info = fixture_source.info;
  if (info->icc != NULL)
    g_bytes_ref (info->icc);
  return TRUE;
}

static ThimbleDecodeCost
estimate (const guint8 *bytes,
          gsize n_bytes,
          const ThimbleImageInfo *info,
          const ThimbleDecodeRequest *request)
{
  return (ThimbleDecodeCost) { .n_bytes = 12345 };
}

static ThimbleRaster *
decode (const guint8 *bytes,
        gsize n_bytes,
        const ThimbleImageInfo *info,
        const ThimbleDecodeRequest *request,
        GError **error)
{
  const ThimbleRaster *from = fixture_source.raster;
  ThimbleRaster *raster
    = from != NULL ? thimble_raster_new (from->layout, from->width, from->height)
                   : thimble_raster_new (THIMBLE_LAYOUT_RGB, request->min_width,
                                         request->min_height);

  fixture_source.request = *request;
  fixture_source.n_decodes++;
  if (from != NULL)
    memcpy (raster->pixels, from->pixels, from->stride * from->height);
  else
    memset (raster->pixels, 99, raster->stride * raster->height);
  return raster;
}

static const ThimbleCodec fixture_codec = {
  .name = "fixture",
  .format = THIMBLE_FORMAT_OTHER,
  .can_read = can_read,
  .read_header = read_header,
  .estimate = estimate,
  .decode = decode,
};

void
fixture_fill (int x, int y, int width, int height, const guint8 *pixel)
{
  ThimbleRaster *raster = fixture_source.raster;
  int n_channels = thimble_layout_get_n_channels (raster->layout);

  for (int row = y; row < y + height; row++)
    for (int column = x; column < x + width; column++)
      memcpy (thimble_raster_row (raster, row) + column * n_channels, pixel, n_channels);
}

/* A source of one colour. */
void
fixture_begin (ThimbleLayout layout, int width, int height, const guint8 *pixel)
{
  thimble_codec_register_fallback (&fixture_codec);
  fixture_source = (Source) {
    .info = { .width = width, .height = height, .orientation = 1, .format = THIMBLE_FORMAT_OTHER,
              .format_name = "fixture", .has_alpha = thimble_layout_has_alpha (layout),
              .n_frames = 1 },
    .raster = thimble_raster_new (layout, width, height),
  };
  fixture_fill (0, 0, width, height, pixel);
}

void
fixture_end (void)
{
  g_clear_pointer (&fixture_source.raster, thimble_raster_unref);
  fixture_source = (Source) { 0 };
  thimble_codec_register_fallback (NULL);
}

ThimbleThumbnailRecipe
fixture_recipe (guint width, guint height, ThimbleFormat format)
{
  return (ThimbleThumbnailRecipe) {
    .max_pixels = 100000000,
    .max_bytes = 100000000,
    .n_renditions = 1,
    .renditions = { { .width = width, .height = height, .format = format, .quality = 95,
                      .background = { 255, 255, 255, 255 } } },
  };
}

static void
end_cb (ThimbleWorkContext *base, guint index, ThimbleWorkResult *result, GError *error)
{
  Outcome *outcome = ((Context *) base)->outcome;
  GBytes *reply;

  g_assert_cmpuint (index, ==, 0);
  g_assert_true (outcome->outputs == NULL); /* ends once */
  outcome->outputs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  outcome->error = error;
  if (result == NULL)
    return;

  reply = thimble_work_result_get_reply (result);
  g_assert_cmpuint (g_bytes_get_size (reply), <=, sizeof outcome->reply);
  memcpy (&outcome->reply, g_bytes_get_data (reply, NULL), g_bytes_get_size (reply));
  for (guint i = 0; i < thimble_work_result_get_n_outputs (result); i++)
    g_ptr_array_add (outcome->outputs, g_bytes_ref (thimble_work_result_get_output (result, i)));
  thimble_work_result_unref (result);
}

static gboolean
should_stop_cb (ThimbleWorkContext *base, guint index)
{
  Context *context = (Context *) base;

  return ++context->outcome->n_checks == context->stop_at_check;
}

static void
reserve_cb (ThimbleWorkContext *base, guint64 n_bytes)
{
  Outcome *outcome = ((Context *) base)->outcome;

  outcome->n_reserved++;
  outcome->reserved = n_bytes;
  g_assert_cmpuint (fixture_source.n_decodes, ==, 0); /* before anything is decoded */
}

static const ThimbleOperation *
find_operation (const char *name)
{
  for (const ThimbleOperation *row = thimble_image_operations; row->name != NULL; row++)
    if (strcmp (row->name, name) == 0)
      return row;
  g_assert_not_reached ();
}

/* @stop_at_check: which question whether to stop is answered by yes; 0 for none. */
void
fixture_run (const char *operation,
             const ThimbleThumbnailRecipe *recipe,
             GBytes *input_bytes,
             guint stop_at_check,
             Outcome *outcome)
{
  Context context = { .base = { end_cb, should_stop_cb, reserve_cb, g_byte_array_new () },
                      .outcome = outcome,
                      .stop_at_check = stop_at_check };
  g_autoptr(GBytes) recipe_bytes = g_bytes_new (recipe, sizeof *recipe);
  g_autoptr(ThimbleInput) input = thimble_input_new_for_bytes (input_bytes);
  g_autoptr(ThimbleWork) work = thimble_work_new (operation, recipe_bytes, input);

  find_operation (operation)->run (&context.base, &work, 1);
  g_assert_nonnull (outcome->outputs); /* it ended */
  thimble_work_context_clear_buffers (&context.base);
}

/* Of the fixture's source; must succeed. */
void
fixture_run_thumbnail (const ThimbleThumbnailRecipe *recipe, Outcome *outcome)
{
  g_autoptr(GBytes) input = g_bytes_new_static (MAGIC, strlen (MAGIC));

  fixture_source.n_decodes = 0;
  fixture_run ("thumbnail", recipe, input, 0, outcome);
  g_assert_no_error (outcome->error);
  g_assert_cmpuint (outcome->outputs->len, ==, recipe->n_renditions);
  g_assert_cmpuint (fixture_source.n_decodes, ==, 1);
}

void
fixture_outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->outputs, g_ptr_array_unref);
  g_clear_error (&outcome->error);
}

/* Of an output in the format PIXELS. */
const guint8 *
fixture_get_pixel (const Outcome *outcome, guint output, int x, int y)
{
  const ThimbleOutputReply *reply = &outcome->reply.outputs[output];
  gsize n_bytes;
  const guint8 *pixels = g_bytes_get_data (outcome->outputs->pdata[output], &n_bytes);

  g_assert_cmpuint (reply->format, ==, THIMBLE_FORMAT_PIXELS);
  g_assert_cmpuint (n_bytes, ==, (gsize) reply->width * reply->height * 4);
  g_assert_cmpint (x, <, reply->width);
  g_assert_cmpint (y, <, reply->height);
  return pixels + 4 * ((gsize) y * reply->width + x);
}

/* @info: (out caller-allocates): to be cleared */
ThimbleRaster *
fixture_decode (GBytes *file, ThimbleImageInfo *info)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (file, &n_bytes);
  const ThimbleCodec *codec = thimble_codec_for_bytes (bytes, n_bytes);
  ThimbleDecodeRequest request = { 0 };
  g_autoptr(GError) error = NULL;
  ThimbleRaster *raster;

  g_assert_nonnull (codec);
  *info = (ThimbleImageInfo) { 0 };
  g_assert_true (codec->read_header (bytes, n_bytes, info, &error));
  request.min_width = info->width;
  request.min_height = info->height;
  raster = codec->decode (bytes, n_bytes, info, &request, &error);
  g_assert_no_error (error);
  return raster;
}
