/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-wire.h"
#include "thimble-work.h"

G_BEGIN_DECLS

/**
 * ThimbleAnswer:
 *
 * A packet of a worker's, which may be anything, and those that came with it. All sizes, counts,
 * places, codes and texts are checked by the functions below, each against what was really received.
 */
typedef struct
{
  union
  {
    ThimbleWireHeader header;
    guint8 bytes[THIMBLE_WIRE_MAX_PACKET];
  };
  gsize n_bytes;
  guint8 more[THIMBLE_WIRE_MAX_PACKET]; /* a packet of several */
  gsize n_more;                         /* bytes of it */
  gsize at;                             /* of these, those that were taken */
} ThimbleAnswer;

ThimbleAnswer *thimble_answer_new (void);
gboolean thimble_answer_has_more (const ThimbleAnswer *self);
void thimble_answer_drop_more (ThimbleAnswer *self);
ThimbleWireReceived thimble_answer_take_part (ThimbleAnswer *self);
ThimbleWireReceived thimble_answer_open (ThimbleAnswer *self);
ThimbleWireReceived thimble_answer_receive (ThimbleAnswer *self, int socket);
char *thimble_answer_dup_failure (const ThimbleAnswer *self);
gboolean thimble_answer_get_size (const ThimbleAnswer *self, guint64 *n_bytes);
GError *thimble_answer_new_error (const ThimbleAnswer *self);
ThimbleWorkResult *thimble_answer_new_result (const ThimbleAnswer *self,
                                              const guint8 *ring,
                                              const guint8 *memory,
                                              gsize n_memory,
                                              guint64 *released);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleAnswer, g_free)

G_END_DECLS
