/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Presets that do more than sizes: the desktop's thumbnail cache, a tree at full size; plans of what
 * a run would do; and the store of own presets. */

#include "test-run.h"

#include "thimble-planner.h"
#include "thimble-preset-store.h"
#include "thimble-presets.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static gboolean
has_bytes (const char *bytes, gsize n_bytes, const char *text)
{
  return memmem (bytes, n_bytes, text, strlen (text)) != NULL;
}

/* Names, keys and modes as the standard has them; files in the way are replaced. */
static void
test_desktop (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *source = test_write_jpeg (in, "photos/a.jpg", 600, 400);
  g_autofree char *uri = g_filename_to_uri (source, NULL, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_MD5, uri, -1);
  g_autofree char *photos = g_build_filename (in, "photos", NULL);
  g_autofree char *out = g_build_filename (in, "cache", NULL);
  g_autofree char *below = g_strdup_printf ("cache/normal/%s.png", hash);
  g_autofree char *path = g_build_filename (in, below, NULL);
  g_autoptr(ThimblePreset) preset = thimble_presets_find_builtin ("Desktop thumbnails");
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(TestRun) first = NULL;
  g_autoptr(TestRun) again = NULL;
  g_autofree char *bytes = NULL;
  gsize n_bytes;
  GStatBuf info;

  g_free (test_write (in, below, "made by another program"));
  thimble_preset_set_destination (preset, out);
  first = test_run (photos, preset, &options);
  test_assert_counts (first, 1, 0, 0);
  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  g_assert_true (has_bytes (bytes, n_bytes, "\211PNG"));
  g_assert_true (has_bytes (bytes, n_bytes, uri));
  g_assert_true (has_bytes (bytes, n_bytes, "Thumb::MTime"));
  g_assert_true (has_bytes (bytes, n_bytes, "image/jpeg"));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  again = test_run (photos, preset, &options);
  test_assert_counts (again, 0, 1, 0);
}

/* A picture keeps its name at full size, and has its thumbnail beside it. */
static void
test_rebrand (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *photos = g_build_filename (in, "photos", NULL);
  g_autofree char *out = g_build_filename (in, "new", NULL);
  g_autofree char *whole = g_build_filename (out, "deep", "a.jpg", NULL);
  g_autofree char *small = g_build_filename (out, "deep", "a-128.jpg", NULL);
  g_autoptr(ThimblePreset) preset = thimble_presets_find_builtin ("rebrand");
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(TestRun) run = NULL;

  g_free (test_write_jpeg (in, "photos/deep/a.jpg", 300, 200));
  thimble_preset_set_destination (preset, out);
  run = test_run (photos, preset, &options);
  test_assert_counts (run, 1, 0, 0);
  g_assert_true (g_file_test (whole, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (small, G_FILE_TEST_EXISTS));
}

typedef struct
{
  GAsyncResult *result;
  GMainLoop *loop;
} Answer;

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->result = g_object_ref (result);
  g_main_loop_quit (answer->loop);
}

static void
answer_wait (Answer *answer)
{
  answer->loop = g_main_loop_new (NULL, FALSE);
  g_main_loop_run (answer->loop);
  g_clear_pointer (&answer->loop, g_main_loop_unref);
}

/* Nothing is written by a plan, without images it has names all the same. */
static void
test_plan (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *out = g_build_filename (in, "out", NULL);
  g_autoptr(ThimblePreset) preset = thimble_presets_find_builtin ("Shop");
  g_autoptr(ThimbleBatch) batch = thimble_batch_new ();
  g_autoptr(ThimbleEngine) engine = thimble_engine_new (THIMBLE_EXECUTOR_KIND_THREADS, 1, NULL);
  g_autoptr(ThimblePlanner) planner = thimble_planner_new (engine);
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(ThimblePlan) plan = NULL;
  g_autoptr(GError) error = NULL;
  Answer answer = { 0 };

  thimble_preset_set_destination (preset, out);
  thimble_planner_plan_async (planner, preset, &options, batch, NULL, answered_cb, &answer);
  answer_wait (&answer);
  plan = thimble_planner_plan_finish (planner, answer.result, &error);
  g_clear_object (&answer.result);

  g_assert_no_error (error);
  g_assert_cmpuint (plan->n_items, ==, 0);
  g_assert_cmpuint (g_strv_length (plan->examples), ==, 3);
  g_assert_cmpstr (plan->examples[2], ==, "mug-200.jpg");
  g_assert_cmpuint (plan->n_bytes_free, >, 0);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  thimble_engine_shutdown (engine);
}

static GPtrArray *
finish (ThimblePresetStore *store, Answer *answer, GError **error)
{
  GPtrArray *presets;

  answer_wait (answer);
  presets = thimble_preset_store_finish (store, answer->result, error);
  g_clear_object (&answer->result);
  return presets;
}

static void
test_store (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *folder = g_build_filename (in, "presets", NULL);
  g_autofree char *file = g_build_filename (in, "exported", NULL);
  g_autoptr(ThimblePresetStore) store = thimble_preset_store_new (folder);
  g_autoptr(ThimblePreset) preset = thimble_preset_new ("Über / alles");
  g_autoptr(ThimblePreset) renamed = thimble_preset_copy_as (preset, "..");
  g_autoptr(ThimblePreset) builtin = thimble_preset_new ("shop");
  g_autoptr(GPtrArray) saved = NULL;
  g_autoptr(GPtrArray) exported = NULL;
  g_autoptr(GPtrArray) after_rename = NULL;
  g_autoptr(GPtrArray) imported = NULL;
  g_autoptr(GPtrArray) removed = NULL;
  g_autoptr(GError) error = NULL;
  Answer answer = { 0 };

  thimble_preset_store_save_async (store, preset, NULL, answered_cb, &answer);
  saved = finish (store, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (saved->len, ==, 1);
  thimble_preset_store_export_async (store, preset, file, answered_cb, &answer);
  exported = finish (store, &answer, &error);
  g_assert_no_error (error);
  thimble_preset_store_save_async (store, renamed, "Über / alles", answered_cb, &answer);
  after_rename = finish (store, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (after_rename->len, ==, 1);
  g_assert_cmpstr (thimble_preset_get_name (after_rename->pdata[0]), ==, "..");
  thimble_preset_store_import_async (store, file, answered_cb, &answer);
  imported = finish (store, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (imported->len, ==, 2);
  thimble_preset_store_remove_async (store, "..", answered_cb, &answer);
  removed = finish (store, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (removed->len, ==, 1);
  thimble_preset_store_save_async (store, builtin, NULL, answered_cb, &answer);
  g_assert_null (finish (store, &answer, &error));
  g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presets/desktop", test_desktop);
  g_test_add_func ("/presets/rebrand", test_rebrand);
  g_test_add_func ("/presets/plan", test_plan);
  g_test_add_func ("/presets/store", test_store);
  return g_test_run ();
}
