/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the service does with files: walking, lists, writing. */

#include "test-files.h"

#include "thimble-engine.h"
#include "thimble-hash-counter.h"
#include "thimble-image-names.h"
#include "thimble-list-file.h"
#include "thimble-paths.h"
#include "thimble-walker.h"
#include "thimble-writer.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GPtrArray *names; /* "below/name" */
  GPtrArray *folders; /* that were named */
  GPtrArray *problems;
} Found;

static void
found_cb (ThimbleOrigin *origin, gpointer user_data)
{
  Found *found = user_data;

  g_ptr_array_add (found->names, g_build_filename (origin->folder->below, origin->name, NULL));
  thimble_origin_unref (origin);
}

static void
named_cb (char *folder, gpointer user_data)
{
  g_ptr_array_add (((Found *) user_data)->folders, folder);
}

static void
problem_cb (char *problem, gpointer user_data)
{
  g_ptr_array_add (((Found *) user_data)->problems, problem);
}

static char *
walk (const char *folder, const char *destination, Found *found, guint *n_other)
{
  g_autoptr(ThimbleWalker) walker
    = thimble_walker_new (destination, found_cb, named_cb, problem_cb, found, NULL);

  found->names = g_ptr_array_new_with_free_func (g_free);
  found->folders = g_ptr_array_new_with_free_func (g_free);
  found->problems = g_ptr_array_new_with_free_func (g_free);
  thimble_walker_add_path (walker, folder, 1);
  thimble_walker_add_path (walker, folder, 2); /* once is enough */
  if (n_other != NULL)
    *n_other = thimble_walker_get_n_other (walker);
  g_ptr_array_add (found->names, NULL);
  return g_strjoinv (" ", (char **) found->names->pdata);
}

static void
found_clear (Found *found)
{
  g_clear_pointer (&found->names, g_ptr_array_unref);
  g_clear_pointer (&found->folders, g_ptr_array_unref);
  g_clear_pointer (&found->problems, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static void
test_walk (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *link = g_build_filename (in, "z-loop", NULL);
  g_autofree char *broken = g_build_filename (in, "broken.jpg", NULL);
  g_autofree char *out = g_build_filename (in, "out", NULL);
  g_autofree char *names = NULL;
  g_auto(Found) found = { 0 };
  guint n_other;

  g_free (test_write_jpeg (in, "b.jpg", 8, 8));
  g_free (test_write_jpeg (in, "a/c.JPEG", 8, 8));
  g_free (test_write_jpeg (in, "a/no-extension", 8, 8));
  g_free (test_write (in, "a/README", "text"));
  g_free (test_write (in, "list.csv", "url"));
  g_free (test_write_jpeg (in, "out/made.jpg", 8, 8));
  g_assert_cmpint (symlink (in, link), ==, 0);
  g_assert_cmpint (symlink ("/nowhere", broken), ==, 0);

  names = walk (in, out, &found, &n_other);
  g_assert_cmpstr (names, ==, "a/c.JPEG a/no-extension b.jpg");
  g_assert_cmpuint (n_other, ==, 3);
  g_assert_cmpuint (found.problems->len, ==, 0);
  g_assert_cmpuint (found.folders->len, ==, 1);
  g_assert_cmpstr (found.folders->pdata[0], ==, in);
}

/* ".." goes up from where a symbolic link leads; an empty path leads nowhere. */
static void
test_walk_odd_paths (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *deep = g_build_filename (in, "real", "deep", NULL);
  g_autofree char *link = g_build_filename (in, "link", NULL);
  g_autofree char *up = g_build_filename (in, "link", "..", NULL);
  g_autofree char *names = NULL;
  g_autofree char *none = NULL;
  g_auto(Found) found = { 0 };
  g_auto(Found) nothing = { 0 };

  g_free (test_write_jpeg (in, "wrong.jpg", 8, 8));
  g_free (test_write_jpeg (in, "real/deep/a.jpg", 8, 8));
  g_assert_cmpint (symlink (deep, link), ==, 0);
  names = walk (up, NULL, &found, NULL);
  g_assert_cmpstr (names, ==, "deep/a.jpg");

  none = walk ("", NULL, &nothing, NULL);
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpuint (nothing.problems->len, ==, 2);
}

/* A destination is where the shell would find it, also where a part of it is not there yet. */
static void
test_resolve (void)
{
  static const char *const rows[][2] = {
    { "link/..", "real" },          { "link/../new/a", "real/new/a" },
    { "new/../x", "x" },            { "link/../../y/.", "y" },
    { "link//new/b/", "real/deep/new/b" },
  };
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *real = thimble_path_resolve (in);
  g_autofree char *deep = g_build_filename (in, "real", "deep", NULL);
  g_autofree char *link = g_build_filename (in, "link", NULL);
  g_autofree char *root = thimble_path_resolve ("/../nowhere-at-all/..");

  g_assert_cmpint (g_mkdir_with_parents (deep, 0755), ==, 0);
  g_assert_cmpint (symlink (deep, link), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat (in, "/", rows[i][0], NULL);
      g_autofree char *expected = g_build_filename (real, rows[i][1], NULL);
      g_autofree char *resolved = thimble_path_resolve (path);

      g_assert_cmpstr (resolved, ==, expected);
    }
  g_assert_cmpstr (root, ==, "/");
}

/* Standard input that never comes does not outlast the user. */
static void
test_list_from_nowhere (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GArray) sources = NULL;
  g_autoptr(GArray) none = NULL;
  g_autoptr(GError) error = NULL;
  int saved = dup (STDIN_FILENO);
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_cmpint (dup2 (fds[0], STDIN_FILENO), ==, STDIN_FILENO);
  g_cancellable_cancel (cancellable);
  none = thimble_list_file_read ("-", cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (none);
  g_clear_error (&error);

  g_assert_cmpint (write (fds[1], "a.jpg\nb", 7), ==, 7);
  close (fds[1]);
  g_cancellable_reset (cancellable);
  sources = thimble_list_file_read ("-", cancellable, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sources->len, ==, 2);
  close (fds[0]);
  if (saved >= 0)
    dup2 (saved, STDIN_FILENO);
  close (saved);
}

static void
test_walk_unreadable (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *shut = g_build_filename (in, "shut", NULL);
  g_autofree char *names = NULL;
  g_auto(Found) found = { 0 };

  if (geteuid () == 0)
    {
      g_test_skip ("root reads everything");
      return;
    }
  g_free (test_write_jpeg (in, "a.jpg", 8, 8));
  g_free (test_write_jpeg (in, "shut/b.jpg", 8, 8));
  g_assert_cmpint (g_chmod (shut, 0), ==, 0);
  names = walk (in, NULL, &found, NULL);
  g_assert_cmpint (g_chmod (shut, 0700), ==, 0);
  g_assert_cmpstr (names, ==, "a.jpg");
  g_assert_cmpuint (found.problems->len, ==, 1);
  g_assert_nonnull (strstr (found.problems->pdata[0], "shut"));
}

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    ThimbleNameKind kind;
  } rows[] = {
    { "a.jpg", THIMBLE_NAME_IS_IMAGE },     { "a.JPeG", THIMBLE_NAME_IS_IMAGE },
    { "a.tar.png", THIMBLE_NAME_IS_IMAGE }, { "a.txt", THIMBLE_NAME_IS_OTHER },
    { "a.mp4", THIMBLE_NAME_IS_OTHER },     { "a", THIMBLE_NAME_SAYS_NOTHING },
    { "a.", THIMBLE_NAME_SAYS_NOTHING },    { "a.xcf", THIMBLE_NAME_IS_IMAGE },
  };
  g_autoptr(GHashTable) cache = thimble_image_name_cache_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (thimble_image_name_guess (cache, rows[i].name), ==, rows[i].kind);
}

