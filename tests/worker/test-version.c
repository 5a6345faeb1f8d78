/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker whose parent is of another version, as after an update of a program that runs: it says
 * so, and takes no work. */

#include "thimble-wire.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the worker answers to a first packet of @n_bytes. */
static void
assert_refused (const ThimbleWireSetup *setup, gsize n_bytes)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr(GSubprocess) worker = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree guint8 *packet = g_malloc (THIMBLE_WIRE_MAX_PACKET);
  const ThimbleWireText *text = (gconstpointer) packet;
  int fds[THIMBLE_WIRE_MAX_WORKS];
  int sockets[2];
  gsize n_received;
  guint n_fds;

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets));
  g_subprocess_launcher_take_fd (launcher, sockets[1], THIMBLE_WIRE_SOCKET);
  worker = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("THIMBLE_TEST_WORKER"), NULL);
  g_assert_no_error (error);
  g_subprocess_launcher_close (launcher);

  g_assert_true (thimble_wire_send (sockets[0], setup, n_bytes, NULL, 0, NULL, 0));
  g_assert_cmpint (thimble_wire_receive (sockets[0], packet, &n_received, fds, &n_fds, TRUE), ==,
                   THIMBLE_WIRE_PACKET);
  g_assert_cmpuint (text->header.type, ==, THIMBLE_WIRE_FAILED);
  g_assert_cmpuint (n_received, ==, sizeof *text + text->n_bytes);
  g_assert_nonnull (g_strstr_len ((const char *) (text + 1), text->n_bytes, "Start it anew."));
  g_assert_false (g_subprocess_wait_check (worker, NULL, &error));
  g_assert_error (error, G_SPAWN_EXIT_ERROR, 1);
  close (sockets[0]);
}

static void
test_other_version (void)
{
  const ThimbleWireSetup setup
    = { .header = { .type = THIMBLE_WIRE_SETUP }, .version = "0.0.0-other" };

  assert_refused (&setup, sizeof setup);
}

/* A packet of a size that this version does not know. */
static void
test_other_size (void)
{
  const ThimbleWireSetup setup = { .header = { .type = THIMBLE_WIRE_SETUP }, .version = "9" };

  assert_refused (&setup, sizeof setup.header + sizeof setup.version);
  assert_refused (&setup, sizeof setup.header);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/version/other", test_other_version);
  g_test_add_func ("/worker/version/other-size", test_other_size);
  return g_test_run ();
}
