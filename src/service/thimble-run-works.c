/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run's works between the run's thread and the disk: they go to the executor in chunks, and what
 * comes back is written by the thread that it ends on, for to wake another one costs as much as the
 * writing does. Where that takes long, on a slow disk, a worker would wait for it: then the service's
 * thread pool writes. Each of its threads takes what has ended until nothing is left, and another one
 * is woken only where one can't keep up. */

#include "thimble-run-private.h"

#include "thimble-thumbnail.h"

#include <fcntl.h>
#include <sys/uio.h>

/* Threads that write: a few, as a rename may wait for the disk while another file is encoded. */
#define MAX_WRITERS 4
/* Images that wait to be written for each thread that writes, before another one helps. */
#define JOBS_PER_WRITER 4
/* What a worker's thread may take to write an image, on average, before others do it. A worker takes
 * no less for the smallest of photographs, and has a group of images to do meanwhile. */
#define MAX_WRITE_US 1000
/* The share of the last image in the average: one that had to wait for a processor is no slow disk. */
#define WRITE_SHARE 8

/* Of each source so much is asked from the disk while others are still decoded: all of most images,
 * and what is read of a large progressive one. */
#define READ_AHEAD (1 << 20)
/* After so many sources in memory, one of so many is looked at. */
#define MIN_IN_MEMORY 16
#define LOOK_EVERY 4

/* Ends a job and takes it off the run's count; its own memory goes in between. The run's thread
 * hears of it only when it has the room that it waits for. Returns whether it has ended: it does where
 * it may wait. */
static gboolean
finish (ThimbleRun *self, ThimbleJob *job, gboolean may_wait)
{
  ThimbleFuture *future = job->future;
  gint64 begin_us = g_get_monotonic_time ();
  int spent_us;

  if (!thimble_job_finish (job, may_wait))
    return FALSE;
  spent_us = (int) MIN (g_get_monotonic_time () - begin_us, G_USEC_PER_SEC);
  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->write_us, self->write_us + (spent_us - self->write_us) / WRITE_SHARE);
  g_hash_table_remove (self->futures, future);
  self->n_in_flight--;
  if (self->n_in_flight < self->wake_below)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static ThimbleJob *
take_ended (ThimbleRun *self)
{
  ThimbleJob *job;

  g_mutex_lock (&self->lock);
  job = g_queue_pop_head (&self->ended);
  if (job == NULL && --self->n_writing == 0 && self->n_in_flight == 0)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return job;
}

static void
write_thread (gpointer data, gpointer user_data)
{
  ThimbleRun *self = user_data;
  ThimbleJob *job;

  do
    {
      thimble_catalog_flush_if_due (self->catalog);
      job = take_ended (self);
      if (job != NULL)
        finish (self, job, TRUE);
    }
  while (job != NULL);
}

/* On a thread that adds to the catalog: it need not wait for the disk. */
static void
flush_due_cb (ThimbleCatalog *catalog, gpointer user_data)
{
  ThimbleRun *self = user_data;

  g_mutex_lock (&self->lock);
  self->n_writing++;
  g_mutex_unlock (&self->lock);
  g_thread_pool_push (self->io, self, NULL);
}

/* On a worker's thread. Once the lock is let go the job may have ended, and the run with it, unless
 * that waits for the writer that was counted. A writer is woken when it can have the lock. */
static void
work_done_hook (ThimbleFuture *future, gpointer user_data)
{
  ThimbleJob *job = user_data;
  ThimbleRun *self = job->run;
  gboolean is_quick = g_atomic_int_get (&self->write_us) < MAX_WRITE_US;
  gboolean wake;

  if ((self->io == NULL || is_quick) && finish (self, job, self->io == NULL))
    return;
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->ended, job);
  wake = self->n_writing < self->n_writers
         && self->n_writing <= self->ended.length / JOBS_PER_WRITER;
  self->n_writing += wake ? 1 : 0;
  g_mutex_unlock (&self->lock);
  if (wake)
    g_thread_pool_push (self->io, self, NULL);
}

/* Asks for a source from the disk. What is in memory need not be looked for page by page, which
 * takes as long as opening it: where the last byte of these is, most likely all are. And where that
 * was so for many images, the next ones most likely are in memory, too: one in four is looked at. */
