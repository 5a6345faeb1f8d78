/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A real server: nginx on 127.0.0.1, with a configuration, files and a certificate of its own in a
 * temporary folder; HTTP/1.1 and HTTP/2, connections that end after twenty requests, ranges, a
 * limited rate. */

#include "thimble-downloader.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define N_FILES 10
#define N_BYTES 50000
/* Of the one large file; sent at LARGE_RATE from the place "slow". */
#define LARGE_BYTES 600000
#define LARGE_RATE "300k"

/* Ports of the places below, in the configuration's order. */
enum
{
  HTTP_1,
  HTTP_1_SHORT,
  HTTP_2,
  HTTP_2_SHORT,
  N_PORTS,
};

static const char configuration[]
  = "daemon off; pid %1$s/pid; error_log %1$s/error.log; worker_processes 1;\n"
    "events { worker_connections 1024; }\n"
    "http { access_log off; default_type image/jpeg;\n"
    "client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;\n"
    "uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;\n"
    "ssl_certificate %1$s/cert.pem; ssl_certificate_key %1$s/key.pem; root %1$s/www;\n"
    "server { listen 127.0.0.1:%2$u; location /slow/ { alias %1$s/www/; limit_rate " LARGE_RATE
    "; } }\n"
    "server { listen 127.0.0.1:%3$u; keepalive_requests 20; }\n"
    "server { listen 127.0.0.1:%4$u ssl http2; }\n"
    "server { listen 127.0.0.1:%5$u ssl http2; keepalive_requests 20; } }\n";

typedef struct
{
  char *folder;
  guint16 ports[N_PORTS];
  GPid pid;
  ThimbleDownloaderConfig config;
  ThimbleDownloader *downloader;
  char *ca_file;
  char *partial;
} Fixture;

/* --- the server ------------------------------------------------------------------------------- */

static void
write_file (const char *folder, const char *name, gsize n_bytes, guint seed)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree guint8 *bytes = g_malloc (n_bytes);
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = g_rand_int (rand);
  g_assert_true (g_file_set_contents (path, (char *) bytes, n_bytes, NULL));
}

/* Ports that were free a moment ago. */
static void
choose_ports (Fixture *fixture)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();

  for (guint i = 0; i < N_PORTS; i++)
    {
      fixture->ports[i] = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
      g_assert_cmpuint (fixture->ports[i], >, 0);
    }
  g_socket_listener_close (listener);
}

static void
make_certificate (Fixture *fixture)
{
  g_autofree char *key = g_build_filename (fixture->folder, "key.pem", NULL);
  const char *const command[]
    = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
        fixture->ca_file, NULL };
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

static gboolean
answers (guint16 port)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnection) connection
    = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);

  return connection != NULL;
}

static void
start_server (Fixture *fixture, const char *nginx)
{
  g_autofree char *conf = g_build_filename (fixture->folder, "nginx.conf", NULL);
  g_autofree char *log = g_build_filename (fixture->folder, "error.log", NULL);
  g_autofree char *text
    = g_strdup_printf (configuration, fixture->folder, fixture->ports[0], fixture->ports[1],
                       fixture->ports[2], fixture->ports[3]);
  const char *const command[]
    = { nginx, "-c", conf, "-p", fixture->folder, "-e", log, NULL };

  g_assert_true (g_file_set_contents (conf, text, -1, NULL));
  g_assert_true (g_spawn_async (NULL, (char **) command, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                NULL, &fixture->pid, NULL));
  for (guint i = 0; i < 500 && !answers (fixture->ports[N_PORTS - 1]); i++)
    g_usleep (10000);
  g_assert_true (answers (fixture->ports[N_PORTS - 1]));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nginx = g_find_program_in_path ("nginx");
  g_autofree char *www = NULL;
  GError *error = NULL;

  if (nginx == NULL && g_file_test ("/usr/sbin/nginx", G_FILE_TEST_IS_EXECUTABLE))
    nginx = g_strdup ("/usr/sbin/nginx");
  if (nginx == NULL)
    {
      g_test_skip ("There is no nginx here");
      return;
    }
  fixture->folder = g_dir_make_tmp ("thimble-nginx-XXXXXX", NULL);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  fixture->ca_file = g_build_filename (fixture->folder, "cert.pem", NULL);
  fixture->partial = g_build_filename (fixture->folder, "partial", NULL);
  www = g_build_filename (fixture->folder, "www", NULL);
  g_mkdir (www, 0755);
  g_mkdir (fixture->partial, 0755);
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      write_file (www, name, N_BYTES, i);
    }
  write_file (www, "large", LARGE_BYTES, 99);
  choose_ports (fixture);
  make_certificate (fixture);
  start_server (fixture, nginx);

  fixture->config = (ThimbleDownloaderConfig) THIMBLE_DOWNLOADER_CONFIG_INIT;
  fixture->config.partial_folder = fixture->partial;
  fixture->config.ca_file = fixture->ca_file;
  fixture->downloader = thimble_downloader_new (&fixture->config, &error);
  g_assert_no_error (error);
}

