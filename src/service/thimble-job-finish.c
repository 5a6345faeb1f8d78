/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The end of a job: what the worker answered is checked, written, given its name and recorded. On
 * the thread that its work ended on, or on the service's thread pool. */

#include "thimble-run-private.h"

#include "thimble-desktop-thumbnail.h"
#include "thimble-paths.h"
#include "thimble-recipe.h"
#include "thimble-reply.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The worker's bytes, and what it may not know: where its source lies. */
static GBytes *
dup_file (ThimbleJob *job, GBytes *bytes, const ThimbleThumbnailReply *reply)
{
  if (!job->run->is_desktop)
    return g_bytes_ref (bytes);
  return thimble_desktop_thumbnail_new (bytes, job->origin, reply->source.width,
                                        reply->source.height);
}

static void
list_made (ThimbleJob *job, ThimbleWorkResult *result, const ThimbleThumbnailReply *reply)
{
  guint n_renditions = thimble_naming_get_n_renditions (job->run->naming);

  job->made = g_new0 (ThimbleMade, reply->n_outputs);
  for (guint i = 0; i < n_renditions; i++)
    if (job->to_make & (1u << i))
      {
        guint n = job->n_made++;
        const ThimbleOutputReply *output = &reply->outputs[n];

        job->made[n] = (ThimbleMade) {
          .rendition = i,
          .reply = output,
          .bytes = dup_file (job, thimble_work_result_get_output (result, n), reply),
          .path = thimble_naming_dup_path (job->run->naming, job->index, i, output->format,
                                           output->width, output->height),
        };
      }
}

/* Whether the file under this name is known to be one that Thimble made, or that the user lets go,
 * with nothing looked up. */
static gboolean
is_own (ThimbleJob *job, const ThimbleMade *made)
{
  const ThimbleRecord *record = job->records[made->rendition];

  return (record != NULL && g_str_equal (record->path, made->path))
         || (job->adopted & (1u << made->rendition)) || job->run->options.overwrite;
}

/**
 * thimble_job_set_conflict:
 * @path: relative to the destination; a file that may not be replaced
 */
void
thimble_job_set_conflict (ThimbleJob *job, const char *path, GError **error)
{
  g_autofree char *name = thimble_job_dup_display_name (job);
  g_autofree char *absolute = thimble_job_dup_absolute (job, path);
  g_autofree char *display = g_filename_display_name (absolute);

  g_clear_error (error);
  g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_CONFLICT,
               "“%s” was not made: its output would be “%s”, a file that Thimble did not make. "
               "Move that file away, choose another destination or name, or allow files to be "
               "replaced (--overwrite); originals are never replaced.",
               name, display);
}

/* Whether no other image of this run has an output of one of these names. */
static gboolean
claim_names (ThimbleJob *job, GError **error)
{
  for (guint i = 0; i < job->n_made; i++)
    {
      const char *path = job->made[i].path;
      g_autofree char *name = NULL;
      g_autofree char *display = NULL;
      gboolean is_own = FALSE;

      for (guint j = 0; j < i; j++)
        is_own |= g_strcmp0 (path, job->made[j].path) == 0;
      if (is_own || thimble_run_claim (job->run, path))
        continue;
      name = thimble_job_dup_display_name (job);
      display = g_filename_display_name (path);
      g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_CONFLICT,
                   "“%s” was not made: its output would be “%s”, and so is that of another image. "
                   "Choose names that tell them apart (--name).",
                   name, display);
      return FALSE;
    }
  return TRUE;
}

/* All outputs are complete before the first gets its name. */
static gboolean
stage (ThimbleJob *job, GError **error)
{
  for (guint i = 0; i < job->n_made; i++)
    {
      ThimbleMade *made = &job->made[i];

      if (!thimble_writer_stage (job->run->writer, made->bytes, &made->staged, error))
        return FALSE;
      made->is_staged = TRUE;
    }
  return TRUE;
}

static void
discard (ThimbleJob *job)
{
  for (guint i = 0; i < job->n_made; i++)
    if (job->made[i].is_staged && !job->made[i].is_placed)
      thimble_writer_discard (job->run->writer, job->made[i].staged);
}

/* Gives an output its name. Most names are free: whose a file is that has it is looked up only where
 * there is one. Returns whether it has its name; if not, without an error, what has it is to be
 * looked at by a worker. */
static gboolean
place (ThimbleJob *job, ThimbleMade *made, GError **error)
{
  ThimbleRun *run = job->run;
  gboolean replaces = is_own (job, made) && !thimble_run_is_original (run, made->path);

  made->is_placed = TRUE;
  if (thimble_writer_place (run->writer, made->staged, made->path, replaces, error))
    return TRUE;
  if (replaces || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return FALSE;

  g_clear_error (error);
  if (!thimble_run_is_original (run, made->path)
      && thimble_catalog_has_output (run->catalog, made->path))
    return thimble_writer_place (run->writer, made->staged, made->path, TRUE, error);
  made->is_placed = FALSE;
  return FALSE;
}

/* Places all, from the first on that has no name yet; @may_wait as for thimble_job_finish(). */
static gboolean
place_all (ThimbleJob *job, gboolean may_wait, GError **error)
{
  for (guint i = 0; i < job->n_made; i++)
    {
      ThimbleMade *made = &job->made[i];
      const ThimbleOutputReply *reply = made->reply;

      if (made->is_placed || place (job, made, error))
        continue;
      if (*error != NULL || !may_wait)
        return FALSE;
      if (!thimble_adopt_file (job, made->path, reply->format, reply->width, reply->height))
        {
          thimble_job_set_conflict (job, made->path, error);
          return FALSE;
        }
      thimble_writer_discard (job->run->writer, made->staged);
      made->is_placed = TRUE;
    }
  return TRUE;
}

/* The name may have changed with what is in the source: the old file is ours to remove. While it is
 * there it keeps its record, or nobody would ever remove it. */
static gboolean
remove_former (ThimbleJob *job, const ThimbleRecord *former, const char *path, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *absolute = NULL;
  g_autofree char *display = NULL;
  struct stat info;
  int saved;

  if (former == NULL || g_str_equal (former->path, path)
      || fstatat (job->run->destination_fd, former->path, &info, AT_SYMLINK_NOFOLLOW) < 0
      || info.st_size != former->n_bytes
      || thimble_naming_is_planned (job->run->naming, former->path)
      || unlinkat (job->run->destination_fd, former->path, 0) == 0 || errno == ENOENT)
    return TRUE;

  saved = errno;
  name = thimble_origin_dup_display_name (job->origin);
  absolute = thimble_job_dup_absolute (job, former->path);
  display = g_filename_display_name (absolute);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
               "“%s” has a new output, but its former one, “%s”, cannot be removed: %s. Start "
               "again, or remove it yourself.",
               name, display, g_strerror (saved));
  return FALSE;
}

