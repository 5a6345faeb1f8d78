/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Profiles to sRGB. The profiles are made here, and the expected values come from the definitions
 * of the colour spaces, not from lcms. */

#include "thimble-colour.h"

#include <lcms2.h>
#include <math.h>

static GBytes *
save_profile (cmsHPROFILE profile)
{
  cmsUInt32Number n_bytes = 0;
  guint8 *bytes;

  g_assert_true (cmsSaveProfileToMem (profile, NULL, &n_bytes));
  bytes = g_malloc (n_bytes);
  g_assert_true (cmsSaveProfileToMem (profile, bytes, &n_bytes));
  cmsCloseProfile (profile);
  return g_bytes_new_take (bytes, n_bytes);
}

static GBytes *
new_rgb_profile (const cmsCIExyYTRIPLE *primaries, double gamma)
{
  const cmsCIExyY d65 = { 0.3127, 0.3290, 1 };
  cmsToneCurve *curve = cmsBuildGamma (NULL, gamma);
  cmsToneCurve *curves[] = { curve, curve, curve };
  cmsHPROFILE profile = cmsCreateRGBProfile (&d65, primaries, curves);

  cmsFreeToneCurve (curve);
  return save_profile (profile);
}

static GBytes *
new_adobe_rgb (void)
{
  static const cmsCIExyYTRIPLE primaries
    = { { 0.64, 0.33, 1 }, { 0.21, 0.71, 1 }, { 0.15, 0.06, 1 } };

  return new_rgb_profile (&primaries, 2.19921875);
}

static GBytes *
new_gray_profile (double gamma)
{
  cmsToneCurve *curve = cmsBuildGamma (NULL, gamma);
  cmsHPROFILE profile = cmsCreateGrayProfile (cmsD50_xyY (), curve);

  cmsFreeToneCurve (curve);
  return save_profile (profile);
}

static double
encode_srgb (double light)
{
  light = CLAMP (light, 0, 1);
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * pow (light, 1 / 2.4) - 0.055);
}

static ThimbleRaster *
new_pixel (ThimbleLayout layout, guint8 a, guint8 b, guint8 c, guint8 d)
{
  ThimbleRaster *raster = thimble_raster_new (layout, 1, 1);
  const guint8 pixel[] = { a, b, c, d };

  memcpy (raster->pixels, pixel, thimble_layout_get_n_channels (layout));
  return raster;
}

static void
test_no_profile (void)
{
  g_autoptr(ThimbleRaster) rgb = new_pixel (THIMBLE_LAYOUT_RGB, 1, 2, 3, 0);
  g_autoptr(ThimbleRaster) ycc = new_pixel (THIMBLE_LAYOUT_YCC, 1, 2, 3, 0);
  g_autoptr(ThimbleRaster) rgb_result = thimble_colour_to_srgb (rgb, NULL, NULL);
  g_autoptr(ThimbleRaster) ycc_result = thimble_colour_to_srgb (ycc, NULL, NULL);

  g_assert_true (rgb_result == rgb);
  g_assert_true (ycc_result == ycc);
}

static void
test_srgb (void)
{
  g_autoptr(GBytes) icc = save_profile (cmsCreate_sRGBProfile ());
  g_autoptr(ThimbleRaster) ycc = new_pixel (THIMBLE_LAYOUT_YCC, 100, 90, 140, 0);
  g_autoptr(ThimbleRaster) result = thimble_colour_to_srgb (ycc, icc, NULL);

  g_assert_true (thimble_colour_profile_fits (icc, THIMBLE_LAYOUT_YCC));
  g_assert_true (result == ycc);
}