static void
remove_all (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_all (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->folder == NULL)
    return;
  thimble_downloader_shutdown (fixture->downloader);
  g_object_unref (fixture->downloader);
  kill (fixture->pid, SIGTERM);
  waitpid (fixture->pid, NULL, 0);
  g_spawn_close_pid (fixture->pid);
  remove_all (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->ca_file);
  g_free (fixture->partial);
}

/* --- tests ------------------------------------------------------------------------------------ */

static ThimbleFuture *
submit (Fixture *fixture, guint place, const char *path)
{
  g_autofree char *url
    = g_strdup_printf ("%s://127.0.0.1:%u/%s", place >= HTTP_2 ? "https" : "http",
                       fixture->ports[place], path);
  const ThimbleDownloadRequest request = { .url = url };

  return thimble_downloader_submit (fixture->downloader, &request);
}

/* The bytes are those of the server's file, whose name is the path's up to "?". */
static void
assert_same (Fixture *fixture, ThimbleDownload *download, const char *path)
{
  g_autofree char *name = g_strndup (path, strcspn (path, "?"));
  g_autofree char *original = g_build_filename (fixture->folder, "www", name, NULL);
  g_autofree char *expected = NULL;
  g_autofree char *contents = NULL;
  gsize n_expected;
  gsize n_bytes;

  g_assert_true (g_file_get_contents (original, &expected, &n_expected, NULL));
  g_assert_true (thimble_download_open (download, NULL));
  thimble_download_close (download);
  g_assert_true (g_file_get_contents (download->path, &contents, &n_bytes, NULL));
  g_assert_cmpmem (contents, n_bytes, expected, n_expected);
}

/* Every link becomes its file, however often the server closes its connections. */
static void
test_all (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (fixture->folder == NULL)
    return;
  for (guint i = 0; i < 600; i++)
    {
      g_ptr_array_add (paths, g_strdup_printf ("%u?%u", i % N_FILES, i));
      g_ptr_array_add (futures, submit (fixture, GPOINTER_TO_UINT (data), paths->pdata[i]));
    }
  for (guint i = 0; i < futures->len; i++)
    {
      GError *error = NULL;
      ThimbleDownload *download = thimble_future_result (futures->pdata[i], 60000, &error);

      g_assert_no_error (error);
      g_assert_true (download->has_proven_length);
      assert_same (fixture, download, paths->pdata[i]);
      thimble_download_forget (download);
    }
}

/* Cut off in the middle, the rest comes when it is asked for again: as one file, each byte once. */
static void
test_resume (Fixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleFuture) first = NULL;
  g_autoptr(ThimbleFuture) second = NULL;
  GError *error = NULL;
  ThimbleDownload *download;
  guint64 before;

  if (fixture->folder == NULL)
    return;
  first = submit (fixture, HTTP_1, "slow/large");
  for (guint i = 0;
       i < 2000 && thimble_downloader_get_n_received (fixture->downloader) < LARGE_BYTES / 3; i++)
    g_usleep (5000);
  thimble_future_request_stop (first);
  g_assert_null (thimble_future_result (first, 10000, NULL));
  before = thimble_downloader_get_n_received (fixture->downloader);
  g_assert_cmpuint (before, >=, LARGE_BYTES / 3);
  g_assert_cmpuint (before, <, LARGE_BYTES);

  second = submit (fixture, HTTP_1, "slow/large");
  download = thimble_future_result (second, 60000, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (thimble_downloader_get_n_received (fixture->downloader), ==, LARGE_BYTES);
  g_assert_cmpuint (download->n_received, ==, LARGE_BYTES - before);
  assert_same (fixture, download, "large");
}

/* Without the certificate's own word for it, nobody trusts it. */
static void
test_certificate (Fixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleFuture) future = NULL;
  g_autoptr(GError) error = NULL;

  if (fixture->folder == NULL)
    return;
  thimble_downloader_shutdown (fixture->downloader);
  g_object_unref (fixture->downloader);
  fixture->config.ca_file = NULL;
  fixture->downloader = thimble_downloader_new (&fixture->config, &error);
  g_assert_no_error (error);
  future = submit (fixture, HTTP_2, "1");
  g_assert_null (thimble_future_result (future, 60000, &error));
  g_assert_error (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_CERTIFICATE);
  g_assert_nonnull (strstr (error->message, "nobody who is trusted signed it"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, func)                                                                      \
  g_test_add (path, Fixture, GUINT_TO_POINTER (data), set_up, func, tear_down)
  ADD ("/download/nginx/http-1", HTTP_1, test_all);
  ADD ("/download/nginx/http-1/short-connections", HTTP_1_SHORT, test_all);
  ADD ("/download/nginx/http-2", HTTP_2, test_all);
  ADD ("/download/nginx/http-2/goaway", HTTP_2_SHORT, test_all);
  ADD ("/download/nginx/resume", 0, test_resume);
  ADD ("/download/nginx/certificate", 0, test_certificate);
#undef ADD
  return g_test_run ();
}
