/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-executor.h"

G_BEGIN_DECLS

/**
 * ThimbleProcessConfig:
 * @executor: as for any executor; its initializer is %NULL, as a function is nothing in another
 *   process: what a worker does first is its program's affair, see #ThimbleWorkerProgram
 * @worker: the program of the common kind of worker, a path
 * @other_worker: (nullable): the program for works that the common kind hands on
 * @argument: (nullable): the only argument of the programs
 * @max_memory: bytes that a worker may have
 * @max_output_bytes: bytes that the outputs of one work may have together
 * @max_pixels: what one image may have; more does not give it more time
 * @free_bytes: bytes that works may use without reserving them from the budget
 * @timeout_us: the processor time that one image may take, microseconds
 * @niceness: how far workers stand back behind other programs, as setpriority() has it, 0 to 19
 */
typedef struct
{
  ThimbleExecutorConfig executor;
  const char *worker;
  const char *other_worker;
  const char *argument;
  guint64 max_memory;
  guint64 max_output_bytes;
  guint64 max_pixels;
  guint64 free_bytes;
  gint64 timeout_us;
  int niceness;
} ThimbleProcessConfig;

/**
 * ThimbleProcessExecutor:
 *
 * Runs works in processes of their own, which can open nothing and reach nobody. What a work does
 * there, dying included, touches no other.
 */
#define THIMBLE_TYPE_PROCESS_EXECUTOR (thimble_process_executor_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleProcessExecutor, thimble_process_executor, THIMBLE, PROCESS_EXECUTOR, GObject)

ThimbleExecutor *thimble_process_executor_new (const ThimbleProcessConfig *config);
void thimble_process_executor_prepare (ThimbleProcessExecutor *self, guint n_works);
gboolean thimble_process_executor_try (ThimbleProcessExecutor *self, GError **error);

G_END_DECLS
