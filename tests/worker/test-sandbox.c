/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a closed worker can and can't do. Each test starts “closed-program”, which closes itself and
 * tries one thing, and looks how it ended. */

#include "probes.h"
#include "thimble-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>

#define EXTRA_FD 40
#define MAX_WAIT_MS 20000

typedef enum
{
  ENDED,   /* by SIGSYS, the filter's signal */
  REFUSED,
  ABORTED,
} Outcome;

static const char *const kinds[] = { "closed", "closed-alone", "pixbuf", "pixbuf-alone" };

typedef struct
{
  const char *kind;
  const char *what;
  Outcome expected;
} Case;

static int
socketpair_end (int *other_end)
{
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  *other_end = ends[1];
  return ends[0];
}

/* Starts closed-program with one end of a socket, and a descriptor that it must not keep. */
static GSubprocess *
start (const char *parent, const char *kind, const char *what, int *socket_end)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "worker", "closed-program", NULL);
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  int other_end;

  g_subprocess_launcher_take_fd (launcher, socketpair_end (&other_end), PROBE_SOCKET);
  g_subprocess_launcher_take_fd (launcher, open ("/dev/null", O_RDWR | O_CLOEXEC), EXTRA_FD);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG"); /* warnings are part of a test here */
  process = g_subprocess_launcher_spawn (launcher, &error, program, parent, kind, what, NULL);
  g_assert_no_error (error);
  if (socket_end != NULL)
    *socket_end = other_end;
  else
    close (other_end);
  return process;
}

/* Returns: its status as waitpid() has it */
static int
run (const char *kind, const char *what)
{
  g_autofree char *parent = g_strdup_printf ("%d", getpid ());
  g_autoptr (GSubprocess) process = start (parent, kind, what, NULL);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_status (process);
}

static void
test_probe (gconstpointer data)
{
  const Case *self = data;
  int status = run (self->kind, self->what);

  if (WIFEXITED (status))
    g_test_message ("exit status %d", WEXITSTATUS (status));
  else
    g_test_message ("signal %d", WTERMSIG (status));
#ifdef THIMBLE_SANDBOX_FOR_SANITIZERS
  /* There some calls are refused that end a release, as sanitizers make them. */
  if (self->expected == ENDED && WIFEXITED (status))
    {
      g_assert_cmpint (WEXITSTATUS (status), ==, PROBE_REFUSED);
      return;
    }
#endif
  switch (self->expected)
    {
    case ENDED:
    case ABORTED:
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (WTERMSIG (status), ==, self->expected == ENDED ? SIGSYS : SIGABRT);
      break;
    case REFUSED:
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), ==, PROBE_REFUSED);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* What the rules of either kind let come back with an error; all else ends the process. */
static Outcome
get_expected (const char *kind, const char *what)
{
  static const char *const refused[] = { "newest_call", "new_terminal", "take_memory", NULL };
  static const char *const refused_pixbuf[]
    = { "open", "open_proc", "open_to_write", "old_open", "stat_path", "statx", "clone3",
        "write_elsewhere", NULL };

  if (strcmp (what, "abort") == 0)
    return ABORTED;
  if (g_strv_contains (refused, what)
      || (g_str_has_prefix (kind, "pixbuf") && g_strv_contains (refused_pixbuf, what)))
    return REFUSED;
  return ENDED;
}

static void
add_probes (const char *kind)
{
  for (const Probe *probe = probes; probe->name != NULL; probe++)
    {
      g_autofree char *path = g_strdup_printf ("/sandbox/%s/%s", kind, probe->name);
      Case *self;

#ifdef THIMBLE_SANDBOX_FOR_SANITIZERS
      if (strcmp (probe->name, "take_memory") == 0)
        continue; /* addresses are without limit there */
#endif
      self = g_new (Case, 1);
      *self = (Case) { kind, probe->name, get_expected (kind, probe->name) };
      g_test_add_data_func_full (path, self, test_probe, g_free);
    }
}

static void
test_comes_back (gconstpointer data)
{
  const Case *self = data;
  int status = run (self->kind, self->what);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, PROBE_CAME_BACK);
}

static void
add_works (const char *kind)
{
  static const char *const whats[] = { "works", "messages" };

  for (guint i = 0; i < G_N_ELEMENTS (whats); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sandbox/%s/%s", kind, whats[i]);
      Case *self = g_new (Case, 1);

      *self = (Case) { kind, whats[i], REFUSED };
      g_test_add_data_func_full (path, self, test_comes_back, g_free);
    }
}

