/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the contract tests run. It shares no memory with the tests, so that a worker in another
 * process can be linked with it as it is. */

#include "test-operations.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *
get_worker_id (void)
{
  return g_strdup_printf ("%d:%ld", getpid (), syscall (SYS_gettid));
}

static void
reply (ThimbleWorkContext *context, guint index, gconstpointer bytes, gsize n_bytes)
{
  g_autoptr(GBytes) copy = g_bytes_new (bytes, n_bytes);

  thimble_work_context_return_result (context, index, thimble_work_result_new (copy, NULL, 0));
}

static void
reply_recipe (ThimbleWorkContext *context, guint index, ThimbleWork *work)
{
  thimble_work_context_return_result (
    context, index, thimble_work_result_new (thimble_work_get_recipe (work), NULL, 0));
}

static void
echo (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  reply_recipe (context, 0, works[0]);
}

static void
fail (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  GBytes *recipe = thimble_work_get_recipe (works[0]);
  g_autofree char *message = NULL;

  message = g_strndup (g_bytes_get_data (recipe, NULL), g_bytes_get_size (recipe));
  thimble_work_context_return_error (
    context, 0, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message));
}

static void
forget (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
}

static void
length (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  GError *error = NULL;
  gsize n_bytes = 0;
  guint64 value;

  if (thimble_input_read (thimble_work_get_input (works[0]),
                          thimble_work_context_get_buffer (context, 0), 1 << 20, &n_bytes, &error)
      == NULL)
    {
      thimble_work_context_return_error (context, 0, error);
      return;
    }
  value = n_bytes;
  reply (context, 0, &value, sizeof value);
}

static void
worker (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  g_autofree char *id = get_worker_id ();

  reply (context, 0, id, strlen (id));
}

static void
together (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  /* In an order of its own: each ends by itself. */
  for (guint i = n_works; i-- > 0;)
    {
      gsize n_bytes;
      gconstpointer bytes = g_bytes_get_data (thimble_work_get_recipe (works[i]), &n_bytes);
      g_autoptr(GByteArray) value = g_byte_array_new ();
      guint32 count = n_works;

      g_byte_array_append (value, (const guint8 *) &count, sizeof count);
      g_byte_array_append (value, bytes, n_bytes);
      reply (context, i, value->data, value->len);
    }
}

static void
buffer (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  GByteArray *array = thimble_work_context_get_buffer (context, 0);
  guint64 value = array->len;

  g_byte_array_set_size (array, array->len + 1);
  reply (context, 0, &value, sizeof value);
}

/* Opens the work's gate and says that the work runs. */
static int
enter_gate (ThimbleWork *work)
{
  int fd = thimble_input_open (thimble_work_get_input (work), NULL);
  char byte = 'r';
  struct iovec part = { &byte, 1 };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

  if (fd >= 0 && sendmsg (fd, &message, MSG_NOSIGNAL) != 1)
    {
      close (fd);
      fd = -1;
    }
  return fd;
}

/* Whether the gate was closed by the other side. Waits for that, for timeout_ms at most. */
static gboolean
is_gate_closed (int fd, int timeout_ms)
{
  struct pollfd wanted = { .fd = fd, .events = POLLIN };
  char byte;
  ssize_t n;

  if (poll (&wanted, 1, timeout_ms) != 1)
    return FALSE;
  do
    n = read (fd, &byte, 1);
  while (n < 0 && errno == EINTR);
  return n <= 0;
}

static void
wait_at_gate (ThimbleWork *work)
{
  int fd = enter_gate (work);

  if (fd < 0)
    return;
  while (!is_gate_closed (fd, -1))
    ;
  close (fd);
}

static void
gate (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  wait_at_gate (works[0]);
  reply_recipe (context, 0, works[0]);
}

static void
in_turn (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  for (guint i = 0; i < n_works; i++)
    {
      thimble_work_context_tell_pixels (context, 1);
      if (thimble_work_get_input (works[i]) != NULL)
        wait_at_gate (works[i]);
      reply_recipe (context, i, works[i]);
    }
}

static void
until_stopped (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  int fd = enter_gate (works[0]);
  gboolean stopped = FALSE;
  gboolean closed = fd < 0;

  while (!stopped && !closed)
    {
      stopped = thimble_work_context_should_stop (context, 0);
      closed = is_gate_closed (fd, 1);
    }
  if (fd >= 0)
    close (fd);
  if (stopped)
    thimble_work_context_return_error (
      context, 0, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was stopped."));
  else
    reply_recipe (context, 0, works[0]);
}

static guint64
get_number (ThimbleWork *work)
{
  guint64 number;

  memcpy (&number, g_bytes_get_data (thimble_work_get_recipe (work), NULL), sizeof number);
  return number;
}

static void
reserve (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  thimble_work_context_reserve (context, get_number (works[0]));
  if (thimble_work_context_should_stop (context, 0))
    thimble_work_context_return_error (
      context, 0, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled."));
  else
    gate (context, works, n_works);
}

static void
reserve_twice (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  thimble_work_context_reserve (context, get_number (works[0]));
  thimble_work_context_reserve (context, 2 * get_number (works[0]));
  thimble_work_context_reserve (context, 1);
  reply_recipe (context, 0, works[0]);
}

const ThimbleOperation test_operations[] = {
  { "echo", echo, 1 },
  { "fail", fail, 1 },
  { "forget", forget, 1 },
  { "length", length, 1 },
  { "worker", worker, 1 },
  { "light", worker, 1, TRUE },
  { "together", together, 3 },
  { "buffer", buffer, 1 },
  { "in-turn", in_turn, 3 },
  { "gate", gate, 1 },
  { "until-stopped", until_stopped, 1 },
  { "reserve", reserve, 1 },
  { "reserve-twice", reserve_twice, 1 },
  { NULL, NULL, 0 },
};

/* Writes down that a worker starts, unless workers are to fail. */
gboolean
test_worker_initializer (gpointer user_data, GError **error)
{
  const char *folder = g_getenv (TEST_WORKERS_FOLDER);
  g_autofree char *fail_path = g_build_filename (folder, "fail", NULL);
  g_autofree char *started_path = g_build_filename (folder, "started", NULL);
  g_autofree char *id = get_worker_id ();
  g_autofree char *line = g_strconcat (id, "\n", NULL);
  g_autofree char *message = NULL;
  gboolean written;
  int fd;

  if (g_file_get_contents (fail_path, &message, NULL, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, message);
      return FALSE;
    }

  fd = open (started_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  written = fd >= 0 && write (fd, line, strlen (line)) == (ssize_t) strlen (line);
  if (fd >= 0)
    close (fd);
  if (!written)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "can't write down that it starts.");
  return written;
}
