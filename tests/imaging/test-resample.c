/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The resampler against a slow one in doubles, and what must hold exactly: flat stays flat, a
 * symmetric picture stays symmetric, the same call gives the same bytes. */

#include "thimble-resample.h"

#include <math.h>

static ThimbleRaster *
new_random (ThimbleLayout layout, int width, int height, guint32 seed)
{
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);
  g_autoptr(GRand) random = g_rand_new_with_seed (seed);
  int n = width * thimble_layout_get_n_channels (layout);

  for (int y = 0; y < height; y++)
    for (int i = 0; i < n; i++)
      thimble_raster_row (raster, y)[i] = g_rand_int (random) >> 24;
  return raster;
}

static double
lanczos (double x)
{
  if (fabs (x) < 1e-9)
    return 1;
  if (fabs (x) >= 3)
    return 0;
  return 3 * sin (G_PI * x) * sin (G_PI * x / 3) / (G_PI * G_PI * x * x);
}

/* One output sample of one channel along an axis of @n samples that lie @step apart. */
static double
filter_naively (const double *samples, int n, gsize step, double start, double length, int n_out,
                int index)
{
  double scale = length / n_out;
  double stretch = MAX (scale, 1);
  double centre = start + (index + 0.5) * scale - 0.5;
  double sum = 0, weights = 0;

  for (int i = 0; i < n; i++)
    {
      double weight = lanczos ((i - centre) / stretch);
      sum += weight * samples[i * step];
      weights += weight;
    }
  return sum / weights;
}

static void
assert_like_naive (const ThimbleRaster *source, const ThimbleWindow *window, int width, int height)
{
  g_autoptr(ThimbleRaster) result
    = thimble_resample ((ThimbleRaster *) source, window, 0, width, height, NULL);
  int n_channels = thimble_layout_get_n_channels (source->layout);
  g_autofree double *column = g_new (double, source->height);
  g_autofree double *rows = g_new (double, (gsize) source->width * height);
  double difference = 0;

  g_assert_nonnull (result);
  g_assert_cmpint (result->width, ==, width);
  g_assert_cmpint (result->height, ==, height);
  for (int c = 0; c < n_channels; c++)
    {
      for (int x = 0; x < source->width; x++)
        {
          for (int y = 0; y < source->height; y++)
            column[y] = thimble_raster_row (source, y)[x * n_channels + c];
          for (int y = 0; y < height; y++)
            rows[(gsize) y * source->width + x] = filter_naively (
              column, source->height, 1, window->y, window->height, height, y);
        }
      for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
          {
            double wanted = filter_naively (rows + (gsize) y * source->width, source->width, 1,
                                            window->x, window->width, width, x);
            double got = thimble_raster_row (result, y)[x * n_channels + c];

            g_assert_cmpfloat (fabs (got - CLAMP (wanted, 0, 255)), <=, 1.0);
            difference += fabs (got - CLAMP (wanted, 0, 255));
          }
    }
  /* Rounding to whole numbers costs a quarter in the mean; there is little beside it. */
  if (width * height > 200)
    g_assert_cmpfloat (difference / ((double) width * height * n_channels), <, 0.3);
}

