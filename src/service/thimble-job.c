/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One image of a run: is it up to date, and if not, why; then, when the worker has answered, its
 * files. The check runs on the run's thread, the end on the service's thread pool. */

#include "thimble-run-private.h"

#include "thimble-content-hash.h"
#include "thimble-download.h"
#include "thimble-errors.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A data: link can be of any length. */
#define MAX_SHOWN_URL 200
/* A stamp proves nothing if the file may have been written again within the clock's grain. */
#define RACY_NS (G_GINT64_CONSTANT (2) * 1000 * 1000 * 1000)

/**
 * thimble_job_new:
 * @index: which of the run's origins
 */
ThimbleJob *
thimble_job_new (ThimbleRun *run, guint index)
{
  ThimbleJob *self = g_new0 (ThimbleJob, 1);
  guint n_renditions = thimble_naming_get_n_renditions (run->naming);

  self->run = run;
  self->index = index;
  self->origin = thimble_origin_ref (run->origins->pdata[index]);
  self->is_link = self->origin->url != NULL;
  self->is_racy = self->origin->mtime_ns + RACY_NS > g_get_real_time () * 1000;
  self->source = self->is_link
                   ? g_strdup (self->origin->url)
                   : thimble_source_folder_dup_relative (&run->source_folder, self->origin,
                                                         run->destination);
  self->plans = g_new0 (char *, n_renditions + 1);
  self->records = g_new0 (ThimbleRecord *, n_renditions);
  for (guint i = 0; i < n_renditions; i++)
    self->plans[i] = thimble_naming_dup_plan (run->naming, index, i);
  return self;
}

/**
 * thimble_job_set_file:
 *
 * The link has become a file: that is what the thumbnails are made of.
 */
void
thimble_job_set_file (ThimbleJob *self, const ThimbleFetched *fetched)
{
  g_assert (self->is_link);

  self->download_seconds = fetched->seconds;
  if (fetched->file == NULL)
    return;
  thimble_origin_unref (self->origin);
  self->origin = thimble_origin_ref (fetched->file);
  self->is_removed = fetched->is_removed;
  self->is_racy = self->origin->mtime_ns + RACY_NS > g_get_real_time () * 1000;
}

/**
 * thimble_job_has_file:
 *
 * Returns: whether there is a file to look at: in a dry run a link has none
 */
gboolean
thimble_job_has_file (ThimbleJob *self)
{
  return self->origin->url == NULL;
}

void
thimble_job_free (ThimbleJob *self)
{
  guint n_renditions = thimble_naming_get_n_renditions (self->run->naming);

  for (guint i = 0; i < n_renditions; i++)
    g_clear_pointer (&self->records[i], thimble_record_free);
  g_free (self->records);
  for (guint i = 0; i < self->n_made; i++)
    {
      g_bytes_unref (self->made[i].bytes);
      g_free (self->made[i].path);
    }
  g_free (self->made);
  g_strfreev (self->plans);
  g_free (self->source);
  g_clear_pointer (&self->work, thimble_work_unref);
  g_clear_object (&self->future);
  thimble_origin_unref (self->origin);
  g_free (self);
}

char *
thimble_job_dup_absolute (ThimbleJob *self, const char *path)
{
  return g_build_filename (self->run->destination, path, NULL);
}

/* Whether the source's bytes are those the record was made from. */
static gboolean
has_same_content (ThimbleJob *self, const ThimbleRecord *record)
{
  g_autofree char *path = NULL;
  char hash[THIMBLE_CONTENT_HASH_SIZE];

  if (record->content_hash == NULL || record->stamp.size != self->origin->size)
    return FALSE;
  path = thimble_origin_dup_path (self->origin);
  return thimble_content_hash_file (path, hash, NULL)
         && g_str_equal (hash, record->content_hash);
}

/* The stamp decides where it can be trusted; the bytes do where it can't, where the file moved to
 * another inode (a copy of it, or another machine), or where the user asked for them. */
