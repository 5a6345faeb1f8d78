/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A number of bytes that several threads share. Reservations are served in the order in which they
 * were asked for, so that a large one is not passed by small ones for ever. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-budget.h"

struct _ThimbleBudget
{
  GMutex lock;
  GCond changed;       /* a turn has passed, bytes were released, or somebody may give up */
  guint64 limit;       /* bytes */
  guint64 held;        /* bytes; above limit while one reservation has all of it, or by what was
                        * taken */
  guint64 peak;        /* bytes; the largest value of held */
  GQueue waiting;      /* guint64 on the stacks of threads: bytes, in the order of asking */
  gatomicrefcount ref_count;
};

/**
 * thimble_budget_new:
 * @n_bytes: how many bytes there are; with 0 every reservation has the budget for itself
 *
 * Returns: (transfer full): a budget of which nothing is reserved
 */
ThimbleBudget *
thimble_budget_new (guint64 n_bytes)
{
  ThimbleBudget *self = g_new0 (ThimbleBudget, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->waiting);
  self->limit = n_bytes;
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

/**
 * thimble_budget_ref:
 *
 * Returns: (transfer full): @self
 */
ThimbleBudget *
thimble_budget_ref (ThimbleBudget *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * thimble_budget_unref:
 * @self: (transfer full): a budget; all that was reserved must have been released by the last unref
 */
void
thimble_budget_unref (ThimbleBudget *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_assert (self->held == 0);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

static gboolean
has_room_for (const ThimbleBudget *self, guint64 n_bytes)
{
  if (self->held == 0)
    return TRUE;
  return self->held < self->limit && n_bytes <= self->limit - self->held;
}

/**
 * thimble_budget_reserve:
 * @n_bytes: how many bytes; 0 never waits
 *
 * As [method@Budget.reserve_unless], and never gives up.
 */
void
thimble_budget_reserve (ThimbleBudget *self, guint64 n_bytes)
{
  thimble_budget_reserve_unless (self, n_bytes, NULL, NULL);
}

/**
 * thimble_budget_reserve_unless:
 * @n_bytes: how many bytes; 0 never waits
 * @gives_up: (nullable): whether they are of no more use; called with a lock held, so it only reads.
 *   Asked before waiting and after each [method@Budget.wake]
 *
 * Waits until all that was asked for earlier is served and there is room. Blocks, so who holds a
 * reservation must not ask for another one.
 *
 * Returns: whether they are reserved
 */
gboolean
thimble_budget_reserve_unless (ThimbleBudget *self,
                               guint64 n_bytes,
                               gboolean (*gives_up) (gpointer data),
                               gpointer data)
{
  gboolean done = TRUE;

  g_return_val_if_fail (self != NULL, FALSE);

  if (n_bytes == 0)
    return TRUE;

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->waiting, &n_bytes);
  while (done && (g_queue_peek_head (&self->waiting) != &n_bytes || !has_room_for (self, n_bytes)))
    {
      done = gives_up == NULL || !gives_up (data);
      if (done)
        g_cond_wait (&self->changed, &self->lock);
    }
  g_queue_remove (&self->waiting, &n_bytes);
  if (done)
    self->held += n_bytes;
  self->peak = MAX (self->peak, self->held);
  if (!g_queue_is_empty (&self->waiting))
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return done;
}

/**
 * thimble_budget_take:
 * @n_bytes: how many bytes
 *
 * Counts bytes whether there is room or not: those who reserve wait until they are released. Never
 * waits itself, so who holds a reservation may take more.
 */
void
thimble_budget_take (ThimbleBudget *self, guint64 n_bytes)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  g_assert (n_bytes <= G_MAXUINT64 - self->held);
  self->held += n_bytes;
  self->peak = MAX (self->peak, self->held);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_budget_wake:
 *
 * Has those who wait see whether they give up. From any thread.
 */
void
thimble_budget_wake (ThimbleBudget *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_budget_release:
 * @n_bytes: how many of the reserved bytes to give back
 */
void
thimble_budget_release (ThimbleBudget *self, guint64 n_bytes)
{
  g_return_if_fail (self != NULL);

  if (n_bytes == 0)
    return;

  g_mutex_lock (&self->lock);
  g_assert (n_bytes <= self->held);
  self->held -= n_bytes;
  if (!g_queue_is_empty (&self->waiting))
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * thimble_budget_get_peak:
 *
 * Returns: the most bytes that were reserved at one time
 */
guint64
thimble_budget_get_peak (ThimbleBudget *self)
{
  guint64 peak;

  g_return_val_if_fail (self != NULL, 0);

  g_mutex_lock (&self->lock);
  peak = self->peak;
  g_mutex_unlock (&self->lock);
  return peak;
}
