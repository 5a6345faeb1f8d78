/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "compare" as scripts and the window see it. */

#include "test-files.h"

#include <gio/gio.h>
#include <string.h>

#define N_BAD 700

/* Returns what it says; temporary folders are made in one of ours. */
static char *
compare (const char *in, const char *source, int status)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_subprocess_launcher_setenv (launcher, "TMPDIR", in, TRUE);
  g_subprocess_launcher_set_cwd (launcher, in);
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("THIMBLE_CLI"), "compare", "-j",
                                         "1", "--json", "-", "--", source, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
  return text;
}

/* Each way is tried, and nothing is left behind. */
static void
test_json (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *photo = test_write_jpeg (in, "photos/a.jpg", 300, 200);
  g_autofree char *photos = g_path_get_dirname (photo);
  g_autofree char *text = compare (in, photos, 0);

  g_assert_true (g_str_has_prefix (text, "{\"compare\":true,\"trials\":3,"));
  g_assert_nonnull (strstr (text, "\"executor\":\"serial\",\"workers\":1,\"seconds\":"));
  g_assert_nonnull (strstr (text, "\"executor\":\"threads\",\"workers\":1,\"seconds\":"));
  g_assert_nonnull (strstr (text, "\n{\"summary\":true,"));
  g_assert_cmpuint (test_count_files (in), ==, 1);
}

/* More failures than a pipe has room for words about them hold nothing up. */
static void
test_many_failures (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *photos = g_build_filename (in, "photos", NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < N_BAD; i++)
    {
      g_autofree char *name = g_strdup_printf ("photos/a-name-that-makes-a-message-long-%u.jpg", i);

      g_free (test_write (in, name, "no image"));
    }
  text = compare (in, photos, 3);
  g_assert_nonnull (strstr (text, "\"executor\":\"serial\",\"workers\":1,\"error\":"));
}

/* Downloads are compared one by one and at once, and images are made of their files; what can't be
 * downloaded is said once. */
static void
test_links (void)
{
  static const struct
  {
    const char *link;
    int status;
    const char *expected;
  } cases[]
    = { { "data:image/gif;base64,R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=", 0,
          "\"executor\":\"serial\",\"workers\":1,\"seconds\":" },
        { "data:image/gif;base64,AAAA", 3,
          "\"executor\":\"serial\",\"workers\":1,\"error\":\"" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TestFolder) in = test_folder_new ();
      g_autofree char *text = compare (in, cases[i].link, cases[i].status);
      gboolean is_good = cases[i].status == 0;

      g_assert_true (g_str_has_prefix (text, "{\"compare\":true,\"trials\":5,"));
      g_assert_nonnull (strstr (text, is_good ? "\"downloads\",\"workers\":1,\"seconds\":"
                                              : "\"downloads\",\"workers\":1,\"error\":"));
      g_assert_cmpint (strstr (text, "\"downloads\",\"workers\":32,\"seconds\":") != NULL, ==,
                       is_good);
      g_assert_nonnull (strstr (text, cases[i].expected));
      g_assert_cmpuint (test_count_files (in), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/json", test_json);
  g_test_add_func ("/compare/links", test_links);
  g_test_add_func ("/compare/many-failures", test_many_failures);
  return g_test_run ();
}
