/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When a transfer gets a connection and when it gives it back, on the downloader's thread; and what is
 * counted on the way. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-downloader-private.h"

static void
start (ThimbleDownloader *self, ThimbleTransfer *transfer)
{
  transfer->is_active = TRUE;
  transfer->shown_bytes = transfer->shown_in_all = 0;
  g_mutex_lock (&self->lock);
  g_hash_table_add (self->active, transfer);
  g_mutex_unlock (&self->lock);
  self->n_active++;
  thimble_transfer_start (transfer);
}

/* A future that was cancelled while it was scheduled is done already. */
static gboolean
may_start (ThimbleTransfer *transfer)
{
  return transfer->begin_us != 0 || thimble_future_start (transfer->future);
}

static void
drop (ThimbleTransfer *transfer)
{
  ThimbleDownloadHost *host = transfer->host;

  thimble_future_set_maker_data (transfer->future, NULL);
  thimble_transfer_free (transfer);
  thimble_download_host_release (host, FALSE);
}

/**
 * thimble_downloader_start_next:
 *
 * Starts transfers while there are connections for them, host by host. One that ends at once comes
 * back here; the loop that is under way then goes on, so that nothing nests.
 */
void
thimble_downloader_start_next (ThimbleDownloader *self)
{
  ThimbleDownloadHost *host;

  if (self->is_starting || self->is_held)
    return;
  self->is_starting = TRUE;
  while (self->n_active < self->config.connections
         && (host = g_queue_pop_head (&self->runnable)) != NULL)
    {
      ThimbleTransfer *transfer = thimble_download_host_pop (host);
      gboolean starts = transfer != NULL && may_start (transfer);

      if (transfer != NULL && !starts)
        drop (transfer);
      thimble_download_host_update (host);
      if (starts)
        start (self, transfer);
    }
  self->is_starting = FALSE;
}

/**
 * thimble_downloader_quit_if_idle:
 *
 * Ends the thread where that was asked for and nothing is under way any more.
 */
void
thimble_downloader_quit_if_idle (ThimbleDownloader *self)
{
  gboolean is_shut_down;

  g_mutex_lock (&self->lock);
  is_shut_down = self->is_shut_down;
  g_mutex_unlock (&self->lock);
  if (is_shut_down && self->n_active == 0)
    g_main_loop_quit (self->loop);
}

/**
 * thimble_downloader_release:
 * @was_good: whether the host served it well
 *
 * Takes the transfer's connection from it. Its host may be gone afterwards if nothing waits for it.
 */
void
thimble_downloader_release (ThimbleTransfer *transfer, gboolean was_good)
{
  ThimbleDownloader *self = transfer->downloader;

  if (transfer->is_active)
    {
      transfer->is_active = FALSE;
      g_mutex_lock (&self->lock);
      g_hash_table_remove (self->active, transfer);
      g_mutex_unlock (&self->lock);
      self->n_active--;
      thimble_download_host_release (transfer->host, was_good);
      thimble_downloader_quit_if_idle (self);
    }
  thimble_download_host_update (transfer->host);
}

/**
 * thimble_downloader_count_bytes:
 *
 * Counts bytes of a body, for progress.
 */
void
thimble_downloader_count_bytes (ThimbleTransfer *transfer, gsize n_bytes)
{
  ThimbleDownloader *self = transfer->downloader;

  transfer->n_received += n_bytes;
  g_mutex_lock (&self->lock);
  self->n_received += n_bytes;
  transfer->shown_bytes = thimble_partial_get_n_bytes (transfer->partial);
  transfer->shown_in_all = transfer->has_length ? transfer->n_bytes_in_all : 0;
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_downloader_end:
 * @download: (transfer full) (nullable): what became of it
 * @error: (transfer full) (nullable): or why nothing did
 *
 * Ends the future and frees the transfer.
 */
void
thimble_downloader_end (ThimbleTransfer *transfer, ThimbleDownload *download, GError *error)
{
  ThimbleDownloader *self = transfer->downloader;
  g_autoptr(ThimbleFuture) future = g_steal_pointer (&transfer->future);

  thimble_future_set_maker_data (future, NULL);
  thimble_transfer_drop_retry (transfer);
  thimble_transfer_clear_attempt (transfer);
  thimble_downloader_release (transfer, download != NULL);
  thimble_transfer_free (transfer);
  if (download != NULL)
    thimble_future_return_result (future, download);
  else
    thimble_future_return_error (future, error);
  thimble_downloader_start_next (self);
}
