/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker's process, from start to end, and what is sent to it. What it sends is read elsewhere,
 * see thimble-answer.c. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-worker-process.h"

#include "thimble-answer.h"
#include "thimble-spawner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a worker may take to get ready: long, for a machine that is busy, but not for ever. */
#define READY_TIMEOUT_MS 30000

#define N_SHARED (THIMBLE_WIRE_PAGE + THIMBLE_WIRE_RING)

static gboolean
send_setup (ThimbleWorkerProcess *self, const ThimbleWorkerLimits *limits, int fd)
{
  const ThimbleWireSetup setup = { .header = { .type = THIMBLE_WIRE_SETUP },
                                   .version = VERSION,
                                   .max_memory = limits->max_memory,
                                   .free_bytes = limits->free_bytes,
                                   .parent = (guint32) getpid () };

  return thimble_wire_send (self->socket, &setup, sizeof setup, NULL, 0, &fd, 1);
}

/* Makes the shared memory and sends it; a worker that is gone already is found out later. */
static gboolean
set_up (ThimbleWorkerProcess *self, const ThimbleWorkerLimits *limits)
{
  int fd = thimble_wire_new_memory (N_SHARED);
  gpointer memory = MAP_FAILED;

  self->pid_fd = pidfd_open (self->pid, 0);
  if (fd >= 0 && self->pid_fd >= 0 && clock_getcpuclockid (self->pid, &self->cpu_clock) == 0)
    memory = mmap (NULL, N_SHARED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED)
    {
      self->shared = memory;
      self->ring = (const guint8 *) memory + THIMBLE_WIRE_PAGE;
      if (limits->niceness > 0) /* to be nicer is always allowed */
        setpriority (PRIO_PROCESS, (id_t) self->pid, limits->niceness);
      send_setup (self, limits, fd);
    }
  if (fd >= 0)
    close (fd);
  return memory != MAP_FAILED;
}

/**
 * thimble_worker_process_start:
 * @program: its path
 * @argument: (nullable): its only argument
 *
 * Starts a worker; it gets ready by itself. In a job of the spawner's thread only.
 *
 * Returns: (transfer full) (nullable): the worker, or %NULL with @error set in %G_IO_ERROR
 */
ThimbleWorkerProcess *
thimble_worker_process_start (const char *program,
                              const char *argument,
                              const ThimbleWorkerLimits *limits,
                              GError **error)
{
  g_autoptr(ThimbleWorkerProcess) self = g_new0 (ThimbleWorkerProcess, 1);

  self->socket = self->pid_fd = -1;
  self->next_serial = 1;
  self->pid = thimble_spawner_spawn (program, argument, &self->socket, error);
  if (self->pid == 0)
    return NULL;
  if (!set_up (self, limits))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "The worker “%s” cannot be set up: %s.", program, g_strerror (errno));
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
drop_memory (ThimbleWorkerProcess *self)
{
  if (self->memory != NULL)
    munmap ((gpointer) self->memory, self->n_memory);
  self->memory = NULL;
  self->n_memory = 0;
}

/**
 * thimble_worker_process_reap:
 * @timeout_ms: how long it may take to end by itself before it is killed
 *
 * Returns: the status it ended with, as waitpid() has it; -1 where it had to be killed
 */
int
thimble_worker_process_reap (ThimbleWorkerProcess *self, gint64 timeout_ms)
{
  struct pollfd wanted = { .fd = self->pid_fd, .events = POLLIN };
  gboolean is_killed = FALSE;
  int status = -1;
  pid_t pid;

  if (self->pid == 0)
    return -1;
  if (timeout_ms == 0 || self->pid_fd < 0 || poll (&wanted, 1, (int) timeout_ms) != 1)
    {
      if (self->pid_fd < 0 || pidfd_send_signal (self->pid_fd, SIGKILL, NULL, 0) < 0)
        kill (self->pid, SIGKILL);
      is_killed = TRUE;
    }
  do
    pid = waitpid (self->pid, &status, 0);
  while (pid < 0 && errno == EINTR);
  self->pid = 0;
  return is_killed || pid < 0 ? -1 : status;
}

/**
 * thimble_worker_process_free:
 *
 * Ends the process, if it has not ended, and waits until nothing of it is left.
 */
