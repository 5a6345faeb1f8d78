/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The service's face on the main thread: starts runs, and brings what their threads say into the
 * batch, every 16 ms while a run goes on. */

#include "thimble-thumbnail-maker-private.h"

#include "thimble-downloader.h"

#include <string.h>

#define TICK_MS 16


G_DEFINE_FINAL_TYPE (ThimbleThumbnailMaker, thimble_thumbnail_maker, G_TYPE_OBJECT)

enum
{
  ITEM_ENDED,
  PROGRESSED,
  WARNED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

void
thimble_run_summary_free (ThimbleRunSummary *self)
{
  g_clear_pointer (&self->pruned, g_ptr_array_unref);
  g_free (self);
}

static void
thimble_thumbnail_maker_finalize (GObject *object)
{
  ThimbleThumbnailMaker *self = THIMBLE_THUMBNAIL_MAKER (object);

  g_assert (self->run == NULL); /* a run's task holds a reference */
  g_clear_object (&self->engine);
  g_clear_object (&self->batch);
  G_OBJECT_CLASS (thimble_thumbnail_maker_parent_class)->finalize (object);
}

static void
thimble_thumbnail_maker_class_init (ThimbleThumbnailMakerClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = thimble_thumbnail_maker_finalize;

  /**
   * ThimbleThumbnailMaker::item-ended:
   * @item: an item that has its end state and its result now
   */
  signals[ITEM_ENDED] = g_signal_new ("item-ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, THIMBLE_TYPE_ITEM);
  /**
   * ThimbleThumbnailMaker::progressed:
   *
   * [method@ThumbnailMaker.get_progress] has news.
   */
  signals[PROGRESSED]
    = g_signal_new ("progressed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * ThimbleThumbnailMaker::warned:
   * @message: a sentence on the run as a whole, which goes on
   */
  signals[WARNED] = g_signal_new ("warned", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
thimble_thumbnail_maker_init (ThimbleThumbnailMaker *self)
{
}

/**
 * thimble_thumbnail_maker_new:
 * @engine: what runs the works
 * @batch: the items to make thumbnails of
 */
ThimbleThumbnailMaker *
thimble_thumbnail_maker_new (ThimbleEngine *engine, ThimbleBatch *batch)
{
  ThimbleThumbnailMaker *self;

  g_return_val_if_fail (THIMBLE_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);

  self = g_object_new (THIMBLE_TYPE_THUMBNAIL_MAKER, NULL);
  self->engine = g_object_ref (engine);
  self->batch = g_object_ref (batch);
  return self;
}

/**
 * thimble_thumbnail_maker_prepare:
 * @preset: of the run that is to come
 * @options: likewise
 *
 * Has what a run needs for its first image begin to start while the images are still looked for, if
 * it is known that there is work for it: nothing is recorded at the destination. Looks at the disk,
 * so that it is not for the thread of a window.
 */
void
thimble_thumbnail_maker_prepare (ThimbleThumbnailMaker *self,
                                 ThimblePreset *preset,
                                 const ThimbleRunOptions *options)
{
  g_return_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self));
  g_return_if_fail (THIMBLE_IS_PRESET (preset));

  thimble_run_prepare (self->engine, preset, options, 1);
}

/* --- events ----------------------------------------------------------------------------------- */

/* What the outputs that were made have cost, and what they came from. */
static void
count_bytes (ThimbleThumbnailMaker *self, ThimbleItem *item, const ThimbleItemResult *result)
{
  const ThimbleOrigin *origin = thimble_item_get_origin (item);

  self->n_bytes_read += MAX (0, origin->url != NULL ? result->original_bytes : origin->size);
  for (guint i = 0; i < result->n_outputs; i++)
    self->n_bytes_made += MAX (0, result->outputs[i].n_bytes);
}

static void
apply_event (ThimbleThumbnailMaker *self, ThimbleRunEvent *event)
{
  g_autoptr(ThimbleItemResult) result = g_steal_pointer (&event->result);
  g_autofree char *warning = g_steal_pointer (&event->warning);
  ThimbleItem *item;

  if (warning != NULL)
    {
      g_signal_emit (self, signals[WARNED], 0, warning);
      return;
    }

  item = self->items->pdata[event->index];
  if (event->is_excluded)
    {
      g_array_append_val (self->excluded, event->index);
      self->n_items--;
      return;
    }
  if (result == NULL)
    {
      thimble_item_set_state (item, event->state);
      return;
    }
  thimble_item_end (item, event->state, result);
  if (event->state == THIMBLE_ITEM_DONE)
    count_bytes (self, item, result);
  self->counts[event->state]++;
  self->n_finished++;
  g_signal_emit (self, signals[ITEM_ENDED], 0, item);
}

/* What came of each link that is on its way, and of all. */
static void
apply_links (ThimbleThumbnailMaker *self)
{
  g_autoptr(GArray) progress = g_array_new (FALSE, FALSE, sizeof (ThimbleDownloaderProgress));

  thimble_run_get_links (self->run, progress, &self->n_links, &self->n_downloaded,
                         &self->n_bytes_received);
  for (guint i = 0; i < progress->len; i++)
    {
      const ThimbleDownloaderProgress *one
        = &g_array_index (progress, ThimbleDownloaderProgress, i);

      thimble_item_set_received (self->items->pdata[one->serial], one->n_bytes,
                                 one->n_bytes_in_all);
    }
}

static void
apply_events (ThimbleThumbnailMaker *self)
{
  g_autoptr(GArray) events = thimble_run_take_events (self->run);
  guint64 n_bytes_before = self->n_bytes_received;

  for (guint i = 0; i < events->len; i++)
    apply_event (self, &g_array_index (events, ThimbleRunEvent, i));
  apply_links (self);
  if (self->paused_us == 0)
    {
      thimble_rate_sample (&self->images, self->n_finished);
      thimble_rate_sample (&self->bytes, self->n_bytes_received);
    }
  if (events->len > 0 || self->n_bytes_received != n_bytes_before)
    g_signal_emit (self, signals[PROGRESSED], 0);
}

static gboolean
tick_cb (gpointer user_data)
{
  apply_events (user_data);
  return G_SOURCE_CONTINUE;
}

static int
compare_descending (gconstpointer a, gconstpointer b)
{
  guint one = *(const guint *) a;
  guint other = *(const guint *) b;

  return one < other ? 1 : one > other ? -1 : 0;
}

/* Outputs of earlier runs are no images of the batch. */
static void
remove_excluded (ThimbleThumbnailMaker *self)
{
  g_array_sort (self->excluded, compare_descending);
  for (guint i = 0; i < self->excluded->len; i++)
    {
      guint position = g_array_index (self->excluded, guint, i);

      if (thimble_batch_peek (self->batch, position) == self->items->pdata[position])
        thimble_batch_remove (self->batch, position);
    }
}

/* --- runs ------------------------------------------------------------------------------------- */

static void
execute_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  ThimbleRunSummary *summary = thimble_run_execute (task_data, &error);

  if (summary != NULL)
    g_task_return_pointer (task, summary, (GDestroyNotify) thimble_run_summary_free);
  else
    g_task_return_error (task, error);
}

/* The thread is done; the outer task is the user's, and keeps the maker. The inner one has no source
 * object: its last reference may go on the thread, and the maker's must not. */
static void
executed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  ThimbleThumbnailMaker *self = g_task_get_source_object (task);
  GError *error = NULL;
  ThimbleRunSummary *summary = g_task_propagate_pointer (G_TASK (result), &error);

  g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
  apply_events (self);
  remove_excluded (self);
  self->n_scheduled = thimble_run_get_n_scheduled (self->run);
  thimble_thumbnail_maker_set_paused (self, FALSE);
  self->end_seconds = (g_get_monotonic_time () - self->begin_us) / 1e6;
  g_clear_pointer (&self->run, thimble_run_free);
  thimble_items_drop (g_steal_pointer (&self->items));
  g_clear_pointer (&self->excluded, g_array_unref);
  g_signal_emit (self, signals[PROGRESSED], 0);

  if (summary == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  summary->n_items = self->n_items;
  summary->n_done = self->counts[THIMBLE_ITEM_DONE];
  summary->n_skipped = self->counts[THIMBLE_ITEM_SKIPPED];
  summary->n_failed = self->counts[THIMBLE_ITEM_FAILED];
  summary->n_cancelled = self->counts[THIMBLE_ITEM_CANCELLED];
  summary->n_bytes_read = self->n_bytes_read;
  summary->n_bytes_made = self->n_bytes_made;
  summary->seconds = self->end_seconds;
  g_task_return_pointer (task, summary, (GDestroyNotify) thimble_run_summary_free);
}

/* Whether an item that has ended is to be tried again with what was downloaded, or shows it. */
static gboolean
needs_original (ThimbleItem *item)
{
  ThimbleItemState state = thimble_item_get_state (item);
  ThimbleItemResult *result = thimble_item_get_result (item);

  return (state != THIMBLE_ITEM_DONE && state != THIMBLE_ITEM_SKIPPED)
         || (result != NULL && result->original != NULL);
}

static void
begin (ThimbleThumbnailMaker *self,
       ThimbleRunPart part,
       ThimblePreset *preset,
       const ThimbleRunOptions *options,
       GCancellable *cancellable)
{
  g_autoptr(GPtrArray) origins
    = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);
  g_autoptr(GPtrArray) folders = thimble_batch_dup_folders (self->batch);
  guint n_items = thimble_batch_get_n_items (self->batch);

  if (!options->only_waiting)
    thimble_batch_reset_states (self->batch);
  self->items = g_ptr_array_new_full (n_items, g_object_unref);
  for (guint i = 0; i < n_items; i++)
    {
      ThimbleItem *item = thimble_batch_peek (self->batch, i);
      g_ptr_array_add (self->items, g_object_ref (item));
      g_ptr_array_add (origins, thimble_origin_ref (thimble_item_get_origin (item)));
    }
  memset (self->counts, 0, sizeof self->counts);
  self->n_finished = 0;
  self->n_links = self->n_downloaded = 0;
  self->n_bytes_received = 0;
  self->images = (ThimbleRate) { 0 };
  self->bytes = (ThimbleRate) { 0 };
  self->n_bytes_read = 0;
  self->n_bytes_made = 0;
  self->excluded = g_array_new (FALSE, FALSE, sizeof (guint));
  self->begin_us = g_get_monotonic_time ();
  self->run = thimble_run_new (self->engine, part, preset, options, origins, folders,
                               cancellable);
  self->n_items = 0;
  for (guint i = 0; i < n_items; i++)
    if (thimble_item_is_ended (self->items->pdata[i]))
      thimble_run_settle (self->run, i, needs_original (self->items->pdata[i]));
    else
      self->n_items++;

  self->tick = g_timeout_source_new (TICK_MS);
  g_source_set_callback (self->tick, tick_cb, self, NULL);
  g_source_attach (self->tick, g_main_context_get_thread_default ());
}

static void
execute_async (ThimbleThumbnailMaker *self,
               ThimbleRunPart part,
               ThimblePreset *preset,
               const ThimbleRunOptions *options,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr(GTask) worker = NULL;
  GTask *task;

  g_return_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self));
  g_return_if_fail (THIMBLE_IS_PRESET (preset));
  g_return_if_fail (options != NULL);
  g_return_if_fail (self->run == NULL);

  begin (self, part, preset, options, cancellable);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, execute_async);
  worker = g_task_new (NULL, NULL, executed_cb, task);
  g_task_set_source_tag (worker, begin);
  g_task_set_task_data (worker, self->run, NULL);
  g_task_run_in_thread (worker, execute_thread);
}

