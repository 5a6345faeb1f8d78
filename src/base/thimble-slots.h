/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleSlots:
 * @n_used: how many slots are taken
 *
 * A map from 64-bit hashes to small numbers, in eight bytes an entry: for sets of a hundred thousand
 * paths or links, where a GHashTable would be most of a run's memory.
 */
typedef struct
{
  guint64 *slots; /* owned: the hash's first bits, and behind them the number; 0 if it is empty */
  gsize n_slots;  /* a power of two */
  guint n_used;
  guint n_bits; /* of the number */
} ThimbleSlots;

/**
 * ThimbleSlotFunc:
 * @number: of a slot with the bits of the hash that are kept
 *
 * Returns: whether the slot is the one that is looked for, and not another's with the same bits
 */
typedef gboolean (*ThimbleSlotFunc) (guint64 number, gpointer user_data);

void thimble_slots_init (ThimbleSlots *self, guint n_bits);
void thimble_slots_clear (ThimbleSlots *self);
guint64 thimble_slots_get (const ThimbleSlots *self,
                           guint64 hash,
                           ThimbleSlotFunc func,
                           gpointer user_data);
void thimble_slots_set (ThimbleSlots *self,
                        guint64 hash,
                        guint64 number,
                        ThimbleSlotFunc func,
                        gpointer user_data);

G_END_DECLS
