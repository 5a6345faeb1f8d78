/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links become files. The downloader brings bytes; a worker says what they are and whether they are
 * whole; then they are synced and get their name, on a thread pool, so that neither the network nor
 * the run waits for the disk. */

#include "thimble-fetcher.h"

#include "thimble-download-folder.h"
#include "thimble-downloader.h"
#include "thimble-engine-private.h"
#include "thimble-errors.h"
#include "thimble-image-end.h"
#include "thimble-inspect.h"

#include <string.h>
#include <sys/stat.h>

/* Threads that look at what came and sync it: mostly they wait, for a worker or for the disk. */
#define N_KEEPERS 8
/* Before the other works of the executor: who is here can be made next. */
#define INSPECT_PRIORITY 1
/* How often a body of unknown length is asked for that turns out to have no end. */
#define MAX_ROUNDS 3

struct _ThimbleFetcher
{
  ThimbleEngine *engine;         /* owned */
  ThimbleDownloadFolder *folder; /* owned */
  ThimbleDownloader *downloader; /* owned */
  GThreadPool *keepers;          /* owned */
  GBytes *limits;                /* owned: the recipe of "inspect" */
  ThimbleFolder *files;          /* owned: the folder, as origins have it */
  gboolean is_offline;
  ThimbleFetchedFunc func;
  gpointer user_data;

  GMutex lock;
  GHashTable *under_way;         /* URL: Fetch; one URL is fetched once at a time */
  gboolean is_stopped;
};

/* One URL on its way, and the links that wait for it. */
typedef struct
{
  ThimbleFetcher *fetcher;
  char *url;             /* owned */
  char *stem;            /* owned */
  ThimbleFuture *future; /* owned */
  ThimbleDownloadEntry *former; /* owned: what is here already, or NULL */
  GArray *indexes;       /* guint; under the fetcher's lock */
  GPtrArray *links;      /* ThimbleOrigin; likewise */
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

/* Tells all who wait for the URL. Takes error and fetch. */
static void
end (Fetch *fetch, const char *name, gboolean is_unchanged, GError *error)
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
      self->func (fetched, self->user_data);
    }
  g_clear_error (&error);
  fetch_free (fetch);
}

/* --- requests --------------------------------------------------------------------------------- */

/* On the downloader's thread: hands on, does nothing itself. */
static void
downloaded_hook (ThimbleFuture *future, gpointer user_data)
{
  Fetch *fetch = user_data;

  g_thread_pool_push (fetch->fetcher->keepers, fetch, NULL);
}

