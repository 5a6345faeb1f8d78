/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where images come from: names as bytes, and what the user's words mean. */

#include "thimble-origin.h"
#include "thimble-source.h"

static void
test_names (void)
{
  static const struct
  {
    const char *folder;
    const char *name;
    const char *path;
    const char *uri;
  } rows[] = {
    { "/a/b", "c.jpg", "/a/b/c.jpg", "file:///a/b/c.jpg" },
    { "/", "c.jpg", "/c.jpg", "file:///c.jpg" },
    { "/a b", "100%#?.jpg", "/a b/100%#?.jpg", "file:///a%20b/100%25%23%3F.jpg" },
    { "/a", "caf\351.jpg", "/a/caf\351.jpg", "file:///a/caf%E9.jpg" },
    { "/a", "caf\303\251.jpg", "/a/caf\303\251.jpg", "file:///a/caf%C3%A9.jpg" },
    { "/a", "new\nline", "/a/new\nline", "file:///a/new%0Aline" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(ThimbleFolder) folder = thimble_folder_new (rows[i].folder, "", "root", 3);
      g_autoptr(ThimbleOrigin) origin = thimble_origin_new (folder, rows[i].name);
      g_autofree char *path = thimble_origin_dup_path (origin);
      g_autofree char *uri = thimble_origin_dup_uri (origin);
      g_autofree char *shown = thimble_origin_dup_display_name (origin);

      g_assert_cmpstr (path, ==, rows[i].path);
      g_assert_cmpstr (uri, ==, rows[i].uri);
      g_assert_true (g_utf8_validate (shown, -1, NULL));
    }
}

/* A folder lives as long as the last of its origins. */
static void
test_folder_is_shared (void)
{
  ThimbleFolder *folder = thimble_folder_new ("/a", "b/c", "a", 7);
  ThimbleOrigin *one = thimble_origin_new (folder, "1");
  g_autoptr(ThimbleOrigin) other = thimble_origin_new (folder, "2");
  g_autoptr(ThimbleOrigin) again = thimble_origin_ref (other);

  g_assert_true (one->folder == other->folder);
  one->given_name = g_strdup ("name");
  one->given_folder = g_strdup ("folder");
  thimble_folder_unref (folder);
  thimble_origin_unref (one);
  g_assert_cmpstr (again->folder->below, ==, "b/c");
  g_assert_cmpstr (again->folder->root_name, ==, "a");
  g_assert_cmpuint (again->folder->root, ==, 7);
}

static void
test_arguments (void)
{
  static const struct
  {
    const char *argument;
    ThimbleSourceKind kind;
    const char *location;
  } rows[] = {
    { "http://h/a b%zz", THIMBLE_SOURCE_URL, "http://h/a b%zz" },
    { "HTTPS://H/../x", THIMBLE_SOURCE_URL, "HTTPS://H/../x" },
    { "Data:image/png;base64,xx", THIMBLE_SOURCE_URL, "Data:image/png;base64,xx" },
    { "a.jpg", THIMBLE_SOURCE_PATH, "/here/a.jpg" },
    { "./a//b/./c/", THIMBLE_SOURCE_PATH, "/here/a/b/c" },
    { "/a/b/", THIMBLE_SOURCE_PATH, "/a/b" },
    { "/", THIMBLE_SOURCE_PATH, "/" },
    { ".", THIMBLE_SOURCE_PATH, "/here" },
    { "", THIMBLE_SOURCE_PATH, "" },
    { "../a", THIMBLE_SOURCE_PATH, "/here/../a" },
    { "/link/../a", THIMBLE_SOURCE_PATH, "/link/../a" },
    { "caf\351", THIMBLE_SOURCE_PATH, "/here/caf\351" },
    { "file:///a%20b/c", THIMBLE_SOURCE_PATH, "/a b/c" },
    { "FILE:///a", THIMBLE_SOURCE_PATH, "/a" },
    { "http", THIMBLE_SOURCE_PATH, "/here/http" },
    { "ftp://h/a", THIMBLE_SOURCE_PATH, "/here/ftp:/h/a" },
    { "httpx:a", THIMBLE_SOURCE_PATH, "/here/httpx:a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(ThimbleSource) source
        = thimble_source_new_for_argument (rows[i].argument, "/here");
      g_autoptr(ThimbleSource) again = thimble_source_ref (source);

      g_assert_cmpint (thimble_source_get_kind (again), ==, rows[i].kind);
      g_assert_cmpstr (thimble_source_get_location (again), ==, rows[i].location);
    }
}

static void
test_current_folder (void)
{
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *expected = g_build_filename (here, "a", NULL);
  g_autoptr(ThimbleSource) source = thimble_source_new_for_argument ("a", NULL);

  g_assert_cmpstr (thimble_source_get_location (source), ==, expected);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/origin/names", test_names);
  g_test_add_func ("/origin/folder-is-shared", test_folder_is_shared);
  g_test_add_func ("/source/arguments", test_arguments);
  g_test_add_func ("/source/current-folder", test_current_folder);
  return g_test_run ();
}
