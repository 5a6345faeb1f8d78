/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "thimble-descriptors.h"

#include <fcntl.h>
#include <unistd.h>

/* A number that is closed is given to /dev/null, one that is open stays what it is. */
static void
test_fill_standard (void)
{
  int input = fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
  char byte;
  int pipes[2];

  g_assert_cmpint (pipe (pipes), ==, 0);
  g_assert_cmpint (close (STDIN_FILENO), ==, 0);
  thimble_descriptors_fill_standard ();
  g_assert_cmpint (read (STDIN_FILENO, &byte, 1), ==, 0);

  g_assert_cmpint (dup2 (pipes[0], STDIN_FILENO), ==, STDIN_FILENO);
  thimble_descriptors_fill_standard ();
  g_assert_cmpint (write (pipes[1], "x", 1), ==, 1);
  g_assert_cmpint (read (STDIN_FILENO, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'x');

  if (input >= 0)
    g_assert_cmpint (dup2 (input, STDIN_FILENO), ==, STDIN_FILENO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/descriptors/fill-standard", test_fill_standard);

  return g_test_run ();
}
