/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole files or none. See the header for how. */

#include "thimble-writer.h"

#include "thimble-engine.h"
#include "thimble-paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define STAGING_PREFIX "run-"

struct _ThimbleWriter
{
  char *destination; /* absolute */
  GMutex lock;
  int is_ready;        /* written locked, read atomically: the folders below are made */
  int destination_fd;  /* of the destination, -1 before it is ready */
  int staging_fd;      /* of this run's folder; its lock says that the run lives */
  char *staging;       /* absolute path of this run's folder */
  GHashTable *folders; /* locked: folders of the destination that are known to be there */
  guint n_staged;      /* atomic */
  mode_t file_mode;    /* before the user's mask */
  mode_t folder_mode;
};

/**
 * thimble_writer_new:
 * @destination: (type filename): absolute
 * @is_private: whether nobody but the user may read what is written
 *
 * Returns: (transfer full): a writer, that has not looked at the disk yet
 */
ThimbleWriter *
thimble_writer_new (const char *destination, gboolean is_private)
{
  ThimbleWriter *self = g_new0 (ThimbleWriter, 1);

  self->destination = g_strdup (destination);
  self->file_mode = is_private ? 0600 : 0666;
  self->folder_mode = is_private ? 0700 : 0777;
  self->destination_fd = -1;
  self->staging_fd = -1;
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  return self;
}

static void
empty_folder (int folder_fd)
{
  int fd = openat (folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *dirent;

  if (dir == NULL)
    {
      if (fd >= 0)
        close (fd);
      return;
    }
  while ((dirent = readdir (dir)) != NULL)
    if (!g_str_equal (dirent->d_name, ".") && !g_str_equal (dirent->d_name, ".."))
      unlinkat (fd, dirent->d_name, 0);
  closedir (dir);
}

/**
 * thimble_writer_free:
 *
 * Removes what was staged and not placed. Blocks.
 */
void
thimble_writer_free (ThimbleWriter *self)
{
  if (self->staging_fd >= 0)
    {
      g_autofree char *parent = g_path_get_dirname (self->staging);
      empty_folder (self->staging_fd);
      rmdir (self->staging);
      rmdir (parent); /* stays where the catalog is in it */
      close (self->staging_fd);
    }
  if (self->destination_fd >= 0)
    close (self->destination_fd);
  g_hash_table_unref (self->folders);
  g_mutex_clear (&self->lock);
  g_free (self->staging);
  g_free (self->destination);
  g_free (self);
}

/* A file system can have room, and yet none for another file. */
static gboolean
has_no_more_files (const char *path)
{
  struct statvfs info;

  return statvfs (path, &info) == 0 && info.f_files > 0 && info.f_favail == 0;
}

/* Errors of the destination as a whole, that no other file would fare better with. */
static gboolean
set_error (ThimbleWriter *self, int code, const char *what, const char *path, GError **error)
{
  g_autofree char *display = g_filename_display_name (path);
  g_autofree char *place = g_filename_display_name (self->destination);

  if (code == ENOSPC && has_no_more_files (self->destination))
    g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_NO_SPACE,
                 "“%s” is full: its disk can hold no more files, however small. Remove some and "
                 "start again: what is done stays done.",
                 place);
  else if (code == ENOSPC || code == EDQUOT)
    g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_NO_SPACE,
                 "“%s” is full (%s). Make room and start again: what is done stays done.", place,
                 g_strerror (code));
  else if (code == ENOENT)
    g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
                 "“%s” was moved or removed while files were written to it. Start again, or choose "
                 "another destination.",
                 place);
  else if (code == EROFS || faccessat (AT_FDCWD, self->destination, W_OK, AT_EACCESS) != 0)
    g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
                 "“%s” cannot be written to: %s. Choose another destination.", place,
                 g_strerror (code));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "“%s” cannot be %s: %s.", display,
                 what, g_strerror (code));
  return FALSE;
}

/**
 * thimble_writer_error_is_fatal:
 *
 * Returns: whether @error is one that the run can't go on with
 */
gboolean
thimble_writer_error_is_fatal (const GError *error)
{
  return g_error_matches (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_NO_SPACE)
         || g_error_matches (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION);
}

/**
 * thimble_writer_remove_dead_runs:
 *
 * Removes the folders of runs that nobody holds the lock of any more. Blocks.
 */
void
thimble_writer_remove_dead_runs (ThimbleWriter *self)
{
  g_autofree char *parent = g_build_filename (self->destination, ".thimble", NULL);
  g_autoptr(GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;
      int fd;

      if (!g_str_has_prefix (name, STAGING_PREFIX))
        continue;
      path = g_build_filename (parent, name, NULL);
      fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
      if (fd < 0)
        continue;
      if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        {
          empty_folder (fd);
          rmdir (path);
        }
      close (fd);
    }
  rmdir (parent); /* stays where the catalog is in it, or a run that lives */
}

static gboolean
make_parent (const char *parent, GError **error)
{
  g_autoptr(GError) local_error = NULL;

  if (thimble_path_make_folders (parent, &local_error))
    return TRUE;
  g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
               "%s. Choose another destination.", local_error->message);
  return FALSE;
}

