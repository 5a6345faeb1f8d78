/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every kind of kernel gives the same bytes as the portable one, for any lengths and numbers. */

#include "thimble-kernels.h"

#define N_ROWS 40
#define STRIDE 512

static void
fill (guint8 *bytes, gsize n, GRand *random)
{
  for (gsize i = 0; i < n; i++)
    bytes[i] = g_rand_int (random) >> 24;
}

static void
compare_add_up_rows (const ThimbleKernels *kernels, GRand *random)
{
  g_autofree guint8 *rows = g_malloc (N_ROWS * STRIDE + THIMBLE_KERNELS_PADDING);
  gint16 wanted[STRIDE + THIMBLE_KERNELS_PADDING];
  gint16 got[STRIDE + THIMBLE_KERNELS_PADDING];

  fill (rows, N_ROWS * STRIDE + THIMBLE_KERNELS_PADDING, random);
  for (int n_taps = 1; n_taps <= N_ROWS; n_taps++)
    {
      g_autoptr(ThimbleFilter) filter = thimble_filter_get (&(ThimbleFilterShape) {
        n_taps, 1, 0, n_taps, 0 });
      gsize n = g_rand_int_range (random, 1, STRIDE + 1);
      int skipped = STRIDE - n;

      thimble_kernels_portable.add_up_rows (wanted, rows + skipped, STRIDE, filter->coefficients,
                                            filter->taps[0].n, n);
      kernels->add_up_rows (got, rows + skipped, STRIDE, filter->coefficients, filter->taps[0].n,
                            n);
      g_assert_cmpmem (got, n * sizeof *got, wanted, n * sizeof *wanted);
    }
}

static void
compare_filter_rows (const ThimbleKernels *kernels, GRand *random)
{
  for (int i = 0; i < 200; i++)
    {
      int n_source = g_rand_int_range (random, 1, 300);
      int n_outputs = g_rand_int_range (random, 1, 300);
      int n_channels = 1 + i % 4;
      gsize n = (gsize) n_source * n_channels + THIMBLE_KERNELS_PADDING;
      g_autoptr(ThimbleFilter) filter
        = thimble_filter_get (&(ThimbleFilterShape) {
          n_source, n_outputs, 0, n_source, i % 3 / 24.0 });
      g_autofree gint16 *row = g_new (gint16, n);
      g_autofree guint8 *wanted = g_malloc (n_outputs * n_channels + 1);
      g_autofree guint8 *got = g_malloc (n_outputs * n_channels + 1);

      /* Overshoot below black and above white. */
      for (gsize k = 0; k < n; k++)
        row[k] = g_rand_int_range (random, -80 * (1 << THIMBLE_ROW_BITS), 335 << THIMBLE_ROW_BITS);
      thimble_kernels_portable.filter_row[n_channels](wanted, row, filter);
      kernels->filter_row[n_channels](got, row, filter);
      g_assert_cmpmem (got, n_outputs * n_channels, wanted, n_outputs * n_channels);
      thimble_kernels_portable.filter_row_premultiplied[n_channels](wanted, row, filter);
      kernels->filter_row_premultiplied[n_channels](got, row, filter);
      g_assert_cmpmem (got, n_outputs * n_channels, wanted, n_outputs * n_channels);
    }
}

static void
test_kind (gconstpointer get)
{
  const ThimbleKernels *kernels = ((const ThimbleKernels *(*) (void)) get) ();
  g_autoptr(GRand) random = g_rand_new_with_seed (10);

  if (kernels == NULL)
    {
      g_test_skip ("This processor has none of these");
      return;
    }
  compare_add_up_rows (kernels, random);
  compare_filter_rows (kernels, random);
}

/* The coefficients of every output add up to one and lie in the source. */
static void
test_filter (void)
{
  for (int n_source = 1; n_source < 60; n_source += 7)
    for (int n_outputs = 1; n_outputs < 90; n_outputs += 11)
      for (int part = 0; part < 3; part++)
        {
          double start = part * n_source / 7.0;
          g_autoptr(ThimbleFilter) filter
            = thimble_filter_get (&(ThimbleFilterShape) {
              n_source, n_outputs, start, n_source - start, part / 24.0 });

          for (int i = 0; i < n_outputs; i++)
            {
              const gint16 *coefficients = filter->coefficients + i * filter->stride;
              int sum = 0;

              g_assert_cmpint (filter->taps[i].start, >=, 0);
              g_assert_cmpint (filter->taps[i].n, >=, 1);
              g_assert_cmpint (filter->taps[i].start + filter->taps[i].n, <=, n_source);
              for (int k = 0; k < filter->stride; k++)
                {
                  sum += coefficients[k];
                  if (k >= filter->taps[i].n)
                    g_assert_cmpint (coefficients[k], ==, 0);
                }
              g_assert_cmpint (sum, ==, THIMBLE_FILTER_ONE);
            }
        }
}

/* A filter that was made is given again, until many others have been made since. */
static void
test_kept (void)
{
  ThimbleFilterShape shape = { 300, 128, 1.5, 297, 1 / 12.0 };
  g_autoptr(ThimbleFilter) filter = thimble_filter_get (&shape);
  g_autoptr(ThimbleFilter) again = thimble_filter_get (&shape);
  g_autoptr(ThimbleFilter) anew = NULL;

  g_assert_true (again == filter);
  for (int i = 1; i <= 100; i++)
    {
      g_autoptr(ThimbleFilter) other
        = thimble_filter_get (&(ThimbleFilterShape) { 300, i, 1.5, 297, 1 / 12.0 });

      g_assert_cmpint (other->n_outputs, ==, i);
    }
  anew = thimble_filter_get (&shape);
  g_assert_true (anew != filter);
  g_assert_cmpmem (anew->coefficients, 128 * anew->stride * sizeof *anew->coefficients,
                   filter->coefficients, 128 * filter->stride * sizeof *filter->coefficients);
  g_assert_cmpmem (anew->taps, 128 * sizeof *anew->taps, filter->taps, 128 * sizeof *filter->taps);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/kernels/avx2", thimble_kernels_get_avx2, test_kind);
  g_test_add_data_func ("/kernels/avx512", thimble_kernels_get_avx512, test_kind);
  g_test_add_data_func ("/kernels/neon", thimble_kernels_get_neon, test_kind);
  g_test_add_func ("/kernels/filter", test_filter);
  g_test_add_func ("/kernels/filter-kept", test_kept);
  return g_test_run ();
}
