/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One server, and whose turn it is: at most so many transfers at once, fewer after it answered 429,
 * none while it asked to be left alone. Hosts that may start something wait in a queue and take
 * turns, so that a slow one with a thousand links holds up no other. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-downloader-private.h"

/* So many good answers give back one of the connections that a 429 took. */
#define GOOD_ANSWERS 20

/**
 * thimble_download_host_get:
 * @uri: (nullable): a link; %NULL for data
 *
 * Returns: (transfer none): the host, which lives until nothing is known of it that matters
 */
ThimbleDownloadHost *
thimble_download_host_get (ThimbleDownloader *downloader, GUri *uri)
{
  g_autofree char *name = NULL;
  ThimbleDownloadHost *self;

  name = uri != NULL ? g_strdup_printf ("%s://%s:%d", g_uri_get_scheme (uri), g_uri_get_host (uri),
                                        g_uri_get_port (uri))
                     : g_strdup ("data:");
  self = g_hash_table_lookup (downloader->hosts, name);
  if (self != NULL)
    return self;

  self = g_new0 (ThimbleDownloadHost, 1);
  self->downloader = downloader;
  self->name = g_steal_pointer (&name);
  self->limit = downloader->config.per_host;
  g_queue_init (&self->waiting);
  g_queue_init (&self->held);
  g_hash_table_insert (downloader->hosts, self->name, self);
  return self;
}

static void
clear_wake (ThimbleDownloadHost *self)
{
  if (self->wake == NULL)
    return;
  g_source_destroy (self->wake);
  g_clear_pointer (&self->wake, g_source_unref);
}

void
thimble_download_host_free (ThimbleDownloadHost *self)
{
  g_assert (self->waiting.length == 0 && self->held.length == 0 && self->n_active == 0);
  clear_wake (self);
  g_free (self->name);
  g_free (self);
}

/**
 * thimble_download_host_update:
 *
 * Lets the host wait for its turn where it has something to start and may. One that nothing is
 * known of any more is freed.
 */
void
thimble_download_host_update (ThimbleDownloadHost *self)
{
  ThimbleDownloader *downloader = self->downloader;

  if (self->is_runnable)
    return;
  if (self->waiting.length > 0)
    {
      if (self->n_active < self->limit && self->wake == NULL)
        {
          self->is_runnable = TRUE;
          g_queue_push_tail (&downloader->runnable, self);
        }
      return;
    }
  if (self->n_active == 0 && self->held.length == 0 && self->wake == NULL
      && self->limit == downloader->config.per_host)
    g_hash_table_remove (downloader->hosts, self->name);
}

/**
 * thimble_download_host_push:
 * @transfer: (transfer full)
 * @first: before those that wait already
 */
void
thimble_download_host_push (ThimbleDownloadHost *self, ThimbleTransfer *transfer, gboolean first)
{
  if (first)
    g_queue_push_head (&self->waiting, transfer);
  else
    g_queue_push_tail (&self->waiting, transfer);
  thimble_download_host_update (self);
}

/**
 * thimble_download_host_pop:
 *
 * Takes the host's turn: it has just been taken from the queue of runnable ones.
 *
 * Returns: (transfer full) (nullable): what is to be started; it counts as active until it is
 *   released
 */
ThimbleTransfer *
thimble_download_host_pop (ThimbleDownloadHost *self)
{
  ThimbleTransfer *transfer = NULL;

  self->is_runnable = FALSE;
  if (self->n_active < self->limit && self->wake == NULL)
    transfer = g_queue_pop_head (&self->waiting);
  if (transfer != NULL)
    self->n_active++;
  return transfer;
}

/**
 * thimble_download_host_release:
 * @was_good: whether the host served it well
 *
 * A transfer has ended, or waits for a retry: another one may start.
 */
void
thimble_download_host_release (ThimbleDownloadHost *self, gboolean was_good)
{
  self->n_active--;
  if (was_good && self->limit < self->downloader->config.per_host
      && ++self->n_good >= GOOD_ANSWERS)
    {
      self->limit++;
      self->n_good = 0;
    }
}

static gboolean
wake_cb (gpointer user_data)
{
  ThimbleDownloadHost *self = user_data;
  ThimbleDownloader *downloader = self->downloader;

  clear_wake (self);
  thimble_download_host_update (self);
  thimble_downloader_start_next (downloader);
  return G_SOURCE_REMOVE;
}

/**
 * thimble_download_host_slow:
 * @delay_ms: how long it is left alone
 *
 * The host said that it is asked too often: half as many at once, and none for a while.
 */
void
thimble_download_host_slow (ThimbleDownloadHost *self, guint delay_ms)
{
  gint64 until_us = g_get_monotonic_time () + (gint64) delay_ms * 1000;

  /* Those that were on the way together say it together. */
  if (self->wake != NULL)
    {
      if (g_source_get_ready_time (self->wake) < until_us)
        g_source_set_ready_time (self->wake, until_us);
      return;
    }
  self->limit = MAX (1, self->limit / 2);
  self->n_good = 0;
  g_debug ("%s asks for %u ms without requests; then %u at once", self->name, delay_ms,
           self->limit);
  self->wake = g_timeout_source_new (delay_ms);
  g_source_set_callback (self->wake, wake_cb, self, NULL);
  g_source_attach (self->wake, self->downloader->context);
}
