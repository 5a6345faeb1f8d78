/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The decoder for reduced sizes beside libjpeg-turbo: its samples are worked out again, from the
 * coefficients that libjpeg-turbo finds and the definition of the DCT. */

#include "codec-test.h"
#include "jpeg-maker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

static const int samplings[][2] = { { 1, 1 }, { 2, 1 }, { 1, 2 }, { 2, 2 } };

/* The mean of the basis function of frequency @u over the pixels that become sample @i of @n. */
static double
make_basis (int u, int i, int n)
{
  double sum = 0;

  for (int x = i * 8 / n; x < (i + 1) * 8 / n; x++)
    sum += u == 0 ? sqrt (0.125) : 0.5 * cos ((2 * x + 1) * u * G_PI / 16);
  return sum / (8.0 / n);
}

static double
get_basis (int u, int i, int n)
{
  static double table[5][4][4];

  if (table[n][i][0] == 0) /* that of frequency 0 never is */
    for (int j = 0; j < n; j++)
      table[n][i][j] = make_basis (j, i, n);
  return table[n][i][u];
}

/* ITU-T T.81, A.3.3, with the n×n lowest frequencies. */
static double
get_sample (const JCOEF *block, const JQUANT_TBL *quantizer, int x, int y, int n)
{
  double sum = 0;

  for (int v = 0; v < n; v++)
    for (int u = 0; u < n; u++)
      sum += block[8 * v + u] * quantizer->quantval[8 * v + u] * get_basis (u, x, n)
             * get_basis (v, y, n);
  return CLAMP (sum + 128, 0, 255);
}

static int
scale_side (guint side, int factor, int max_factor, int n)
{
  return (int) ((side * (guint) (factor * n) + (guint) (8 * max_factor - 1))
                / (guint) (8 * max_factor));
}

/* Whether @plane is what comes of n×n samples a block. */
static gboolean
is_plane (struct jpeg_decompress_struct *cinfo,
          jvirt_barray_ptr coefficients,
          const jpeg_component_info *component,
          const ThimbleRaster *plane,
          int n)
{
  if (plane->width != scale_side (cinfo->image_width, component->h_samp_factor,
                                  cinfo->max_h_samp_factor, n)
      || plane->height != scale_side (cinfo->image_height, component->v_samp_factor,
                                      cinfo->max_v_samp_factor, n))
    return FALSE;
  for (int y = 0; y < plane->height; y++)
    {
      JBLOCKARRAY row = cinfo->mem->access_virt_barray ((j_common_ptr) cinfo, coefficients,
                                                        (JDIMENSION) (y / n), 1, FALSE);
      const guint8 *samples = thimble_raster_row (plane, y);

      for (int x = 0; x < plane->width; x++)
        {
          double expected = get_sample (row[0][x / n], component->quant_table, x % n, y % n, n);

          if (fabs (samples[x] - expected) > 0.5 + 1e-3)
            return FALSE;
        }
    }
  return TRUE;
}

/* Small pictures have the same size at several scales, so any will do. */
static void
check_picture (const GByteArray *file, const ThimbleRaster *picture)
{
  struct jpeg_decompress_struct cinfo;
  struct jpeg_error_mgr errors;
  jvirt_barray_ptr *coefficients;
  gboolean is_right = FALSE;

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_decompress (&cinfo);
  jpeg_mem_src (&cinfo, file->data, file->len);
  jpeg_read_header (&cinfo, TRUE);
  coefficients = jpeg_read_coefficients (&cinfo);
  for (int n = 1; n <= 4 && !is_right; n *= 2)
    {
      is_right = is_plane (&cinfo, coefficients[0], &cinfo.comp_info[0],
                           picture, n);
      for (int i = 1; i < cinfo.num_components && is_right; i++)
        is_right = is_plane (&cinfo, coefficients[i], &cinfo.comp_info[i],
                             picture->chroma[i - 1], n);
    }
  g_assert_true (is_right);
  jpeg_finish_decompress (&cinfo);
  jpeg_destroy_decompress (&cinfo);
}

/* Returns: (nullable): the picture at 1 / @denominator, if it is one that the decoder takes */
static ThimbleRaster *
decode (const GByteArray *file, int width, int height, int denominator)
{
  ThimbleDecodeRequest request = { .min_width = (guint32) ((width + denominator - 1) / denominator),
                                   .min_height
                                   = (guint32) ((height + denominator - 1) / denominator),
                                   .allow_ycc = TRUE };
  g_autoptr (GError) error = NULL;
  ThimbleRaster *raster
    = codec_test_decode (&thimble_jpeg_codec, file->data, file->len, &request, &error);

  g_assert_no_error (error);
  return raster;
}

