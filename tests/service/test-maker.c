/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The thumbnail maker on real files: what is made, what is left alone, and what is never touched. */

#include "test-run.h"

#include "thimble-codec.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void
assert_size (const char *folder, const char *name, ThimbleFormat format, guint width, guint height)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *contents = NULL;
  g_auto(ThimbleImageInfo) info = { 0 };
  const ThimbleCodec *codec;
  GError *error = NULL;
  gsize n_bytes;

  g_file_get_contents (path, &contents, &n_bytes, &error);
  g_assert_no_error (error);
  codec = thimble_codec_for_bytes ((const guint8 *) contents, n_bytes);
  g_assert_nonnull (codec);
  codec->read_header ((const guint8 *) contents, n_bytes, &info, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info.format, ==, format);
  g_assert_cmpuint (info.width, ==, width);
  g_assert_cmpuint (info.height, ==, height);
}

static void
assert_why (TestRun *run, const char *name, ThimbleItemState state, ThimbleWhy why)
{
  g_assert_true (g_hash_table_contains (run->states, name));
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (run->states, name)), ==, state);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (run->whys, name)), ==, why);
}

static void
test_make (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autofree char *destination = g_build_filename (out, "thumbs", NULL);
  g_autoptr(ThimblePreset) preset = test_preset_new ("100,50", THIMBLE_FORMAT_SAME, destination);
  g_autoptr(TestRun) run = NULL;

  g_free (test_write_jpeg (in, "a.jpg", 400, 200));
  g_free (test_write_png (in, "deep/er/b.png", 200, 400, TRUE));
  g_free (test_write (in, "notes.txt", "no image"));
  g_free (test_write_jpeg (in, ".hidden.jpg", 40, 40));

  run = test_run (in, preset, NULL);
  test_assert_counts (run, 2, 0, 0);
  g_assert_cmpuint (run->report->n_other, ==, 1);
  g_assert_cmpuint (run->report->n_hidden, ==, 1);
  g_assert_cmpuint (run->n_outputs_made, ==, 4);
  assert_size (destination, "a-100.jpg", THIMBLE_FORMAT_JPEG, 100, 50);
  assert_size (destination, "a-50.jpg", THIMBLE_FORMAT_JPEG, 50, 25);
  assert_size (destination, "deep/er/b-100.png", THIMBLE_FORMAT_PNG, 50, 100);
  g_assert_cmpuint (test_count_files (destination), ==, 4);
}

/* The three kinds of executor differ only in where. */
static void
test_executors_agree (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autofree char *serial = g_build_filename (out, "serial", NULL);
  g_autofree char *threads = g_build_filename (out, "threads", NULL);
  g_autofree char *processes = g_build_filename (out, "processes", NULL);
  g_autoptr(ThimblePreset) one = test_preset_new ("64", THIMBLE_FORMAT_SAME, serial);
  g_autoptr(ThimblePreset) other = test_preset_new ("64", THIMBLE_FORMAT_SAME, threads);
  g_autoptr(ThimblePreset) third_preset
    = test_preset_new ("64", THIMBLE_FORMAT_SAME, processes);
  g_autoptr(TestRun) first = NULL;
  g_autoptr(TestRun) second = NULL;
  g_autoptr(TestRun) third = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.jpg", i);
      g_free (test_write_jpeg (in, name, 100 + i, 200 - i));
    }
  first = test_run_on (THIMBLE_EXECUTOR_KIND_SERIAL, in, one, NULL, 0);
  second = test_run_on (THIMBLE_EXECUTOR_KIND_THREADS, in, other, NULL, 0);
  third = test_run_on (THIMBLE_EXECUTOR_KIND_PROCESSES, in, third_preset, NULL, 0);
  test_assert_counts (first, 40, 0, 0);
  test_assert_counts (second, 40, 0, 0);
  test_assert_counts (third, 40, 0, 0);
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *a = g_strdup_printf ("%s/%02u.jpg", serial, i);
      g_autofree char *b = g_strdup_printf ("%s/%02u.jpg", threads, i);
      g_autofree char *a_hash = test_read_hash (a);
      g_autofree char *c = g_strdup_printf ("%s/%02u.jpg", processes, i);
      g_autofree char *b_hash = test_read_hash (b);
      g_autofree char *c_hash = test_read_hash (c);

      g_assert_cmpstr (a_hash, !=, "missing");
      g_assert_cmpstr (a_hash, ==, b_hash);
      g_assert_cmpstr (a_hash, ==, c_hash);
    }
}

