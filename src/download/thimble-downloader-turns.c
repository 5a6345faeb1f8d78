/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When a transfer gets a connection and when it gives it back, on the downloader's thread; and what is
 * counted on the way. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-downloader-private.h"

/* What may wait in memory to be written; the rest is written by the downloader's own thread, which
 * then is in no hurry to get more. */
#define MAX_HELD_BYTES (8 * 1024 * 1024)

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

/* What a result holds in memory, and whose count it is in. */
typedef struct
{
  guint8 *bytes;
  gsize n_bytes;
  gint *n_held;
} Held;

static void
held_free (gpointer data)
{
  Held *held = data;

  g_atomic_int_add (held->n_held, -(gint) held->n_bytes);
  g_atomic_rc_box_release (held->n_held);
  g_free (held->bytes);
  g_free (held);
}

/**
 * thimble_downloader_hold:
 * @partial: complete, and in memory
 *
 * Returns: (transfer full) (nullable): its bytes, or %NULL where too many are held already
 */
GBytes *
thimble_downloader_hold (ThimbleDownloader *self, ThimblePartial *partial)
{
  Held *held;

  if (g_atomic_int_get (self->n_held) >= MAX_HELD_BYTES)
    return NULL;
  held = g_new (Held, 1);
  held->bytes = thimble_partial_steal_bytes (partial, &held->n_bytes);
  held->n_held = g_atomic_rc_box_acquire (self->n_held);
  g_atomic_int_add (held->n_held, (gint) held->n_bytes);
  return g_bytes_new_with_free_func (held->bytes, held->n_bytes, held_free, held);
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