/* Returns: whether it was decoded to planes, or to grey of a reduced size */
static gboolean
check (const JpegMaking *making, int denominator)
{
  g_autoptr (GByteArray) file = jpeg_maker_make (making);
  g_autoptr (ThimbleRaster) picture = decode (file, making->width, making->height, denominator);

  if (making->is_gray ? picture->width == making->width
                      : picture->layout != THIMBLE_LAYOUT_YCC_PLANES)
    return FALSE;
  check_picture (file, picture);
  return TRUE;
}

static void
test_sizes (gconstpointer data)
{
  int denominator = GPOINTER_TO_INT (data);
  guint n_reduced = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (samplings); i++)
    for (int width = 1; width <= 90; width += width < 40 ? 1 : 7)
      for (int height = 1; height <= 90; height += height < 3 ? 1 : 29)
        {
          JpegMaking making = { .width = width, .height = height, .h = samplings[i][0],
                                .v = samplings[i][1], .quality = 90 };

          n_reduced += check (&making, denominator);
          making.is_progressive = denominator == 8;
          n_reduced += check (&making, denominator);
        }
  g_assert_cmpuint (n_reduced, >, 30);
}

/* Qualities from such that few coefficients are left to such that all are, in all kinds of files. */
static void
test_kinds (gconstpointer data)
{
  int denominator = GPOINTER_TO_INT (data);

  for (guint i = 0; i < 5 << 3; i++)
    for (int quality = 5; quality <= 100; quality += 19)
      {
        gboolean is_gray = i >> 3 == 4;
        JpegMaking making = { .width = 320, .height = 240, .is_gray = is_gray, .h = 1, .v = 1,
                              .restart_interval = i & 1 ? 7 : 0, .quality = quality,
                              .is_progressive = (i & 2) != 0, .is_optimised = (i & 4) != 0 };

        if (!is_gray)
          {
            making.h = samplings[i >> 3][0];
            making.v = samplings[i >> 3][1];
          }
        if (denominator == 8 || !making.is_progressive)
          g_assert_true (check (&making, denominator));
      }
}

static void
test_restarts (void)
{
  for (int interval = 1; interval <= 1300; interval += interval < 50 ? 1 : 97)
    {
      JpegMaking making = { .width = 641, .height = 479, .h = 2, .v = 2, .quality = 85,
                            .restart_interval = interval };

      g_assert_true (check (&making, 8));
      making.is_progressive = TRUE;
      g_assert_true (check (&making, 8));
    }
}

/* Steps of DC from none on, as no encoder writes them, to the largest: what comes of it is cut off to
 * black and white. */
static void
test_quantizers (void)
{
  static const guint8 header[] = { 0xff, 0xdb, 0, 67 };

  for (guint i = 0; i < 3 * 256; i++)
    {
      const JpegMaking making = { .width = 320, .height = 48, .is_gray = i % 3 == 0, .h = 2, .v = 2,
                                  .quality = 100, .is_progressive = i % 3 == 1 };
      g_autoptr (GByteArray) file = jpeg_maker_make (&making);
      g_autoptr (ThimbleRaster) picture = NULL;
      guint n_tables = 0;

      for (guint8 *p = file->data, *end = p + file->len;
           (p = memmem (p, (gsize) (end - p), header, sizeof header)) != NULL; n_tables++)
        {
          p += sizeof header + 1;
          *p = (guint8) (i / 3);
        }
      g_assert_cmpuint (n_tables, ==, making.is_gray ? 1 : 2);
      picture = decode (file, making.width, making.height, 8);
      g_assert_cmpint (picture->width, ==, making.width / 8);
      check_picture (file, picture);
    }
}

/* What a picture takes is no more than was said before, above all where its lines are short. */
static void
test_result_bytes (gconstpointer data)
{
  int denominator = GPOINTER_TO_INT (data);

  for (guint i = 0; i < 40; i++)
    {
      const int *sampling = samplings[i % 4];
      const JpegMaking making = { .width = 16 + (int) i, .height = 300 + (int) i, .h = sampling[0],
                                  .v = sampling[1], .quality = 50 };
      g_autoptr (GByteArray) file = jpeg_maker_make (&making);
      g_autoptr (ThimbleRaster) picture = decode (file, making.width, making.height, denominator);
      g_auto (ThimbleImageInfo) info = { 0 };
      ThimbleDecodeRequest request = { (guint32) (making.width / denominator),
                                       (guint32) (making.height / denominator), TRUE };
      guint64 n_said, n_really;

      g_assert_true (thimble_jpeg_codec.read_header (file->data, file->len, &info, NULL));
      n_said = thimble_jpeg_codec.estimate (file->data, file->len, &info, &request).n_result_bytes;
      n_really = picture->stride * (guint64) picture->height;
      for (guint j = 0; j < 2 && picture->layout == THIMBLE_LAYOUT_YCC_PLANES; j++)
        n_really += picture->chroma[j]->stride * (guint64) picture->chroma[j]->height;
      g_assert_cmpuint (n_really, <=, n_said);
    }
}

