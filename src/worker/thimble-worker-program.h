/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-work.h"

G_BEGIN_DECLS

/**
 * ThimbleWorkerProgram:
 * @operations: what it can run; static, ended by a row without name
 * @prepare: (nullable): called once, before the first work is waited for: loads what must be loaded
 *   and closes the sandbox, with the bytes of memory that the worker may have; %FALSE with an error
 *   ends the worker, which the parent is told
 * @initialize: (nullable): called once, before the first work is run; %FALSE with an error breaks
 *   the executor
 *
 * What one kind of worker is.
 */
typedef struct
{
  const ThimbleOperation *operations;
  gboolean (*prepare) (guint64 max_memory, GError **error);
  gboolean (*initialize) (GError **error);
} ThimbleWorkerProgram;

int thimble_worker_program_run (const ThimbleWorkerProgram *program);

G_END_DECLS
