/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The links of a run: they are asked for ahead of the images that are made, and what came waits here
 * for the run's thread. How many are asked for at once is bounded, so that memory does not grow with
 * a list; the downloader's own limits decide how many are on their way. */

#include "thimble-run-private.h"

#include "thimble-downloader.h"
#include "thimble-image-names.h"
#include "thimble-paths.h"
#include "thimble-safe-name.h"

#include <string.h>

/* Enough that one host that waits holds up no other for long. */
#define MAX_FETCHING 4096
/* Digits of the URL's SHA-256 that tell links of one name apart. */
#define N_HASH_DIGITS 6

static void
fetched_cb (GQueue *fetched, gpointer user_data)
{
  ThimbleRun *self = user_data;
  ThimbleFetched *one;

  g_mutex_lock (&self->lock);
  while ((one = g_queue_pop_head (fetched)) != NULL)
    g_queue_push_tail (&self->fetched, one);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* The name of the file without its extension, if that is one of an image. */
static char *
dup_plain_stem (const ThimbleOrigin *link)
{
  g_autofree char *name
    = link->given_name != NULL ? thimble_safe_name (link->given_name) : g_strdup (link->name);

  if (link->given_name != NULL || !thimble_image_name_is_common (name))
    return g_steal_pointer (&name);
  return g_strndup (name, strrchr (name, '.') - name);
}

static guint64
hash_stem (const char *stem)
{
  g_autofree char *folded = g_utf8_casefold (stem, -1);

  return thimble_path_hash (folded);
}

/* As names of outputs: it depends on the links alone, not on the order they come in. */
static char *
dup_stem (ThimbleRun *self, const ThimbleOrigin *link)
{
  g_autofree char *stem = dup_plain_stem (link);
  g_autofree char *hash = NULL;

  if (thimble_hash_counter_get (self->stems, hash_stem (stem)) <= 1)
    return g_steal_pointer (&stem);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, link->url, -1);
  return g_strdup_printf ("%s-%.*s", stem, N_HASH_DIGITS, hash);
}

