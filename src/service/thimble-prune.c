/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Removes outputs that Thimble made and whose source, or size, is gone. */

#include "thimble-run-private.h"

#include "thimble-paths.h"
#include "thimble-source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  ThimbleRun *run;
  GHashTable *plans; /* source, a tab, plan: of all images of the run */
  GHashTable *seen;  /* sources of the run */
  ThimbleRunSummary *summary;
} Prune;

static void
list_plans (Prune *prune)
{
  ThimbleRun *run = prune->run;

  for (guint i = 0; i < run->origins->len; i++)
    {
      ThimbleJob *job;

      if (run->is_excluded[i])
        continue;
      job = thimble_job_new (run, i);
      for (guint j = 0; job->plans[j] != NULL; j++)
        g_hash_table_add (prune->plans, g_strconcat (job->source, "\t", job->plans[j], NULL));
      g_hash_table_add (prune->seen, g_steal_pointer (&job->source));
      thimble_job_free (job);
    }
}

static gboolean
is_gone (Prune *prune, const ThimbleRecord *record)
{
  g_autofree char *path = NULL;
  struct stat info;

  if (g_hash_table_contains (prune->seen, record->source))
    {
      g_autofree char *key = g_strconcat (record->source, "\t", record->plan, NULL);
      return !g_hash_table_contains (prune->plans, key);
    }
  /* That a link was not named this time does not mean that it is gone. */
  if (thimble_source_is_url (record->source))
    return FALSE;
  path = g_build_filename (prune->run->destination, record->source, NULL);
  return stat (path, &info) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* Folders that held nothing else go with the file. */
static void
remove_empty_folders (ThimbleRun *run, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  while (!g_str_equal (folder, ".") && unlinkat (run->destination_fd, folder, AT_REMOVEDIR) == 0)
    {
      char *parent = g_path_get_dirname (folder);
      g_free (folder);
      folder = parent;
    }
}

/* Opens the folder of an output without following symbolic links: what lies behind one is not the
 * destination's, whatever a catalog says. Returns -1 with errno set where there
 * is none. */
static int
open_folder_of (ThimbleRun *run, const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);
  int fd = openat (run->destination_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  for (guint i = 0; fd >= 0 && parts[i + 1] != NULL; i++)
    {
      int child = openat (fd, parts[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      int saved = errno;

      close (fd);
      errno = saved;
      fd = child;
    }
  return fd;
}

/* Says that a file is still there that should not be: the run ends with that, when all others are
 * gone. */
static void
fail_to_remove (ThimbleRun *run, const ThimbleRecord *record, int code)
{
  g_autofree char *path = g_build_filename (run->destination, record->path, NULL);
  g_autofree char *display = g_filename_display_name (path);

  thimble_run_fail (run, g_error_new (THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
                                      "“%s” cannot be removed: %s. Start again, or remove it "
                                      "yourself.",
                                      display, g_strerror (code)));
}

typedef enum
{
  OUTPUT_NOT_OURS, /* or not there */
  OUTPUT_REMOVED,  /* or would be */
  OUTPUT_STAYS,    /* so that its record is still of use */
} Removal;

/* Whether the file is there as Thimble made it, and it is no image of this run. Removes it unless
 * that is only to be said. One whose name an image of this run is to have waits for that, and is
 * known to be ours until then. */
static Removal
remove_output (ThimbleRun *run, const ThimbleRecord *record)
{
  g_autofree char *name = g_path_get_basename (record->path);
  gboolean is_ours;
  struct stat info;
  int fd;

  if (thimble_naming_is_planned (run->naming, record->path))
    return OUTPUT_STAYS;
  fd = open_folder_of (run, record->path);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
    return OUTPUT_NOT_OURS;
  if (fd < 0)
    {
      fail_to_remove (run, record, errno);
      return OUTPUT_STAYS;
    }
  is_ours = fstatat (fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (info.st_mode)
            && info.st_size == record->n_bytes
            && !thimble_run_is_original (run, record->path);
  if (is_ours && !run->options.dry_run && unlinkat (fd, name, 0) < 0 && errno != ENOENT)
    {
      fail_to_remove (run, record, errno);
      close (fd);
      return OUTPUT_STAYS;
    }
  close (fd);
  return is_ours ? OUTPUT_REMOVED : OUTPUT_NOT_OURS;
}

static gboolean
prune_record_cb (const ThimbleRecord *record, gpointer user_data)
{
  Prune *prune = user_data;
  ThimbleRun *run = prune->run;
  Removal removal;

  if (!is_gone (prune, record))
    return TRUE;
  removal = remove_output (run, record);
  if (removal == OUTPUT_REMOVED)
    {
      g_ptr_array_add (prune->summary->pruned,
                       g_build_filename (run->destination, record->path, NULL));
      prune->summary->n_pruned++;
      if (!run->options.dry_run)
        remove_empty_folders (run, record->path);
    }
  if (!run->options.dry_run && removal != OUTPUT_STAYS)
    thimble_catalog_remove (run->catalog, record->path);
  return TRUE;
}

/**
 * thimble_run_prune:
 *
 * Looks at every record. A file that was changed since it was made is left, and only forgotten. A
 * source that is merely not part of this run keeps its outputs. Blocks.
 */
void
thimble_run_prune (ThimbleRun *run, ThimbleRunSummary *summary)
{
  Prune prune = { .run = run, .summary = summary };
  GError *error = NULL;

  if (run->destination_fd < 0)
    return;
  prune.plans = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  prune.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  list_plans (&prune);
  if (!thimble_catalog_foreach (run->catalog, prune_record_cb, &prune, &error))
    thimble_run_fail (run, error);
  g_hash_table_unref (prune.plans);
  g_hash_table_unref (prune.seen);
}
