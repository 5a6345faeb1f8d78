/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An image that ends workers, in runs: it fails alone, is remembered, and is tried again when it has
 * changed or by force. */

#include "test-run.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* Runs with a worker that an image has taken over, or with the real one. */
static TestRun *
run (const char *workers, const char *in, ThimblePreset *preset, gboolean force)
{
  g_autofree char *before = g_strdup (g_getenv ("THIMBLE_WORKERS"));
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  TestRun *run;

  options.force = force;
  if (workers != NULL)
    g_setenv ("THIMBLE_WORKERS", workers, TRUE);
  run = test_run_on (THIMBLE_EXECUTOR_KIND_PROCESSES, in, preset, &options, 0);
  g_setenv ("THIMBLE_WORKERS", before, TRUE);
  return run;
}

static void
assert_crashed (TestRun *run)
{
  test_assert_counts (run, 0, 0, 1);
  g_assert_cmpuint (run->messages->len, ==, 1);
  g_assert_nonnull (strstr (run->messages->pdata[0], "a.jpg"));
  g_assert_nonnull (strstr (run->messages->pdata[0], "worker"));
}

static void
test_remembered (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(TestFolder) workers = test_folder_new ();
  g_autofree char *link = g_build_filename (workers, "thimble-worker", NULL);
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  g_autoptr(TestRun) lost = NULL;
  g_autoptr(TestRun) known = NULL;
  g_autoptr(TestRun) forced = NULL;
  g_autoptr(TestRun) done = NULL;

  g_assert_no_errno (symlink (g_getenv ("THIMBLE_LYING_WORKER"), link));
  g_free (test_write_jpeg (in, "a.jpg", 100, 50));

  lost = run (workers, in, preset, FALSE);
  assert_crashed (lost);
  known = run (NULL, in, preset, FALSE); /* with this worker it could be made */
  assert_crashed (known);
  forced = run (NULL, in, preset, TRUE);
  test_assert_counts (forced, 1, 0, 0);
  done = run (NULL, in, preset, FALSE);
  test_assert_counts (done, 0, 1, 0);
}

static void
test_changed (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(TestFolder) workers = test_folder_new ();
  g_autofree char *link = g_build_filename (workers, "thimble-worker", NULL);
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  g_autoptr(TestRun) lost = NULL;
  g_autoptr(TestRun) changed = NULL;

  g_assert_no_errno (symlink (g_getenv ("THIMBLE_LYING_WORKER"), link));
  g_free (test_write_jpeg (in, "a.jpg", 100, 50));
  lost = run (workers, in, preset, FALSE);
  assert_crashed (lost);
  g_free (test_write_jpeg (in, "a.jpg", 101, 51));
  changed = run (NULL, in, preset, FALSE);
  test_assert_counts (changed, 1, 0, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crashes/remembered", test_remembered);
  g_test_add_func ("/crashes/changed", test_changed);
  return g_test_run ();
}
