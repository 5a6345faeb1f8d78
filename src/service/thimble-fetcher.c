/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links become files. The downloader brings bytes; a worker says what they are and whether they are
 * whole; then they are synced and get their name, on a thread pool, so that neither the network nor
 * the run waits for the disk. */

#include "thimble-fetcher-private.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

void
thimble_fetched_free (ThimbleFetched *self)
{
  g_clear_pointer (&self->file, thimble_origin_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
fetch_free (ThimbleFetch *fetch)
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
new_file (ThimbleFetch *fetch, ThimbleOrigin *link, const char *name, const struct stat *info)
{
  ThimbleOrigin *file = thimble_origin_new (fetch->fetcher->files, name);
  g_autofree char *path = thimble_origin_dup_path (file);
  struct stat found;

  if (fetch->is_removed)
    {
      file->size = fetch->former->n_bytes;
      file->mtime_ns = fetch->former->mtime_ns;
    }
  else if (info != NULL || stat (path, &found) == 0)
    {
      info = info != NULL ? info : &found;
      file->size = info->st_size;
      file->mtime_ns = (gint64) info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
      file->inode = info->st_ino;
    }
  file->index = link->index;
  file->given_name = g_strdup (link->given_name);
  file->given_folder = g_strdup (link->given_folder);
  return file;
}

/**
 * thimble_fetch_end:
 * @fetch: (transfer full)
 * @name: (nullable): of its file
 * @info: (nullable): of it, where that is known
 * @is_unchanged: it is the former one
 * @error: (transfer full) (nullable)
 * @ended: gets what all who wait for the URL are to be told
 */
void
thimble_fetch_end (ThimbleFetch *fetch,
                   const char *name,
                   const struct stat *info,
                   gboolean is_unchanged,
                   GError *error,
                   GQueue *ended)
{
  ThimbleFetcher *self = fetch->fetcher;

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->under_way, fetch->url);
  g_mutex_unlock (&self->lock);
  fetch->is_removed = fetch->is_removed && is_unchanged;
  for (guint i = 0; i < fetch->indexes->len; i++)
    {
      ThimbleFetched *fetched = g_new0 (ThimbleFetched, 1);

      fetched->index = g_array_index (fetch->indexes, guint, i);
      fetched->file = name != NULL ? new_file (fetch, fetch->links->pdata[i], name, info) : NULL;
      fetched->is_unchanged = is_unchanged;
      fetched->is_removed = fetch->is_removed;
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
end_alone (ThimbleFetch *fetch, const char *name, gboolean is_unchanged, GError *error)
{
  ThimbleFetcher *self = fetch->fetcher;
  GQueue ended = G_QUEUE_INIT;

  thimble_fetch_end (fetch, name, NULL, is_unchanged, error, &ended);
  self->func (&ended, self->user_data);
}

/**
 * thimble_fetcher_has_enough:
 *
 * Under the lock.
 *
 * Returns: whether what came is to be kept without waiting for more: it is enough, or all there is
 */
gboolean
thimble_fetcher_has_enough (ThimbleFetcher *self)
{
  return self->came.length >= THIMBLE_FETCHER_ENOUGH
         || self->came.length >= g_hash_table_size (self->under_way);
}

/**
 * thimble_fetcher_call_keeper:
 *
 * Under the lock. Who is at work takes what has come meanwhile, and the more there is, the less each
 * costs: another one begins only where there is none, or much to do.
 */
void
thimble_fetcher_call_keeper (ThimbleFetcher *self)
{
  if (self->came.length <= self->n_keeping * THIMBLE_FETCHER_ENOUGH
      || self->n_keeping >= self->n_keepers)
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
  ThimbleFetch *fetch = user_data;
  ThimbleFetcher *self = fetch->fetcher;

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->came, fetch);
  if (thimble_fetcher_has_enough (self))
    g_cond_signal (&self->enough);
  thimble_fetcher_call_keeper (self);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_fetch_submit:
 *
 * Asks for the link.
 *
 * Returns: %FALSE where the fetcher was stopped
 */
gboolean
thimble_fetch_submit (ThimbleFetch *fetch)
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

/* All start now: one that could not be started later would leave what came waiting for ever. Fewer
 * do. Returns whether there is any. */
static gboolean
start_keepers (ThimbleFetcher *self, GError **error)
{
  g_autoptr(GError) cause = NULL;

  self->keeper_niceness = getpriority (PRIO_PROCESS, 0) + THIMBLE_FETCHER_NICENESS;
  self->keepers = g_thread_pool_new (thimble_fetcher_keep_thread, self, THIMBLE_FETCHER_KEEPERS,
                                     TRUE, &cause);
  self->n_keepers = g_thread_pool_get_num_threads (self->keepers);
  if (self->n_keepers > 0)
    return TRUE;
  g_set_error (error, cause->domain, cause->code,
               "Downloads cannot be kept: %s. End other programs, and try again.", cause->message);
  return FALSE;
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
  if (!start_keepers (self, error))
    g_clear_pointer (&self, thimble_fetcher_free);
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
 * @needs_file: whether it is to come where its file was removed, changed or not
 *
 * Asks for a link. What is here already, or was, is asked for only if it has changed. Blocks on the
 * disk for a moment.
 */
void
thimble_fetcher_fetch (ThimbleFetcher *self,
                       ThimbleOrigin *link,
                       guint index,
                       const char *stem,
                       gboolean needs_file)
{
  ThimbleFetch *fetch;
  gboolean is_here;

  g_mutex_lock (&self->lock);
  fetch = g_hash_table_lookup (self->under_way, link->url);
  if (fetch != NULL)
    {
      g_array_append_val (fetch->indexes, index);
      g_ptr_array_add (fetch->links, thimble_origin_ref (link));
      g_mutex_unlock (&self->lock);
      return;
    }
  fetch = g_new0 (ThimbleFetch, 1);
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

  fetch->former = thimble_download_folder_lookup (self->folder, fetch->url, &is_here);
  if (!is_here && (needs_file || self->is_offline))
    g_clear_pointer (&fetch->former, thimble_download_entry_free);
  fetch->is_removed = !is_here && fetch->former != NULL;
  if (self->is_offline && fetch->former != NULL)
    end_alone (fetch, fetch->former->name, TRUE, NULL);
  else if (self->is_offline)
    end_alone (fetch, NULL, FALSE,
               g_error_new_literal (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_REFUSED,
                                    "has not been downloaded yet."));
  else if (!thimble_fetch_submit (fetch))
    end_alone (fetch, NULL, FALSE,
               g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled."));
}

/**
 * thimble_fetcher_remove:
 *
 * Removes the file of a link that has ended, if it is as it was downloaded. Blocks on the disk.
 *
 * Returns: whether it is gone, or another's; @error is %G_IO_ERROR, a sentence
 */
gboolean
thimble_fetcher_remove (ThimbleFetcher *self, const char *url, GError **error)
{
  return thimble_download_folder_remove (self->folder, url, error);
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
    if (((ThimbleFetch *) fetch)->future != NULL)
      g_ptr_array_add (futures, g_object_ref (((ThimbleFetch *) fetch)->future));
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