static void
test_naive (void)
{
  static const ThimbleLayout layouts[] = { THIMBLE_LAYOUT_GRAY, THIMBLE_LAYOUT_RGB,
                                           THIMBLE_LAYOUT_YCC, THIMBLE_LAYOUT_CMYK };
  static const struct
  {
    int source_width, source_height, width, height;
  } rows[] = {
    { 50, 40, 25, 20 }, { 50, 40, 32, 26 },  { 37, 41, 7, 9 },   { 64, 64, 63, 65 },
    { 20, 10, 40, 20 }, { 11, 13, 100, 5 },  { 1, 50, 1, 20 },   { 50, 1, 20, 1 },
    { 1, 1, 3, 3 },     { 2, 3, 1, 1 },      { 3, 100, 8, 17 },  { 99, 5, 17, 5 },
    { 40, 40, 40, 8 },  { 200, 17, 128, 11 },
  };

  for (gsize l = 0; l < G_N_ELEMENTS (layouts); l++)
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        g_autoptr(ThimbleRaster) source
          = new_random (layouts[l], rows[i].source_width, rows[i].source_height, 7 * i + l);
        ThimbleWindow all = { 0, 0, source->width, source->height };
        ThimbleWindow part = { source->width * 0.13, source->height * 0.21, source->width * 0.6,
                               source->height * 0.55 };

        assert_like_naive (source, &all, rows[i].width, rows[i].height);
        if (part.width / rows[i].width < 6 && part.height / rows[i].height < 6)
          assert_like_naive (source, &part, rows[i].width, rows[i].height);
      }
}

/* Opaque pixels with alpha are pixels without it: the clamp to alpha never acts. */
static void
test_alpha (void)
{
  static const ThimbleLayout layouts[] = { THIMBLE_LAYOUT_GRAY_ALPHA, THIMBLE_LAYOUT_RGBA };

  for (gsize l = 0; l < G_N_ELEMENTS (layouts); l++)
    {
      g_autoptr(ThimbleRaster) source = new_random (layouts[l], 60, 45, 3);
      int n_channels = thimble_layout_get_n_channels (layouts[l]);
      ThimbleWindow all = { 0, 0, 60, 45 };

      for (int y = 0; y < source->height; y++)
        for (int x = 0; x < source->width; x++)
          thimble_raster_row (source, y)[x * n_channels + n_channels - 1] = 255;
      source->premultiplied = TRUE;
      assert_like_naive (source, &all, 25, 33);
    }
}

static void
test_colour_within_alpha (void)
{
  g_autoptr(ThimbleRaster) source = thimble_raster_new (THIMBLE_LAYOUT_RGBA, 64, 64);
  ThimbleWindow all = { 0, 0, 64, 64 };
  g_autoptr(ThimbleRaster) result = NULL;

  for (int y = 0; y < 64; y++)
    for (int x = 0; x < 64; x++)
      memset (thimble_raster_row (source, y) + 4 * x, x < 32 ? 0 : 255, 4);
  source->premultiplied = TRUE;
  result = thimble_resample (source, &all, 0, 41, 41, NULL);
  g_assert_true (result->premultiplied);
  for (int x = 0; x < 41; x++)
    for (int c = 0; c < 3; c++)
      g_assert_cmpuint (thimble_raster_row (result, 20)[4 * x + c], <=,
                        thimble_raster_row (result, 20)[4 * x + 3]);
}

static void
test_flat (void)
{
  static const guint8 values[] = { 0, 1, 127, 254, 255 };

  for (gsize v = 0; v < G_N_ELEMENTS (values); v++)
    for (int size = 1; size < 130; size += 3)
      {
        g_autoptr(ThimbleRaster) source = thimble_raster_new (THIMBLE_LAYOUT_RGB, 97, 61);
        ThimbleWindow window = { 0.37 * (size % 7), 0.11 * (size % 5), 90.3, 60.2 };
        g_autoptr(ThimbleRaster) result = NULL;

        for (int y = 0; y < source->height; y++)
          memset (thimble_raster_row (source, y), values[v], 3 * source->width);
        result = thimble_resample (source, &window, size % 2 / 12.0, size, size, NULL);
        for (int y = 0; y < size; y++)
          for (int i = 0; i < 3 * size; i++)
            g_assert_cmpuint (thimble_raster_row (result, y)[i], ==, values[v]);
      }
}

