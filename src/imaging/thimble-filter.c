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

/* --- filters that are kept ---------------------------------------------------------------------- */

/* The images of a run often have the same size, and then need the same filters. */
#define N_KEPT 16
#define MAX_KEPT_BYTES (64 * 1024)

static ThimbleFilter *kept[N_KEPT]; /* of each place a reference; guarded by the lock */
static guint next_kept;             /* where the next one goes; likewise */
static GMutex kept_lock;

static gboolean
is_same_shape (const ThimbleFilterShape *a, const ThimbleFilterShape *b)
{
  return a->n_source == b->n_source && a->n_outputs == b->n_outputs && a->start == b->start
         && a->length == b->length && a->softness == b->softness;
}

static ThimbleFilter *
find_kept (const ThimbleFilterShape *shape)
{
  ThimbleFilter *found = NULL;

  g_mutex_lock (&kept_lock);
  for (guint i = 0; i < N_KEPT && kept[i] != NULL && found == NULL; i++)
    if (is_same_shape (&kept[i]->shape, shape))
      found = thimble_filter_ref (kept[i]);
  g_mutex_unlock (&kept_lock);
  return found;
}

static void
keep (ThimbleFilter *filter)
{
  ThimbleFilter *dropped;

  if ((gsize) filter->n_outputs * filter->stride * sizeof *filter->coefficients > MAX_KEPT_BYTES)
    return;
  g_mutex_lock (&kept_lock);
  dropped = kept[next_kept];
  kept[next_kept] = thimble_filter_ref (filter);
  next_kept = (next_kept + 1) % N_KEPT;
  g_mutex_unlock (&kept_lock);
  g_clear_pointer (&dropped, thimble_filter_unref);
}

static ThimbleFilter *
make_filter (const ThimbleFilterShape *shape)
{
  ThimbleFilter *self = g_new0 (ThimbleFilter, 1);
  int n_outputs = shape->n_outputs, n_source = shape->n_source;
  double scale = shape->length / n_outputs;
  double stretch = MAX (scale, 1.0);
  double support = LOBES * stretch + (shape->softness > 0 ? 1 : 0);
  int max_taps = MIN (n_source, (int) ceil (2 * support) + 1);
  g_autofree double *weights = g_new (double, max_taps);

  g_atomic_ref_count_init (&self->n_references);
  self->shape = *shape;
  self->n_outputs = n_outputs;
  self->stride = (max_taps + THIMBLE_FILTER_ALIGNMENT - 1) & ~(THIMBLE_FILTER_ALIGNMENT - 1);
  self->taps = g_new (ThimbleTaps, n_outputs);
  self->coefficients = g_new0 (gint16, (gsize) n_outputs * self->stride);
  for (int i = 0; i < n_outputs; i++)
    {
      ThimbleTaps *taps = &self->taps[i];
      double centre = CLAMP (shape->start + (i + 0.5) * scale, 0, n_source) - 0.5;
      int first = MAX (0, (int) ceil (centre - support));
      int last = MIN (n_source - 1, (int) floor (centre + support));

      taps->start = first;
      taps->n = MIN (last - first + 1, max_taps);
      evaluate_weights (weights, taps->n, first - centre, stretch, shape->softness / 2);
      quantise (weights, taps, self->coefficients + (gsize) i * self->stride);
    }
  return self;
}

/**
 * thimble_filter_get:
 * @shape: from what to what; copied
 *
 * Samples outside the window but inside the source count where the filter reaches them. Beyond the
 * source there is nothing: the weights left are scaled up to one. May be called on any thread.
 *
 * Returns: (transfer full): the filter, perhaps one that others use too
 */
ThimbleFilter *
thimble_filter_get (const ThimbleFilterShape *shape)
{
  ThimbleFilter *self;

  g_assert (shape->n_source > 0 && shape->n_outputs > 0 && shape->length > 0);

  self = find_kept (shape);
  if (self == NULL)
    {
      self = make_filter (shape);
      keep (self);
    }
  return self;
}

ThimbleFilter *
thimble_filter_ref (ThimbleFilter *self)
{
  g_atomic_ref_count_inc (&self->n_references);
  return self;
}

void
thimble_filter_unref (ThimbleFilter *self)
{
  if (!g_atomic_ref_count_dec (&self->n_references))
    return;
  g_free (self->taps);
  g_free (self->coefficients);
  g_free (self);
}
