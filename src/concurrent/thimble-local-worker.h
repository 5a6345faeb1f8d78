/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-budget.h"
#include "thimble-chunk-queue.h"

G_BEGIN_DECLS

/**
 * ThimbleLocalWorker:
 *
 * Runs chunks on the thread that calls it: what serial and thread executor have in common. It is
 * the context that operations see. One belongs to one thread at a time.
 */
typedef struct
{
  ThimbleWorkContext context; /* first, so that one is the other */
  ThimbleBudget *budget;      /* owned, or NULL */
  guint64 n_reserved;         /* bytes, by this run */
  GPtrArray *works;           /* of this run, borrowed from the chunk */
  GPtrArray *futures;         /* of this run, borrowed from the chunk; NULL once ended */
} ThimbleLocalWorker;

ThimbleLocalWorker *thimble_local_worker_new (ThimbleBudget *budget);
void thimble_local_worker_free (ThimbleLocalWorker *self);
void thimble_local_worker_run (ThimbleLocalWorker *self,
                               ThimbleChunk *chunk,
                               const int *cancelling);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleLocalWorker, thimble_local_worker_free)

G_END_DECLS