/**
 * thimble_thumbnail_maker_download_images_async:
 * @preset: what to make; copied
 * @options: how; copied
 *
 * Brings the links among the items here, into the folder of downloads, and makes no thumbnails. Items
 * that are files end as skipped. No second run may be going on.
 */
void
thimble_thumbnail_maker_download_images_async (ThimbleThumbnailMaker *self,
                                               ThimblePreset *preset,
                                               const ThimbleRunOptions *options,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data)
{
  execute_async (self, THIMBLE_RUN_DOWNLOAD, preset, options, cancellable, callback, user_data);
}

/**
 * thimble_thumbnail_maker_download_images_finish:
 *
 * Returns: as [method@ThumbnailMaker.make_thumbnails_finish]
 */
ThimbleRunSummary *
thimble_thumbnail_maker_download_images_finish (ThimbleThumbnailMaker *self,
                                                GAsyncResult *result,
                                                GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * thimble_thumbnail_maker_perform_resizing_async:
 * @preset: what to make; copied
 * @options: how; copied
 *
 * Makes the thumbnails of all items that are here: files, and links that were downloaded before. No
 * second run may be going on.
 */
void
thimble_thumbnail_maker_perform_resizing_async (ThimbleThumbnailMaker *self,
                                                ThimblePreset *preset,
                                                const ThimbleRunOptions *options,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data)
{
  execute_async (self, THIMBLE_RUN_RESIZE, preset, options, cancellable, callback, user_data);
}

/**
 * thimble_thumbnail_maker_perform_resizing_finish:
 *
 * Returns: as [method@ThumbnailMaker.make_thumbnails_finish]
 */
ThimbleRunSummary *
thimble_thumbnail_maker_perform_resizing_finish (ThimbleThumbnailMaker *self,
                                                 GAsyncResult *result,
                                                 GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * thimble_thumbnail_maker_make_thumbnails_async:
 * @preset: what to make; copied
 * @options: how; copied
 *
 * The whole trip: brings the links here and makes the thumbnails of all items, each as soon as it is
 * here. No second run may be going on.
 */
void
thimble_thumbnail_maker_make_thumbnails_async (ThimbleThumbnailMaker *self,
                                               ThimblePreset *preset,
                                               const ThimbleRunOptions *options,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data)
{
  execute_async (self, THIMBLE_RUN_ALL, preset, options, cancellable, callback, user_data);
}

/**
 * thimble_thumbnail_maker_make_thumbnails_finish:
 *
 * Returns: (transfer full) (nullable): the summary, also of a cancelled run, or %NULL with @error
 *   set where the run could not go on: in %THIMBLE_SERVICE_ERROR, %THIMBLE_CATALOG_ERROR or
 *   %THIMBLE_PRESET_ERROR
 */
ThimbleRunSummary *
thimble_thumbnail_maker_make_thumbnails_finish (ThimbleThumbnailMaker *self,
                                                GAsyncResult *result,
                                                GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * thimble_thumbnail_maker_set_first:
 * @positions: (array length=n_positions): in the batch as it was when the run began
 *
 * Has these items made before the others: those the user looks at. Nothing happens without a run.
 */
void
thimble_thumbnail_maker_set_first (ThimbleThumbnailMaker *self,
                                   const guint *positions,
                                   guint n_positions)
{
  g_return_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self));

  if (self->run != NULL)
    thimble_run_set_first (self->run, positions, n_positions);
}

gboolean
thimble_thumbnail_maker_is_running (ThimbleThumbnailMaker *self)
{
  g_return_val_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self), FALSE);
  return self->run != NULL;
}