void
thimble_worker_process_free (ThimbleWorkerProcess *self)
{
  thimble_worker_process_reap (self, 0);
  if (self->socket >= 0)
    close (self->socket);
  if (self->pid_fd >= 0)
    close (self->pid_fd);
  drop_memory (self);
  if (self->shared != NULL)
    munmap (self->shared, N_SHARED);
  for (guint i = 0; i < THIMBLE_WIRE_N_RECIPES; i++)
    g_clear_pointer (&self->recipes[i], g_bytes_unref);
  g_free (self);
}

/* Whether the worker says that it is ready. */
static gboolean
await_ready (ThimbleWorkerProcess *self, char **why, int *status)
{
  struct pollfd wanted = { .fd = self->socket, .events = POLLIN };
  g_autoptr(ThimbleAnswer) answer = thimble_answer_new ();
  int n;

  do
    n = poll (&wanted, 1, READY_TIMEOUT_MS);
  while (n < 0 && errno == EINTR);
  if (n == 1 && thimble_answer_receive (answer, self->socket) == THIMBLE_WIRE_PACKET)
    {
      if (answer->header.type == THIMBLE_WIRE_READY)
        return TRUE;
      *why = thimble_answer_dup_failure (answer);
    }
  *status = thimble_worker_process_reap (self, n == 1 ? 1000 : 0);
  return FALSE;
}

/**
 * thimble_worker_process_await:
 * @start: whether it is to be ready for works, or to wait as a spare
 * @why: (out) (transfer full): what it says why it can't get ready, or %NULL
 * @status: (out): what it ended with, see thimble_worker_process_reap()
 *
 * Waits until the worker is ready. No image has reached it before, so what it says is believed.
 *
 * Returns: whether it is; if not, it has ended
 */
gboolean
thimble_worker_process_await (ThimbleWorkerProcess *self,
                              gboolean start,
                              char **why,
                              int *status)
{
  const ThimbleWireHeader packet = { .type = THIMBLE_WIRE_START };

  if (!self->is_ready && !await_ready (self, why, status))
    return FALSE;
  self->is_ready = TRUE;
  if (!start)
    return TRUE;
  thimble_wire_send (self->socket, &packet, sizeof packet, NULL, 0, NULL, 0);
  return await_ready (self, why, status);
}

/* The number of a recipe that the worker has; it is sent first where it has not. */
static gboolean
send_recipe (ThimbleWorkerProcess *self, GBytes *bytes, gint32 *number)
{
  ThimbleWireRecipe recipe = { .header = { .type = THIMBLE_WIRE_RECIPE } };
  gsize n_bytes;
  gconstpointer data;

  *number = -1;
  if (bytes == NULL)
    return TRUE;
  for (guint i = 0; i < THIMBLE_WIRE_N_RECIPES; i++)
    if (self->recipes[i] == bytes
        || (self->recipes[i] != NULL && g_bytes_equal (self->recipes[i], bytes)))
      {
        *number = (gint32) i;
        return TRUE;
      }

  data = g_bytes_get_data (bytes, &n_bytes);
  recipe.number = self->next_recipe++ % THIMBLE_WIRE_N_RECIPES;
  recipe.n_bytes = (guint32) n_bytes;
  *number = (gint32) recipe.number;
  g_clear_pointer (&self->recipes[recipe.number], g_bytes_unref);
  self->recipes[recipe.number] = g_bytes_ref (bytes);
  return thimble_wire_send (self->socket, &recipe, sizeof recipe, data, n_bytes, NULL, 0);
}

/**
 * thimble_worker_process_send_group:
 * @works: (array length=n_works): of one operation
 * @fds: (array length=n_works): their inputs, or -1; they stay open here
 *
 * Hands works to the worker, to be run together. They have the serials from @next_serial on.
 *
 * Returns: whether they were sent; if not, errno says why
 */