/* Returns %FALSE where the fetcher was stopped. */
static gboolean
submit (Fetch *fetch)
{
  ThimbleFetcher *self = fetch->fetcher;
  ThimbleDownloadRequest request
    = { .url = fetch->url,
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

/* Asks a worker. Returns whether the answer makes sense; @extension is empty unless the image is
 * whole as far as its format tells. */
static gboolean
inspect (ThimbleFetcher *self,
         const char *path,
         ThimbleInspectReply *reply,
         GError **error)
{
  g_autoptr(ThimbleInput) by_path = thimble_input_new_for_path (path);
  g_autoptr(ThimbleInput) input = NULL;
  g_autoptr(ThimbleWork) work = NULL;
  g_autoptr(ThimbleFuture) future = NULL;
  ThimbleWorkResult *result;
  GBytes *bytes;
  int fd = thimble_input_open (by_path, error);

  if (fd < 0)
    return FALSE;
  input = thimble_input_new_for_fd (fd);
  work = thimble_work_new ("inspect", self->limits, input);
  future = thimble_executor_submit_with_priority (thimble_engine_get_executor (self->engine), work,
                                                  INSPECT_PRIORITY, error);
  if (future == NULL)
    return FALSE;
  result = thimble_future_result (future, -1, error);
  if (result == NULL)
    return FALSE;
  bytes = thimble_work_result_get_reply (result);
  if (bytes != NULL && g_bytes_get_size (bytes) == sizeof *reply)
    {
      memcpy (reply, g_bytes_get_data (bytes, NULL), sizeof *reply);
      /* A worker's reply is untrusted: a file is named with it. */
      if (memchr (reply->extension, '\0', sizeof reply->extension) != NULL
          && strspn (reply->extension, "abcdefghijklmnopqrstuvwxyz0123456789")
               == strlen (reply->extension)
          && (reply->extension[0] != '\0' || reply->end == THIMBLE_IMAGE_END_MISSING))
        return TRUE;
    }
  g_set_error_literal (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                       "got an answer that makes no sense from its worker.");
  return FALSE;
}

/* Whether what came is all there is; where it can't be known, it is not. */
static gboolean
check_whole (const ThimbleDownload *download, const ThimbleInspectReply *reply, GError **error)
{
  if (reply->end == THIMBLE_IMAGE_END_FOUND
      || (reply->end == THIMBLE_IMAGE_END_UNKNOWN && download->has_proven_length))
    return TRUE;
  if (download->has_proven_length)
    g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                         "is cut short on the server: its end is missing.");
  else if (reply->end == THIMBLE_IMAGE_END_MISSING)
    g_set_error_literal (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                         "was not downloaded: it came without its end.");
  else
    g_set_error_literal (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                         "was not kept: the server did not say how long it is, and its format has "
                         "no end to tell whether it is whole.");
  return FALSE;
}

static gboolean
may_try_again (Fetch *fetch, const ThimbleDownload *download, const ThimbleInspectReply *reply)
{
  return !download->has_proven_length && reply->end == THIMBLE_IMAGE_END_MISSING
         && ++fetch->n_rounds < MAX_ROUNDS;
}

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

static void
keep (Fetch *fetch, ThimbleDownload *download)
{
  ThimbleFetcher *self = fetch->fetcher;
  ThimbleInspectReply reply = { 0 };
  g_autofree char *name = NULL;
  GError *error = NULL;

  if (inspect (self, download->path, &reply, &error) && check_whole (download, &reply, &error))
    {
      name = thimble_download_folder_place (self->folder, fetch->url, fetch->stem,
                                            reply.extension, download, &error);
      if (name == NULL)
        name_disk_error (self, &error);
      end (fetch, name, FALSE, error);
      return;
    }
  thimble_download_forget (download);
  if (may_try_again (fetch, download, &reply))
    {
      g_clear_error (&error);
      if (submit (fetch))
        return;
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
    }
  end (fetch, NULL, FALSE, error);
}

static void
keep_thread (gpointer data, gpointer user_data)
{
  Fetch *fetch = data;
  ThimbleFetcher *self = fetch->fetcher;
  g_autoptr(ThimbleFuture) future = NULL;
  GError *error = NULL;
  ThimbleDownload *download;

  g_mutex_lock (&self->lock);
  future = g_steal_pointer (&fetch->future);
  g_mutex_unlock (&self->lock);
  download = thimble_future_get_result (future, &error);
  if (download == NULL)
    {
      name_disk_error (self, &error);
      end (fetch, NULL, FALSE, error);
      return;
    }
  fetch->seconds += download->seconds;
  fetch->n_received += download->n_received;
  if (download->is_unchanged)
    end (fetch, fetch->former->name, TRUE, NULL);
  else
    keep (fetch, download);
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
  fetch->indexes = g_array_new (FALSE, FALSE, sizeof (guint));
  fetch->links = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);
  g_array_append_val (fetch->indexes, index);
  g_ptr_array_add (fetch->links, thimble_origin_ref (link));
  g_hash_table_insert (self->under_way, fetch->url, fetch);
  g_mutex_unlock (&self->lock);

  fetch->former = thimble_download_folder_lookup (self->folder, fetch->url);
  if (self->is_offline && fetch->former != NULL)
    end (fetch, fetch->former->name, TRUE, NULL);
  else if (self->is_offline)
    end (fetch, NULL, FALSE,
         g_error_new_literal (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_REFUSED,
                              "has not been downloaded yet."));
  else if (!submit (fetch))
    end (fetch, NULL, FALSE,
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
