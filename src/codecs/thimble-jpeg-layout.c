/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a picture's blocks are in its data, and where their samples go. */

#include "thimble-jpeg-reduced.h"

/* Finds each component's blocks in an MCU of the current scan (ITU-T T.81, A.2.2 and A.2.3). */
void
thimble_jpeg_layout_find_places (ThimbleJpegTask *self)
{
  const ThimbleJpegFrame *frame = &self->frame;
  const ThimbleJpegComponent *first = &frame->components[frame->in_scan[0]];

  self->n_places = 0;
  if (frame->n_in_scan == 1)
    {
      self->places[self->n_places++] = (ThimbleJpegPlace) { frame->in_scan[0], 0, 0 };
      self->n_mcus_wide = first->n_blocks_wide;
      self->n_mcus_high = first->n_blocks_high;
      return;
    }
  for (guint i = 0; i < frame->n_in_scan; i++)
    {
      const ThimbleJpegComponent *component = &frame->components[frame->in_scan[i]];

      for (guint y = 0; y < component->v; y++)
        for (guint x = 0; x < component->h; x++)
          self->places[self->n_places++] = (ThimbleJpegPlace) { frame->in_scan[i], x, y };
    }
  g_assert (first->h > 0 && first->v > 0); /* the frame's header was checked */
  self->n_mcus_wide = first->n_padded_wide / first->h;
  self->n_mcus_high = first->n_padded_high / first->v;
}

/* Makes planes with room for what fills up the last blocks; their sides are what the picture has.
 *
 * Returns: whether there is memory for them */
gboolean
thimble_jpeg_layout_make_planes (ThimbleJpegTask *self)
{
  const ThimbleJpegFrame *frame = &self->frame;

  for (guint i = 0; i < frame->n_components; i++)
    {
      const ThimbleJpegComponent *component = &frame->components[i];
      guint64 width = (guint64) frame->width * component->h * self->n_side;
      guint64 height = (guint64) frame->height * component->v * self->n_side;
      gsize n_blocks = (gsize) component->n_padded_wide * component->n_padded_high;

      self->planes[i] = thimble_raster_new (THIMBLE_LAYOUT_GRAY,
                                            (int) (component->n_padded_wide * self->n_side),
                                            (int) (component->n_padded_high * self->n_side));
      if (self->planes[i] == NULL)
        return FALSE;
      self->planes[i]->width = (int) ((width + 8 * frame->max_h - 1) / (8 * frame->max_h));
      self->planes[i]->height = (int) ((height + 8 * frame->max_v - 1) / (8 * frame->max_v));
      self->planes[i]->shrunk_by = 8 / (int) self->n_side;
      if (frame->is_progressive)
        {
          self->dc[i] = g_try_new0 (gint16, n_blocks);
          if (self->dc[i] == NULL)
            return FALSE;
        }
    }
  return TRUE;
}

/* What fills up a side's last block becomes part of its last sample: of a plane of colour, whose
 * blocks are larger, it must be little too.
 *
 * Returns: whether it is, at 1 / @denominator */
gboolean
thimble_jpeg_layout_has_little_filling (const ThimbleJpegFrame *frame, guint denominator)
{
  guint h = frame->max_h * denominator, v = frame->max_v * denominator;

  return ((frame->width + h - 1) / h * h - frame->width) * 16 <= frame->width
         && ((frame->height + v - 1) / v * v - frame->height) * 16 <= frame->height;
}