gboolean
thimble_worker_process_send_group (ThimbleWorkerProcess *self,
                                   const char *operation,
                                   ThimbleWork *const *works,
                                   const int *fds,
                                   guint n_works)
{
  ThimbleWireGroup group = {
    .header = { .type = THIMBLE_WIRE_GROUP, .serial = self->next_serial },
    .n_works = n_works,
  };
  int inputs[THIMBLE_WIRE_MAX_WORKS];
  guint n_inputs = 0;

  g_assert (n_works > 0 && n_works <= THIMBLE_WIRE_MAX_WORKS);

  g_strlcpy (group.operation, operation, sizeof group.operation);
  for (guint i = 0; i < n_works; i++)
    {
      if (!send_recipe (self, thimble_work_get_recipe (works[i]), &group.works[i].recipe))
        return FALSE;
      group.works[i].has_input = fds[i] >= 0;
      if (fds[i] >= 0)
        inputs[n_inputs++] = fds[i];
    }
  if (!thimble_wire_send (self->socket, &group, sizeof group, NULL, 0, inputs, n_inputs))
    return FALSE;
  self->next_serial += n_works;
  self->n_works += n_works;
  return TRUE;
}

/**
 * thimble_worker_process_send_memory:
 * @serial: the work whose outputs go there
 * @n_bytes: how much it asks for
 * @max_bytes: how much it may have
 *
 * Gives a worker memory for the outputs of one work, or tells it that it can't have as much.
 *
 * Returns: whether it was told; if not, errno says why
 */
gboolean
thimble_worker_process_send_memory (ThimbleWorkerProcess *self,
                                    guint64 serial,
                                    gsize n_bytes,
                                    gsize max_bytes)
{
  ThimbleWireMemory packet = { .header = { .type = THIMBLE_WIRE_MEMORY, .serial = serial },
                               .n_bytes = n_bytes };
  int fd = n_bytes > 0 && n_bytes <= max_bytes ? thimble_wire_new_memory (n_bytes) : -1;
  gpointer memory = MAP_FAILED;
  gboolean sent;

  drop_memory (self);
  if (fd >= 0)
    memory = mmap (NULL, n_bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED)
    {
      self->memory = memory;
      self->n_memory = n_bytes;
      self->memory_serial = serial;
    }
  sent = thimble_wire_send (self->socket, &packet, sizeof packet, NULL, 0, &fd,
                            memory != MAP_FAILED ? 1 : 0);
  if (fd >= 0)
    close (fd);
  return sent;
}

/**
 * thimble_worker_process_send_grant:
 *
 * Tells a worker that it has what it wanted to reserve.
 *
 * Returns: whether it was told; if not, errno says why
 */
gboolean
thimble_worker_process_send_grant (ThimbleWorkerProcess *self)
{
  const ThimbleWireHeader packet = { .type = THIMBLE_WIRE_GRANT };

  return thimble_wire_send (self->socket, &packet, sizeof packet, NULL, 0, NULL, 0);
}

/**
 * thimble_worker_process_release:
 * @released: up to where the ring was read
 *
 * Lets the worker use again what was read of the ring, and drops memory of its own.
 */
void
thimble_worker_process_release (ThimbleWorkerProcess *self, guint64 released)
{
  drop_memory (self);
  __atomic_store_n (&self->shared->released, released, __ATOMIC_RELEASE);
}

/**
 * thimble_worker_process_request_stop:
 *
 * Has a work see that it is to stop.
 */
void
thimble_worker_process_request_stop (ThimbleWorkerProcess *self, guint64 serial)
{
  g_atomic_int_set ((gint *) &self->shared->stop[serial % THIMBLE_WIRE_WINDOW],
                    (gint) (guint32) serial);
}

/**
 * thimble_worker_process_get_cpu_us:
 *
 * Returns: the processor time it has used, microseconds; the kernel says so, not the worker
 */
gint64
thimble_worker_process_get_cpu_us (ThimbleWorkerProcess *self)
{
  struct timespec time;

  if (clock_gettime (self->cpu_clock, &time) != 0)
    return 0;
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/**
 * thimble_worker_process_get_resident:
 *
 * Returns: the bytes of memory it has now, what it shares with others included; 0 if not known
 */
guint64
thimble_worker_process_get_resident (ThimbleWorkerProcess *self)
{
  char path[64];
  unsigned long n_pages = 0;
  FILE *file;

  g_snprintf (path, sizeof path, "/proc/%d/statm", self->pid);
  file = fopen (path, "re");
  if (file == NULL)
    return 0;
  if (fscanf (file, "%*u %lu", &n_pages) != 1) /* proc(5) */
    n_pages = 0;
  fclose (file);
  return (guint64) n_pages * (guint64) sysconf (_SC_PAGESIZE);
}