static void
test_up_to_date (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  g_autoptr(ThimblePreset) larger = test_preset_new ("96", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions force = THIMBLE_RUN_OPTIONS_INIT;
  const char *names[] = { "a.jpg", "b.jpg", "c.jpg", "d.jpg" };
  g_autofree char *b = g_build_filename (in, "b.jpg", NULL);
  g_autofree char *c = g_build_filename (out, "c.jpg", NULL);
  g_autofree char *d = g_build_filename (out, "d.jpg", NULL);
  TestRun *run;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (test_write_jpeg (in, names[i], 200 + i, 100));
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 4, 0, 0);
  assert_why (run, "a.jpg", THIMBLE_ITEM_DONE, THIMBLE_WHY_MISSING);
  test_run_free (run);

  run = test_run (in, preset, NULL);
  test_assert_counts (run, 0, 4, 0);
  test_run_free (run);

  test_set_mtime (b, 30);
  g_assert_cmpint (truncate (c, 100), ==, 0);
  g_assert_cmpint (g_unlink (d), ==, 0);
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 3, 1, 0);
  assert_why (run, "a.jpg", THIMBLE_ITEM_SKIPPED, THIMBLE_WHY_UP_TO_DATE);
  assert_why (run, "b.jpg", THIMBLE_ITEM_DONE, THIMBLE_WHY_SOURCE_CHANGED);
  assert_why (run, "c.jpg", THIMBLE_ITEM_DONE, THIMBLE_WHY_OUTPUT_CHANGED);
  assert_why (run, "d.jpg", THIMBLE_ITEM_DONE, THIMBLE_WHY_MISSING);
  test_run_free (run);

  run = test_run (in, larger, NULL);
  test_assert_counts (run, 4, 0, 0);
  assert_why (run, "a.jpg", THIMBLE_ITEM_DONE, THIMBLE_WHY_SETTINGS_CHANGED);
  test_run_free (run);

  force.force = TRUE;
  run = test_run (in, larger, &force);
  test_assert_counts (run, 4, 0, 0);
  assert_why (run, "a.jpg", THIMBLE_ITEM_DONE, THIMBLE_WHY_FORCED);
  test_run_free (run);
}

/* A size more makes only that size. */
static void
test_one_more_size (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) two = test_preset_new ("64,32", THIMBLE_FORMAT_SAME, out);
  g_autoptr(ThimblePreset) three = test_preset_new ("64,48,32", THIMBLE_FORMAT_SAME, out);
  g_autoptr(TestRun) first = NULL;
  g_autoptr(TestRun) second = NULL;
  ThimbleItemResult *result;

  g_free (test_write_jpeg (in, "a.jpg", 200, 100));
  first = test_run (in, two, NULL);
  test_assert_counts (first, 1, 0, 0);
  second = test_run (in, three, NULL);
  test_assert_counts (second, 1, 0, 0);
  g_assert_cmpuint (second->n_outputs_made, ==, 1);
  result = thimble_item_get_result (thimble_batch_peek (second->batch, 0));
  g_assert_cmpuint (result->n_outputs, ==, 3);
  g_assert_cmpstr (result->outputs[1].label, ==, "48");
  g_assert_true (result->outputs[1].was_made);
  g_assert_false (result->outputs[0].was_made);
}

static void
remove_catalog (const char *destination)
{
  g_autofree char *path = g_build_filename (destination, ".thimble", "catalog.sqlite", NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
test_lost_catalog (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  g_autofree char *wrong = g_build_filename (out, "b.jpg", NULL);
  TestRun *run;

  g_free (test_write_jpeg (in, "a.jpg", 200, 100));
  g_free (test_write_jpeg (in, "b.jpg", 100, 200));
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 2, 0, 0);
  test_run_free (run);

  remove_catalog (out);
  g_free (test_write_jpeg (out, "b.jpg", 60, 60));
  test_set_mtime (wrong, 0);
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 0, 1, 1);
  assert_why (run, "a.jpg", THIMBLE_ITEM_SKIPPED, THIMBLE_WHY_UP_TO_DATE);
  g_assert_nonnull (strstr (run->messages->pdata[0], "did not make"));
  test_run_free (run);

  /* What was adopted is in the catalog now. */
  run = test_run (in, preset, NULL);
  assert_why (run, "a.jpg", THIMBLE_ITEM_SKIPPED, THIMBLE_WHY_UP_TO_DATE);
  test_run_free (run);
}

