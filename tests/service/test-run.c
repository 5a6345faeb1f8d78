/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs for tests. */

#include "test-run.h"

typedef struct
{
  TestRun *run;
  ThimbleThumbnailMaker *maker;
  GCancellable *cancellable;
  guint cancel_after;
  gboolean is_done;
} Waiter;

ThimblePreset *
test_preset_new (const char *sizes, ThimbleFormat format, const char *destination)
{
  ThimblePreset *preset = thimble_preset_new ("test");
  g_auto(GStrv) parts = g_strsplit (sizes, ",", -1);
  ThimbleRendition renditions[8];
  GError *error = NULL;
  guint n = 0;

  for (; parts[n] != NULL; n++)
    {
      thimble_rendition_init (&renditions[n]);
      renditions[n].format = format;
      g_assert_true (thimble_rendition_parse_size (&renditions[n], parts[n], NULL));
    }
  thimble_preset_set_renditions (preset, renditions, n, &error);
  g_assert_no_error (error);
  thimble_preset_set_destination (preset, destination);
  return preset;
}

static void
item_ended_cb (ThimbleThumbnailMaker *maker, ThimbleItem *item, gpointer user_data)
{
  Waiter *waiter = user_data;
  TestRun *run = waiter->run;
  ThimbleItemResult *result = thimble_item_get_result (item);
  const char *name = thimble_item_get_origin (item)->name;

  g_assert_true (thimble_item_is_ended (item));
  g_assert_nonnull (result);
  g_hash_table_insert (run->states, g_strdup (name),
                       GINT_TO_POINTER (thimble_item_get_state (item)));
  g_hash_table_insert (run->whys, g_strdup (name), GINT_TO_POINTER (result->why));
  if (result->message != NULL)
    g_ptr_array_add (run->messages, g_strdup (result->message));
  for (guint i = 0; i < result->n_outputs; i++)
    run->n_outputs_made += result->outputs[i].was_made;
  if (waiter->cancel_after > 0 && --waiter->cancel_after == 0)
    g_cancellable_cancel (waiter->cancellable);
}

static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiter *waiter = user_data;

  waiter->run->report
    = thimble_scanner_scan_finish (THIMBLE_SCANNER (source), result, &waiter->run->error);
  g_assert_no_error (waiter->run->error);
  waiter->is_done = TRUE;
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiter *waiter = user_data;

  waiter->run->summary
    = thimble_thumbnail_maker_make_thumbnails_finish (waiter->maker, result, &waiter->run->error);
  waiter->is_done = TRUE;
}

static void
wait_until_done (Waiter *waiter)
{
  while (!waiter->is_done)
    g_main_context_iteration (NULL, TRUE);
  waiter->is_done = FALSE;
}

TestRun *
test_run_on (ThimbleExecutorKind kind,
             const char *source,
             ThimblePreset *preset,
             const ThimbleRunOptions *options,
             guint cancel_after)
{
  static const ThimbleRunOptions defaults = THIMBLE_RUN_OPTIONS_INIT;
  TestRun *run = g_new0 (TestRun, 1);
  g_autoptr(ThimbleScanner) scanner = NULL;
  g_autoptr(ThimbleThumbnailMaker) maker = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(ThimbleSource) one = thimble_source_new_for_argument (source, NULL);
  Waiter waiter = { .run = run, .cancellable = cancellable, .cancel_after = cancel_after };

  run->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run->whys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run->messages = g_ptr_array_new_with_free_func (g_free);
  run->engine = thimble_engine_new (kind, 2, &run->error);
  g_assert_no_error (run->error);
  run->batch = thimble_batch_new ();
  scanner = thimble_scanner_new (run->batch);
  thimble_scanner_scan_async (scanner, &one, 1, thimble_preset_get_destination (preset), NULL,
                              scanned_cb, &waiter);
  wait_until_done (&waiter);

  maker = waiter.maker = thimble_thumbnail_maker_new (run->engine, run->batch);
  g_signal_connect (maker, "item-ended", G_CALLBACK (item_ended_cb), &waiter);
  thimble_thumbnail_maker_make_thumbnails_async (maker, preset,
                                                 options != NULL ? options : &defaults,
                                                 cancellable, made_cb, &waiter);
  g_assert_true (thimble_thumbnail_maker_is_running (maker));
  wait_until_done (&waiter);
  g_assert_false (thimble_thumbnail_maker_is_running (maker));
  thimble_engine_shutdown (run->engine);
  return run;
}

TestRun *
test_run (const char *source, ThimblePreset *preset, const ThimbleRunOptions *options)
{
  return test_run_on (THIMBLE_EXECUTOR_KIND_THREADS, source, preset, options, 0);
}

void
test_run_free (TestRun *run)
{
  g_clear_pointer (&run->report, thimble_scan_report_free);
  g_clear_pointer (&run->summary, thimble_run_summary_free);
  g_clear_error (&run->error);
  g_hash_table_unref (run->states);
  g_hash_table_unref (run->whys);
  g_ptr_array_unref (run->messages);
  g_object_unref (run->batch);
  g_object_unref (run->engine);
  g_free (run);
}

void
test_assert_counts (TestRun *run, guint n_done, guint n_skipped, guint n_failed)
{
  g_assert_no_error (run->error);
  g_assert_nonnull (run->summary);
  for (guint i = 0; i < run->messages->len; i++)
    g_test_message ("%s", (char *) run->messages->pdata[i]);
  g_assert_cmpuint (run->summary->n_done, ==, n_done);
  g_assert_cmpuint (run->summary->n_skipped, ==, n_skipped);
  g_assert_cmpuint (run->summary->n_failed, ==, n_failed);
  g_assert_cmpuint (run->summary->n_items, ==, n_done + n_skipped + n_failed + run->summary->n_cancelled);
}
