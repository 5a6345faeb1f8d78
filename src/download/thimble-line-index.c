/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hashes of what lines are about, and where the lines are: for logs of a hundred thousand, where
 * what they say would be a third of a run's memory. */

#include "thimble-line-index.h"

#define N_FIRST_SLOTS 64

typedef struct
{
  guint64 hash;
  guint64 end; /* one more than the offset; 0 marks an empty slot */
} Slot;

struct _ThimbleLineIndex
{
  Slot *slots;
  gsize n_slots; /* a power of two */
  gsize n_used;
};

ThimbleLineIndex *
thimble_line_index_new (void)
{
  ThimbleLineIndex *self = g_new0 (ThimbleLineIndex, 1);

  self->n_slots = N_FIRST_SLOTS;
  self->slots = g_new0 (Slot, self->n_slots);
  return self;
}

void
thimble_line_index_free (ThimbleLineIndex *self)
{
  g_free (self->slots);
  g_free (self);
}

static Slot *
find_slot (ThimbleLineIndex *self, guint64 hash)
{
  gsize i = hash & (self->n_slots - 1);

  while (self->slots[i].end != 0 && self->slots[i].hash != hash)
    i = (i + 1) & (self->n_slots - 1);
  return &self->slots[i];
}

static void
grow (ThimbleLineIndex *self)
{
  g_autofree Slot *slots = self->slots;
  gsize n_slots = self->n_slots;

  self->n_slots *= 2;
  self->slots = g_new0 (Slot, self->n_slots);
  for (gsize i = 0; i < n_slots; i++)
    if (slots[i].end != 0)
      *find_slot (self, slots[i].hash) = slots[i];
}

/**
 * thimble_line_index_set:
 * @offset: in bytes, of the line that counts for @hash from now on
 */
void
thimble_line_index_set (ThimbleLineIndex *self, guint64 hash, goffset offset)
{
  Slot *slot;

  if (self->n_used * 5 >= self->n_slots * 4)
    grow (self);
  slot = find_slot (self, hash);
  self->n_used += slot->end == 0;
  *slot = (Slot) { hash, (guint64) offset + 1 };
}

/**
 * thimble_line_index_get:
 *
 * Two things may have one hash: who reads the line sees which one it is about.
 *
 * Returns: the offset that was set last, in bytes; -1 where none was
 */
goffset
thimble_line_index_get (ThimbleLineIndex *self, guint64 hash)
{
  return (goffset) find_slot (self, hash)->end - 1;
}

gsize
thimble_line_index_get_n_hashes (ThimbleLineIndex *self)
{
  return self->n_used;
}
