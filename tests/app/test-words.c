/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What does not need a display: settings as presets, and numbers as words. */

#include "config.h"

#include "thimble-progress-bar.h"
#include "thimble-settings.h"
#include "thimble-summary-bar.h"

static ThimblePreset *
dup_preset (const char *sizes, ThimbleFormat format, GError **error)
{
  g_autoptr(ThimbleSettings) settings = thimble_settings_load ();

  g_free (settings->sizes);
  settings->sizes = g_strdup (sizes);
  settings->fit = THIMBLE_FIT_COVER;
  settings->format = format;
  settings->quality = 71;
  return thimble_settings_dup_preset (settings, error);
}

static void
test_preset (void)
{
  static const struct
  {
    const char *sizes;
    const char *labels[4];
  } cases[] = {
    { "128", { "128" } },
    { " 64,128 , 50% ", { "64", "128", "50pct" } },
    { "800x600; 300x;x200", { "800x600", "300w", "200h" } },
    { "800 × 600", { "800x600" } },
    { "128,", { "128" } },
    { "128, 64; ", { "128", "64" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(ThimblePreset) preset = dup_preset (cases[i].sizes, THIMBLE_FORMAT_WEBP, &error);
      guint n = 0;

      g_assert_no_error (error);
      for (; cases[i].labels[n] != NULL; n++)
        {
          const ThimbleRendition *rendition = thimble_preset_get_rendition (preset, n);
          g_autofree char *label = thimble_rendition_dup_label (rendition);

          g_assert_cmpstr (label, ==, cases[i].labels[n]);
          g_assert_cmpint (rendition->fit, ==, THIMBLE_FIT_COVER);
          g_assert_cmpint (rendition->format, ==, THIMBLE_FORMAT_WEBP);
          g_assert_cmpint (rendition->quality, ==, 71);
        }
      g_assert_cmpuint (thimble_preset_get_n_renditions (preset), ==, n);
    }
}

static void
test_bad_sizes (void)
{
  static const char *const sizes[]
    = { "", "abc", ",", "128,,", ",128", "0", "99999", "-3", "128,128", "20x30x" };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (dup_preset (sizes[i], THIMBLE_FORMAT_SAME, &error));
      g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
    }
}

static void
test_kept (void)
{
  g_autoptr(ThimbleSettings) settings = thimble_settings_load ();
  g_autoptr(ThimbleSettings) again = NULL;

  g_free (settings->sizes);
  g_free (settings->destination);
  settings->sizes = g_strdup ("64, 50%");
  settings->destination = g_strdup ("/somewhere/else");
  settings->fit = THIMBLE_FIT_CONTAIN;
  settings->format = THIMBLE_FORMAT_PNG;
  settings->quality = 33;
  settings->window_width = 777;
  settings->window_maximized = TRUE;
  thimble_settings_save (settings);

  again = thimble_settings_load ();
  g_assert_cmpstr (again->sizes, ==, "64, 50%");
  g_assert_cmpstr (again->destination, ==, "/somewhere/else");
  g_assert_cmpint (again->fit, ==, THIMBLE_FIT_CONTAIN);
  g_assert_cmpint (again->format, ==, THIMBLE_FORMAT_PNG);
  g_assert_cmpint (again->quality, ==, 33);
  g_assert_cmpint (again->window_width, ==, 777);
  g_assert_true (again->window_maximized);
}

/* Another process, that finds no schema: it must neither end nor complain. */
static void
test_no_schema (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr(ThimbleSettings) settings = thimble_settings_load ();

      g_assert_cmpstr (settings->sizes, ==, "128");
      g_assert_cmpint (settings->quality, ==, 80);
      g_assert_true (g_path_is_absolute (settings->destination));
      thimble_settings_save (settings);
      return;
    }

  g_unsetenv ("GSETTINGS_SCHEMA_DIR");
  g_setenv ("XDG_DATA_DIRS", "/nonexistent", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_rate (void)
{
  static const struct
  {
    ThimbleProgress progress;
    const char *words;
  } cases[] = {
    { { .n_items = 9, .images_per_second = 0, .seconds_left = -1 }, "" },
    { { .n_items = 9, .images_per_second = 2.55, .seconds_left = -1 }, "2.5 images/s" },
    { { .n_items = 9, .images_per_second = 72, .seconds_left = 0.1 }, "72 images/s · 1 s left" },
    { { .n_items = 9, .images_per_second = 72, .seconds_left = 59.2 }, "72 images/s · 1 min left" },
    { { .n_items = 9, .images_per_second = 10, .seconds_left = 4000 },
      "10 images/s · 1 h 6 min left" },
    { { .n_items = 9, .n_finished = 9, .images_per_second = 10, .seconds_left = 0 },
      "10 images/s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = thimble_progress_describe_rate (&cases[i].progress);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_summary (void)
{
  static const struct
  {
    ThimbleRunSummary summary;
    const char *words;
  } cases[] = {
    { { .n_done = 12, .seconds = 2.14 }, "12 made in 2.1 s" },
    { { .n_done = 1, .n_failed = 3, .seconds = 12.4 }, "1 made, 3 failed in 12 s" },
    { { .n_skipped = 100, .seconds = 0.03 }, "100 up to date in 30 ms" },
    { { .n_done = 5, .n_cancelled = 7, .seconds = 130 }, "5 made, 7 cancelled in 2 min 10 s" },
    { { .seconds = 1 }, "There was nothing to do" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = thimble_run_summary_describe (&cases[i].summary);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/preset", test_preset);
  g_test_add_func ("/settings/bad-sizes", test_bad_sizes);
  g_test_add_func ("/settings/kept", test_kept);
  g_test_add_func ("/settings/no-schema", test_no_schema);
  g_test_add_func ("/words/rate", test_rate);
  g_test_add_func ("/words/summary", test_summary);
  return g_test_run ();
}
