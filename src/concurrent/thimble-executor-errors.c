/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an executor says to works that it cannot run. Apart from the executors, so that a worker's
 * program, which looks operations up but has no executor, is no larger than it must be. */

#include "thimble-executor-private.h"

#include <string.h>

G_DEFINE_QUARK (thimble-executor-error-quark, thimble_executor_error)

/**
 * thimble_executor_find_operation:
 * @operations: a table, ended by a row without name
 * @name: which row
 *
 * Returns: (nullable): the row, or %NULL with %THIMBLE_EXECUTOR_ERROR_NO_OPERATION
 */
const ThimbleOperation *
thimble_executor_find_operation (const ThimbleOperation *operations,
                                 const char *name,
                                 GError **error)
{
  for (const ThimbleOperation *row = operations; row->name != NULL; row++)
    if (strcmp (row->name, name) == 0)
      return row;

  g_set_error (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_NO_OPERATION,
               "asks for the operation “%s”, which this executor does not have.", name);
  return NULL;
}

/**
 * thimble_executor_new_shut_down_error:
 *
 * Returns: (transfer full): what submitting after shutdown gives
 */
GError *
thimble_executor_new_shut_down_error (void)
{
  return g_error_new_literal (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_SHUT_DOWN,
                              "was submitted after the executor was shut down.");
}

/**
 * thimble_executor_new_broken_error:
 * @cause: (nullable): why an initializer failed
 *
 * Returns: (transfer full): what the works of a broken executor end with
 */
GError *
thimble_executor_new_broken_error (const GError *cause)
{
  return g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_BROKEN,
                      "was not worked on, because no worker could start: %s",
                      cause != NULL ? cause->message : "unknown reason.");
}
