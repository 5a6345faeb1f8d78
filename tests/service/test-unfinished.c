/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a run was on, kept from one start of the program to the next. */

#include "test-files.h"

#include "thimble-unfinished.h"

#include <string.h>

static TestFolder *folder;

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static ThimbleUnfinished *
load (GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  thimble_unfinished_flush ();
  thimble_unfinished_load_async (loaded_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return thimble_unfinished_load_finish (result, error);
}

static void
keep (ThimbleSource *const *sources, guint n_sources, const char *removed)
{
  g_autoptr(ThimbleUnfinished) unfinished = thimble_unfinished_new ();

  for (guint i = 0; i < n_sources; i++)
    g_ptr_array_add (unfinished->sources, thimble_source_ref (sources[i]));
  g_ptr_array_add (unfinished->removed, g_strdup (removed));
  thimble_unfinished_keep (unfinished);
}

static void
assert_same (ThimbleSource *one, ThimbleSource *other)
{
  g_assert_cmpint (thimble_source_get_kind (one), ==, thimble_source_get_kind (other));
  g_assert_cmpstr (thimble_source_get_location (one), ==, thimble_source_get_location (other));
  g_assert_cmpstr (thimble_source_get_name (one), ==, thimble_source_get_name (other));
  g_assert_cmpstr (thimble_source_get_folder (one), ==, thimble_source_get_folder (other));
}

/* Every kind of source comes back as it was, with the name and folder that a list gave. */
static void
test_kept (void)
{
  g_autoptr(ThimbleSource) images = thimble_source_new (THIMBLE_SOURCE_PATH, "/im\xff" "ages");
  g_autoptr(ThimbleSource) list = thimble_source_new (THIMBLE_SOURCE_LIST, "/list.csv");
  g_autoptr(ThimbleSource) page = thimble_source_new (THIMBLE_SOURCE_PAGE, "https://a.example/");
  g_autoptr(ThimbleSource) link
    = thimble_source_new_for_link ("https://a.example/1.jpg", "One", "sh\xc3\xb6p/new");
  g_autoptr(ThimbleSource) named
    = thimble_source_new_for_link ("https://a.example/1.jpg", "Two", NULL);
  g_autoptr(ThimbleSource) plain
    = thimble_source_new_for_link ("https://a.example/2.jpg", NULL, NULL);
  ThimbleSource *const sources[] = { images, list, page, link, named, plain };
  g_autoptr(ThimbleUnfinished) unfinished = NULL;
  g_autoptr(GError) error = NULL;

  keep (sources, G_N_ELEMENTS (sources), "/images/bad\xfe.jpg");
  unfinished = load (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (unfinished->sources->len, ==, G_N_ELEMENTS (sources));
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    assert_same (unfinished->sources->pdata[i], sources[i]);
  g_assert_cmpuint (unfinished->removed->len, ==, 1);
  g_assert_cmpstr (unfinished->removed->pdata[0], ==, "/images/bad\xfe.jpg");

  thimble_unfinished_forget ();
  g_assert_null (load (&error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
put (gconstpointer bytes, gsize n_bytes)
{
  g_autofree char *path = g_build_filename (folder, "thimble", "unfinished", NULL);

  g_assert_true (g_file_set_contents (path, bytes, (gssize) n_bytes, NULL));
}

static void
assert_refused (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (load (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* What another version wrote, or what is cut short anywhere, is refused; a byte that is wrong does
 * no harm. */
static void
test_refused (void)
{
  g_autoptr(ThimbleSource) link
    = thimble_source_new_for_link ("https://a.example/1.jpg", "One", "shop");
  ThimbleSource *const sources[] = { link };
  g_autofree char *path = g_build_filename (folder, "thimble", "unfinished", NULL);
  g_autoptr(ThimbleUnfinished) whole = NULL;
  g_autofree guint8 *bytes = NULL;
  guint32 version;
  gsize n_bytes;

  keep (sources, 1, "x");
  whole = load (NULL);
  g_assert_nonnull (whole);
  g_assert_true (g_file_get_contents (path, (char **) &bytes, &n_bytes, NULL));
  memcpy (&version, bytes, sizeof version);
  g_assert_cmpuint (version, ==, 3);
  for (gsize n = 0; n < n_bytes; n++)
    {
      put (bytes, n);
      assert_refused ();
    }
  for (gsize i = 0; i < n_bytes; i++)
    {
      g_autoptr(ThimbleUnfinished) unfinished = NULL;

      bytes[i] ^= 0xff;
      put (bytes, n_bytes);
      unfinished = load (NULL);
      g_assert_true (unfinished == NULL || i >= sizeof version);
      bytes[i] ^= 0xff;
    }
  version = 2;
  memcpy (bytes, &version, sizeof version);
  put (bytes, n_bytes);
  assert_refused ();
  thimble_unfinished_forget ();
  thimble_unfinished_flush ();
}

int
main (int argc, char **argv)
{
  int status;

  folder = test_folder_new ();
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unfinished/kept", test_kept);
  g_test_add_func ("/unfinished/refused", test_refused);
  status = g_test_run ();
  test_folder_free (folder);
  return status;
}
