/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-chunk-queue.h"
#include "thimble-executor.h"

G_BEGIN_DECLS

/**
 * ThimbleThreadWorkers:
 *
 * The queue and the threads of an executor. The threads and the futures hold it and not the
 * executor, so that an executor can be freed while works are queued or running.
 */
#define THIMBLE_TYPE_THREAD_WORKERS (thimble_thread_workers_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleThreadWorkers, thimble_thread_workers, THIMBLE, THREAD_WORKERS, GObject)

/* Chunks that a worker has at most: the one that it runs, and the next. */
#define THIMBLE_TURN_MAX_CHUNKS 2

/**
 * ThimbleTurn:
 * @workers: whose queue it is
 * @chunks: what the worker has taken and has not ended, in order; owned
 * @n_chunks: at least 1 when a kind's run is called
 * @is_proven: whether the worker has run a chunk
 *
 * What one worker has to run. Its thread's; others than thimble-turn.c only read it.
 */
typedef struct
{
  ThimbleThreadWorkers *workers;
  ThimbleChunk *chunks[THIMBLE_TURN_MAX_CHUNKS];
  guint n_chunks;
  gboolean is_proven;
} ThimbleTurn;

/**
 * ThimbleWorkerKind:
 * @start: makes what one thread runs chunks with, before its first one; %NULL with an error is as
 *   @run without having begun
 * @run: ends all works of a turn, those that were not started with %G_IO_ERROR_CANCELLED once
 *   *@cancelling, read atomically, is not 0; %FALSE with an error breaks the executor, and the works
 *   that have not ended end with it, unless it is %G_IO_ERROR_WOULD_BLOCK or
 *   %G_IO_ERROR_TOO_MANY_OPEN_FILES, none of the works has begun, and other workers have run some:
 *   they then do it, and no more workers are started
 * @end: frees what @start made; no trace of it is left when this returns
 * @wake: (nullable): a running work was asked to stop, or what is not started was cancelled; from
 *   any thread, without locks
 *
 * What the threads of an executor do with chunks. @start, @run and @end are called on a thread of
 * its own for each worker.
 */
typedef struct
{
  gpointer (*start) (gpointer data, GError **error);
  gboolean (*run) (gpointer worker, ThimbleTurn *turn, const int *cancelling, GError **error);
  void (*end) (gpointer worker);
  void (*wake) (gpointer data);
} ThimbleWorkerKind;

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

ThimbleChunk *thimble_turn_take_next (ThimbleTurn *self);
void thimble_turn_end_first (ThimbleTurn *self);

G_END_DECLS
