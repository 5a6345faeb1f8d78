/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links become files. The downloader brings bytes; a worker says what they are and whether they are
 * whole; then they are synced and get their name, on a thread pool, so that neither the network nor
 * the run waits for the disk. */

#include "thimble-fetcher.h"

#include "thimble-arrival.h"
#include "thimble-download-folder.h"
#include "thimble-downloader.h"
#include "thimble-inspect.h"

#include <string.h>
#include <sys/stat.h>

/* Threads that keep what came: mostly they wait for a worker or for the disk. */
#define N_KEEPERS 4
/* Files that are looked at and synced together: each has a descriptor meanwhile. */
#define MAX_BATCH 64
/* So many wait for a thread that is at work before another one begins. */
#define ENOUGH_TO_KEEP 16
/* How long what came may wait for more, to share the way to a worker and the sync with it. */
#define GATHER_US 2000
/* A thread that waits longer than this for workers lets others begin. */
#define PATIENCE_MS 20
/* How often a body of unknown length is asked for that turns out to have no end. */
#define MAX_ROUNDS 3

struct _ThimbleFetcher
{
  ThimbleEngine *engine;         /* owned */
  ThimbleDownloadFolder *folder; /* owned */
  ThimbleDownloader *downloader; /* owned */
  GThreadPool *keepers;          /* owned: look at what came, sync and name it */
  GBytes *limits;                /* owned: the recipe of "inspect" */
  ThimbleFolder *files;          /* owned: the folder, as origins have it */
  gboolean is_offline;
  ThimbleFetchedFunc func;
  gpointer user_data;

  GMutex lock;
  GHashTable *under_way;         /* URL: Fetch; one URL is fetched once at a time */
  GQueue came;                   /* Fetch, whose download has ended */
  GCond enough;                  /* came is as long as it needs to be */
  guint n_keeping;               /* keepers that are at work, but for those without patience */
  gboolean is_stopped;
};

/* One URL on its way, and the links that wait for it. */
typedef struct
{
  ThimbleFetcher *fetcher;
  char *url;             /* owned */
  char *stem;            /* owned */
  ThimbleFuture *future; /* owned; under the fetcher's lock */
  ThimbleFuture *done;   /* owned: the same once it has ended */
  ThimbleDownload *download; /* of it */
  char extension[THIMBLE_ARRIVAL_EXTENSION_SIZE]; /* of what came */
  ThimbleDownloadEntry *former; /* owned: what is here already, or NULL */
  GArray *indexes;       /* guint; under the fetcher's lock */
  GPtrArray *links;      /* ThimbleOrigin; likewise */
  gboolean is_from_internet; /* nobody else than a page there names it */
  guint n_rounds;
  double seconds;
  guint64 n_received;
} Fetch;

void
thimble_fetched_free (ThimbleFetched *self)
{
  g_clear_pointer (&self->file, thimble_origin_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
fetch_free (Fetch *fetch)
{
  g_clear_object (&fetch->future);
  g_clear_object (&fetch->done);
  g_clear_pointer (&fetch->former, thimble_download_entry_free);
  g_array_unref (fetch->indexes);
  g_ptr_array_unref (fetch->links);
  g_free (fetch->url);
  g_free (fetch->stem);
  g_free (fetch);
}

/* --- ends ------------------------------------------------------------------------------------- */

static ThimbleOrigin *
new_file (Fetch *fetch, ThimbleOrigin *link, const char *name)
{
  ThimbleOrigin *file = thimble_origin_new (fetch->fetcher->files, name);
  g_autofree char *path = thimble_origin_dup_path (file);
  struct stat info;

  if (stat (path, &info) == 0)
    {
      file->size = info.st_size;
      file->mtime_ns = (gint64) info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
      file->inode = info.st_ino;
    }
  file->index = link->index;
  file->given_name = g_strdup (link->given_name);
  file->given_folder = g_strdup (link->given_folder);
  return file;
}

/* Gathers what all who wait for the URL are to be told. Takes error and fetch. */
static void
end (Fetch *fetch, const char *name, gboolean is_unchanged, GError *error, GQueue *ended)
{
  ThimbleFetcher *self = fetch->fetcher;

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->under_way, fetch->url);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < fetch->indexes->len; i++)
    {
      ThimbleFetched *fetched = g_new0 (ThimbleFetched, 1);

      fetched->index = g_array_index (fetch->indexes, guint, i);
      fetched->file = name != NULL ? new_file (fetch, fetch->links->pdata[i], name) : NULL;
      fetched->is_unchanged = is_unchanged;
      fetched->seconds = fetch->seconds;
      fetched->n_received = i == 0 ? fetch->n_received : 0;
      fetched->error = error != NULL ? g_error_copy (error) : NULL;
      g_queue_push_tail (ended, fetched);
    }
  g_clear_error (&error);
  fetch_free (fetch);
}

