/* SPDX-License-Identifier: GPL-3.0-or-later */

/* thimble-cli as a script sees it: what it prints, what it leaves, how it ends. */

#include "test-files.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

typedef struct
{
  int status;
  char *out;
  char *err;
} Ran;

static void
ran_clear (Ran *ran)
{
  g_free (ran->out);
  g_free (ran->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ran, ran_clear)

static void run (Ran *ran, const char *folder, ...) G_GNUC_NULL_TERMINATED;

/* Runs thimble-cli in a folder with the words given. */
static void
run (Ran *ran, const char *folder, ...)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;
  int wait_status;
  va_list arguments;
  const char *word;

  g_ptr_array_add (words, (gpointer) g_getenv ("THIMBLE_CLI"));
  va_start (arguments, folder);
  while ((word = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (words, (gpointer) word);
  va_end (arguments);
  g_ptr_array_add (words, NULL);

  ran_clear (ran);
  g_spawn_sync (folder, (char **) words->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &ran->out,
                &ran->err, &wait_status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (wait_status));
  ran->status = WEXITSTATUS (wait_status);
}

static JsonObject *
get_line (GPtrArray *parsers, const char *text)
{
  JsonParser *parser = json_parser_new ();
  GError *error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  g_ptr_array_add (parsers, parser);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_make (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *thumbnail = g_build_filename (in, "thumbnails", "photos", "a.jpg", NULL);
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "photos/photos/a.jpg", 300, 200));
  run (&ran, in, "photos", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_cmpstr (ran.err, ==, "");
  g_assert_nonnull (strstr (ran.out, "1 made"));
  g_assert_true (g_file_test (thumbnail, G_FILE_TEST_EXISTS));

  run (&ran, in, "make", "photos", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_nonnull (strstr (ran.out, "1 up to date"));
}

static void
test_json (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(GPtrArray) parsers = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto(GStrv) lines = NULL;
  g_auto(Ran) ran = { 0 };
  JsonObject *item;
  JsonObject *output;
  JsonObject *summary;

  g_free (test_write_jpeg (in, "photos/ü \"1\".jpg", 300, 200));
  run (&ran, in, "photos", "-o", "out", "-s", "100", "--json", "-", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  lines = g_strsplit (g_strchomp (ran.out), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);

  item = get_line (parsers, lines[0]);
  g_assert_true (g_str_has_suffix (json_object_get_string_member (item, "source"),
                                   "/photos/%C3%BC%20%221%22.jpg"));
  g_assert_cmpstr (json_object_get_string_member (item, "state"), ==, "done");
  g_assert_cmpstr (json_object_get_string_member (item, "why"), ==, "missing");
  g_assert_cmpstr (json_object_get_string_member (item, "format"), ==, "jpeg");
  g_assert_cmpint (json_object_get_int_member (item, "width"), ==, 300);
  output = json_array_get_object_element (json_object_get_array_member (item, "outputs"), 0);
  g_assert_true (g_str_has_suffix (json_object_get_string_member (output, "path"),
                                   "/out/ü \"1\".jpg"));
  g_assert_cmpstr (json_object_get_string_member (output, "label"), ==, "100");
  g_assert_cmpint (json_object_get_int_member (output, "width"), ==, 100);
  g_assert_cmpint (json_object_get_int_member (output, "height"), ==, 67);
  g_assert_cmpint (json_object_get_int_member (output, "bytes"), >, 100);

  summary = get_line (parsers, lines[1]);
  g_assert_true (json_object_get_boolean_member (summary, "summary"));
  g_assert_cmpint (json_object_get_int_member (summary, "items"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (summary, "done"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (summary, "peak_rss_bytes"), >, 1000000);
  g_assert_cmpstr (json_object_get_string_member (summary, "executor"), ==, "processes");
}

static void
test_failures (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(GPtrArray) parsers = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto(GStrv) lines = NULL;
  g_auto(Ran) ran = { 0 };
  JsonObject *error;

  g_free (test_write (in, "photos/text.jpg", "no picture"));
  run (&ran, in, "photos", "--json", "-", NULL);
  g_assert_cmpint (ran.status, ==, 1);
  g_assert_nonnull (strstr (ran.err, "text.jpg"));
  lines = g_strsplit (g_strchomp (ran.out), "\n", -1);
  error = json_object_get_object_member (get_line (parsers, lines[0]), "error");
  g_assert_cmpstr (json_object_get_string_member (error, "kind"), ==, "unsupported");

  run (&ran, in, "missing.jpg", NULL);
  g_assert_cmpint (ran.status, ==, 1);
  g_assert_nonnull (strstr (ran.err, "missing.jpg"));
}

static void
test_usage (void)
{
  static const char *const rows[][3] = {
    { NULL },
    { "x", "--nonsense", NULL },
    { "x", "--size=0", NULL },
    { "x", "--size=12y", NULL },
    { "x", "--size=70000", NULL },
    { "x", "--quality=0", NULL },
    { "x", "--quality=101", NULL },
    { "x", "--fit=round", NULL },
    { "x", "--gravity=up", NULL },
    { "x", "--format=gif", NULL },
    { "x", "--background=#12", NULL },
    { "x", "--metadata=some", NULL },
    { "x", "--name={nonsense}", NULL },
    { "x", "--name=../{name}", NULL },
    { "x", "--scaling=best", NULL },
    { "x", "--executor=magic", NULL },
    { "x", "--workers=-1", NULL },
    { "x", "--shard=3/2", NULL },
    { "x", "--verify=never", NULL },
    { "x", "--progress=some", NULL },
    { "x", "--preset=nowhere", NULL },
    { "compare", "--dry-run", NULL },
  };
  g_autoptr(TestFolder) in = test_folder_new ();
  g_auto(Ran) ran = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      run (&ran, in, rows[i][0], rows[i][1], NULL);
      g_test_message ("%s", ran.err);
      g_assert_cmpint (ran.status, ==, 2);
      g_assert_true (g_str_has_prefix (ran.err, "thimble-cli: "));
      g_assert_cmpstr (ran.out, ==, "");
    }
}

static void
test_cannot_go_on (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "photos/a.jpg", 30, 20));
  g_free (test_write (in, "file", "in the way"));
  run (&ran, in, "photos", "-o", "file/below", "--json", "-", NULL);
  g_assert_cmpint (ran.status, ==, 3);
  g_assert_nonnull (strstr (ran.err, "file"));
  g_assert_nonnull (strstr (ran.out, "\"cancelled\":1"));
}

/* Without isolation nothing is done, unless that was asked for; nobody misses it for nothing. */
static void
test_no_isolation (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *before = g_strdup (g_getenv ("THIMBLE_WORKERS"));
  g_autofree char *worker = NULL;
  g_autofree char *folder = NULL;
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "photos/a.jpg", 30, 20));
  worker = test_write (in, "workers/thimble-worker", "#!/bin/sh\nexit 1\n");
  g_assert_no_errno (g_chmod (worker, 0700));
  folder = g_path_get_dirname (worker);
  g_setenv ("THIMBLE_WORKERS", folder, TRUE);
  run (&ran, in, "photos", NULL);
  g_assert_cmpint (ran.status, ==, 3);
  g_assert_nonnull (strstr (ran.err, "isolation"));
  g_assert_nonnull (strstr (ran.err, "--executor threads"));

  run (&ran, in, "photos", "--executor", "threads", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  run (&ran, in, "photos", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  run (&ran, in, "photos", "--force", NULL);
  g_assert_cmpint (ran.status, ==, 3);
  if (before != NULL)
    g_setenv ("THIMBLE_WORKERS", before, TRUE);
  else
    g_unsetenv ("THIMBLE_WORKERS");
}

static void
test_list (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *mug = g_build_filename (in, "out", "shop", "mug.jpg", NULL);
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "1.jpg", 30, 20));
  g_free (test_write (in, "list.csv", "path,name,folder\n1.jpg,mug,shop\n"));
  run (&ran, in, "--list", "list.csv", "-o", "out", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_true (g_file_test (mug, G_FILE_TEST_EXISTS));
}

static void
test_dry_run (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *out = g_build_filename (in, "out", NULL);
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "photos/a.jpg", 30, 20));
  run (&ran, in, "photos", "-o", "out", "--dry-run", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_nonnull (strstr (ran.out, "out/a.jpg (missing)"));
  g_assert_nonnull (strstr (ran.out, "1 would be made"));
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

static void
test_empty_folder (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_auto(Ran) ran = { 0 };

  g_free (test_write (in, "photos/notes.txt", "text"));
  run (&ran, in, "photos", "-o", "out", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_nonnull (strstr (ran.err, "no images"));
}

static void
test_progress (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "photos/a.jpg", 30, 20));
  run (&ran, in, "photos", "--progress", "always", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_nonnull (strstr (ran.err, "Scheduled"));
  g_assert_nonnull (strstr (ran.err, "Finished"));
  g_assert_nonnull (strstr (ran.err, "1 of 1"));
}

static void
test_lists_of_things (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_auto(Ran) ran = { 0 };

  run (&ran, in, "formats", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_nonnull (strstr (ran.out, "jpeg"));
  g_assert_nonnull (strstr (ran.out, "read, write"));
  g_assert_false (g_regex_match_simple (",\\S", ran.out, 0, 0));
  run (&ran, in, "presets", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_nonnull (strstr (ran.out, "32, 64, 200"));
  run (&ran, in, "--version", NULL);
  g_assert_cmpint (ran.status, ==, 0);
}

/* Runs a line of shell, where $0 is thimble-cli, in a folder; returns its exit status. */
static int
run_shell (const char *folder, const char *line)
{
  const char *arguments[] = { "/bin/sh", "-c", line, g_getenv ("THIMBLE_CLI"), NULL };
  g_autoptr(GError) error = NULL;
  int wait_status;

  g_spawn_sync (folder, (char **) arguments, NULL,
                G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &wait_status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (wait_status));
  return WEXITSTATUS (wait_status);
}

static void
write_many (const char *folder, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("photos/%03u.jpg", i);
      g_free (test_write_jpeg (folder, path, 40, 30));
    }
}

/* Who reads the lines goes: the run ends in good order, and says that it could not go on. */
static void
test_broken_pipe (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *staging = g_build_filename (in, "out", ".thimble", NULL);
  g_autoptr(GDir) dir = NULL;
  const char *name;

  write_many (in, 300);
  g_assert_cmpint (run_shell (in, "{ \"$0\" photos -o out --json - ; echo $? >status; } | true; "
                                  "exit $(cat status)"), ==, 3);
  dir = g_dir_open (staging, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "run-"));
}

/* Sources on the way are open, but never more than a process may have. */
static void
test_few_descriptors (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();

  write_many (in, 200);
  g_assert_cmpint (run_shell (in, "ulimit -n 64; exec \"$0\" photos -o out -j 4 --chunk 100"), ==,
                   0);
}

/* A name can't send commands to the terminal. */
static void
test_control_characters (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_auto(Ran) ran = { 0 };

  g_free (test_write (in, "photos/a\n\033]0;b\302\233\377.jpg", "no picture"));
  run (&ran, in, "photos", NULL);
  g_assert_cmpint (ran.status, ==, 1);
  g_assert_null (strchr (ran.err, '\033'));
  g_assert_null (strstr (ran.err, "\302\233"));
  g_assert_true (strchr (ran.err, '\n') == ran.err + strlen (ran.err) - 1);
  run (&ran, in, "photos", "-o", "out", "--dry-run", NULL);
  g_assert_null (strchr (ran.out, '\033'));
}

/* A dry run tells the failures that it can see, too. */
static void
test_dry_run_fails (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "photos/a.jpg", 300, 200));
  g_free (test_write_jpeg (in, "out/a.jpg", 50, 50));
  run (&ran, in, "photos", "missing.jpg", "-o", "out", "--dry-run", NULL);
  g_assert_cmpint (ran.status, ==, 1);
  g_assert_nonnull (strstr (ran.err, "missing.jpg"));
  g_assert_nonnull (strstr (ran.err, "a file that Thimble did not make"));
  run (&ran, in, "photos", "-o", "out", "--dry-run", "--overwrite", NULL);
  g_assert_cmpint (ran.status, ==, 0);
}