/* Adobe RGB (1998), annex B, to XYZ, and IEC 61966-2-1 from XYZ, in one matrix. */
static void
test_adobe_rgb (void)
{
  static const double matrix[3][3] = { { 1.39836, -0.39836, 0 },
                                       { 0, 1, 0 },
                                       { 0, -0.04293, 1.04293 } };
  g_autoptr(GBytes) icc = new_adobe_rgb ();

  for (int i = 0; i < 5 * 5 * 5; i++)
    {
      guint8 in[3] = { i % 5 * 50 + 20, i / 5 % 5 * 50 + 20, i / 25 * 50 + 20 };
      g_autoptr(ThimbleRaster) rgb = new_pixel (THIMBLE_LAYOUT_RGB, in[0], in[1], in[2], 0);
      g_autoptr(ThimbleRaster) rgba = new_pixel (THIMBLE_LAYOUT_RGBA, in[0], in[1], in[2], 77);
      g_autoptr(ThimbleRaster) rgb_result = thimble_colour_to_srgb (rgb, icc, NULL);
      g_autoptr(ThimbleRaster) rgba_result = thimble_colour_to_srgb (rgba, icc, NULL);
      double light[3];

      for (int c = 0; c < 3; c++)
        light[c] = pow (in[c] / 255.0, 2.19921875);
      for (int c = 0; c < 3; c++)
        {
          double wanted = encode_srgb (matrix[c][0] * light[0] + matrix[c][1] * light[1]
                                       + matrix[c][2] * light[2]);

          /* Out of gamut, and near black, matrices with few digits differ more. */
          g_assert_cmpfloat (fabs (rgb_result->pixels[c] - wanted), <=, wanted < 16 ? 12 : 2.5);
          g_assert_cmpint (ABS (rgb_result->pixels[c] - rgba_result->pixels[c]), <=, 1);
        }
      g_assert_cmpuint (rgba_result->pixels[3], ==, 77);
    }
}

static void
test_gray (void)
{
  g_autoptr(GBytes) icc = new_gray_profile (1.0);
  g_autoptr(GBytes) same = new_gray_profile (2.2);

  for (int value = 0; value < 256; value += 15)
    {
      g_autoptr(ThimbleRaster) gray = new_pixel (THIMBLE_LAYOUT_GRAY, value, 0, 0, 0);
      g_autoptr(ThimbleRaster) alpha = new_pixel (THIMBLE_LAYOUT_GRAY_ALPHA, value, 9, 0, 0);
      g_autoptr(ThimbleRaster) result = thimble_colour_to_srgb (gray, icc, NULL);
      g_autoptr(ThimbleRaster) alpha_result = thimble_colour_to_srgb (alpha, icc, NULL);
      g_autoptr(ThimbleRaster) power = thimble_colour_to_srgb (gray, same, NULL);

      g_assert_cmpint (result->layout, ==, THIMBLE_LAYOUT_GRAY);
      g_assert_cmpint (alpha_result->layout, ==, THIMBLE_LAYOUT_GRAY_ALPHA);
      g_assert_cmpfloat (fabs (result->pixels[0] - encode_srgb (value / 255.0)), <=, 1.5);
      g_assert_cmpint (ABS (result->pixels[0] - alpha_result->pixels[0]), <=, 1);
      g_assert_cmpuint (alpha_result->pixels[1], ==, 9);
      g_assert_cmpfloat (fabs (power->pixels[0] - encode_srgb (pow (value / 255.0, 2.2))), <=, 1.5);
    }
}

static void
test_cmyk_without_profile (void)
{
  static const guint8 rows[][7] = {
    { 0, 0, 0, 0, 255, 255, 255 },   { 255, 0, 0, 0, 0, 255, 255 }, { 0, 255, 0, 0, 255, 0, 255 },
    { 0, 0, 255, 0, 255, 255, 0 },   { 0, 0, 0, 255, 0, 0, 0 },     { 0, 0, 0, 128, 127, 127, 127 },
    { 128, 64, 0, 51, 102, 153, 204 },
  };
  g_autoptr(GBytes) wrong = new_adobe_rgb ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(ThimbleRaster) cmyk
        = new_pixel (THIMBLE_LAYOUT_CMYK, rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
      g_autoptr(ThimbleRaster) result = thimble_colour_to_srgb (cmyk, i % 2 ? wrong : NULL, NULL);

      g_assert_cmpint (result->layout, ==, THIMBLE_LAYOUT_RGB);
      for (int c = 0; c < 3; c++)
        g_assert_cmpint (ABS (result->pixels[c] - rows[i][4 + c]), <=, 1);
    }
}

/* A press on which only cyan and black count: a table from ink to lightness. */
static cmsInt32Number
sample_ink (const cmsUInt16Number in[], cmsUInt16Number out[], void *data)
{
  double paper = 1 - in[3] / 65535.0;
  cmsCIELab lab = { 100 * paper * (1 - in[0] / 65535.0), 0, 0 };

  cmsFloat2LabEncodedV2 (out, &lab);
  return TRUE;
}

