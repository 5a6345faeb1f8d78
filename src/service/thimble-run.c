/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One run from its preparation to its summary, and what its threads tell the main thread. The images
 * go through it in thimble-run-loop.c. */

#include "thimble-run-private.h"

#include "thimble-paths.h"
#include "thimble-presets.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * thimble_run_new:
 * @origins: (element-type ThimbleOrigin): the images
 * @folders: (element-type filename): the folders that the user named
 */
ThimbleRun *
thimble_run_new (ThimbleEngine *engine,
                 ThimbleRunPart part,
                 ThimblePreset *preset,
                 const ThimbleRunOptions *options,
                 GPtrArray *origins,
                 GPtrArray *folders,
                 GCancellable *cancellable)
{
  ThimbleRun *self = g_new0 (ThimbleRun, 1);

  self->engine = g_object_ref (engine);
  self->preset = thimble_preset_copy (preset);
  self->is_desktop = thimble_preset_is_desktop (preset);
  self->options = *options;
  self->options.overwrite |= self->is_desktop; /* who makes a thumbnail replaces the last one */
  self->options.catalog = g_strdup (options->catalog);
  self->options.downloads = g_strdup (options->downloads);
  self->options.headers = (const char *const *) g_strdupv ((char **) options->headers);
  self->options.ca_file = g_strdup (options->ca_file);
  self->part = part;
  g_queue_init (&self->fetched);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  self->origins = g_ptr_array_ref (origins);
  self->folders = g_ptr_array_ref (folders);
  self->is_excluded = g_new0 (guint8, origins->len + 1);
  self->is_settled = g_new0 (guint8, origins->len + 1);
  self->needs = g_new0 (guint8, origins->len + 1);
  self->spent = g_array_new (FALSE, FALSE, sizeof (guint));
  self->first = g_array_new (FALSE, FALSE, sizeof (guint));
  self->destination_fd = -1;
  thimble_source_folder_init (&self->source_folder);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->claimed = thimble_hash_counter_new ();
  self->folder_states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->futures = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->events = g_array_new (FALSE, FALSE, sizeof (ThimbleRunEvent));
  return self;
}

static void
free_events (GArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      ThimbleRunEvent *event = &g_array_index (events, ThimbleRunEvent, i);
      g_clear_pointer (&event->result, thimble_item_result_unref);
      g_free (event->warning);
    }
  g_array_unref (events);
}

/* What there is of each image: for a hundred thousand this takes longer than a frame. */
static void
free_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  ThimbleRun *self = task_data;

  g_clear_pointer (&self->naming, thimble_naming_free);
  g_clear_pointer (&self->recipes, thimble_recipes_free);
  g_clear_pointer (&self->originals, thimble_hash_counter_free);
  g_clear_pointer (&self->stems, thimble_hash_counter_free);
  g_clear_pointer (&self->links, thimble_hash_counter_free);
  thimble_hash_counter_free (self->claimed);
  g_ptr_array_unref (self->origins);
  free_events (self->events);
  g_free (self->is_excluded);
  g_free (self->is_settled);
  g_free (self->needs);
  g_array_unref (self->spent);
  g_free (self);
}

/**
 * thimble_run_free:
 * @self: (transfer full): a run that has been executed, or never was
 *
 * Lets go of what others may have too; the rest is freed on another thread.
 */
void
thimble_run_free (ThimbleRun *self)
{
  g_autoptr(GTask) task = NULL;

  g_clear_pointer (&self->crashes, thimble_crash_list_free);
  if (self->destination_fd >= 0)
    close (self->destination_fd);
  g_object_unref (self->engine);
  g_object_unref (self->preset);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->folders);
  g_hash_table_unref (self->futures);
  g_hash_table_unref (self->folder_states);
  thimble_source_folder_clear (&self->source_folder);
  g_clear_error (&self->fatal);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_array_unref (self->first);
  g_free (self->destination);
  g_free (self->downloads);
  g_free ((char *) self->options.catalog);
  g_free ((char *) self->options.downloads);
  g_strfreev ((char **) self->options.headers);
  g_free ((char *) self->options.ca_file);

  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, thimble_run_free);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, free_thread);
}

/* --- what any thread may call ----------------------------------------------------------------- */

