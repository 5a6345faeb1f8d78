/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Work as data, and what an operation sees of the executor that runs it. It lives here and not in
 * concurrent/ so that imaging/ can have operations without knowing threads or futures. */

#include "thimble-work.h"

struct _ThimbleWork
{
  const char *operation; /* interned */
  GBytes *recipe;        /* owned, or NULL */
  ThimbleInput *input;   /* owned, or NULL */
  gatomicrefcount ref_count;
};

struct _ThimbleWorkResult
{
  GBytes *reply; /* owned, or NULL */
  gatomicrefcount ref_count;
  guint n_outputs;
  GBytes *outputs[]; /* owned */
};

/**
 * thimble_work_new:
 * @operation: the name of an operation in the executor's table
 * @recipe: (nullable): the operation's parameters; shared by as many works as have the same
 * @input: (nullable): what is worked on
 *
 * Returns: (transfer full): a work
 */
ThimbleWork *
thimble_work_new (const char *operation, GBytes *recipe, ThimbleInput *input)
{
  ThimbleWork *self;

  g_return_val_if_fail (operation != NULL, NULL);

  self = g_new0 (ThimbleWork, 1);
  self->operation = g_intern_string (operation);
  self->recipe = recipe != NULL ? g_bytes_ref (recipe) : NULL;
  self->input = input != NULL ? thimble_input_ref (input) : NULL;
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

ThimbleWork *
thimble_work_ref (ThimbleWork *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
thimble_work_unref (ThimbleWork *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->recipe, g_bytes_unref);
  g_clear_pointer (&self->input, thimble_input_unref);
  g_free (self);
}

/**
 * thimble_work_get_operation:
 *
 * Returns: (transfer none): the operation's name, interned: names may be compared as pointers
 */
const char *
thimble_work_get_operation (ThimbleWork *self)
{
  return self->operation;
}

GBytes *
thimble_work_get_recipe (ThimbleWork *self)
{
  return self->recipe;
}

ThimbleInput *
thimble_work_get_input (ThimbleWork *self)
{
  return self->input;
}

/**
 * thimble_work_result_new:
 * @reply: (nullable): the operation's reply
 * @outputs: (array length=n_outputs) (nullable): what it made
 *
 * Returns: (transfer full): a result that holds references to all of them
 */
ThimbleWorkResult *
thimble_work_result_new (GBytes *reply, GBytes *const *outputs, guint n_outputs)
{
  ThimbleWorkResult *self = g_malloc0 (sizeof *self + n_outputs * sizeof (GBytes *));

  self->reply = reply != NULL ? g_bytes_ref (reply) : NULL;
  self->n_outputs = n_outputs;
  for (guint i = 0; i < n_outputs; i++)
    self->outputs[i] = g_bytes_ref (outputs[i]);
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

ThimbleWorkResult *
thimble_work_result_ref (ThimbleWorkResult *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
thimble_work_result_unref (ThimbleWorkResult *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->reply, g_bytes_unref);
  for (guint i = 0; i < self->n_outputs; i++)
    g_bytes_unref (self->outputs[i]);
  g_free (self);
}

GBytes *
thimble_work_result_get_reply (ThimbleWorkResult *self)
{
  return self->reply;
}

guint
thimble_work_result_get_n_outputs (ThimbleWorkResult *self)
{
  return self->n_outputs;
}

GBytes *
thimble_work_result_get_output (ThimbleWorkResult *self, guint index)
{
  g_return_val_if_fail (index < self->n_outputs, NULL);
  return self->outputs[index];
}

/**
 * thimble_work_context_return_result:
 * @index: of the work in the array that run was given
 * @result: (transfer full): what it gave
 */
void
thimble_work_context_return_result (ThimbleWorkContext *self,
                                    guint index,
                                    ThimbleWorkResult *result)
{
  g_return_if_fail (result != NULL);
  self->end (self, index, result, NULL);
}

/**
 * thimble_work_context_return_error:
 * @index: of the work in the array that run was given
 * @error: (transfer full): why it failed; its message is a predicate, see [enum@ImageError]
 */
void
thimble_work_context_return_error (ThimbleWorkContext *self, guint index, GError *error)
{
  g_return_if_fail (error != NULL);
  self->end (self, index, NULL, error);
}

/**
 * thimble_work_context_should_stop:
 *
 * Returns: whether somebody asked this work to end; it then returns %G_IO_ERROR_CANCELLED soon
 */
gboolean
thimble_work_context_should_stop (ThimbleWorkContext *self, guint index)
{
  return self->should_stop (self, index);
}

/**
 * thimble_work_context_reserve:
 * @n_bytes: what the works of this run need from here on, together
 *
 * Waits until the executor's budget has room. Takes the place of what this run reserved before, and
 * is released when run ends. Call it before the memory is allocated, and once a run, so that no
 * two workers wait for each other.
 */
void
thimble_work_context_reserve (ThimbleWorkContext *self, guint64 n_bytes)
{
  self->reserve (self, n_bytes);
}

/**
 * thimble_work_context_tell_pixels:
 * @n_pixels: how many pixels an image of this run has
 *
 * For executors that limit time: a large image may take longer than a small one. Called once an
 * image, when its header is read.
 */
void
thimble_work_context_tell_pixels (ThimbleWorkContext *self, guint64 n_pixels)
{
  if (self->tell_pixels != NULL)
    self->tell_pixels (self, n_pixels);
}

/**
 * thimble_work_context_get_buffer:
 * @slot: 0 for the first of the works whose bytes are needed at one time, 1 for the next, and so on
 *
 * Returns: (transfer none): a buffer that the worker keeps from one run to the next
 */
GByteArray *
thimble_work_context_get_buffer (ThimbleWorkContext *self, guint slot)
{
  if (slot == 0)
    return self->buffer;
  if (self->more_buffers == NULL)
    self->more_buffers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  while (self->more_buffers->len < slot)
    g_ptr_array_add (self->more_buffers, g_byte_array_new ());
  return g_ptr_array_index (self->more_buffers, slot - 1);
}

/**
 * thimble_work_context_drop_buffer:
 * @slot: as for [method@WorkContext.get_buffer]
 *
 * Frees what a buffer has, if it is not the first: of large files one at a time is kept.
 */
void
thimble_work_context_drop_buffer (ThimbleWorkContext *self, guint slot)
{
  if (slot == 0 || self->more_buffers == NULL || slot > self->more_buffers->len)
    return;
  g_byte_array_unref (g_ptr_array_index (self->more_buffers, slot - 1));
  g_ptr_array_index (self->more_buffers, slot - 1) = g_byte_array_new ();
}

/**
 * thimble_work_context_clear_buffers:
 *
 * Frees all buffers; for the worker whose context this is.
 */
void
thimble_work_context_clear_buffers (ThimbleWorkContext *self)
{
  g_clear_pointer (&self->buffer, g_byte_array_unref);
  g_clear_pointer (&self->more_buffers, g_ptr_array_unref);
}
