/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Images come folder by folder. What they have in common is made once for all of a folder: its own
 * descriptor, so that the kernel need not walk down to it for each file, and where it lies as seen
 * from the destination. */

#include "thimble-source-folder.h"

#include "thimble-paths.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void
thimble_source_folder_init (ThimbleSourceFolder *self)
{
  *self = (ThimbleSourceFolder) { .fd = -1 };
}

/**
 * thimble_source_folder_clear:
 *
 * Lets the folder go: while it is open, its disk can't be unmounted.
 */
void
thimble_source_folder_clear (ThimbleSourceFolder *self)
{
  if (self->fd >= 0)
    close (g_steal_fd (&self->fd));
  g_clear_pointer (&self->folder, thimble_folder_unref);
  g_clear_pointer (&self->prefix, g_free);
}

static void
enter (ThimbleSourceFolder *self, ThimbleFolder *folder)
{
  if (self->folder == folder)
    return;
  thimble_source_folder_clear (self);
  self->folder = thimble_folder_ref (folder);
}

/**
 * thimble_source_folder_dup_relative:
 * @origin: a file
 * @destination: absolute; the same in all calls
 *
 * Returns: (transfer full): its path as seen from the destination
 */
char *
thimble_source_folder_dup_relative (ThimbleSourceFolder *self,
                                    const ThimbleOrigin *origin,
                                    const char *destination)
{
  enter (self, origin->folder);
  if (self->prefix == NULL)
    {
      g_autofree char *path = thimble_origin_dup_path (origin);

      self->prefix = thimble_path_relative_to (path, destination);
      self->prefix[strlen (self->prefix) - strlen (origin->name)] = '\0';
    }
  return g_strconcat (self->prefix, origin->name, NULL);
}

/**
 * thimble_source_folder_open:
 * @origin: a file
 *
 * Opens it. Blocks.
 *
 * Returns: (transfer full) (nullable): its input, or %NULL with @error set as by
 *   thimble_input_open()
 */
ThimbleInput *
thimble_source_folder_open (ThimbleSourceFolder *self, const ThimbleOrigin *origin, GError **error)
{
  enter (self, origin->folder);
  if (self->fd < 0)
    self->fd = open (self->folder->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (self->fd < 0) /* what is wrong with it is said of the file */
    {
      g_autofree char *path = thimble_origin_dup_path (origin);

      return thimble_input_new_opened (AT_FDCWD, path, error);
    }
  return thimble_input_new_opened (self->fd, origin->name, error);
}
