/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What became of a link, as data that goes from the downloader's thread to whoever asked. */

#include "thimble-download.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

G_DEFINE_QUARK (thimble-download-error-quark, thimble_download_error)

static gboolean
write_bytes (int fd, GBytes *bytes)
{
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (bytes, &n_bytes);

  for (gsize n = 0; n < n_bytes;)
    {
      ssize_t written = pwrite (fd, data + n, n_bytes - n, n);

      if (written >= 0)
        n += written;
      else if (errno != EINTR)
        return FALSE;
    }
  return TRUE;
}

/**
 * thimble_download_open:
 *
 * Opens the file at @path, which is written first where it is not there yet. Blocks.
 *
 * Returns: whether it is open, as @fd; @error is %G_IO_ERROR
 */
gboolean
thimble_download_open (ThimbleDownload *self, GError **error)
{
  int flags = self->bytes != NULL ? O_RDWR | O_CREAT | O_TRUNC : O_RDONLY;
  int saved;

  if (self->fd >= 0)
    return TRUE;
  self->fd = open (self->path, flags | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (self->fd >= 0 && (self->bytes == NULL || write_bytes (self->fd, self->bytes)))
    {
      g_clear_pointer (&self->bytes, g_bytes_unref);
      return TRUE;
    }
  saved = errno;
  if (self->fd >= 0)
    unlink (self->path);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
               "cannot be stored in “%s”: %s.", self->path, g_strerror (saved));
  thimble_download_close (self);
  return FALSE;
}

/**
 * thimble_download_close:
 *
 * Lets the descriptor go; the file stays.
 */
void
thimble_download_close (ThimbleDownload *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

/**
 * thimble_download_forget:
 *
 * Removes what came, unless it has been given its name, and the note to go on with it. Until then
 * a program that is killed finds both again. Blocks.
 */
void
thimble_download_forget (ThimbleDownload *self)
{
  thimble_download_close (self);
  if (self->path != NULL && self->bytes == NULL)
    unlink (self->path);
  if (self->note_path != NULL)
    unlink (self->note_path);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

void
thimble_download_free (ThimbleDownload *self)
{
  thimble_download_close (self);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->path);
  g_free (self->note_path);
  g_free (self->url);
  g_free (self->etag);
  g_free (self->last_modified);
  g_free (self);
}
