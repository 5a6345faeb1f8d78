/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What tests of links share: a server that misbehaves, a list of links to it, and a run of them. */

#include "links-fixture.h"

#include <string.h>

void
links_fixture_set_up (LinksFixture *fixture, gconstpointer data)
{
  fixture->server = bad_server_new ();
  fixture->folder = test_folder_new ();
  fixture->destination = g_build_filename (fixture->folder, "out", NULL);
  fixture->list = g_build_filename (fixture->folder, "list.txt", NULL);
  fixture->links = g_string_new (NULL);
}

void
links_fixture_tear_down (LinksFixture *fixture, gconstpointer data)
{
  bad_server_free (fixture->server);
  test_folder_free (fixture->folder);
  g_free (fixture->destination);
  g_free (fixture->list);
  g_free (fixture->page);
  g_string_free (fixture->links, TRUE);
}

/* A link to an image on the server, of this width. */
void
links_fixture_add_image (LinksFixture *fixture, const char *path, int width, gboolean is_png)
{
  g_autofree char *file
    = is_png ? test_write_png (fixture->folder, "source", width, 40, FALSE)
             : test_write_jpeg (fixture->folder, "source", width, 40);
  g_autofree char *url = bad_server_dup_url (fixture->server, path);
  g_autofree char *contents = NULL;
  g_autoptr(GBytes) body = NULL;
  gsize n_bytes;

  g_assert_true (g_file_get_contents (file, &contents, &n_bytes, NULL));
  body = g_bytes_new (contents, n_bytes);
  bad_server_add_body (fixture->server, path, body);
  g_string_append_printf (fixture->links, "%s\n", url);
}

void
links_fixture_add_link (LinksFixture *fixture, const char *path)
{
  g_autofree char *url = bad_server_dup_url (fixture->server, path);

  g_string_append_printf (fixture->links, "%s\n", url);
}

static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  ThimbleScanReport *report
    = thimble_scanner_scan_finish (THIMBLE_SCANNER (source), result, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (report->problems->len, ==, 0);
  thimble_scan_report_free (report);
  *(gboolean *) user_data = TRUE;
}

static ThimbleRunSummary *made;

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  made = thimble_thumbnail_maker_make_thumbnails_finish (THIMBLE_THUMBNAIL_MAKER (source), result,
                                                         &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
wait_for (gboolean *is_done)
{
  while (!*is_done)
    g_main_context_iteration (NULL, TRUE);
  *is_done = FALSE;
}

/* Which part of a trip is done, and what each item came to: name=state, sorted. */
char *
links_fixture_run (LinksFixture *fixture, LinksPart start, const ThimbleRunOptions *options)
{
  g_autoptr(ThimbleEngine) engine = thimble_engine_new (THIMBLE_EXECUTOR_KIND_THREADS, 2, NULL);
  g_autoptr(ThimbleBatch) batch = thimble_batch_new ();
  g_autoptr(ThimbleScanner) scanner = thimble_scanner_new (batch);
  g_autoptr(ThimbleThumbnailMaker) maker = thimble_thumbnail_maker_new (engine, batch);
  g_autoptr(ThimblePreset) preset
    = test_preset_new ("16", THIMBLE_FORMAT_SAME, fixture->destination);
  g_autoptr(ThimbleSource) source
    = fixture->page != NULL ? thimble_source_new (THIMBLE_SOURCE_PAGE, fixture->page)
                            : thimble_source_new (THIMBLE_SOURCE_LIST, fixture->list);
  g_autoptr(GPtrArray) ends = g_ptr_array_new_with_free_func (g_free);
  gboolean is_done = FALSE;

  g_assert_true (g_file_set_contents (fixture->list, fixture->links->str, -1, NULL));
  thimble_scanner_set_engine (scanner, engine, options);
  thimble_scanner_scan_async (scanner, &source, 1, fixture->destination, NULL, scanned_cb,
                              &is_done);
  wait_for (&is_done);
  start (maker, preset, options, NULL, made_cb, &is_done);
  wait_for (&is_done);
  for (guint i = 0; i < thimble_batch_get_n_items (batch); i++)
    {
      ThimbleItem *item = thimble_batch_peek (batch, i);
      ThimbleItemResult *result = thimble_item_get_result (item);

      if (result->message != NULL)
        g_test_message ("%s", result->message);
      g_ptr_array_add (
        ends, g_strdup_printf ("%s=%s%s%s", thimble_item_get_origin (item)->name,
                               thimble_item_state_get_name (thimble_item_get_state (item)),
                               result->message != NULL ? ":" : "",
                               result->message != NULL
                                 ? thimble_error_kind_get_name (result->error_kind)
                                 : ""));
    }
  g_clear_pointer (&made, thimble_run_summary_free);
  thimble_engine_shutdown (engine);
  g_ptr_array_add (ends, NULL);
  return g_strjoinv (" ", (char **) ends->pdata);
}

char *
links_fixture_make (LinksFixture *fixture)
{
  const ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;

  return links_fixture_run (fixture, thimble_thumbnail_maker_make_thumbnails_async, &options);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

void
links_fixture_assert_files (LinksFixture *fixture, const char *folder, const char *expected)
{
  g_autofree char *path = g_build_filename (fixture->destination, folder, NULL);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (" ", (char **) names->pdata);
  g_assert_cmpstr (joined, ==, expected);
}
