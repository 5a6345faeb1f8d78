/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which files in the destination are images of this run: they are never taken for outputs and never
 * replaced, whatever the catalog says and the user allows. And which names this run has given: no
 * two images have one. */

#include "thimble-run-private.h"

#include "thimble-paths.h"

#include <fcntl.h>
#include <sys/stat.h>

/* One number for what stat says of a file (Stafford's mix 13). */
static guint64
hash_stamp (gint64 size, gint64 mtime_ns, guint64 inode)
{
  guint64 hash = (guint64) size;

  hash = (hash ^ (hash >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9) + (guint64) mtime_ns;
  hash = (hash ^ (hash >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb) + inode;
  hash = (hash ^ (hash >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  return hash ^ (hash >> 31);
}

/* Lists a path as well where it lies in the destination: the file may change while the run goes on. */
static void
list_path (ThimbleRun *run, const char *folder, const char *name)
{
  g_autofree char *path = NULL;
  g_autofree char *relative = NULL;

  if (!g_str_equal (folder, run->destination) && !thimble_path_is_below (folder, run->destination))
    return;
  path = g_build_filename (folder, name, NULL);
  relative = thimble_path_relative_to (path, run->destination);
  thimble_hash_counter_add (run->originals, thimble_path_hash (relative));
}

/**
 * thimble_run_list_originals:
 *
 * To be called when it is known which images are no outputs of earlier runs. Blocks.
 */
void
thimble_run_list_originals (ThimbleRun *run)
{
  const ThimbleFolder *last = NULL;
  g_autofree char *folder = NULL;

  run->originals = thimble_hash_counter_new ();
  for (guint i = 0; i < run->origins->len; i++)
    {
      const ThimbleOrigin *origin = run->origins->pdata[i];

      if (run->is_excluded[i] || origin->url != NULL)
        continue;
      if (folder == NULL || origin->folder != last)
        {
          last = origin->folder;
          g_free (folder);
          folder = thimble_path_resolve (last->path);
        }
      list_path (run, folder, origin->name);
      if (origin->inode != 0)
        thimble_hash_counter_add (run->originals, hash_stamp (origin->size, origin->mtime_ns,
                                                              origin->inode));
    }
}

/* Nothing but downloads and what the user put there lies in the folder of downloads itself. */
static gboolean
is_download (ThimbleRun *run, const char *path)
{
  g_autofree char *absolute = NULL;
  g_autofree char *folder = NULL;

  if (run->downloads == NULL)
    return FALSE;
  absolute = g_build_filename (run->destination, path, NULL);
  folder = g_path_get_dirname (absolute);
  return g_str_equal (folder, run->downloads);
}

/**
 * thimble_run_is_original:
 * @path: relative to the destination
 *
 * Returns: whether that file is one of the run's images, be it by another name or through a
 *   symbolic link; %FALSE for all before they were listed
 */
gboolean
thimble_run_is_original (ThimbleRun *run, const char *path)
{
  struct stat info;

  if (run->originals == NULL || run->destination_fd < 0)
    return FALSE;
  if (thimble_hash_counter_get (run->originals, thimble_path_hash (path)) > 0)
    return TRUE;
  if (is_download (run, path))
    return TRUE;
  return fstatat (run->destination_fd, path, &info, 0) == 0
         && thimble_hash_counter_get (
              run->originals, hash_stamp (info.st_size,
                                          (gint64) info.st_mtim.tv_sec * 1000000000
                                            + info.st_mtim.tv_nsec,
                                          info.st_ino))
              > 0;
}

/**
 * thimble_run_has_image:
 * @file: what a link has become
 *
 * Returns: whether that file is an image of the run as a file, too, by whatever name
 */
gboolean
thimble_run_has_image (ThimbleRun *run, const ThimbleOrigin *file)
{
  g_autofree char *path = thimble_origin_dup_path (file);
  g_autofree char *relative = thimble_path_relative_to (path, run->destination);

  return thimble_hash_counter_get (run->originals, thimble_path_hash (relative)) > 0
         || thimble_hash_counter_get (
              run->originals, hash_stamp (file->size, file->mtime_ns, file->inode))
              > 0;
}

/* What names the folder: the list that the image is in, or the rules for all. */
static void
set_place_error (ThimbleRun *run, guint index, const char *plan, GError **error)
{
  const ThimbleOrigin *origin = run->origins->pdata[index];
  g_autofree char *name = thimble_origin_dup_display_name (origin);
  g_autofree char *folder = g_filename_display_name (run->downloads);
  g_autofree char *output = g_filename_display_name (plan);

  if (origin->given_folder != NULL)
    g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_CONFLICT,
                 "“%s” was not made: row %u of its list puts it into “%s”, where downloads are "
                 "kept. Name another folder there, or choose another one for downloads "
                 "(--downloads).",
                 name, origin->index, folder);
  else
    g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_CONFLICT,
                 "“%s” was not made: its output would be “%s”, where downloads are kept. Choose "
                 "another folder for downloads (--downloads) or other names (--name).",
                 name, output);
}

/**
 * thimble_run_check_place:
 * @index: which of the run's origins
 *
 * Nothing of a run with links is made in a folder of downloads that lies in the destination: a
 * download and a thumbnail would take names from each other there. Who has both in one folder on
 * purpose names it as the destination, too.
 *
 * Returns: whether the image's outputs may be where they are planned; @error is a sentence in
 *   %THIMBLE_SERVICE_ERROR_CONFLICT
 */
gboolean
thimble_run_check_place (ThimbleRun *run, guint index, GError **error)
{
  if (run->downloads == NULL || !thimble_path_is_below (run->downloads, run->destination))
    return TRUE;
  for (guint i = 0; i < thimble_naming_get_n_renditions (run->naming); i++)
    {
      g_autofree char *plan = thimble_naming_dup_plan (run->naming, index, i);
      g_autofree char *path = g_build_filename (run->destination, plan, NULL);

      if (!thimble_path_is_below (path, run->downloads))
        continue;
      set_place_error (run, index, plan, error);
      return FALSE;
    }
  return TRUE;
}

/**
 * thimble_run_claim:
 * @path: of an output, relative to the destination
 *
 * Returns: whether no other image of this run has that output
 */
gboolean
thimble_run_claim (ThimbleRun *run, const char *path)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&run->lock);
  guint64 hash = thimble_path_hash (path);

  if (thimble_hash_counter_get (run->claimed, hash) > 0)
    return FALSE;
  thimble_hash_counter_add (run->claimed, hash);
  return TRUE;
}