static gboolean
source_is_unchanged (ThimbleJob *self, ThimbleRecord *record)
{
  const ThimbleOrigin *origin = self->origin;
  gboolean same_stamp
    = record->stamp.size == origin->size && record->stamp.mtime_ns == origin->mtime_ns;
  gboolean same_inode = record->stamp.inode == origin->inode;

  if (!thimble_job_has_file (self))
    return TRUE; /* as far as can be told without asking the server */
  if (self->is_removed) /* the server says that it is the same; no bytes are here to compare */
    return same_stamp && self->run->options.verify == THIMBLE_VERIFY_MTIME;
  if (self->run->options.verify == THIMBLE_VERIFY_MTIME)
    {
      if (!same_stamp)
        return FALSE;
      if (same_inode && !record->is_racy)
        return TRUE;
    }
  /* The desktop's thumbnails say when their source changed. */
  if ((self->run->is_desktop && record->stamp.mtime_ns != origin->mtime_ns)
      || !has_same_content (self, record))
    return FALSE;

  /* Known again: next time the stamp will do. */
  if (!self->run->options.dry_run && (!same_stamp || !same_inode || record->is_racy))
    {
      record->stamp
        = (ThimbleStamp) { origin->size, origin->mtime_ns, origin->inode };
      record->is_racy = self->is_racy;
      thimble_catalog_add (self->run->catalog, thimble_record_copy (record));
    }
  return TRUE;
}

static ThimbleWhy
check_rendition (ThimbleJob *self, guint rendition)
{
  ThimbleRun *run = self->run;
  ThimbleRecord *record = self->records[rendition];
  struct stat info;

  if (record == NULL)
    {
      if (!run->is_desktop && thimble_adopt_is_in_way (self, rendition))
        self->in_way |= 1u << rendition;
      return run->options.force ? THIMBLE_WHY_FORCED : THIMBLE_WHY_MISSING;
    }
  if (run->options.force)
    return THIMBLE_WHY_FORCED;
  if (run->destination_fd < 0 || fstatat (run->destination_fd, record->path, &info, 0) < 0)
    return THIMBLE_WHY_MISSING;
  if (!g_str_equal (record->settings, thimble_recipes_get_settings (run->recipes, rendition)))
    return THIMBLE_WHY_SETTINGS_CHANGED;
  if (!source_is_unchanged (self, record))
    return THIMBLE_WHY_SOURCE_CHANGED;
  if (info.st_size != record->n_bytes)
    return THIMBLE_WHY_OUTPUT_CHANGED;
  return THIMBLE_WHY_UP_TO_DATE;
}

/**
 * thimble_job_check:
 *
 * Compares the image with the catalog and the destination; on the run's thread.
 *
 * Returns: whether something is to be made or adopted
 */
gboolean
thimble_job_check (ThimbleJob *self)
{
  ThimbleRun *run = self->run;
  guint n_renditions = thimble_naming_get_n_renditions (run->naming);

  for (guint i = 0; i < n_renditions; i++)
    {
      ThimbleWhy why;

      self->records[i] = thimble_catalog_lookup (run->catalog, self->source, self->plans[i]);
      why = check_rendition (self, i);
      if (why == THIMBLE_WHY_UP_TO_DATE)
        continue;
      self->to_make |= 1u << i;
      if (self->why == THIMBLE_WHY_UP_TO_DATE)
        self->why = why;
    }
  /* One that is to be made and was removed comes back as another job, which claims its names. */
  for (guint i = 0; i < n_renditions && !(self->is_removed && self->to_make != 0); i++)
    if (!(self->to_make & (1u << i)))
      thimble_run_claim (run, self->records[i]->path);
  return self->to_make != 0;
}

/**
 * thimble_job_new_known_crash:
 *
 * Returns: (transfer full) (nullable): the error of an image that ended a worker and has not changed
 *   since; %NULL for all others, and where it is to be made whatever was before
 */
