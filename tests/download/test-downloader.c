/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The downloader's own promises: limits, cancelling, pausing, going on after a kill, validators,
 * headers, data links. */

#include "download-fixture.h"

#include <string.h>

static GPtrArray *
submit_many (DownloadFixture *fixture, const char *format, guint n)
{
  GPtrArray *futures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u", format, i);
      g_ptr_array_add (futures, download_fixture_submit (fixture, path));
    }
  return futures;
}

static void
wait_for_all (GPtrArray *futures)
{
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_nonnull (download_fixture_wait (futures->pdata[i], &error));
      g_assert_no_error (error);
    }
}

static void
test_per_host (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) futures = NULL;

  fixture->config.per_host = 3;
  download_fixture_restart (fixture);
  futures = submit_many (fixture, "/slow", 20);
  wait_for_all (futures);
  g_assert_cmpuint (bad_server_get_peak (fixture->server), ==, 3);
}

static void
test_connections (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) futures = NULL;

  fixture->config.connections = 2;
  download_fixture_restart (fixture);
  futures = submit_many (fixture, "/slow", 10);
  wait_for_all (futures);
  g_assert_cmpuint (bad_server_get_peak (fixture->server), ==, 2);
}

/* Those who wait for a retry hold no connection: the others are done meanwhile. */
static void
test_retry_holds_nothing (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) waiting = NULL;
  g_autoptr(GPtrArray) others = NULL;

  fixture->config.connections = fixture->config.per_host = 2;
  fixture->config.retry_ms = 2000;
  download_fixture_restart (fixture);
  waiting = submit_many (fixture, "/408", 4);
  others = submit_many (fixture, "/good", 20);
  wait_for_all (others);
  for (guint i = 0; i < waiting->len; i++)
    g_assert_cmpint (thimble_future_get_state (waiting->pdata[i]), ==, THIMBLE_FUTURE_RUNNING);
  wait_for_all (waiting);
}

/* One 429 slows the whole host. */
static void
test_slowed_host (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleFuture) first = NULL;
  g_autoptr(ThimbleFuture) second = NULL;
  g_autoptr(GError) error = NULL;

  fixture->config.per_host = 1;
  fixture->config.retry_ms = 600;
  download_fixture_restart (fixture);
  first = download_fixture_submit (fixture, "/429/first");
  second = download_fixture_submit (fixture, "/good/second");
  g_assert_nonnull (download_fixture_wait (second, &error));
  g_assert_no_error (error);
  /* Without the wait, the second would have gone while the first waited. */
  g_assert_cmpint (thimble_future_get_state (first), ==, THIMBLE_FUTURE_DONE);
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/429/first"), ==, 3);
}

