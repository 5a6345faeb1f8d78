/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What does not need a display: settings as presets, and numbers as words. */

#include "config.h"

#include "thimble-compare-run.h"
#include "thimble-presets.h"
#include "thimble-plan-words.h"
#include "thimble-preset-edit.h"
#include "thimble-progress-bar.h"
#include "thimble-settings.h"
#include "thimble-summary-bar.h"

static void
test_kept (void)
{
  g_autoptr(ThimbleSettings) settings = thimble_settings_load ();
  g_autoptr(ThimbleSettings) again = NULL;
  const ThimbleRendition *second;

  g_clear_object (&settings->preset);
  g_free (settings->destination);
  settings->preset = thimble_preset_new ("Mine");
  g_assert_true (thimble_preset_add_size (settings->preset, " 50% ", NULL));
  g_assert_true (thimble_preset_set_images (settings->preset, THIMBLE_FIT_CONTAIN,
                                            THIMBLE_FORMAT_PNG, 33, NULL));
  settings->destination = g_strdup ("/somewhere/else");
  settings->window_width = 777;
  settings->window_maximized = TRUE;
  thimble_settings_save (settings);

  again = thimble_settings_load ();
  g_assert_cmpstr (thimble_preset_get_name (again->preset), ==, "Mine");
  g_assert_cmpuint (thimble_preset_get_n_renditions (again->preset), ==, 2);
  second = thimble_preset_get_rendition (again->preset, 1);
  g_assert_cmpstr (again->destination, ==, "/somewhere/else");
  g_assert_cmpint (second->fit, ==, THIMBLE_FIT_CONTAIN);
  g_assert_cmpint (second->format, ==, THIMBLE_FORMAT_PNG);
  g_assert_cmpint (second->quality, ==, 33);
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

      g_assert_cmpuint (thimble_preset_get_n_renditions (settings->preset), ==, 1);
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

static void
test_plan (void)
{
  ThimblePlan plan = { .n_items = 1203, .n_new = 352, .n_replaced = 1, .n_up_to_date = 850,
                       .n_bytes_needed = 4200000, .n_bytes_free = 20000000000 };
  g_autofree char *words = thimble_plan_describe (&plan);
  char *examples[] = { (char *) "a mug-320w.jpg", (char *) "a mug-640w.jpg", NULL };
  g_autoptr(ThimblePreset) preset = thimble_preset_new ("");
  g_autofree char *html = NULL;
  g_autofree char *none = NULL;

  g_assert_cmpstr (words, ==,
                   "352 images are new, 1 is made again, 850 are up to date. About 4.2\302\240MB, of "
                   "20.0\302\240GB free.");
  plan.examples = examples;
  none = thimble_plan_dup_srcset (&plan, preset);
  g_assert_null (none);
  g_assert_true (thimble_preset_add_size (preset, "320x", NULL));
  g_assert_true (thimble_preset_add_size (preset, "640x", NULL));
  g_assert_true (thimble_preset_remove_size (preset, 0));
  html = thimble_plan_dup_srcset (&plan, preset);
  g_assert_cmpstr (html, ==,
                   "<img src=\"a%20mug-640w.jpg\" srcset=\"a%20mug-320w.jpg 320w, "
                   "a%20mug-640w.jpg 640w\" sizes=\"100vw\" alt=\"\">");
}

/* Only full-size images under their own names can stand in for the folder they came from. */
static void
test_replaces_tree (void)
{
  static const struct
  {
    const char *name;
    gboolean replaces;
  } cases[] = { { "Rebrand", TRUE }, { "Thumbnails", FALSE }, { "Responsive", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(ThimblePreset) preset = thimble_presets_find_builtin (cases[i].name);

      g_assert_cmpint (thimble_plan_replaces_tree (preset), ==, cases[i].replaces);
    }
}

/* What a child writes is believed no further than it makes sense. */
static void
test_compare_lines (void)
{
  g_autoptr(ThimbleCompareRun) run = thimble_compare_run_new ();
  g_autofree char *csv = NULL;

  thimble_compare_run_take_line (run, "{\"compare\":true,\"trials\":5,\"processors\":2}");
  thimble_compare_run_take_line (run, "no JSON");
  thimble_compare_run_take_line (run, "[1]");
  thimble_compare_run_take_line (run, "{\"trial\":true,\"executor\":\"threads\",\"workers\":2,"
                                      "\"seconds\":1.5,\"images_per_second\":-7}");
  thimble_compare_run_take_line (run, "{\"trial\":true,\"executor\":\"processes\",\"workers\":1,"
                                      "\"error\":\"can’t\"}");
  thimble_compare_run_take_line (run, "{\"summary\":true}");
  g_assert_cmpstr (thimble_compare_run_get_sentence (run), ==, "There was too little to measure.");
  g_assert_cmpstr (thimble_compare_run_find_fastest (run)->executor, ==, "threads");
  csv = thimble_compare_run_dup_csv (run);

  g_assert_cmpuint (thimble_compare_run_get_n_expected (run), ==, 5);
  g_assert_cmpuint (thimble_compare_run_get_trials (run)->len, ==, 2);
  g_assert_cmpstr (csv, ==,
                   "executor,workers,seconds,user_seconds,system_seconds,images_per_second,"
                   "peak_rss_bytes\r\nthreads,2,1.500,0.000,0.000,0.000,0\r\n");

  thimble_compare_run_take_line (run, "{\"trial\":true,\"executor\":\"serial\",\"workers\":1,"
                                      "\"images_per_second\":10}");
  thimble_compare_run_take_line (run, "{\"trial\":true,\"executor\":\"processes\",\"workers\":2,"
                                      "\"images_per_second\":25}");
  thimble_compare_run_take_line (run, "{\"summary\":true}");
  g_assert_cmpstr (thimble_compare_run_get_sentence (run), ==,
                   "On this computer the fastest is 2 processes: 2.5 times as fast as one image "
                   "after the other, 25 instead of 10 images a second.");

  thimble_compare_run_take_line (run, "{\"trial\":true,\"executor\":\"downloads\",\"workers\":1,"
                                      "\"images_per_second\":20}");
  thimble_compare_run_take_line (run, "{\"trial\":true,\"executor\":\"downloads\",\"workers\":32,"
                                      "\"images_per_second\":60}");
  thimble_compare_run_take_line (run, "{\"summary\":true}");
  g_assert_true (g_str_has_suffix (thimble_compare_run_get_sentence (run),
                                   "25 instead of 10 images a second. Downloading several at once "
                                   "is 3.0 times as fast as one after the other, 60.0 instead of "
                                   "20.0 images a second."));
}

/* The fastest isolated one, whatever is faster without isolation, or makes nothing. */
static void
test_compare_fastest (void)
{
  static const struct
  {
    const char *executor;
    guint n_workers;
    double rate;
  } trials[] = { { "downloads", 32, 900 }, { "serial", 1, 100 },   { "threads", 8, 500 },
                 { "processes", 1, 90 },   { "processes", 3, 200 }, { "processes", 4, 150 } };
  g_autoptr(ThimbleCompareRun) run = thimble_compare_run_new ();

  g_assert_null (thimble_compare_run_find_fastest (run));
  for (guint i = 0; i < G_N_ELEMENTS (trials); i++)
    {
      g_autofree char *line
        = g_strdup_printf ("{\"trial\":true,\"executor\":\"%s\",\"workers\":%u,"
                           "\"images_per_second\":%.0f}",
                           trials[i].executor, trials[i].n_workers, trials[i].rate);

      thimble_compare_run_take_line (run, line);
    }
  g_assert_cmpstr (thimble_compare_run_find_fastest (run)->executor, ==, "processes");
  g_assert_cmpuint (thimble_compare_run_find_fastest (run)->n_workers, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/kept", test_kept);
  g_test_add_func ("/settings/no-schema", test_no_schema);
  g_test_add_func ("/words/plan", test_plan);
  g_test_add_func ("/words/compare-lines", test_compare_lines);
  g_test_add_func ("/words/compare-fastest", test_compare_fastest);
  g_test_add_func ("/words/replaces-tree", test_replaces_tree);
  g_test_add_func ("/words/rate", test_rate);
  g_test_add_func ("/words/summary", test_summary);
  return g_test_run ();
}
