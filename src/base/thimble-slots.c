/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Open addressing with linear probing. The bits of a hash that are kept are all those that the number
 * leaves; they also say where to look first. */

#include "thimble-slots.h"

#define N_FIRST_SLOTS 64

static guint64
get_mask (const ThimbleSlots *self)
{
  return (G_GUINT64_CONSTANT (1) << self->n_bits) - 1;
}

/**
 * thimble_slots_init:
 * @n_bits: that a number may have, 1 to 40
 */
void
thimble_slots_init (ThimbleSlots *self, guint n_bits)
{
  g_assert (n_bits >= 1 && n_bits <= 40);

  *self = (ThimbleSlots) { .n_slots = N_FIRST_SLOTS, .n_bits = n_bits };
  self->slots = g_new0 (guint64, self->n_slots);
}

void
thimble_slots_clear (ThimbleSlots *self)
{
  g_clear_pointer (&self->slots, g_free);
}

/* The slot that is looked for, or the empty one where it would be. */
static guint64 *
find (const ThimbleSlots *self, guint64 hash, ThimbleSlotFunc func, gpointer user_data)
{
  const guint64 mask = get_mask (self), kept = hash & ~mask;
  gsize i = (hash >> self->n_bits) & (self->n_slots - 1);

  while (self->slots[i] != 0
         && ((self->slots[i] & ~mask) != kept
             || (func != NULL && !func (self->slots[i] & mask, user_data))))
    i = (i + 1) & (self->n_slots - 1);
  return &self->slots[i];
}

static gboolean
is_none (guint64 number, gpointer user_data)
{
  return FALSE;
}

static void
grow (ThimbleSlots *self)
{
  g_autofree guint64 *slots = self->slots;
  gsize n_slots = self->n_slots;

  self->n_slots *= 2;
  self->slots = g_new0 (guint64, self->n_slots);
  for (gsize i = 0; i < n_slots; i++)
    if (slots[i] != 0)
      *find (self, slots[i], is_none, NULL) = slots[i];
}

/**
 * thimble_slots_get:
 * @func: (nullable): called for each slot that it may be; without, the kept bits are enough
 *
 * Returns: the number, 0 where there is none
 */
guint64
thimble_slots_get (const ThimbleSlots *self,
                   guint64 hash,
                   ThimbleSlotFunc func,
                   gpointer user_data)
{
  return *find (self, hash, func, user_data) & get_mask (self);
}

/**
 * thimble_slots_set:
 * @number: more than 0, and of no more than the bits that a number has
 * @func: (nullable): as for thimble_slots_get(): says which slot it replaces
 */
void
thimble_slots_set (ThimbleSlots *self,
                   guint64 hash,
                   guint64 number,
                   ThimbleSlotFunc func,
                   gpointer user_data)
{
  const guint64 mask = get_mask (self);
  guint64 *slot;

  g_assert (number > 0 && number <= mask);

  if ((gsize) self->n_used * 5 >= self->n_slots * 4)
    grow (self);
  slot = find (self, hash, func, user_data);
  self->n_used += *slot == 0;
  *slot = (hash & ~mask) | number;
}
