/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts 64-bit hashes: for sets of a hundred thousand paths, where a GHashTable of strings would
 * be most of a run's memory. */

#include "thimble-hash-counter.h"

struct _ThimbleHashCounter
{
  guint64 *hashes;
  guint32 *counts; /* 0 marks an empty slot */
  gsize n_slots;   /* a power of two */
  gsize n_used;
};

static void
allocate (ThimbleHashCounter *self, gsize n_slots)
{
  self->n_slots = n_slots;
  self->n_used = 0;
  self->hashes = g_new (guint64, n_slots);
  self->counts = g_new0 (guint32, n_slots);
}

ThimbleHashCounter *
thimble_hash_counter_new (void)
{
  ThimbleHashCounter *self = g_new0 (ThimbleHashCounter, 1);

  allocate (self, 64);
  return self;
}

void
thimble_hash_counter_free (ThimbleHashCounter *self)
{
  g_free (self->hashes);
  g_free (self->counts);
  g_free (self);
}

static gsize
find_slot (ThimbleHashCounter *self, guint64 hash)
{
  gsize slot = hash & (self->n_slots - 1);

  while (self->counts[slot] != 0 && self->hashes[slot] != hash)
    slot = (slot + 1) & (self->n_slots - 1);
  return slot;
}

static void
add_n (ThimbleHashCounter *self, guint64 hash, guint32 n)
{
  gsize slot = find_slot (self, hash);

  if (self->counts[slot] == 0)
    self->n_used++;
  self->hashes[slot] = hash;
  self->counts[slot] += n;
}

static void
grow (ThimbleHashCounter *self)
{
  g_autofree guint64 *hashes = self->hashes;
  g_autofree guint32 *counts = self->counts;
  gsize n_slots = self->n_slots;

  allocate (self, n_slots * 2);
  for (gsize i = 0; i < n_slots; i++)
    if (counts[i] != 0)
      add_n (self, hashes[i], counts[i]);
}

void
thimble_hash_counter_add (ThimbleHashCounter *self, guint64 hash)
{
  if (self->n_used * 3 >= self->n_slots * 2)
    grow (self);
  add_n (self, hash, 1);
}

guint
thimble_hash_counter_get (ThimbleHashCounter *self, guint64 hash)
{
  return self->counts[find_slot (self, hash)];
}