static void
count_links (ThimbleRun *self)
{
  guint n_links = 0;

  for (guint i = 0; i < self->origins->len; i++)
    {
      const ThimbleOrigin *origin = self->origins->pdata[i];
      g_autofree char *stem = origin->url != NULL ? dup_plain_stem (origin) : NULL;

      if (stem == NULL)
        continue;
      thimble_hash_counter_add (self->stems, hash_stem (stem));
      if (!thimble_run_keeps_originals (self))
        thimble_hash_counter_add (self->links, thimble_path_hash (origin->url));
      n_links += !self->is_settled[i];
    }
  g_mutex_lock (&self->lock);
  self->n_links = n_links;
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_run_prepare_links:
 *
 * Counts the run's links, and opens the folder of downloads if there are any and something is to be
 * done. Blocks.
 *
 * Returns: %FALSE with @error set in %THIMBLE_SERVICE_ERROR where it can't be had
 */
gboolean
thimble_run_prepare_links (ThimbleRun *self, GError **error)
{
  g_autofree char *folder = NULL;
  g_autoptr(GError) cause = NULL;
  ThimbleFetcher *fetcher;

  self->stems = thimble_hash_counter_new ();
  self->links = thimble_hash_counter_new ();
  count_links (self);
  if (self->n_links == 0)
    return TRUE;
  folder = self->options.downloads != NULL
             ? g_canonicalize_filename (self->options.downloads, NULL)
             : g_build_filename (self->destination, "originals", NULL);
  self->downloads = thimble_path_resolve (folder);
  if (self->options.dry_run)
    return TRUE;
  if (!thimble_engine_try (self->engine, error))
    return FALSE;
  fetcher = thimble_fetcher_new (self->engine, &self->options, self->downloads,
                                 thimble_recipes_get (self->recipes, 1),
                                 self->part == THIMBLE_RUN_RESIZE, fetched_cb, self, &cause);
  if (fetcher == NULL)
    {
      g_set_error_literal (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
                           cause->message);
      return FALSE;
    }
  g_mutex_lock (&self->lock);
  self->fetcher = fetcher;
  thimble_fetcher_set_paused (fetcher, self->is_paused);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static void
fetch (ThimbleRun *self, guint index, gboolean needs_file)
{
  ThimbleOrigin *link = self->origins->pdata[index];
  g_autofree char *stem = dup_stem (self, link);

  g_mutex_lock (&self->lock);
  self->n_fetching++;
  g_mutex_unlock (&self->lock);
  thimble_run_push_event (self, index, THIMBLE_ITEM_DOWNLOADING, NULL);
  thimble_fetcher_fetch (self->fetcher, link, index, stem, needs_file);
}

/**
 * thimble_run_fetch:
 *
 * Asks for a link; where originals are not kept, for one whose file was removed only if it changed.
 * Blocks on the disk for a moment.
 */
void
thimble_run_fetch (ThimbleRun *self, guint index)
{
  fetch (self, index, thimble_run_keeps_originals (self) || self->options.force);
}

/**
 * thimble_run_fetch_again:
 *
 * Asks for a link that was taken, whose file was removed and is needed after all. Blocks on the disk
 * for a moment.
 */
void
thimble_run_fetch_again (ThimbleRun *self, guint index)
{
  g_mutex_lock (&self->lock);
  self->n_fetched--;
  g_mutex_unlock (&self->lock);
  fetch (self, index, TRUE);
}

/**
 * thimble_run_has_fetched:
 * @is_full: (out): whether no more links may be asked for now
 *
 * Returns: whether a link has ended and waits to be taken
 */
gboolean
thimble_run_has_fetched (ThimbleRun *self, gboolean *is_full)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  *is_full = self->n_fetching >= MAX_FETCHING;
  return self->fetched.length > 0;
}

/**
 * thimble_run_take_fetched:
 *
 * Waits for a link to end.
 *
 * Returns: (transfer full) (nullable): what became of it; %NULL where none is under way
 */
ThimbleFetched *
thimble_run_take_fetched (ThimbleRun *self)
{
  ThimbleFetched *fetched;

  g_mutex_lock (&self->lock);
  while (self->fetched.length == 0 && self->n_fetching > 0)
    g_cond_wait (&self->changed, &self->lock);
  fetched = g_queue_pop_head (&self->fetched);
  if (fetched != NULL)
    {
      self->n_fetching--;
      self->n_fetched++;
    }
  g_mutex_unlock (&self->lock);
  return fetched;
}

/**
 * thimble_run_end_links:
 *
 * All links have ended: lets the folder of downloads go. Blocks.
 */
void
thimble_run_end_links (ThimbleRun *self)
{
  ThimbleFetcher *fetcher;

  g_mutex_lock (&self->lock);
  fetcher = g_steal_pointer (&self->fetcher);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&fetcher, thimble_fetcher_free);
}

/**
 * thimble_run_get_links:
 * @progress: (element-type ThimbleDownloaderProgress): gets one element for each link that is on
 *   its way
 * @n_links: (out): in all
 * @n_fetched: (out): of these, those that have ended
 * @n_received: (out): bytes that came over the network
 *
 * From the main thread, while the run goes on.
 */
void
thimble_run_get_links (ThimbleRun *self,
                       GArray *progress,
                       guint *n_links,
                       guint *n_fetched,
                       guint64 *n_received)
{
  g_mutex_lock (&self->lock);
  *n_links = self->n_links;
  *n_fetched = self->n_fetched;
  if (self->fetcher != NULL)
    thimble_fetcher_get_progress (self->fetcher, progress, &self->n_received);
  *n_received = self->n_received;
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_run_set_paused:
 *
 * From the main thread. What runs, ends; nothing new is begun, and connections are let go.
 */
void
thimble_run_set_paused (ThimbleRun *self, gboolean paused)
{
  g_mutex_lock (&self->lock);
  self->is_paused = paused;
  if (self->fetcher != NULL)
    thimble_fetcher_set_paused (self->fetcher, paused);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}