static void
test_impulse (void)
{
  g_autoptr(ThimbleRaster) source = thimble_raster_new (THIMBLE_LAYOUT_GRAY, 61, 61);
  ThimbleWindow all = { 0, 0, 61, 61 };

  for (int y = 0; y < 61; y++)
    memset (thimble_raster_row (source, y), y == 30 ? 100 : 50, 61);
  for (int y = 0; y < 61; y++)
    thimble_raster_row (source, y)[30] = y == 30 ? 255 : 100;
  for (int size = 13; size < 101; size += 4)
    {
      g_autoptr(ThimbleRaster) result = thimble_resample (source, &all, 0, size, size, NULL);

      for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++)
          {
            int value = thimble_raster_row (result, y)[x];

            g_assert_cmpint (ABS (value - thimble_raster_row (result, y)[size - 1 - x]), <=, 1);
            g_assert_cmpint (ABS (value - thimble_raster_row (result, size - 1 - y)[x]), <=, 1);
            g_assert_cmpint (ABS (value - thimble_raster_row (result, x)[y]), <=, 1);
          }
    }
}

static void
test_gradient (void)
{
  g_autoptr(ThimbleRaster) source = thimble_raster_new (THIMBLE_LAYOUT_RGBA, 256, 16);
  ThimbleWindow all = { 0, 0, 256, 16 };

  for (int y = 0; y < 16; y++)
    for (int i = 0; i < 4 * 256; i++)
      thimble_raster_row (source, y)[i] = i % 4 == 3 ? 255 : i / 4;
  source->premultiplied = TRUE;
  for (int size = 8; size < 256; size += 31)
    {
      g_autoptr(ThimbleRaster) result = thimble_resample (source, &all, 0, size, 4, NULL);
      int margin = 3;

      for (int x = margin; x < size - margin; x++)
        g_assert_cmpfloat (
          fabs (thimble_raster_row (result, 2)[4 * x] - ((x + 0.5) * 256 / size - 0.5)), <=, 1.0);
      for (int x = 1; x < size; x++)
        g_assert_cmpuint (thimble_raster_row (result, 2)[4 * x], >=,
                          thimble_raster_row (result, 2)[4 * x - 4]);
    }
}

/* The box in front of large factors: nearly what the slow filter gives on a picture with little
 * noise, and the right place. */
static void
test_large_factors (void)
{
  static const int sizes[] = { 1, 2, 3, 7, 16, 33, 50 };
  g_autoptr(ThimbleRaster) source = thimble_raster_new (THIMBLE_LAYOUT_GRAY, 1003, 701);

  for (int y = 0; y < 701; y++)
    for (int x = 0; x < 1003; x++)
      thimble_raster_row (source, y)[x] = 128 + 60 * sin (x / 110.0) + 60 * sin (y / 90.0);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      ThimbleWindow window = { 2.5, 3.25, 1000, 697 };
      g_autoptr(ThimbleRaster) result
        = thimble_resample (source, &window, 0, sizes[i], sizes[i], NULL);
      double scale = 1000.0 / sizes[i];

      if (sizes[i] < 16)
        continue;
      for (int x = 2; x < sizes[i] - 2; x++)
        {
          double from = 2.5 + x * scale;
          int y = sizes[i] / 2;
          double wanted = 128 + 60 * sin ((from + scale / 2 - 0.5) / 110.0)
                          + 60 * sin ((3.25 + (y + 0.5) * 697.0 / sizes[i] - 0.5) / 90.0);

          g_assert_cmpfloat (fabs (thimble_raster_row (result, y)[x] - wanted), <=, 2.0);
        }
    }
}

static void
test_huge_factor (void)
{
  g_autoptr(ThimbleRaster) source = thimble_raster_new (THIMBLE_LAYOUT_RGB, 9000, 3);
  ThimbleWindow all = { 0, 0, 9000, 3 };
  g_autoptr(ThimbleRaster) result = NULL;

  for (int y = 0; y < 3; y++)
    memset (thimble_raster_row (source, y), 200, 3 * 9000);
  result = thimble_resample (source, &all, 0, 2, 1, NULL);
  for (int i = 0; i < 6; i++)
    g_assert_cmpuint (thimble_raster_row (result, 0)[i], ==, 200);
}

