/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-chunk-queue.h"
#include "thimble-executor.h"

G_BEGIN_DECLS

/**
 * ThimbleThreadWorkers:
 *
 * The queue and the threads of a thread executor. The threads and the futures hold it and not the
 * executor, so that an executor can be freed while works are queued or running.
 */
#define THIMBLE_TYPE_THREAD_WORKERS (thimble_thread_workers_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleThreadWorkers, thimble_thread_workers, THIMBLE, THREAD_WORKERS, GObject)

ThimbleThreadWorkers *thimble_thread_workers_new (const ThimbleExecutorConfig *config);
gboolean thimble_thread_workers_submit (ThimbleThreadWorkers *self,
                                        const ThimbleOperation *operation,
                                        ThimbleWork *const *works,
                                        guint n_works,
                                        int priority,
                                        ThimbleFuture **futures,
                                        GError **error);
void thimble_thread_workers_set_priority (ThimbleThreadWorkers *self,
                                          ThimbleFuture *future,
                                          int priority);
void thimble_thread_workers_close (ThimbleThreadWorkers *self, ThimbleShutdown how);
void thimble_thread_workers_join (ThimbleThreadWorkers *self);

G_END_DECLS