/* What is adopted is known by its bytes where the next run will ask for them. */
static void
test_adopted_hash (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions hash = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *young = test_write_jpeg (in, "young.jpg", 200, 100);
  g_autofree char *made = g_build_filename (out, "young.jpg", NULL);
  TestRun *run;

  hash.verify = THIMBLE_VERIFY_HASH;
  g_free (test_write_jpeg (in, "a.jpg", 200, 100));
  test_set_mtime (young, -100); /* younger than any run: its stamp proves nothing */
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 2, 0, 0);
  test_run_free (run);
  test_set_mtime (made, -200);

  for (guint i = 0; i < 4; i++)
    {
      if (i % 2 == 0)
        remove_catalog (out);
      run = test_run (in, preset, i < 2 ? &hash : NULL);
      test_assert_counts (run, 0, 2, 0);
      test_run_free (run);
    }
}

static void
test_overwrite (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions overwrite = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *mine = test_write (out, "a.jpg", "something of the user's");
  g_autofree char *before = test_read_hash (mine);
  g_autofree char *after = NULL;
  TestRun *run;

  g_free (test_write_jpeg (in, "a.jpg", 200, 100));
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 0, 0, 1);
  test_run_free (run);
  after = test_read_hash (mine);
  g_assert_cmpstr (after, ==, before);

  overwrite.overwrite = TRUE;
  run = test_run (in, preset, &overwrite);
  test_assert_counts (run, 1, 0, 0);
  test_run_free (run);
  assert_size (out, "a.jpg", THIMBLE_FORMAT_JPEG, 64, 32);
}

/* Originals stay as they are, whatever is allowed; outputs beside them are not taken as sources. */
static void
test_same_folder (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, in);
  g_autoptr(ThimblePreset) bad = test_preset_new ("64", THIMBLE_FORMAT_SAME, in);
  ThimbleRunOptions overwrite = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *a = test_write_jpeg (in, "a.jpg", 200, 100);
  g_autofree char *before = test_read_hash (a);
  g_autofree char *after = NULL;
  TestRun *run;

  run = test_run (in, preset, NULL);
  test_assert_counts (run, 1, 0, 0);
  test_run_free (run);
  assert_size (in, "a-64.jpg", THIMBLE_FORMAT_JPEG, 64, 32);

  run = test_run (in, preset, NULL);
  test_assert_counts (run, 0, 1, 0);
  g_assert_cmpuint (thimble_batch_get_n_items (run->batch), ==, 1);
  test_run_free (run);

  remove_catalog (in);
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 0, 1, 0);
  test_run_free (run);
  g_assert_cmpuint (test_count_files (in), ==, 2);

  overwrite.overwrite = TRUE;
  g_assert_true (thimble_preset_set_name_template (bad, "{name}.{ext}", NULL));
  run = test_run (in, bad, &overwrite);
  test_assert_counts (run, 0, 0, 1);
  test_run_free (run);
  after = test_read_hash (a);
  g_assert_cmpstr (after, ==, before);
}

