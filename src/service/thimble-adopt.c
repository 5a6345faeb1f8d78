/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files in the way that the catalog does not know. One that is whole, what would be made, and newer
 * than its source, is taken as ours: so a lost catalog is rebuilt without making anything again.
 * What is in a file is only ever looked at by a work. */

#include "thimble-run-private.h"

#include "thimble-content-hash.h"
#include "thimble-geometry.h"
#include "thimble-operations.h"
#include "thimble-paths.h"
#include "thimble-reply.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The names that a plan may come to, as far as they can be told before the image was looked at. */
static GStrv
dup_candidates (ThimbleJob *job, guint rendition)
{
  const char *plan = job->plans[rendition];
  gsize n = strlen (plan);
  g_autofree char *stem = NULL;
  GStrv candidates;

  if (!g_str_has_suffix (plan, ".?"))
    {
      candidates = g_new0 (char *, 2);
      candidates[0] = g_strdup (plan);
      return candidates;
    }
  stem = g_strndup (plan, n - 1);
  candidates = g_new0 (char *, 3);
  candidates[0] = g_strconcat (stem, thimble_format_get_extension (THIMBLE_FORMAT_JPEG), NULL);
  candidates[1] = g_strconcat (stem, thimble_format_get_extension (THIMBLE_FORMAT_PNG), NULL);
  return candidates;
}

/* The candidate that is there, if one is. */
static char *
dup_existing (ThimbleJob *job, guint rendition, struct stat *info)
{
  g_auto(GStrv) candidates = NULL;

  if (job->run->destination_fd < 0)
    return NULL;
  candidates = dup_candidates (job, rendition);
  for (guint i = 0; candidates[i] != NULL; i++)
    if (fstatat (job->run->destination_fd, candidates[i], info, 0) == 0 && S_ISREG (info->st_mode))
      return g_strdup (candidates[i]);
  return NULL;
}

/* Whether a folder of the destination is not there, or has nothing in it but our own. */
static gboolean
has_nothing (ThimbleRun *run, const char *folder)
{
  int fd = openat (run->destination_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  const struct dirent *entry = NULL;
  gboolean is_own = TRUE;

  if (fd < 0)
    return errno == ENOENT;
  if (dir == NULL)
    {
      close (fd);
      return FALSE;
    }
  while (is_own && (entry = readdir (dir)) != NULL)
    is_own = g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, "..")
             || (g_str_equal (entry->d_name, ".thimble") && g_str_equal (folder, "."));
  closedir (dir);
  return entry == NULL;
}

/* Whether there was nothing in the folder of a plan when it was first looked at. Then nothing is in
 * the way but what others put there since, and that is found out when the output gets its name. */
static gboolean
is_in_free_folder (ThimbleRun *run, const char *plan)
{
  g_autofree char *folder = g_path_get_dirname (plan);
  gboolean is_free;
  gpointer known;

  if (g_hash_table_lookup_extended (run->folder_states, folder, NULL, &known))
    return GPOINTER_TO_INT (known);
  is_free = has_nothing (run, folder);
  g_hash_table_insert (run->folder_states, g_steal_pointer (&folder), GINT_TO_POINTER (is_free));
  return is_free;
}

/**
 * thimble_adopt_is_in_way:
 *
 * Returns: whether there is a file where a rendition's output would go, and the catalog knows
 *   nothing of it; one that it has of another source says nothing about this one
 */
gboolean
thimble_adopt_is_in_way (ThimbleJob *job, guint rendition)
{
  struct stat info;
  g_autofree char *path = NULL;

  if (job->run->destination_fd < 0 || is_in_free_folder (job->run, job->plans[rendition]))
    return FALSE;
  path = dup_existing (job, rendition, &info);
  return path != NULL && !thimble_catalog_has_output (job->run->catalog, path);
}

/* Has a worker look at a file: "probe" at its header, "verify-whole" at all of it. Blocks the
 * calling thread, which is the service's. */
static gboolean
look_at (ThimbleRun *run,
         const char *operation,
         const char *path,
         ThimbleProbeReply *reply,
         GError **error)
{
  g_autoptr(ThimbleInput) input = thimble_input_new_opened (AT_FDCWD, path, error);
  g_autoptr(ThimbleWork) work = NULL;
  g_autoptr(ThimbleFuture) future = NULL;
  ThimbleWorkResult *result;
  GBytes *bytes;

  if (input == NULL)
    return FALSE;
  work = thimble_work_new (operation, thimble_recipes_get (run->recipes, 1), input);
  future = thimble_executor_submit (thimble_engine_get_executor (run->engine), work, error);
  if (future == NULL)
    return FALSE;
  result = thimble_future_result (future, -1, error);
  if (result == NULL)
    return FALSE;
  bytes = thimble_work_result_get_reply (result);
  if (bytes != NULL && g_bytes_get_size (bytes) == sizeof *reply)
    memcpy (reply, g_bytes_get_data (bytes, NULL), sizeof *reply);
  if (bytes == NULL || g_bytes_get_size (bytes) != sizeof *reply
      || !thimble_reply_is_word (reply->format_name, sizeof reply->format_name))
    {
      g_set_error_literal (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                           "got an answer that makes no sense from its worker.");
      return FALSE;
    }
  return TRUE;
}

