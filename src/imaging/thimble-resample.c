/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resampling, separable and antialiased, in whole numbers: for each row of the output the rows of
 * the source are added up with their coefficients into one row of sums (columns side by side suit
 * vector units), and that row is filtered along x. Between the passes there is nothing but that
 * row, so memory is bounded by the source's width. Where the source is six times too large or more,
 * a box filter first shrinks it by a whole factor to at least three times. */

#include "thimble-resample.h"

#include "thimble-box.h"
#include "thimble-filter.h"
#include "thimble-imaging-private.h"
#include "thimble-kernels.h"

#include <math.h>

/* Windows closer than this to whole pixels are on whole pixels. */
#define EPSILON 1e-4

static void
get_extent (const ThimbleFilter *filter, int *first, int *end)
{
  *first = G_MAXINT;
  *end = 0;
  for (int i = 0; i < filter->n_outputs; i++)
    {
      *first = MIN (*first, filter->taps[i].start);
      *end = MAX (*end, filter->taps[i].start + filter->taps[i].n);
    }
}

/* Both passes, row by row. */
static void
run_filters (const ThimbleRaster *source,
             const ThimbleFilter *filter_x,
             const ThimbleFilter *filter_y,
             ThimbleRaster *result)
{
  const ThimbleKernels *kernels = thimble_kernels_get ();
  int n_channels = thimble_layout_get_n_channels (source->layout);
  ThimbleFilterRow filter_row
    = (source->premultiplied ? kernels->filter_row_premultiplied : kernels->filter_row)[n_channels];
  g_autofree gint16 *row
    = g_new0 (gint16, (gsize) source->width * n_channels + THIMBLE_KERNELS_PADDING);
  int first, end;
  gsize skipped, n;

  get_extent (filter_x, &first, &end);
  skipped = (gsize) first * n_channels;
  n = (gsize) (end - first) * n_channels;
  for (int y = 0; y < result->height; y++)
    {
      const ThimbleTaps *taps = &filter_y->taps[y];

      kernels->add_up_rows (row + skipped, thimble_raster_row (source, taps->start) + skipped,
                            source->stride,
                            filter_y->coefficients + (gsize) y * filter_y->stride, taps->n, n);
      filter_row (thimble_raster_row (result, y), row, filter_x);
    }
}

static ThimbleRaster *
resample_with_lanczos (const ThimbleRaster *source,
                       const ThimbleWindow *window,
                       double softness_x,
                       double softness_y,
                       int width,
                       int height,
                       GError **error)
{
  g_autoptr(ThimbleRaster) result = NULL;
  g_autoptr(ThimbleFilter) filter_x = NULL;
  g_autoptr(ThimbleFilter) filter_y = NULL;

  result = thimble_imaging_new_raster (source->layout, width, height, error);
  if (result == NULL)
    return NULL;
  result->premultiplied = source->premultiplied;
  filter_x = thimble_filter_get (&(ThimbleFilterShape) {
    source->width, width, window->x, window->width, softness_x });
  filter_y = thimble_filter_get (&(ThimbleFilterShape) {
    source->height, height, window->y, window->height, softness_y });
  run_filters (source, filter_x, filter_y, result);
  return g_steal_pointer (&result);
}

/* What a box makes of pixels that are soft already, in the larger pixels it gives. */
static double
add_softness (double softness, int factor)
{
  return softness / (factor * factor) + thimble_resample_get_softness (factor);
}

/**
 * thimble_resample_copy:
 * @window: on whole pixels of @source
 *
 * Returns: (transfer full) (nullable): a copy of a part, without chroma where that is apart; or
 *   %NULL with @error set as by [func@resample]
 */
