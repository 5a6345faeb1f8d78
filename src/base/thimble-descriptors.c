/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a program must see to before it opens its first file. */

#include "thimble-descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/**
 * thimble_descriptors_fill_standard:
 *
 * Opens /dev/null for standard input, output and error where whoever started the program has closed
 * them. Otherwise the next file that is opened gets the number, and a message goes into a thumbnail.
 * The first thing in main; ends the program where even that can't be had.
 */
void
thimble_descriptors_fill_standard (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF && open ("/dev/null", O_RDWR) != fd)
      abort ();
}
