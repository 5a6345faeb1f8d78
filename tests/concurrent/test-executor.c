/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs the executor contract against the executors of this room. */

#include "executor-contract.h"
#include "thimble-serial-executor.h"
#include "thimble-thread-executor.h"

static const TestExecutor executors[] = {
  { "serial", thimble_serial_executor_new, FALSE },
  { "threads", thimble_thread_executor_new, TRUE },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  test_executor_contract_init ();
  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    test_executor_contract_add (&executors[i]);
  return test_executor_contract_run ();
}
