/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A program that closes itself as a worker does and then does one thing, for test-sandbox:
 *
 *   closed-program PARENT KIND[-alone|-denied] WHAT
 *
 * KIND is "closed" or "pixbuf"; "-alone" makes the kernel look as if it had no Landlock, "-denied"
 * as if it did not let filters be set. WHAT is a probe of probes.c, "wait" for the end of its
 * socket, "messages" on standard error, or "works": thumbnails in every format that the kind has. It
 * ends as probes.h says. */

#include "closed-works.h"
#include "probes.h"
#include "thimble-sandbox.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_MEMORY (192 << 20)

/* Lets a system call fail from here on as if the kernel did not have it. */
static void
hide_call (guint32 number)
{
  struct sock_filter program[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = { G_N_ELEMENTS (program), program };

  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
      || prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
    g_error ("System call %u can't be hidden: %s", number, g_strerror (errno));
}

/* Says that it is closed, and waits until the other end of the socket is closed. */
static long
wait_for_end (void)
{
  char byte = 'c';
  struct iovec piece = { &byte, 1 };
  struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };

  if (sendmsg (PROBE_SOCKET, &message, MSG_NOSIGNAL) != 1)
    return -1;
  return recvmsg (PROBE_SOCKET, &message, 0) == 0 ? 0 : -1;
}

/* What GLib does on the way to texts of errors and to standard error must not end a worker that has
 * something to say. */
static long
write_messages (void)
{
  g_autofree char *size = g_format_size (123456789);

  g_message ("A message from inside");
  g_warning ("A warning from inside");
  for (int i = 1; i < 140; i++)
    g_printerr ("%s\n", g_strerror (i));
  g_printerr ("%s\n", size);
  return 0;
}

static long
run (const char *what, ThimbleSandboxKind kind)
{
  if (strcmp (what, "wait") == 0)
    return wait_for_end ();
  if (strcmp (what, "messages") == 0)
    return write_messages ();
  if (strcmp (what, "works") == 0)
    return closed_works_run (kind);
  for (const Probe *probe = probes; probe->name != NULL; probe++)
    if (strcmp (probe->name, what) == 0)
      return probe->run ();
  g_error ("There is no probe “%s”", what);
}

int
main (int argc, char **argv)
{
  static const int fds[] = { PROBE_SOCKET };
  g_autoptr (GError) error = NULL;
  ThimbleSandboxKind kind;
  long result;

  g_assert_cmpint (argc, ==, 4);
  if (!thimble_sandbox_begin (atoi (argv[1]), fds, G_N_ELEMENTS (fds), &error))
    {
      g_printerr ("%s\n", error->message);
      return PROBE_NOT_BEGUN;
    }
  kind = g_str_has_prefix (argv[2], "pixbuf") ? THIMBLE_SANDBOX_PIXBUF : THIMBLE_SANDBOX_CLOSED;
  if (g_str_has_suffix (argv[2], "-alone"))
    hide_call (SYS_landlock_create_ruleset);
  if (g_str_has_suffix (argv[2], "-denied"))
    hide_call (SYS_seccomp);
  if (strcmp (argv[3], "works") == 0)
    closed_works_prepare (kind);
  if (!thimble_sandbox_close (kind, MAX_MEMORY, &error))
    {
      g_printerr ("%s\n", error->message);
      _exit (thimble_sandbox_probe (NULL) ? PROBE_NOT_TOLD : PROBE_NOT_CLOSED);
    }

  result = run (argv[3], kind);
  if (result < 0)
    g_printerr ("%s: %s\n", argv[3], g_strerror (errno));
  /* No farewells of libraries: nothing but the result is to be seen here. */
  _exit (result < 0 ? PROBE_REFUSED : PROBE_CAME_BACK);
}