static gint64
get_mtime_ns (const struct stat *info)
{
  return (gint64) info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec;
}

static gboolean
is_what_would_be_made (ThimbleJob *job,
                       const char *path,
                       const struct stat *info,
                       ThimbleFormat format,
                       guint32 width_px,
                       guint32 height_px,
                       ThimbleProbeReply *found)
{
  g_autofree char *absolute = thimble_job_dup_absolute (job, path);

  return get_mtime_ns (info) >= job->origin->mtime_ns
         && !thimble_run_is_original (job->run, path)
         && look_at (job->run, "verify-whole", absolute, found, NULL)
         && found->format == (guint8) format && found->width == width_px
         && found->height == height_px;
}

/* What format a rendition of a probed source has; alpha that turns out opaque may make it a JPEG. */
static ThimbleFormat
get_format (const ThimbleRenditionRecipe *rendition, const ThimbleProbeReply *source, const char *path)
{
  const char *dot = strrchr (path, '.');

  if (rendition->format != THIMBLE_FORMAT_SAME)
    return rendition->format;
  if (source->format != THIMBLE_FORMAT_OTHER)
    return source->format;
  return thimble_format_from_extension (dot != NULL ? dot + 1 : "");
}

/* What is in the source, where its stamp will not be enough the next time; nothing where it changed
 * since it was found, so that what was adopted may have been made from something else. */
static gboolean
hash_source (ThimbleJob *job, char *hash)
{
  const ThimbleOrigin *origin = job->origin;
  g_autofree char *path = NULL;
  struct stat info;

  if (!job->is_racy && job->run->options.verify != THIMBLE_VERIFY_HASH)
    return FALSE;
  path = thimble_origin_dup_path (origin);
  return thimble_content_hash_file (path, hash, NULL) && stat (path, &info) == 0
         && info.st_size == origin->size && get_mtime_ns (&info) == origin->mtime_ns;
}

static void
adopt_rendition (ThimbleJob *job,
                 guint rendition,
                 const ThimbleProbeReply *source,
                 const char *content_hash)
{
  const ThimbleRenditionRecipe *recipe = thimble_recipes_get_rendition (job->run->recipes, rendition);
  struct stat info;
  g_autofree char *path = dup_existing (job, rendition, &info);
  ThimblePlacement placement;
  ThimbleProbeReply found;
  ThimbleRecord record;

  if (path == NULL
      || !thimble_geometry_place (source->width, source->height, source->is_scalable, recipe,
                                  &placement, NULL)
      || !is_what_would_be_made (job, path, &info, get_format (recipe, source, path),
                                 placement.width, placement.height, &found))
    return;
  job->adopted |= 1u << rendition;
  thimble_job_describe_source (job, rendition, path, source, content_hash, &record);
  record.width = found.width;
  record.height = found.height;
  record.format = found.format;
  record.n_bytes = info.st_size;
  job->records[rendition] = thimble_record_copy (&record);
  if (!job->run->options.dry_run && !job->run->options.force)
    thimble_catalog_add (job->run->catalog, thimble_record_copy (&record));
}

/**
 * thimble_adopt:
 *
 * Looks at the files in a job's way. Those that are what would be made need not be made, unless the
 * user forces it; any other is a conflict, unless the user allows files to be replaced. Blocks.
 *
 * Returns: %FALSE with @error set where the source can't be looked at
 */
gboolean
thimble_adopt (ThimbleJob *job, GError **error)
{
  g_autofree char *path = thimble_origin_dup_path (job->origin);
  ThimbleProbeReply source = { 0 };
  char hash[THIMBLE_CONTENT_HASH_SIZE];
  gboolean is_hashed;

  if (!look_at (job->run, "probe", path, &source, error))
    return FALSE;
  is_hashed = hash_source (job, hash);
  for (guint i = 0; i < thimble_naming_get_n_renditions (job->run->naming); i++)
    if (job->in_way & (1u << i))
      adopt_rendition (job, i, &source, is_hashed ? hash : NULL);
  if (!job->run->options.force)
    job->to_make &= ~job->adopted;
  return TRUE;
}

/**
 * thimble_adopt_check_conflict:
 *
 * For a dry run, after [func@adopt]. Where the name depends on what is in the source, nothing is said.
 *
 * Returns: %FALSE with @error set where the job is known to end in a conflict
 */
gboolean
thimble_adopt_check_conflict (ThimbleJob *job, GError **error)
{
  for (guint i = 0; i < thimble_naming_get_n_renditions (job->run->naming); i++)
    if ((job->in_way & ~job->adopted & (1u << i)) && !g_str_has_suffix (job->plans[i], ".?")
        && (!job->run->options.overwrite || thimble_run_is_original (job->run, job->plans[i])))
      {
        thimble_job_set_conflict (job, job->plans[i], error);
        return FALSE;
      }
  return TRUE;
}