/* An empty word names nothing, certainly not the current folder. */
static void
test_empty_source (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "a.jpg", 30, 20));
  run (&ran, in, "", "-o", "out", NULL);
  g_assert_cmpint (ran.status, ==, 2);
  run (&ran, in, "a.jpg", "-o", "", NULL);
  g_assert_cmpint (ran.status, ==, 2);
  run (&ran, in, "a.jpg", "-o", "out", "--catalog", "", NULL);
  g_assert_cmpint (ran.status, ==, 2);
  g_assert_cmpuint (test_count_files (in), ==, 1);
}

/* Names do not depend on the order of sources that lie in one another. */
static void
test_nested_sources (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *one = g_build_filename (in, "one", "b", "y.jpg", NULL);
  g_autofree char *other = g_build_filename (in, "other", "b", "y.jpg", NULL);
  g_auto(Ran) ran = { 0 };

  g_free (test_write_jpeg (in, "a/x.jpg", 30, 20));
  g_free (test_write_jpeg (in, "a/b/y.jpg", 30, 20));
  run (&ran, in, "a", "a/b", "a/b/y.jpg", "-o", "one", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  run (&ran, in, "a/b/y.jpg", "a/b", "a", "-o", "other", NULL);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_true (g_file_test (one, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
}

/* Ctrl+C in the middle of a run. */
static void
test_interrupt (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;
  g_autofree char *staging = NULL;
  g_autoptr(GDir) dir = NULL;
  g_autoptr(GError) error = NULL;
  const char *name;

  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *path = g_strdup_printf ("photos/%03u.jpg", i);
      g_free (test_write_jpeg (in, path, 900, 900));
    }
  g_subprocess_launcher_set_cwd (launcher, in);
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("THIMBLE_CLI"), "photos", "-o",
                                         "out", "-s", "800", "--json", "-", NULL);
  g_assert_no_error (error);
  /* Standard output is buffered: the first line means that many images were made. */
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_subprocess_send_signal (process, SIGINT);
  g_clear_pointer (&line, g_free);
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL)
    g_clear_pointer (&line, g_free);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 130);

  staging = g_build_filename (in, "out", ".thimble", NULL);
  dir = g_dir_open (staging, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "run-"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/make", test_make);
  g_test_add_func ("/cli/json", test_json);
  g_test_add_func ("/cli/failures", test_failures);
  g_test_add_func ("/cli/usage", test_usage);
  g_test_add_func ("/cli/cannot-go-on", test_cannot_go_on);
  g_test_add_func ("/cli/no-isolation", test_no_isolation);
  g_test_add_func ("/cli/list", test_list);
  g_test_add_func ("/cli/dry-run", test_dry_run);
  g_test_add_func ("/cli/empty-folder", test_empty_folder);
  g_test_add_func ("/cli/progress", test_progress);
  g_test_add_func ("/cli/lists-of-things", test_lists_of_things);
  g_test_add_func ("/cli/broken-pipe", test_broken_pipe);
  g_test_add_func ("/cli/few-descriptors", test_few_descriptors);
  g_test_add_func ("/cli/control-characters", test_control_characters);
  g_test_add_func ("/cli/dry-run-fails", test_dry_run_fails);
  g_test_add_func ("/cli/empty-source", test_empty_source);
  g_test_add_func ("/cli/nested-sources", test_nested_sources);
  g_test_add_func ("/cli/interrupt", test_interrupt);
  return g_test_run ();
}
