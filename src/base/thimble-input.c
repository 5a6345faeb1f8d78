/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the bytes of one image are. Executors carry inputs; the code that decodes gets bytes. */

#include "thimble-input.h"

#include "thimble-errors.h"
#include "thimble-io-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Vector code may read this far past the last byte of an input. */
#define PADDING 64
/* What a buffer begins with, bytes. What of it is not touched costs nothing, whereas one that grows
 * bit by bit takes all its pages from the kernel anew each time. */
#define MIN_BUFFER (1 << 18)

struct _ThimbleInput
{
  char *path;    /* owned, or NULL */
  GBytes *bytes; /* owned, or NULL */
  int fd;        /* owned, -1 when there is none or it was used up */
  gatomicrefcount ref_count;
};

static ThimbleInput *
input_new (void)
{
  ThimbleInput *self = g_new0 (ThimbleInput, 1);

  self->fd = -1;
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

ThimbleInput *
thimble_input_new_for_path (const char *path)
{
  ThimbleInput *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = input_new ();
  self->path = g_strdup (path);
  return self;
}

/**
 * thimble_input_new_for_fd:
 * @fd: (transfer full): a readable descriptor at the first byte; closed by the input
 */
ThimbleInput *
thimble_input_new_for_fd (int fd)
{
  ThimbleInput *self;

  g_return_val_if_fail (fd >= 0, NULL);

  self = input_new ();
  self->fd = fd;
  return self;
}

ThimbleInput *
thimble_input_new_for_bytes (GBytes *bytes)
{
  ThimbleInput *self;

  g_return_val_if_fail (bytes != NULL, NULL);

  self = input_new ();
  self->bytes = g_bytes_ref (bytes);
  return self;
}

ThimbleInput *
thimble_input_ref (ThimbleInput *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
thimble_input_unref (ThimbleInput *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->path);
  g_free (self);
}

/**
 * thimble_input_get_bytes:
 *
 * Returns: (transfer none) (nullable): the bytes, where the input was made of them
 */
GBytes *
thimble_input_get_bytes (ThimbleInput *self)
{
  return self->bytes;
}

static int
open_path (int folder_fd, const char *path, GError **error)
{
  struct stat info;
  int fd = openat (folder_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 || fstat (fd, &info) < 0)
    {
      int saved = errno;
      g_set_error (error, THIMBLE_IO_ERROR, thimble_io_error_from_errno (saved),
                   "cannot be opened: %s.", g_strerror (saved));
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (!S_ISREG (info.st_mode))
    {
      g_set_error_literal (error, THIMBLE_IO_ERROR,
                           S_ISDIR (info.st_mode) ? G_IO_ERROR_IS_DIRECTORY
                                                  : G_IO_ERROR_NOT_REGULAR_FILE,
                           "is not a regular file.");
      close (fd);
      return -1;
    }
  return fd;
}

/**
 * thimble_input_new_opened:
 * @folder_fd: what @path is relative to; `AT_FDCWD` for the current folder
 *
 * Opens a path now, as thimble_input_open() does when the work runs. Blocks.
 *
 * Returns: (transfer full) (nullable): an input of a descriptor, or %NULL with @error set as there
 */
ThimbleInput *
thimble_input_new_opened (int folder_fd, const char *path, GError **error)
{
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  fd = open_path (folder_fd, path, error);
  return fd >= 0 ? thimble_input_new_for_fd (fd) : NULL;
}

/**
 * thimble_input_get_fd:
 *
 * Returns: the descriptor, which stays the input's; -1 where there is none, or it was used up
 */
int
thimble_input_get_fd (ThimbleInput *self)
{
  return self->fd;
}

/**
 * thimble_input_open:
 *
 * Opens the input's path, or takes its descriptor. Blocks: never call it on the main thread. Only
 * regular files are opened; a FIFO or a device would hang or have no end.
 *
 * Returns: (transfer full): a descriptor that the caller closes, or -1 with @error set in
 *   %G_IO_ERROR; its message is a predicate, see [enum@ImageError]
 */
int
thimble_input_open (ThimbleInput *self, GError **error)
{
  if (self->fd >= 0)
    return g_steal_fd (&self->fd);
  if (self->path != NULL)
    return open_path (AT_FDCWD, self->path, error);
  g_set_error_literal (error, THIMBLE_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "has no file to open.");
  return -1;
}

static gboolean
set_too_large (guint64 n_bytes, guint64 max_bytes, GError **error)
{
  g_autofree char *limit = g_format_size (max_bytes);
  g_autofree char *size = g_format_size (n_bytes);

  g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
               "is a file of %s; the limit is %s. Raise the limit on bytes to allow it.", size,
               limit);
  return FALSE;
}

static gboolean
read_all (int fd, GByteArray *buffer, guint64 max_bytes, gsize *n_read, GError **error)
{
  /* Not by fstat(), which may also ask for other files, and so is forbidden to closed workers. */
  off_t end = lseek (fd, 0, SEEK_END);
  gsize expected = end > 0 && lseek (fd, 0, SEEK_SET) == 0 ? (gsize) end : 0;
  gsize n = 0;

  for (;;)
    {
      gsize wanted = MAX (expected + 1, n + 65536);
      ssize_t got;

      if (n > max_bytes || expected > max_bytes)
        return set_too_large (MAX (n, expected), max_bytes, error);
      if (expected > 0 && n < expected + 1)
        wanted = expected + 1;
      if (buffer->len < wanted + PADDING)
        {
          if (n == 0) /* nothing of the last input is worth a copy */
            g_free (g_byte_array_steal (buffer, NULL));
          g_byte_array_set_size (buffer, (guint) MAX (wanted + PADDING, MIN_BUFFER));
        }
      got = read (fd, buffer->data + n, wanted - n);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          int saved = errno;
          g_set_error (error, THIMBLE_IO_ERROR, thimble_io_error_from_errno (saved),
                       "cannot be read: %s.", g_strerror (saved));
          return FALSE;
        }
      if (got == 0)
        break;
      n += got;
    }
  *n_read = n;
  return TRUE;
}

