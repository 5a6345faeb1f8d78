/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What waits in an executor: chunks of works, the most urgent first. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-chunk-queue.h"

/**
 * thimble_chunk_new:
 * @operation: what all of @works run
 * @n_works: at least 1
 * @maker: see [ctor@Future.new]
 *
 * Returns: (transfer full): a chunk with a new future for each work
 */
ThimbleChunk *
thimble_chunk_new (const ThimbleOperation *operation,
                   ThimbleWork *const *works,
                   guint n_works,
                   int priority,
                   const ThimbleFutureMaker *maker,
                   GObject *maker_object)
{
  ThimbleChunk *self;

  g_assert (n_works > 0);

  self = g_malloc (sizeof *self + n_works * sizeof self->slots[0]);
  self->operation = operation;
  self->priority = priority;
  self->sequence = 0;
  self->position = 0;
  self->n_works = n_works;
  self->n_waiting = n_works;
  for (guint i = 0; i < n_works; i++)
    {
      self->slots[i].work = thimble_work_ref (works[i]);
      self->slots[i].future = thimble_future_new (maker, maker_object,
                                                  (GDestroyNotify) thimble_work_result_unref);
    }
  return self;
}

/**
 * thimble_chunk_free:
 *
 * Drops the works and the futures; the futures do not end by it.
 */
void
thimble_chunk_free (ThimbleChunk *self)
{
  for (guint i = 0; i < self->n_works; i++)
    {
      thimble_work_unref (self->slots[i].work);
      g_object_unref (self->slots[i].future);
    }
  g_free (self);
}

/**
 * thimble_chunk_dup_futures:
 * @futures: (out caller-allocates): room for all of them, each (transfer full)
 */
void
thimble_chunk_dup_futures (ThimbleChunk *self, ThimbleFuture **futures)
{
  for (guint i = 0; i < self->n_works; i++)
    futures[i] = g_object_ref (self->slots[i].future);
}

/**
 * thimble_chunk_cancel:
 *
 * Cancels the futures that were not started. Call it without locks.
 */
void
thimble_chunk_cancel (ThimbleChunk *self)
{
  for (guint i = 0; i < self->n_works; i++)
    thimble_future_cancel (self->slots[i].future);
}

/**
 * thimble_chunk_return_error:
 *
 * Ends the futures that are not done with a copy of @error. Call it without locks.
 */
void
thimble_chunk_return_error (ThimbleChunk *self, const GError *error)
{
  for (guint i = 0; i < self->n_works; i++)
    if (thimble_future_get_state (self->slots[i].future) != THIMBLE_FUTURE_DONE)
      thimble_future_return_error (self->slots[i].future, g_error_copy (error));
}

static gboolean
goes_before (const ThimbleChunk *a, const ThimbleChunk *b)
{
  if (a->priority != b->priority)
    return a->priority > b->priority;
  return a->sequence < b->sequence;
}

static void
put (ThimbleChunkQueue *self, gsize position, ThimbleChunk *chunk)
{
  g_ptr_array_index (self->heap, position) = chunk;
  chunk->position = position;
}

/* Moves the chunk to where it belongs from its position on; at most one of the loops does so. */
static void
sift (ThimbleChunkQueue *self, ThimbleChunk *chunk)
{
  gsize at = chunk->position;

  while (at > 0)
    {
      ThimbleChunk *parent = g_ptr_array_index (self->heap, (at - 1) / 2);

      if (!goes_before (chunk, parent))
        break;
      put (self, at, parent);
      at = (at - 1) / 2;
    }
  for (;;)
    {
      gsize child = 2 * at + 1;

      if (child >= self->heap->len)
        break;
      if (child + 1 < self->heap->len
          && goes_before (g_ptr_array_index (self->heap, child + 1),
                          g_ptr_array_index (self->heap, child)))
        child++;
      if (!goes_before (g_ptr_array_index (self->heap, child), chunk))
        break;
      put (self, at, g_ptr_array_index (self->heap, child));
      at = child;
    }
  put (self, at, chunk);
}

static void
forget_chunk (ThimbleChunk *chunk)
{
  for (guint i = 0; i < chunk->n_works; i++)
    thimble_future_set_maker_data (chunk->slots[i].future, NULL);
}

