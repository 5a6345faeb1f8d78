/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The images of a run, in turn: each is checked on the run's thread, what must be made goes to the
 * executor, and the service's thread pool writes what comes back. At most a few works for each
 * worker are on the way at once, so that memory and open files do not grow with the number of
 * images. */

#include "thimble-run-private.h"

#include "thimble-thumbnail.h"

#include <string.h>
#include <sys/resource.h>

/* Works on the way for each worker: enough that none waits for the next, whatever is being written.
 * As many chunks, where these are larger: one at work, one that waits, one that is being gathered. */
#define IN_FLIGHT_PER_WORKER 4
#define CHUNKS_PER_WORKER 3
/* Groups of images, each decoded in lock step, in a chunk for a worker process: it has the next one
 * of its chunk while it runs a group, and the next chunk when the last group is about to end. */
#define GROUPS_PER_CHUNK 2
/* Images in a chunk where there are as many for each worker: what a decoder takes in lock step. */
#define MIN_CHUNK 3
/* Events that the main thread has not heard of yet. */
#define MAX_EVENTS 8192

typedef struct
{
  guint8 *is_started; /* one an origin */
  guint next;
  guint shard; /* from 0 */
  guint n_shards;
  GPtrArray *chunk; /* ThimbleJob: waiting to be submitted together */
  guint max_chunk;
  guint n_left; /* images whose turn has not come */
  guint n_workers;
  guint max_in_flight;
  gboolean is_reading; /* the catalog is held open for reading */
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
  path = origin->url != NULL ? g_strdup (origin->url)
                             : g_build_filename (origin->folder->below, origin->name, NULL);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  digest[15] = '\0';
  return g_ascii_strtoull (digest, NULL, 16) % loop->n_shards == loop->shard;
}

/* Where nothing is to be made, images end faster than the main thread may hear of it. */
static void
wait_for_listener (ThimbleRun *self)
{
  g_mutex_lock (&self->lock);
  while (self->events->len >= MAX_EVENTS)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

/* The next image to look at: one that the user sees if there is any left. */
static gboolean
take_next (ThimbleRun *self, Loop *loop, guint *index)
{
  guint first = self->origins->len;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->first->len && first == self->origins->len; i++)
    {
      guint wanted = g_array_index (self->first, guint, i);

      if (wanted < self->origins->len && !loop->is_started[wanted])
        first = wanted;
    }
  g_mutex_unlock (&self->lock);

  if (first >= self->origins->len)
    {
      while (loop->next < self->origins->len && loop->is_started[loop->next])
        loop->next++;
      first = loop->next;
    }
  if (first >= self->origins->len)
    return FALSE;
  loop->is_started[first] = TRUE;
  loop->n_left--;
  *index = first;
  return TRUE;
}

static GError *
new_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
}

static guint
choose_max_chunk (ThimbleRun *self)
{
  if (self->options.chunk > 0)
    return self->options.chunk;
  if (thimble_engine_get_kind (self->engine) == THIMBLE_EXECUTOR_KIND_PROCESSES)
    return GROUPS_PER_CHUNK * THIMBLE_THUMBNAIL_MAX_WORKS;
  return THIMBLE_THUMBNAIL_MAX_WORKS;
}

/* As many whole groups as a chunk has; fewer images towards the end, so that no worker is left with
 * a chunk of its own while the others have nothing (guided self-scheduling), but not fewer than
 * lock step gains from while each worker has its share. */
static guint
get_chunk_size (ThimbleRun *self, const Loop *loop)
{
  guint share = loop->n_left / loop->n_workers;
  guint size = MIN (MAX (share / 2, CLAMP (share, 1, MIN_CHUNK)), loop->max_chunk);

  if (self->options.chunk > 0)
    return loop->max_chunk;
  return size > THIMBLE_THUMBNAIL_MAX_WORKS ? size - size % THIMBLE_THUMBNAIL_MAX_WORKS : size;
}

static void
flush_chunk (ThimbleRun *self, Loop *loop)
{
  if (loop->chunk->len == 0)
    return;
  if (!thimble_run_submit (self, (ThimbleJob *const *) loop->chunk->pdata, loop->chunk->len))
    for (guint i = 0; i < loop->chunk->len; i++)
      {
        thimble_job_fail (loop->chunk->pdata[i], new_cancelled_error ());
        g_mutex_lock (&self->lock);
        self->n_in_flight--;
        g_mutex_unlock (&self->lock);
      }
  g_ptr_array_set_size (loop->chunk, 0);
}