GError *
thimble_job_new_known_crash (ThimbleJob *self)
{
  const ThimbleOrigin *origin = self->origin;
  const ThimbleStamp stamp = { origin->size, origin->mtime_ns, origin->inode };
  g_autofree char *message = NULL;

  if (self->run->options.force)
    return NULL;
  message = thimble_crash_list_lookup (self->run->crashes, self->source, &stamp);
  return message != NULL
           ? g_error_new_literal (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED, message)
           : NULL;
}

/**
 * thimble_job_describe_source:
 * @path: the output's, relative to the destination
 * @source: what a worker said of the source
 * @content_hash: (nullable): of the source's bytes
 * @record: (out caller-allocates): what is in the source and how it was asked for; nothing of the
 *   output but its path. Its strings stay the job's and the caller's
 */
void
thimble_job_describe_source (ThimbleJob *self,
                             guint rendition,
                             const char *path,
                             const ThimbleProbeReply *source,
                             const char *content_hash,
                             ThimbleRecord *record)
{
  const ThimbleOrigin *origin = self->origin;

  *record = (ThimbleRecord) {
    .source = self->source,
    .plan = self->plans[rendition],
    .path = path,
    .label = thimble_naming_get_label (self->run->naming, rendition),
    .settings = thimble_recipes_get_settings (self->run->recipes, rendition),
    .stamp = { origin->size, origin->mtime_ns, origin->inode },
    .is_racy = self->is_racy,
    .content_hash = content_hash,
    .source_width = source->width,
    .source_height = source->height,
    .source_format = source->format_name,
  };
}

static void
describe_record (ThimbleJob *self, const ThimbleRecord *record, ThimbleOutput *output)
{
  output->path = thimble_job_dup_absolute (self, record->path);
  output->label = g_intern_string (record->label);
  output->width = record->width;
  output->height = record->height;
  output->format = record->format;
  output->n_bytes = record->n_bytes;
}

/**
 * thimble_job_describe:
 *
 * Returns: (transfer full): a result that lists the outputs the catalog has of this image
 */
ThimbleItemResult *
thimble_job_describe (ThimbleJob *self)
{
  guint n_renditions = thimble_naming_get_n_renditions (self->run->naming);
  ThimbleItemResult *result = thimble_item_result_new (n_renditions);
  guint n = 0;

  result->why = self->why;
  for (guint i = 0; i < n_renditions; i++)
    {
      const ThimbleRecord *record = self->records[i];

      if (record == NULL || (self->to_make & ~self->adopted & (1u << i)))
        continue;
      describe_record (self, record, &result->outputs[n++]);
      result->width = record->source_width;
      result->height = record->source_height;
      result->format = g_intern_string (record->source_format);
    }
  result->n_outputs = n;
  return result;
}

/**
 * thimble_job_describe_plan:
 *
 * Returns: (transfer full): as [method@Job.describe], with the outputs that would be made, without
 *   sizes; "was_made" marks them
 */
ThimbleItemResult *
thimble_job_describe_plan (ThimbleJob *self)
{
  guint n_renditions = thimble_naming_get_n_renditions (self->run->naming);
  g_autoptr(ThimbleItemResult) known = thimble_job_describe (self);
  ThimbleItemResult *result = thimble_item_result_new (n_renditions);
  guint n_known = 0;

  result->why = self->why;
  result->width = known->width;
  result->height = known->height;
  result->format = known->format;
  for (guint i = 0; i < n_renditions; i++)
    {
      ThimbleOutput *output = &result->outputs[i];

      if (self->to_make & (1u << i))
        {
          output->path = thimble_job_dup_absolute (self, self->plans[i]);
          output->label = g_intern_string (thimble_naming_get_label (self->run->naming, i));
          output->was_made = TRUE;
        }
      else
        {
          *output = known->outputs[n_known];
          output->path = g_strdup (known->outputs[n_known++].path);
        }
    }
  return result;
}

/**
 * thimble_job_dup_display_name:
 *
 * Returns: (transfer full): what messages call the image: a file by its name, a link by its URL, as
 *   far as a person can read it
 */