static void
remove_chunk (ThimbleChunkQueue *self, ThimbleChunk *chunk)
{
  gsize last = self->heap->len - 1;
  ThimbleChunk *moved = g_ptr_array_index (self->heap, last);

  g_ptr_array_set_size (self->heap, last);
  if (moved != chunk)
    {
      moved->position = chunk->position;
      sift (self, moved);
    }
  forget_chunk (chunk);
}

/**
 * thimble_chunk_queue_init:
 *
 * Makes @self an empty queue.
 */
void
thimble_chunk_queue_init (ThimbleChunkQueue *self)
{
  self->heap = g_ptr_array_new ();
  self->next_sequence = 0;
}

/**
 * thimble_chunk_queue_clear:
 *
 * Frees what @self has; it must be empty.
 */
void
thimble_chunk_queue_clear (ThimbleChunkQueue *self)
{
  g_assert (self->heap->len == 0);
  g_clear_pointer (&self->heap, g_ptr_array_unref);
}

/**
 * thimble_chunk_queue_get_length:
 *
 * Returns: the number of chunks
 */
gsize
thimble_chunk_queue_get_length (const ThimbleChunkQueue *self)
{
  return self->heap->len;
}

/**
 * thimble_chunk_queue_push:
 * @chunk: (transfer full): a chunk that was in no queue before
 */
void
thimble_chunk_queue_push (ThimbleChunkQueue *self, ThimbleChunk *chunk)
{
  for (guint i = 0; i < chunk->n_works; i++)
    thimble_future_set_maker_data (chunk->slots[i].future, chunk);
  chunk->sequence = self->next_sequence++;
  chunk->position = self->heap->len;
  g_ptr_array_add (self->heap, chunk);
  sift (self, chunk);
}

/**
 * thimble_chunk_queue_peek:
 *
 * Returns: (transfer none) (nullable): the chunk that goes first, which stays in the queue
 */
const ThimbleChunk *
thimble_chunk_queue_peek (const ThimbleChunkQueue *self)
{
  return self->heap->len > 0 ? g_ptr_array_index (self->heap, 0) : NULL;
}

/**
 * thimble_chunk_queue_pop:
 *
 * Returns: (transfer full) (nullable): the chunk that goes first
 */
ThimbleChunk *
thimble_chunk_queue_pop (ThimbleChunkQueue *self)
{
  ThimbleChunk *chunk;

  if (self->heap->len == 0)
    return NULL;
  chunk = g_ptr_array_index (self->heap, 0);
  remove_chunk (self, chunk);
  return chunk;
}

/**
 * thimble_chunk_queue_pop_all:
 *
 * Returns: (transfer full) (element-type ThimbleChunk): all chunks, in no order; the array frees
 *   them
 */
GPtrArray *
thimble_chunk_queue_pop_all (ThimbleChunkQueue *self)
{
  GPtrArray *chunks = g_steal_pointer (&self->heap);

  self->heap = g_ptr_array_new ();
  for (guint i = 0; i < chunks->len; i++)
    forget_chunk (g_ptr_array_index (chunks, i));
  g_ptr_array_set_free_func (chunks, (GDestroyNotify) thimble_chunk_free);
  return chunks;
}

/**
 * thimble_chunk_queue_drop_future:
 * @future: a future of this queue's executor that was cancelled
 *
 * Leaves the future to its chunk, which leaves it out when it is run; the last one of a chunk takes
 * the chunk with it.
 *
 * Returns: (transfer full) (nullable): the chunk of which nothing is left; free it without locks
 */
ThimbleChunk *
thimble_chunk_queue_drop_future (ThimbleChunkQueue *self, ThimbleFuture *future)
{
  ThimbleChunk *chunk = thimble_future_get_maker_data (future);

  if (chunk == NULL)
    return NULL;
  thimble_future_set_maker_data (future, NULL);
  if (--chunk->n_waiting > 0)
    return NULL;
  remove_chunk (self, chunk);
  return chunk;
}

/**
 * thimble_chunk_queue_set_priority:
 * @future: a future of this queue's executor
 *
 * Moves the whole chunk of @future, if it is still queued. Among chunks of its new priority it
 * keeps the place that its submission gave it.
 */
void
thimble_chunk_queue_set_priority (ThimbleChunkQueue *self, ThimbleFuture *future, int priority)
{
  ThimbleChunk *chunk = thimble_future_get_maker_data (future);

  if (chunk == NULL || chunk->priority == priority)
    return;
  chunk->priority = priority;
  sift (self, chunk);
}
