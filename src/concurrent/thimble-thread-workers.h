/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-chunk-queue.h"
#include "thimble-executor.h"

G_BEGIN_DECLS

/**
 * ThimbleWorkerKind:
 * @start: makes what one thread runs chunks with, before its first one; %NULL with an error is as
 *   @run without having begun
 * @run: ends all works of a chunk, those that were not started with %G_IO_ERROR_CANCELLED once
 *   *@cancelling, read atomically, is not 0; %FALSE with an error breaks the executor, and the works
 *   that have not ended end with it, unless it is %G_IO_ERROR_WOULD_BLOCK or
 *   %G_IO_ERROR_TOO_MANY_OPEN_FILES, none of the works has begun, and other workers have run some:
 *   they then do it, and no more workers are started
 * @end: frees what @start made; no trace of it is left when this returns
 * @wake: (nullable): a running work was asked to stop, or what is not started was cancelled; from
 *   any thread, without locks
 *
 * What the threads of an executor do with a chunk. @start, @run and @end are called on a thread of
 * its own for each worker.
 */
typedef struct
{
  gpointer (*start) (gpointer data, GError **error);
  gboolean (*run) (gpointer worker, ThimbleChunk *chunk, const int *cancelling, GError **error);
  void (*end) (gpointer worker);
  void (*wake) (gpointer data);
} ThimbleWorkerKind;

/**
 * ThimbleThreadWorkers:
 *
 * The queue and the threads of an executor. The threads and the futures hold it and not the
 * executor, so that an executor can be freed while works are queued or running.
 */
#define THIMBLE_TYPE_THREAD_WORKERS (thimble_thread_workers_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleThreadWorkers, thimble_thread_workers, THIMBLE, THREAD_WORKERS, GObject)

ThimbleThreadWorkers *thimble_thread_workers_new (guint max_workers,
                                                  const ThimbleWorkerKind *kind,
                                                  gpointer data,
                                                  GDestroyNotify destroy);
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
