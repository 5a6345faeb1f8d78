/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-thread-workers.h"
#include "thimble-worker-pool.h"

G_BEGIN_DECLS

/**
 * ThimbleProcessSlot:
 *
 * One thread of the parent with its worker, at most one of each kind, of which one runs. All calls
 * are on that thread.
 */
typedef struct _ThimbleProcessSlot ThimbleProcessSlot;

ThimbleProcessSlot *thimble_process_slot_new (ThimbleWorkerPool *pool, GError **error);
void thimble_process_slot_free (ThimbleProcessSlot *self);
gboolean thimble_process_slot_run (ThimbleProcessSlot *self,
                                   ThimbleTurn *turn,
                                   const int *cancelling,
                                   GError **error);

G_END_DECLS
