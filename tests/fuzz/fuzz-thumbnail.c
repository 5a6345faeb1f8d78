/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole of the operations on images, of which the length of the bytes chooses one, mostly
 * "thumbnail": whatever the bytes are, it ends once, by a result that fits its recipe or by an
 * error. */

#include "fuzz.h"

#include "thimble-operations.h"
#include "thimble-pixbuf-codec.h"

#include <string.h>

#define MAX_SIDE 24u

typedef struct
{
  ThimbleWorkContext base;
  gboolean is_thumbnail;
  guint n_ended;
} Context;

static void
check_thumbnail (ThimbleWorkResult *result)
{
  gsize n_reply;
  const ThimbleThumbnailReply *reply
    = g_bytes_get_data (thimble_work_result_get_reply (result), &n_reply);

  g_assert_cmpuint (n_reply, ==, sizeof *reply);
  g_assert_cmpuint (reply->n_outputs, ==, thimble_work_result_get_n_outputs (result));
  for (guint i = 0; i < reply->n_outputs; i++)
    {
      g_assert_cmpuint (reply->outputs[i].width, >, 0);
      g_assert_cmpuint (reply->outputs[i].width, <=, MAX_SIDE);
      g_assert_cmpuint (reply->outputs[i].height, >, 0);
      g_assert_cmpuint (reply->outputs[i].height, <=, MAX_SIDE);
      g_assert_cmpuint (g_bytes_get_size (thimble_work_result_get_output (result, i)), >, 0);
    }
}

static void
end_cb (ThimbleWorkContext *base, guint index, ThimbleWorkResult *result, GError *error)
{
  Context *context = (Context *) base;

  g_assert_cmpuint (index, ==, 0);
  g_assert_true ((result == NULL) != (error == NULL));
  context->n_ended++;
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  else if (context->is_thumbnail)
    check_thumbnail (result);
  g_clear_error (&error);
  g_clear_pointer (&result, thimble_work_result_unref);
}

static gboolean
should_stop_cb (ThimbleWorkContext *context, guint index)
{
  return FALSE;
}

static void
reserve_cb (ThimbleWorkContext *context, guint64 n_bytes)
{
}

/* @variant: which of a few sets of settings */
static GBytes *
make_recipe (guint variant)
{
  ThimbleThumbnailRecipe recipe = { .max_pixels = FUZZ_MAX_PIXELS, .max_bytes = 1 << 20,
                                    .scaling = variant % 2, .n_renditions = 2 };

  for (guint i = 0; i < recipe.n_renditions; i++)
    recipe.renditions[i] = (ThimbleRenditionRecipe) {
      .width = MAX_SIDE / 2 << i,
      .height = MAX_SIDE,
      .fit = (variant + i) % 4,
      .enlarge = variant / 2 % 2,
      .format = i == 0 ? THIMBLE_FORMAT_JPEG : THIMBLE_FORMAT_PIXELS,
      .metadata = variant % 2,
      .quality = 80,
      .background = { 255, 255, 255, 255 },
    };
  return g_bytes_new (&recipe, sizeof recipe);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  thimble_codec_register_fallback (&thimble_pixbuf_codec);
  return 0;
}

/* The first in the table is "thumbnail". */
static const ThimbleOperation *
choose_operation (guint number)
{
  guint n = 0;

  while (thimble_image_operations[n].name != NULL)
    n++;
  return &thimble_image_operations[number % (2 * n) < n ? number % (2 * n) : 0];
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  const ThimbleOperation *operation = choose_operation ((guint) n_bytes / 8);
  g_autoptr (GBytes) file = g_bytes_new (bytes, n_bytes);
  g_autoptr (GBytes) recipe = make_recipe ((guint) n_bytes % 8);
  g_autoptr (ThimbleInput) input = thimble_input_new_for_bytes (file);
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  g_autoptr (ThimbleWork) work = thimble_work_new (operation->name, recipe, input);
  Context context = { .base = { end_cb, should_stop_cb, reserve_cb, buffer },
                      .is_thumbnail = strcmp (operation->name, "thumbnail") == 0 };

  operation->run (&context.base, &work, 1);
  g_assert_cmpuint (context.n_ended, ==, 1);
  return 0;
}
