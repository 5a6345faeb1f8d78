/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds images below folders. Plain POSIX calls relative to an open folder: a file costs one stat,
 * and none at all when its name says it is no image. Folders are read whole, sorted and closed
 * before what is below them is entered, so that depth costs no descriptors and the order is the same
 * everywhere. */

#include "thimble-walker.h"

#include "thimble-codec.h"
#include "thimble-image-names.h"
#include "thimble-paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 512

typedef struct
{
  dev_t device;
  ino_t inode;
} FolderId;

struct _ThimbleWalker
{
  FolderId destination; /* all zero where there is none */
  ThimbleWalkFound found;
  ThimbleWalkNamed named;
  ThimbleWalkProblem problem;
  gpointer user_data;
  GCancellable *cancellable; /* owned, or NULL */
  GHashTable *names;         /* what is known of extensions */
  GHashTable *visited;       /* FolderId: folders that were entered */
  GHashTable *roots;         /* FolderId: folders that were named */
  GHashTable *listed;        /* path to ThimbleFolder: folders of files named one by one */
  guint n_other;
  guint n_hidden;
};

typedef struct
{
  char *name;
  gboolean is_folder;
  struct stat info;
} Entry;

static guint
folder_id_hash (gconstpointer key)
{
  const FolderId *id = key;

  return (guint) id->inode * 31 + (guint) id->device;
}

static gboolean
folder_id_equal (gconstpointer a, gconstpointer b)
{
  const FolderId *one = a;
  const FolderId *other = b;

  return one->inode == other->inode && one->device == other->device;
}

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->name);
}

static int
entry_compare (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Entry *) a)->name, ((const Entry *) b)->name);
}

/**
 * thimble_walker_new:
 * @destination: (nullable): outputs' folder, absolute; it is passed over where it lies below a
 *   folder that is walked
 * @found: gets each image
 * @named: gets each folder that is named, once, whatever its path
 * @problem: gets a sentence on each folder that can't be read
 */
ThimbleWalker *
thimble_walker_new (const char *destination,
                    ThimbleWalkFound found,
                    ThimbleWalkNamed named,
                    ThimbleWalkProblem problem,
                    gpointer user_data,
                    GCancellable *cancellable)
{
  ThimbleWalker *self = g_new0 (ThimbleWalker, 1);
  struct stat info;

  if (destination != NULL && stat (destination, &info) == 0)
    self->destination = (FolderId) { info.st_dev, info.st_ino };
  self->found = found;
  self->named = named;
  self->problem = problem;
  self->user_data = user_data;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->names = thimble_image_name_cache_new ();
  self->visited = g_hash_table_new_full (folder_id_hash, folder_id_equal, g_free, NULL);
  self->roots = g_hash_table_new_full (folder_id_hash, folder_id_equal, g_free, NULL);
  self->listed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify) thimble_folder_unref);
  return self;
}

void
thimble_walker_free (ThimbleWalker *self)
{
  g_clear_object (&self->cancellable);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->visited);
  g_hash_table_unref (self->roots);
  g_hash_table_unref (self->listed);
  g_free (self);
}

guint
thimble_walker_get_n_other (ThimbleWalker *self)
{
  return self->n_other;
}

guint
thimble_walker_get_n_hidden (ThimbleWalker *self)
{
  return self->n_hidden;
}

static void
report (ThimbleWalker *self, const char *path, const char *what, int code)
{
  g_autofree char *display = g_filename_display_name (path);

  self->problem (g_strdup_printf ("“%s” %s: %s", display, what, g_strerror (code)),
                 self->user_data);
}

static void
set_stamp (ThimbleOrigin *origin, const struct stat *info)
{
  origin->size = info->st_size;
  origin->mtime_ns = (gint64) info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000)
                     + info->st_mtim.tv_nsec;
  origin->inode = info->st_ino;
}

static gboolean
begins_like_image (int folder_fd, const char *name)
{
  guint8 head[64];
  ssize_t n;
  int fd = openat (folder_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return FALSE;
  n = read (fd, head, sizeof head);
  close (fd);
  return n > 0 && thimble_codec_looks_like_image (head, n);
}

static gboolean
is_image (ThimbleWalker *self, int folder_fd, const char *name)
{
  switch (thimble_image_name_guess (self->names, name))
    {
    case THIMBLE_NAME_IS_IMAGE:
      return TRUE;
    case THIMBLE_NAME_SAYS_NOTHING:
      return begins_like_image (folder_fd, name);
    case THIMBLE_NAME_IS_OTHER:
    default:
      return FALSE;
    }
}

/* Looks at one name of a folder; fills entry when it is an image or a folder. */
static gboolean
look_at (ThimbleWalker *self, int folder_fd, const struct dirent *dirent, Entry *entry)
{
  unsigned char type = dirent->d_type;
  gboolean has_info = FALSE;

  if (type == DT_LNK || type == DT_UNKNOWN)
    {
      if (fstatat (folder_fd, dirent->d_name, &entry->info, 0) < 0)
        {
          self->n_other++;
          return FALSE;
        }
      has_info = TRUE;
      type = S_ISDIR (entry->info.st_mode) ? DT_DIR : S_ISREG (entry->info.st_mode) ? DT_REG : DT_CHR;
    }

  entry->is_folder = type == DT_DIR;
  if (type == DT_REG)
    {
      if (!is_image (self, folder_fd, dirent->d_name)
          || (!has_info && fstatat (folder_fd, dirent->d_name, &entry->info, 0) < 0))
        {
          self->n_other++;
          return FALSE;
        }
    }
  else if (type != DT_DIR)
    {
      self->n_other++;
      return FALSE;
    }
  entry->name = g_strdup (dirent->d_name);
  return TRUE;
}

static GArray *
read_entries (ThimbleWalker *self, const char *path, DIR *dir)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  struct dirent *dirent;

  g_array_set_clear_func (entries, entry_clear);
  for (errno = 0; (dirent = readdir (dir)) != NULL; errno = 0)
    {
      Entry entry = { 0 };

      if (dirent->d_name[0] == '.')
        {
          if (strcmp (dirent->d_name, ".") != 0 && strcmp (dirent->d_name, "..") != 0)
            self->n_hidden++;
          continue;
        }
      if (look_at (self, dirfd (dir), dirent, &entry))
        g_array_append_val (entries, entry);
    }
  if (errno != 0)
    report (self, path, "could be read only in part", errno);
  g_array_sort (entries, entry_compare);
  return entries;
}

