/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where downloads are kept, and how one gets its name: synced first, then renamed, never over a file
 * that is not the same link's. And how one is removed: only as it was downloaded. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-download-folder.h"

#include "thimble-content-hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct _ThimbleDownloadFolder
{
  char *path;         /* owned */
  char *partial_path; /* owned */
  int fd;             /* of the folder */
  int lock_fd;
  GMutex lock;             /* of the log, and of choosing names */
  ThimbleDownloadLog *log; /* owned */
};

static gboolean
set_error (const char *path, const char *what, GError **error)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "“%s” cannot be %s: %s.", path,
               what, g_strerror (saved));
  return FALSE;
}

static gboolean
take_lock (ThimbleDownloadFolder *self, GError **error)
{
  g_autofree char *lock_path = g_build_filename (self->partial_path, "lock", NULL);

  self->lock_fd = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (self->lock_fd < 0)
    return set_error (lock_path, "made", error);
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return set_error (lock_path, "locked", error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               "“%s” is being downloaded into by another Thimble. Wait for its end, or choose "
               "another folder for downloads.",
               self->path);
  return FALSE;
}

/**
 * thimble_download_folder_open:
 * @path: absolute; made with its parents where it is missing
 *
 * Returns: (transfer full) (nullable): the folder, or %NULL with @error set in %G_IO_ERROR to a
 *   sentence
 */
ThimbleDownloadFolder *
thimble_download_folder_open (const char *path, GError **error)
{
  g_autoptr(ThimbleDownloadFolder) self = g_new0 (ThimbleDownloadFolder, 1);
  g_autofree char *log_path = NULL;

  self->fd = self->lock_fd = -1;
  g_mutex_init (&self->lock);
  self->path = g_strdup (path);
  self->partial_path = g_build_filename (path, ".thimble-partial", NULL);
  if (g_mkdir_with_parents (self->partial_path, 0777) < 0)
    {
      set_error (self->partial_path, "made", error);
      return NULL;
    }
  if (!take_lock (self, error))
    return NULL;
  self->fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->fd < 0)
    {
      set_error (path, "opened", error);
      return NULL;
    }
  log_path = g_build_filename (self->partial_path, "downloads.log", NULL);
  self->log = thimble_download_log_open (log_path, error);
  return self->log != NULL ? g_steal_pointer (&self) : NULL;
}

void
thimble_download_folder_free (ThimbleDownloadFolder *self)
{
  g_clear_pointer (&self->log, thimble_download_log_close);
  if (self->fd >= 0)
    close (self->fd);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self->partial_path);
  g_free (self);
}

const char *
thimble_download_folder_get_path (ThimbleDownloadFolder *self)
{
  return self->path;
}

const char *
thimble_download_folder_get_partial_path (ThimbleDownloadFolder *self)
{
  return self->partial_path;
}

