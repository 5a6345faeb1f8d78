/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-process-executor.h"
#include "thimble-worker-process.h"

G_BEGIN_DECLS

/**
 * ThimbleProcessKind:
 * @THIMBLE_PROCESS_COMMON: what every work goes to first
 * @THIMBLE_PROCESS_OTHER: what works go to that the common one has no codec for
 */
typedef enum
{
  THIMBLE_PROCESS_COMMON,
  THIMBLE_PROCESS_OTHER,
  THIMBLE_N_PROCESS_KINDS,
} ThimbleProcessKind;

/**
 * ThimbleWorkerPool:
 *
 * Where slots get their workers: started by the spawner, one of each kind in use kept ready in
 * advance. From any thread; counted by reference.
 */
typedef struct _ThimbleWorkerPool ThimbleWorkerPool;

ThimbleWorkerPool *thimble_worker_pool_new (const ThimbleProcessConfig *config);
ThimbleWorkerPool *thimble_worker_pool_ref (ThimbleWorkerPool *self);
void thimble_worker_pool_unref (ThimbleWorkerPool *self);
const ThimbleProcessConfig *thimble_worker_pool_get_config (ThimbleWorkerPool *self);
ThimbleWorkerProcess *thimble_worker_pool_take (ThimbleWorkerPool *self,
                                                ThimbleProcessKind kind,
                                                GError **error);
gboolean thimble_worker_pool_try (ThimbleWorkerPool *self, GError **error);
void thimble_worker_pool_prepare (ThimbleWorkerPool *self, guint n_workers);
void thimble_worker_pool_keep_spare (ThimbleWorkerPool *self, ThimbleProcessKind kind);
void thimble_worker_pool_close (ThimbleWorkerPool *self);
void thimble_worker_pool_add_waker (ThimbleWorkerPool *self, int fd);
void thimble_worker_pool_remove_waker (ThimbleWorkerPool *self, int fd);
void thimble_worker_pool_wake_all (ThimbleWorkerPool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleWorkerPool, thimble_worker_pool_unref)

G_END_DECLS
