/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What came is kept: a worker says what it is and whether it is whole; then it is synced and gets its
 * name. What came at about the same time goes together. */

#include "thimble-fetcher-private.h"

#include "thimble-arrival.h"

#include <sys/resource.h>

/* Files that are looked at and synced together: each has a descriptor meanwhile. */
#define MAX_BATCH 64
/* How long what came may wait for more, to share the way to a worker and the sync with it. */
#define GATHER_US 6000
/* A thread that waits longer than this for workers lets others begin. */
#define PATIENCE_MS 20
/* How often a body of unknown length is asked for that turns out to have no end. */
#define MAX_ROUNDS 3

/* The disk is what no link can do without. */
static void
name_disk_error (ThimbleFetcher *self, GError **error)
{
  g_autofree char *message = NULL;

  if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return;
  message = g_strdup_printf ("“%s” is full. Make room there, or choose another folder for "
                             "downloads; what has come is kept.",
                             thimble_download_folder_get_path (self->folder));
  g_clear_error (error);
  g_set_error_literal (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_NO_SPACE, message);
}

/* What is not kept is removed, or asked for again. Takes the arrival's error. */
static void
drop (ThimbleFetch *fetch, ThimbleArrival *arrival, GQueue *ended)
{
  thimble_download_forget (fetch->download);
  if (arrival->may_come_whole && ++fetch->n_rounds < MAX_ROUNDS)
    {
      g_clear_error (&arrival->error);
      g_clear_object (&fetch->done);
      if (thimble_fetch_submit (fetch))
        return;
      arrival->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
    }
  name_disk_error (fetch->fetcher, &arrival->error);
  thimble_fetch_end (fetch, NULL, NULL, FALSE, g_steal_pointer (&arrival->error), ended);
}

static void
place (ThimbleFetch *fetch, const char *extension, GQueue *ended)
{
  ThimbleFetcher *self = fetch->fetcher;
  g_autofree char *name = NULL;
  struct stat info;
  GError *error = NULL;

  name = thimble_download_folder_place (self->folder, fetch->url, fetch->stem, extension,
                                        fetch->download, &info, &error);
  thimble_download_close (fetch->download);
  if (name == NULL)
    name_disk_error (self, &error);
  thimble_fetch_end (fetch, name, &info, FALSE, error, ended);
}

/* Returns whether there is a file to be looked at; if not, the fetch has ended. */
static gboolean
take_download (ThimbleFetch *fetch, GQueue *ended)
{
  ThimbleFetcher *self = fetch->fetcher;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  fetch->done = g_steal_pointer (&fetch->future);
  g_mutex_unlock (&self->lock);
  fetch->download = thimble_future_get_result (fetch->done, &error);
  if (fetch->download == NULL)
    {
      name_disk_error (self, &error);
      thimble_fetch_end (fetch, NULL, NULL, FALSE, error, ended);
      return FALSE;
    }
  fetch->seconds += fetch->download->seconds;
  fetch->n_received += fetch->download->n_received;
  if (!fetch->download->is_unchanged)
    return TRUE;
  thimble_fetch_end (fetch, fetch->former->name, NULL, TRUE, NULL, ended);
  return FALSE;
}

/* Files that are looked at, synced and named together. */
typedef struct
{
  ThimbleFetch *fetches[MAX_BATCH];
  ThimbleArrival arrivals[MAX_BATCH];
  guint n;
  GQueue ended; /* ThimbleFetched, owned */
} Batch;

/* Under the lock. Whether it pays to wait: others are on their way, and not enough are here. */
static gboolean
is_to_gather (ThimbleFetcher *self)
{
  return self->came.length > 0 && !thimble_fetcher_has_enough (self);
}

/* Returns whether anything had come. */
static gboolean
fill (ThimbleFetcher *self, Batch *batch)
{
  gint64 until_us = g_get_monotonic_time () + GATHER_US;
  ThimbleFetch *came[MAX_BATCH];
  guint n = 0;

  g_mutex_lock (&self->lock);
  while (is_to_gather (self) && g_cond_wait_until (&self->enough, &self->lock, until_us))
    ;
  while (n < MAX_BATCH && (came[n] = g_queue_pop_head (&self->came)) != NULL)
    n++;
  if (n == 0)
    self->n_keeping--;
  g_mutex_unlock (&self->lock);
  *batch = (Batch) { .ended = G_QUEUE_INIT };
  for (guint i = 0; i < n; i++)
    if (take_download (came[i], &batch->ended))
      {
        batch->fetches[batch->n] = came[i];
        batch->arrivals[batch->n++].download = came[i]->download;
      }
  return n > 0;
}

static void
keep (ThimbleFetcher *self, Batch *batch)
{
  ThimbleDownload *whole[MAX_BATCH];
  guint n_whole = 0;

  for (guint i = 0; i < batch->n; i++)
    if (batch->arrivals[i].error == NULL)
      whole[n_whole++] = batch->fetches[i]->download;
  if (n_whole > 1)
    thimble_download_folder_write_out (whole, n_whole);
  for (guint i = 0; i < batch->n; i++)
    {
      if (batch->arrivals[i].error == NULL)
        place (batch->fetches[i], batch->arrivals[i].extension, &batch->ended);
      else
        drop (batch->fetches[i], &batch->arrivals[i], &batch->ended);
      thimble_arrival_let_others (i);
    }
  if (batch->ended.length > 0)
    self->func (&batch->ended, self->user_data);
}

/**
 * thimble_fetcher_keep_thread:
 * @user_data: the fetcher
 *
 * Takes what has come until there is no more. It stands back behind the thread that reads from the
 * network, which all others wait for, where there are fewer processors than work.
 */
void
thimble_fetcher_keep_thread (gpointer data, gpointer user_data)
{
  ThimbleFetcher *self = user_data;
  gboolean goes_on = TRUE;
  Batch batch;

  setpriority (PRIO_PROCESS, 0, self->keeper_niceness); /* of this thread, in Linux */
  while (goes_on && fill (self, &batch))
    {
      thimble_arrival_submit (self->engine, self->limits, batch.arrivals, batch.n);
      goes_on = thimble_arrival_wait (batch.arrivals, batch.n, PATIENCE_MS);
      if (!goes_on)
        {
          g_mutex_lock (&self->lock);
          self->n_keeping--;
          thimble_fetcher_call_keeper (self);
          g_mutex_unlock (&self->lock);
        }
      thimble_arrival_finish (batch.arrivals, batch.n);
      keep (self, &batch);
    }
}