static gint64
get_mtime_ns (const struct stat *info)
{
  return (gint64) info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

/* Whether the file is still as it was downloaded. */
static gboolean
is_there (ThimbleDownloadFolder *self, const ThimbleDownloadEntry *entry)
{
  struct stat info;

  return fstatat (self->fd, entry->name, &info, AT_SYMLINK_NOFOLLOW) == 0
         && S_ISREG (info.st_mode) && info.st_size == entry->n_bytes
         && get_mtime_ns (&info) == entry->mtime_ns;
}

/**
 * thimble_download_folder_lookup:
 * @is_here: (out): whether the link's file is still there as it was downloaded
 *
 * Returns: (transfer full) (nullable): what is known of the link's file, be it there or not
 */
ThimbleDownloadEntry *
thimble_download_folder_lookup (ThimbleDownloadFolder *self, const char *url, gboolean *is_here)
{
  g_autofree char *key = thimble_download_log_make_key (url);
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  ThimbleDownloadEntry *entry = thimble_download_log_lookup (self->log, key);

  *is_here = entry != NULL && is_there (self, entry);
  return entry;
}

/**
 * thimble_download_folder_remove:
 *
 * Removes the link's file, if it is there as it was downloaded; any other file stays, whatever its
 * name. What the log knows of the link stays too, so that it can be asked for only if it changed.
 *
 * Returns: whether the file is not there any more, or was not the link's; @error is %G_IO_ERROR
 */
gboolean
thimble_download_folder_remove (ThimbleDownloadFolder *self, const char *url, GError **error)
{
  g_autofree char *key = thimble_download_log_make_key (url);
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  g_autoptr(ThimbleDownloadEntry) entry = thimble_download_log_lookup (self->log, key);
  g_autofree char *path = NULL;

  if (entry == NULL || !is_there (self, entry) || unlinkat (self->fd, entry->name, 0) == 0
      || errno == ENOENT)
    return TRUE;
  path = g_build_filename (self->path, entry->name, NULL);
  return set_error (path, "removed", error);
}

static gboolean
sync_file (ThimbleDownload *download, struct stat *info, GError **error)
{
  if (!thimble_download_open (download, error))
    return FALSE;
  return (fdatasync (download->fd) == 0 && fstat (download->fd, info) == 0)
         || set_error (download->path, "stored", error);
}

/* A file that is there already and has the same bytes: what an earlier run left when its log was
 * lost. It is taken as it is. */
static gboolean
adopt (ThimbleDownloadFolder *self, const char *name, const char *path, struct stat *info)
{
  g_autofree char *existing = g_build_filename (self->path, name, NULL);
  char one[THIMBLE_CONTENT_HASH_SIZE];
  char other[THIMBLE_CONTENT_HASH_SIZE];
  gint64 n_bytes = info->st_size;
  struct stat found;

  if (thimble_download_log_has_name (self->log, name)
      || fstatat (self->fd, name, &found, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG (found.st_mode)
      || found.st_size != n_bytes || !thimble_content_hash_file (path, one, NULL)
      || !thimble_content_hash_file (existing, other, NULL) || !g_str_equal (one, other))
    return FALSE;
  *info = found;
  return TRUE;
}

/* The names a link's file may have, in the order they are tried; the last is nobody else's. */
static char *
make_name (const char *url, const char *stem, const char *extension, guint level)
{
  static const guint n_digits[] = { 0, 6, 32 };
  g_autofree char *hash = NULL;

  if (level == 0)
    return g_strconcat (stem, ".", extension, NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
  return g_strdup_printf ("%s-%.*s.%s", stem, (int) n_digits[level], hash, extension);
}

/* What is to get a name. */
typedef struct
{
  const char *url;
  const char *stem;
  const char *extension;
  ThimbleDownload *download;
  const ThimbleDownloadEntry *former; /* of the log, or NULL; there as it was downloaded */
  struct stat info;
} Placing;

/* Under the lock. Whether the file has this name now; a former file of the same link is replaced, no
 * other. If not, errno is set. */
static gboolean
take_name (ThimbleDownloadFolder *self, Placing *placing, const char *name)
{
  ThimbleDownload *download = placing->download;
  gboolean replaces = placing->former != NULL && g_str_equal (placing->former->name, name);

  if (renameat2 (AT_FDCWD, download->path, self->fd, name, replaces ? 0 : RENAME_NOREPLACE) == 0)
    {
      g_clear_pointer (&download->path, g_free);
      return TRUE;
    }
  if (errno == EINVAL /* file systems without RENAME_NOREPLACE */
      && linkat (AT_FDCWD, download->path, self->fd, name, 0) == 0)
    return TRUE;
  if (errno != EEXIST)
    return FALSE;
  if (adopt (self, name, download->path, &placing->info))
    return TRUE;
  errno = EEXIST; /* whatever was found out about the file in the way */
  return FALSE;
}

/* Under the lock. */
static char *
choose_name (ThimbleDownloadFolder *self, Placing *placing, GError **error)
{
  for (guint level = 0; level < 3; level++)
    {
      g_autofree char *name
        = make_name (placing->url, placing->stem, placing->extension, level);

      if (take_name (self, placing, name))
        return g_steal_pointer (&name);
      if (errno != EEXIST)
        {
          set_error (placing->download->path, "given its name", error);
          return NULL;
        }
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               "was not kept: “%s” has other files under every name that it may have. Choose "
               "another folder for downloads.",
               self->path);
  return NULL;
}

/* Whether the server calls what came the same as what the log has. */
static gboolean
is_same (const ThimbleDownload *download, const ThimbleDownloadEntry *entry)
{
  return (entry->etag != NULL || entry->last_modified != NULL)
         && g_strcmp0 (download->etag, entry->etag) == 0
         && g_strcmp0 (download->last_modified, entry->last_modified) == 0;
}

/* What came again is as old as it was before it was removed: what was made of it is up to date, also
 * what nobody asks about today. Where that can't be, it is made again. */
static void
restore_time (Placing *placing, const ThimbleDownloadEntry *entry)
{
  const struct timespec times[]
    = { { .tv_nsec = UTIME_OMIT },
        { entry->mtime_ns / G_GINT64_CONSTANT (1000000000),
          entry->mtime_ns % G_GINT64_CONSTANT (1000000000) } };

  if (entry->mtime_ns >= 0 && entry->n_bytes == placing->info.st_size
      && is_same (placing->download, entry) && futimens (placing->download->fd, times) == 0)
    fstat (placing->download->fd, &placing->info);
}

/* Under the lock. */
static char *
place (ThimbleDownloadFolder *self, Placing *placing, GError **error)
{
  const ThimbleDownload *download = placing->download;
  g_autofree char *key = thimble_download_log_make_key (placing->url);
  g_autoptr(ThimbleDownloadEntry) former = thimble_download_log_lookup (self->log, key);
  g_autofree char *name = NULL;
  ThimbleDownloadEntry entry;

  placing->former = former != NULL && is_there (self, former) ? former : NULL;
  if (former != NULL && placing->former == NULL)
    restore_time (placing, former);
  name = choose_name (self, placing, error);
  if (name == NULL)
    return NULL;
  thimble_download_forget (placing->download);
  /* The server's image has become one of another format: the old one is ours. */
  if (placing->former != NULL && !g_str_equal (placing->former->name, name))
    unlinkat (self->fd, placing->former->name, 0);
  entry = (ThimbleDownloadEntry) { name, placing->info.st_size, get_mtime_ns (&placing->info),
                                   download->etag, download->last_modified };
  return thimble_download_log_add (self->log, key, placing->url, &entry, error)
           ? g_steal_pointer (&name)
           : NULL;
}

/**
 * thimble_download_folder_write_out:
 * @downloads: (array length=n_downloads): open, and about to be placed
 *
 * Has the bytes of many files written to the disk together. A journal that is committed for the first
 * of them is then committed for all, and the sync that each gets when it is placed finds nothing to
 * do: a hundred syncs cost as much as one.
 */
void
thimble_download_folder_write_out (ThimbleDownload *const *downloads, guint n_downloads)
{
  for (guint i = 0; i < n_downloads; i++)
    sync_file_range (downloads[i]->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
  for (guint i = 0; i < n_downloads; i++)
    sync_file_range (downloads[i]->fd, 0, 0,
                     SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE
                       | SYNC_FILE_RANGE_WAIT_AFTER);
}

/**
 * thimble_download_folder_place:
 * @stem: a safe name without extension, which no other link of this run has
 * @extension: what the content is, never what the server says
 * @download: what came; it is nowhere else any more afterwards
 * @info: (out caller-allocates): the file as it is there
 *
 * Syncs the file and gives it its name: the one it had, else `STEM.EXTENSION`, else, where a file is
 * in the way, one with digits of the URL's SHA-256.
 *
 * Returns: (transfer full) (nullable): the name in the folder, or %NULL with @error set in
 *   %G_IO_ERROR
 */
char *
thimble_download_folder_place (ThimbleDownloadFolder *self,
                               const char *url,
                               const char *stem,
                               const char *extension,
                               ThimbleDownload *download,
                               struct stat *info,
                               GError **error)
{
  g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;
  Placing placing = { url, stem, extension, download, NULL, { 0 } };
  char *name;

  if (!sync_file (download, &placing.info, error))
    return NULL;
  locker = g_mutex_locker_new (&self->lock);
  name = place (self, &placing, error);
  *info = placing.info;
  return name;
}
