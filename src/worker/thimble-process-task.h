/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-chunk-queue.h"
#include "thimble-worker-pool.h"

G_BEGIN_DECLS

/**
 * ThimbleTaskState:
 * @THIMBLE_TASK_QUEUED: to be handed to a worker
 * @THIMBLE_TASK_SENT: a worker holds it
 * @THIMBLE_TASK_ENDED: its future is done
 */
typedef enum
{
  THIMBLE_TASK_QUEUED,
  THIMBLE_TASK_SENT,
  THIMBLE_TASK_ENDED,
} ThimbleTaskState;

/**
 * ThimbleProcessTask:
 *
 * One work of the chunk that a slot runs. It may be handed to several workers, one after the other:
 * where one is lost, or is of the wrong kind.
 */
typedef struct
{
  ThimbleWork *work;     /* the chunk's */
  ThimbleFuture *future; /* the chunk's */
  ThimbleTaskState state;
  ThimbleProcessKind kind;
  int fd;                /* owned: its input, from when it is opened until it ends; or -1 */
  guint64 serial;        /* while it is sent */
  guint n_kills;         /* workers that it lost to somebody else's signal */
  gint64 stop_at_us;     /* when its worker is killed, as it was asked to stop; or 0 */
  gboolean is_started;   /* its future runs */
  gboolean is_suspect;   /* a worker died that held it and others: it runs alone */
} ThimbleProcessTask;

gboolean thimble_process_task_start (ThimbleProcessTask *self);
gboolean thimble_process_task_open (ThimbleProcessTask *self, GError **error);
void thimble_process_task_return_result (ThimbleProcessTask *self, ThimbleWorkResult *result);
void thimble_process_task_return_error (ThimbleProcessTask *self, GError *error);
gboolean thimble_process_task_should_stop (ThimbleProcessTask *self);

GError *thimble_process_task_new_crashed_error (int status, guint64 max_memory);
GError *thimble_process_task_new_nonsense_error (void);
GError *thimble_process_task_new_killed_error (guint n_kills);
GError *thimble_process_task_new_timeout_error (gint64 limit_us, gboolean is_users);

G_END_DECLS
