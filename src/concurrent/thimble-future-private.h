/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of a future, for the three files that are one: thimble-future.c (who holds it),
 * thimble-future-listeners.c (who is told) and thimble-future-maker.c (who makes it come true). */

#include "thimble-future.h"

G_BEGIN_DECLS

typedef struct _ThimbleFutureListener ThimbleFutureListener;

/* A hook, or a callback with the context it runs in. */
struct _ThimbleFutureListener
{
  ThimbleFutureListener *next; /* owned */
  ThimbleFutureCallback callback;
  gpointer user_data;
  GDestroyNotify destroy; /* of user_data, or NULL */
  GMainContext *context;  /* owned; NULL for a hook */
  ThimbleFuture *future;  /* owned; set only on the way to the context */
};

struct _ThimbleFuture
{
  GObject parent_instance;

  GMutex lock;
  GCond done;           /* signalled if n_waiters > 0 */
  guint n_waiters;      /* threads in thimble_future_result() */
  int state;            /* a ThimbleFutureState; written under the lock, read atomically */
  int stop_requested;   /* written under the lock, read atomically */
  gboolean waits_again; /* RUNNING, lost its worker, not started again yet */

  ThimbleFutureListener *listeners; /* owned, in the order of adding; none once done */
  const ThimbleFutureMaker *maker;  /* static, or NULL */
  GObject *maker_object;            /* owned; NULL once done */
  gpointer maker_data;              /* the maker's, under a lock of the maker's */

  GDestroyNotify free_result;
  gpointer result; /* owned; set before state becomes DONE, not changed after */
  GError *error;   /* owned; set before state becomes DONE, not changed after */
};

/* What is left to do, without the lock, when a future has ended. */
typedef struct
{
  ThimbleFutureListener *listeners; /* owned */
  GObject *maker_object;            /* owned */
} ThimbleFutureEnding;

GError *thimble_future_new_cancelled_error (void);
void thimble_future_end_locked (ThimbleFuture *self,
                                gpointer result,
                                GError *error,
                                ThimbleFutureEnding *ending);
void thimble_future_tell_ending (ThimbleFuture *self, ThimbleFutureEnding *ending);
void thimble_future_listener_free (ThimbleFutureListener *listener);

G_END_DECLS
