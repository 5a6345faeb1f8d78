/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One run: checks the images in turn on the run's thread, hands what must be made to the executor,
 * and lets the service's thread pool write what comes back. At most a few works for each worker are
 * on the way at once, so that memory and open files do not grow with the number of images. */

#include "thimble-run-private.h"

#include "thimble-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Works on the way for each worker: enough that none waits for the next, whatever is being written. */
#define IN_FLIGHT_PER_WORKER 4
/* Threads that write: a few, as a rename may wait for the disk while another file is encoded. */
#define MAX_WRITERS 4

ThimbleRun *
thimble_run_new (ThimbleEngine *engine,
                 ThimblePreset *preset,
                 const ThimbleRunOptions *options,
                 GPtrArray *origins,
                 GCancellable *cancellable)
{
  ThimbleRun *self = g_new0 (ThimbleRun, 1);

  self->engine = g_object_ref (engine);
  self->preset = thimble_preset_copy (preset);
  self->options = *options;
  self->options.catalog = g_strdup (options->catalog);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  self->origins = g_ptr_array_ref (origins);
  self->is_excluded = g_new0 (guint8, origins->len + 1);
  self->destination_fd = -1;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->futures = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->events = g_array_new (FALSE, FALSE, sizeof (ThimbleRunEvent));
  return self;
}

static void
free_events (GArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      ThimbleRunEvent *event = &g_array_index (events, ThimbleRunEvent, i);
      g_clear_pointer (&event->result, thimble_item_result_unref);
      g_free (event->warning);
    }
  g_array_unref (events);
}

void
thimble_run_free (ThimbleRun *self)
{
  g_clear_pointer (&self->naming, thimble_naming_free);
  g_clear_pointer (&self->recipes, thimble_recipes_free);
  g_clear_pointer (&self->writer, thimble_writer_free);
  g_clear_pointer (&self->sources, thimble_hash_counter_free);
  g_clear_object (&self->catalog);
  if (self->destination_fd >= 0)
    close (self->destination_fd);
  g_object_unref (self->engine);
  g_object_unref (self->preset);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->origins);
  g_hash_table_unref (self->futures);
  free_events (self->events);
  g_clear_error (&self->fatal);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->is_excluded);
  g_free (self->destination);
  g_free ((char *) self->options.catalog);
  g_free (self);
}

/* --- what any thread may call ----------------------------------------------------------------- */

static void
push (ThimbleRun *self, ThimbleRunEvent event)
{
  g_mutex_lock (&self->lock);
  g_array_append_val (self->events, event);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_run_push_event:
 * @result: (transfer full) (nullable): how the image ended
 */
void
thimble_run_push_event (ThimbleRun *self,
                        guint index,
                        ThimbleItemState state,
                        ThimbleItemResult *result)
{
  push (self, (ThimbleRunEvent) { .index = index, .state = state, .result = result });
}

/**
 * thimble_run_push_warning:
 * @warning: (transfer full): a sentence for the user, on the run as a whole
 */
void
thimble_run_push_warning (ThimbleRun *self, char *warning)
{
  push (self, (ThimbleRunEvent) { .warning = warning });
}

/**
 * thimble_run_take_events:
 *
 * Returns: (transfer full) (element-type ThimbleRunEvent): what happened since the last call; the
 *   results and warnings in it are the caller's
 */
GArray *
thimble_run_take_events (ThimbleRun *self)
{
  GArray *fresh = g_array_new (FALSE, FALSE, sizeof (ThimbleRunEvent));
  GArray *events;

  g_mutex_lock (&self->lock);
  events = self->events;
  self->events = fresh;
  g_mutex_unlock (&self->lock);
  return events;
}

guint
thimble_run_get_n_scheduled (ThimbleRun *self)
{
  return g_atomic_int_get (&self->n_scheduled);
}

/**
 * thimble_run_set_first:
 *
 * Has @n_first images from @first on made before the others: those the user looks at.
 */
void
thimble_run_set_first (ThimbleRun *self, guint first, guint n_first)
{
  g_mutex_lock (&self->lock);
  self->first = first;
  self->n_first = n_first;
  g_mutex_unlock (&self->lock);
}

/* Ends what is on its way. Futures are cancelled outside the lock: their hooks take it. */
static void
stop (ThimbleRun *self)
{
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer future;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->futures);
  while (g_hash_table_iter_next (&iter, &future, NULL))
    g_ptr_array_add (futures, g_object_ref (future));
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < futures->len; i++)
    if (!thimble_future_cancel (futures->pdata[i]))
      thimble_future_request_stop (futures->pdata[i]);
}

