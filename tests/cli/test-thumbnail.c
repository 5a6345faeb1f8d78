/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "thumbnail" as the desktop calls it: one image, one PNG, or neither a file nor a zero. */

#include "test-files.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Runs "thimble-cli thumbnail" with up to four words, behind those of @before (NULL for none). */
static int
run (const char *const *before, char **err, const char *a, const char *b, const char *c,
     const char *d)
{
  const char *const words[] = { g_getenv ("THIMBLE_CLI"), "thumbnail", a, b, c, d, NULL };
  g_autoptr(GPtrArray) all = g_ptr_array_new ();
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; before != NULL && before[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer) before[i]);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer) words[i]);
  g_ptr_array_add (all, NULL);
  process = g_subprocess_newv ((const char *const *) all->pdata, G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

/* A PNG of this size that says these things of its source. */
static void
assert_thumbnail (const char *path, guint width, guint height, const char *source)
{
  g_autofree char *uri = g_filename_to_uri (source, NULL, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *data = NULL;
  const char *texts[] = { "Thumb::URI", uri, "Thumb::Image::Width", "300" };
  GStatBuf info;
  gsize n;

  g_file_get_contents (path, &data, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, >, 33);
  g_assert_cmpmem (data, 8, "\211PNG\r\n\032\n", 8);
  g_assert_cmpuint ((guint8) data[18] << 8 | (guint8) data[19], ==, width);
  g_assert_cmpuint ((guint8) data[22] << 8 | (guint8) data[23], ==, height);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i += 2)
    {
      const char *key = memmem (data, n, texts[i], strlen (texts[i]) + 1);

      g_assert_nonnull (key);
      g_assert_cmpmem (key + strlen (texts[i]) + 1, strlen (texts[i + 1]), texts[i + 1],
                       strlen (texts[i + 1]));
    }
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
}

static void
test_made (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *photo = test_write_jpeg (in, "a photo.jpg", 300, 200);
  g_autofree char *uri = g_filename_to_uri (photo, NULL, NULL);
  g_autofree char *before = test_read_hash (photo);
  g_autofree char *after = NULL;
  g_autofree char *output = g_build_filename (in, "out", NULL);
  g_autofree char *err = NULL;

  g_assert_cmpint (run (NULL, &err, photo, output, NULL, NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  assert_thumbnail (output, 128, 85, photo);

  /* By its URI, over what is there; a small image does not become larger. */
  g_clear_pointer (&err, g_free);
  g_assert_cmpint (run (NULL, &err, "-s", "256", uri, output), ==, 0);
  assert_thumbnail (output, 256, 171, photo);
  g_clear_pointer (&err, g_free);
  g_assert_cmpint (run (NULL, &err, "-s", "1024", uri, output), ==, 0);
  assert_thumbnail (output, 300, 200, photo);

  after = test_read_hash (photo);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (test_count_files (in), ==, 2);
}

/* The caller keeps a place for the thumbnail, and reads from what it has open. */
static void
test_kept_place (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *photo = test_write_jpeg (in, "a.jpg", 300, 200);
  g_autofree char *output = g_build_filename (in, "place.png", NULL);
  g_autofree char *err = NULL;
  int fd = g_open (output, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  char begin[8];

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (run (NULL, &err, photo, output, NULL, NULL), ==, 0);
  g_assert_cmpint (read (fd, begin, sizeof begin), ==, sizeof begin);
  g_assert_cmpmem (begin, sizeof begin, "\211PNG\r\n\032\n", 8);
  assert_thumbnail (output, 128, 85, photo);
  g_assert_cmpint (close (fd), ==, 0);
}

/* Nothing is made or left, the reason is told, and the exit status says whose fault it is. */
static void
test_failures (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *photo = test_write_jpeg (in, "a.jpg", 300, 200);
  g_autofree char *text = test_write (in, "text.jpg", "no image");
  g_autofree char *linked = g_build_filename (in, "link.png", NULL);
  g_autofree char *output = g_build_filename (in, "out.png", NULL);
  g_autofree char *nowhere = g_build_filename (in, "nowhere", "out.png", NULL);
  const struct
  {
    const char *words[4];
    int status;
    const char *message;
  } rows[] = {
    { { "/does/not/exist.jpg", output }, 1, "can’t be read" },
    { { in, output }, 1, "can’t be read" },
    { { text, output }, 1, "“text.jpg” is a text file" },
    { { photo, photo }, 1, "is the image itself" },
    { { photo, linked }, 1, "is the image itself" },
    { { photo, nowhere }, 3, "can’t be written" },
    { { photo }, 2, "two files" },
    { { photo, output, output }, 2, "two files" },
    { { "https://example.org/a.jpg", output }, 2, "is no file" },
    { { "-s", "0", photo, output }, 2, "out of range" },
    { { "-s", "4097", photo, output }, 2, "out of range" },
  };

  g_assert_cmpint (link (photo, linked), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *const *words = rows[i].words;
      g_autofree char *err = NULL;

      g_assert_cmpint (run (NULL, &err, words[0], words[1], words[2], words[3]), ==,
                       rows[i].status);
      g_assert_nonnull (strstr (err, rows[i].message));
      g_assert_cmpuint (test_count_files (in), ==, 3);
    }
}

/* As GNOME calls thumbnailers: the system to read, one file and one folder, no network. */
static void
test_sandboxed (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *photo = test_write_jpeg (in, "a.jpg", 300, 200);
  g_autofree char *output = g_build_filename (in, "out.png", NULL);
  g_autofree char *build = g_path_get_dirname (g_getenv ("G_TEST_BUILDDIR"));
  const char *const bwrap[]
    = { "bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
        "--ro-bind", build, build, "--bind", in, in, "--chdir", "/", "--unshare-all",
        "--die-with-parent", NULL };
  const char *const probe[] = { "bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev",
                                "--unshare-all", "true", NULL };
  g_autofree char *err = NULL;
  int status = -1;

  if (!g_spawn_sync (NULL, (char **) probe, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                     &status, NULL)
      || status != 0)
    {
      g_test_skip ("bubblewrap is not installed, or can make no sandbox here");
      return;
    }
  g_assert_cmpint (run (bwrap, &err, photo, output, NULL, NULL), ==, 0);
  g_assert_cmpstr (err, ==, "");
  assert_thumbnail (output, 128, 85, photo);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thumbnail/made", test_made);
  g_test_add_func ("/thumbnail/kept-place", test_kept_place);
  g_test_add_func ("/thumbnail/failures", test_failures);
  g_test_add_func ("/thumbnail/sandboxed", test_sandboxed);
  return g_test_run ();
}
