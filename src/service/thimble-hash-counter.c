/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts 64-bit hashes: for sets of a hundred thousand paths, where a GHashTable of strings would
 * be most of a run's memory. A slot holds the count in place of the hash's last two bits. */

#include "thimble-hash-counter.h"

#define N_FIRST_SLOTS 64
#define COUNT_MASK ((guint64) THIMBLE_HASH_COUNTER_MANY)

struct _ThimbleHashCounter
{
  guint64 *slots; /* a hash but for its last bits, and the count; 0 marks an empty slot */
  gsize n_slots;  /* a power of two */
  gsize n_used;
};

ThimbleHashCounter *
thimble_hash_counter_new (void)
{
  ThimbleHashCounter *self = g_new0 (ThimbleHashCounter, 1);

  self->n_slots = N_FIRST_SLOTS;
  self->slots = g_new0 (guint64, self->n_slots);
  return self;
}

void
thimble_hash_counter_free (ThimbleHashCounter *self)
{
  g_free (self->slots);
  g_free (self);
}

/* Hashes that differ in their last two bits alone are one: among a million, once in nine million
 * runs. */
static guint64 *
find_slot (ThimbleHashCounter *self, guint64 hash)
{
  guint64 kept = hash & ~COUNT_MASK;
  gsize i = (hash >> 2) & (self->n_slots - 1);

  while (self->slots[i] != 0 && (self->slots[i] & ~COUNT_MASK) != kept)
    i = (i + 1) & (self->n_slots - 1);
  return &self->slots[i];
}

static void
grow (ThimbleHashCounter *self)
{
  g_autofree guint64 *slots = self->slots;
  gsize n_slots = self->n_slots;

  self->n_slots *= 2;
  self->slots = g_new0 (guint64, self->n_slots);
  for (gsize i = 0; i < n_slots; i++)
    if (slots[i] != 0)
      *find_slot (self, slots[i]) = slots[i];
}

void
thimble_hash_counter_add (ThimbleHashCounter *self, guint64 hash)
{
  guint64 *slot;

  if (self->n_used * 5 >= self->n_slots * 4)
    grow (self);
  slot = find_slot (self, hash);
  self->n_used += *slot == 0;
  *slot = (hash & ~COUNT_MASK) | MIN ((*slot & COUNT_MASK) + 1, COUNT_MASK);
}

/**
 * thimble_hash_counter_get:
 *
 * Returns: how often the hash was added, %THIMBLE_HASH_COUNTER_MANY for that and more
 */
guint
thimble_hash_counter_get (ThimbleHashCounter *self, guint64 hash)
{
  return *find_slot (self, hash) & COUNT_MASK;
}
