/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the lines of a file are. Whether a line that some bits of a hash lead to is the right one,
 * the line itself says. */

#include "thimble-line-table.h"

#include "thimble-slots.h"

/* Of an offset plus one: 64 GiB of lines. */
#define OFFSET_BITS 36
#define MAX_OFFSET (((goffset) 1 << OFFSET_BITS) - 2)

struct _ThimbleLineTable
{
  ThimbleSlots slots; /* the offset plus one */
};

typedef struct
{
  ThimbleLineFunc func;
  gpointer user_data;
} Asking;

ThimbleLineTable *
thimble_line_table_new (void)
{
  ThimbleLineTable *self = g_new (ThimbleLineTable, 1);

  thimble_slots_init (&self->slots, OFFSET_BITS);
  return self;
}

void
thimble_line_table_free (ThimbleLineTable *self)
{
  thimble_slots_clear (&self->slots);
  g_free (self);
}

/* A #ThimbleSlotFunc. */
static gboolean
ask (guint64 number, gpointer user_data)
{
  const Asking *asking = user_data;

  return asking->func ((goffset) number - 1, asking->user_data);
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
  Asking asking = { func, user_data };

  return (goffset) thimble_slots_get (&self->slots, hash, ask, &asking) - 1;
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
  Asking asking = { func, user_data };

  if (offset >= 0 && offset <= MAX_OFFSET)
    thimble_slots_set (&self->slots, hash, (guint64) offset + 1, ask, &asking);
}

/**
 * thimble_line_table_get_n_lines:
 *
 * Returns: how many different lines it has
 */
guint
thimble_line_table_get_n_lines (ThimbleLineTable *self)
{
  return self->slots.n_used;
}
