/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one worker has taken of the queue: the chunk that it runs, and the next one, where it can't
 * afford to wait between them. They are run, or left to other workers, or end with an error. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-turn-private.h"

/* The lock is held. Returns: the workers that a chunk in the queue may be for: parked ones, and
 * those that have not begun yet */
guint
thimble_thread_workers_count_free_locked (ThimbleThreadWorkers *self)
{
  return self->n_parked + (self->n_started - MIN (self->n_started, self->n_alive));
}

/**
 * thimble_turn_take_next:
 *
 * Takes one more chunk, to be run behind those of the turn, if the next one in the queue is of the
 * same operation and no other worker is free to run it. For a kind's run.
 *
 * Returns: (transfer none) (nullable): the chunk, which is the turn's
 */
ThimbleChunk *
thimble_turn_take_next (ThimbleTurn *self)
{
  ThimbleThreadWorkers *workers = self->workers;
  const ThimbleChunk *next;
  ThimbleChunk *chunk = NULL;

  if (self->n_chunks == 0 || self->n_chunks == THIMBLE_TURN_MAX_CHUNKS)
    return NULL;
  g_mutex_lock (&workers->lock);
  next = thimble_chunk_queue_peek (&workers->queue);
  if (next != NULL && next->operation == self->chunks[0]->operation
      && thimble_chunk_queue_get_length (&workers->queue)
           > thimble_thread_workers_count_free_locked (workers))
    chunk = thimble_chunk_queue_pop (&workers->queue);
  g_mutex_unlock (&workers->lock);
  if (chunk != NULL)
    self->chunks[self->n_chunks++] = chunk;
  return chunk;
}

/**
 * thimble_turn_end_first:
 *
 * Drops the first chunk; all of its works have ended. For a kind's run, which need not do so with
 * what is left when it returns %TRUE.
 */
void
thimble_turn_end_first (ThimbleTurn *self)
{
  ThimbleChunk *chunk = self->chunks[0];

  g_assert (self->n_chunks > 0);

  self->n_chunks--;
  for (guint i = 0; i < self->n_chunks; i++)
    self->chunks[i] = self->chunks[i + 1];
  thimble_chunk_free (chunk);
  if (self->is_proven)
    return;
  g_mutex_lock (&self->workers->lock);
  self->workers->n_proven++;
  g_mutex_unlock (&self->workers->lock);
  self->is_proven = TRUE;
}

static gboolean
is_untouched (const ThimbleTurn *self)
{
  for (guint i = 0; i < self->n_chunks; i++)
    for (guint j = 0; j < self->chunks[i]->n_works; j++)
      if (thimble_future_get_state (self->chunks[i]->slots[j].future) != THIMBLE_FUTURE_SCHEDULED)
        return FALSE;
  return TRUE;
}

/* Too many processes or descriptors (EAGAIN, EMFILE, ENFILE): there is room for fewer workers. */
static gboolean
is_shortage (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
}

/* A worker that there is no room for, while others go on, leaves its chunks to them: fewer workers
 * do the same. Returns whether it did. */
gboolean
thimble_turn_leave (ThimbleTurn *self, const GError *error)
{
  ThimbleThreadWorkers *workers = self->workers;
  gboolean left = is_shortage (error) && is_untouched (self);

  g_mutex_lock (&workers->lock);
  left = left && workers->broken == NULL && workers->n_proven > (self->is_proven ? 1 : 0);
  if (left)
    {
      if (self->is_proven)
        workers->n_proven--;
      self->is_proven = FALSE;
      g_debug ("One worker less: %s", error->message);
      workers->is_full = TRUE;
      workers->n_started--;
      for (guint i = 0; i < self->n_chunks; i++)
        {
          thimble_chunk_queue_push (&workers->queue, g_steal_pointer (&self->chunks[i]));
          g_cond_signal (&workers->wake);
        }
      self->n_chunks = 0;
    }
  g_mutex_unlock (&workers->lock);
  return left;
}

/* Ends what has not ended of all chunks. */
void
thimble_turn_return_error (ThimbleTurn *self, const GError *error)
{
  for (guint i = 0; i < self->n_chunks; i++)
    {
      thimble_chunk_return_error (self->chunks[i], error);
      g_clear_pointer (&self->chunks[i], thimble_chunk_free);
    }
  self->n_chunks = 0;
}
