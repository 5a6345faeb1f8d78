/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-future.h"
#include "thimble-work.h"

G_BEGIN_DECLS

/**
 * ThimbleChunk:
 * @operation: what all its works run; static
 * @priority: higher goes first
 * @sequence: which chunk of its queue it was, for those of one priority
 * @position: where it is in the queue's heap
 * @n_works: how many there are, at least 1
 * @n_waiting: how many of them were not cancelled while the chunk was queued
 * @slots: the works with their futures, all owned
 *
 * Works that are handed to one worker. Belongs to one owner at a time: who submits it, then the
 * queue, then the worker.
 */
typedef struct
{
  const ThimbleOperation *operation;
  int priority;
  guint64 sequence;
  gsize position;
  guint n_works;
  guint n_waiting;
  struct
  {
    ThimbleWork *work;
    ThimbleFuture *future;
  } slots[];
} ThimbleChunk;

/**
 * ThimbleChunkQueue:
 *
 * Chunks by priority, those of one priority in the order of submission: a binary heap in which each
 * chunk knows its position, so that moving or removing one takes O(log n). It has no lock: the
 * executor it belongs to calls it under its own. While a chunk is queued it is the maker data of
 * its futures.
 */
typedef struct
{
  GPtrArray *heap;       /* (element-type ThimbleChunk): owned */
  guint64 next_sequence; /* for the next chunk */
} ThimbleChunkQueue;

ThimbleChunk *thimble_chunk_new (const ThimbleOperation *operation,
                                 ThimbleWork *const *works,
                                 guint n_works,
                                 int priority,
                                 const ThimbleFutureMaker *maker,
                                 GObject *maker_object);
void thimble_chunk_free (ThimbleChunk *self);
void thimble_chunk_dup_futures (ThimbleChunk *self, ThimbleFuture **futures);
void thimble_chunk_cancel (ThimbleChunk *self);
void thimble_chunk_return_error (ThimbleChunk *self, const GError *error);

void thimble_chunk_queue_init (ThimbleChunkQueue *self);
void thimble_chunk_queue_clear (ThimbleChunkQueue *self);
gsize thimble_chunk_queue_get_length (const ThimbleChunkQueue *self);
void thimble_chunk_queue_push (ThimbleChunkQueue *self, ThimbleChunk *chunk);
const ThimbleChunk *thimble_chunk_queue_peek (const ThimbleChunkQueue *self);
ThimbleChunk *thimble_chunk_queue_pop (ThimbleChunkQueue *self);
GPtrArray *thimble_chunk_queue_pop_all (ThimbleChunkQueue *self);
ThimbleChunk *thimble_chunk_queue_drop_future (ThimbleChunkQueue *self, ThimbleFuture *future);
void thimble_chunk_queue_set_priority (ThimbleChunkQueue *self,
                                       ThimbleFuture *future,
                                       int priority);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleChunk, thimble_chunk_free)

G_END_DECLS
