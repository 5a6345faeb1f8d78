/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Downloads that the user does not want kept. One goes when each image of the run that comes from its
 * link is made and recorded for good; while any of them failed, was cancelled or is still to come, it
 * stays. The log of the folder of downloads goes on knowing it: the next run asks the server whether
 * it changed, and if not, needs no bytes. */

#include "thimble-run-private.h"

#include "thimble-paths.h"

/* So many go together: before they do, the records are written and the disk is synced, which the
 * catalog would do about as often. */
#define MANY_SPENT 256

/* What an image still needs of its download. */
typedef enum
{
  NEED_ALL,     /* it has not ended, or not well */
  NEED_REMOVAL, /* nothing; it is there */
  NEED_NOTHING, /* nothing, nor is it there by this run's doing */
} Need;

/**
 * thimble_run_keeps_originals:
 *
 * Thumbnails of the desktop say which file they are of: it must stay. A run that only downloads, or
 * only takes what was downloaded, is one of several that share the files.
 *
 * Returns: whether this run leaves all downloads where they are
 */
gboolean
thimble_run_keeps_originals (ThimbleRun *run)
{
  return !run->options.remove_originals || run->options.dry_run || run->is_desktop
         || run->part != THIMBLE_RUN_ALL;
}

/**
 * thimble_run_spend_original:
 * @index: of a link
 * @is_there: whether there is a file to be removed
 *
 * Says that all outputs of the link are made and handed to the catalog, so that it needs its
 * download no more. From any thread.
 */
void
thimble_run_spend_original (ThimbleRun *run, guint index, gboolean is_there)
{
  g_mutex_lock (&run->lock);
  run->needs[index] = is_there ? NEED_REMOVAL : NEED_NOTHING;
  if (is_there)
    g_array_append_val (run->spent, index);
  g_mutex_unlock (&run->lock);
}

/**
 * thimble_run_has_many_spent:
 *
 * Returns: whether it pays to call [method@Run.remove_spent]
 */
gboolean
thimble_run_has_many_spent (ThimbleRun *run)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&run->lock);

  return run->spent->len >= MANY_SPENT;
}

/* The links that some image of the run, or one that ended before, still needs. */
static ThimbleHashCounter *
count_needed (ThimbleRun *run)
{
  ThimbleHashCounter *needed = thimble_hash_counter_new ();

  for (guint i = 0; i < run->origins->len; i++)
    {
      const ThimbleOrigin *origin = run->origins->pdata[i];

      if (origin->url != NULL && run->needs[i] == NEED_ALL)
        thimble_hash_counter_add (needed, thimble_path_hash (origin->url));
    }
  return needed;
}

static void
remove_original (ThimbleRun *run, guint index)
{
  const ThimbleOrigin *origin = run->origins->pdata[index];
  g_autoptr(GError) error = NULL;

  thimble_run_spend_original (run, index, FALSE);
  if (thimble_fetcher_remove (run->fetcher, origin->url, &error) || run->has_warned)
    return;
  run->has_warned = TRUE;
  thimble_run_push_warning (
    run, g_strdup_printf ("%s The thumbnails are made. Allow files in that folder to be removed, or "
                          "remove them yourself.",
                          error->message));
}

/* Whether what was made is on the disk for good, and no download is to stay anyway. */
static gboolean
may_remove (ThimbleRun *run)
{
  return run->fetcher != NULL && !thimble_run_keeps_originals (run)
         && thimble_catalog_flush (run->catalog, NULL);
}

/**
 * thimble_run_remove_spent:
 *
 * In the middle of a run, removes the downloads that one image alone needed and needs no more. What
 * several come from waits for the end. On the run's thread, which may not be reading the catalog;
 * blocks.
 */
void
thimble_run_remove_spent (ThimbleRun *run)
{
  g_autoptr(GArray) spent = NULL;

  g_mutex_lock (&run->lock);
  spent = g_steal_pointer (&run->spent);
  run->spent = g_array_new (FALSE, FALSE, sizeof (guint));
  g_mutex_unlock (&run->lock);
  if (!may_remove (run))
    return;
  for (guint i = 0; i < spent->len; i++)
    {
      guint index = g_array_index (spent, guint, i);
      const ThimbleOrigin *origin = run->origins->pdata[index];

      if (thimble_hash_counter_get (run->links, thimble_path_hash (origin->url)) == 1)
        remove_original (run, index);
    }
}

/**
 * thimble_run_remove_originals:
 *
 * At the end of a run, removes the downloads that nothing needs any more, once the records of what
 * was made of them are on the disk: where these can't be written, or originals are kept, all stay.
 * On the run's thread, which may not be reading the catalog; blocks.
 */
void
thimble_run_remove_originals (ThimbleRun *run)
{
  g_autoptr(ThimbleHashCounter) needed = NULL;

  if (!may_remove (run))
    return;
  needed = count_needed (run);
  for (guint i = 0; i < run->origins->len; i++)
    {
      const ThimbleOrigin *origin = run->origins->pdata[i];

      if (run->needs[i] == NEED_REMOVAL
          && thimble_hash_counter_get (needed, thimble_path_hash (origin->url)) == 0)
        remove_original (run, i);
    }
}