/* None waits for its server, which never says anything; tests/bench/downloads tells how long it takes. */
static void
test_cancel_running (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) futures = submit_many (fixture, "/silence", 20);

  for (guint i = 0; i < 1000 && bad_server_get_peak (fixture->server) < 6; i++)
    g_usleep (5000);
  g_assert_cmpuint (bad_server_get_peak (fixture->server), ==, 6);
  for (guint i = 0; i < futures->len; i++)
    thimble_future_request_stop (futures->pdata[i]);
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (download_fixture_wait (futures->pdata[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* A link that a page on the internet names leads into no private network; one of the user's does. */
static void
test_from_internet (DownloadFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *host;
    gboolean is_from_internet;
    gboolean is_refused;
    gboolean comes_from_internet;
  } cases[] = { { "127.0.0.2", FALSE, FALSE, FALSE },
                { "127.0.0.2", TRUE, TRUE, FALSE },
                { "localhost", TRUE, TRUE, FALSE },
                { "127.0.0.1", FALSE, FALSE, TRUE },
                { "127.0.0.1", TRUE, FALSE, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = g_strdup_printf ("http://%s:%u/good/%u", cases[i].host,
                                              bad_server_get_port (fixture->server), i);
      const ThimbleDownloadRequest request
        = { .url = url, .is_from_internet = cases[i].is_from_internet };
      g_autoptr(ThimbleFuture) future = thimble_downloader_submit (fixture->downloader, &request);
      g_autoptr(GError) error = NULL;
      ThimbleDownload *download = download_fixture_wait (future, &error);

      if (cases[i].is_refused)
        {
          g_assert_error (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_REFUSED);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpint (download->is_from_internet, ==, cases[i].comes_from_internet);
      thimble_download_forget (download);
    }
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/good/1"), ==, 0);
}

static void
test_cancel_waiting_for_retry (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleFuture) future = NULL;
  g_autoptr(GError) error = NULL;

  fixture->config.retry_ms = 60000;
  fixture->config.max_seconds = 600;
  fixture->config.max_seconds = 600;
  download_fixture_restart (fixture);
  future = download_fixture_submit (fixture, "/408/a");
  for (guint i = 0;
       i < 1000 && bad_server_get_n_requests (fixture->server, "/408/a") == 0; i++)
    g_usleep (5000);
  thimble_future_request_stop (future);
  g_assert_null (thimble_future_result (future, 5000, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Whatever is under way when the downloader ends is cancelled, and each future ends. */
static void
test_shutdown (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) futures = submit_many (fixture, "/stall", 50);

  download_fixture_restart (fixture);
  for (guint i = 0; i < futures->len; i++)
    {
      g_assert_cmpint (thimble_future_get_state (futures->pdata[i]), ==, THIMBLE_FUTURE_DONE);
      g_assert_true (thimble_future_is_cancelled (futures->pdata[i]));
    }
}

static guint64
count_progress (DownloadFixture *fixture, guint64 *in_all)
{
  g_autoptr(GArray) progress = g_array_new (FALSE, FALSE, sizeof (ThimbleDownloaderProgress));
  guint64 n = 0;

  *in_all = 0;
  thimble_downloader_get_progress (fixture->downloader, progress);
  for (guint i = 0; i < progress->len; i++)
    {
      n += g_array_index (progress, ThimbleDownloaderProgress, i).n_bytes;
      *in_all += g_array_index (progress, ThimbleDownloaderProgress, i).n_bytes_in_all;
    }
  return n;
}

static void
wait_for_half (DownloadFixture *fixture)
{
  guint64 in_all;

  for (guint i = 0; i < 2000 && count_progress (fixture, &in_all) < BAD_SERVER_BODY / 2; i++)
    g_usleep (2000);
  g_assert_cmpuint (count_progress (fixture, &in_all), ==, BAD_SERVER_BODY / 2);
  g_assert_cmpuint (in_all, ==, BAD_SERVER_BODY);
}

/* A pause lets the connection go, and the rest comes when it is over: no byte twice. */
static void
test_pause (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleFuture) future = NULL;
  g_autoptr(GError) error = NULL;
  ThimbleDownload *download;
  guint64 in_all;

  fixture->config.stall_ms = 60000;
  download_fixture_restart (fixture);
  future = download_fixture_submit (fixture, "/stall/a");
  wait_for_half (fixture);
  thimble_downloader_set_paused (fixture->downloader, TRUE);
  for (guint i = 0; i < 50 && count_progress (fixture, &in_all) > 0; i++)
    g_usleep (2000);
  g_assert_cmpuint (count_progress (fixture, &in_all), ==, 0);
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_RUNNING);

  thimble_downloader_set_paused (fixture->downloader, FALSE);
  download = download_fixture_wait (future, &error);
  g_assert_no_error (error);
  download_fixture_assert_body (download, "/stall/a");
  g_assert_cmpuint (download->n_received, ==, BAD_SERVER_BODY);
}

/* What a run that ended left is gone on with by the next; so is what a killed one left, as nothing
 * is done at the end but closing files. */
static void
test_resume_in_next_run (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleFuture) first = NULL;
  g_autoptr(ThimbleFuture) second = NULL;
  g_autoptr(GError) error = NULL;
  ThimbleDownload *download;

  fixture->config.stall_ms = 60000;
  download_fixture_restart (fixture);
  first = download_fixture_submit (fixture, "/stall/a");
  wait_for_half (fixture);
  download_fixture_restart (fixture);
  g_assert_true (thimble_future_is_cancelled (first));
  g_assert_cmpuint (download_fixture_count_files (fixture), ==, 2);

  second = download_fixture_submit (fixture, "/stall/a");
  download = download_fixture_wait (second, &error);
  g_assert_no_error (error);
  download_fixture_assert_body (download, "/stall/a");
  g_assert_cmpuint (download->n_received, ==, BAD_SERVER_BODY - BAD_SERVER_BODY / 2);
  g_assert_cmpuint (bad_server_get_n_sent (fixture->server), ==, BAD_SERVER_BODY);

  /* Complete, but killed before it had its name. */
  g_clear_object (&second);
  second = download_fixture_submit (fixture, "/stall/a");
  download = download_fixture_wait (second, &error);
  g_assert_no_error (error);
  download_fixture_assert_body (download, "/stall/a");
  g_assert_cmpuint (download->n_received, ==, 0);
  g_assert_true (download->has_proven_length);
}

/* Without its note, or with another boot's, an unfinished file proves nothing. */
static void
test_untrusted_partial (DownloadFixture *fixture, gconstpointer data)
{
  g_autofree char *url = bad_server_dup_url (fixture->server, "/good/a");
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
  g_autofree char *part = g_strdup_printf ("%s/%.32s.part", fixture->folder, key);
  g_autofree char *info = g_strdup_printf ("%s/%.32s.info", fixture->folder, key);
  const char *const notes[] = { NULL, "rubbish", "[partial]\nurl=%s\nboot=other\nvalidator=\"one\"\n"
                                                 "complete=true\n" };

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    {
      g_autoptr(ThimbleFuture) future = NULL;
      g_autoptr(GError) error = NULL;
      ThimbleDownload *download;

      g_assert_true (g_file_set_contents (part, "not the server's", -1, NULL));
      if (notes[i] != NULL)
        {
          g_auto(GStrv) pieces = g_strsplit (notes[i], "%s", -1);
          g_autofree char *note = g_strjoinv (url, pieces);
          g_assert_true (g_file_set_contents (info, note, -1, NULL));
        }
      future = download_fixture_submit (fixture, "/good/a");
      download = download_fixture_wait (future, &error);
      g_assert_no_error (error);
      download_fixture_assert_body (download, "/good/a");
      thimble_download_forget (download);
    }
}

static void
test_conditional (DownloadFixture *fixture, gconstpointer data)
{
  g_autofree char *url = bad_server_dup_url (fixture->server, "/304/a");
  const ThimbleDownloadRequest same = { .url = url, .etag = "\"one\"" };
  const ThimbleDownloadRequest other = { .url = url, .etag = "\"zero\"" };
  g_autoptr(ThimbleFuture) unchanged = thimble_downloader_submit (fixture->downloader, &same);
  g_autoptr(ThimbleFuture) changed = NULL;
  g_autoptr(GError) error = NULL;
  ThimbleDownload *download = download_fixture_wait (unchanged, &error);

  g_assert_no_error (error);
  g_assert_true (download->is_unchanged);
  g_assert_null (download->path);
  g_assert_cmpuint (bad_server_get_n_sent (fixture->server), ==, 0);

  changed = thimble_downloader_submit (fixture->downloader, &other);
  download = download_fixture_wait (changed, &error);
  g_assert_no_error (error);
  g_assert_false (download->is_unchanged);
  g_assert_cmpstr (download->etag, ==, "\"one\"");
  download_fixture_assert_body (download, "/304/a");
}

static void
test_headers (DownloadFixture *fixture, gconstpointer data)
{
  const char *const headers[] = { "X-Secret: 42", NULL };
  const char *const bad_headers[] = { "no colon", NULL };
  g_autofree char *elsewhere = NULL;
  g_autoptr(ThimbleFuture) told = NULL;
  g_autoptr(ThimbleFuture) silent = NULL;
  g_autoptr(GError) error = NULL;
  ThimbleDownloaderConfig config;

  fixture->config.headers = headers;
  fixture->config.is_private = thimble_address_is_private;
  download_fixture_restart (fixture);
  told = download_fixture_submit (fixture, "/tells-headers/a");
  g_assert_null (download_fixture_wait (told, &error));
  g_assert_nonnull (strstr (error->message, "410"));
  g_clear_error (&error);

  elsewhere = g_strdup_printf ("/redirect/http:%%2F%%2F127.0.0.2:%u%%2Ftells-headers%%2Fa",
                               bad_server_get_port (fixture->server));
  silent = download_fixture_submit (fixture, elsewhere);
  g_assert_null (download_fixture_wait (silent, &error));
  g_assert_nonnull (strstr (error->message, "411"));
  g_clear_error (&error);

  config = fixture->config;
  config.headers = bad_headers;
  g_assert_null (thimble_downloader_new (&config, &error));
  g_assert_error (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_REFUSED);
}

static void
test_data (DownloadFixture *fixture, gconstpointer data)
{
  static const char *const links[] = { "data:image/png;base64,aGVsbG8=", "data:,hello",
                                       "DATA:image/png;base64,aGVsbG8=" };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autoptr(ThimbleFuture) future = download_fixture_submit (fixture, links[i]);
      g_autofree char *contents = NULL;
      g_autoptr(GError) error = NULL;
      ThimbleDownload *download = download_fixture_wait (future, &error);

      g_assert_no_error (error);
      g_assert_true (thimble_download_open (download, NULL));
      g_assert_true (g_file_get_contents (download->path, &contents, NULL, NULL));
      g_assert_cmpstr (contents, ==, "hello");
      thimble_download_forget (download);
    }
}

static void
test_refused_links (DownloadFixture *fixture, gconstpointer data)
{
  static const char *const links[] = { "file:///etc/passwd", "ftp://127.0.0.1/a", "http:", "http://",
                                       "http:///a", "https://[zz]/", "javascript:alert(1)", "",
                                       "resource:///org", "http://127.0.0.1:99999/" };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *link = g_strconcat (links[i], NULL);
      const ThimbleDownloadRequest request = { .url = link };
      g_autoptr(ThimbleFuture) future = thimble_downloader_submit (fixture->downloader, &request);
      g_autoptr(GError) error = NULL;

      g_assert_null (download_fixture_wait (future, &error));
      g_assert_error (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_REFUSED);
    }
}

