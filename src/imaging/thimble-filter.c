/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The coefficients of a Lanczos filter with three lobes along one axis, stretched by the factor of
 * shrinking so that what the output cannot show is averaged away and does not alias (K. Turkowski,
 * Filters for Common Resampling Tasks, 1990, section "The Lanczos filters").
 *
 * Where source samples are means already, of boxes of a larger picture, they lack contrast in the
 * finest detail: a box of one sample's width damps a frequency f by sin (πf) / πf ≈ 1 - (πf)² / 6.
 * Taking a 24th of the difference to each neighbour away adds just that much again, and as part of
 * the coefficients it costs two more of them. */

#include "thimble-filter.h"

#include <math.h>

#define LOBES 3
#define STEPS 512 /* table entries for one lobe; linear between them, error below 3e-6 */

static const float *
get_kernel_table (void)
{
  static float table[LOBES * STEPS + 2]; /* zero from the end of the last lobe on */
  static gsize is_ready;

  if (g_once_init_enter (&is_ready))
    {
      table[0] = 1;
      for (int i = 1; i < LOBES * STEPS; i++)
        {
          double x = G_PI * i / STEPS;
          table[i] = LOBES * sin (x) * sin (x / LOBES) / (x * x);
        }
      g_once_init_leave (&is_ready, 1);
    }
  return table;
}

/* As lrint(), which is a call on the baseline of x86-64. */
static inline int
round_to_int (double x)
{
  return (int) (x < 0 ? x - 0.5 : x + 0.5);
}

static double
evaluate_kernel (const float *table, double x)
{
  double position = MIN (fabs (x), LOBES) * STEPS;
  int index = (int) position;
  double fraction = position - index;

  return table[index] + fraction * ((double) table[index + 1] - table[index]);
}

/* The kernel at each of @n samples, and what is taken from their neighbours; @share is half the
 * variance of a sample's box. */
static void
evaluate_weights (double *weights, int n, double distance, double stretch, double share)
{
  const float *table = get_kernel_table ();
  double before, here, after;

  before = share > 0 ? evaluate_kernel (table, (distance - 1) / stretch) : 0;
  here = evaluate_kernel (table, distance / stretch);
  for (int i = 0; i < n; i++)
    {
      after = evaluate_kernel (table, (distance + i + 1) / stretch);
      weights[i] = here + share * (2 * here - before - after);
      before = here;
      here = after;
    }
}

/* Rounds weights to coefficients that add up to exactly one; what rounding leaves over goes to the
 * largest, where it is least. Zeros at both ends are cut off. */
static void
quantise (const double *weights, ThimbleTaps *taps, gint16 *coefficients)
{
  double sum = 0;
  int left = THIMBLE_FILTER_ONE;
  int largest = 0;
  int first = 0;

  for (int i = 0; i < taps->n; i++)
    sum += weights[i];
  for (int i = 0; i < taps->n; i++)
    {
      coefficients[i] = round_to_int (weights[i] * (THIMBLE_FILTER_ONE / sum));
      left -= coefficients[i];
      if (coefficients[i] > coefficients[largest])
        largest = i;
    }
  coefficients[largest] += left;

  while (taps->n > 1 && coefficients[taps->n - 1] == 0)
    taps->n--;
  while (first < taps->n - 1 && coefficients[first] == 0)
    first++;
  taps->start += first;
  taps->n -= first;
  memmove (coefficients, coefficients + first, taps->n * sizeof *coefficients);
  memset (coefficients + taps->n, 0, first * sizeof *coefficients);
}

/**
 * thimble_filter_new:
 * @n_source: samples along the axis, at least 1
 * @start: where the window begins, in samples; the left edge of the first sample is 0
 * @length: how long the window is, in samples, more than 0
 * @n_outputs: samples wanted, at least 1
 * @softness: the variance of the box that each sample is the mean of, in samples²: 0 where they are
 *   what was there, 1 / 12 where they are means of all that is between them
 *
 * Samples outside the window but inside the source count where the filter reaches them. Beyond the
 * source there is nothing: the weights left are scaled up to one.
 *
 * Returns: (transfer full): the filter
 */
ThimbleFilter *
thimble_filter_new (int n_source, double start, double length, int n_outputs, double softness)
{
  ThimbleFilter *self = g_new0 (ThimbleFilter, 1);
  double scale = length / n_outputs;
  double stretch = MAX (scale, 1.0);
  double support = LOBES * stretch + (softness > 0 ? 1 : 0);
  int max_taps = MIN (n_source, (int) ceil (2 * support) + 1);
  g_autofree double *weights = g_new (double, max_taps);

  g_assert (n_source > 0 && n_outputs > 0 && length > 0);

  self->n_outputs = n_outputs;
  self->stride = (max_taps + THIMBLE_FILTER_ALIGNMENT - 1) & ~(THIMBLE_FILTER_ALIGNMENT - 1);
  self->taps = g_new (ThimbleTaps, n_outputs);
  self->coefficients = g_new0 (gint16, (gsize) n_outputs * self->stride);
  for (int i = 0; i < n_outputs; i++)
    {
      ThimbleTaps *taps = &self->taps[i];
      double centre = CLAMP (start + (i + 0.5) * scale, 0, n_source) - 0.5;
      int first = MAX (0, (int) ceil (centre - support));
      int last = MIN (n_source - 1, (int) floor (centre + support));

      taps->start = first;
      taps->n = MIN (last - first + 1, max_taps);
      evaluate_weights (weights, taps->n, first - centre, stretch, softness / 2);
      quantise (weights, taps, self->coefficients + (gsize) i * self->stride);
    }
  return self;
}

void
thimble_filter_free (ThimbleFilter *self)
{
  g_free (self->taps);
  g_free (self->coefficients);
  g_free (self);
}
