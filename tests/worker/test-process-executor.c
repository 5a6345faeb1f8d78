/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs the executor contract against the process pool. */

#include "executor-contract.h"
#include "thimble-process-executor.h"

/* The contract's initializer is a function here and an argument there. */
static ThimbleExecutor *
create (const ThimbleExecutorConfig *config)
{
  ThimbleProcessConfig processes = {
    .executor = *config,
    .worker = g_getenv ("THIMBLE_TEST_WORKER"),
    .max_memory = G_GUINT64_CONSTANT (1) << 30,
    .max_output_bytes = 1 << 24,
    .max_pixels = 100 * 1000 * 1000,
    .timeout_us = 30 * G_USEC_PER_SEC,
  };

  g_assert_true (config->initializer == NULL || config->initializer == test_worker_initializer);
  if (config->initializer != NULL)
    processes.argument = "initialize";
  processes.executor.initializer = NULL;
  return thimble_process_executor_new (&processes);
}

int
main (int argc, char *argv[])
{
  static const TestExecutor processes = { "processes", create, TRUE };

  g_test_init (&argc, &argv, NULL);
  test_executor_contract_init ();
  test_executor_contract_add (&processes);
  return test_executor_contract_run ();
}