static void
test_nobody_there (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleFuture) future = NULL;
  g_autofree char *url = bad_server_dup_url (fixture->server, "/good/a");
  g_autoptr(GError) error = NULL;

  bad_server_free (fixture->server);
  future = download_fixture_submit (fixture, url);
  g_assert_null (download_fixture_wait (future, &error));
  fixture->server = bad_server_new ();
  g_assert_error (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK);
}

/* Those that wait for a retry end too, and at once. */
static void
test_shut_down_while_held (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) futures = NULL;

  fixture->config.retry_ms = 60000;
  fixture->config.max_seconds = 600;
  download_fixture_restart (fixture);
  futures = submit_many (fixture, "/408", 3);
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr(GArray) active
        = g_array_new (FALSE, FALSE, sizeof (ThimbleDownloaderProgress));

      thimble_downloader_get_progress (fixture->downloader, active);
      if (bad_server_get_n_requests (fixture->server, "/408/2") > 0 && active->len == 0)
        break;
      g_usleep (1000);
    }
  thimble_downloader_shutdown (fixture->downloader);
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_cmpint (thimble_future_get_state (futures->pdata[i]), ==, THIMBLE_FUTURE_DONE);
      g_assert_null (thimble_future_get_result (futures->pdata[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
test_private_addresses (void)
{
  static const char *const ours[] = { "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255",
                                      "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
                                      "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.8",
                                      "::1", "::", "fe80::1", "fc00::1", "fdff::1", "ff02::1",
                                      "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
                                        "::10.0.0.1", "64:ff9b:1::808:808" };
  static const char *const others[] = { "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1",
                                        "2001:4860:4860::8888", "::ffff:8.8.8.8", "198.20.0.1" };

  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    {
      g_autoptr(GInetAddress) address = g_inet_address_new_from_string (ours[i]);
      if (!thimble_address_is_private (address))
        g_error ("%s is taken for public", ours[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr(GInetAddress) address = g_inet_address_new_from_string (others[i]);
      g_assert_false (thimble_address_is_private (address));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  download_test_add ("/download/per-host", test_per_host);
  download_test_add ("/download/connections", test_connections);
  download_test_add ("/download/retry-holds-nothing", test_retry_holds_nothing);
  download_test_add ("/download/slowed-host", test_slowed_host);
  download_test_add ("/download/cancel/running", test_cancel_running);
  download_test_add ("/download/from-internet", test_from_internet);
  download_test_add ("/download/cancel/waiting-for-retry", test_cancel_waiting_for_retry);
  download_test_add ("/download/shutdown", test_shutdown);
  download_test_add ("/download/pause", test_pause);
  download_test_add ("/download/resume/next-run", test_resume_in_next_run);
  download_test_add ("/download/resume/untrusted", test_untrusted_partial);
  download_test_add ("/download/conditional", test_conditional);
  download_test_add ("/download/headers", test_headers);
  download_test_add ("/download/data", test_data);
  download_test_add ("/download/refused-links", test_refused_links);
  download_test_add ("/download/nobody-there", test_nobody_there);
  download_test_add ("/download/shut-down-while-held", test_shut_down_while_held);
  g_test_add_func ("/download/private-addresses", test_private_addresses);
  return g_test_run ();
}