/* Makes this run's folder; -1 with errno set where it can't, or another run took it for dead. */
static int
make_run_folder (const char *parent, char **path)
{
  g_autofree char *folder = g_build_filename (parent, STAGING_PREFIX "XXXXXX", NULL);
  struct stat info;
  int saved;
  int fd;

  if (g_mkdtemp_full (folder, 0777) == NULL)
    return -1;
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd >= 0 && (flock (fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
      && stat (folder, &info) == 0)
    {
      *path = g_steal_pointer (&folder);
      return fd;
    }
  saved = fd >= 0 ? ENOENT : errno;
  if (fd >= 0)
    close (fd);
  rmdir (folder);
  errno = saved;
  return -1;
}

/* Makes and locks this run's folder. Another run may take it for dead between the two, or remove the
 * folder that it is in, as that was empty. */
static gboolean
make_staging (ThimbleWriter *self, const char *parent, GError **error)
{
  g_autofree char *display = g_filename_display_name (parent);
  int saved = ENOENT;

  for (guint i = 0; i < 16 && saved == ENOENT; i++)
    {
      if (!make_parent (parent, error))
        return FALSE;
      self->staging_fd = make_run_folder (parent, &self->staging);
      if (self->staging_fd >= 0)
        return TRUE;
      saved = errno;
    }
  if (saved != EACCES && saved != EPERM)
    return set_error (self, saved, "made", parent, error);
  g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION,
               "“%s” cannot be written to: %s. Choose another destination.", display,
               g_strerror (saved));
  return FALSE;
}

static gboolean
get_ready_locked (ThimbleWriter *self, GError **error)
{
  g_autofree char *parent = g_build_filename (self->destination, ".thimble", NULL);

  if (!make_parent (parent, error))
    return FALSE;
  if (self->destination_fd < 0)
    self->destination_fd = open (self->destination, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->destination_fd < 0)
    return set_error (self, errno, "opened", self->destination, error);
  return make_staging (self, parent, error);
}

static gboolean
get_ready (ThimbleWriter *self, GError **error)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;

  if (g_atomic_int_get (&self->is_ready))
    return TRUE;
  locker = g_mutex_locker_new (&self->lock);
  if (!self->is_ready)
    g_atomic_int_set (&self->is_ready, get_ready_locked (self, error));
  return self->is_ready;
}

static gboolean
write_all (int fd, const guint8 *data, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      ssize_t n = write (fd, data, n_bytes);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      n_bytes -= n;
    }
  return TRUE;
}

/**
 * thimble_writer_stage:
 * @bytes: the whole file
 * @staged: (out): a number to place or discard it by
 *
 * Writes a file that nobody sees yet.
 *
 * Returns: whether it is complete; if not, nothing is left of it and @error is set
 */
gboolean
thimble_writer_stage (ThimbleWriter *self, GBytes *bytes, guint *staged, GError **error)
{
  char name[16];
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (bytes, &n_bytes);
  gboolean done;
  int saved;
  int fd;

  if (!get_ready (self, error))
    return FALSE;

  *staged = g_atomic_int_add (&self->n_staged, 1);
  g_snprintf (name, sizeof name, "%u", *staged);
  fd = openat (self->staging_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
               self->file_mode);
  if (fd < 0)
    return set_error (self, errno, "made", self->staging, error);

  done = write_all (fd, data, n_bytes);
  saved = errno;
  if (close (fd) < 0 && done)
    {
      done = FALSE;
      saved = errno;
    }
  if (done)
    return TRUE;
  unlinkat (self->staging_fd, name, 0);
  return set_error (self, saved, "written", self->staging, error);
}

/* Makes the folder of an output, once. */
static gboolean
make_folder_of (ThimbleWriter *self, const char *path, GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *absolute = NULL;
  gboolean is_known;

  if (strchr (path, '/') == NULL)
    return TRUE;
  folder = g_path_get_dirname (path);
  g_mutex_lock (&self->lock);
  is_known = g_hash_table_contains (self->folders, folder);
  g_mutex_unlock (&self->lock);
  if (is_known)
    return TRUE;

  absolute = g_build_filename (self->destination, folder, NULL);
  if (g_mkdir_with_parents (absolute, self->folder_mode) < 0)
    return set_error (self, errno, "made", absolute, error);
  g_mutex_lock (&self->lock);
  g_hash_table_add (self->folders, g_steal_pointer (&folder));
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static int
rename_to (ThimbleWriter *self, const char *name, const char *path, gboolean may_replace)
{
  struct stat info;

  if (may_replace)
    return renameat (self->staging_fd, name, self->destination_fd, path);
  if (renameat2 (self->staging_fd, name, self->destination_fd, path, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
  /* A file system that can't refuse to replace. */
  if (fstatat (self->destination_fd, path, &info, AT_SYMLINK_NOFOLLOW) == 0)
    {
      errno = EEXIST;
      return -1;
    }
  return renameat (self->staging_fd, name, self->destination_fd, path);
}

/**
 * thimble_writer_place:
 * @staged: from [method@Writer.stage]; used up, also where this fails, but for %G_IO_ERROR_EXISTS
 * @path: its name, relative to the destination; folders are made as needed
 * @may_replace: whether a file of that name may be replaced
 *
 * Returns: whether the file has its name now; if not, @error is set, to %G_IO_ERROR_EXISTS where a
 *   file is in the way that may not be replaced
 */
gboolean
thimble_writer_place (ThimbleWriter *self,
                      guint staged,
                      const char *path,
                      gboolean may_replace,
                      GError **error)
{
  g_autofree char *absolute = NULL;
  char name[16];
  int saved;

  if (!make_folder_of (self, path, error))
    {
      thimble_writer_discard (self, staged);
      return FALSE;
    }
  g_snprintf (name, sizeof name, "%u", staged);
  if (rename_to (self, name, path, may_replace) == 0)
    return TRUE;
  saved = errno;
  if (saved != EEXIST)
    thimble_writer_discard (self, staged);
  absolute = g_build_filename (self->destination, path, NULL);
  return set_error (self, saved, "given its name", absolute, error);
}

void
thimble_writer_discard (ThimbleWriter *self, guint staged)
{
  char name[16];

  g_snprintf (name, sizeof name, "%u", staged);
  unlinkat (self->staging_fd, name, 0);
}