static void
push (ThimbleRun *self, ThimbleRunEvent event)
{
  g_mutex_lock (&self->lock);
  g_array_append_val (self->events, event);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_run_push_event:
 * @result: (transfer full) (nullable): how the image ended
 */
void
thimble_run_push_event (ThimbleRun *self,
                        guint index,
                        ThimbleItemState state,
                        ThimbleItemResult *result)
{
  push (self, (ThimbleRunEvent) { .index = index, .state = state, .result = result });
}

/**
 * thimble_run_push_excluded:
 *
 * Says that an image is no part of this run.
 */
void
thimble_run_push_excluded (ThimbleRun *self, guint index)
{
  push (self, (ThimbleRunEvent) { .index = index, .is_excluded = TRUE });
}

/**
 * thimble_run_push_warning:
 * @warning: (transfer full): a sentence for the user, on the run as a whole
 */
void
thimble_run_push_warning (ThimbleRun *self, char *warning)
{
  push (self, (ThimbleRunEvent) { .warning = warning });
}

/**
 * thimble_run_take_events:
 *
 * Returns: (transfer full) (element-type ThimbleRunEvent): what happened since the last call; the
 *   results and warnings in it are the caller's
 */
GArray *
thimble_run_take_events (ThimbleRun *self)
{
  GArray *fresh = g_array_new (FALSE, FALSE, sizeof (ThimbleRunEvent));
  GArray *events;

  g_mutex_lock (&self->lock);
  events = self->events;
  self->events = fresh;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return events;
}

guint
thimble_run_get_n_scheduled (ThimbleRun *self)
{
  return g_atomic_int_get (&self->n_scheduled);
}

/**
 * thimble_run_settle:
 * @index: of an image that has ended before
 * @needs_original: whether what was downloaded for it must stay
 *
 * Leaves an image as it is; its name still counts when the others get theirs. To be called before
 * the run executes.
 */
void
thimble_run_settle (ThimbleRun *self, guint index, gboolean needs_original)
{
  g_assert (index < self->origins->len);
  self->is_settled[index] = TRUE;
  if (!needs_original)
    thimble_run_spend_original (self, index, FALSE);
}

/**
 * thimble_run_set_first:
 * @indices: (array length=n_indices): of images
 *
 * Has these images made before the others: those the user looks at.
 */
void
thimble_run_set_first (ThimbleRun *self, const guint *indices, guint n_indices)
{
  g_mutex_lock (&self->lock);
  g_array_set_size (self->first, 0);
  g_array_append_vals (self->first, indices, n_indices);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_run_stop:
 *
 * Ends what is on its way. Futures are cancelled outside the lock: their hooks take it.
 */
void
thimble_run_stop (ThimbleRun *self)
{
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer future;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->futures);
  while (g_hash_table_iter_next (&iter, &future, NULL))
    g_ptr_array_add (futures, g_object_ref (future));
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  if (self->fetcher != NULL)
    thimble_fetcher_stop (self->fetcher);
  for (guint i = 0; i < futures->len; i++)
    if (!thimble_future_cancel (futures->pdata[i]))
      thimble_future_request_stop (futures->pdata[i]);
}

/**
 * thimble_run_fail:
 * @error: (transfer full): why the run can't go on; the first one counts
 */
void
thimble_run_fail (ThimbleRun *self, GError *error)
{
  gboolean is_first;

  g_mutex_lock (&self->lock);
  is_first = self->fatal == NULL;
  if (is_first)
    self->fatal = g_steal_pointer (&error);
  g_mutex_unlock (&self->lock);
  g_clear_error (&error);
  if (is_first)
    thimble_run_stop (self);
}

static gboolean
is_over_locked (ThimbleRun *self)
{
  return self->fatal != NULL || g_cancellable_is_cancelled (self->cancellable);
}

gboolean
thimble_run_is_over (ThimbleRun *self)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return is_over_locked (self);
}

/* --- the run's thread ------------------------------------------------------------------------- */

/* A dry run may be of a destination that is not there yet. */
static gboolean
open_destination (ThimbleRun *self, GError **error)
{
  g_autofree char *display = g_filename_display_name (self->destination);

  self->destination_fd = open (self->destination, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->destination_fd >= 0 || (self->options.dry_run && errno == ENOENT))
    return TRUE;
  g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
               "“%s” cannot be opened: %s. Choose another destination.", display,
               g_strerror (errno));
  return FALSE;
}