static void
test_lists (void)
{
  static const struct
  {
    const char *text;
    const char *sources; /* location|name|folder, separated by spaces */
  } rows[] = {
    { "", "" },
    { "a.jpg\n\nb c.jpg\r\n", "a.jpg|| b c.jpg||" },
    { "path\na.jpg\n", "a.jpg||" },
    { "\xef\xbb\xbfname,URL\nmug,http://x/1\n", "http://x/1|mug|" },
    { "url,name,folder\n\"http://x/1,2\",\"a \"\"b\"\"\",shop\n,nothing,\n",
      "http://x/1,2|a \"b\"|shop" },
    { "see http://x/1, and\nhttp://x/2 http://x/3\n", "http://x/1|| http://x/2|| http://x/3||" },
    { "  http://x/1  \nmy photos/1.jpg\n", "http://x/1|| my photos/1.jpg||" },
    { "path,folder\n\"two\nlines.jpg\",x\n", "two\nlines.jpg||x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GArray) list = thimble_list_file_parse (rows[i].text, strlen (rows[i].text),
                                                        THIMBLE_LIST_LINES, &error);
      g_autoptr(GString) sources = g_string_new (NULL);

      g_assert_no_error (error);
      for (guint j = 0; j < list->len; j++)
        {
          const ThimbleListedSource *source = &g_array_index (list, ThimbleListedSource, j);
          g_string_append_printf (sources, "%s%s|%s|%s", j > 0 ? " " : "", source->location,
                                  source->name != NULL ? source->name : "",
                                  source->folder != NULL ? source->folder : "");
        }
      g_assert_cmpstr (sources->str, ==, rows[i].sources);
    }
}

static void
test_binary_list (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_list_file_parse ("a\0b", 3, THIMBLE_LIST_LINES, &error));
  g_assert_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_SOURCE);
}

