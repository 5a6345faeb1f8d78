/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links through the whole service: from a server that misbehaves to thumbnails. */

#include "links-fixture.h"

#include "thimble-list-file.h"
#include "thimble-page-reader.h"
#include "thimble-pasted-links.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <string.h>

/* The second run asks for what has changed, and nothing has. */
static void
test_twice (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  guint64 n_sent;

  links_fixture_add_image (fixture, "/304/one.jpg", 50, FALSE);
  links_fixture_add_image (fixture, "/304/two", 60, TRUE);
  first = links_fixture_make (fixture);
  g_assert_cmpstr (first, ==, "one.jpg=done two=done");
  links_fixture_assert_files (fixture, "originals", "one.jpg two.png");
  links_fixture_assert_files (fixture, "", "one.jpg originals two.png");

  n_sent = bad_server_get_n_sent (fixture->server);
  second = links_fixture_make (fixture);
  g_assert_cmpstr (second, ==, "one.jpg=skipped two=skipped");
  g_assert_cmpuint (bad_server_get_n_sent (fixture->server), ==, n_sent);
}

/* What is no image, or not whole, is told and not kept. */
static void
test_failures (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *ends = NULL;

  links_fixture_add_image (fixture, "/good/a.jpg", 50, FALSE);
  links_fixture_add_link (fixture, "/html/b.jpg");
  links_fixture_add_link (fixture, "/404/c.jpg");
  links_fixture_add_link (fixture, "/empty/d.jpg");
  links_fixture_add_link (fixture, "/good/noise.jpg");
  links_fixture_add_image (fixture, "/chunked/e.jpg", 50, FALSE);
  links_fixture_add_image (fixture, "/short-chunk/f.jpg", 50, FALSE);
  links_fixture_add_image (fixture, "/short-length/g.jpg", 50, FALSE);
  ends = links_fixture_make (fixture);
  g_assert_cmpstr (ends, ==,
                   "a.jpg=done b.jpg=failed:unsupported c.jpg=failed:network "
                   "d.jpg=failed:unsupported noise.jpg=failed:corrupt e.jpg=done "
                   "f.jpg=failed:network g.jpg=done");
  links_fixture_assert_files (fixture, "originals", "a.jpg e.jpg g.jpg");
  links_fixture_assert_files (fixture, "originals/.thimble-partial", "downloads.log lock");
}

/* Two links with one name are two files, called the same whatever the order. */
static void
test_one_name (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *one_hash = NULL;
  g_autofree char *two_hash = NULL;
  g_autofree char *expected = NULL;
  gboolean in_order;

  links_fixture_add_image (fixture, "/304/photo.jpg?1", 50, FALSE);
  links_fixture_add_image (fixture, "/304/photo.jpg?2", 60, FALSE);
  one = bad_server_dup_url (fixture->server, "/304/photo.jpg?1");
  two = bad_server_dup_url (fixture->server, "/304/photo.jpg?2");
  one_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, one, -1);
  two_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, two, -1);
  in_order = strcmp (one_hash, two_hash) < 0;
  expected = g_strdup_printf ("photo-%.6s.jpg photo-%.6s.jpg", in_order ? one_hash : two_hash,
                              in_order ? two_hash : one_hash);
  first = links_fixture_make (fixture);
  g_assert_cmpstr (first, ==, "photo.jpg=done photo.jpg=done");
  links_fixture_assert_files (fixture, "originals", expected);
  second = links_fixture_make (fixture);
  g_assert_cmpstr (second, ==, "photo.jpg=skipped photo.jpg=skipped");
  links_fixture_assert_files (fixture, "originals", expected);
}

/* A list's names are the names; one URL with two of them is downloaded once at a time. */
static void
test_given_names (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *ends = NULL;

  links_fixture_add_image (fixture, "/304/x.jpg", 50, FALSE);
  url = bad_server_dup_url (fixture->server, "/304/x.jpg");
  g_string_printf (fixture->links, "name,url,folder\n../first,%s,shop\nsecond,\"%s\",\n", url, url);
  ends = links_fixture_make (fixture);
  g_assert_cmpstr (ends, ==, "x.jpg=done x.jpg=done");
  links_fixture_assert_files (fixture, "", "originals second.jpg shop");
}

