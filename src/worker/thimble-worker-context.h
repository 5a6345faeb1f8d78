/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-wire.h"
#include "thimble-work.h"

G_BEGIN_DECLS

/* The error of what another kind of worker reads. Its code is always 0, its message for nobody. */
#define THIMBLE_NEEDS_KIND_ERROR (thimble_needs_kind_error_quark ())
GQuark thimble_needs_kind_error_quark (void);

/**
 * ThimbleWorkerPacket:
 *
 * A packet as a worker received it.
 */
typedef struct
{
  union
  {
    ThimbleWireHeader header;
    guint8 bytes[THIMBLE_WIRE_MAX_PACKET];
  };
  gsize n_bytes;
  int fds[THIMBLE_WIRE_MAX_WORKS];
  guint n_fds;
} ThimbleWorkerPacket;

/**
 * ThimbleWorkerContext:
 *
 * A worker's side of the wire, and what operations see of it. One thread.
 */
typedef struct
{
  ThimbleWorkContext context; /* first, so that one is the other */
  ThimbleWireShared *shared;  /* what the parent mapped, too */
  guint8 *ring;
  guint64 head;               /* bytes that were written to the ring, ever */
  guint64 start;              /* of these, the one that the ring's first byte was */
  guint64 free_bytes;         /* that a group may use without asking */
  guint64 n_reserved;         /* that the parent granted to this group */
  guint64 first_serial;       /* of the group */
  guint n_works;              /* of the group */
  guint32 is_ended;           /* a bit a work of the group */
  GByteArray *held;           /* owned: answers of the group that were not sent yet, as parts */
  gint64 answered_us;         /* monotonic, when the last answer was sent */
  GQueue waiting;             /* ThimbleWorkerPacket: came while something else was waited for */
} ThimbleWorkerContext;

void thimble_worker_context_init (ThimbleWorkerContext *self);
void thimble_worker_context_clear (ThimbleWorkerContext *self);
void thimble_worker_context_begin (ThimbleWorkerContext *self, guint64 serial, guint n_works);
void thimble_worker_context_finish (ThimbleWorkerContext *self, const char *operation);
ThimbleWorkerPacket *thimble_worker_context_receive (ThimbleWorkerContext *self);
void thimble_worker_context_send_failed (const GError *error);
void thimble_worker_packet_free (ThimbleWorkerPacket *packet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleWorkerPacket, thimble_worker_packet_free)

G_END_DECLS