static void
test_prune (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) two = test_preset_new ("64,32", THIMBLE_FORMAT_SAME, out);
  g_autoptr(ThimblePreset) one = test_preset_new ("64,16", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions prune = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *gone = test_write_jpeg (in, "deep/b.jpg", 100, 100);
  g_autofree char *foreign = test_write (out, "mine.jpg", "the user's own");
  g_autofree char *folder = g_build_filename (out, "deep", NULL);
  TestRun *run;

  g_free (test_write_jpeg (in, "a.jpg", 200, 100));
  run = test_run (in, two, NULL);
  test_assert_counts (run, 2, 0, 0);
  test_run_free (run);
  g_assert_cmpuint (test_count_files (out), ==, 5);

  g_assert_cmpint (g_unlink (gone), ==, 0);
  prune.prune = TRUE;
  prune.dry_run = TRUE;
  run = test_run (in, one, &prune);
  g_assert_cmpuint (run->summary->n_pruned, ==, 3);
  test_run_free (run);
  g_assert_cmpuint (test_count_files (out), ==, 5);

  prune.dry_run = FALSE;
  run = test_run (in, one, &prune);
  test_assert_counts (run, 1, 0, 0);
  g_assert_cmpuint (run->summary->n_pruned, ==, 3);
  test_run_free (run);
  g_assert_cmpuint (test_count_files (out), ==, 3);
  g_assert_true (g_file_test (foreign, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static void
test_dry_run (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autofree char *destination = g_build_filename (out, "thumbs", NULL);
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, destination);
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(TestRun) run = NULL;

  options.dry_run = TRUE;
  g_free (test_write_jpeg (in, "a.jpg", 200, 100));
  run = test_run (in, preset, &options);
  test_assert_counts (run, 1, 0, 0);
  assert_why (run, "a.jpg", THIMBLE_ITEM_DONE, THIMBLE_WHY_MISSING);
  g_assert_cmpuint (run->summary->n_bytes_needed, >, 0);
  g_assert_false (g_file_test (destination, G_FILE_TEST_EXISTS));
}

/* Broken files fail by themselves, with the fact; the others are made; nothing half is left. */
static void
test_broken (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(GBytes) whole = test_make_jpeg (300, 300);
  g_autoptr(GBytes) half = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 2);
  g_autoptr(TestRun) run = NULL;

  g_free (test_write_bytes (in, "good.jpg", whole));
  g_free (test_write_bytes (in, "half.jpg", half));
  g_free (test_write (in, "text.jpg", "This is not a picture."));
  g_free (test_write (in, "empty.jpg", ""));
  g_free (test_write_png (in, "large.png", 1000, 1001, FALSE));
  options.max_pixels = 1000 * 1000;

  run = test_run (in, preset, &options);
  test_assert_counts (run, 1, 0, 4);
  g_assert_cmpuint (run->messages->len, ==, 4);
  for (guint i = 0; i < run->messages->len; i++)
    g_assert_true (g_str_has_prefix (run->messages->pdata[i], "“"));
  g_assert_cmpuint (test_count_files (out), ==, 1);
}

static void
test_cancel (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  g_autoptr(TestRun) run = NULL;
  g_autoptr(TestRun) again = NULL;

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u.jpg", i);
      g_free (test_write_jpeg (in, name, 300, 300));
    }
  run = test_run_on (THIMBLE_EXECUTOR_KIND_THREADS, in, preset, NULL, 1);
  g_assert_no_error (run->error);
  g_assert_cmpuint (run->summary->n_cancelled, >, 0);
  g_assert_cmpuint (run->summary->n_failed, ==, 0);
  g_assert_cmpuint (run->summary->n_done + run->summary->n_cancelled, ==, 300);
  g_assert_cmpuint (test_count_files (out), ==, run->summary->n_done);

  again = test_run (in, preset, NULL);
  test_assert_counts (again, 300 - run->summary->n_done, run->summary->n_done, 0);
}

/* Parts of a run are disjoint, whole, and name their outputs as the undivided run does. */
static void
test_shards (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("32", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  guint n_done = 0;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u.jpg", i);
      g_free (test_write_jpeg (in, name, 50, 50));
    }
  options.n_shards = 3;
  for (options.shard = 1; options.shard <= 3; options.shard++)
    {
      g_autoptr(TestRun) run = test_run (in, preset, &options);
      g_assert_cmpuint (run->summary->n_skipped, ==, 0);
      n_done += run->summary->n_done;
    }
  g_assert_cmpuint (n_done, ==, 30);
  g_assert_cmpuint (test_count_files (out), ==, 30);
}

/* A source as new as the run is known by its bytes, and so is one with another stamp if asked. */
static void
test_content (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = test_preset_new ("64", THIMBLE_FORMAT_SAME, out);
  ThimbleRunOptions hash = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *a = test_write_jpeg (in, "a.jpg", 200, 100);
  TestRun *run;

  test_set_mtime (a, 0);
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 1, 0, 0);
  test_run_free (run);
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 0, 1, 0);
  test_run_free (run);

  test_set_mtime (a, 100);
  hash.verify = THIMBLE_VERIFY_HASH;
  run = test_run (in, preset, &hash);
  test_assert_counts (run, 0, 1, 0);
  test_run_free (run);
  run = test_run (in, preset, NULL);
  test_assert_counts (run, 0, 1, 0);
  test_run_free (run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/maker/make", test_make);
  g_test_add_func ("/maker/executors-agree", test_executors_agree);
  g_test_add_func ("/maker/up-to-date", test_up_to_date);
  g_test_add_func ("/maker/one-more-size", test_one_more_size);
  g_test_add_func ("/maker/lost-catalog", test_lost_catalog);
  g_test_add_func ("/maker/adopted-hash", test_adopted_hash);
  g_test_add_func ("/maker/overwrite", test_overwrite);
  g_test_add_func ("/maker/same-folder", test_same_folder);
  g_test_add_func ("/maker/prune", test_prune);
  g_test_add_func ("/maker/dry-run", test_dry_run);
  g_test_add_func ("/maker/broken", test_broken);
  g_test_add_func ("/maker/cancel", test_cancel);
  g_test_add_func ("/maker/shards", test_shards);
  g_test_add_func ("/maker/content", test_content);
  return g_test_run ();
}
