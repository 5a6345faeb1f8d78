/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The operations as executors call them: limits, requests to the decoder, several sizes, metadata,
 * stopping, errors, replies. */

#include "imaging-fixture.h"

#include "thimble-content-hash.h"

static const guint8 gray[] = { 100, 110, 120, 255 };

/* Orientation 6, a GPS directory with one entry; little endian. */
static GBytes *
new_exif (void)
{
  static const guint8 exif[] = {
    'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0,                        /* header, 2 entries */
    0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0,                 /* orientation */
    0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0,                /* GPS directory at 38 */
    0, 0, 0, 0,
    1, 0, 1, 0, 2, 0, 2, 0, 0, 0, 'N', 0, 0, 0,  0, 0, 0, 0,  /* latitude reference */
  };

  return g_bytes_new_static (exif, sizeof exif);
}

static GBytes *
new_jpeg (int width, int height, GBytes *exif, GBytes *xmp)
{
  ThimbleEncodeOptions options = { .quality = 90, .exif = exif, .xmp = xmp };
  g_autoptr(ThimbleRaster) raster = thimble_raster_new (THIMBLE_LAYOUT_RGB, width, height);
  GByteArray *out = g_byte_array_new ();
  g_autoptr(GError) error = NULL;

  for (int y = 0; y < height; y++)
    for (int i = 0; i < 3 * width; i++)
      thimble_raster_row (raster, y)[i] = (i * 7 + y * 3) & 255;
  g_assert_true (thimble_jpeg_codec.encode (raster, &options, out, &error));
  g_assert_no_error (error);
  return g_byte_array_free_to_bytes (out);
}

static void
test_several_sizes (void)
{
  ThimbleThumbnailRecipe recipe = fixture_recipe (64, 64, THIMBLE_FORMAT_PIXELS);
  g_auto(Outcome) together = { 0 };

  recipe.n_renditions = 3;
  recipe.renditions[1] = recipe.renditions[2] = recipe.renditions[0];
  recipe.renditions[0].width = 20;
  recipe.renditions[2].height = 0;
  recipe.renditions[2].width = 200;
  fixture_begin (THIMBLE_LAYOUT_RGB, 300, 200, gray);
  fixture_fill (0, 0, 150, 100, (guint8[]) { 250, 3, 9 });
  fixture_run_thumbnail (&recipe, &together);
  g_assert_cmpuint (fixture_source.request.min_width, ==, 200);
  g_assert_cmpuint (fixture_source.request.min_height, ==, 133);
  g_assert_true (fixture_source.request.allow_ycc);
  g_assert_cmpuint (together.n_reserved, ==, 1);
  g_assert_cmpuint (together.reserved, >=, 12345 + 4 * 200 * 133);
  g_assert_cmpuint (together.reply.n_outputs, ==, 3);

  /* Each is what it is alone, byte for byte. */
  for (int i = 0; i < 3; i++)
    {
      ThimbleThumbnailRecipe one = recipe;
      g_auto(Outcome) alone = { 0 };

      one.n_renditions = 1;
      one.renditions[0] = recipe.renditions[i];
      fixture_run_thumbnail (&one, &alone);
      g_assert_cmpuint (alone.reply.outputs[0].width, ==, together.reply.outputs[i].width);
      g_assert_true (g_bytes_equal (alone.outputs->pdata[0], together.outputs->pdata[i]));
    }
  fixture_end ();
}

/* An output whose siblings are there already is made from a picture as large as theirs was. */
static void
test_siblings (void)
{
  ThimbleThumbnailRecipe recipe = fixture_recipe (20, 20, THIMBLE_FORMAT_PIXELS);
  g_auto(Outcome) outcome = { 0 };

  recipe.n_others = 1;
  recipe.renditions[1] = recipe.renditions[0];
  recipe.renditions[1].width = recipe.renditions[1].height = 150;
  fixture_begin (THIMBLE_LAYOUT_RGB, 300, 200, gray);
  fixture_run_thumbnail (&recipe, &outcome);
  g_assert_cmpuint (fixture_source.request.min_width, ==, 150);
  g_assert_cmpuint (fixture_source.request.min_height, ==, 100);
  g_assert_cmpuint (outcome.reply.n_outputs, ==, 1);
  g_assert_cmpuint (outcome.reply.outputs[0].width, ==, 20);
  fixture_end ();
}

