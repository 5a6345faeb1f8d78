/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the executor contract share: registering, submitting, gates, and looking at
 * what came out. */

#include "executor-contract.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Makes the folder of TEST_WORKERS_FOLDER. Once a program, before any thread. */
void
test_executor_contract_init (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("thimble-workers-XXXXXX", &error);

  g_assert_no_error (error);
  g_setenv (TEST_WORKERS_FOLDER, folder, TRUE);
}

char *
test_workers_path (const char *name)
{
  return g_build_filename (g_getenv (TEST_WORKERS_FOLDER), name, NULL);
}

/* As g_test_run(), and removes what init made. */
int
test_executor_contract_run (void)
{
  static const char *const names[] = { "started", "fail" };
  int status = g_test_run ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = test_workers_path (names[i]);

      g_unlink (path);
    }
  g_rmdir (g_getenv (TEST_WORKERS_FOLDER));
  return status;
}

typedef struct
{
  const TestExecutor *row;
  TestContractFunc func;
} Registered;

static void
run_registered (gconstpointer user_data)
{
  const Registered *registered = user_data;
  g_autofree char *started = test_workers_path ("started");
  g_autofree char *fail = test_workers_path ("fail");

  g_unlink (started);
  g_unlink (fail);
  registered->func (registered->row);
}

void
test_contract_add (const TestExecutor *row, const char *name, TestContractFunc func)
{
  g_autofree char *path = g_strdup_printf ("/executor/%s/%s", row->name, name);
  Registered *registered = g_new (Registered, 1);

  registered->row = row;
  registered->func = func;
  g_test_add_data_func_full (path, registered, run_registered, g_free);
}

/* For tests in which works have to wait in a queue. */
void
test_contract_add_concurrent (const TestExecutor *row, const char *name, TestContractFunc func)
{
  if (row->runs_concurrently)
    test_contract_add (row, name, func);
  else
    g_test_message ("Not for /executor/%s: %s needs works that wait, and here they end in submit",
                    row->name, name);
}

void
test_executor_contract_add (const TestExecutor *row)
{
  test_contract_add_results (row);
  test_contract_add_callbacks (row);
  test_contract_add_queue (row);
  test_contract_add_waiting (row);
  test_contract_add_workers (row);
  test_contract_add_shutdown (row);
}

ThimbleExecutor *
test_create (const TestExecutor *row, guint max_workers)
{
  ThimbleExecutorConfig config = {
    .operations = test_operations,
    .max_workers = max_workers,
  };

  return row->create (&config);
}

ThimbleWork *
test_work_new (const char *operation, const char *recipe)
{
  g_autoptr(GBytes) bytes = g_bytes_new (recipe, strlen (recipe));

  return thimble_work_new (operation, bytes, NULL);
}

ThimbleFuture *
test_submit (ThimbleExecutor *executor, const char *operation, const char *recipe)
{
  g_autoptr(ThimbleWork) work = test_work_new (operation, recipe);
  g_autoptr(GError) error = NULL;
  ThimbleFuture *future = thimble_executor_submit (executor, work, &error);

  g_assert_no_error (error);
  g_assert_true (THIMBLE_IS_FUTURE (future));
  return future;
}

ThimbleWork *
test_work_new_gate (const char *operation, GBytes *recipe, TestGate *gate)
{
  g_autoptr(ThimbleInput) input = NULL;
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  gate->fd = fds[0];
  input = thimble_input_new_for_fd (fds[1]);
  return thimble_work_new (operation, recipe, input);
}

ThimbleFuture *
test_submit_gate (ThimbleExecutor *executor,
                  const char *operation,
                  GBytes *recipe,
                  TestGate *gate)
{
  g_autoptr(ThimbleWork) work = test_work_new_gate (operation, recipe, gate);
  g_autoptr(GError) error = NULL;
  ThimbleFuture *future = thimble_executor_submit (executor, work, &error);

  g_assert_no_error (error);
  return future;
}

/* A work that replies "gate" when the gate is opened. */
ThimbleFuture *
test_submit_closed_gate (ThimbleExecutor *executor, TestGate *gate)
{
  g_autoptr(GBytes) recipe = g_bytes_new_static ("gate", strlen ("gate"));

  return test_submit_gate (executor, "gate", recipe, gate);
}

static gboolean
poll_gate (TestGate *gate, int timeout_ms)
{
  struct pollfd wanted = { .fd = gate->fd, .events = POLLIN };

  return poll (&wanted, 1, timeout_ms) == 1;
}

/* Returns when the work says that it runs. Once a gate. */
void
test_gate_wait_until_running (TestGate *gate)
{
  char byte = 0;

  g_assert_true (poll_gate (gate, TEST_PATIENCE_MS));
  g_assert_cmpint (read (gate->fd, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'r');
}

/* Whether the work has said that it runs, without waiting for it. */
gboolean
test_gate_is_running (TestGate *gate)
{
  return poll_gate (gate, 0);
}

void
test_gate_open (TestGate *gate)
{
  g_assert_no_errno (close (gate->fd));
  gate->fd = -1;
}

static GBytes *
await_reply (ThimbleFuture *future)
{
  g_autoptr(GError) error = NULL;
  ThimbleWorkResult *result = thimble_future_result (future, TEST_PATIENCE_MS, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
  g_assert_null (thimble_future_get_error (future));
  return thimble_work_result_get_reply (result);
}

void
test_assert_reply (ThimbleFuture *future, const char *reply)
{
  GBytes *bytes = await_reply (future);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), reply,
                   strlen (reply));
}

void
test_assert_error (ThimbleFuture *future, GQuark domain, int code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_future_result (future, TEST_PATIENCE_MS, &error));
  g_assert_error (error, domain, code);
  g_assert_error (thimble_future_get_error (future), domain, code);
  g_assert_cmpstr (error->message, ==, thimble_future_get_error (future)->message);
}

guint64
test_get_number (ThimbleFuture *future)
{
  GBytes *bytes = await_reply (future);
  guint64 number;

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizeof number);
  memcpy (&number, g_bytes_get_data (bytes, NULL), sizeof number);
  return number;
}

char *
test_get_text (ThimbleFuture *future)
{
  GBytes *bytes = await_reply (future);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}