/**
 * thimble_run_fail:
 * @error: (transfer full): why the run can't go on; the first one counts
 */
void
thimble_run_fail (ThimbleRun *self, GError *error)
{
  gboolean is_first;

  g_mutex_lock (&self->lock);
  is_first = self->fatal == NULL;
  if (is_first)
    self->fatal = g_steal_pointer (&error);
  g_mutex_unlock (&self->lock);
  g_clear_error (&error);
  if (is_first)
    stop (self);
}

static gboolean
is_over_locked (ThimbleRun *self)
{
  return self->fatal != NULL || g_cancellable_is_cancelled (self->cancellable);
}

gboolean
thimble_run_is_over (ThimbleRun *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return is_over_locked (self);
}

/* --- works ------------------------------------------------------------------------------------ */

/* Takes a job off the run's count; its own memory goes in between. */
static void
leave (ThimbleRun *self, void (*end) (ThimbleJob *job), ThimbleJob *job)
{
  ThimbleFuture *future = job->future;

  end (job);
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->futures, future);
  self->n_in_flight--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
finish_thread (gpointer data, gpointer user_data)
{
  leave (user_data, thimble_job_finish, data);
}

/* On a worker's thread: hands the job on, does nothing itself. */
static void
work_done_hook (ThimbleFuture *future, gpointer user_data)
{
  ThimbleJob *job = user_data;
  ThimbleRun *self = job->run;

  if (self->io != NULL)
    g_thread_pool_push (self->io, job, NULL);
  else
    leave (self, thimble_job_finish, job);
}

/* Opens the source, so that no worker has to: it is about to be dispatched. */
static gboolean
open_source (ThimbleJob *job, GError **error)
{
  g_autofree char *path = thimble_origin_dup_path (job->origin);
  g_autoptr(ThimbleInput) by_path = thimble_input_new_for_path (path);
  g_autoptr(ThimbleInput) input = NULL;
  int fd = thimble_input_open (by_path, error);

  if (fd < 0)
    return FALSE;
  input = thimble_input_new_for_fd (fd);
  job->work = thimble_work_new (
    "thumbnail", thimble_recipes_get (job->run->recipes, job->to_make), input);
  return TRUE;
}

/**
 * thimble_run_submit:
 * @jobs: (array length=n_jobs): jobs that are counted as in flight; taken over
 *
 * Hands jobs to the executor as one chunk.
 *
 * Returns: whether it took them; if not, the run has failed
 */
gboolean
thimble_run_submit (ThimbleRun *self, ThimbleJob *const *jobs, guint n_jobs)
{
  g_autoptr(GPtrArray) works = g_ptr_array_sized_new (n_jobs);
  g_autoptr(GPtrArray) futures = NULL;
  GError *error = NULL;

  for (guint i = 0; i < n_jobs; i++)
    g_ptr_array_add (works, jobs[i]->work);
  futures = thimble_executor_map (thimble_engine_get_executor (self->engine),
                                  (ThimbleWork *const *) works->pdata, n_jobs, n_jobs, &error);
  if (futures == NULL)
    {
      thimble_run_fail (self, error);
      return FALSE;
    }

  for (guint i = 0; i < n_jobs; i++)
    {
      ThimbleFuture *future = futures->pdata[i];

      jobs[i]->future = g_object_ref (future);
      thimble_run_push_event (self, jobs[i]->index, THIMBLE_ITEM_RUNNING, NULL);
      g_mutex_lock (&self->lock);
      g_hash_table_add (self->futures, g_object_ref (future));
      g_mutex_unlock (&self->lock);
      thimble_future_add_done_hook (future, work_done_hook, jobs[i], NULL);
    }
  if (thimble_run_is_over (self))
    stop (self);
  return TRUE;
}

/* --- the run's thread ------------------------------------------------------------------------- */

typedef struct
{
  guint8 *is_started; /* one an origin */
  guint next;
  guint shard; /* from 0 */
  guint n_shards;
  GPtrArray *chunk; /* ThimbleJob: waiting to be submitted together */
  guint chunk_size;
  guint max_in_flight;
} Loop;

/* The same on every machine: it depends on nothing but where the image lies below its root. */
static gboolean
is_in_shard (ThimbleRun *self, const Loop *loop, guint index)
{
  const ThimbleOrigin *origin = self->origins->pdata[index];
  g_autofree char *path = NULL;
  g_autofree char *digest = NULL;

  if (loop->n_shards <= 1)
    return TRUE;
  path = g_build_filename (origin->folder->below, origin->name, NULL);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  digest[15] = '\0';
  return g_ascii_strtoull (digest, NULL, 16) % loop->n_shards == loop->shard;
}

