/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links through the whole service: from a server that misbehaves to thumbnails. */

#include "bad-server.h"
#include "test-run.h"

#include "thimble-list-file.h"
#include "thimble-page-reader.h"
#include "thimble-pasted-links.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <string.h>

typedef struct
{
  BadServer *server;
  TestFolder *folder;
  char *destination;
  char *list;
  GString *links;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = bad_server_new ();
  fixture->folder = test_folder_new ();
  fixture->destination = g_build_filename (fixture->folder, "out", NULL);
  fixture->list = g_build_filename (fixture->folder, "list.txt", NULL);
  fixture->links = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  bad_server_free (fixture->server);
  test_folder_free (fixture->folder);
  g_free (fixture->destination);
  g_free (fixture->list);
  g_string_free (fixture->links, TRUE);
}

/* A link to an image on the server, of this width. */
static void
add_image (Fixture *fixture, const char *path, int width, gboolean is_png)
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

static void
add_link (Fixture *fixture, const char *path)
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
static char *
run_part (Fixture *fixture,
          void (*start) (ThimbleThumbnailMaker *maker,
                         ThimblePreset *preset,
                         const ThimbleRunOptions *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data),
          const ThimbleRunOptions *options)
{
  g_autoptr(ThimbleEngine) engine = thimble_engine_new (THIMBLE_EXECUTOR_KIND_THREADS, 2, NULL);
  g_autoptr(ThimbleBatch) batch = thimble_batch_new ();
  g_autoptr(ThimbleScanner) scanner = thimble_scanner_new (batch);
  g_autoptr(ThimbleThumbnailMaker) maker = thimble_thumbnail_maker_new (engine, batch);
  g_autoptr(ThimblePreset) preset
    = test_preset_new ("16", THIMBLE_FORMAT_SAME, fixture->destination);
  g_autoptr(ThimbleSource) list = thimble_source_new (THIMBLE_SOURCE_LIST, fixture->list);
  g_autoptr(GPtrArray) ends = g_ptr_array_new_with_free_func (g_free);
  gboolean is_done = FALSE;

  g_assert_true (g_file_set_contents (fixture->list, fixture->links->str, -1, NULL));
  thimble_scanner_set_engine (scanner, engine, options);
  thimble_scanner_scan_async (scanner, &list, 1, fixture->destination, NULL, scanned_cb, &is_done);
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

static char *
run_all (Fixture *fixture)
{
  const ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;

  return run_part (fixture, thimble_thumbnail_maker_make_thumbnails_async, &options);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
assert_files (Fixture *fixture, const char *folder, const char *expected)
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

/* The second run asks for what has changed, and nothing has. */
static void
test_twice (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  guint64 n_sent;

  add_image (fixture, "/304/one.jpg", 50, FALSE);
  add_image (fixture, "/304/two", 60, TRUE);
  first = run_all (fixture);
  g_assert_cmpstr (first, ==, "one.jpg=done two=done");
  assert_files (fixture, "originals", "one.jpg two.png");
  assert_files (fixture, "", "one.jpg originals two.png");

  n_sent = bad_server_get_n_sent (fixture->server);
  second = run_all (fixture);
  g_assert_cmpstr (second, ==, "one.jpg=skipped two=skipped");
  g_assert_cmpuint (bad_server_get_n_sent (fixture->server), ==, n_sent);
}

/* What is no image, or not whole, is told and not kept. */
static void
test_failures (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ends = NULL;

  add_image (fixture, "/good/a.jpg", 50, FALSE);
  add_link (fixture, "/html/b.jpg");
  add_link (fixture, "/404/c.jpg");
  add_link (fixture, "/empty/d.jpg");
  add_link (fixture, "/good/noise.jpg");
  add_image (fixture, "/chunked/e.jpg", 50, FALSE);
  add_image (fixture, "/short-chunk/f.jpg", 50, FALSE);
  add_image (fixture, "/short-length/g.jpg", 50, FALSE);
  ends = run_all (fixture);
  g_assert_cmpstr (ends, ==,
                   "a.jpg=done b.jpg=failed:unsupported c.jpg=failed:network "
                   "d.jpg=failed:unsupported noise.jpg=failed:corrupt e.jpg=done "
                   "f.jpg=failed:network g.jpg=done");
  assert_files (fixture, "originals", "a.jpg e.jpg g.jpg");
  assert_files (fixture, "originals/.thimble-partial", "downloads.log lock");
}

/* Two links with one name are two files, called the same whatever the order. */
static void
test_one_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *one_hash = NULL;
  g_autofree char *two_hash = NULL;
  g_autofree char *expected = NULL;
  gboolean in_order;

  add_image (fixture, "/304/photo.jpg?1", 50, FALSE);
  add_image (fixture, "/304/photo.jpg?2", 60, FALSE);
  one = bad_server_dup_url (fixture->server, "/304/photo.jpg?1");
  two = bad_server_dup_url (fixture->server, "/304/photo.jpg?2");
  one_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, one, -1);
  two_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, two, -1);
  in_order = strcmp (one_hash, two_hash) < 0;
  expected = g_strdup_printf ("photo-%.6s.jpg photo-%.6s.jpg", in_order ? one_hash : two_hash,
                              in_order ? two_hash : one_hash);
  first = run_all (fixture);
  g_assert_cmpstr (first, ==, "photo.jpg=done photo.jpg=done");
  assert_files (fixture, "originals", expected);
  second = run_all (fixture);
  g_assert_cmpstr (second, ==, "photo.jpg=skipped photo.jpg=skipped");
  assert_files (fixture, "originals", expected);
}

