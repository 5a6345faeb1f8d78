/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links on thimble-cli's command line: data links, lists, pages, and a download that is killed. */

#include "bad-server.h"
#include "test-files.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* Of each image; more than is fetched again without asking. */
#define N_BYTES 150000
#define N_LINKS 20

static GSubprocess *
spawn (const char *folder, const char *const *words)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  GError *error = NULL;
  GSubprocess *process;

  g_ptr_array_add (arguments, (gpointer) g_getenv ("THIMBLE_CLI"));
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (arguments, (gpointer) words[i]);
  g_ptr_array_add (arguments, NULL);
  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments->pdata, &error);
  g_assert_no_error (error);
  return process;
}

/* Returns the exit status. */
static int
run (const char *folder, const char *const *words, char **out, char **err)
{
  g_autoptr(GSubprocess) process = spawn (folder, words);
  GError *error = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, out, err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

static void
test_data (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *file = test_write_png (in, "source.png", 40, 30, FALSE);
  g_autofree char *contents = NULL;
  g_autofree char *base64 = NULL;
  g_autofree char *link = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *original = g_build_filename (in, "out", "originals", "image.png", NULL);
  gsize n_bytes;

  g_assert_true (g_file_get_contents (file, &contents, &n_bytes, NULL));
  base64 = g_base64_encode ((guchar *) contents, n_bytes);
  link = g_strconcat ("data:image/jpeg;base64,", base64, NULL);
  g_assert_cmpint (run (in, (const char *[]) { "make", "-o", "out", "--json", "-", link, NULL },
                        &out, &err),
                   ==, 0);
  g_assert_cmpstr (err, ==, "");
  expected = g_strdup_printf ("{\"source\":\"%s\",\"state\":\"done\"", link);
  g_assert_true (g_str_has_prefix (out, expected));
  g_assert_nonnull (strstr (out, "\"original\":\""));
  g_assert_true (g_file_test (original, G_FILE_TEST_EXISTS));
}

static void
test_usage (void)
{
  static const char *const wrong[][3] = { { "--header", "nothing" }, { "--connections", "0" },
                                          { "--per-host", "5000" },  { "--downloads", "" } };
  g_autoptr(TestFolder) in = test_folder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *err = NULL;
      g_autofree char *out = NULL;

      g_assert_cmpint (run (in,
                            (const char *[]) { "download", wrong[i][0], wrong[i][1],
                                               "http://127.0.0.1/", NULL },
                            &out, &err),
                       ==, 2);
      g_assert_cmpstr (err, !=, "");
    }
}

/* A JPEG with bytes after its end, so that it is large; that does no harm. */
static GBytes *
make_image (const char *folder)
{
  g_autofree char *file = test_write_jpeg (folder, "source.jpg", 40, 30);
  g_autofree char *contents = NULL;
  guint8 *bytes = g_malloc0 (N_BYTES);
  gsize n_bytes;

  g_assert_true (g_file_get_contents (file, &contents, &n_bytes, NULL));
  memcpy (bytes, contents, n_bytes);
  return g_bytes_new_take (bytes, N_BYTES);
}

/* What has come and is not complete. */
static guint64
count_partial_bytes (const char *folder)
{
  g_autofree char *path
    = g_build_filename (folder, "out", "originals", ".thimble-partial", NULL);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  guint64 n_bytes = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".part"))
      {
        g_autofree char *part = g_build_filename (path, name, NULL);
        GStatBuf info;

        if (g_stat (part, &info) == 0)
          n_bytes += info.st_size;
      }
  return n_bytes;
}

/* The server stops in the middle of each image, and there the program is killed; the next run gets
 * the other half of each, and not a byte twice. */
static void
test_killed (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(BadServer) server = bad_server_new ();
  g_autoptr(GBytes) image = make_image (in);
  g_autoptr(GString) list = g_string_new (NULL);
  g_autofree char *file = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr(GSubprocess) process = NULL;
  const char *const words[] = { "download", "-o",  "out",        "--list", "list.txt",
                                "--per-host", "32", NULL };

  for (guint i = 0; i < N_LINKS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/stall/%u", i);
      g_autofree char *url = bad_server_dup_url (server, path);

      bad_server_add_body (server, path, image);
      g_string_append_printf (list, "%s\n", url);
    }
  file = test_write (in, "list.txt", list->str);

  process = spawn (in, words);
  for (guint i = 0; i < 2000 && count_partial_bytes (in) < N_LINKS * N_BYTES / 2; i++)
    g_usleep (5000);
  g_assert_cmpuint (count_partial_bytes (in), ==, N_LINKS * N_BYTES / 2);
  g_subprocess_send_signal (process, SIGKILL);
  g_subprocess_wait (process, NULL, NULL);

  g_assert_cmpint (run (in, words, &out, &err), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_nonnull (strstr (out, "20 downloaded"));
  g_assert_cmpuint (bad_server_get_n_sent (server), ==, N_LINKS * N_BYTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/links/data", test_data);
  g_test_add_func ("/cli/links/usage", test_usage);
  g_test_add_func ("/cli/links/killed", test_killed);
  return g_test_run ();
}