static void
wait_for_message (int socket_end)
{
  struct pollfd poll_fd = { socket_end, POLLIN, 0 };
  char byte = 0;

  g_assert_cmpint (poll (&poll_fd, 1, MAX_WAIT_MS), ==, 1);
  g_assert_cmpint (read (socket_end, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'c');
}

static char *
read_proc (const char *pid, const char *name)
{
  g_autofree char *path = g_build_filename ("/proc", pid, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
assert_has_line (const char *text, const char *line)
{
  g_autofree char *wanted = g_strdup_printf ("\n%s\n", line);

  if (strstr (text, wanted) == NULL)
    g_error ("No line “%s” in:\n%s", line, text);
}

/* As root, who may look into processes that nobody else may. */
static void
check_fds (const char *pid)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n_fds = 0;

  if (folder == NULL)
    {
      g_test_message ("The descriptors can't be listed: it is not dumpable");
      return;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_assert_true (strcmp (name, "2") == 0 || strcmp (name, "3") == 0);
      n_fds++;
    }
  g_assert_cmpuint (n_fds, ==, 2);
}

static void
test_status (gconstpointer kind)
{
  g_autofree char *parent = g_strdup_printf ("%d", getpid ());
  int socket_end;
  g_autoptr (GSubprocess) process = start (parent, kind, "wait", &socket_end);
  const char *pid = g_subprocess_get_identifier (process);
  g_autofree char *status = NULL;
  g_autofree char *limits = NULL;
  g_autoptr (GError) error = NULL;

  wait_for_message (socket_end);
  status = read_proc (pid, "status");
  assert_has_line (status, "NoNewPrivs:\t1");
  assert_has_line (status, "Seccomp:\t2");
  limits = read_proc (pid, "limits");
  assert_has_line (limits, "Max core file size        0                    0                    bytes     ");
  assert_has_line (limits, "Max open files            256                  256                  files     ");
  check_fds (pid);

  close (socket_end);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_status (process), ==, 0);
}

/* The child of a child: the one between them is killed while the closed program waits on a socket
 * whose other end stays open, so nothing but its parent's death can end it. */
static void
test_dies_with_parent (void)
{
  struct pollfd poll_fd = { -1, 0, 0 };
  int ready[2];
  pid_t middle;
  int status;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET, 0, ready), ==, 0);
  middle = fork ();
  if (middle == 0)
    {
      g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "worker", "closed-program",
                                                        NULL);
      g_autofree char *parent = g_strdup_printf ("%d", getpid ());

      dup2 (ready[1], PROBE_SOCKET);
      if (ready[0] != PROBE_SOCKET)
        close (ready[0]);
      if (fork () == 0)
        execl (program, program, parent, "closed", "wait", NULL);
      pause ();
      _exit (1);
    }
  close (ready[1]);
  wait_for_message (ready[0]);
  g_assert_cmpint (kill (middle, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (middle, &status, 0), ==, middle);
  poll_fd.fd = ready[0];
  g_assert_cmpint (poll (&poll_fd, 1, MAX_WAIT_MS), ==, 1);
  g_assert_cmpint (poll_fd.revents & POLLHUP, ==, POLLHUP);
  close (ready[0]);
}

static void
test_parent_is_gone (void)
{
  g_autoptr (GSubprocess) process = start ("1", "closed", "wait", NULL);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, PROBE_NOT_BEGUN);
}

/* A system that does not let filters be set is told before, and never worked on without. */
static void
test_cannot_be_had (void)
{
  int status = run ("closed-denied", "open");

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, PROBE_NOT_CLOSED);
}

static void
test_can_be_had (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (thimble_sandbox_probe (&error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/probe", test_can_be_had);
  g_test_add_func ("/sandbox/probe/denied", test_cannot_be_had);
  g_test_add_func ("/sandbox/dies-with-parent", test_dies_with_parent);
  g_test_add_func ("/sandbox/parent-is-gone", test_parent_is_gone);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sandbox/%s/status", kinds[i]);

      g_test_add_data_func (path, kinds[i], test_status);
      add_probes (kinds[i]);
      add_works (kinds[i]);
    }
  return g_test_run ();
}
