/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "compare" as scripts and the window see it. */

#include "test-files.h"

#include <gio/gio.h>
#include <string.h>

/* Each way is tried, and nothing is left behind: temporary folders are made in one of ours. */
static void
test_json (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *photo = test_write_jpeg (in, "photos/a.jpg", 300, 200);
  g_autofree char *photos = g_path_get_dirname (photo);
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) process = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "TMPDIR", in, TRUE);
  g_subprocess_launcher_set_cwd (launcher, in);
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("THIMBLE_CLI"), "compare", "-j",
                                         "1", "--json", "-", "--", photos, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_true (g_str_has_prefix (text, "{\"compare\":true,\"trials\":3,"));
  g_assert_nonnull (strstr (text, "\"executor\":\"serial\",\"workers\":1,\"seconds\":"));
  g_assert_nonnull (strstr (text, "\"executor\":\"threads\",\"workers\":1,\"seconds\":"));
  g_assert_nonnull (strstr (text, "\n{\"summary\":true,"));
  g_assert_cmpuint (test_count_files (in), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/json", test_json);
  return g_test_run ();
}