static char *
dup_catalog_folder (ThimblePreset *preset, const ThimbleRunOptions *options)
{
  g_autofree char *destination = NULL;

  if (options->catalog != NULL)
    return thimble_path_resolve (options->catalog);
  destination = thimble_path_resolve (thimble_preset_get_destination (preset));
  return g_build_filename (destination, ".thimble", NULL);
}

/**
 * thimble_run_prepare:
 * @n_images: how many there will be, at least
 *
 * Has workers start for a run that is to come, while its sources are still looked for or its
 * catalog is made, where there is none: nothing is up to date then. Where there is one, workers
 * start when the first image is to be made. Any thread that may look at the disk.
 */
void
thimble_run_prepare (ThimbleEngine *engine,
                     ThimblePreset *preset,
                     const ThimbleRunOptions *options,
                     guint n_images)
{
  g_autofree char *folder = dup_catalog_folder (preset, options);

  if (!options->dry_run && !g_file_test (folder, G_FILE_TEST_EXISTS))
    thimble_engine_prepare (engine, n_images);
}

static gboolean
open_catalog (ThimbleRun *self, GError **error)
{
  g_autofree char *folder = dup_catalog_folder (self->preset, &self->options);

  thimble_run_prepare (self->engine, self->preset, &self->options, self->origins->len);
  if (!self->options.dry_run && !thimble_path_make_folders (self->destination, error))
    {
      GError *cause = *error;
      *error = g_error_new (THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
                            "%s. Choose another destination.", cause->message);
      g_error_free (cause);
      return FALSE;
    }
  self->catalog = thimble_catalog_open (
    folder, self->destination,
    self->options.dry_run ? THIMBLE_CATALOG_READ_ONLY : THIMBLE_CATALOG_READ_WRITE, error);
  if (self->catalog == NULL)
    return FALSE;
  self->crashes = thimble_crash_list_open (folder);
  return open_destination (self, error);
}

static gboolean
prepare (ThimbleRun *self, GError **error)
{
  self->destination = thimble_path_resolve (thimble_preset_get_destination (self->preset));
  self->recipes = thimble_recipes_new (self->preset, &self->options);
  if (!open_catalog (self, error) || !thimble_run_exclude_outputs (self, error))
    return FALSE;
  thimble_run_list_originals (self);
  self->writer = thimble_writer_new (self->destination, self->is_desktop);
  if (!self->options.dry_run)
    thimble_writer_remove_dead_runs (self->writer);
  thimble_run_warn_if_full (self);
  return thimble_run_prepare_links (self, error);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  thimble_run_stop (user_data);
}

/* What takes the disk to be let go: this may not be the main thread's. */
static void
close_all (ThimbleRun *self)
{
  thimble_source_folder_clear (&self->source_folder);
  g_clear_pointer (&self->writer, thimble_writer_free);
  g_clear_object (&self->catalog);
}

/**
 * thimble_run_execute:
 *
 * Does the run, on the calling thread, which must not be the main one.
 *
 * Returns: (transfer full) (nullable): the summary without counts and times, or %NULL with @error
 *   set where the run could not go on; all items have ended in either case
 */
ThimbleRunSummary *
thimble_run_execute (ThimbleRun *self, GError **error)
{
  g_autoptr(ThimbleRunSummary) summary = g_new0 (ThimbleRunSummary, 1);
  GError *fatal = NULL;
  gulong handler;

  summary->pruned = g_ptr_array_new_with_free_func (g_free);
  if (!prepare (self, error))
    {
      for (guint i = 0; i < self->origins->len; i++)
        if (!self->is_settled[i])
          thimble_run_push_event (self, i, THIMBLE_ITEM_CANCELLED, thimble_item_result_new (0));
      close_all (self);
      return NULL;
    }

  handler = g_cancellable_connect (self->cancellable, G_CALLBACK (cancelled_cb), self, NULL);
  thimble_run_perform (self);
  g_cancellable_disconnect (self->cancellable, handler);
  thimble_run_remove_originals (self);
  thimble_run_end_links (self);

  if (self->options.prune && !thimble_run_is_over (self))
    thimble_run_prune (self, summary);
  if (!thimble_catalog_close (self->catalog, &fatal) && self->fatal == NULL)
    self->fatal = g_steal_pointer (&fatal);
  g_clear_error (&fatal);
  close_all (self);
  summary->n_bytes_needed = self->bytes_needed;
  if (self->fatal != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->fatal));
      return NULL;
    }
  return g_steal_pointer (&summary);
}