/* A list's names are the names; one URL with two of them is downloaded once at a time. */
static void
test_given_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *ends = NULL;

  add_image (fixture, "/304/x.jpg", 50, FALSE);
  url = bad_server_dup_url (fixture->server, "/304/x.jpg");
  g_string_printf (fixture->links, "name,url,folder\n../first,%s,shop\nsecond,\"%s\",\n", url, url);
  ends = run_all (fixture);
  g_assert_cmpstr (ends, ==, "x.jpg=done x.jpg=done");
  assert_files (fixture, "", "originals second.jpg shop");
}

/* Only the originals; then, without the network, only the thumbnails. */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  const ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *too_early = NULL;
  g_autofree char *downloaded = NULL;
  g_autofree char *resized = NULL;

  add_image (fixture, "/304/one.jpg", 50, FALSE);
  too_early = run_part (fixture, thimble_thumbnail_maker_perform_resizing_async, &options);
  g_assert_cmpstr (too_early, ==, "one.jpg=failed:network");
  downloaded = run_part (fixture, thimble_thumbnail_maker_download_images_async, &options);
  g_assert_cmpstr (downloaded, ==, "one.jpg=done");
  assert_files (fixture, "", "originals");
  resized = run_part (fixture, thimble_thumbnail_maker_perform_resizing_async, &options);
  g_assert_cmpstr (resized, ==, "one.jpg=done");
  assert_files (fixture, "", "one.jpg originals");
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/304/one.jpg"), ==, 1);
}

