/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small pictures for the window: "thumbnail" works whose output is pixels, with a priority above
 * anything a run submits. */

#include "thimble-previewer.h"

#include "thimble-engine-private.h"
#include "thimble-operations.h"

#include <string.h>

#define PREVIEW_PRIORITY (1 << 20)

struct _ThimblePreviewer
{
  GObject parent_instance;

  ThimbleEngine *engine; /* owned */
  int n_requests;        /* later ones go first */
  GHashTable *recipes;   /* size to GBytes */
};

G_DEFINE_FINAL_TYPE (ThimblePreviewer, thimble_previewer, G_TYPE_OBJECT)

void
thimble_preview_free (ThimblePreview *self)
{
  g_clear_pointer (&self->pixels, g_bytes_unref);
  g_free (self);
}

static void
thimble_previewer_finalize (GObject *object)
{
  ThimblePreviewer *self = THIMBLE_PREVIEWER (object);

  g_clear_object (&self->engine);
  g_clear_pointer (&self->recipes, g_hash_table_unref);
  G_OBJECT_CLASS (thimble_previewer_parent_class)->finalize (object);
}

static void
thimble_previewer_class_init (ThimblePreviewerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_previewer_finalize;
}

static void
thimble_previewer_init (ThimblePreviewer *self)
{
  self->recipes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
}

ThimblePreviewer *
thimble_previewer_new (ThimbleEngine *engine)
{
  ThimblePreviewer *self;

  g_return_val_if_fail (THIMBLE_IS_ENGINE (engine), NULL);

  self = g_object_new (THIMBLE_TYPE_PREVIEWER, NULL);
  self->engine = g_object_ref (engine);
  return self;
}

/* A picture is seen here under the limits that it will have in a run. */
static GBytes *
get_recipe (ThimblePreviewer *self, guint size_px)
{
  static const ThimbleEngineLimits limits = THIMBLE_ENGINE_LIMITS_INIT;
  GBytes *bytes = g_hash_table_lookup (self->recipes, GUINT_TO_POINTER (size_px));

  if (bytes == NULL)
    {
      ThimbleThumbnailRecipe recipe = { .max_pixels = limits.max_pixels,
                                        .max_bytes = limits.max_bytes,
                                        .scaling = THIMBLE_SCALING_FAST,
                                        .n_renditions = 1 };
      recipe.renditions[0] = (ThimbleRenditionRecipe) { .width = size_px,
                                                        .height = size_px,
                                                        .fit = THIMBLE_FIT_INSIDE,
                                                        .format = THIMBLE_FORMAT_PIXELS,
                                                        .quality = 80,
                                                        .background = { 255, 255, 255, 255 } };
      bytes = g_bytes_new (&recipe, sizeof recipe);
      g_hash_table_insert (self->recipes, GUINT_TO_POINTER (size_px), bytes);
    }
  return bytes;
}

/* What a worker says is checked before it becomes a texture. */
static ThimblePreview *
make_preview (ThimbleWorkResult *result, guint size_px, GError **error)
{
  GBytes *bytes = thimble_work_result_get_reply (result);
  const ThimbleThumbnailReply *reply;
  ThimblePreview *preview;

  if (bytes != NULL && g_bytes_get_size (bytes) == sizeof *reply
      && thimble_work_result_get_n_outputs (result) == 1)
    {
      const ThimbleOutputReply *output;

      reply = g_bytes_get_data (bytes, NULL);
      output = &reply->outputs[0];
      if (output->format == THIMBLE_FORMAT_PIXELS && output->width > 0 && output->width <= size_px
          && output->height > 0 && output->height <= size_px
          && g_bytes_get_size (thimble_work_result_get_output (result, 0))
               == (gsize) output->width * output->height * 4)
        {
          preview = g_new0 (ThimblePreview, 1);
          preview->pixels = g_bytes_ref (thimble_work_result_get_output (result, 0));
          preview->width = output->width;
          preview->height = output->height;
          return preview;
        }
    }
  g_set_error_literal (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                       "got an answer that makes no sense from its worker.");
  return NULL;
}

static void
done_cb (ThimbleFuture *future, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  ThimbleWorkResult *result = thimble_future_get_result (future, &error);
  ThimblePreview *preview
    = result != NULL
        ? make_preview (result, GPOINTER_TO_UINT (g_task_get_task_data (task)), &error)
        : NULL;

  if (preview != NULL)
    g_task_return_pointer (task, preview, (GDestroyNotify) thimble_preview_free);
  else
    g_task_return_error (task, error);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  thimble_future_cancel (user_data);
}

/**
 * thimble_previewer_request_async:
 * @size_px: the picture fits inside a square of this many device pixels
 * @cancellable: (nullable): cancelled when the picture is no longer in view
 *
 * Asks for a picture. Main thread only. The file is opened on a worker.
 */
void
thimble_previewer_request_async (ThimblePreviewer *self,
                                 ThimbleOrigin *origin,
                                 guint size_px,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autofree char *path = NULL;
  g_autoptr(ThimbleInput) input = NULL;
  g_autoptr(ThimbleWork) work = NULL;
  g_autoptr(ThimbleFuture) future = NULL;
  GError *error = NULL;

  g_return_if_fail (THIMBLE_IS_PREVIEWER (self));
  g_return_if_fail (origin != NULL);
  g_return_if_fail (size_px > 0 && size_px <= 4096);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thimble_previewer_request_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (size_px), NULL);
  if (g_task_return_error_if_cancelled (task))
    return;

  path = thimble_origin_dup_path (origin);
  input = thimble_input_new_for_path (path);
  work = thimble_work_new ("thumbnail", get_recipe (self, size_px), input);
  future = thimble_executor_submit_with_priority (thimble_engine_get_executor (self->engine), work,
                                                  PREVIEW_PRIORITY + self->n_requests++, &error);
  if (future == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (cancellable != NULL)
    g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (cancelled_cb),
                           g_object_ref (future), (GClosureNotify) (void (*) (void)) g_object_unref,
                           0);
  thimble_future_add_done_callback (future, done_cb, g_steal_pointer (&task), g_object_unref);
}

/**
 * thimble_previewer_request_finish:
 *
 * Returns: (transfer full) (nullable): the picture, or %NULL with @error set; its message is a
 *   predicate
 */
ThimblePreview *
thimble_previewer_request_finish (ThimblePreviewer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