/**
 * thimble_adopt_file:
 *
 * Returns: whether the file at @path, relative to the destination, is as good as the one that was
 *   made and could not be put there
 */
gboolean
thimble_adopt_file (ThimbleJob *job,
                    const char *path,
                    ThimbleFormat format,
                    guint32 width_px,
                    guint32 height_px)
{
  ThimbleProbeReply found;
  struct stat info;

  return fstatat (job->run->destination_fd, path, &info, 0) == 0 && S_ISREG (info.st_mode)
         && is_what_would_be_made (job, path, &info, format, width_px, height_px, &found);
}

/* Which origins lie in the destination, by their path relative to it. */
static GHashTable *
list_origins_inside (ThimbleRun *run)
{
  GHashTable *inside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *resolved = thimble_path_resolve (run->destination);
  const ThimbleFolder *last = NULL;
  g_autofree char *folder = NULL;

  for (guint i = 0; i < run->origins->len; i++)
    {
      const ThimbleOrigin *origin = run->origins->pdata[i];

      if (origin->url != NULL)
        continue;
      if (folder == NULL || origin->folder != last)
        {
          last = origin->folder;
          g_free (folder);
          folder = thimble_path_resolve (last->path);
        }
      if (g_str_equal (folder, resolved))
        g_hash_table_insert (inside, g_strdup (origin->name), GUINT_TO_POINTER (i));
      else if (thimble_path_is_below (folder, resolved))
        {
          g_autofree char *path = g_build_filename (folder, origin->name, NULL);
          g_hash_table_insert (inside, thimble_path_relative_to (path, resolved),
                               GUINT_TO_POINTER (i));
        }
    }
  return inside;
}

/* An image where another's output goes, and which is what would be made there: an output. */
static void
exclude_adoptable (ThimbleRun *run, GHashTable *inside, guint index)
{
  ThimbleJob *job;

  if (run->is_excluded[index])
    return;
  job = thimble_job_new (run, index);
  for (guint i = 0; i < thimble_naming_get_n_renditions (run->naming); i++)
    {
      struct stat info;
      g_autofree char *path = dup_existing (job, i, &info);
      gpointer other;

      if (path != NULL && g_hash_table_lookup_extended (inside, path, NULL, &other)
          && GPOINTER_TO_UINT (other) != index && !run->is_excluded[GPOINTER_TO_UINT (other)])
        {
          job->in_way = job->adopted = 0;
          job->in_way |= 1u << i;
          if (thimble_adopt (job, NULL) && job->adopted)
            run->is_excluded[GPOINTER_TO_UINT (other)] = TRUE;
          g_clear_pointer (&job->records[i], thimble_record_free);
        }
    }
  thimble_job_free (job);
}

static gboolean
name_outputs (ThimbleRun *run, guint n_origins, GError **error)
{
  g_clear_pointer (&run->naming, thimble_naming_free);
  run->naming
    = thimble_naming_new (run->preset, run->folders, (ThimbleOrigin *const *) run->origins->pdata,
                          run->is_excluded, n_origins, run->destination, error);
  return run->naming != NULL;
}

/* Whether names of outputs are of use. */
static gboolean
asks_for_names (ThimbleRun *run)
{
  return run->part != THIMBLE_RUN_DOWNLOAD || run->options.dry_run || run->options.prune;
}

/**
 * thimble_run_exclude_outputs:
 *
 * Marks the images that are outputs of earlier runs, where sources and destination are one folder,
 * and names the outputs of the others, if any are to be made. Blocks.
 */
gboolean
thimble_run_exclude_outputs (ThimbleRun *run, GError **error)
{
  g_autoptr(GHashTable) inside = list_origins_inside (run);
  guint n_before = 0;
  guint n_after = 0;
  GHashTableIter iter;
  gpointer path;
  gpointer index;

  g_hash_table_iter_init (&iter, inside);
  while (g_hash_table_iter_next (&iter, &path, &index))
    if (thimble_catalog_has_output (run->catalog, path))
      run->is_excluded[GPOINTER_TO_UINT (index)] = TRUE;
  if (g_hash_table_size (inside) == 0)
    return name_outputs (run, asks_for_names (run) ? run->origins->len : 0, error);
  if (!name_outputs (run, run->origins->len, error))
    return FALSE;

  for (guint i = 0; i < run->origins->len; i++)
    n_before += run->is_excluded[i];
  for (guint i = 0; i < run->origins->len && !g_cancellable_is_cancelled (run->cancellable); i++)
    exclude_adoptable (run, inside, i);
  for (guint i = 0; i < run->origins->len; i++)
    n_after += run->is_excluded[i];
  return n_after == n_before || name_outputs (run, run->origins->len, error);
}
