/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each bomb goes through the operation "thumbnail" with the usual limits. It must end as it should,
 * soon, and with no more memory reserved than the limit on pixels makes possible. */

#include "bombs.h"

#include "thimble-errors.h"
#include "thimble-operations.h"
#include "thimble-pixbuf-codec.h"

#include <string.h>
#include <time.h>

#define MAX_PIXELS 100000000
#define MAX_BYTES 256000000
#define MAX_SECONDS 10
/* The most that a codec takes for a pixel, and what it takes besides. */
#define MAX_RESERVED ((guint64) MAX_PIXELS * 12 + 2 * (guint64) MAX_BYTES)

typedef struct
{
  ThimbleWorkContext base;
  guint64 n_reserved;
  guint n_results;
  GError *error;
} Context;

static void
end_cb (ThimbleWorkContext *base, guint index, ThimbleWorkResult *result, GError *error)
{
  Context *context = (Context *) base;

  context->error = error;
  if (result != NULL)
    context->n_results++;
  g_clear_pointer (&result, thimble_work_result_unref);
}

static gboolean
should_stop_cb (ThimbleWorkContext *context, guint index)
{
  return FALSE;
}

static void
reserve_cb (ThimbleWorkContext *base, guint64 n_bytes)
{
  ((Context *) base)->n_reserved = n_bytes;
}

static void
run (Context *context, const GByteArray *file)
{
  const ThimbleThumbnailRecipe recipe = {
    .max_pixels = MAX_PIXELS,
    .max_bytes = MAX_BYTES,
    .n_renditions = 1,
    .renditions = { { .width = 128, .height = 128, .format = THIMBLE_FORMAT_JPEG, .quality = 80,
                      .metadata = THIMBLE_METADATA_KEEP, .background = { 255, 255, 255, 255 } } },
  };
  g_autoptr (GBytes) recipe_bytes = g_bytes_new (&recipe, sizeof recipe);
  g_autoptr (GBytes) bytes = g_bytes_new_static (file->data, file->len);
  g_autoptr (ThimbleInput) input = thimble_input_new_for_bytes (bytes);
  g_autoptr (ThimbleWork) work = thimble_work_new ("thumbnail", recipe_bytes, input);

  thimble_image_operations[0].run (&context->base, &work, 1);
}

static void
test_bomb (gconstpointer data)
{
  const Bomb *bomb = data;
  g_autoptr (GByteArray) file = bomb->make ();
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  Context context = { .base = { .end = end_cb, .should_stop = should_stop_cb,
                                .reserve = reserve_cb, .buffer = buffer } };
  clock_t begin = clock ();

  g_assert_cmpuint (file->len, <, 20 << 20);
  run (&context, file);
  if (context.error != NULL)
    g_test_message ("%s %s", bomb->name, context.error->message);
  g_assert_cmpint ((clock () - begin) / CLOCKS_PER_SEC, <, MAX_SECONDS);
  g_assert_cmpuint (context.n_reserved, <=, MAX_RESERVED);
  g_assert_cmpuint (context.n_results, ==, bomb->end == BOMB_IS_MADE ? 1 : 0);
  if (bomb->end == BOMB_IS_MADE)
    g_assert_no_error (context.error);
  else
    {
      g_assert_nonnull (context.error);
      g_assert_true (context.error->domain == THIMBLE_IMAGE_ERROR);
    }
  if (bomb->end == BOMB_IS_TOO_LARGE)
    g_assert_cmpint (context.error->code, ==, THIMBLE_IMAGE_ERROR_TOO_LARGE);
  g_clear_error (&context.error);
}

/* What only gdk-pixbuf reads, it must have a loader for. */
static gboolean
can_be_read (const Bomb *bomb)
{
  g_auto (GStrv) formats = thimble_pixbuf_codec_list_formats ();
  const char *extension = strrchr (bomb->name, '.') + 1;

  if (strcmp (extension, "jpg") == 0 || strcmp (extension, "png") == 0
      || strcmp (extension, "webp") == 0)
    return TRUE;
  for (guint i = 0; formats[i] != NULL; i++)
    if (strstr (formats[i], extension) != NULL)
      return TRUE;
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  thimble_codec_register_fallback (&thimble_pixbuf_codec);
  for (const Bomb *bomb = bombs; bomb->name != NULL; bomb++)
    {
      g_autofree char *path = g_strdup_printf ("/bombs/%s", bomb->name);

      if (can_be_read (bomb))
        g_test_add_data_func (path, bomb, test_bomb);
    }
  return g_test_run ();
}
