/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Workers that die through no fault of theirs, and parents that do: nothing is lost, and nobody is
 * left behind. */

#include "test-operations.h"
#include "thimble-process-executor.h"
#include "thimble-wait.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 60000

static ThimbleExecutor *
create (guint max_workers)
{
  const ThimbleProcessConfig config = {
    .executor = { .operations = test_operations, .max_workers = max_workers },
    .worker = g_getenv ("THIMBLE_TEST_WORKER"),
    .max_memory = 1 << 28,
    .max_output_bytes = 1 << 24,
    .max_pixels = 1000 * 1000,
    .timeout_us = 30 * G_USEC_PER_SEC,
  };

  return thimble_process_executor_new (&config);
}

/* The child processes of @parent that are not dead, from /proc: (element-type int). */
static GArray *
list_children (pid_t parent)
{
  GArray *children = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr(GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *text = NULL;
      char state = 'X';
      int ppid = 0;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &text, NULL, NULL)
          || strrchr (text, ')') == NULL)
        continue;
      if (sscanf (strrchr (text, ')') + 1, " %c %d", &state, &ppid) == 2 && ppid == parent
          && state != 'Z' && state != 'X')
        {
          int pid = atoi (name);
          g_array_append_val (children, pid);
        }
    }
  return children;
}

typedef struct
{
  int is_over; /* atomic */
  int n_kills; /* atomic */
  int n_wanted;
} Killer;

static gpointer
killer_thread (gpointer data)
{
  Killer *killer = data;
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);

  while (!g_atomic_int_get (&killer->is_over) && g_atomic_int_get (&killer->n_kills) < killer->n_wanted)
    {
      g_autoptr(GArray) children = list_children (getpid ());

      if (children->len > 0)
        {
          guint which = (guint) g_rand_int_range (rand, 0, (int) children->len);

          kill (g_array_index (children, int, which), g_rand_boolean (rand) ? SIGKILL : SIGTERM);
          g_atomic_int_inc (&killer->n_kills);
        }
      g_usleep (5000);
    }
  return NULL;
}

/* Workers are killed at random while works run: each work still gives what it gives. The number of
 * works and of kills can be given, for a long run. */
static void
test_random_kills (void)
{
  const char *said = g_getenv ("THIMBLE_KILLS");
  int n_wanted = said != NULL ? atoi (said) : 50;
  g_autoptr(ThimbleExecutor) executor = create (3);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "thimble-kills-XXXXXX", NULL);
  Killer killer = { .n_wanted = n_wanted };
  GThread *thread;
  int fd = g_mkstemp (path);
  guint n_works = 0;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, "twelve bytes", 12), ==, 12);
  close (fd);
  thread = g_thread_new ("killer", killer_thread, &killer);
  while (g_atomic_int_get (&killer.n_kills) < n_wanted || n_works < 1000)
    {
      g_autoptr(ThimbleInput) input = thimble_input_new_for_path (path);
      g_autoptr(ThimbleWork) work = thimble_work_new ("length", NULL, input);
      ThimbleWork *works[100];
      g_autoptr(GPtrArray) futures = NULL;

      for (guint i = 0; i < G_N_ELEMENTS (works); i++)
        works[i] = work;
      futures = thimble_executor_map (executor, works, G_N_ELEMENTS (works), 7, NULL);
      for (guint i = 0; i < futures->len; i++)
        {
          g_autoptr(GError) error = NULL;
          ThimbleWorkResult *result
            = thimble_future_result (g_ptr_array_index (futures, i), PATIENCE_MS, &error);
          guint64 length;

          g_assert_no_error (error);
          memcpy (&length, g_bytes_get_data (thimble_work_result_get_reply (result), NULL),
                  sizeof length);
          g_assert_cmpuint (length, ==, 12);
        }
      n_works += futures->len;
    }
  g_atomic_int_set (&killer.is_over, TRUE);
  g_thread_join (thread);
  g_assert_cmpint (killer.n_kills, ==, n_wanted);
  g_test_message ("%u works, %d kills", n_works, killer.n_kills);
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  unlink (path);
}

/* After shutdown no worker is left, running or dead: spares included. */
static void
test_none_left (void)
{
  g_autoptr(ThimbleExecutor) executor = create (2);

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr(ThimbleWork) work = thimble_work_new ("worker", NULL, NULL);
      g_autoptr(ThimbleFuture) future = thimble_executor_submit (executor, work, NULL);

      g_assert_nonnull (thimble_future_result (future, PATIENCE_MS, NULL));
    }
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1); /* there is no child to wait for */
}

/* A worker is worn out by works, and much later by those that are light. */
static void
test_worn_out (void)
{
  static const struct
  {
    const char *operation;
    guint n_works;
    guint n_workers;
  } rows[] = {
    { "worker", 256, 1 },
    { "worker", 257, 2 },
    { "light", 4096, 1 },
    { "light", 4097, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(ThimbleExecutor) executor = create (1);
      g_autoptr(GHashTable) workers = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                             (GDestroyNotify) g_bytes_unref, NULL);

      for (guint j = 0; j < rows[i].n_works; j++)
        {
          g_autoptr(ThimbleWork) work = thimble_work_new (rows[i].operation, NULL, NULL);
          g_autoptr(ThimbleFuture) future = thimble_executor_submit (executor, work, NULL);
          ThimbleWorkResult *result = thimble_future_result (future, PATIENCE_MS, NULL);

          g_assert_nonnull (result);
          g_hash_table_add (workers, g_bytes_ref (thimble_work_result_get_reply (result)));
        }
      g_assert_cmpuint (g_hash_table_size (workers), ==, rows[i].n_workers);
      thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
    }
}