static GBytes *
new_cmyk_profile (void)
{
  cmsHPROFILE profile = cmsCreateProfilePlaceholder (NULL);
  cmsPipeline *pipeline = cmsPipelineAlloc (NULL, 4, 3);
  cmsStage *table = cmsStageAllocCLut16bit (NULL, 5, 4, 3, NULL);

  cmsSetProfileVersion (profile, 2.1);
  cmsSetDeviceClass (profile, cmsSigOutputClass);
  cmsSetColorSpace (profile, cmsSigCmykData);
  cmsSetPCS (profile, cmsSigLabData);
  g_assert_true (cmsStageSampleCLut16bit (table, sample_ink, NULL, 0));
  g_assert_true (cmsPipelineInsertStage (pipeline, cmsAT_END, table));
  g_assert_true (cmsWriteTag (profile, cmsSigAToB0Tag, pipeline));
  g_assert_true (cmsWriteTag (profile, cmsSigAToB1Tag, pipeline));
  cmsPipelineFree (pipeline);
  return save_profile (profile);
}

static void
test_cmyk (void)
{
  g_autoptr(GBytes) icc = new_cmyk_profile ();
  int last = 256;

  for (int ink = 0; ink <= 255; ink += 51)
    {
      g_autoptr(ThimbleRaster) cmyk = new_pixel (THIMBLE_LAYOUT_CMYK, ink, 200, 200, 0);
      g_autoptr(ThimbleRaster) result = thimble_colour_to_srgb (cmyk, icc, NULL);
      double lightness = 1 - ink / 255.0;
      double light = lightness > 0.08 ? pow ((lightness + 0.16) / 1.16, 3) : lightness / 9.033;

      g_assert_cmpint (result->layout, ==, THIMBLE_LAYOUT_RGB);
      g_assert_cmpfloat (fabs (result->pixels[0] - encode_srgb (light)), <=, 3);
      g_assert_cmpint (ABS (result->pixels[0] - result->pixels[1]), <=, 2);
      g_assert_cmpint (ABS (result->pixels[0] - result->pixels[2]), <=, 2);
      g_assert_cmpint (result->pixels[0], <, last);
      last = result->pixels[0];
    }
}

static void
test_broken (void)
{
  g_autoptr(GBytes) good = new_adobe_rgb ();
  g_autoptr(GRand) random = g_rand_new_with_seed (4);
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (good, &n_bytes);

  for (int i = 0; i < 400; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, n_bytes);
      gsize length = i % 4 == 0 ? (gsize) g_rand_int_range (random, 0, n_bytes) : n_bytes;
      g_autoptr(ThimbleRaster) raster = new_pixel (THIMBLE_LAYOUT_RGB, 10, 100, 200, 0);
      g_autoptr(ThimbleRaster) result = NULL;
      g_autoptr(GBytes) broken = NULL;
      g_autoptr(GError) error = NULL;

      for (int k = 0; k < 1 + i % 7; k++)
        copy[g_rand_int_range (random, 0, n_bytes)] = g_rand_int (random);
      broken = g_bytes_new (copy, length);
      result = thimble_colour_to_srgb (raster, broken, &error);
      g_assert_no_error (error);
      g_assert_nonnull (result);
      g_assert_cmpint (result->layout, ==, THIMBLE_LAYOUT_RGB);
    }
}

/* More profiles than are remembered, again and again, with layouts mixed. */
static void
test_memory (void)
{
  g_autoptr(GPtrArray) profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint8 first[7];

  for (int i = 0; i < 7; i++)
    g_ptr_array_add (profiles, new_gray_profile (1 + i / 10.0));
  for (int round = 0; round < 3; round++)
    for (int i = 0; i < 7; i++)
      {
        ThimbleLayout layout = round == 1 ? THIMBLE_LAYOUT_GRAY_ALPHA : THIMBLE_LAYOUT_GRAY;
        g_autoptr(ThimbleRaster) raster = new_pixel (layout, 90, 255, 0, 0);
        g_autoptr(ThimbleRaster) result
          = thimble_colour_to_srgb (raster, profiles->pdata[i], NULL);

        if (round == 0)
          first[i] = result->pixels[0];
        g_assert_cmpint (ABS (result->pixels[0] - first[i]), <=, 1);
        if (i > 0)
          g_assert_cmpuint (first[i], <, first[i - 1]);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/colour/no-profile", test_no_profile);
  g_test_add_func ("/colour/srgb", test_srgb);
  g_test_add_func ("/colour/adobe-rgb", test_adobe_rgb);
  g_test_add_func ("/colour/gray", test_gray);
  g_test_add_func ("/colour/cmyk-without-profile", test_cmyk_without_profile);
  g_test_add_func ("/colour/cmyk", test_cmyk);
  g_test_add_func ("/colour/broken", test_broken);
  g_test_add_func ("/colour/memory", test_memory);
  return g_test_run ();
}
