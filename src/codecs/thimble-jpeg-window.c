/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Entropy-coded data without the zeros stuffed in behind 0xFF (ITU-T T.81, F.1.2.3), so that what
 * reads bits needs no look at bytes. A part of a segment at a time: it stays in the first cache,
 * and memory does not grow with the file. */

#include "thimble-jpeg-reduced.h"

#include <string.h>

/* Starts with a segment's first byte. */
void
thimble_jpeg_window_open (ThimbleJpegWindow *self, const guint8 *bytes, const guint8 *end)
{
  self->next = bytes;
  self->end = end;
  self->n_filled = 0;
  self->has_ended = FALSE;
  self->marker = 0;
}

/* Copies up to the next 0xFF, or as much as there is room for. */
static guint
copy_plain (guint8 *to, guint n_room, const guint8 *from, gsize n_from)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  guint n = (guint) MIN (n_room, n_from);
  guint i = 0;

  for (; i + 8 <= n; i += 8)
    {
      guint64 word, inverse;

      memcpy (&word, from + i, 8);
      memcpy (to + i, &word, 8);
      inverse = ~word;
      if (((inverse - ones) & ~inverse & (ones << 7)) != 0)
        break;
    }
  for (; i < n && from[i] != 0xff; i++)
    to[i] = from[i];
  return i;
}

/* At an 0xFF in the file. Returns whether it is data; if not, the segment has ended. */
static gboolean
take_ff (ThimbleJpegWindow *self)
{
  const guint8 *p = self->next + 1;

  if (p < self->end && *p == 0)
    {
      self->bytes[self->n_filled++] = 0xff;
      self->next += 2;
      return TRUE;
    }
  while (p < self->end && *p == 0xff) /* a marker may have filler in front */
    p++;
  self->has_ended = TRUE;
  self->marker = p < self->end ? *p : 0;
  self->next = MIN (p + 1, self->end);
  return FALSE;
}

/* Drops what is behind and takes in what follows.
 *
 * @position: (inout): where in the window reading goes on, bits */
void
thimble_jpeg_window_fill (ThimbleJpegWindow *self, guint32 *position)
{
  guint n_behind = *position / 8;

  g_assert (n_behind <= self->n_filled);

  memmove (self->bytes, self->bytes + n_behind, self->n_filled - n_behind);
  self->n_filled -= n_behind;
  *position -= n_behind * 8;
  while (!self->has_ended && self->n_filled < THIMBLE_JPEG_WINDOW_SIZE)
    {
      guint n = copy_plain (self->bytes + self->n_filled, THIMBLE_JPEG_WINDOW_SIZE - self->n_filled,
                            self->next, (gsize) (self->end - self->next));

      self->n_filled += n;
      self->next += n;
      if (self->next == self->end)
        self->has_ended = TRUE; /* without a marker */
      else if (self->n_filled < THIMBLE_JPEG_WINDOW_SIZE)
        take_ff (self);
    }
  memset (self->bytes + self->n_filled, 0, THIMBLE_JPEG_WINDOW_PADDING);
}
