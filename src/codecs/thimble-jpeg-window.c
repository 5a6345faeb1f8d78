/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Entropy-coded data without the zeros stuffed in behind 0xFF (ITU-T T.81, F.1.2.3), so that what
 * reads bits needs no look at bytes. A part of a segment at a time: it stays in the first cache,
 * and memory does not grow with the file. */

#include "thimble-jpeg-reduced.h"
#include "thimble-jpeg-unstuff.h"

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

/* At an 0xFF in the file that is not data: the segment has ended, behind a marker if there is one. */
static void
take_marker (ThimbleJpegWindow *self)
{
  const guint8 *p = self->next + 1;

  while (p < self->end && *p == 0xff) /* a marker may have filler in front */
    p++;
  self->has_ended = TRUE;
  self->marker = p < self->end ? *p : 0;
  self->next = self->marker != 0 ? p + 1 : p;
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
  if (!self->has_ended)
    {
      self->n_filled += (guint) thimble_jpeg_unstuff_get () (
        self->bytes + self->n_filled, THIMBLE_JPEG_WINDOW_SIZE - self->n_filled, &self->next,
        self->end);
      if (self->next == self->end)
        self->has_ended = TRUE; /* without a marker */
      else if (self->n_filled < THIMBLE_JPEG_WINDOW_SIZE)
        take_marker (self);
    }
  memset (self->bytes + self->n_filled, 0, THIMBLE_JPEG_WINDOW_PADDING);
}

/* Blocks may have been decoded from fewer bits than there are, never from more. */
static gboolean
has_run_out (const ThimbleJpegLane *lane)
{
  return lane->window.has_ended && lane->position > lane->window.n_filled * 8;
}

/* Finds out how far a lane may go in its window as that is filled.
 *
 * Returns: whether it has not gone too far yet */
gboolean
thimble_jpeg_lane_find_limit (ThimbleJpegLane *lane)
{
  const ThimbleJpegWindow *window = &lane->window;

  lane->limit = window->has_ended ? window->n_filled * 8
                                  : (window->n_filled - THIMBLE_JPEG_WINDOW_PADDING) * 8;
  return !has_run_out (lane);
}

/* Brings more of the segment into a lane's window.
 *
 * Returns: as thimble_jpeg_lane_find_limit() */
gboolean
thimble_jpeg_lane_refill (ThimbleJpegLane *lane)
{
  if (!lane->window.has_ended)
    thimble_jpeg_window_fill (&lane->window, &lane->position);
  return thimble_jpeg_lane_find_limit (lane);
}
