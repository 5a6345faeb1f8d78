/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inputs: paths, descriptors and bytes, and what is wrong with some of them. */

#include "thimble-errors.h"
#include "thimble-input.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_BYTES (1 << 20)
#define PADDING 64

typedef struct
{
  char *folder;
  char *path;
  GByteArray *buffer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fixture->folder = g_dir_make_tmp ("thimble-input-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "file", NULL);
  fixture->buffer = g_byte_array_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_unlink (fixture->path);
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_free (fixture->folder);
  g_free (fixture->path);
  g_byte_array_unref (fixture->buffer);
}

/* A file of bytes that count up. */
static void
write_file (Fixture *fixture, gsize n_bytes)
{
  g_autofree char *bytes = g_malloc (n_bytes + 1);

  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = (char) (i % 251);
  g_assert_true (g_file_set_contents (fixture->path, bytes, n_bytes, NULL));
}

static void
check_read (ThimbleInput *input, GByteArray *buffer, gsize n_expected)
{
  g_autoptr(GError) error = NULL;
  const guint8 *bytes;
  gsize n_bytes = 0;

  bytes = thimble_input_read (input, buffer, MAX_BYTES, &n_bytes, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  g_assert_cmpuint (n_bytes, ==, n_expected);
  for (gsize i = 0; i < n_bytes; i++)
    g_assert_cmpuint (bytes[i], ==, i % 251);
  for (gsize i = 0; i < PADDING; i++)
    g_assert_cmpuint (bytes[n_bytes + i], ==, 0xFF);
}

/* One buffer serves files of many sizes, the later ones smaller too. */
static void
test_path (Fixture *fixture, gconstpointer user_data)
{
  static const gsize sizes[] = { 0, 1, 63, 100000, 65536, 65535, 7, MAX_BYTES };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(ThimbleInput) input = thimble_input_new_for_path (fixture->path);

      write_file (fixture, sizes[i]);
      check_read (input, fixture->buffer, sizes[i]);
      check_read (input, fixture->buffer, sizes[i]);
    }
}

/* A path is opened when it is read, not before. */
static void
test_late (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(ThimbleInput) input = thimble_input_new_for_path (fixture->path);
  g_autoptr(GError) error = NULL;
  gsize n_bytes;

  g_assert_null (thimble_input_read (input, fixture->buffer, MAX_BYTES, &n_bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  write_file (fixture, 1234);
  check_read (input, fixture->buffer, 1234);
}

static void
test_fd (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(ThimbleInput) input = NULL;
  g_autoptr(GError) error = NULL;
  gsize n_bytes;
  int fd;

  write_file (fixture, 5000);
  fd = open (fixture->path, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  input = thimble_input_new_for_fd (fd);
  check_read (input, fixture->buffer, 5000);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, -1);

  /* It was used up. */
  g_assert_null (thimble_input_read (input, fixture->buffer, MAX_BYTES, &n_bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_fd_closed (Fixture *fixture, gconstpointer user_data)
{
  ThimbleInput *input;
  int fd;

  write_file (fixture, 1);
  fd = open (fixture->path, O_RDONLY | O_CLOEXEC);
  input = thimble_input_new_for_fd (fd);
  thimble_input_unref (thimble_input_ref (input));
  g_assert_cmpint (fcntl (fd, F_GETFD), !=, -1);
  thimble_input_unref (input);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, -1);
}

/* A pipe has no size: it is read to its end. */
static gpointer
write_pipe_thread (gpointer user_data)
{
  int fd = GPOINTER_TO_INT (user_data);

  for (guint i = 0; i < 300000; i++)
    {
      guint8 byte = i % 251;

      g_assert_cmpint (write (fd, &byte, 1), ==, 1);
    }
  close (fd);
  return NULL;
}

static void
test_pipe (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(ThimbleInput) input = NULL;
  GThread *thread;
  int fds[2];

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  input = thimble_input_new_for_fd (fds[0]);
  thread = g_thread_new ("write", write_pipe_thread, GINT_TO_POINTER (fds[1]));
  check_read (input, fixture->buffer, 300000);
  g_thread_join (thread);
}

static void
test_bytes (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr(ThimbleInput) input = thimble_input_new_for_bytes (bytes);
  g_autoptr(GError) error = NULL;
  gsize n_bytes = 0;

  for (guint i = 0; i < 2; i++)
    {
      const guint8 *read = thimble_input_read (input, fixture->buffer, 3, &n_bytes, &error);

      g_assert_no_error (error);
      g_assert_true (read == g_bytes_get_data (bytes, NULL));
      g_assert_cmpuint (n_bytes, ==, 3);
    }
  g_assert_cmpint (thimble_input_open (input, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_no_bytes (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static ("", 0);
  g_autoptr(ThimbleInput) input = thimble_input_new_for_bytes (bytes);
  g_autoptr(GError) error = NULL;
  gsize n_bytes = 1;

  g_assert_nonnull (thimble_input_read (input, fixture->buffer, 3, &n_bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_bytes, ==, 0);
}

/* The limit holds where the size is known before and where it is not; messages continue the file's name. */
static void
check_too_large (ThimbleInput *input, GByteArray *buffer, guint64 max_bytes)
{
  g_autoptr(GError) error = NULL;
  gsize n_bytes;

  g_assert_null (thimble_input_read (input, buffer, max_bytes, &n_bytes, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE);
  g_assert_true (g_str_has_prefix (error->message, "is "));
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static void
test_too_large (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(ThimbleInput) path = thimble_input_new_for_path (fixture->path);
  g_autoptr(ThimbleInput) pipe_input = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr(ThimbleInput) in_memory = thimble_input_new_for_bytes (bytes);
  int fds[2];

  write_file (fixture, 1000);
  check_read (path, fixture->buffer, 1000);
  check_too_large (path, fixture->buffer, 999);
  check_too_large (in_memory, fixture->buffer, 2);

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  pipe_input = thimble_input_new_for_fd (fds[0]);
  g_assert_cmpint (write (fds[1], "abcdefgh", 8), ==, 8);
  close (fds[1]);
  check_too_large (pipe_input, fixture->buffer, 7);
}

static void
test_not_a_file (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo", NULL);
  ThimbleInput *inputs[3];
  static const int codes[] = {
    G_IO_ERROR_IS_DIRECTORY,
    G_IO_ERROR_NOT_REGULAR_FILE,
    G_IO_ERROR_NOT_REGULAR_FILE,
  };

  g_assert_no_errno (mkfifo (fifo, 0600));
  inputs[0] = thimble_input_new_for_path (fixture->folder);
  inputs[1] = thimble_input_new_for_path (fifo);
  inputs[2] = thimble_input_new_for_path ("/dev/zero");
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    {
      g_autoptr(GError) error = NULL;
      gsize n_bytes;

      g_assert_null (
        thimble_input_read (inputs[i], fixture->buffer, MAX_BYTES, &n_bytes, &error));
      g_assert_error (error, G_IO_ERROR, codes[i]);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_clear_pointer (&inputs[i], thimble_input_unref);
    }
  g_unlink (fifo);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/input/path", test_path);
  add ("/input/late", test_late);
  add ("/input/fd", test_fd);
  add ("/input/fd-closed", test_fd_closed);
  add ("/input/pipe", test_pipe);
  add ("/input/bytes", test_bytes);
  add ("/input/no-bytes", test_no_bytes);
  add ("/input/too-large", test_too_large);
  add ("/input/not-a-file", test_not_a_file);
  return g_test_run ();
}
