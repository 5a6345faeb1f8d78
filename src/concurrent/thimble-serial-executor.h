/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-executor.h"

G_BEGIN_DECLS

/**
 * ThimbleSerialExecutor:
 *
 * Runs each work where it is submitted, before submit returns: the base line of every comparison.
 */
#define THIMBLE_TYPE_SERIAL_EXECUTOR (thimble_serial_executor_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleSerialExecutor, thimble_serial_executor, THIMBLE, SERIAL_EXECUTOR, GObject)

ThimbleExecutor *thimble_serial_executor_new (const ThimbleExecutorConfig *config);

G_END_DECLS
