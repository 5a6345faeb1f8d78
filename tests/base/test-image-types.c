/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of formats, fits and gravities, there and back. */

#include "thimble-image-types.h"

static void
test_formats (void)
{
  static const struct
  {
    ThimbleFormat format;
    const char *name;
    const char *extension;
  } cases[] = {
    { THIMBLE_FORMAT_SAME, "same", NULL },      { THIMBLE_FORMAT_JPEG, "jpeg", "jpg" },
    { THIMBLE_FORMAT_PNG, "png", "png" },       { THIMBLE_FORMAT_WEBP, "webp", "webp" },
    { THIMBLE_FORMAT_PIXELS, "pixels", NULL },  { THIMBLE_FORMAT_OTHER, "other", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpstr (thimble_format_get_name (cases[i].format), ==, cases[i].name);
      g_assert_cmpstr (thimble_format_get_extension (cases[i].format), ==, cases[i].extension);
      if (cases[i].extension == NULL)
        continue;
      g_assert_cmpint (thimble_format_from_extension (cases[i].extension), ==, cases[i].format);
      g_assert_cmpint (thimble_format_from_name (cases[i].name), ==, cases[i].format);
    }
}

static void
test_format_names (void)
{
  static const struct
  {
    const char *name;
    ThimbleFormat from_name;
    ThimbleFormat from_extension;
  } cases[] = {
    { "same", THIMBLE_FORMAT_SAME, THIMBLE_FORMAT_OTHER },
    { "JPG", THIMBLE_FORMAT_JPEG, THIMBLE_FORMAT_JPEG },
    { "jpe", THIMBLE_FORMAT_JPEG, THIMBLE_FORMAT_JPEG },
    { "JFIF", THIMBLE_FORMAT_JPEG, THIMBLE_FORMAT_JPEG },
    { "Png", THIMBLE_FORMAT_PNG, THIMBLE_FORMAT_PNG },
    { "WEBP", THIMBLE_FORMAT_WEBP, THIMBLE_FORMAT_WEBP },
    { "gif", THIMBLE_FORMAT_OTHER, THIMBLE_FORMAT_OTHER },
    { "pixels", THIMBLE_FORMAT_OTHER, THIMBLE_FORMAT_OTHER },
    { "", THIMBLE_FORMAT_OTHER, THIMBLE_FORMAT_OTHER },
    { "jpeg ", THIMBLE_FORMAT_OTHER, THIMBLE_FORMAT_OTHER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("“%s”", cases[i].name);
      g_assert_cmpint (thimble_format_from_name (cases[i].name), ==, cases[i].from_name);
      g_assert_cmpint (thimble_format_from_extension (cases[i].name), ==,
                       cases[i].from_extension);
    }
}

static void
test_fits (void)
{
  ThimbleFit fit = THIMBLE_FIT_FILL;

  for (int i = THIMBLE_FIT_INSIDE; i <= THIMBLE_FIT_FILL; i++)
    {
      g_assert_true (thimble_fit_from_name (thimble_fit_get_name (i), &fit));
      g_assert_cmpint (fit, ==, i);
    }
  g_assert_true (thimble_fit_from_name ("Cover", &fit));
  g_assert_cmpint (fit, ==, THIMBLE_FIT_COVER);
  g_assert_false (thimble_fit_from_name ("outside", &fit));
  g_assert_cmpint (fit, ==, THIMBLE_FIT_COVER);
}

static void
test_gravities (void)
{
  static const struct
  {
    const char *name;
    ThimbleGravity gravity;
  } others[] = {
    { "center", THIMBLE_GRAVITY_CENTRE },         { "north-east", THIMBLE_GRAVITY_NORTH_EAST },
    { "South-West", THIMBLE_GRAVITY_SOUTH_WEST }, { "ATTENTION", THIMBLE_GRAVITY_ATTENTION },
  };
  ThimbleGravity gravity = THIMBLE_GRAVITY_CENTRE;

  for (int i = THIMBLE_GRAVITY_CENTRE; i <= THIMBLE_GRAVITY_ATTENTION; i++)
    {
      g_assert_true (thimble_gravity_from_name (thimble_gravity_get_name (i), &gravity));
      g_assert_cmpint (gravity, ==, i);
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_assert_true (thimble_gravity_from_name (others[i].name, &gravity));
      g_assert_cmpint (gravity, ==, others[i].gravity);
    }
  g_assert_false (thimble_gravity_from_name ("up", &gravity));
  g_assert_false (thimble_gravity_from_name ("", &gravity));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image-types/formats", test_formats);
  g_test_add_func ("/image-types/format-names", test_format_names);
  g_test_add_func ("/image-types/fits", test_fits);
  g_test_add_func ("/image-types/gravities", test_gravities);
  return g_test_run ();
}
