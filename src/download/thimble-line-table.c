/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the lines of a file are, in eight bytes each: a list may have a hundred thousand links, and
 * pairs in a GHashTable take five times as much. A slot holds some bits of the hash and the offset;
 * whether a line that these bits lead to is the right one, the line itself says. */

#include "thimble-line-table.h"

#define N_FIRST_SLOTS 64
/* Of a slot: 64 GiB of lines. The rest are the hash's first bits, which also say where to look. */
#define OFFSET_BITS 36
#define OFFSET_MASK ((G_GUINT64_CONSTANT (1) << OFFSET_BITS) - 1)

struct _ThimbleLineTable
{
  guint64 *slots; /* the hash's first bits and the offset plus one; 0 marks an empty slot */
  gsize n_slots;  /* a power of two */
  guint n_used;
};

ThimbleLineTable *
thimble_line_table_new (void)
{
  ThimbleLineTable *self = g_new0 (ThimbleLineTable, 1);

  self->n_slots = N_FIRST_SLOTS;
  self->slots = g_new0 (guint64, self->n_slots);
  return self;
}

void
thimble_line_table_free (ThimbleLineTable *self)
{
  g_free (self->slots);
  g_free (self);
}

static goffset
get_offset (guint64 slot)
{
  return (goffset) (slot & OFFSET_MASK) - 1;
}

/* The slot that @func says yes to, or the empty one where it would be. */
static guint64 *
find_slot (ThimbleLineTable *self, guint64 hash, ThimbleLineFunc func, gpointer user_data)
{
  guint64 kept = hash & ~OFFSET_MASK;
  gsize i = (hash >> OFFSET_BITS) & (self->n_slots - 1);

  while (self->slots[i] != 0
         && ((self->slots[i] & ~OFFSET_MASK) != kept
             || !func (get_offset (self->slots[i]), user_data)))
    i = (i + 1) & (self->n_slots - 1);
  return &self->slots[i];
}

static gboolean
is_none (goffset offset, gpointer user_data)
{
  return FALSE;
}

static void
grow (ThimbleLineTable *self)
{
  g_autofree guint64 *slots = self->slots;
  gsize n_slots = self->n_slots;

  self->n_slots *= 2;
  self->slots = g_new0 (guint64, self->n_slots);
  for (gsize i = 0; i < n_slots; i++)
    if (slots[i] != 0)
      *find_slot (self, slots[i], is_none, NULL) = slots[i];
}

/**
 * thimble_line_table_find:
 * @func: called for each line that it may be
 *
 * Returns: the offset of the line that @func said yes to, -1 where there is none
 */
goffset
thimble_line_table_find (ThimbleLineTable *self,
                         guint64 hash,
                         ThimbleLineFunc func,
                         gpointer user_data)
{
  return get_offset (*find_slot (self, hash, func, user_data));
}

/**
 * thimble_line_table_set:
 * @offset: of the line that counts from now on; one beyond 64 GiB is not remembered
 * @func: says which line has counted so far; called for each that it may be
 */
void
thimble_line_table_set (ThimbleLineTable *self,
                        guint64 hash,
                        goffset offset,
                        ThimbleLineFunc func,
                        gpointer user_data)
{
  guint64 *slot;

  if (offset < 0 || (guint64) offset >= OFFSET_MASK)
    return;
  if ((gsize) self->n_used * 5 >= self->n_slots * 4)
    grow (self);
  slot = find_slot (self, hash, func, user_data);
  self->n_used += *slot == 0;
  *slot = (hash & ~OFFSET_MASK) | (guint64) (offset + 1);
}

/**
 * thimble_line_table_get_n_lines:
 *
 * Returns: how many different lines it has
 */
guint
thimble_line_table_get_n_lines (ThimbleLineTable *self)
{
  return self->n_used;
}