/* A worker is renewed in the middle of a chunk, too, which may be as large as somebody likes. */
static void
test_renewed (void)
{
  enum { N_WORKS = 600, MAX_WORKS = 256 };
  g_autoptr(ThimbleExecutor) executor = create (1);
  g_autoptr(ThimbleWork) work = thimble_work_new ("worker", NULL, NULL);
  ThimbleWork *works[N_WORKS];
  g_autoptr(GPtrArray) futures = NULL;
  g_autoptr(GHashTable) counts = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                        (GDestroyNotify) g_bytes_unref, NULL);

  for (guint i = 0; i < N_WORKS; i++)
    works[i] = work;
  futures = thimble_executor_map (executor, works, N_WORKS, N_WORKS, NULL);
  g_assert_cmpuint (futures->len, ==, N_WORKS);
  for (guint i = 0; i < N_WORKS; i++)
    {
      g_autoptr(GError) error = NULL;
      ThimbleWorkResult *result = thimble_future_result (futures->pdata[i], PATIENCE_MS, &error);
      GBytes *id;
      guint count;

      g_assert_no_error (error);
      id = thimble_work_result_get_reply (result);
      count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, id)) + 1;
      g_assert_cmpuint (count, <=, MAX_WORKS);
      g_hash_table_replace (counts, g_bytes_ref (id), GUINT_TO_POINTER (count));
    }
  g_assert_cmpuint (g_hash_table_size (counts), ==, 3);
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
}

/* What a parent does that is to be killed: has workers, says so, and waits. */
static int
be_parent (void)
{
  g_autoptr(ThimbleExecutor) executor = create (2);
  ThimbleFuture *futures[2];

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      int pair[2];
      g_autoptr(ThimbleInput) input = NULL;
      g_autoptr(ThimbleWork) work = NULL;
      char byte;

      g_assert_no_errno (pipe (pair));
      input = thimble_input_new_for_fd (pair[0]);
      work = thimble_work_new ("length", NULL, input);
      futures[i] = thimble_executor_submit (executor, work, NULL);
      byte = 'r';
      g_assert_cmpint (write (pair[1], &byte, 1), ==, 1);
    }
  while (thimble_future_get_state (futures[0]) != THIMBLE_FUTURE_RUNNING
         || thimble_future_get_state (futures[1]) != THIMBLE_FUTURE_RUNNING)
    g_usleep (1000);
  g_assert_cmpint (write (STDOUT_FILENO, "r", 1), ==, 1);
  for (;;)
    pause ();
  return 0;
}

/* Workers end with their parent, whatever they are doing; tests/worker/prove tells how soon. As the
 * parent is dead they come to this process, which is a subreaper, and can be waited for. */
static void
test_parent_dies (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *arguments[] = { self, "--parent", NULL };
  g_autoptr(GArray) workers = NULL;
  g_autoptr(GError) error = NULL;
  gint64 deadline;
  GPid parent;
  int out;
  char byte;

  g_assert_no_errno (prctl (PR_SET_CHILD_SUBREAPER, 1));
  g_spawn_async_with_pipes (NULL, (char **) arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &parent, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (out, &byte, 1), ==, 1);
  workers = list_children (parent);
  g_assert_cmpuint (workers->len, >=, 2);

  g_assert_no_errno (kill (parent, SIGKILL));
  deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  for (guint n_dead = 0; n_dead < workers->len + 1;)
    {
      pid_t pid = waitpid (-1, NULL, WNOHANG);

      g_assert_cmpint (pid, >=, 0);
      n_dead += pid > 0;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (pid == 0)
        g_usleep (1000);
    }
  close (out);
}

/* Many workers are no reason to run out of descriptors. */
static void
test_few_descriptors (void)
{
  struct rlimit before;
  struct rlimit few;
  g_autoptr(ThimbleExecutor) executor = NULL;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &before));
  few = before;
  few.rlim_cur = 32;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &few));
  executor = create (24);
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &few));
  g_assert_cmpuint (thimble_executor_get_max_workers (executor), <=, MAX (few.rlim_cur / 16, 1));
  if (few.rlim_max > 1024)
    g_assert_cmpuint (thimble_executor_get_max_workers (executor), ==, 24);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));
}

int
main (int argc, char *argv[])
{
  if (argc == 2 && g_str_equal (argv[1], "--parent"))
    return be_parent ();
  g_test_init (&argc, &argv, NULL);
  signal (SIGCHLD, SIG_IGN); /* as inherited: who died of what is to be known all the same */
  g_test_add_func ("/worker/deaths/none-left", test_none_left);
  g_test_add_func ("/worker/deaths/renewed", test_renewed);
  g_test_add_func ("/worker/deaths/random-kills", test_random_kills);
  g_test_add_func ("/worker/deaths/worn-out", test_worn_out);
  g_test_add_func ("/worker/few-descriptors", test_few_descriptors);
  g_test_add_func ("/worker/deaths/parent", test_parent_dies);
  return g_test_run ();
}