/* As end(), and tells them. */
static void
end_alone (Fetch *fetch, const char *name, gboolean is_unchanged, GError *error)
{
  ThimbleFetcher *self = fetch->fetcher;
  GQueue ended = G_QUEUE_INIT;

  end (fetch, name, is_unchanged, error, &ended);
  self->func (&ended, self->user_data);
}

/* Under the lock. Who is at work takes what has come meanwhile, and the more there is, the less each
 * costs: another one begins only where there is none, or much to do. */
static void
call_keeper (ThimbleFetcher *self)
{
  if (self->came.length <= self->n_keeping * ENOUGH_TO_KEEP || self->n_keeping >= N_KEEPERS)
    return;
  self->n_keeping++;
  g_thread_pool_push (self->keepers, self, NULL);
}

/* --- requests --------------------------------------------------------------------------------- */

/* On the downloader's thread: hands on, does nothing itself. A thread that is awake may take and end
 * the fetch as soon as it is in the queue. */
static void
downloaded_hook (ThimbleFuture *future, gpointer user_data)
{
  Fetch *fetch = user_data;
  ThimbleFetcher *self = fetch->fetcher;

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->came, fetch);
  if (self->came.length == ENOUGH_TO_KEEP)
    g_cond_signal (&self->enough);
  call_keeper (self);
  g_mutex_unlock (&self->lock);
}

/* Returns %FALSE where the fetcher was stopped. */
static gboolean
submit (Fetch *fetch)
{
  ThimbleFetcher *self = fetch->fetcher;
  ThimbleDownloadRequest request
    = { .url = fetch->url,
        .is_from_internet = fetch->is_from_internet,
        .etag = fetch->former != NULL ? fetch->former->etag : NULL,
        .last_modified = fetch->former != NULL ? fetch->former->last_modified : NULL };
  ThimbleFuture *future;

  g_mutex_lock (&self->lock);
  request.serial = g_array_index (fetch->indexes, guint, 0);
  if (self->is_stopped)
    {
      g_mutex_unlock (&self->lock);
      return FALSE;
    }
  future = g_object_ref (fetch->future = thimble_downloader_submit (self->downloader, &request));
  g_mutex_unlock (&self->lock);
  thimble_future_add_done_hook (future, downloaded_hook, fetch, NULL);
  g_object_unref (future);
  return TRUE;
}

/* --- what came -------------------------------------------------------------------------------- */

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
drop (Fetch *fetch, ThimbleArrival *arrival, GQueue *ended)
{
  thimble_download_forget (fetch->download);
  if (arrival->may_come_whole && ++fetch->n_rounds < MAX_ROUNDS)
    {
      g_clear_error (&arrival->error);
      g_clear_object (&fetch->done);
      if (submit (fetch))
        return;
      arrival->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
    }
  name_disk_error (fetch->fetcher, &arrival->error);
  end (fetch, NULL, FALSE, g_steal_pointer (&arrival->error), ended);
}

static void
place (Fetch *fetch, const char *extension, GQueue *ended)
{
  ThimbleFetcher *self = fetch->fetcher;
  g_autofree char *name = NULL;
  GError *error = NULL;

  name = thimble_download_folder_place (self->folder, fetch->url, fetch->stem, extension,
                                        fetch->download, &error);
  thimble_download_close (fetch->download);
  if (name == NULL)
    name_disk_error (self, &error);
  end (fetch, name, FALSE, error, ended);
}