/* A request that a file of any size below is reduced for. */
static ThimbleRaster *
decode_small (const guint8 *bytes, gsize n_bytes, gboolean allow_ycc, GError **error)
{
  ThimbleDecodeRequest request = { .min_width = 1, .min_height = 1,
                                   .allow_ycc = allow_ycc };

  return codec_test_decode (&thimble_jpeg_codec, bytes, n_bytes, &request, error);
}

static const JpegMaking small_files[] = {
  { .width = 64, .height = 48, .h = 2, .v = 2, .quality = 70 },
  { .width = 64, .height = 48, .h = 1, .v = 1, .quality = 98, .is_optimised = TRUE },
  { .width = 64, .height = 48, .h = 2, .v = 1, .quality = 70, .restart_interval = 2 },
  { .width = 64, .height = 48, .h = 1, .v = 1, .quality = 70, .is_gray = TRUE },
  { .width = 64, .height = 48, .h = 2, .v = 2, .quality = 70, .is_progressive = TRUE },
};

/* Cut short, there is no picture; nor with an end marker put behind what is left, unless that is
 * all that a picture of this size is made of, as of a progressive file without its last scans. */
static void
test_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (small_files); i++)
    {
      g_autoptr (GByteArray) file = jpeg_maker_make (&small_files[i]);
      g_autoptr (ThimbleRaster) whole = decode_small (file->data, file->len, TRUE, NULL);

      g_assert_nonnull (whole);
      g_assert_cmpint (whole->width, ==, 8);
      for (guint n = 0; n < file->len; n++)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null (decode_small (file->data, n, TRUE, &error));
          g_assert_nonnull (error);
        }
      for (guint n = file->len - 3; n > 1; n--)
        {
          g_autofree guint8 *cut = g_memdup2 (file->data, n + 2);
          g_autoptr (ThimbleRaster) raster = NULL;

          cut[n] = 0xff;
          cut[n + 1] = 0xd9;
          raster = decode_small (cut, n + 2, TRUE, NULL);
          if (raster != NULL && small_files[i].is_progressive)
            continue;
          g_assert_null (raster);
        }
    }
}

/* Where a byte is wrong, there is a picture only if libjpeg-turbo has one, and then it is the one of
 * the coefficients that libjpeg-turbo finds. */
static void
test_flipped (void)
{
  guint32 seed = 1;
  guint n_pictures = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (small_files); i++)
    {
      g_autoptr (GByteArray) file = jpeg_maker_make (&small_files[i]);

      for (guint trial = 0; trial < 4000; trial++)
        {
          g_autoptr (ThimbleRaster) raster = NULL;
          g_autoptr (ThimbleRaster) reference = NULL;
          guint8 *byte, before;

          seed = seed * 1664525 + 1013904223;
          byte = &file->data[(seed >> 8) % file->len];
          before = *byte;
          *byte ^= (guint8) (1 << (seed >> 5 & 7));
          raster = decode_small (file->data, file->len, TRUE, NULL);
          reference = decode_small (file->data, file->len, FALSE, NULL);
          if (raster != NULL && !small_files[i].is_progressive)
            {
              g_assert_nonnull (reference);
              n_pictures += raster->layout == THIMBLE_LAYOUT_YCC_PLANES;
            }
          *byte = before;
        }
    }
  g_assert_cmpuint (n_pictures, >, 100);
}

/* Progressive ones that are in lock step for long: of all samplings, of more than one batch a row,
 * with jumps from block to block that are not in the tables. */
static const JpegMaking progressive_files[] = {
  { .width = 1203, .height = 90, .h = 2, .v = 2, .quality = 100, .is_progressive = TRUE },
  { .width = 1203, .height = 95, .h = 1, .v = 1, .quality = 100, .is_progressive = TRUE },
  { .width = 4601, .height = 50, .h = 2, .v = 1, .quality = 90, .is_progressive = TRUE },
  { .width = 801, .height = 190, .h = 1, .v = 2, .quality = 60, .is_progressive = TRUE },
  { .width = 801, .height = 90, .h = 1, .v = 1, .quality = 95, .is_progressive = TRUE,
    .is_gray = TRUE },
  { .width = 640, .height = 48, .h = 2, .v = 2, .quality = 90, .restart_interval = 5,
    .is_progressive = TRUE },
};

