/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far a run is, and holding it: the time of a pause is not the run's. */

#include "thimble-thumbnail-maker-private.h"

/**
 * thimble_thumbnail_maker_set_paused:
 * @paused: whether the run is to wait; without a run nothing happens
 *
 * What is on its way to a worker ends as ever; nothing new begins until the run goes on. A paused
 * run can be cancelled.
 */
void
thimble_thumbnail_maker_set_paused (ThimbleThumbnailMaker *self, gboolean paused)
{
  g_return_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self));

  if (self->run == NULL || paused == (self->paused_us != 0))
    return;
  if (paused)
    {
      self->paused_us = g_get_monotonic_time ();
    }
  else
    {
      self->begin_us += g_get_monotonic_time () - self->paused_us;
      self->paused_us = 0;
      self->images = self->bytes = (ThimbleRate) { 0 }; /* the rates are not those of the pause */
    }
  thimble_run_set_paused (self->run, paused);
}

/**
 * thimble_thumbnail_maker_get_paused:
 *
 * Returns: whether a run goes on, and waits
 */
gboolean
thimble_thumbnail_maker_get_paused (ThimbleThumbnailMaker *self)
{
  g_return_val_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self), FALSE);
  return self->paused_us != 0;
}

/**
 * thimble_thumbnail_maker_get_progress:
 * @progress: (out caller-allocates): of the run that goes on, or of the last one
 */
void
thimble_thumbnail_maker_get_progress (ThimbleThumbnailMaker *self, ThimbleProgress *progress)
{
  gint64 now_us = self->paused_us != 0 ? self->paused_us : g_get_monotonic_time ();

  g_return_if_fail (THIMBLE_IS_THUMBNAIL_MAKER (self));

  *progress = (ThimbleProgress) { .n_items = self->n_items,
                                  .n_finished = self->n_finished,
                                  .n_scheduled = self->n_scheduled,
                                  .n_links = self->n_links,
                                  .n_downloaded = self->n_downloaded,
                                  .n_bytes_received = self->n_bytes_received,
                                  .seconds = self->end_seconds };
  if (self->run == NULL)
    {
      progress->images_per_second
        = self->end_seconds > 0 ? self->n_finished / self->end_seconds : 0;
      return;
    }
  progress->n_scheduled = MIN (thimble_run_get_n_scheduled (self->run), self->n_items);
  progress->seconds = (now_us - self->begin_us) / 1e6;
  if (self->paused_us == 0)
    {
      progress->bytes_per_second = thimble_rate_get (&self->bytes, self->n_bytes_received);
      progress->images_per_second = thimble_rate_get (&self->images, self->n_finished);
    }
  progress->seconds_left
    = progress->images_per_second > 0
        ? (self->n_items - self->n_finished) / progress->images_per_second
        : -1;
}