static void
test_write_and_replace (void)
{
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autofree char *dead = g_build_filename (out, ".thimble", "run-dead00", NULL);
  g_autofree char *hidden = g_build_filename (out, ".thimble", NULL);
  g_autofree char *path = g_build_filename (out, "a/b.jpg", NULL);
  g_autofree char *contents = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new_static ("new", 3);
  g_autoptr(GError) error = NULL;
  ThimbleWriter *writer = thimble_writer_new (out, FALSE);
  guint staged;

  g_free (test_write (dead, "7", "left by a run that was killed"));
  g_free (test_write (out, "a/b.jpg", "old"));

  thimble_writer_remove_dead_runs (writer);
  g_assert_false (g_file_test (dead, G_FILE_TEST_EXISTS));
  g_assert_true (thimble_writer_stage (writer, bytes, &staged, &error));
  g_assert_false (thimble_writer_place (writer, staged, "a/b.jpg", FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_false (thimble_writer_error_is_fatal (error));
  g_clear_error (&error);
  g_assert_true (thimble_writer_place (writer, staged, "a/b.jpg", TRUE, &error));
  g_assert_true (thimble_writer_stage (writer, bytes, &staged, &error));
  g_assert_true (thimble_writer_place (writer, staged, "c/d/e.jpg", FALSE, &error));
  g_assert_true (thimble_writer_stage (writer, bytes, &staged, &error));
  thimble_writer_free (writer);

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "new");
  g_assert_cmpuint (test_count_files (out), ==, 2);
  g_assert_false (g_file_test (hidden, G_FILE_TEST_EXISTS));
}

/* A run that lives keeps what it has staged while another one begins. */
static void
test_two_writers (void)
{
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimbleWriter) one = thimble_writer_new (out, FALSE);
  g_autoptr(ThimbleWriter) other = thimble_writer_new (out, FALSE);
  g_autoptr(GBytes) bytes = g_bytes_new_static ("x", 1);
  guint first;
  guint second;

  g_assert_true (thimble_writer_stage (one, bytes, &first, NULL));
  g_assert_true (thimble_writer_stage (other, bytes, &second, NULL));
  g_assert_true (thimble_writer_place (one, first, "one", FALSE, NULL));
  g_assert_true (thimble_writer_place (other, second, "other", FALSE, NULL));
  g_assert_cmpuint (test_count_files (out), ==, 2);
}

static void
test_writer_has_no_place (void)
{
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autofree char *file = test_write (out, "file", "in the way");
  g_autofree char *below = g_build_filename (file, "below", NULL);
  g_autoptr(ThimbleWriter) writer = thimble_writer_new (below, FALSE);
  g_autoptr(GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr(GError) error = NULL;
  guint staged;

  g_assert_false (thimble_writer_stage (writer, bytes, &staged, &error));
  g_assert_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION);
  g_assert_true (thimble_writer_error_is_fatal (error));
}

/* A folder of Thimble's that is somebody else's fails the run, not image after image. */
static void
test_writer_is_shut_out (void)
{
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autofree char *ours = g_build_filename (out, ".thimble", NULL);
  g_autoptr(ThimbleWriter) writer = thimble_writer_new (out, FALSE);
  g_autoptr(GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr(GError) error = NULL;
  guint staged;

  if (geteuid () == 0)
    {
      g_test_skip ("root writes everywhere");
      return;
    }
  g_assert_cmpint (g_mkdir (ours, 0500), ==, 0);
  g_assert_false (thimble_writer_stage (writer, bytes, &staged, &error));
  g_assert_true (thimble_writer_error_is_fatal (error));
}

static void
test_hash_counter (void)
{
  g_autoptr(ThimbleHashCounter) counter = thimble_hash_counter_new ();

  for (guint64 i = 0; i < 10000; i++)
    thimble_hash_counter_add (counter, i * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  for (guint64 i = 0; i < 10000; i += 2)
    thimble_hash_counter_add (counter, i * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  for (guint64 i = 0; i < 10000; i++)
    g_assert_cmpuint (
      thimble_hash_counter_get (counter, i * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)), ==,
      i % 2 ? 1 : 2);
  g_assert_cmpuint (thimble_hash_counter_get (counter, 12345), ==, 0);
  for (guint i = 0; i < 1000; i++)
    thimble_hash_counter_add (counter, 12345);
  g_assert_cmpuint (thimble_hash_counter_get (counter, 12345), ==, THIMBLE_HASH_COUNTER_MANY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/walker/tree", test_walk);
  g_test_add_func ("/walker/odd-paths", test_walk_odd_paths);
  g_test_add_func ("/paths/resolve", test_resolve);
  g_test_add_func ("/list-file/from-nowhere", test_list_from_nowhere);
  g_test_add_func ("/walker/unreadable", test_walk_unreadable);
  g_test_add_func ("/walker/names", test_names);
  g_test_add_func ("/list-file/rows", test_lists);
  g_test_add_func ("/list-file/binary", test_binary_list);
  g_test_add_func ("/writer/replace", test_write_and_replace);
  g_test_add_func ("/writer/two", test_two_writers);
  g_test_add_func ("/writer/no-place", test_writer_has_no_place);
  g_test_add_func ("/writer/shut-out", test_writer_is_shut_out);
  g_test_add_func ("/hash-counter", test_hash_counter);
  return g_test_run ();
}
