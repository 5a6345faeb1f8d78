/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What bodies are read into. A buffer goes from the downloader's thread to the one that writes the
 * file and back again: were it freed there, the allocator would give its pages back to the system and
 * ask for them again, for each link. */

#include "thimble-body-buffers.h"

/* Buffers that results may hold: 8 MiB. */
#define MAX_HELD 128

struct _ThimbleBodyBuffers
{
  gatomicrefcount ref_count;
  GMutex lock;
  GPtrArray *free; /* owned, with what is in it */
  guint n_held;    /* by results */
};

/* A result's bytes, and what they lie in. */
typedef struct
{
  ThimbleBodyBuffers *buffers; /* owned */
  guint8 *buffer;
} Held;

ThimbleBodyBuffers *
thimble_body_buffers_new (void)
{
  ThimbleBodyBuffers *self = g_new0 (ThimbleBodyBuffers, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->free = g_ptr_array_new_with_free_func (g_free);
  return self;
}

ThimbleBodyBuffers *
thimble_body_buffers_ref (ThimbleBodyBuffers *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
thimble_body_buffers_unref (ThimbleBodyBuffers *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * thimble_body_buffers_take:
 *
 * Returns: (transfer full): a buffer of %THIMBLE_BODY_BUFFER_SIZE bytes, to be given back
 */
guint8 *
thimble_body_buffers_take (ThimbleBodyBuffers *self)
{
  guint8 *buffer = NULL;

  g_mutex_lock (&self->lock);
  if (self->free->len > 0)
    buffer = g_ptr_array_steal_index_fast (self->free, self->free->len - 1);
  g_mutex_unlock (&self->lock);
  return buffer != NULL ? buffer : g_malloc (THIMBLE_BODY_BUFFER_SIZE);
}

/**
 * thimble_body_buffers_give_back:
 * @buffer: (transfer full): one that was taken
 */
void
thimble_body_buffers_give_back (ThimbleBodyBuffers *self, guint8 *buffer)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->free, buffer);
  g_mutex_unlock (&self->lock);
}

static void
held_free (gpointer data)
{
  Held *held = data;

  g_mutex_lock (&held->buffers->lock);
  held->buffers->n_held--;
  g_mutex_unlock (&held->buffers->lock);
  thimble_body_buffers_give_back (held->buffers, held->buffer);
  thimble_body_buffers_unref (held->buffers);
  g_free (held);
}

/**
 * thimble_body_buffers_hold:
 * @buffer: (inout): one that was taken; %NULL afterwards if it became a result's
 * @n_bytes: of the result, at its start
 *
 * Returns: (transfer full) (nullable): the result's bytes, which give the buffer back with their last
 *   reference; %NULL where results hold too many already
 */
GBytes *
thimble_body_buffers_hold (ThimbleBodyBuffers *self, guint8 **buffer, gsize n_bytes)
{
  gboolean is_full;
  Held *held;

  g_mutex_lock (&self->lock);
  is_full = self->n_held >= MAX_HELD;
  self->n_held += !is_full;
  g_mutex_unlock (&self->lock);
  if (is_full)
    return NULL;
  held = g_new (Held, 1);
  held->buffers = thimble_body_buffers_ref (self);
  held->buffer = g_steal_pointer (buffer);
  return g_bytes_new_with_free_func (held->buffer, n_bytes, held_free, held);
}
