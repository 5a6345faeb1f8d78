/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The downloader's thread and what goes in and out of it: links, wishes to stop or to pause, bytes
 * that came. Whatever libsoup does happens on that thread and in its context. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-downloader-private.h"

#include <string.h>

/* Connections that nobody uses are closed after this. */
#define IDLE_TIMEOUT_S 60

G_DEFINE_FINAL_TYPE (ThimbleDownloader, thimble_downloader, G_TYPE_OBJECT)

/* --- what other threads want ------------------------------------------------------------------ */

static GError *
new_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
}

static void
stop (ThimbleTransfer *transfer)
{
  if (transfer->is_active)
    {
      thimble_transfer_abort (transfer, THIMBLE_FAULT_PAUSE, new_cancelled_error ());
      return;
    }
  if (transfer->retry == NULL)
    g_queue_remove (&transfer->host->waiting, transfer);
  thimble_downloader_end (transfer, NULL, new_cancelled_error ());
}

static void
abort_active (ThimbleDownloader *self)
{
  GHashTableIter iter;
  gpointer transfer;

  /* Only this thread changes the table. */
  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, &transfer, NULL))
    thimble_transfer_abort (transfer, THIMBLE_FAULT_PAUSE, new_cancelled_error ());
}

static void
take_in (ThimbleDownloader *self, ThimbleTransfer *transfer)
{
  g_autoptr(GError) error = NULL;

  if (g_ascii_strncasecmp (transfer->url, "data:", 5) != 0)
    {
      transfer->first_uri = g_uri_parse (transfer->url, SOUP_HTTP_URI_FLAGS, &error);
      if (transfer->first_uri == NULL || g_uri_get_host (transfer->first_uri) == NULL
          || g_uri_get_host (transfer->first_uri)[0] == '\0'
          || !(g_str_equal (g_uri_get_scheme (transfer->first_uri), "http")
               || g_str_equal (g_uri_get_scheme (transfer->first_uri), "https")))
        {
          g_autoptr(ThimbleFuture) future = g_steal_pointer (&transfer->future);

          thimble_future_set_maker_data (future, NULL);
          thimble_transfer_free (transfer);
          if (thimble_future_start (future))
            thimble_future_return_error (
              future, g_error_new_literal (THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_REFUSED,
                                           "is no http, https or data link that makes sense."));
          return;
        }
    }
  transfer->host = thimble_download_host_get (self, transfer->first_uri);
  thimble_download_host_push (transfer->host, transfer, FALSE);
}

static gboolean
arrived_cb (gpointer user_data)
{
  ThimbleDownloader *self = user_data;
  g_autoptr(GPtrArray) to_stop = NULL;
  GQueue arrived;
  gboolean is_held;
  ThimbleTransfer *transfer;

  g_mutex_lock (&self->lock);
  g_source_set_ready_time (self->arrival, -1);
  arrived = self->arrived;
  g_queue_init (&self->arrived);
  to_stop = g_steal_pointer (&self->to_stop);
  self->to_stop = g_ptr_array_new_with_free_func (g_object_unref);
  is_held = self->is_paused || self->is_shut_down;
  g_mutex_unlock (&self->lock);

  while ((transfer = g_queue_pop_head (&arrived)) != NULL)
    take_in (self, transfer);
  for (guint i = 0; i < to_stop->len; i++)
    if ((transfer = thimble_future_get_maker_data (to_stop->pdata[i])) != NULL)
      stop (transfer);
  if (is_held && !self->is_held)
    abort_active (self);
  self->is_held = is_held;
  thimble_downloader_start_next (self);
  thimble_downloader_quit_if_idle (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_arrival (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs arrival_funcs = { .dispatch = dispatch_arrival };

static void
stop_requested (ThimbleFuture *future, gpointer maker)
{
  ThimbleDownloader *self = maker;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->to_stop, g_object_ref (future));
  g_source_set_ready_time (self->arrival, 0);
  g_mutex_unlock (&self->lock);
}

static const ThimbleFutureMaker maker = { .stop_requested = stop_requested };

/* --- the thread ------------------------------------------------------------------------------- */

static gboolean
tick_cb (gpointer user_data)
{
  ThimbleDownloader *self = user_data;
  GHashTableIter iter;
  gpointer transfer;

  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, &transfer, NULL))
    thimble_transfer_check_speed (transfer);
  return G_SOURCE_CONTINUE;
}