static void
read_ahead (ThimbleRun *self, int fd, gint64 size)
{
  char byte;
  struct iovec part = { &byte, 1 };
  gint64 n_wanted = MIN (size, READ_AHEAD);

  self->n_in_memory++;
  if (self->n_in_memory > MIN_IN_MEMORY && self->n_in_memory % LOOK_EVERY != 0)
    return;
  if (n_wanted > 0 && preadv2 (fd, &part, 1, n_wanted - 1, RWF_NOWAIT) == 1)
    return;
  self->n_in_memory = 0;
  posix_fadvise (fd, 0, READ_AHEAD, POSIX_FADV_WILLNEED);
}

/**
 * thimble_run_open_source:
 *
 * Opens the job's source and makes its work, so that no worker has to: it is about to be dispatched.
 *
 * Returns: whether it could be opened
 */
gboolean
thimble_run_open_source (ThimbleJob *job, GError **error)
{
  g_autoptr(ThimbleInput) input
    = thimble_source_folder_open (&job->run->source_folder, job->origin, error);

  if (input == NULL)
    return FALSE;
  read_ahead (job->run, thimble_input_get_fd (input), job->origin->size);
  job->work = thimble_work_new (
    "thumbnail", thimble_recipes_get (job->run->recipes, job->to_make), input);
  return TRUE;
}

/**
 * thimble_run_submit:
 * @jobs: (array length=n_jobs): with works, and counted as in flight
 *
 * Hands jobs to the executor, as one chunk.
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
  if (thimble_engine_try (self->engine, &error))
    futures = thimble_executor_map (thimble_engine_get_executor (self->engine),
                                    (ThimbleWork *const *) works->pdata, n_jobs, n_jobs, &error);
  if (futures == NULL)
    {
      thimble_run_fail (self, error);
      return FALSE;
    }

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < n_jobs; i++)
    {
      const ThimbleRunEvent event = { .index = jobs[i]->index, .state = THIMBLE_ITEM_RUNNING };

      jobs[i]->future = g_object_ref (futures->pdata[i]);
      g_array_append_val (self->events, event);
      g_hash_table_add (self->futures, g_object_ref (futures->pdata[i]));
    }
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < n_jobs; i++) /* which may be gone when it has its hook */
    thimble_future_add_done_hook (futures->pdata[i], work_done_hook, jobs[i], NULL);
  if (thimble_run_is_over (self))
    thimble_run_stop (self);
  return TRUE;
}

/**
 * thimble_run_wait_for_works:
 * @max_in_flight: how many may be left
 *
 * Blocks until so many jobs at most are in flight. For the run's thread.
 */
void
thimble_run_wait_for_works (ThimbleRun *self, guint max_in_flight)
{
  g_mutex_lock (&self->lock);
  self->wake_below = max_in_flight + 1;
  while (self->n_in_flight > max_in_flight)
    g_cond_wait (&self->changed, &self->lock);
  self->wake_below = 0;
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_run_start_writers:
 * @n_workers: of the executor
 *
 * All writers start now: one that could not be started later would leave its jobs waiting for ever.
 * Fewer do; without any, each image is written by the thread that it ends on, as with the serial
 * executor.
 */
void
thimble_run_start_writers (ThimbleRun *self, guint n_workers)
{
  g_autoptr(GError) error = NULL;

  if (thimble_engine_get_kind (self->engine) == THIMBLE_EXECUTOR_KIND_SERIAL)
    return;
  self->n_writers = CLAMP (self->origins->len, 1, MIN (n_workers + 1, MAX_WRITERS));
  self->io = g_thread_pool_new (write_thread, self, (int) self->n_writers, TRUE, &error);
  if (error != NULL)
    {
      g_debug ("Not all writers could be started: %s", error->message);
      self->n_writers = g_thread_pool_get_num_threads (self->io);
      if (self->n_writers == 0)
        g_thread_pool_free (g_steal_pointer (&self->io), TRUE, FALSE);
    }
  if (self->io != NULL)
    thimble_catalog_set_flush_due (self->catalog, flush_due_cb, self);
}

/**
 * thimble_run_stop_writers:
 *
 * Ends them; nothing is in flight any more.
 */
void
thimble_run_stop_writers (ThimbleRun *self)
{
  if (self->io == NULL)
    return;
  thimble_catalog_set_flush_due (self->catalog, NULL, NULL);
  g_mutex_lock (&self->lock);
  while (self->n_writing > 0) /* the last one may be about to be woken */
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  g_thread_pool_free (g_steal_pointer (&self->io), FALSE, TRUE);
}