static void
test_requests (void)
{
  static const struct
  {
    int orientation;
    ThimbleScaling scaling;
    gboolean is_scalable;
    guint box;
    guint32 width, height;
  } rows[] = {
    { 1, THIMBLE_SCALING_FAST, FALSE, 60, 60, 40 },
    { 1, THIMBLE_SCALING_FINE, FALSE, 60, 120, 80 },
    { 6, THIMBLE_SCALING_FAST, FALSE, 60, 60, 40 },
    { 8, THIMBLE_SCALING_FINE, FALSE, 200, 300, 200 },
    { 1, THIMBLE_SCALING_FINE, FALSE, 600, 300, 200 },
    { 1, THIMBLE_SCALING_FAST, TRUE, 600, 600, 400 },
    { 1, THIMBLE_SCALING_FINE, TRUE, 60, 60, 40 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ThimbleThumbnailRecipe recipe = fixture_recipe (rows[i].box, rows[i].box,
                                                      THIMBLE_FORMAT_PNG);
      g_auto(Outcome) outcome = { 0 };

      g_test_message ("row %zu", i);
      recipe.scaling = rows[i].scaling;
      fixture_begin (THIMBLE_LAYOUT_RGB, 300, 200, gray);
      fixture_source.info.orientation = rows[i].orientation;
      fixture_source.info.is_scalable = rows[i].is_scalable;
      g_clear_pointer (&fixture_source.raster, thimble_raster_unref);
      fixture_run_thumbnail (&recipe, &outcome);
      g_assert_cmpuint (fixture_source.request.min_width, ==, rows[i].width);
      g_assert_cmpuint (fixture_source.request.min_height, ==, rows[i].height);
      g_assert_cmpuint (outcome.reply.source.is_scalable, ==, rows[i].is_scalable);
      fixture_end ();
    }
}

static void
assert_fails (const ThimbleThumbnailRecipe *recipe,
              GBytes *input,
              GQuark domain,
              int code,
              const char *message)
{
  g_auto(Outcome) outcome = { 0 };

  fixture_run ("thumbnail", recipe, input, 0, &outcome);
  g_assert_error (outcome.error, domain, code);
  if (message != NULL)
    g_assert_cmpstr (outcome.error->message, ==, message);
}

static void
test_limits (void)
{
  g_autoptr(GBytes) input = g_bytes_new_static ("fixture", 7);
  ThimbleThumbnailRecipe recipe = fixture_recipe (10, 10, THIMBLE_FORMAT_PNG);

  fixture_begin (THIMBLE_LAYOUT_RGB, 10, 10, gray);
  fixture_source.info.width = fixture_source.info.height = 64250;
  assert_fails (&recipe, input, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                "is 64250×64250 pixels; the limit is 100 megapixels. "
                "Raise the limit on pixels to allow it.");
  fixture_source.info.width = fixture_source.info.height = G_MAXUINT32;
  assert_fails (&recipe, input, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE, NULL);
  recipe.max_pixels = G_MAXUINT64;
  assert_fails (&recipe, input, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE, NULL);
  fixture_source.info.width = 0;
  assert_fails (&recipe, input, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT, NULL);
  g_assert_cmpuint (fixture_source.n_decodes, ==, 0);
  fixture_end ();
}

static void
test_output_limits (void)
{
  g_autoptr(GBytes) input = g_bytes_new_static ("fixture", 7);
  ThimbleThumbnailRecipe recipe = fixture_recipe (20000, 1, THIMBLE_FORMAT_WEBP);

  fixture_begin (THIMBLE_LAYOUT_RGB, 10, 10, gray);
  recipe.renditions[0].enlarge = TRUE;
  recipe.renditions[0].fit = THIMBLE_FIT_FILL;
  assert_fails (&recipe, input, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                "would become 20000×1 pixels; a side of a webp file has at most 16383. "
                "Choose a smaller size or another format.");
  recipe.renditions[0].format = THIMBLE_FORMAT_JPEG;
  recipe.renditions[0].width = 65535;
  assert_fails (&recipe, input, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE, NULL);
  recipe.renditions[0].width = recipe.renditions[0].height = 20000;
  assert_fails (&recipe, input, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                "would become 20000×20000 pixels; the limit is 100 megapixels. "
                "Raise the limit on pixels to allow it.");
  fixture_source.info.is_scalable = TRUE;
  recipe.renditions[0].fit = THIMBLE_FIT_COVER;
  recipe.renditions[0].width = 60000;
  recipe.renditions[0].height = 1;
  assert_fails (&recipe, input, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE, NULL);
  g_assert_cmpuint (fixture_source.n_decodes, ==, 0);
  fixture_end ();
}

static void
test_bad_inputs (void)
{
  g_autoptr(GBytes) text = g_bytes_new_static ("this is no picture at all, only words", 37);
  g_autoptr(GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr(GBytes) jpeg = new_jpeg (200, 100, NULL, NULL);
  g_autoptr(GBytes) cut = g_bytes_new_from_bytes (jpeg, 0, g_bytes_get_size (jpeg) / 2);
  ThimbleThumbnailRecipe recipe = fixture_recipe (10, 10, THIMBLE_FORMAT_JPEG);

  assert_fails (&recipe, text, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED, NULL);
  assert_fails (&recipe, empty, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED, NULL);
  assert_fails (&recipe, cut, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT, NULL);
  recipe.renditions[0].quality = 0;
  assert_fails (&recipe, jpeg, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, NULL);
}

typedef struct
{
  ThimbleWorkContext base;
  guint n_results;
  guint n_errors;
  guint ended; /* a bit for each work */
  GError *last_error;
} Counter;

static void
count_cb (ThimbleWorkContext *context, guint index, ThimbleWorkResult *result, GError *error)
{
  Counter *counter = (Counter *) context;

  g_assert_cmpuint (counter->ended & 1u << index, ==, 0);
  counter->ended |= 1u << index;
  if (result != NULL)
    {
      counter->n_results++;
      thimble_work_result_unref (result);
      return;
    }
  counter->n_errors++;
  g_clear_error (&counter->last_error);
  counter->last_error = error;
}

static gboolean
never_cb (ThimbleWorkContext *context, guint index)
{
  return FALSE;
}

static void
reserve_cb (ThimbleWorkContext *context, guint64 n_bytes)
{
}

/* Works of one run end each by itself, and what is missing is an error of its own. */
static void
test_several_works (void)
{
  Counter counter = { .base = { count_cb, never_cb, reserve_cb, g_byte_array_new () } };
  ThimbleThumbnailRecipe recipe = fixture_recipe (10, 10, THIMBLE_FORMAT_JPEG);
  g_autoptr(GBytes) recipe_bytes = g_bytes_new (&recipe, sizeof recipe);
  g_autoptr(GBytes) jpeg = new_jpeg (40, 30, NULL, NULL);
  g_autoptr(ThimbleInput) good = thimble_input_new_for_bytes (jpeg);
  g_autoptr(ThimbleInput) missing = thimble_input_new_for_path ("/nonexistent/picture.jpg");
  g_autoptr(ThimbleWork) first = thimble_work_new ("thumbnail", recipe_bytes, good);
  g_autoptr(ThimbleWork) no_input = thimble_work_new ("thumbnail", recipe_bytes, NULL);
  g_autoptr(ThimbleWork) no_recipe = thimble_work_new ("thumbnail", NULL, good);
  g_autoptr(ThimbleWork) no_file = thimble_work_new ("thumbnail", recipe_bytes, missing);
  ThimbleWork *works[] = { first, no_input, no_recipe, first, no_file };

  for (const ThimbleOperation *row = thimble_image_operations; row->name != NULL; row++)
    {
      counter.n_results = counter.n_errors = counter.ended = 0;
      row->run (&counter.base, works, G_N_ELEMENTS (works));
      g_assert_cmpuint (counter.n_results, ==, 2);
      g_assert_cmpuint (counter.n_errors, ==, 3);
      g_assert_error (counter.last_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    }
  g_clear_error (&counter.last_error);
  thimble_work_context_clear_buffers (&counter.base);
}

/* Wherever it is asked to stop, it ends as cancelled and has made nothing. */
static void
test_stop (void)
{
  g_autoptr(GBytes) jpeg = new_jpeg (200, 100, NULL, NULL);
  ThimbleThumbnailRecipe recipe = fixture_recipe (10, 10, THIMBLE_FORMAT_JPEG);
  g_auto(Outcome) whole = { 0 };

  recipe.n_renditions = 2;
  recipe.renditions[1] = recipe.renditions[0];
  fixture_run ("thumbnail", &recipe, jpeg, 0, &whole);
  g_assert_no_error (whole.error);
  g_assert_cmpuint (whole.n_checks, >=, 4);
  for (guint i = 1; i <= whole.n_checks; i++)
    {
      g_auto(Outcome) outcome = { 0 };

      fixture_run ("thumbnail", &recipe, jpeg, i, &outcome);
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (outcome.outputs->len, ==, 0);
      g_assert_cmpuint (outcome.n_checks, ==, i);
    }
}

static void
test_metadata (void)
{
  g_autoptr(GBytes) exif = new_exif ();
  g_autoptr(GBytes) xmp = g_bytes_new_static ("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", 37);
  g_autoptr(GBytes) jpeg = new_jpeg (200, 100, exif, xmp);

  for (int metadata = THIMBLE_METADATA_NONE; metadata <= THIMBLE_METADATA_KEEP; metadata++)
    for (int format = THIMBLE_FORMAT_JPEG; format <= THIMBLE_FORMAT_WEBP; format++)
      {
        ThimbleThumbnailRecipe recipe = fixture_recipe (50, 50, format);
        g_auto(Outcome) outcome = { 0 };
        g_auto(ThimbleImageInfo) info = { 0 };
        g_autoptr(ThimbleRaster) raster = NULL;

        recipe.renditions[0].metadata = metadata;
        fixture_run ("thumbnail", &recipe, jpeg, 0, &outcome);
        g_assert_no_error (outcome.error);
        g_assert_cmpuint (outcome.reply.source.width, ==, 100); /* upright */
        g_assert_cmpuint (outcome.reply.outputs[0].width, ==, 25);
        g_assert_cmpuint (outcome.reply.outputs[0].height, ==, 50);
        raster = fixture_decode (outcome.outputs->pdata[0], &info);
        g_assert_cmpint (info.orientation, ==, 1);
        g_assert_null (info.icc);
        if (metadata == THIMBLE_METADATA_NONE)
          {
            g_assert_null (info.exif);
            g_assert_null (info.xmp);
            continue;
          }
        g_assert_nonnull (info.exif);
        g_assert_true (g_bytes_equal (info.xmp, xmp));
        g_assert_nonnull (memmem (g_bytes_get_data (info.exif, NULL), g_bytes_get_size (info.exif),
                                  "\x25\x88", 2));
      }
}

static void
test_reply (void)
{
  g_autoptr(GBytes) jpeg = new_jpeg (201, 100, NULL, NULL);
  ThimbleThumbnailRecipe recipe = fixture_recipe (50, 50, THIMBLE_FORMAT_SAME);
  char hash[THIMBLE_CONTENT_HASH_SIZE];
  g_auto(Outcome) first = { 0 };
  g_auto(Outcome) second = { 0 };

  thimble_content_hash_bytes (g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), hash);
  fixture_run ("thumbnail", &recipe, jpeg, 0, &first);
  fixture_run ("thumbnail", &recipe, jpeg, 0, &second);
  g_assert_no_error (first.error);
  g_assert_cmpstr (first.reply.content_hash, ==, hash);
  g_assert_cmpuint (first.reply.source.width, ==, 201);
  g_assert_cmpuint (first.reply.source.height, ==, 100);
  g_assert_cmpuint (first.reply.source.format, ==, THIMBLE_FORMAT_JPEG);
  g_assert_cmpstr (first.reply.source.format_name, ==, "jpeg");
  g_assert_cmpuint (first.reply.source.has_alpha, ==, 0);
  g_assert_cmpuint (first.reply.n_outputs, ==, 1);
  g_assert_cmpuint (first.reply.outputs[0].format, ==, THIMBLE_FORMAT_JPEG);
  g_assert_cmpuint (first.reply.outputs[0].width, ==, 50);
  g_assert_cmpuint (first.reply.outputs[0].height, ==, 25);
  g_assert_true (g_bytes_equal (first.outputs->pdata[0], second.outputs->pdata[0]));
}

static void
test_probe_and_verify (void)
{
  g_autoptr(GBytes) exif = new_exif ();
  g_autoptr(GBytes) jpeg = new_jpeg (200, 100, exif, NULL);
  g_autoptr(GBytes) cut = g_bytes_new_from_bytes (jpeg, 0, g_bytes_get_size (jpeg) / 2);
  ThimbleThumbnailRecipe recipe = { .max_pixels = 20000, .max_bytes = 1000000 };
  const char *const operations[] = { "probe", "verify-whole" };

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      g_auto(Outcome) whole = { 0 };
      g_auto(Outcome) broken = { 0 };
      g_auto(Outcome) large = { 0 };

      recipe.max_pixels = 20000;
      fixture_run (operations[i], &recipe, jpeg, 0, &whole);
      g_assert_no_error (whole.error);
      g_assert_cmpuint (whole.outputs->len, ==, 0);
      g_assert_cmpuint (whole.reply.source.width, ==, 100);
      g_assert_cmpuint (whole.reply.source.height, ==, 200);
      g_assert_cmpuint (whole.n_reserved, ==, i);
      fixture_run (operations[i], &recipe, cut, 0, &broken);
      if (i == 0)
        g_assert_no_error (broken.error);
      else
        g_assert_error (broken.error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT);
      recipe.max_pixels = 19999;
      fixture_run (operations[i], &recipe, jpeg, 0, &large);
      g_assert_error (large.error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE);
    }
}

/* Random bytes in a good file: an error or a picture, nothing else. */
static void
test_hostile_files (void)
{
  g_autoptr(GBytes) jpeg = new_jpeg (120, 90, NULL, NULL);
  g_autoptr(GRand) random = g_rand_new_with_seed (8);
  ThimbleThumbnailRecipe recipe = fixture_recipe (32, 32, THIMBLE_FORMAT_SAME);
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (jpeg, &n_bytes);

  recipe.max_pixels = 1000000;
  for (int i = 0; i < 500; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, n_bytes);
      g_autoptr(GBytes) broken = NULL;
      g_auto(Outcome) outcome = { 0 };

      for (int k = 0; k < 3; k++)
        copy[g_rand_int_range (random, 0, n_bytes)] = g_rand_int (random);
      broken = g_bytes_new (copy, n_bytes);
      fixture_run ("thumbnail", &recipe, broken, 0, &outcome);
      if (outcome.error != NULL)
        g_assert_true (g_str_has_suffix (outcome.error->message, "."));
      else
        g_assert_cmpuint (outcome.outputs->len, ==, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operations/several-sizes", test_several_sizes);
  g_test_add_func ("/operations/siblings", test_siblings);
  g_test_add_func ("/operations/requests", test_requests);
  g_test_add_func ("/operations/limits", test_limits);
  g_test_add_func ("/operations/output-limits", test_output_limits);
  g_test_add_func ("/operations/bad-inputs", test_bad_inputs);
  g_test_add_func ("/operations/several-works", test_several_works);
  g_test_add_func ("/operations/stop", test_stop);
  g_test_add_func ("/operations/metadata", test_metadata);
  g_test_add_func ("/operations/reply", test_reply);
  g_test_add_func ("/operations/probe-and-verify", test_probe_and_verify);
  g_test_add_func ("/operations/hostile-files", test_hostile_files);
  return g_test_run ();
}
