/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hashes are told apart by all but their last two bits, in place of which is the count: of a million,
 * two are taken for one once in nine million runs. */

#include "thimble-hash-counter.h"

#include "thimble-slots.h"

#define COUNT_BITS 2

struct _ThimbleHashCounter
{
  ThimbleSlots slots; /* the count */
};

ThimbleHashCounter *
thimble_hash_counter_new (void)
{
  ThimbleHashCounter *self = g_new (ThimbleHashCounter, 1);

  thimble_slots_init (&self->slots, COUNT_BITS);
  return self;
}

void
thimble_hash_counter_free (ThimbleHashCounter *self)
{
  thimble_slots_clear (&self->slots);
  g_free (self);
}

void
thimble_hash_counter_add (ThimbleHashCounter *self, guint64 hash)
{
  guint count = thimble_hash_counter_get (self, hash);

  if (count < THIMBLE_HASH_COUNTER_MANY)
    thimble_slots_set (&self->slots, hash, count + 1, NULL, NULL);
}

/**
 * thimble_hash_counter_get:
 *
 * Returns: how often the hash was added, %THIMBLE_HASH_COUNTER_MANY for that and more
 */
guint
thimble_hash_counter_get (ThimbleHashCounter *self, guint64 hash)
{
  return (guint) thimble_slots_get (&self->slots, hash, NULL, NULL);
}