/* Returns whether there is a file to be looked at; if not, the fetch has ended. */
static gboolean
take_download (Fetch *fetch, GQueue *ended)
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
      end (fetch, NULL, FALSE, error, ended);
      return FALSE;
    }
  fetch->seconds += fetch->download->seconds;
  fetch->n_received += fetch->download->n_received;
  if (!fetch->download->is_unchanged)
    return TRUE;
  end (fetch, fetch->former->name, TRUE, NULL, ended);
  return FALSE;
}

/* Files that are looked at, synced and named together. */
typedef struct
{
  Fetch *fetches[MAX_BATCH];
  ThimbleArrival arrivals[MAX_BATCH];
  guint n;
  GQueue ended; /* ThimbleFetched, owned */
} Batch;

/* Returns whether anything had come. */
static gboolean
fill (ThimbleFetcher *self, Batch *batch)
{
  gint64 until_us = g_get_monotonic_time () + GATHER_US;
  Fetch *came[MAX_BATCH];
  guint n = 0;

  g_mutex_lock (&self->lock);
  while (self->came.length > 0 && self->came.length < ENOUGH_TO_KEEP
         && g_cond_wait_until (&self->enough, &self->lock, until_us))
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
    if (batch->arrivals[i].error == NULL)
      place (batch->fetches[i], batch->arrivals[i].extension, &batch->ended);
    else
      drop (batch->fetches[i], &batch->arrivals[i], &batch->ended);
  if (batch->ended.length > 0)
    self->func (&batch->ended, self->user_data);
}

/* Takes what has come until there is no more. */
static void
keep_thread (gpointer data, gpointer user_data)
{
  ThimbleFetcher *self = user_data;
  gboolean goes_on = TRUE;
  Batch batch;

  while (goes_on && fill (self, &batch))
    {
      thimble_arrival_submit (self->engine, self->limits, batch.arrivals, batch.n);
      goes_on = thimble_arrival_wait (batch.arrivals, batch.n, PATIENCE_MS);
      if (!goes_on)
        {
          g_mutex_lock (&self->lock);
          self->n_keeping--;
          call_keeper (self);
          g_mutex_unlock (&self->lock);
        }
      thimble_arrival_finish (batch.arrivals, batch.n);
      keep (self, &batch);
    }
}

/* --- what a run calls ------------------------------------------------------------------------- */

/**
 * thimble_fetcher_new:
 * @options: its limits, connections and headers count
 * @folder: absolute path of the folder of downloads
 * @limits: a #ThimbleThumbnailRecipe
 * @is_offline: takes what is here already, and asks for nothing
 * @func: called for each link that ends
 *
 * Blocks on the disk.
 *
 * Returns: (transfer full) (nullable): a fetcher, or %NULL with @error set to a sentence
 */
ThimbleFetcher *
thimble_fetcher_new (ThimbleEngine *engine,
                     const ThimbleRunOptions *options,
                     const char *folder,
                     GBytes *limits,
                     gboolean is_offline,
                     ThimbleFetchedFunc func,
                     gpointer user_data,
                     GError **error)
{
  g_autoptr(ThimbleDownloadFolder) downloads = thimble_download_folder_open (folder, error);
  ThimbleDownloaderConfig config = THIMBLE_DOWNLOADER_CONFIG_INIT;
  ThimbleDownloader *downloader;
  ThimbleFetcher *self;

  if (downloads == NULL)
    return NULL;
  config.partial_folder = thimble_download_folder_get_partial_path (downloads);
  config.connections = options->connections;
  config.per_host = options->per_host;
  config.max_bytes = options->max_bytes;
  config.headers = options->headers;
  config.ca_file = options->ca_file;
  downloader = thimble_downloader_new (&config, error);
  if (downloader == NULL)
    return NULL;

  self = g_new0 (ThimbleFetcher, 1);
  self->engine = g_object_ref (engine);
  self->folder = g_steal_pointer (&downloads);
  self->downloader = downloader;
  self->limits = g_bytes_ref (limits);
  self->files = thimble_folder_new (folder, "", "", 0);
  self->is_offline = is_offline;
  self->func = func;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  self->under_way = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->came);
  g_cond_init (&self->enough);
  self->keepers = g_thread_pool_new (keep_thread, self, N_KEEPERS, FALSE, NULL);
  return self;
}