/* Look-ups share one lock; it is let go wherever this thread waits. */
static void
begin_reading (ThimbleRun *self, Loop *loop)
{
  if (!loop->is_reading)
    thimble_catalog_begin_reading (self->catalog);
  loop->is_reading = TRUE;
}

static void
end_reading (ThimbleRun *self, Loop *loop)
{
  if (loop->is_reading)
    thimble_catalog_end_reading (self->catalog);
  loop->is_reading = FALSE;
}

/* Waits for room, and then for a third of all of it: else this thread would be woken by each image
 * that ends, to send out a chunk of one. What is gathered goes out first: otherwise it would wait for
 * itself. */
static void
wait_for_room (ThimbleRun *self, Loop *loop)
{
  guint room = MAX (loop->max_chunk, loop->max_in_flight / CHUNKS_PER_WORKER);
  gboolean is_full;

  g_mutex_lock (&self->lock);
  is_full = self->n_in_flight >= loop->max_in_flight;
  g_mutex_unlock (&self->lock);
  if (!is_full)
    return;

  end_reading (self, loop);
  flush_chunk (self, loop);
  thimble_run_wait_for_works (self, loop->max_in_flight - room);
}

static void
dry_run_job (ThimbleRun *self, ThimbleJob *job)
{
  ThimbleItemResult *result;
  GError *error = NULL;

  if (job->to_make != 0 && thimble_job_has_file (job)
      && (!thimble_run_open_source (job, &error) || !thimble_adopt_check_conflict (job, &error)))
    {
      thimble_job_fail (job, error);
      return;
    }
  result = thimble_job_describe_plan (job);
  if (job->to_make != 0)
    {
      g_mutex_lock (&self->lock);
      self->bytes_needed
        += thimble_recipes_estimate_space (self->recipes, job->to_make, job->origin);
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
  for (guint i = 0; i < thimble_naming_get_n_renditions (self->naming); i++)
    if (job->adopted & ~job->to_make & (1u << i))
      thimble_run_claim (self, job->records[i]->path);
  return TRUE;
}

/* A job of its own for each image; its source is here, unless this is a dry run, or it was removed
 * and nothing needs it. */
static void
start_job (ThimbleRun *self, Loop *loop, ThimbleJob *job)
{
  gboolean is_to_make = thimble_job_check (job);
  GError *error = NULL;

  if (is_to_make && job->is_removed)
    {
      thimble_run_fetch_again (self, job->index);
      thimble_job_free (job);
      return;
    }
  if (is_to_make && job->in_way != 0 && thimble_job_has_file (job) && !clear_way (self, job))
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
  if ((error = thimble_job_new_known_crash (job)) != NULL)
    {
      thimble_job_fail (job, error);
      return;
    }

  thimble_engine_prepare (self->engine, 1);
  wait_for_room (self, loop);
  if (!thimble_run_open_source (job, &error))
    {
      thimble_job_fail (job, error);
      return;
    }
  g_mutex_lock (&self->lock);
  self->n_in_flight++;
  g_mutex_unlock (&self->lock);
  g_ptr_array_add (loop->chunk, job);
  if (loop->chunk->len >= get_chunk_size (self, loop))
    flush_chunk (self, loop);
}

/* A link has ended: it goes on as a file, or not at all. */
static void
arrive (ThimbleRun *self, Loop *loop, ThimbleFetched *fetched)
{
  ThimbleJob *job = thimble_job_new (self, fetched->index);
  ThimbleItemResult *result;

  thimble_job_set_file (job, fetched);
  if (fetched->error != NULL)
    thimble_job_fail (job, g_steal_pointer (&fetched->error));
  else if (self->part == THIMBLE_RUN_DOWNLOAD)
    {
      result = thimble_item_result_new (0);
      result->why = fetched->is_unchanged ? THIMBLE_WHY_UP_TO_DATE : THIMBLE_WHY_MISSING;
      thimble_job_end (job, fetched->is_unchanged ? THIMBLE_ITEM_SKIPPED : THIMBLE_ITEM_DONE,
                       result);
    }
  else if (thimble_run_is_over (self))
    thimble_job_fail (job, new_cancelled_error ());
  else
    start_job (self, loop, job);
  thimble_fetched_free (fetched);
  wait_for_listener (self);
}

/* Takes the links that have ended; waits for one where no more may be asked for. */
static void
take_arrivals (ThimbleRun *self, Loop *loop)
{
  gboolean is_full;

  while (thimble_run_has_fetched (self, &is_full) || is_full)
    {
      if (is_full)
        {
          end_reading (self, loop);
          flush_chunk (self, loop);
        }
      arrive (self, loop, thimble_run_take_fetched (self));
    }
}

/* So that a long list takes the disk only what its next links need. */
static void
remove_many_originals (ThimbleRun *self, Loop *loop)
{
  if (!thimble_run_has_many_spent (self))
    return;
  end_reading (self, loop);
  thimble_run_remove_spent (self);
}

/* All links have been asked for: takes them as they end. */
static void
take_last_arrivals (ThimbleRun *self, Loop *loop)
{
  ThimbleFetched *fetched;
  gboolean is_full;

  do
    {
      if (!thimble_run_has_fetched (self, &is_full))
        flush_chunk (self, loop);
      fetched = thimble_run_take_fetched (self);
      if (fetched != NULL)
        arrive (self, loop, fetched);
      remove_many_originals (self, loop);
    }
  while (fetched != NULL);
}

/* An image's turn, as the user named it. */
static void
start (ThimbleRun *self, Loop *loop, guint index)
{
  const ThimbleOrigin *origin = self->origins->pdata[index];
  GError *error = NULL;

  if (self->is_excluded[index] || !is_in_shard (self, loop, index))
    thimble_run_push_excluded (self, index);
  else if (self->part != THIMBLE_RUN_DOWNLOAD && !thimble_run_check_place (self, index, &error))
    thimble_job_fail (thimble_job_new (self, index), error);
  else if (origin->url != NULL && !self->options.dry_run)
    thimble_run_fetch (self, index);
  else if (self->part == THIMBLE_RUN_DOWNLOAD && origin->url == NULL)
    thimble_job_end (thimble_job_new (self, index), THIMBLE_ITEM_SKIPPED,
                     thimble_item_result_new (0));
  else
    start_job (self, loop, thimble_job_new (self, index));
}

static void
wait_while_paused (ThimbleRun *self, Loop *loop)
{
  gboolean is_paused;

  g_mutex_lock (&self->lock);
  is_paused = self->is_paused;
  g_mutex_unlock (&self->lock);
  if (!is_paused)
    return;
  end_reading (self, loop);
  flush_chunk (self, loop);
  thimble_source_folder_clear (&self->source_folder);
  g_mutex_lock (&self->lock);
  while (self->is_paused && self->fatal == NULL
         && !g_cancellable_is_cancelled (self->cancellable))
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

/* Every work on the way has its source open: half of the descriptors that there may be. */
static guint
choose_max_open (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return 128;
  return CLAMP (limit.rlim_cur / 2, 1, 65536);
}

/**
 * thimble_run_perform:
 *
 * Takes all images through the run, on the calling thread; all have ended when it returns.
 */
void
thimble_run_perform (ThimbleRun *self)
{
  guint n_workers = thimble_engine_get_max_workers (self->engine);
  Loop loop = { .is_started = g_memdup2 (self->is_settled, self->origins->len + 1),
                .shard = MAX (1, self->options.shard) - 1,
                .n_shards = self->options.n_shards,
                .chunk = g_ptr_array_new (),
                .max_chunk = choose_max_chunk (self),
                .n_workers = n_workers };
  guint index;

  for (guint i = 0; i < self->origins->len; i++)
    loop.n_left += !loop.is_started[i];
  loop.max_in_flight
    = MIN (n_workers * MAX (IN_FLIGHT_PER_WORKER, CHUNKS_PER_WORKER * loop.max_chunk),
           choose_max_open ());
  loop.max_chunk = MIN (loop.max_chunk, loop.max_in_flight);
  thimble_run_start_writers (self, n_workers);
  while (!thimble_run_is_over (self) && take_next (self, &loop, &index))
    {
      wait_while_paused (self, &loop);
      begin_reading (self, &loop);
      start (self, &loop, index);
      g_atomic_int_inc (&self->n_scheduled);
      wait_for_listener (self);
      take_arrivals (self, &loop);
      remove_many_originals (self, &loop);
    }
  end_reading (self, &loop);
  take_last_arrivals (self, &loop);
  flush_chunk (self, &loop);
  thimble_run_wait_for_works (self, 0);
  thimble_run_stop_writers (self);

  for (guint i = 0; i < self->origins->len; i++)
    if (!loop.is_started[i])
      thimble_run_push_event (self, i, THIMBLE_ITEM_CANCELLED, thimble_item_result_new (0));
  g_ptr_array_unref (loop.chunk);
  g_free (loop.is_started);
}
