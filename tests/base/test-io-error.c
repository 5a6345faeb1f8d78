/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GIO's errors without GIO are GIO's. */

#include "thimble-io-error.h"

#include <errno.h>

static void
test_domain (void)
{
  g_assert_cmpuint (THIMBLE_IO_ERROR, ==, G_IO_ERROR);
}

static void
test_codes (void)
{
  static const int numbers[] = {
    EACCES, EAGAIN,  EBUSY,        ECANCELED,   ECONNREFUSED, ECONNRESET, EEXIST,  EHOSTUNREACH,
    EINVAL, EISDIR,  ELOOP,        EMFILE,      ENAMETOOLONG, ENETUNREACH, ENFILE, ENODEV,
    ENOENT, ENOMEM,  ENOSPC,       ENOTCONN,    ENOTDIR,      ENOTEMPTY,  ENOTSUP, EPERM,
    EPIPE,  EROFS,   ETIMEDOUT,    EIO,         EBADF,        EFAULT,     ESTALE,  0,
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_test_message ("%s", g_strerror (numbers[i]));
      g_assert_cmpint (thimble_io_error_from_errno (numbers[i]), ==,
                       g_io_error_from_errno (numbers[i]));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/io-error/domain", test_domain);
  g_test_add_func ("/io-error/codes", test_codes);
  return g_test_run ();
}