/* Fine stripes keep their contrast when a decoder has averaged the picture before. */
static void
test_softness (void)
{
  const int n = 1600, factor = 8, n_out = 128;
  g_autoptr(ThimbleRaster) means = thimble_raster_new (THIMBLE_LAYOUT_GRAY, n / factor, 1);
  ThimbleWindow all = { 0, 0, n / factor, 1 };
  g_autoptr(ThimbleRaster) plain = NULL;
  g_autoptr(ThimbleRaster) sharp = NULL;
  double plain_error = 0, sharp_error = 0;

  for (int x = 0; x < n / factor; x++)
    {
      double sum = 0;

      for (int i = 0; i < factor; i++)
        sum += 128 + 100 * sin ((x * factor + i + 0.5) * 2 * G_PI / 44);
      thimble_raster_row (means, 0)[x] = rint (sum / factor);
    }
  plain = thimble_resample (means, &all, 0, n_out, 1, NULL);
  sharp = thimble_resample (means, &all, thimble_resample_get_softness (factor), n_out, 1, NULL);
  for (int x = 8; x < n_out - 8; x++)
    {
      double wanted = 128 + 100 * sin ((x + 0.5) * n / n_out * 2 * G_PI / 44);

      plain_error += fabs (plain->pixels[x] - wanted);
      sharp_error += fabs (sharp->pixels[x] - wanted);
    }
  g_assert_cmpfloat (sharp_error, <, plain_error / 3);
}

static void
test_identity (void)
{
  g_autoptr(ThimbleRaster) source = new_random (THIMBLE_LAYOUT_RGBA, 20, 30, 1);
  ThimbleWindow all = { 0, 0, 20, 30 };
  ThimbleWindow part = { 3, 4, 10, 11 };
  ThimbleWindow shifted = { 3.5, 4, 10, 11 };
  g_autoptr(ThimbleRaster) same = thimble_resample (source, &all, 0, 20, 30, NULL);
  g_autoptr(ThimbleRaster) cut = thimble_resample (source, &part, 0, 10, 11, NULL);

  g_assert_true (same == source);
  g_assert_true (thimble_resample_is_identity (source, &part, 10, 11));
  g_assert_false (thimble_resample_is_identity (source, &shifted, 10, 11));
  g_assert_false (thimble_resample_is_identity (source, &part, 11, 11));
  for (int y = 0; y < 11; y++)
    g_assert_cmpmem (thimble_raster_row (cut, y), 40,
                     thimble_raster_row (source, 4 + y) + 12, 40);
}

static void
test_determinism (void)
{
  g_autoptr(ThimbleRaster) source = new_random (THIMBLE_LAYOUT_RGB, 300, 200, 9);
  ThimbleWindow window = { 1.5, 2.25, 290, 190 };
  g_autoptr(ThimbleRaster) first = thimble_resample (source, &window, 0, 128, 85, NULL);
  g_autoptr(ThimbleRaster) second = thimble_resample (source, &window, 0, 128, 85, NULL);

  for (int y = 0; y < 85; y++)
    g_assert_cmpmem (thimble_raster_row (first, y), 3 * 128, thimble_raster_row (second, y),
                     3 * 128);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resample/naive", test_naive);
  g_test_add_func ("/resample/alpha", test_alpha);
  g_test_add_func ("/resample/colour-within-alpha", test_colour_within_alpha);
  g_test_add_func ("/resample/flat", test_flat);
  g_test_add_func ("/resample/impulse", test_impulse);
  g_test_add_func ("/resample/gradient", test_gradient);
  g_test_add_func ("/resample/large-factors", test_large_factors);
  g_test_add_func ("/resample/huge-factor", test_huge_factor);
  g_test_add_func ("/resample/softness", test_softness);
  g_test_add_func ("/resample/identity", test_identity);
  g_test_add_func ("/resample/determinism", test_determinism);
  return g_test_run ();
}