static void
test_dry_run (Fixture *fixture, gconstpointer data)
{
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *ends = NULL;

  options.dry_run = TRUE;
  add_image (fixture, "/good/one.jpg", 50, FALSE);
  ends = run_part (fixture, thimble_thumbnail_maker_make_thumbnails_async, &options);
  g_assert_cmpstr (ends, ==, "one.jpg=done");
  g_assert_false (g_file_test (fixture->destination, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/good/one.jpg"), ==, 0);
}

static void
test_page (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "<img src=/good/a.jpg><img src=b.png srcset='c.png 2x'>";
  const ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(ThimbleEngine) engine = thimble_engine_new (THIMBLE_EXECUTOR_KIND_THREADS, 2, NULL);
  g_autofree char *url = bad_server_dup_url (fixture->server, "/good/page");
  g_autofree char *missing = bad_server_dup_url (fixture->server, "/404/page");
  g_autofree char *first = bad_server_dup_url (fixture->server, "/good/a.jpg");
  g_autofree char *second = bad_server_dup_url (fixture->server, "/good/c.png");
  g_autoptr(GBytes) page = g_bytes_new_static (text, strlen (text));
  g_autoptr(GPtrArray) links = NULL;
  gboolean is_from_internet;
  g_autoptr(GError) error = NULL;

  bad_server_add_body (fixture->server, "/good/page", page);
  links = thimble_page_reader_read_url (engine, &options, url, NULL, &is_from_internet, &error);
  g_assert_no_error (error);
  g_assert_false (is_from_internet);
  g_assert_cmpuint (links->len, ==, 2);
  g_assert_cmpstr (links->pdata[0], ==, first);
  g_assert_cmpstr (links->pdata[1], ==, second);
  g_assert_null (thimble_page_reader_read_url (engine, &options, missing, NULL, &is_from_internet,
                                               &error));
  g_assert_nonnull (strstr (error->message, "404"));
  thimble_engine_shutdown (engine);
}

/* As soon as there is a file of its pattern. */
static gpointer
cancel_thread (gpointer cancellable)
{
  const char *pattern = g_object_get_data (cancellable, "pattern");
  glob_t found = { 0 };

  for (guint i = 0; i < 1000 && glob (pattern, 0, NULL, &found) != 0; i++)
    g_usleep (10000);
  g_cancellable_cancel (cancellable);
  globfree (&found);
  return NULL;
}

/* Half of a page is nothing to go on with: none of it stays. */
static void
test_page_cancelled (Fixture *fixture, gconstpointer data)
{
  const ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(ThimbleEngine) engine = thimble_engine_new (THIMBLE_EXECUTOR_KIND_THREADS, 1, NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *url = bad_server_dup_url (fixture->server, "/stall/page");
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
  g_autofree char *pattern
    = g_strdup_printf ("%s/thimble-page-*/%.32s.*", g_get_tmp_dir (), key);
  g_autofree char *text = g_strnfill (1 << 20, ' ');
  g_autoptr(GBytes) page = g_bytes_new (text, 1 << 20);
  GThread *thread;
  glob_t found = { 0 };
  gboolean is_from_internet;
  g_autoptr(GError) error = NULL;

  bad_server_add_body (fixture->server, "/stall/page", page);
  g_object_set_data (G_OBJECT (cancellable), "pattern", pattern);
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_null (thimble_page_reader_read_url (engine, &options, url, cancellable,
                                               &is_from_internet, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_assert_cmpint (glob (pattern, 0, NULL, &found), ==, GLOB_NOMATCH);
  globfree (&found);
  thimble_engine_shutdown (engine);
}

/* Lines without a link, and why. */
static void
test_checked (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    guint n_without;
    guint line; /* the first */
    ThimbleNoLink why;
  } rows[] = {
    { "", 0, 0, 0 },
    { "\n \r\n\t\n", 0, 0, 0 },
    { "https://a.example/1.jpg\n\nhttps://a.example/2.jpg\n", 0, 0, 0 },
    { "url,name\nhttps://a.example/1.jpg,one\n", 0, 0, 0 },
    { "{\n\"image\": \"https://a.example/1.jpg\"\n}", 0, 0, 0 },
    { "see https://a.example/1.jpg\nand this", 1, 1, THIMBLE_NO_LINK_IN_IT },
    { "www.example.org/a.jpg\n", 1, 0, THIMBLE_NO_LINK_SCHEME_MISSING },
    { "\r\n  shop.example.org/a/1.jpg  \r\n", 1, 1, THIMBLE_NO_LINK_SCHEME_MISSING },
    { "ftp://a.example/1.jpg", 1, 0, THIMBLE_NO_LINK_SCHEME_UNKNOWN },
    { "https://", 1, 0, THIMBLE_NO_LINK_SCHEME_UNKNOWN },
    { "end of sentence.so/what now", 1, 0, THIMBLE_NO_LINK_IN_IT },
    { "one\ntwo\nthree", 3, 0, THIMBLE_NO_LINK_IN_IT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GArray) without = thimble_pasted_links_check (rows[i].text);

      g_test_message ("“%s”", rows[i].text);
      g_assert_cmpuint (without->len, ==, rows[i].n_without);
      if (without->len == 0)
        continue;
      g_assert_cmpuint (g_array_index (without, ThimbleLineWithout, 0).line, ==, rows[i].line);
      g_assert_cmpuint (g_array_index (without, ThimbleLineWithout, 0).why, ==, rows[i].why);
    }
}

/* What is pasted, in any syntax; and the files that lists may be. */
static void
test_pasted (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "look: http://a/1.jpg, http://a/2", " [\"http:\\/\\/a\\/1.jpg\"]",
                                       "| x | http://a/1.jpg |", "nothing" };
  static const guint n_links[] = { 2, 1, 1, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GPtrArray) sources = thimble_pasted_links_find (texts[i]);

      g_assert_cmpuint (sources->len, ==, n_links[i]);
      for (guint j = 0; j < sources->len; j++)
        g_assert_cmpint (thimble_source_get_kind (sources->pdata[j]), ==, THIMBLE_SOURCE_URL);
    }
  g_assert_cmpint (thimble_list_file_guess_kind ("a.MD"), ==, THIMBLE_LIST_MARKDOWN);
  g_assert_cmpint (thimble_list_file_guess_kind ("a.json"), ==, THIMBLE_LIST_JSON);
  g_assert_cmpint (thimble_list_file_guess_kind ("a.htm"), ==, THIMBLE_LIST_PAGE);
  g_assert_cmpint (thimble_list_file_guess_kind ("a.csv"), ==, THIMBLE_LIST_LINES);
}

/* A table that is pasted keeps the names and folders that it gives, whatever separates its columns. */
static void
test_pasted_table (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[]
    = { "url,name,folder\nhttp://a/1.jpg,One,\nhttp://a/1.jpg,\"T, wo\",shop\nftp://a/2,x,y\n",
        "URL\tname\tfolder\r\nhttp://a/1.jpg\tOne\t\r\nhttp://a/1.jpg\tT, wo\tshop\r\n",
        "\"folder\";\"name\";\"url\"\n;One;http://a/1.jpg\nshop;T, wo;http://a/1.jpg" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GPtrArray) sources = thimble_pasted_links_find (texts[i]);

      g_assert_cmpuint (sources->len, ==, 2);
      g_assert_cmpstr (thimble_source_get_location (sources->pdata[0]), ==, "http://a/1.jpg");
      g_assert_cmpstr (thimble_source_get_name (sources->pdata[0]), ==, "One");
      g_assert_null (thimble_source_get_folder (sources->pdata[0]));
      g_assert_cmpstr (thimble_source_get_name (sources->pdata[1]), ==, "T, wo");
      g_assert_cmpstr (thimble_source_get_folder (sources->pdata[1]), ==, "shop");
    }
}

/* The images that an HTML file shows, as a list. */
static void
test_page_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *ends = NULL;

  add_image (fixture, "/good/one.jpg", 50, FALSE);
  url = bad_server_dup_url (fixture->server, "/good/one.jpg");
  g_string_printf (fixture->links, "<p>see <img src='%s'> and <a href=x>y</a>", url);
  g_free (fixture->list);
  fixture->list = g_build_filename (fixture->folder, "list.html", NULL);
  ends = run_all (fixture);
  g_assert_cmpstr (ends, ==, "one.jpg=done");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/links/twice", test_twice);
  ADD ("/links/failures", test_failures);
  ADD ("/links/one-name", test_one_name);
  ADD ("/links/given-names", test_given_names);
  ADD ("/links/parts", test_parts);
  ADD ("/links/dry-run", test_dry_run);
  ADD ("/links/page", test_page);
  ADD ("/links/page-cancelled", test_page_cancelled);
  ADD ("/links/page-file", test_page_file);
  ADD ("/links/pasted", test_pasted);
  ADD ("/links/pasted-table", test_pasted_table);
  ADD ("/links/checked", test_checked);
#undef ADD
  return g_test_run ();
}
