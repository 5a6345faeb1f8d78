/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker with the operations of the executor contract. It stays open, as its operations write
 * down what they do. Its argument says whether to run the contract's initializer. */

#include "test-operations.h"
#include "thimble-worker-program.h"

static gboolean
initialize (GError **error)
{
  return test_worker_initializer (NULL, error);
}

int
main (int argc, char *argv[])
{
  ThimbleWorkerProgram program = { .operations = test_operations };

  if (argc == 2 && g_str_equal (argv[1], "initialize"))
    program.initialize = initialize;
  return thimble_worker_program_run (&program);
}