static SoupSession *
new_session (ThimbleDownloader *self)
{
  SoupSession *session = thimble_soup.session_new_with_options (
    "max-conns", (int) self->config.connections, "max-conns-per-host", (int) self->config.per_host,
    "timeout", 0, "idle-timeout", IDLE_TIMEOUT_S, "user-agent", "Thimble/" VERSION, NULL);

  /* A body of any size can hide in a compressed one: what comes is written as it is. */
  thimble_soup.session_remove_feature_by_type (session, thimble_soup.content_decoder_get_type ());
  if (self->tls_database != NULL)
    thimble_soup.session_set_tls_database (session, self->tls_database);
  return session;
}

static void
add_all (GPtrArray *transfers, const GQueue *queue)
{
  for (const GList *l = queue->head; l != NULL; l = l->next)
    g_ptr_array_add (transfers, l->data);
}

/* All that has not ended is cancelled, be it in a queue or waiting for a retry; nothing is active any
 * more. */
static void
end_waiting (ThimbleDownloader *self)
{
  g_autoptr(GPtrArray) transfers = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, self->hosts);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      const ThimbleDownloadHost *host = data;

      add_all (transfers, &host->waiting);
      add_all (transfers, &host->held);
    }
  for (guint i = 0; i < transfers->len; i++)
    stop (transfers->pdata[i]);
}

static gpointer
run_thread (gpointer data)
{
  ThimbleDownloader *self = data;

  g_main_context_push_thread_default (self->context);
  self->session = new_session (self);
  self->tick
    = g_timeout_source_new (MAX (1, self->config.stall_ms / THIMBLE_TRANSFER_SAMPLES));
  g_source_set_callback (self->tick, tick_cb, self, NULL);
  g_source_attach (self->tick, self->context);
  self->turn = thimble_transfer_new_turn (self);
  g_source_attach (self->turn, self->context);
  g_main_loop_run (self->loop);

  end_waiting (self);
  g_source_destroy (self->tick);
  g_source_destroy (self->turn);
  g_source_destroy (self->arrival);
  g_queue_clear (&self->runnable);
  g_hash_table_remove_all (self->hosts);
  thimble_soup.session_abort (self->session);
  g_clear_object (&self->session);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
thimble_downloader_finalize (GObject *object)
{
  ThimbleDownloader *self = THIMBLE_DOWNLOADER (object);

  g_assert (self->thread == NULL); /* shut down first */
  g_clear_pointer (&self->tick, g_source_unref);
  g_clear_pointer (&self->turn, g_source_unref);
  g_clear_pointer (&self->arrival, g_source_unref);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_hash_table_unref (self->active);
  g_hash_table_unref (self->hosts);
  g_ptr_array_unref (self->to_stop);
  g_clear_object (&self->tls_database);
  g_strfreev ((char **) self->config.headers);
  g_free ((char *) self->config.partial_folder);
  thimble_body_buffers_unref (self->buffers);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (thimble_downloader_parent_class)->finalize (object);
}

static void
thimble_downloader_class_init (ThimbleDownloaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_downloader_finalize;
}

static void
thimble_downloader_init (ThimbleDownloader *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->arrived);
  g_queue_init (&self->runnable);
  g_queue_init (&self->readers);
  self->to_stop = g_ptr_array_new_with_free_func (g_object_unref);
  self->buffers = thimble_body_buffers_new ();
  self->active = g_hash_table_new (NULL, NULL);
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                       (GDestroyNotify) thimble_download_host_free);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->arrival = g_source_new (&arrival_funcs, sizeof (GSource));
  g_source_set_callback (self->arrival, arrived_cb, self, NULL);
  g_source_attach (self->arrival, self->context);
}

static gboolean
check_headers (const char *const *headers, GError **error)
{
  for (guint i = 0; headers != NULL && headers[i] != NULL; i++)
    {
      const char *colon = strchr (headers[i], ':');

      if (colon != NULL && colon != headers[i] && strpbrk (headers[i], "\r\n") == NULL)
        continue;
      g_set_error (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_REFUSED,
                   "“%s” is no header. Say its name, a colon and its value.", headers[i]);
      return FALSE;
    }
  return TRUE;
}

/**
 * thimble_downloader_new:
 * @config: how; copied
 *
 * Looks into the folder of unfinished files, and starts the thread. [method@Downloader.shutdown]
 * must be called before the last reference goes. Blocks.
 *
 * Returns: (transfer full) (nullable): a downloader, or %NULL with @error set where a header makes
 *   no sense, or the certificates can't be read or libsoup not be loaded
 */