/* Makes the job's records those of what was made, up to where a former output is in the way of it.
 * Returns how many. */
static guint
renew_records (ThimbleJob *job, const ThimbleThumbnailReply *reply, GError **error)
{
  for (guint i = 0; i < job->n_made; i++)
    {
      const ThimbleMade *made = &job->made[i];
      ThimbleRecord **record = &job->records[made->rendition];
      ThimbleRecord now;

      if (!remove_former (job, *record, made->path, error))
        return i;
      thimble_record_free (*record);
      thimble_job_describe_source (job, made->rendition, made->path, &reply->source,
                                   reply->content_hash, &now);
      now.width = made->reply->width;
      now.height = made->reply->height;
      now.format = made->reply->format;
      now.n_bytes = g_bytes_get_size (made->bytes);
      *record = thimble_record_copy (&now);
    }
  return job->n_made;
}

static ThimbleItemResult *
describe (ThimbleJob *job, const ThimbleThumbnailReply *reply)
{
  ThimbleItemResult *result;
  guint32 made = job->to_make;

  job->to_make = 0;
  result = thimble_job_describe (job);
  job->to_make = made;
  for (guint i = 0, n = 0; i < thimble_naming_get_n_renditions (job->run->naming); i++)
    if (job->records[i] != NULL)
      result->outputs[n++].was_made = (made >> i) & 1;
  result->width = reply->source.width;
  result->height = reply->source.height;
  result->format = g_intern_string (reply->source.format_name);
  result->decode_seconds = reply->decode_us / 1e6;
  result->resize_seconds = reply->resize_us / 1e6;
  result->encode_seconds = reply->encode_us / 1e6;
  return result;
}

/* What ends workers is not given to another one before it changes. A list that can't be written is
 * no reason to stop: the next run then loses a worker again. */
static void
remember_crash (ThimbleJob *job, const GError *error)
{
  const ThimbleOrigin *origin = job->origin;
  const ThimbleStamp stamp = { origin->size, origin->mtime_ns, origin->inode };
  g_autoptr(GError) failure = NULL;

  if (g_error_matches (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED)
      && !thimble_crash_list_add (job->run->crashes, job->source, &stamp, error->message,
                                  &failure))
    g_debug ("A crash is not remembered: %s", failure->message);
}

/* Looks at what the worker answered, and writes it where nobody sees it yet. */
static gboolean
begin (ThimbleJob *self, ThimbleWorkResult *result, const ThimbleThumbnailReply *reply, GError **error)
{
  thimble_crash_list_remove (self->run->crashes, self->source);
  list_made (self, result, reply);
  return claim_names (self, error) && stage (self, error);
}

/* All is written: tells the catalog and the main thread. */
static gboolean
end (ThimbleJob *self, const ThimbleThumbnailReply *reply, GError **error)
{
  guint n_renewed = renew_records (self, reply, error);
  ThimbleItemResult *item = n_renewed == self->n_made ? describe (self, reply) : NULL;

  for (guint i = 0; i < n_renewed; i++)
    thimble_catalog_add (self->run->catalog,
                         g_steal_pointer (&self->records[self->made[i].rendition]));
  if (item != NULL)
    thimble_job_end (self, THIMBLE_ITEM_DONE, item);
  return item != NULL;
}

/**
 * thimble_job_finish:
 * @may_wait: whether this thread may wait for a worker; one that a worker waits for may not
 *
 * Takes the worker's answer to a thumbnail work, writes the files and ends the job.
 *
 * Returns: whether it has ended; if not, because that needs a wait, this is to be called again where
 *   it may wait
 */
gboolean
thimble_job_finish (ThimbleJob *self, gboolean may_wait)
{
  guint n_outputs = (guint) __builtin_popcount (self->to_make);
  const ThimbleThumbnailReply *reply;
  ThimbleWorkResult *result;
  GError *error = NULL;

  if (!may_wait && thimble_future_get_error (self->future) != NULL)
    return FALSE; /* crashes are written down */
  result = thimble_future_get_result (self->future, &error);
  reply = result != NULL ? thimble_reply_check (result, n_outputs, &error) : NULL;
  if (reply == NULL)
    {
      remember_crash (self, error);
      thimble_job_fail (self, error);
      return TRUE;
    }
  if ((self->made != NULL || begin (self, result, reply, &error))
      && place_all (self, may_wait, &error) && end (self, reply, &error))
    return TRUE;
  if (error == NULL)
    return FALSE;
  discard (self);
  thimble_job_fail (self, error);
  return TRUE;
}
