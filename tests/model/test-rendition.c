/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sizes, labels and colours as people write them. */

#include "thimble-preset.h"

#include <string.h>

static void
test_defaults (void)
{
  ThimbleRendition r;
  g_autofree char *label = NULL;
  g_autofree char *background = NULL;

  memset (&r, 0xff, sizeof r);
  thimble_rendition_init (&r);
  label = thimble_rendition_dup_label (&r);
  background = thimble_rendition_dup_background (&r);
  g_assert_cmpstr (label, ==, "128");
  g_assert_cmpstr (background, ==, "#ffffff");
  g_assert_cmpint (r.fit, ==, THIMBLE_FIT_INSIDE);
  g_assert_cmpint (r.gravity, ==, THIMBLE_GRAVITY_CENTRE);
  g_assert_false (r.enlarge);
  g_assert_cmpint (r.format, ==, THIMBLE_FORMAT_SAME);
  g_assert_cmpint (r.quality, ==, 80);
  g_assert_cmpint (r.metadata, ==, THIMBLE_METADATA_NONE);
  g_assert_true (thimble_rendition_check (&r, NULL));
}

static void
test_sizes (void)
{
  static const struct
  {
    const char *text;
    guint32 width, height, percent;
    const char *label;
  } rows[] = {
    { "128", 128, 128, 0, "128" },
    { "128x128", 128, 128, 0, "128" },
    { "800x600", 800, 600, 0, "800x600" },
    { "800X600", 800, 600, 0, "800x600" },
    { "800×600", 800, 600, 0, "800x600" },
    { "800x", 800, 0, 0, "800w" },
    { "800×", 800, 0, 0, "800w" },
    { "x600", 0, 600, 0, "600h" },
    { "×600", 0, 600, 0, "600h" },
    { "1", 1, 1, 0, "1" },
    { "65535x1", 65535, 1, 0, "65535x1" },
    { "007", 7, 7, 0, "7" },
    { "50%", 0, 0, 5000, "50pct" },
    { "100%", 0, 0, 10000, "100pct" },
    { "12.5%", 0, 0, 1250, "12.5pct" },
    { "12.50%", 0, 0, 1250, "12.5pct" },
    { "33.33%", 0, 0, 3333, "33.33pct" },
    { "0.05%", 0, 0, 5, "0.05pct" },
    { "0.01%", 0, 0, 1, "0.01pct" },
    { "10000%", 0, 0, 1000000, "10000pct" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *label = NULL;
      ThimbleRendition r;

      thimble_rendition_init (&r);
      thimble_rendition_parse_size (&r, rows[i].text, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (r.width, ==, rows[i].width);
      g_assert_cmpuint (r.height, ==, rows[i].height);
      g_assert_cmpuint (r.percent, ==, rows[i].percent);
      label = thimble_rendition_dup_label (&r);
      g_assert_cmpstr (label, ==, rows[i].label);
      g_assert_true (thimble_rendition_check (&r, NULL));
    }
}

static void
test_bad_sizes (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } rows[] = {
    { "", "is not a size" },          { " 128", "is not a size" },
    { "128 ", "is not a size" },      { "128px", "is not a size" },
    { "x", "is not a size" },         { "×", "is not a size" },
    { "800x600x", "is not a size" },  { "800xx600", "is not a size" },
    { "-1", "is not a size" },        { "+1", "is not a size" },
    { "1e3", "is not a size" },       { "0x10", "from 1 to 65535" },
    { "%", "is not a size" },         { "50%%", "is not a size" },
    { "50.%", "is not a size" },      { ".5%", "is not a size" },
    { "12.345%", "is not a size" },   { "50", NULL },
    { "12,5%", "is not a size" },     { "0", "from 1 to 65535" },
    { "65536", "from 1 to 65535" },   { "0x", "from 1 to 65535" },
    { "x0", "from 1 to 65535" },      { "99999999999999999999999", "from 1 to 65535" },
    { "0%", "from 0.01% to 10000%" }, { "10000.01%", "from 0.01% to 10000%" },
    { "4294967296%", "from 0.01% to 10000%" },
    { "99999999999999999999999%", "from 0.01% to 10000%" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      ThimbleRendition r, before;

      thimble_rendition_init (&r);
      before = r;
      thimble_rendition_parse_size (&r, rows[i].text, &error);
      if (rows[i].words == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, rows[i].words));
      g_assert_nonnull (strstr (error->message, rows[i].text));
      g_assert_true (thimble_rendition_equal (&r, &before));
    }
}

static void
test_backgrounds (void)
{
  static const struct
  {
    const char *text;
    const char *canonical;
  } rows[] = {
    { "white", "#ffffff" },         { "Black", "#000000" },      { "TEAL", "#008080" },
    { "grey", "#808080" },          { "gray", "#808080" },       { "transparent", "#00000000" },
    { "#123", "#112233" },          { "#AbCd", "#aabbccdd" },    { "#abcf", "#aabbcc" },
    { "#0a1B2c", "#0a1b2c" },       { "#0a1b2c80", "#0a1b2c80" }, { "#0a1b2cff", "#0a1b2c" },
  };
  static const char *const bad[] = {
    "", "#", "#1", "#12", "#12345", "#1234567", "#123456789", "#12g", "123", "whit", "white ",
    "rgb(1,2,3)", "#ggg", "# 12",
  };
  ThimbleRendition r, before;

  thimble_rendition_init (&r);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *text = NULL;

      thimble_rendition_parse_background (&r, rows[i].text, &error);
      g_assert_no_error (error);
      text = thimble_rendition_dup_background (&r);
      g_assert_cmpstr (text, ==, rows[i].canonical);
    }
  before = r;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (thimble_rendition_parse_background (&r, bad[i], &error));
      g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
      g_assert_true (thimble_rendition_equal (&r, &before));
    }
}

static void
test_check (void)
{
  ThimbleRendition good;

  thimble_rendition_init (&good);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr(GError) error = NULL;
      ThimbleRendition r = good;

      switch (i)
        {
        case 0: r.width = r.height = 0; break;
        case 1: r.width = 65536; break;
        case 2: r.percent = 100; break;
        case 3: r.width = r.height = 0; r.percent = 1000001; break;
        case 4: r.quality = 0; break;
        case 5: r.quality = 101; break;
        case 6: r.fit = 4; break;
        case 7: r.gravity = 10; break;
        case 8: r.format = THIMBLE_FORMAT_PIXELS; break;
        case 9: r.metadata = 2; break;
        default: g_assert_not_reached ();
        }
      g_assert_false (thimble_rendition_equal (&r, &good));
      g_assert_false (thimble_rendition_check (&r, &error));
      g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rendition/defaults", test_defaults);
  g_test_add_func ("/rendition/sizes", test_sizes);
  g_test_add_func ("/rendition/bad-sizes", test_bad_sizes);
  g_test_add_func ("/rendition/backgrounds", test_backgrounds);
  g_test_add_func ("/rendition/check", test_check);
  return g_test_run ();
}
