/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What tests of the downloader share: a folder, a server, and a downloader that is in a hurry. */

#include "download-fixture.h"

#include <glib/gstdio.h>

/* No test waits longer for one future. */
#define MAX_WAIT_MS 60000

static gboolean
is_private (GInetAddress *address)
{
  g_autofree char *text = g_inet_address_to_string (address);

  return g_str_equal (text, "127.0.0.2");
}

void
download_fixture_set_up (DownloadFixture *fixture, gconstpointer data)
{
  GError *error = NULL;

  fixture->folder = g_dir_make_tmp ("thimble-download-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->server = bad_server_new ();
  fixture->config = (ThimbleDownloaderConfig) THIMBLE_DOWNLOADER_CONFIG_INIT;
  fixture->config.partial_folder = fixture->folder;
  fixture->config.max_bytes = 3 * 1000 * 1000;
  fixture->config.retry_ms = 20;
  fixture->config.max_retry_after_s = 1;
  fixture->config.stall_ms = 600;
  fixture->config.second_stall_ms = 300;
  fixture->config.max_seconds = 20;
  fixture->config.is_private = is_private;
  download_fixture_restart (fixture);
}

/* Another downloader, as in another run, with the config as it is now. */
void
download_fixture_restart (DownloadFixture *fixture)
{
  GError *error = NULL;

  if (fixture->downloader != NULL)
    thimble_downloader_shutdown (fixture->downloader);
  g_clear_object (&fixture->downloader);
  fixture->downloader = thimble_downloader_new (&fixture->config, &error);
  g_assert_no_error (error);
}

guint
download_fixture_count_files (DownloadFixture *fixture)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

void
download_fixture_tear_down (DownloadFixture *fixture, gconstpointer data)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  thimble_downloader_shutdown (fixture->downloader);
  g_assert_finalize_object (fixture->downloader);
  bad_server_free (fixture->server);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

/* A path on the server, or a whole URL. */
ThimbleFuture *
download_fixture_submit (DownloadFixture *fixture, const char *path)
{
  g_autofree char *url
    = path[0] == '/' ? bad_server_dup_url (fixture->server, path) : g_strdup (path);
  const ThimbleDownloadRequest request = { .url = url };

  return thimble_downloader_submit (fixture->downloader, &request);
}

/* The result is the future's. */
ThimbleDownload *
download_fixture_wait (ThimbleFuture *future, GError **error)
{
  return thimble_future_result (future, MAX_WAIT_MS, error);
}

void
download_fixture_assert_body (ThimbleDownload *download, const char *path)
{
  g_autoptr(GBytes) body = bad_server_dup_body (path);
  g_autofree char *contents = NULL;
  gsize n_bytes;
  gsize n_expected;
  const guint8 *expected = g_bytes_get_data (body, &n_expected);
  GError *error = NULL;

  thimble_download_open (download, &error);
  g_assert_no_error (error);
  thimble_download_close (download);
  g_file_get_contents (download->path, &contents, &n_bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (contents, n_bytes, expected, n_expected);
  g_assert_cmpuint (download->n_bytes, ==, n_expected);
}