/**
 * thimble_input_read:
 * @buffer: a buffer of the caller's, reused from one input to the next; it grows, never shrinks
 * @max_bytes: inputs of more bytes are an error; at most 2^31
 * @n_bytes: (out): how many bytes there are
 *
 * Reads the whole input. The bytes are followed by 64 bytes of 0xFF unless the input was bytes in
 * memory to begin with. Blocks. A file is read, not mapped: it may shrink while it is looked at.
 *
 * Returns: (transfer none) (nullable): the bytes, valid until @buffer is used again, or %NULL with
 *   @error set in %G_IO_ERROR or to %THIMBLE_IMAGE_ERROR_TOO_LARGE
 */
const guint8 *
thimble_input_read (ThimbleInput *self,
                    GByteArray *buffer,
                    guint64 max_bytes,
                    gsize *n_bytes,
                    GError **error)
{
  gboolean done;
  int fd;

  g_return_val_if_fail (max_bytes <= G_MAXINT32, NULL);

  if (self->bytes != NULL)
    {
      const guint8 *bytes = g_bytes_get_data (self->bytes, n_bytes);

      if (*n_bytes <= max_bytes)
        return bytes != NULL ? bytes : (const guint8 *) ""; /* no bytes are %NULL to GBytes */
      set_too_large (*n_bytes, max_bytes, error);
      return NULL;
    }

  fd = thimble_input_open (self, error);
  if (fd < 0)
    return NULL;
  done = read_all (fd, buffer, max_bytes, n_bytes, error);
  close (fd);
  if (!done)
    return NULL;
  memset (buffer->data + *n_bytes, 0xFF, PADDING);
  return buffer->data;
}