/* Opens a folder that was not entered yet and is not the destination. */
static DIR *
enter (ThimbleWalker *self, const char *path, gboolean is_root)
{
  struct stat info;
  FolderId id;
  DIR *dir;
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0 || fstat (fd, &info) < 0)
    {
      report (self, path, "cannot be read", errno);
      if (fd >= 0)
        close (fd);
      return NULL;
    }

  id = (FolderId) { info.st_dev, info.st_ino };
  if (g_hash_table_contains (self->visited, &id)
      || (!is_root && folder_id_equal (&id, &self->destination)))
    {
      close (fd);
      return NULL;
    }
  g_hash_table_add (self->visited, g_memdup2 (&id, sizeof id));

  dir = fdopendir (fd);
  if (dir == NULL)
    {
      report (self, path, "cannot be read", errno);
      close (fd);
    }
  return dir;
}

static void
walk (ThimbleWalker *self,
      const char *path,
      const char *below,
      const char *root_name,
      guint root,
      guint depth)
{
  g_autoptr(ThimbleFolder) folder = NULL;
  g_autoptr(GArray) entries = NULL;
  guint32 index = 0;
  DIR *dir;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (depth > MAX_DEPTH)
    {
      report (self, path, "is passed over", ELOOP);
      return;
    }
  dir = enter (self, path, depth == 0);
  if (dir == NULL)
    return;
  entries = read_entries (self, path, dir);
  closedir (dir);

  folder = thimble_folder_new (path, below, root_name, root);
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      if (entry->is_folder)
        {
          g_autofree char *child = g_build_filename (path, entry->name, NULL);
          g_autofree char *child_below
            = below[0] == '\0' ? g_strdup (entry->name) : g_build_filename (below, entry->name, NULL);
          walk (self, child, child_below, root_name, root, depth + 1);
        }
      else
        {
          ThimbleOrigin *origin = thimble_origin_new (folder, entry->name);
          set_stamp (origin, &entry->info);
          origin->index = ++index;
          self->found (origin, self->user_data);
        }
    }
}

/* ".." behind a symbolic link is not the folder that the text says. */
static char *
canonicalize (const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);

  return g_strv_contains ((const char *const *) parts, "..") ? thimble_path_resolve (path)
                                                             : g_canonicalize_filename (path, NULL);
}

static ThimbleFolder *
listed_folder (ThimbleWalker *self, const char *path)
{
  ThimbleFolder *folder = g_hash_table_lookup (self->listed, path);

  if (folder == NULL)
    {
      folder = thimble_folder_new (path, "", "", 0);
      g_hash_table_insert (self->listed, folder->path, folder);
    }
  return folder;
}

/**
 * thimble_walker_add_path:
 * @path: absolute; a folder is walked, a file is an image because it was named
 * @root: the number of this root, from 1; used where @path is a folder
 */
void
thimble_walker_add_path (ThimbleWalker *self, const char *path, guint root)
{
  thimble_walker_add_listed (self, path, root, 1, NULL, NULL);
}

/**
 * thimble_walker_add_listed:
 * @index: its place in the list, from 1
 * @given_name: (nullable): the name the list gives the image, without extension
 * @given_folder: (nullable): the folder the list puts it in, relative
 *
 * As [method@Walker.add_path], for a line of a list. A file that is not there is found too, so that
 * its absence is reported as its own failure.
 */
void
thimble_walker_add_listed (ThimbleWalker *self,
                           const char *path,
                           guint root,
                           guint index,
                           const char *given_name,
                           const char *given_folder)
{
  g_autofree char *canonical = NULL;
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;
  struct stat info = { 0 };
  ThimbleOrigin *origin;

  if (path[0] == '\0')
    {
      self->problem (g_strdup ("A source without a name was given, which is nothing."),
                     self->user_data);
      return;
    }
  canonical = canonicalize (path);
  if (stat (canonical, &info) == 0 && S_ISDIR (info.st_mode))
    {
      g_autofree char *root_name = g_path_get_basename (canonical);
      FolderId id = { info.st_dev, info.st_ino };

      if (g_hash_table_add (self->roots, g_memdup2 (&id, sizeof id)))
        self->named (g_strdup (canonical), self->user_data);
      walk (self, canonical, "", root_name, root, 0);
      return;
    }

  parent = g_path_get_dirname (canonical);
  name = g_path_get_basename (canonical);
  origin = thimble_origin_new (listed_folder (self, parent), name);
  set_stamp (origin, &info);
  origin->index = index;
  origin->given_name = g_strdup (given_name);
  origin->given_folder = g_strdup (given_folder);
  self->found (origin, self->user_data);
}