/* A list may not put thumbnails where downloads are kept, unless all of them go there. */
static void
test_into_downloads (LinksFixture *fixture, gconstpointer data)
{
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *mine = test_write_jpeg (fixture->folder, "mine.jpg", 50, 40);
  g_autofree char *url = NULL;
  g_autofree char *planned = NULL;
  g_autofree char *made = NULL;
  g_autofree char *downloaded = NULL;
  g_autofree char *in_one = NULL;

  links_fixture_add_image (fixture, "/304/x.jpg", 50, FALSE);
  url = bad_server_dup_url (fixture->server, "/304/x.jpg");
  g_string_printf (fixture->links,
                   "url,name,folder\n%s,a,originals/x\n%s,b,./originals//\n%s,c,originals-x\n"
                   "%s,d,originals\n",
                   url, url, url, mine);
  options.dry_run = TRUE;
  planned = links_fixture_run (fixture, thimble_thumbnail_maker_make_thumbnails_async, &options);
  g_assert_cmpstr (planned, ==,
                   "x.jpg=failed:conflict x.jpg=failed:conflict x.jpg=done mine.jpg=failed:conflict");
  made = links_fixture_make (fixture);
  g_assert_cmpstr (made, ==, planned);
  links_fixture_assert_files (fixture, "", "originals originals-x");
  links_fixture_assert_files (fixture, "originals", "c.jpg");

  options.dry_run = FALSE;
  downloaded
    = links_fixture_run (fixture, thimble_thumbnail_maker_download_images_async, &options);
  g_assert_cmpstr (downloaded, ==,
                   "x.jpg=skipped x.jpg=skipped x.jpg=skipped mine.jpg=skipped");
  options.downloads = fixture->destination;
  in_one = links_fixture_run (fixture, thimble_thumbnail_maker_make_thumbnails_async, &options);
  g_assert_cmpstr (in_one, ==, "x.jpg=done x.jpg=done x.jpg=done mine.jpg=done");
}

/* Only the originals; then, without the network, only the thumbnails. */
static void
test_parts (LinksFixture *fixture, gconstpointer data)
{
  const ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *too_early = NULL;
  g_autofree char *downloaded = NULL;
  g_autofree char *resized = NULL;

  links_fixture_add_image (fixture, "/304/one.jpg", 50, FALSE);
  too_early = links_fixture_run (fixture, thimble_thumbnail_maker_perform_resizing_async, &options);
  g_assert_cmpstr (too_early, ==, "one.jpg=failed:network");
  downloaded = links_fixture_run (fixture, thimble_thumbnail_maker_download_images_async, &options);
  g_assert_cmpstr (downloaded, ==, "one.jpg=done");
  links_fixture_assert_files (fixture, "", "originals");
  resized = links_fixture_run (fixture, thimble_thumbnail_maker_perform_resizing_async, &options);
  g_assert_cmpstr (resized, ==, "one.jpg=done");
  links_fixture_assert_files (fixture, "", "one.jpg originals");
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/304/one.jpg"), ==, 1);
}

static void
test_dry_run (LinksFixture *fixture, gconstpointer data)
{
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *ends = NULL;

  options.dry_run = TRUE;
  links_fixture_add_image (fixture, "/good/one.jpg", 50, FALSE);
  ends = links_fixture_run (fixture, thimble_thumbnail_maker_make_thumbnails_async, &options);
  g_assert_cmpstr (ends, ==, "one.jpg=done");
  g_assert_false (g_file_test (fixture->destination, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/good/one.jpg"), ==, 0);
}

static void
test_page (LinksFixture *fixture, gconstpointer data)
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
test_page_cancelled (LinksFixture *fixture, gconstpointer data)
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
test_checked (LinksFixture *fixture, gconstpointer data)
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
test_pasted (LinksFixture *fixture, gconstpointer data)
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
test_pasted_table (LinksFixture *fixture, gconstpointer data)
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
test_page_file (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *ends = NULL;

  links_fixture_add_image (fixture, "/good/one.jpg", 50, FALSE);
  url = bad_server_dup_url (fixture->server, "/good/one.jpg");
  g_string_printf (fixture->links, "<p>see <img src='%s'> and <a href=x>y</a>", url);
  g_free (fixture->list);
  fixture->list = g_build_filename (fixture->folder, "list.html", NULL);
  ends = links_fixture_make (fixture);
  g_assert_cmpstr (ends, ==, "one.jpg=done");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  links_test_add ("/links/twice", test_twice);
  links_test_add ("/links/failures", test_failures);
  links_test_add ("/links/one-name", test_one_name);
  links_test_add ("/links/given-names", test_given_names);
  links_test_add ("/links/into-downloads", test_into_downloads);
  links_test_add ("/links/parts", test_parts);
  links_test_add ("/links/dry-run", test_dry_run);
  links_test_add ("/links/page", test_page);
  links_test_add ("/links/page-cancelled", test_page_cancelled);
  links_test_add ("/links/page-file", test_page_file);
  links_test_add ("/links/pasted", test_pasted);
  links_test_add ("/links/pasted-table", test_pasted_table);
  links_test_add ("/links/checked", test_checked);
  return g_test_run ();
}