ThimbleDownloader *
thimble_downloader_new (const ThimbleDownloaderConfig *config, GError **error)
{
  g_autoptr(GTlsDatabase) tls_database = NULL;
  ThimbleDownloader *self;

  g_return_val_if_fail (config != NULL && config->partial_folder != NULL, NULL);
  g_return_val_if_fail (config->connections > 0 && config->per_host > 0, NULL);

  if (!check_headers (config->headers, error) || !thimble_soup_load (error))
    return NULL;
  if (config->ca_file != NULL)
    {
      g_autofree char *path = g_canonicalize_filename (config->ca_file, NULL);

      tls_database = g_tls_file_database_new (path, error);
      if (tls_database == NULL)
        {
          g_prefix_error (error, "“%s” cannot be read: ", path);
          return NULL;
        }
    }
  self = g_object_new (THIMBLE_TYPE_DOWNLOADER, NULL);
  self->config = *config;
  self->config.partial_folder = g_strdup (config->partial_folder);
  self->has_notes = thimble_partial_find_notes (config->partial_folder);
  self->config.headers = (const char *const *) g_strdupv ((char **) config->headers);
  self->config.ca_file = NULL;
  self->tls_database = g_steal_pointer (&tls_database);
  self->thread = g_thread_new ("thimble-net", run_thread, self);
  return self;
}

/**
 * thimble_downloader_submit:
 * @request: copied. No two requests for one URL may be under way at once: they would write one file
 *
 * Returns: (transfer full): a future whose result is a #ThimbleDownload, and whose error is of
 *   %THIMBLE_DOWNLOAD_ERROR, %THIMBLE_IMAGE_ERROR_TOO_LARGE, %G_IO_ERROR where the folder can't be
 *   written, or %G_IO_ERROR_CANCELLED. It ends on the downloader's thread
 */
ThimbleFuture *
thimble_downloader_submit (ThimbleDownloader *self, const ThimbleDownloadRequest *request)
{
  ThimbleFuture *future;
  ThimbleTransfer *transfer;

  g_return_val_if_fail (THIMBLE_IS_DOWNLOADER (self), NULL);
  g_return_val_if_fail (request != NULL && request->url != NULL, NULL);

  future = thimble_future_new (&maker, G_OBJECT (self), (GDestroyNotify) thimble_download_free);
  transfer = thimble_transfer_new (self, request);
  transfer->future = g_object_ref (future);
  thimble_future_set_maker_data (future, transfer);
  g_mutex_lock (&self->lock);
  g_assert (!self->is_shut_down);
  if (self->arrived.length == 0)
    g_source_set_ready_time (self->arrival, 0);
  g_queue_push_tail (&self->arrived, transfer);
  g_mutex_unlock (&self->lock);
  return future;
}

/**
 * thimble_downloader_set_paused:
 *
 * Lets all connections go, or goes on. What has come is kept where the server can go on from there.
 * Does not wait.
 */
void
thimble_downloader_set_paused (ThimbleDownloader *self, gboolean paused)
{
  g_return_if_fail (THIMBLE_IS_DOWNLOADER (self));

  g_mutex_lock (&self->lock);
  self->is_paused = paused;
  g_source_set_ready_time (self->arrival, 0);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_downloader_get_progress:
 * @progress: (element-type ThimbleDownloaderProgress): gets one element for each link that is on
 *   its way now
 */
void
thimble_downloader_get_progress (ThimbleDownloader *self, GArray *progress)
{
  GHashTableIter iter;
  gpointer data;

  g_return_if_fail (THIMBLE_IS_DOWNLOADER (self));

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, &data, NULL))
    {
      const ThimbleTransfer *transfer = data;
      ThimbleDownloaderProgress one
        = { transfer->serial, transfer->shown_bytes, transfer->shown_in_all };

      g_array_append_val (progress, one);
    }
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_downloader_get_n_received:
 *
 * Returns: bytes of bodies that came over the network since the downloader was made
 */
guint64
thimble_downloader_get_n_received (ThimbleDownloader *self)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_received;
}

/**
 * thimble_downloader_shutdown:
 *
 * Cancels what is not done, and ends the thread. Blocks for some milliseconds; not from a hook of a
 * future of this downloader.
 */
void
thimble_downloader_shutdown (ThimbleDownloader *self)
{
  g_return_if_fail (THIMBLE_IS_DOWNLOADER (self));

  if (self->thread == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->is_shut_down = TRUE;
  g_source_set_ready_time (self->arrival, 0);
  g_mutex_unlock (&self->lock);
  g_thread_join (g_steal_pointer (&self->thread));
}
