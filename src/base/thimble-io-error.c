/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GIO's error domain without GIO. Code that runs in a worker has no use for anything else of it,
 * and a process that loads it and the eight libraries behind it takes half as long again to start. */

#include "thimble-io-error.h"

#include <errno.h>

/* Quarks are equal where their names are; this is what G_DEFINE_QUARK makes of GIO's name. */
G_DEFINE_QUARK (g-io-error-quark, thimble_io_error)

/**
 * thimble_io_error_from_errno:
 * @number: an errno
 *
 * Returns: the same as g_io_error_from_errno() for all that files, processes and local sockets fail
 *   with, and %G_IO_ERROR_FAILED for others
 */
GIOErrorEnum
thimble_io_error_from_errno (int number)
{
  static const struct
  {
    int number;
    GIOErrorEnum code;
  } table[] = {
    { EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { EAGAIN, G_IO_ERROR_WOULD_BLOCK },
    { EBUSY, G_IO_ERROR_BUSY },
    { ECANCELED, G_IO_ERROR_CANCELLED },
    { ECONNREFUSED, G_IO_ERROR_CONNECTION_REFUSED },
    { ECONNRESET, G_IO_ERROR_CONNECTION_CLOSED },
    { EEXIST, G_IO_ERROR_EXISTS },
    { EHOSTUNREACH, G_IO_ERROR_HOST_UNREACHABLE },
    { EINVAL, G_IO_ERROR_INVALID_ARGUMENT },
    { EISDIR, G_IO_ERROR_IS_DIRECTORY },
    { ELOOP, G_IO_ERROR_TOO_MANY_LINKS },
    { EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { ENAMETOOLONG, G_IO_ERROR_FILENAME_TOO_LONG },
    { ENETUNREACH, G_IO_ERROR_NETWORK_UNREACHABLE },
    { ENFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { ENODEV, G_IO_ERROR_NO_SUCH_DEVICE },
    { ENOENT, G_IO_ERROR_NOT_FOUND },
    { ENOMEM, G_IO_ERROR_NO_SPACE },
    { ENOSPC, G_IO_ERROR_NO_SPACE },
    { ENOTCONN, G_IO_ERROR_NOT_CONNECTED },
    { ENOTDIR, G_IO_ERROR_NOT_DIRECTORY },
    { ENOTEMPTY, G_IO_ERROR_NOT_EMPTY },
    { ENOTSUP, G_IO_ERROR_NOT_SUPPORTED },
    { EPERM, G_IO_ERROR_PERMISSION_DENIED },
    { EPIPE, G_IO_ERROR_BROKEN_PIPE },
    { EROFS, G_IO_ERROR_READ_ONLY },
    { ETIMEDOUT, G_IO_ERROR_TIMED_OUT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].number == number)
      return table[i].code;
  return G_IO_ERROR_FAILED;
}
