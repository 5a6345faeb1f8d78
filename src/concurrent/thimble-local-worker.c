/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a chunk here and now: hands its works to the operation, as many at once as that takes, and
 * ends their futures. Every work that was started ends, whatever the operation does. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-local-worker.h"

#include "thimble-executor.h"

static void
end (ThimbleWorkContext *context, guint index, ThimbleWorkResult *result, GError *error)
{
  ThimbleLocalWorker *self = (ThimbleLocalWorker *) context;
  ThimbleFuture *future = NULL;

  if (index < self->futures->len)
    future = g_steal_pointer (&g_ptr_array_index (self->futures, index));
  if (future == NULL)
    {
      g_critical ("An operation ended a work that it does not have, or twice");
      g_clear_pointer (&result, thimble_work_result_unref);
      g_clear_error (&error);
      return;
    }

  if (error != NULL)
    thimble_future_return_error (future, error);
  else
    thimble_future_return_result (future, result);
}

static gboolean
should_stop (ThimbleWorkContext *context, guint index)
{
  ThimbleLocalWorker *self = (ThimbleLocalWorker *) context;
  ThimbleFuture *future;

  g_return_val_if_fail (index < self->futures->len, TRUE);

  future = g_ptr_array_index (self->futures, index);
  return future == NULL || thimble_future_should_stop (future);
}

/* Whether nobody wants what this run makes. */
static gboolean
is_unwanted (gpointer data)
{
  ThimbleLocalWorker *self = data;

  for (guint i = 0; i < self->futures->len; i++)
    {
      ThimbleFuture *future = g_ptr_array_index (self->futures, i);

      if (future != NULL && !thimble_future_should_stop (future))
        return FALSE;
    }
  return TRUE;
}

/* A run that is unwanted goes on without what it wanted, to see at once that it is to stop. */
static void
reserve (ThimbleWorkContext *context, guint64 n_bytes)
{
  ThimbleLocalWorker *self = (ThimbleLocalWorker *) context;

  if (self->budget == NULL || n_bytes == self->n_reserved)
    return;
  if (n_bytes < self->n_reserved)
    {
      thimble_budget_release (self->budget, self->n_reserved - n_bytes);
    }
  else
    {
      /* Who holds nothing while it waits can't be waited for. */
      thimble_budget_release (self->budget, self->n_reserved);
      if (!thimble_budget_reserve_unless (self->budget, n_bytes, is_unwanted, self))
        n_bytes = 0;
    }
  self->n_reserved = n_bytes;
}

/**
 * thimble_local_worker_new:
 * @budget: (nullable): what operations reserve from
 *
 * Returns: (transfer full): a worker
 */
ThimbleLocalWorker *
thimble_local_worker_new (ThimbleBudget *budget)
{
  ThimbleLocalWorker *self = g_new0 (ThimbleLocalWorker, 1);

  self->context.end = end;
  self->context.should_stop = should_stop;
  self->context.reserve = reserve;
  self->context.buffer = g_byte_array_new ();
  self->budget = budget != NULL ? thimble_budget_ref (budget) : NULL;
  self->works = g_ptr_array_new ();
  self->futures = g_ptr_array_new ();
  return self;
}

/**
 * thimble_local_worker_free:
 * @self: (transfer full): a worker that does not run
 */
void
thimble_local_worker_free (ThimbleLocalWorker *self)
{
  thimble_work_context_clear_buffers (&self->context);
  g_clear_pointer (&self->budget, thimble_budget_unref);
  g_ptr_array_unref (self->works);
  g_ptr_array_unref (self->futures);
  g_free (self);
}

/* Starts the next works of the chunk, as many as the operation takes at once. Those that were
 * cancelled are passed over. Returns the slot after the last one looked at. */
static guint
start_works (ThimbleLocalWorker *self, ThimbleChunk *chunk, guint slot)
{
  guint max_works = MAX (chunk->operation->max_works, 1);

  g_ptr_array_set_size (self->works, 0);
  g_ptr_array_set_size (self->futures, 0);
  for (; slot < chunk->n_works && self->works->len < max_works; slot++)
    if (thimble_future_start (chunk->slots[slot].future))
      {
        g_ptr_array_add (self->works, chunk->slots[slot].work);
        g_ptr_array_add (self->futures, chunk->slots[slot].future);
      }
  return slot;
}

static void
end_forgotten (ThimbleLocalWorker *self, const ThimbleOperation *operation)
{
  for (guint i = 0; i < self->futures->len; i++)
    if (g_ptr_array_index (self->futures, i) != NULL)
      end (&self->context, i, NULL,
           g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_NO_RESULT,
                        "got no result from the operation “%s”.", operation->name));
}

/**
 * thimble_local_worker_run:
 * @chunk: a chunk that is in no queue
 * @cancelling: read atomically: once it is not 0, works that were not started are cancelled
 *
 * Runs all works of @chunk. When this returns all its futures are done.
 */
void
thimble_local_worker_run (ThimbleLocalWorker *self, ThimbleChunk *chunk, const int *cancelling)
{
  guint slot = 0;

  while (slot < chunk->n_works)
    {
      if (g_atomic_int_get (cancelling))
        {
          thimble_chunk_cancel (chunk);
          return;
        }
      slot = start_works (self, chunk, slot);
      if (self->works->len == 0)
        return;
      chunk->operation->run (&self->context, (ThimbleWork *const *) self->works->pdata,
                             self->works->len);
      end_forgotten (self, chunk->operation);
      reserve (&self->context, 0);
    }
}