/**
 * thimble_fetcher_free:
 *
 * Stops it, and waits until each link has ended. Blocks.
 */
void
thimble_fetcher_free (ThimbleFetcher *self)
{
  thimble_fetcher_stop (self);
  thimble_downloader_shutdown (self->downloader);
  g_thread_pool_free (self->keepers, FALSE, TRUE);
  g_object_unref (self->downloader);
  g_object_unref (self->engine);
  g_bytes_unref (self->limits);
  thimble_folder_unref (self->files);
  thimble_download_folder_free (self->folder);
  g_hash_table_unref (self->under_way);
  g_cond_clear (&self->enough);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * thimble_fetcher_fetch:
 * @link: an origin with a URL
 * @index: told with the result
 * @stem: what its file is to be called, without extension; another link may have the same only if
 *   it has the same URL
 *
 * Asks for a link. What is here already is asked for only if it has changed. Blocks on the disk for
 * a moment.
 */
void
thimble_fetcher_fetch (ThimbleFetcher *self, ThimbleOrigin *link, guint index, const char *stem)
{
  Fetch *fetch;

  g_mutex_lock (&self->lock);
  fetch = g_hash_table_lookup (self->under_way, link->url);
  if (fetch != NULL)
    {
      g_array_append_val (fetch->indexes, index);
      g_ptr_array_add (fetch->links, thimble_origin_ref (link));
      g_mutex_unlock (&self->lock);
      return;
    }
  fetch = g_new0 (Fetch, 1);
  fetch->fetcher = self;
  fetch->url = g_strdup (link->url);
  fetch->stem = g_strdup (stem);
  fetch->is_from_internet = link->is_from_internet;
  fetch->indexes = g_array_new (FALSE, FALSE, sizeof (guint));
  fetch->links = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);
  g_array_append_val (fetch->indexes, index);
  g_ptr_array_add (fetch->links, thimble_origin_ref (link));
  g_hash_table_insert (self->under_way, fetch->url, fetch);
  g_mutex_unlock (&self->lock);

  fetch->former = thimble_download_folder_lookup (self->folder, fetch->url);
  if (self->is_offline && fetch->former != NULL)
    end_alone (fetch, fetch->former->name, TRUE, NULL);
  else if (self->is_offline)
    end_alone (fetch, NULL, FALSE,
               g_error_new_literal (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_REFUSED,
                                    "has not been downloaded yet."));
  else if (!submit (fetch))
    end_alone (fetch, NULL, FALSE,
               g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled."));
}

/**
 * thimble_fetcher_stop:
 *
 * Cancels what is under way; what came so far is kept to go on with. Does not wait.
 */
void
thimble_fetcher_stop (ThimbleFetcher *self)
{
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer fetch;

  g_mutex_lock (&self->lock);
  self->is_stopped = TRUE;
  g_hash_table_iter_init (&iter, self->under_way);
  while (g_hash_table_iter_next (&iter, NULL, &fetch))
    if (((Fetch *) fetch)->future != NULL)
      g_ptr_array_add (futures, g_object_ref (((Fetch *) fetch)->future));
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < futures->len; i++)
    thimble_future_request_stop (futures->pdata[i]);
}

void
thimble_fetcher_set_paused (ThimbleFetcher *self, gboolean paused)
{
  thimble_downloader_set_paused (self->downloader, paused);
}

/**
 * thimble_fetcher_get_progress:
 * @progress: (element-type ThimbleDownloaderProgress): gets one element for each link that is on its way
 * @n_received: (out): bytes that came over the network, in all
 */
void
thimble_fetcher_get_progress (ThimbleFetcher *self, GArray *progress, guint64 *n_received)
{
  thimble_downloader_get_progress (self->downloader, progress);
  *n_received = thimble_downloader_get_n_received (self->downloader);
}
