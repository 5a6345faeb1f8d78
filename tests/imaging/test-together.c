/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEGs that are planes from the decoder to the encoder, alone and several in one run. */

#include "imaging-fixture.h"
#include "thimble-operations.h"
#include "thimble-thumbnail.h"

static const guint8 colour[3] = { 200, 60, 40 };

static GBytes *
new_flat_jpeg (int width, int height)
{
  ThimbleEncodeOptions options = { .quality = 95 };
  g_autoptr(ThimbleRaster) raster = thimble_raster_new (THIMBLE_LAYOUT_RGB, width, height);
  GByteArray *out = g_byte_array_new ();

  for (int y = 0; y < height; y++)
    for (int i = 0; i < 3 * width; i++)
      thimble_raster_row (raster, y)[i] = colour[i % 3];
  g_assert_true (thimble_jpeg_codec.encode (raster, &options, out, NULL));
  return g_byte_array_free_to_bytes (out);
}

static void
check_flat (GBytes *file, int width, int height)
{
  g_auto(ThimbleImageInfo) info = { 0 };
  g_autoptr(ThimbleRaster) raster = fixture_decode (file, &info);

  g_assert_cmpint (raster->width, ==, width);
  g_assert_cmpint (raster->height, ==, height);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int i = 0; i < 3; i++)
        g_assert_cmpint (ABS (thimble_raster_row (raster, y)[3 * x + i] - colour[i]), <=, 4);
}

/* Even and odd sizes, from 1/8, 1/4 and 1/2, to a JPEG and to a format that has no planes. */
static void
test_flat (void)
{
  static const int sizes[][2] = { { 80, 60 }, { 77, 58 }, { 101, 76 }, { 161, 121 }, { 320, 240 } };
  g_autoptr(GBytes) jpeg = new_flat_jpeg (640, 480);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint j = 0; j < 2; j++)
      {
        ThimbleThumbnailRecipe recipe
          = fixture_recipe ((guint) sizes[i][0], (guint) sizes[i][1],
                            j == 0 ? THIMBLE_FORMAT_JPEG : THIMBLE_FORMAT_PNG);
        g_auto(Outcome) outcome = { 0 };

        recipe.renditions[0].fit = THIMBLE_FIT_FILL;
        fixture_run ("thumbnail", &recipe, jpeg, 0, &outcome);
        g_assert_no_error (outcome.error);
        check_flat (g_ptr_array_index (outcome.outputs, 0), sizes[i][0], sizes[i][1]);
      }
}

typedef struct
{
  ThimbleWorkContext base;
  GBytes *outputs[THIMBLE_THUMBNAIL_MAX_WORKS];
  guint64 reserved;
} Collector;

static void
collect_cb (ThimbleWorkContext *base, guint index, ThimbleWorkResult *result, GError *error)
{
  Collector *collector = (Collector *) base;

  g_assert_no_error (error);
  g_assert_cmpuint (index, <, THIMBLE_THUMBNAIL_MAX_WORKS);
  g_assert_null (collector->outputs[index]);
  collector->outputs[index] = g_bytes_ref (thimble_work_result_get_output (result, 0));
  thimble_work_result_unref (result);
}

static gboolean
never_cb (ThimbleWorkContext *base, guint index)
{
  return FALSE;
}

static void
reserve_cb (ThimbleWorkContext *base, guint64 n_bytes)
{
  ((Collector *) base)->reserved = n_bytes;
}

/* Each work of a run gives what it gives alone; the run reserves for what all become, and for the
 * work on one. */
static void
test_together (void)
{
  ThimbleThumbnailRecipe recipe = fixture_recipe (60, 60, THIMBLE_FORMAT_JPEG);
  g_autoptr(GBytes) recipe_bytes = g_bytes_new (&recipe, sizeof recipe);
  Collector collector = { .base = { collect_cb, never_cb, reserve_cb, g_byte_array_new () } };
  ThimbleWork *works[THIMBLE_THUMBNAIL_MAX_WORKS];
  GBytes *files[THIMBLE_THUMBNAIL_MAX_WORKS];
  guint64 reserved = 0, most = 0;

  for (guint i = 0; i < THIMBLE_THUMBNAIL_MAX_WORKS; i++)
    {
      g_autoptr(ThimbleInput) input = NULL;

      files[i] = new_flat_jpeg (480 + 48 * (int) i, 480);
      input = thimble_input_new_for_bytes (files[i]);
      works[i] = thimble_work_new ("thumbnail", recipe_bytes, input);
    }
  g_assert_cmpuint (thimble_image_operations[0].max_works, ==, THIMBLE_THUMBNAIL_MAX_WORKS);
  thimble_image_operations[0].run (&collector.base, works, THIMBLE_THUMBNAIL_MAX_WORKS);
  for (guint i = 0; i < THIMBLE_THUMBNAIL_MAX_WORKS; i++)
    {
      g_auto(Outcome) alone = { 0 };

      fixture_run ("thumbnail", &recipe, files[i], 0, &alone);
      g_assert_true (g_bytes_equal (g_ptr_array_index (alone.outputs, 0), collector.outputs[i]));
      reserved += alone.reserved;
      most = MAX (most, alone.reserved);
      g_bytes_unref (collector.outputs[i]);
      g_bytes_unref (files[i]);
      thimble_work_unref (works[i]);
    }
  g_assert_cmpuint (collector.reserved, >, most);
  g_assert_cmpuint (collector.reserved, <, reserved);
  thimble_work_context_clear_buffers (&collector.base);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/together/flat", test_flat);
  g_test_add_func ("/together/several", test_together);
  return g_test_run ();
}