ThimbleRaster *
thimble_resample_copy (const ThimbleRaster *source, const ThimbleWindow *window, GError **error)
{
  int n_channels = thimble_layout_get_n_channels (source->layout);
  int x = rint (window->x), y = rint (window->y);
  int width = rint (window->width), height = rint (window->height);
  ThimbleRaster *result = thimble_imaging_new_raster (source->layout, width, height, error);

  if (result == NULL)
    return NULL;
  result->premultiplied = source->premultiplied;
  for (int i = 0; i < height; i++)
    memcpy (thimble_raster_row (result, i),
            thimble_raster_row (source, y + i) + (gsize) x * n_channels,
            (gsize) width * n_channels);
  return result;
}

/**
 * thimble_resample_get_softness:
 * @factor: how many pixels in a row became one, at least 1; may be a fraction
 *
 * Returns: the variance of a box of as many pixels, in pixels² of what became of them
 */
double
thimble_resample_get_softness (double factor)
{
  return (1 - 1 / (factor * factor)) / 12;
}

/**
 * thimble_resample_is_identity:
 *
 * Returns: whether the pixels of @window are the output's, one for one
 */
gboolean
thimble_resample_is_identity (const ThimbleRaster *source,
                              const ThimbleWindow *window,
                              int width,
                              int height)
{
  return fabs (window->x - rint (window->x)) < EPSILON
         && fabs (window->y - rint (window->y)) < EPSILON
         && fabs (window->width - width) < EPSILON && fabs (window->height - height) < EPSILON
         && rint (window->x) + width <= source->width
         && rint (window->y) + height <= source->height;
}

/**
 * thimble_resample:
 * @source: of any layout; alpha must be premultiplied unless nothing is resampled
 * @window: the part that is drawn; it lies in @source, and is not empty
 * @softness: the variance of the box that each pixel is the mean of, in pixels², which is made up
 *   for; see [func@resample_get_softness]
 * @width: of the result, pixels, at least 1
 * @height: likewise
 *
 * Draws a part of a raster at another size with a Lanczos filter of three lobes. Pixels around the
 * window count as far as the filter reaches. A flat area stays exactly what it is, and the same
 * arguments give the same bytes on every machine.
 *
 * Returns: (transfer full) (nullable): the result, which is @source itself where all of it is drawn
 *   at its own size; or %NULL with @error set to %THIMBLE_IMAGE_ERROR_TOO_LARGE for want of memory
 */
ThimbleRaster *
thimble_resample (ThimbleRaster *source,
                  const ThimbleWindow *window,
                  double softness,
                  int width,
                  int height,
                  GError **error)
{
  ThimbleBox box = { .factor_x = thimble_box_choose_factor (window->width, width),
                     .factor_y = thimble_box_choose_factor (window->height, height) };
  g_autoptr(ThimbleRaster) shrunk = NULL;
  ThimbleWindow rest;

  g_return_val_if_fail (width > 0 && height > 0, NULL);
  g_return_val_if_fail (window->width > 0 && window->height > 0, NULL);

  if (thimble_resample_is_identity (source, window, width, height))
    return width == source->width && height == source->height
             ? thimble_raster_ref (source)
             : thimble_resample_copy (source, window, error);
  g_return_val_if_fail (source->premultiplied || !thimble_layout_has_alpha (source->layout), NULL);

  if (box.factor_x == 1 && box.factor_y == 1)
    return resample_with_lanczos (source, window, softness, softness, width, height, error);

  /* The grid starts so that a cell begins where the window does. */
  box.x = (int) CLAMP (window->x, 0, source->width - 1) % box.factor_x;
  box.y = (int) CLAMP (window->y, 0, source->height - 1) % box.factor_y;
  shrunk = thimble_box_shrink (source, &box);
  if (shrunk == NULL)
    {
      thimble_imaging_set_no_memory (source->width, source->height, error);
      return NULL;
    }
  rest.x = (window->x - box.x) / box.factor_x;
  rest.y = (window->y - box.y) / box.factor_y;
  rest.width = window->width / box.factor_x;
  rest.height = window->height / box.factor_y;
  return resample_with_lanczos (shrunk, &rest, add_softness (softness, box.factor_x),
                                add_softness (softness, box.factor_y), width, height, error);
}
