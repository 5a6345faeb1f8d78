/* SPDX-License-Identifier: GPL-3.0-or-later */

/* thumbnail-files SIZE QUALITY OUT FILE…: makes a JPEG of each file in this thread, with no service
 * around the operation. It is for measuring and profiling the imaging room by itself. An OUT of "-"
 * writes nothing. */

#include "thimble-memory.h"
#include "thimble-operations.h"
#include "thimble-pixbuf-codec.h"

#include <stdlib.h>

typedef struct
{
  ThimbleWorkContext base;
  const char *directory;
  const char *path; /* of the work that runs */
  ThimbleThumbnailReply total;
  guint n_failed;
} Runner;

static void
end_cb (ThimbleWorkContext *context, guint index, ThimbleWorkResult *result, GError *error)
{
  Runner *runner = (Runner *) context;
  g_autofree char *name = g_path_get_basename (runner->path);
  g_autofree char *path = NULL;
  const ThimbleThumbnailReply *reply;
  GBytes *output;

  if (error != NULL)
    {
      g_printerr ("%s %s\n", name, error->message);
      g_error_free (error);
      runner->n_failed++;
      return;
    }
  reply = g_bytes_get_data (thimble_work_result_get_reply (result), NULL);
  runner->total.decode_us += reply->decode_us;
  runner->total.resize_us += reply->resize_us;
  runner->total.encode_us += reply->encode_us;
  output = thimble_work_result_get_output (result, 0);
  if (strrchr (name, '.') != NULL)
    *strrchr (name, '.') = '\0';
  path = g_strdup_printf ("%s/%s.jpg", runner->directory, name);
  if (g_strcmp0 (runner->directory, "-") != 0)
    g_file_set_contents_full (path, g_bytes_get_data (output, NULL), g_bytes_get_size (output),
                              G_FILE_SET_CONTENTS_NONE, 0644, NULL);
  thimble_work_result_unref (result);
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

int
main (int argc, char **argv)
{
  ThimbleThumbnailRecipe recipe = { .max_pixels = 1000000000, .max_bytes = G_MAXINT32,
                                    .n_renditions = 1 };
  Runner runner = { .base = { end_cb, should_stop_cb, reserve_cb, g_byte_array_new () } };
  g_autoptr(GBytes) bytes = NULL;
  gint64 begin, us;

  if (argc < 5)
    {
      g_printerr ("thumbnail-files SIZE QUALITY OUT FILE…\n");
      return 2;
    }
  recipe.renditions[0] = (ThimbleRenditionRecipe) {
    .width = atoi (argv[1]),
    .height = atoi (argv[1]),
    .format = THIMBLE_FORMAT_JPEG,
    .quality = atoi (argv[2]),
    .background = { 255, 255, 255, 255 },
  };
  bytes = g_bytes_new (&recipe, sizeof recipe);
  runner.directory = argv[3];
  thimble_memory_keep_freed_blocks ();
  thimble_codec_register_fallback (&thimble_pixbuf_codec);

  begin = g_get_monotonic_time ();
  for (int i = 4; i < argc; i++)
    {
      g_autoptr(ThimbleInput) input = thimble_input_new_for_path (argv[i]);
      g_autoptr(ThimbleWork) work = thimble_work_new ("thumbnail", bytes, input);

      runner.path = argv[i];
      thimble_image_operations[0].run (&runner.base, &work, 1);
    }
  us = g_get_monotonic_time () - begin;
  g_print ("%d files, %u failed, %.1f a second; decode %.3f ms, resize %.3f, encode %.3f\n",
           argc - 4, runner.n_failed, (argc - 4) * 1e6 / us,
           runner.total.decode_us / 1e3 / (argc - 4), runner.total.resize_us / 1e3 / (argc - 4),
           runner.total.encode_us / 1e3 / (argc - 4));
  thimble_work_context_clear_buffers (&runner.base);
  return runner.n_failed > 0;
}
