/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the threads of an executor share, for those who lend a hand to thimble-thread-workers.c. */

#include "thimble-thread-workers.h"

G_BEGIN_DECLS

struct _ThimbleThreadWorkers
{
  GObject parent_instance;

  /* Set once. */
  GThreadPool *pool; /* owned */
  guint max_workers;
  const ThimbleWorkerKind *kind; /* static */
  gpointer data;                 /* the kind's; owned if there is destroy */
  GDestroyNotify destroy;        /* of data, or NULL */

  GMutex lock;
  GCond wake;              /* a parked worker is to look at the queue */
  GCond ended;             /* all that was taken has ended */
  ThimbleChunkQueue queue;
  guint n_started;         /* workers that were asked for, at most max_workers */
  guint n_alive;           /* of these, the ones that run or are parked */
  guint n_parked;          /* of these, the ones that wait for a chunk */
  guint n_running;         /* of these, the ones that have a chunk */
  guint n_proven;          /* of these, the ones that have run a chunk */
  guint n_waking;          /* of these, the ones that were woken and have not noticed yet */
  guint n_enders;          /* threads that end what they took out of the queue, without the lock */
  gboolean is_full;        /* the system has room for no more workers */
  gboolean closed;         /* takes no more works */
  int cancelling;          /* what has not started is cancelled; also read atomically */
  GError *broken;          /* owned: what works end with, or NULL */
};

guint thimble_thread_workers_count_free_locked (ThimbleThreadWorkers *self);

gboolean thimble_turn_leave (ThimbleTurn *self, const GError *error);
void thimble_turn_return_error (ThimbleTurn *self, const GError *error);

G_END_DECLS
