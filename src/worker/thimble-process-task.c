/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One work on its way through workers: its input, its end, and what is said of it when a worker
 * ended instead. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-process-task.h"

#include "thimble-executor.h"
#include "thimble-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static gboolean
write_all (int fd, const guint8 *bytes, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      ssize_t n = write (fd, bytes, n_bytes);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      n_bytes -= (gsize) n;
    }
  return TRUE;
}

/* Bytes go to a worker as a file that nobody can change. */
static int
open_bytes (GBytes *bytes, GError **error)
{
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (bytes, &n_bytes);
  int fd = memfd_create ("thimble", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  int saved;

  if (fd >= 0 && write_all (fd, data, n_bytes)
      && fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0)
    return fd;
  saved = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
               "cannot be handed to a worker: %s.", g_strerror (saved));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* For one more worker: a descriptor with a place of its own in the file, as the former worker may
 * still hold the other and move there. */
static void
open_again (ThimbleProcessTask *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", self->fd);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    {
      lseek (self->fd, 0, SEEK_SET); /* a socket has no first byte to go to */
      return;
    }
  close (self->fd);
  self->fd = fd;
}

/**
 * thimble_process_task_open:
 *
 * Opens the work's input, or puts the one that is open to its first byte again. Blocks.
 *
 * Returns: whether the work can be handed to a worker; if not, @error is the input's
 */
gboolean
thimble_process_task_open (ThimbleProcessTask *self, GError **error)
{
  ThimbleInput *input = thimble_work_get_input (self->work);
  GBytes *bytes = input != NULL ? thimble_input_get_bytes (input) : NULL;
  g_autoptr(GError) failure = NULL;
  gsize n_recipe = 0;

  if (thimble_work_get_recipe (self->work) != NULL)
    n_recipe = g_bytes_get_size (thimble_work_get_recipe (self->work));
  if (n_recipe > THIMBLE_WIRE_MAX_RECIPE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "has a recipe of %" G_GSIZE_FORMAT " bytes; a worker takes at most %d.",
                   n_recipe, THIMBLE_WIRE_MAX_RECIPE);
      return FALSE;
    }

  if (self->fd >= 0)
    open_again (self);
  else if (bytes != NULL)
    self->fd = open_bytes (bytes, &failure);
  else if (input != NULL)
    self->fd = thimble_input_open (input, &failure);
  if (bytes != NULL && self->fd >= 0)
    lseek (self->fd, 0, SEEK_SET);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/**
 * thimble_process_task_start:
 *
 * Makes the future run, if it does not yet.
 *
 * Returns: whether it does; if not, it was cancelled
 */
gboolean
thimble_process_task_start (ThimbleProcessTask *self)
{
  if (!self->is_started)
    self->is_started = thimble_future_start (self->future);
  return self->is_started;
}

static void
end (ThimbleProcessTask *self)
{
  g_assert (self->state != THIMBLE_TASK_ENDED);

  if (self->fd >= 0)
    close (g_steal_fd (&self->fd));
  self->state = THIMBLE_TASK_ENDED;
}

/**
 * thimble_process_task_return_result:
 * @result: (transfer full): checked
 */
void
thimble_process_task_return_result (ThimbleProcessTask *self, ThimbleWorkResult *result)
{
  end (self);
  thimble_future_return_result (self->future, result);
}

/**
 * thimble_process_task_return_error:
 * @error: (transfer full): its message is a predicate
 */
void
thimble_process_task_return_error (ThimbleProcessTask *self, GError *error)
{
  end (self);
  thimble_future_return_error (self->future, error);
}

/**
 * thimble_process_task_should_stop:
 *
 * Returns: whether nobody wants its result any more
 */
gboolean
thimble_process_task_should_stop (ThimbleProcessTask *self)
{
  return thimble_future_should_stop (self->future) || thimble_future_is_cancelled (self->future);
}

/* For work that ended the worker it was alone with. */
GError *
thimble_process_task_new_crashed_error (int status, guint64 max_memory)
{
  g_autofree char *limit = g_format_size (max_memory);

  if (status < 0 || !WIFSIGNALED (status))
    return g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                        "ended the process that read it. It is broken, or made to do harm; it is "
                        "not tried again until it changes.");
  if (WTERMSIG (status) == SIGSYS)
    return g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                        "made the process that read it do what is forbidden there, and so ended "
                        "it. It may be made to do harm; it is not tried again until it changes.");
  return g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                      "ended the process that read it (%s). It is broken, or needs more than the "
                      "%s of memory that the limits on pixels and bytes allow; it is not tried "
                      "again until it changes.",
                      strsignal (WTERMSIG (status)), limit);
}

/* For work whose worker sent what no sound one sends. */
GError *
thimble_process_task_new_nonsense_error (void)
{
  return g_error_new_literal (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                              "got an answer that makes no sense from its worker. It may be made "
                              "to do harm; it is not tried again until it changes.");
}

/* For work whose workers somebody else kills, one after the other. */
GError *
thimble_process_task_new_killed_error (guint n_kills)
{
  return g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_BROKEN,
                      "lost the process that read it %u times to a signal from elsewhere, as when "
                      "memory runs out. Free memory, or use fewer workers (--workers).",
                      n_kills);
}

/* For work that took too long; @is_users for the limit that the user sets. */
GError *
thimble_process_task_new_timeout_error (gint64 limit_us, gboolean is_users)
{
  double seconds = (double) limit_us / G_USEC_PER_SEC;

  if (is_users)
    return g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_TIMEOUT,
                        "took more than %.1f s of processor time, which is the limit. Raise it "
                        "(--timeout) to allow more.",
                        seconds);
  return g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_TIMEOUT,
                      "took more than %.1f s of processor time, which is the limit for an image of "
                      "its size: it is made to take long.",
                      seconds);
}
