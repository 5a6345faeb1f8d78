/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals are never taken for outputs and never replaced, and no output is taken from, or lost to,
 * another image. */

#include "test-run.h"

#include <string.h>
#include <unistd.h>

/* A small original that is just what would be made of it is still no output. */
static void
test_not_adopted (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) other = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("128", THIMBLE_FORMAT_SAME, in);
  g_autofree char *a = test_write_jpeg (in, "a.jpg", 100, 60);
  g_autofree char *before = test_read_hash (a);
  g_autofree char *after = NULL;
  TestRun *run;

  g_free (test_write_jpeg (other, "a.jpg", 300, 300));
  thimble_preset_set_name_template (preset, "{name}.{ext}", NULL);
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 0, 0, 1);
  test_run_free (run);

  run = test_run (other, preset, NULL);
  test_assert_counts (run, 0, 0, 1);
  test_run_free (run);
  after = test_read_hash (a);
  g_assert_cmpstr (before, ==, after);
}

/* A symbolic link in a source's path, or a source that is one, hides no original. */
static void
test_not_replaced_through_links (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *real = g_build_filename (in, "real", NULL);
  g_autofree char *link = g_build_filename (in, "link", NULL);
  g_autofree char *links = g_build_filename (in, "links", NULL);
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, real);
  g_autofree char *a = test_write_jpeg (in, "real/a.jpg", 300, 200);
  g_autofree char *linked = g_build_filename (links, "a.jpg", NULL);
  g_autofree char *before = test_read_hash (a);
  g_autofree char *after = NULL;
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  TestRun *run;

  g_free (test_write_jpeg (in, "links/b.jpg", 300, 200));
  thimble_preset_set_name_template (preset, "{name}.{ext}", NULL);
  g_assert_cmpint (symlink (real, link), ==, 0);
  g_assert_cmpint (symlink (a, linked), ==, 0);
  options.overwrite = TRUE;
  run = test_run (link, preset, &options);
  test_assert_counts (run, 0, 0, 1);
  test_run_free (run);

  run = test_run (links, preset, &options);
  test_assert_counts (run, 1, 0, 1);
  test_run_free (run);
  after = test_read_hash (a);
  g_assert_cmpstr (before, ==, after);
}

/* An output that the catalog has of one image is not taken for that of another. */
static void
test_known_is_not_adopted (void)
{
  g_autoptr(TestFolder) one = test_folder_new ();
  g_autoptr(TestFolder) other = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  g_autofree char *a = test_write_jpeg (other, "a.jpg", 300, 200);
  TestRun *run;

  g_free (test_write_jpeg (one, "a.jpg", 300, 200));
  test_set_mtime (a, 1000);
  run = test_run (one, preset, NULL);
  test_assert_counts (run, 1, 0, 0);
  test_run_free (run);

  run = test_run (other, preset, NULL);
  test_assert_counts (run, 1, 0, 0);
  test_run_free (run);
}

/* An output whose source is gone stays as long as an image of the run is a link to it. */
static void
test_not_pruned (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *a = test_write_jpeg (in, "a.jpg", 300, 200);
  g_autofree char *made = g_build_filename (out, "a.jpg", NULL);
  g_autofree char *link = g_build_filename (in, "link.jpg", NULL);
  TestRun *run;

  run = test_run (in, preset, NULL);
  test_assert_counts (run, 1, 0, 0);
  test_run_free (run);

  g_assert_cmpint (unlink (a), ==, 0);
  g_assert_cmpint (symlink (made, link), ==, 0);
  options.prune = TRUE;
  run = test_run (in, preset, &options);
  test_assert_counts (run, 1, 0, 0);
  g_assert_cmpuint (run->summary->n_pruned, ==, 0);
  g_assert_true (g_file_test (made, G_FILE_TEST_EXISTS));
  test_run_free (run);
}

/* Sizes in pixels are only known in the end; then one has the name, and the other fails. */
static void
test_same_name_in_the_end (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("128", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(TestRun) run = NULL;
  g_autoptr(TestRun) again = NULL;

  g_free (test_write_jpeg (in, "a.jpg", 128, 90));
  g_free (test_write_jpeg (in, "a1.jpg", 28, 20));
  thimble_preset_set_name_template (preset, "{name}{width}.{ext}", NULL);
  options.overwrite = TRUE;
  run = test_run (in, preset, &options);
  test_assert_counts (run, 1, 0, 1);
  g_assert_nonnull (strstr (run->messages->pdata[0], "another image"));
  again = test_run (in, preset, &options);
  /* Which of the two has it is known only when both are made: who comes first. */
  g_assert_cmpuint (again->summary->n_done + again->summary->n_skipped, ==, 1);
  g_assert_cmpuint (again->summary->n_failed, ==, 1);
  g_assert_cmpuint (test_count_files (out), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/originals/not-adopted", test_not_adopted);
  g_test_add_func ("/originals/not-replaced-through-links", test_not_replaced_through_links);
  g_test_add_func ("/originals/known-is-not-adopted", test_known_is_not_adopted);
  g_test_add_func ("/originals/not-pruned", test_not_pruned);
  g_test_add_func ("/originals/same-name-in-the-end", test_same_name_in_the_end);
  return g_test_run ();
}