/* The next image to look at: one that the user sees if there is any left. */
static gboolean
take_next (ThimbleRun *self, Loop *loop, guint *index)
{
  guint first;
  guint end;

  g_mutex_lock (&self->lock);
  first = MIN (self->first, self->origins->len);
  end = MIN (self->origins->len, first + self->n_first);
  g_mutex_unlock (&self->lock);

  while (first < end && loop->is_started[first])
    first++;
  if (first >= end)
    {
      while (loop->next < self->origins->len && loop->is_started[loop->next])
        loop->next++;
      first = loop->next;
    }
  if (first >= self->origins->len)
    return FALSE;
  loop->is_started[first] = TRUE;
  *index = first;
  return TRUE;
}

static void
flush_chunk (ThimbleRun *self, Loop *loop)
{
  if (loop->chunk->len == 0)
    return;
  if (!thimble_run_submit (self, (ThimbleJob *const *) loop->chunk->pdata, loop->chunk->len))
    for (guint i = 0; i < loop->chunk->len; i++)
      {
        thimble_job_fail (loop->chunk->pdata[i],
                          g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled."));
        g_mutex_lock (&self->lock);
        self->n_in_flight--;
        g_mutex_unlock (&self->lock);
      }
  g_ptr_array_set_size (loop->chunk, 0);
}

/* Waits for room. What is gathered goes out first: otherwise it would wait for itself. */
static void
wait_for_room (ThimbleRun *self, Loop *loop, guint max_in_flight)
{
  gboolean is_full;

  g_mutex_lock (&self->lock);
  is_full = self->n_in_flight >= max_in_flight;
  g_mutex_unlock (&self->lock);
  if (!is_full)
    return;

  flush_chunk (self, loop);
  g_mutex_lock (&self->lock);
  while (self->n_in_flight >= max_in_flight)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
dry_run_job (ThimbleRun *self, ThimbleJob *job)
{
  ThimbleItemResult *result = thimble_job_describe_plan (job);
  guint64 all = thimble_recipes_estimate_bytes (self->recipes, job->origin->size);

  if (job->to_make != 0)
    {
      g_mutex_lock (&self->lock);
      self->bytes_needed += all * __builtin_popcount (job->to_make)
                            / thimble_naming_get_n_renditions (self->naming);
      g_mutex_unlock (&self->lock);
    }
  thimble_job_end (job, job->to_make != 0 ? THIMBLE_ITEM_DONE : THIMBLE_ITEM_SKIPPED, result);
}

/* Looks at what is in the way. Returns whether the job goes on; if not, it has ended. */
static gboolean
clear_way (ThimbleRun *self, ThimbleJob *job)
{
  GError *error = NULL;

  if (!thimble_adopt (job, &error))
    {
      thimble_job_fail (job, error);
      return FALSE;
    }
  if (job->to_make == 0)
    job->why = THIMBLE_WHY_UP_TO_DATE;
  return TRUE;
}

static void
start_job (ThimbleRun *self, Loop *loop, guint index)
{
  ThimbleJob *job = thimble_job_new (self, index);
  GError *error = NULL;

  if (thimble_job_check (job) && job->in_way != 0 && !clear_way (self, job))
    return;
  if (self->options.dry_run)
    {
      dry_run_job (self, job);
      return;
    }
  if (job->to_make == 0)
    {
      thimble_job_end (job, THIMBLE_ITEM_SKIPPED, thimble_job_describe (job));
      return;
    }

  wait_for_room (self, loop, loop->max_in_flight);
  if (!open_source (job, &error))
    {
      thimble_job_fail (job, error);
      return;
    }
  g_mutex_lock (&self->lock);
  self->n_in_flight++;
  g_mutex_unlock (&self->lock);
  g_ptr_array_add (loop->chunk, job);
  if (loop->chunk->len >= loop->chunk_size)
    flush_chunk (self, loop);
}

static void
perform (ThimbleRun *self)
{
  guint n_workers = thimble_engine_get_max_workers (self->engine);
  Loop loop = { .is_started = g_new0 (guint8, self->origins->len + 1),
                .shard = MAX (1, self->options.shard) - 1,
                .n_shards = self->options.n_shards,
                .chunk = g_ptr_array_new (),
                .chunk_size = MAX (1, self->options.chunk) };
  guint index;

  loop.max_in_flight = n_workers * MAX (IN_FLIGHT_PER_WORKER, 2 * loop.chunk_size);
  if (thimble_engine_get_kind (self->engine) != THIMBLE_EXECUTOR_KIND_SERIAL)
    self->io = g_thread_pool_new (finish_thread, self, MIN (n_workers + 1, MAX_WRITERS), FALSE,
                                  NULL);

  while (!thimble_run_is_over (self) && take_next (self, &loop, &index))
    {
      if (self->is_excluded[index] || !is_in_shard (self, &loop, index))
        push (self, (ThimbleRunEvent) { .index = index, .is_excluded = TRUE });
      else
        start_job (self, &loop, index);
      g_atomic_int_inc (&self->n_scheduled);
    }
  flush_chunk (self, &loop);
  wait_for_room (self, &loop, 1);
  if (self->io != NULL)
    g_thread_pool_free (g_steal_pointer (&self->io), FALSE, TRUE);

  for (guint i = 0; i < self->origins->len; i++)
    if (!loop.is_started[i])
      thimble_run_push_event (self, i, THIMBLE_ITEM_CANCELLED, thimble_item_result_new (0));
  g_ptr_array_unref (loop.chunk);
  g_free (loop.is_started);
}

/* Hashes of all sources, so that none is ever replaced where files may be. */
static void
list_sources (ThimbleRun *self)
{
  self->sources = thimble_hash_counter_new ();
  for (guint i = 0; i < self->origins->len; i++)
    {
      g_autofree char *path = thimble_origin_dup_path (self->origins->pdata[i]);
      thimble_hash_counter_add (self->sources, thimble_path_hash (path));
    }
}

static gboolean
open_catalog (ThimbleRun *self, GError **error)
{
  g_autofree char *folder = self->options.catalog != NULL
                              ? g_canonicalize_filename (self->options.catalog, NULL)
                              : g_build_filename (self->destination, ".thimble", NULL);

  if (!self->options.dry_run && !thimble_path_make_folders (self->destination, error))
    {
      GError *cause = *error;
      *error = g_error_new (THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
                            "%s. Choose another destination.", cause->message);
      g_error_free (cause);
      return FALSE;
    }
  self->catalog = thimble_catalog_open (
    folder, self->destination,
    self->options.dry_run ? THIMBLE_CATALOG_READ_ONLY : THIMBLE_CATALOG_READ_WRITE, error);
  if (self->catalog == NULL)
    return FALSE;
  self->destination_fd = open (self->destination, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return TRUE;
}

static gboolean
prepare (ThimbleRun *self, GError **error)
{
  g_autofree char *destination
    = g_canonicalize_filename (thimble_preset_get_destination (self->preset), NULL);

  self->destination = thimble_path_resolve (destination);
  self->recipes = thimble_recipes_new (self->preset, &self->options);
  if (!open_catalog (self, error) || !thimble_run_exclude_outputs (self, error))
    return FALSE;
  if (self->options.overwrite)
    list_sources (self);
  self->writer = thimble_writer_new (self->destination);
  thimble_run_warn_if_full (self);
  return TRUE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  stop (user_data);
}

/**
 * thimble_run_execute:
 *
 * Does the run, on the calling thread, which must not be the main one.
 *
 * Returns: (transfer full) (nullable): the summary without its counts of items, or %NULL with @error
 *   set where the run could not go on; all items have ended in either case
 */
ThimbleRunSummary *
thimble_run_execute (ThimbleRun *self, GError **error)
{
  g_autoptr(ThimbleRunSummary) summary = g_new0 (ThimbleRunSummary, 1);
  gint64 begin = g_get_monotonic_time ();
  GError *fatal = NULL;
  gulong handler;

  summary->pruned = g_ptr_array_new_with_free_func (g_free);
  if (!prepare (self, error))
    {
      for (guint i = 0; i < self->origins->len; i++)
        thimble_run_push_event (self, i, THIMBLE_ITEM_CANCELLED, thimble_item_result_new (0));
      return NULL;
    }

  handler = g_cancellable_connect (self->cancellable, G_CALLBACK (cancelled_cb), self, NULL);
  perform (self);
  g_cancellable_disconnect (self->cancellable, handler);

  if (self->options.prune && !thimble_run_is_over (self))
    thimble_run_prune (self, summary);
  if (!thimble_catalog_close (self->catalog, &fatal) && self->fatal == NULL)
    self->fatal = g_steal_pointer (&fatal);
  g_clear_error (&fatal);
  summary->n_bytes_needed = self->bytes_needed;
  summary->seconds = (g_get_monotonic_time () - begin) / 1e6;
  if (self->fatal != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->fatal));
      return NULL;
    }
  return g_steal_pointer (&summary);
}