char *
thimble_job_dup_display_name (ThimbleJob *self)
{
  const ThimbleOrigin *origin = self->run->origins->pdata[self->index];
  g_autofree char *valid = NULL;

  if (origin->url == NULL)
    return thimble_origin_dup_display_name (origin);
  valid = g_utf8_make_valid (origin->url, MIN (strlen (origin->url), MAX_SHOWN_URL));
  return g_strconcat (valid, strlen (origin->url) > MAX_SHOWN_URL ? "…" : "", NULL);
}

/* Whether the link's file is of no more use when the job has ended so. One that the user also named
 * as a file is the user's. */
static gboolean
spends_original (ThimbleJob *self, ThimbleItemState state)
{
  return !thimble_run_keeps_originals (self->run)
         && (state == THIMBLE_ITEM_DONE || state == THIMBLE_ITEM_SKIPPED)
         && !thimble_run_has_image (self->run, self->origin);
}

/**
 * thimble_job_end:
 * @result: (transfer full): how it ended
 *
 * Tells the main thread and frees the job. A file that is about to be removed is not told.
 */
void
thimble_job_end (ThimbleJob *self, ThimbleItemState state, ThimbleItemResult *result)
{
  if (self->is_link && thimble_job_has_file (self))
    {
      result->original_bytes = self->origin->size;
      if (self->is_removed || spends_original (self, state))
        thimble_run_spend_original (self->run, self->index, !self->is_removed);
      else
        result->original = thimble_origin_dup_path (self->origin);
    }
  result->download_seconds = self->download_seconds;
  thimble_run_push_event (self->run, self->index, state, result);
  thimble_job_free (self);
}

static ThimbleErrorKind
get_error_kind (const GError *error)
{
  if (error->domain == THIMBLE_IMAGE_ERROR)
    switch ((ThimbleImageError) error->code)
      {
      case THIMBLE_IMAGE_ERROR_TOO_LARGE:
        return THIMBLE_ERROR_KIND_TOO_LARGE;
      case THIMBLE_IMAGE_ERROR_CORRUPT:
        return THIMBLE_ERROR_KIND_CORRUPT;
      case THIMBLE_IMAGE_ERROR_UNSUPPORTED:
      default:
        return THIMBLE_ERROR_KIND_UNSUPPORTED;
      }
  if (g_error_matches (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED))
    return THIMBLE_ERROR_KIND_CRASHED;
  if (g_error_matches (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_TIMEOUT))
    return THIMBLE_ERROR_KIND_TIMEOUT;
  if (error->domain == THIMBLE_DOWNLOAD_ERROR)
    return error->code == THIMBLE_DOWNLOAD_ERROR_TIMEOUT ? THIMBLE_ERROR_KIND_TIMEOUT
                                                         : THIMBLE_ERROR_KIND_NETWORK;
  if (g_error_matches (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_CONFLICT))
    return THIMBLE_ERROR_KIND_CONFLICT;
  return THIMBLE_ERROR_KIND_IO;
}

/**
 * thimble_job_fail:
 * @error: (transfer full): why; a predicate that gets the file's name in front, unless it is of the
 *   service and is a sentence already
 *
 * Ends the job as cancelled or failed. An error of the whole destination also stops the run.
 */
void
thimble_job_fail (ThimbleJob *self, GError *error)
{
  g_autoptr(GError) owned G_GNUC_UNUSED = error;
  g_autofree char *name = thimble_job_dup_display_name (self);
  ThimbleItemResult *result = thimble_item_result_new (0);

  result->why = self->why;
  if (thimble_writer_error_is_fatal (error))
    thimble_run_fail (self->run, g_error_copy (error));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      result->error_kind = get_error_kind (error);
      result->message = error->domain == THIMBLE_SERVICE_ERROR
                            || g_str_has_prefix (error->message, "“")
                          ? g_strdup (error->message)
                          : g_strdup_printf ("“%s” %s", name, error->message);
      thimble_job_end (self, THIMBLE_ITEM_FAILED, result);
      return;
    }
  thimble_job_end (self, THIMBLE_ITEM_CANCELLED, result);
}
