/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The end of a job: what the worker answered is checked, written, given its name and recorded. Runs
 * on the service's thread pool. */

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

/* One output between the worker's answer and its name. */
typedef struct
{
  guint rendition;
  const ThimbleOutputReply *reply;
  GBytes *bytes; /* owned: as it is written */
  char *path;    /* owned: relative to the destination */
  guint staged;
  gboolean is_staged;
  gboolean is_placed;
} Made;

static void
made_clear (gpointer data)
{
  Made *made = data;

  g_bytes_unref (made->bytes);
  g_free (made->path);
}

/* The worker's bytes, and what it may not know: where its source lies. */
static GBytes *
dup_file (ThimbleJob *job, GBytes *bytes, const ThimbleThumbnailReply *reply)
{
  if (!job->run->is_desktop)
    return g_bytes_ref (bytes);
  return thimble_desktop_thumbnail_new (bytes, job->origin, reply->source.width,
                                        reply->source.height);
}

static GArray *
list_made (ThimbleJob *job, ThimbleWorkResult *result, const ThimbleThumbnailReply *reply)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (Made));
  guint n_renditions = thimble_naming_get_n_renditions (job->run->naming);
  guint n = 0;

  g_array_set_clear_func (list, made_clear);
  for (guint i = 0; i < n_renditions; i++)
    if (job->to_make & (1u << i))
      {
        const ThimbleOutputReply *output = &reply->outputs[n];
        Made made = { .rendition = i,
                      .reply = output,
                      .bytes = dup_file (job, thimble_work_result_get_output (result, n++), reply),
                      .path = thimble_naming_dup_path (job->run->naming, job->index, i,
                                                       output->format, output->width,
                                                       output->height) };
        g_array_append_val (list, made);
      }
  return list;
}

/* Whether the file under this name is known to be one that Thimble made, or that the user lets go,
 * with nothing looked up. */
static gboolean
is_own (ThimbleJob *job, const Made *made)
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
claim_names (ThimbleJob *job, GArray *list, GError **error)
{
  for (guint i = 0; i < list->len; i++)
    {
      const char *path = g_array_index (list, Made, i).path;
      g_autofree char *name = NULL;
      g_autofree char *display = NULL;
      gboolean is_own = FALSE;

      for (guint j = 0; j < i; j++)
        is_own |= g_str_equal (path, g_array_index (list, Made, j).path);
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

/* Most names are free: who made a file is looked up only where there is one. */
static gboolean
place (ThimbleJob *job, Made *made, GError **error)
{
  const ThimbleOutputReply *reply = made->reply;
  ThimbleRun *run = job->run;
  gboolean is_original = thimble_run_is_original (run, made->path);
  gboolean replaces = !is_original && is_own (job, made);

  made->is_placed = TRUE;
  if (thimble_writer_place (run->writer, made->staged, made->path, replaces, error))
    return TRUE;
  if (replaces || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return FALSE;

  if (!is_original && thimble_catalog_has_output (run->catalog, made->path))
    {
      g_clear_error (error);
      return thimble_writer_place (run->writer, made->staged, made->path, TRUE, error);
    }
  made->is_placed = FALSE;
  if (!thimble_adopt_file (job, made->path, reply->format, reply->width, reply->height))
    {
      thimble_job_set_conflict (job, made->path, error);
      return FALSE;
    }
  g_clear_error (error);
  return TRUE;
}

/* All outputs are complete before the first gets its name. */
static gboolean
write_outputs (ThimbleJob *job, GArray *list, GError **error)
{
  gboolean done = TRUE;

  for (guint i = 0; done && i < list->len; i++)
    {
      Made *made = &g_array_index (list, Made, i);
      done = thimble_writer_stage (job->run->writer, made->bytes, &made->staged, error);
      made->is_staged = done;
    }
  for (guint i = 0; done && i < list->len; i++)
    done = place (job, &g_array_index (list, Made, i), error);
  for (guint i = 0; i < list->len; i++)
    {
      Made *made = &g_array_index (list, Made, i);
      if (made->is_staged && !made->is_placed)
        thimble_writer_discard (job->run->writer, made->staged);
    }
  return done;
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

static gboolean
record_outputs (ThimbleJob *job,
                GArray *list,
                const ThimbleThumbnailReply *reply,
                GError **error)
{
  for (guint i = 0; i < list->len; i++)
    {
      const Made *made = &g_array_index (list, Made, i);
      ThimbleRecord *record = thimble_job_make_record (job, made->rendition, made->path,
                                                       &reply->source, reply->content_hash);

      record->width = made->reply->width;
      record->height = made->reply->height;
      record->format = made->reply->format;
      record->n_bytes = g_bytes_get_size (made->bytes);
      if (!remove_former (job, job->records[made->rendition], made->path, error))
        {
          thimble_record_free (record);
          return FALSE;
        }
      thimble_catalog_add (job->run->catalog, thimble_record_copy (record));
      g_clear_pointer (&job->records[made->rendition], thimble_record_free);
      job->records[made->rendition] = record;
    }
  return TRUE;
}

static ThimbleItemResult *
describe (ThimbleJob *job, GArray *list, const ThimbleThumbnailReply *reply)
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

/**
 * thimble_job_finish:
 *
 * Takes the worker's answer to a thumbnail work, writes the files and ends the job.
 */
void
thimble_job_finish (ThimbleJob *self)
{
  g_autoptr(GArray) list = NULL;
  guint n_outputs = (guint) __builtin_popcount (self->to_make);
  ThimbleWorkResult *result;
  const ThimbleThumbnailReply *reply;
  GError *error = NULL;

  result = thimble_future_get_result (self->future, &error);
  reply = result != NULL ? thimble_reply_check (result, n_outputs, &error) : NULL;
  if (reply == NULL)
    {
      remember_crash (self, error);
      thimble_job_fail (self, error);
      return;
    }
  thimble_crash_list_remove (self->run->crashes, self->source);
  list = list_made (self, result, reply);
  if (!claim_names (self, list, &error) || !write_outputs (self, list, &error)
      || !record_outputs (self, list, reply, &error))
    {
      thimble_job_fail (self, error);
      return;
    }
  thimble_job_end (self, THIMBLE_ITEM_DONE, describe (self, list, reply));
}