/* Of more than one window and batch; reduced to an eighth for one of the requests below, to a quarter
 * or a half for the other. */
static const JpegMaking baseline_files[] = {
  { .width = 2403, .height = 24, .h = 2, .v = 2, .quality = 100 },
  { .width = 1203, .height = 24, .h = 1, .v = 1, .quality = 97, .is_optimised = TRUE },
  { .width = 4601, .height = 24, .h = 2, .v = 1, .quality = 90 },
  { .width = 1601, .height = 12, .h = 1, .v = 2, .quality = 100 },
  { .width = 1601, .height = 12, .h = 1, .v = 1, .quality = 95, .is_gray = TRUE },
  { .width = 3203, .height = 12, .h = 2, .v = 2, .quality = 98, .restart_interval = 11 },
};

static const struct
{
  const char *path;
  const JpegMaking *makings;
  gsize n_makings;
} groups[] = {
  { "/jpeg-reduced/together/small", small_files, G_N_ELEMENTS (small_files) },
  { "/jpeg-reduced/together/baseline", baseline_files, G_N_ELEMENTS (baseline_files) },
  { "/jpeg-reduced/together/progressive", progressive_files, G_N_ELEMENTS (progressive_files) },
};

/* Several at once give what each gives alone, whatever stands beside it. */
static void
test_together (gconstpointer data)
{
  enum { N = 18 };
  const gsize group = GPOINTER_TO_SIZE (data);
  const ThimbleDecodeRequest requests[] = { { 1, 1, TRUE }, { 16, 6, TRUE } };
  ThimbleDecoding decodings[N] = { 0 };
  ThimbleImageInfo infos[N] = { 0 };
  GByteArray *files[N];

  for (gsize i = 0; i < N; i++)
    {
      files[i] = jpeg_maker_make (&groups[group].makings[i % groups[group].n_makings]);
      if (i % 7 == 6) /* broken in the middle */
        memset (files[i]->data + files[i]->len / 2, 0xff, 20);
      decodings[i] = (ThimbleDecoding) { .bytes = files[i]->data, .n_bytes = files[i]->len,
                                         .info = &infos[i], .request = &requests[i / 2 % 2] };
      g_assert_true (thimble_jpeg_codec.read_header (files[i]->data, files[i]->len, &infos[i],
                                                     NULL));
    }
  thimble_jpeg_codec.decode_several (decodings, N);
  for (gsize i = 0; i < N; i++)
    {
      g_autoptr (ThimbleRaster) alone
        = thimble_jpeg_codec.decode (files[i]->data, files[i]->len, &infos[i],
                                     decodings[i].request, NULL);

      g_assert_true ((alone == NULL) == (decodings[i].raster == NULL));
      g_assert_true ((alone == NULL) == (decodings[i].error != NULL));
      g_assert_true ((alone == NULL) == (i % 7 == 6));
      if (alone != NULL)
        g_assert_cmpint (codec_test_max_difference (alone, decodings[i].raster), ==, 0);
      for (guint j = 0; alone != NULL && alone->layout == THIMBLE_LAYOUT_YCC_PLANES && j < 2; j++)
        g_assert_cmpint (codec_test_max_difference (alone->chroma[j],
                                                    decodings[i].raster->chroma[j]), ==, 0);
      g_clear_pointer (&decodings[i].raster, thimble_raster_unref);
      g_clear_error (&decodings[i].error);
      thimble_image_info_clear (&infos[i]);
      g_byte_array_unref (files[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int denominator = 8; denominator >= 2; denominator /= 2)
    {
      g_autofree char *sizes = g_strdup_printf ("/jpeg-reduced/sizes/%d", denominator);
      g_autofree char *kinds = g_strdup_printf ("/jpeg-reduced/kinds/%d", denominator);
      g_autofree char *bytes = g_strdup_printf ("/jpeg-reduced/result-bytes/%d", denominator);

      g_test_add_data_func (sizes, GINT_TO_POINTER (denominator), test_sizes);
      g_test_add_data_func (kinds, GINT_TO_POINTER (denominator), test_kinds);
      g_test_add_data_func (bytes, GINT_TO_POINTER (denominator), test_result_bytes);
    }
  g_test_add_func ("/jpeg-reduced/restarts", test_restarts);
  g_test_add_func ("/jpeg-reduced/quantizers", test_quantizers);
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    g_test_add_data_func (groups[i].path, GSIZE_TO_POINTER (i), test_together);
  g_test_add_func ("/jpeg-reduced/hostile/truncated", test_truncated);
  g_test_add_func ("/jpeg-reduced/hostile/flipped", test_flipped);
  return g_test_run ();
}
