/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-wire.h"
#include "thimble-work.h"

#include <time.h>

G_BEGIN_DECLS

/**
 * ThimbleWorkerLimits:
 * @max_memory: bytes that a worker may have
 * @free_bytes: bytes that a group may use without reserving them
 * @niceness: how far it stands back behind other programs, as setpriority() has it, 0 to 19
 */
typedef struct
{
  guint64 max_memory;
  guint64 free_bytes;
  int niceness;
} ThimbleWorkerLimits;

/**
 * ThimbleWorkerProcess:
 *
 * One worker, seen from its parent: the process, the socket, the shared memory. It belongs to one
 * thread at a time. Freeing it ends the process and waits for that.
 */
typedef struct
{
  pid_t pid;
  int pid_fd;
  int socket;
  clockid_t cpu_clock;       /* what the kernel counts of its processor time */
  ThimbleWireShared *shared; /* mapped */
  const guint8 *ring;        /* of the same mapping */
  const guint8 *memory;      /* mapped for the work @memory_serial, or NULL */
  gsize n_memory;
  guint64 memory_serial;
  guint64 next_serial;
  guint n_works;             /* that it was given */
  gboolean is_ready;
  guint next_recipe;
  GBytes *recipes[THIMBLE_WIRE_N_RECIPES]; /* owned: what it knows */
} ThimbleWorkerProcess;

ThimbleWorkerProcess *thimble_worker_process_start (const char *program,
                                                    const char *argument,
                                                    const ThimbleWorkerLimits *limits,
                                                    GError **error);
void thimble_worker_process_free (ThimbleWorkerProcess *self);
gboolean thimble_worker_process_await (ThimbleWorkerProcess *self,
                                       gboolean start,
                                       char **why,
                                       int *status);
gboolean thimble_worker_process_send_group (ThimbleWorkerProcess *self,
                                            const char *operation,
                                            ThimbleWork *const *works,
                                            const int *fds,
                                            guint n_works);
gboolean thimble_worker_process_send_memory (ThimbleWorkerProcess *self,
                                             guint64 serial,
                                             gsize n_bytes,
                                             gsize max_bytes);
gboolean thimble_worker_process_send_grant (ThimbleWorkerProcess *self);
void thimble_worker_process_release (ThimbleWorkerProcess *self, guint64 released);
void thimble_worker_process_request_stop (ThimbleWorkerProcess *self, guint64 serial);
gint64 thimble_worker_process_get_cpu_us (ThimbleWorkerProcess *self);
guint64 thimble_worker_process_get_resident (ThimbleWorkerProcess *self);
int thimble_worker_process_reap (ThimbleWorkerProcess *self, gint64 timeout_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleWorkerProcess, thimble_worker_process_free)

G_END_DECLS
