/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The service's face on the main thread: starts runs, and brings what their threads say into the
 * batch, every 16 ms while a run goes on. */

#include "thimble-thumbnail-maker.h"

#include "thimble-rate.h"
#include "thimble-run.h"

#include <string.h>

#define TICK_MS 16

struct _ThimbleThumbnailMaker
{
  GObject parent_instance;

  ThimbleEngine *engine; /* owned */
  ThimbleBatch *batch;   /* owned */

  ThimbleRun *run;       /* owned, while a run goes on */
  GPtrArray *items;      /* ThimbleItem: the run's, in its order */
  GArray *excluded;      /* guint: items that turned out to be outputs, in no order */
  GSource *tick;         /* owned, while a run goes on */
  gint64 begin_us;       /* moved on by the time that it was paused */
  gint64 paused_us;      /* when it was paused, or 0 */
  guint64 n_bytes_read;
  guint64 n_bytes_made;
  double end_seconds;    /* how long the last run took */
  guint n_scheduled;     /* of the last run, once it ended */
  guint counts[THIMBLE_ITEM_CANCELLED + 1];
  guint n_finished;
  guint n_items;
  ThimbleRate rate;      /* of n_finished */
};

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

/* --- events ----------------------------------------------------------------------------------- */

/* What the outputs that were made have cost, and what they came from. */
static void
count_bytes (ThimbleThumbnailMaker *self, ThimbleItem *item, const ThimbleItemResult *result)
{
  self->n_bytes_read += MAX (0, thimble_item_get_origin (item)->size);
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

static void
apply_events (ThimbleThumbnailMaker *self)
{
  g_autoptr(GArray) events = thimble_run_take_events (self->run);

  for (guint i = 0; i < events->len; i++)
    apply_event (self, &g_array_index (events, ThimbleRunEvent, i));
  if (self->paused_us == 0)
    thimble_rate_update (&self->rate, g_get_monotonic_time (), self->n_finished);
  if (events->len > 0)
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
  g_clear_pointer (&self->items, g_ptr_array_unref);
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

static void
begin (ThimbleThumbnailMaker *self,
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
  self->rate = (ThimbleRate) { 0 };
  self->n_bytes_read = 0;
  self->n_bytes_made = 0;
  self->excluded = g_array_new (FALSE, FALSE, sizeof (guint));
  self->begin_us = g_get_monotonic_time ();
  self->run = thimble_run_new (self->engine, preset, options, origins, folders, cancellable);
  self->n_items = 0;
  for (guint i = 0; i < n_items; i++)
    if (thimble_item_is_ended (self->items->pdata[i]))
      thimble_run_settle (self->run, i);
    else
      self->n_items++;

  self->tick = g_timeout_source_new (TICK_MS);
  g_source_set_callback (self->tick, tick_cb, self, NULL);
  g_source_attach (self->tick, g_main_context_get_thread_default ());
}

/**
 * thimble_thumbnail_maker_perform_resizing_async:
 * @preset: what to make; copied
 * @options: how; copied
 *
 * Makes the thumbnails of all items that are here. No second run may be going on.
 */
void
thimble_thumbnail_maker_perform_resizing_async (ThimbleThumbnailMaker *self,
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

  begin (self, preset, options, cancellable);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, thimble_thumbnail_maker_perform_resizing_async);
  worker = g_task_new (NULL, NULL, executed_cb, task);
  g_task_set_source_tag (worker, begin);
  g_task_set_task_data (worker, self->run, NULL);
  g_task_run_in_thread (worker, execute_thread);
}

/**
 * thimble_thumbnail_maker_perform_resizing_finish:
 *
 * Returns: (transfer full) (nullable): the summary, also of a cancelled run, or %NULL with @error
 *   set where the run could not go on: in %THIMBLE_SERVICE_ERROR, %THIMBLE_CATALOG_ERROR or
 *   %THIMBLE_PRESET_ERROR
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
 * thimble_thumbnail_maker_download_images_async:
 *
 * Brings the images that are elsewhere here. So far all sources are local files, so that there is
 * nothing to bring.
 */
void
thimble_thumbnail_maker_download_images_async (ThimbleThumbnailMaker *self,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thimble_thumbnail_maker_download_images_async);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

gboolean
thimble_thumbnail_maker_download_images_finish (ThimbleThumbnailMaker *self,
                                                GAsyncResult *result,
                                                GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * thimble_thumbnail_maker_make_thumbnails_async:
 *
 * Downloads what is elsewhere and makes the thumbnails of all items: the whole trip.
 */
void
thimble_thumbnail_maker_make_thumbnails_async (ThimbleThumbnailMaker *self,
                                               ThimblePreset *preset,
                                               const ThimbleRunOptions *options,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data)
{
  thimble_thumbnail_maker_perform_resizing_async (self, preset, options, cancellable, callback,
                                                  user_data);
}

ThimbleRunSummary *
thimble_thumbnail_maker_make_thumbnails_finish (ThimbleThumbnailMaker *self,
                                                GAsyncResult *result,
                                                GError **error)
{
  return thimble_thumbnail_maker_perform_resizing_finish (self, result, error);
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

/**
 * thimble_thumbnail_maker_set_paused:
 * @paused: whether the run is to wait; without a run nothing happens
 *
 * What is on its way to a worker ends as ever; nothing new begins until the run goes on. A paused
 * run can be cancelled.
 */
void
thimble_thumbnail_maker_set_paused (ThimbleThumbnailMaker *self, gboolean paused)
{
  g_return_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self));

  if (self->run == NULL || paused == (self->paused_us != 0))
    return;
  if (paused)
    {
      self->paused_us = g_get_monotonic_time ();
    }
  else
    {
      self->begin_us += g_get_monotonic_time () - self->paused_us;
      self->paused_us = 0;
      self->rate = (ThimbleRate) { 0 }; /* the rate is not that of the pause */
    }
  thimble_run_set_paused (self->run, paused);
}

/**
 * thimble_thumbnail_maker_get_paused:
 *
 * Returns: whether a run goes on, and waits
 */
gboolean
thimble_thumbnail_maker_get_paused (ThimbleThumbnailMaker *self)
{
  g_return_val_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self), FALSE);
  return self->paused_us != 0;
}

gboolean
thimble_thumbnail_maker_is_running (ThimbleThumbnailMaker *self)
{
  g_return_val_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self), FALSE);
  return self->run != NULL;
}

/**
 * thimble_thumbnail_maker_get_progress:
 * @progress: (out caller-allocates): of the run that goes on, or of the last one
 */
void
thimble_thumbnail_maker_get_progress (ThimbleThumbnailMaker *self, ThimbleProgress *progress)
{
  gint64 now_us = self->paused_us != 0 ? self->paused_us : g_get_monotonic_time ();

  g_return_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self));

  *progress = (ThimbleProgress) { .n_items = self->n_items,
                                  .n_finished = self->n_finished,
                                  .n_scheduled = self->n_scheduled,
                                  .seconds = self->end_seconds };
  if (self->run == NULL)
    {
      progress->images_per_second
        = self->end_seconds > 0 ? self->n_finished / self->end_seconds : 0;
      return;
    }
  progress->n_scheduled = MIN (thimble_run_get_n_scheduled (self->run), self->n_items);
  progress->seconds = (now_us - self->begin_us) / 1e6;
  progress->images_per_second
    = self->paused_us == 0 ? thimble_rate_get (&self->rate, now_us, self->n_finished) : 0;
  progress->seconds_left
    = progress->images_per_second > 0
        ? (self->n_items - self->n_finished) / progress->images_per_second
        : -1;
}
