/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-executor.h"

G_BEGIN_DECLS

/**
 * ThimbleThreadExecutor:
 *
 * Runs works on the threads of a GThreadPool, which drain a priority queue: highest priority
 * first, within one priority in the order of submission.
 */
#define THIMBLE_TYPE_THREAD_EXECUTOR (thimble_thread_executor_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleThreadExecutor, thimble_thread_executor, THIMBLE, THREAD_EXECUTOR, GObject)

ThimbleExecutor *thimble_thread_executor_new (const ThimbleExecutorConfig *config);

G_END_DECLS
