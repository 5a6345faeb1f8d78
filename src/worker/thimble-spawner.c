/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Starts programs, all from one thread that never ends: a worker asks the kernel to be killed with
 * its parent, and to the kernel that is the thread it was started from. The program is executed
 * from a child that shares the parent's memory until then (posix_spawn), so that it costs the same
 * however large the parent is, and no code of the parent's runs in it. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-spawner.h"

#include "thimble-wire.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a worker may leave its queue full before it is given up. */
#define SEND_TIMEOUT_S 10

typedef struct
{
  void (*job) (gpointer data);
  gpointer data;
} Job;

/* A program may be started with SIGCHLD ignored: the kernel then forgets children when they end,
 * so that nobody can tell what ended a worker, nor be sure that a number is still that worker's. */
static void
keep_children (void)
{
  struct sigaction action;

  if (sigaction (SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
    signal (SIGCHLD, SIG_DFL);
}

static gpointer
spawner_thread (gpointer data)
{
  GAsyncQueue *jobs = data;

  keep_children ();
  for (;;)
    {
      g_autofree Job *job = g_async_queue_pop (jobs);

      job->job (job->data);
    }
  return NULL;
}

static gpointer
start_thread (gpointer data)
{
  GAsyncQueue *jobs = g_async_queue_new ();

  g_thread_unref (g_thread_new ("spawner", spawner_thread, jobs));
  return jobs;
}

/**
 * thimble_spawner_push:
 * @job: something short
 *
 * Has @job run on the thread that starts programs. From any thread.
 */
void
thimble_spawner_push (void (*job) (gpointer data), gpointer data)
{
  static GOnce once = G_ONCE_INIT;
  Job *pushed = g_new (Job, 1);

  *pushed = (Job) { job, data };
  g_async_queue_push (g_once (&once, start_thread, NULL), pushed);
}

/* What a worker is told of the environment: how to find libraries, loaders and fonts, and how to
 * behave in tests. The rest, which names the user's folders, is none of its business. */
static char **
list_environment (void)
{
  static const char *const prefixes[] = {
    "LD_LIBRARY_PATH=", "LANG=",     "LANGUAGE=", "LC_",         "G_",
    "GDK_PIXBUF_",      "FONTCONFIG_", "XDG_DATA_DIRS=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=",
    "TSAN_OPTIONS=",    "LSAN_OPTIONS=", "THIMBLE_TEST_", "MALLOC_",
  };
  GPtrArray *list = g_ptr_array_new ();

  for (char **entry = environ; *entry != NULL; entry++)
    for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
      if (g_str_has_prefix (*entry, prefixes[i]))
        {
          g_ptr_array_add (list, *entry);
          break;
        }
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

/* No signal blocked or ignored, and a process group of its own: what is typed at a terminal is
 * meant for the parent. */
static void
init_attributes (posix_spawnattr_t *attributes)
{
  sigset_t signals;

  posix_spawnattr_init (attributes);
  posix_spawnattr_setflags (attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
                                          | POSIX_SPAWN_SETPGROUP);
  sigemptyset (&signals);
  posix_spawnattr_setsigmask (attributes, &signals);
  sigfillset (&signals);
  posix_spawnattr_setsigdefault (attributes, &signals);
  posix_spawnattr_setpgroup (attributes, 0);
}

static int
spawn (const char *program, const char *argument, int socket, pid_t *pid)
{
  char *const arguments[] = { (char *) program, (char *) argument, NULL };
  g_autofree char **environment = list_environment ();
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int failure;

  init_attributes (&attributes);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, socket, THIMBLE_WIRE_SOCKET);
  posix_spawn_file_actions_addclose (&actions, STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np (&actions, STDERR_FILENO + 1);
  failure = posix_spawn (pid, program, &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy (&actions);
  posix_spawnattr_destroy (&attributes);
  return failure;
}

/**
 * thimble_spawner_spawn:
 * @program: its path
 * @argument: (nullable): its only argument
 * @socket: (out): the end of its socket that stays here
 *
 * Starts a program that has a socket as its standard input and nothing else but standard error. In
 * a job of the spawner's thread only.
 *
 * Returns: the process, or 0 with @error set in %G_IO_ERROR
 */
pid_t
thimble_spawner_spawn (const char *program, const char *argument, int *socket, GError **error)
{
  const struct timeval timeout = { .tv_sec = SEND_TIMEOUT_S };
  pid_t pid = 0;
  int sockets[2];
  int failure;

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
    failure = errno;
  else
    {
      setsockopt (sockets[0], SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
      failure = spawn (program, argument, sockets[1], &pid);
      close (sockets[1]);
      if (failure == 0)
        {
          *socket = sockets[0];
          return pid;
        }
      close (sockets[0]);
    }
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (failure),
               "The worker “%s” cannot be started: %s.", program, g_strerror (failure));
  return 0;
}
