/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Images that are opened from their folder, whatever becomes of that in between. */

#include "test-files.h"

#include "thimble-source-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThimbleSourceFolder, thimble_source_folder_clear)

static void
assert_opens (ThimbleSourceFolder *self, ThimbleFolder *folder, const char *name, const char *text)
{
  g_autoptr(ThimbleOrigin) origin = thimble_origin_new (folder, name);
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimbleInput) input = thimble_source_folder_open (self, origin, &error);
  char found[16];

  g_assert_no_error (error);
  g_assert_cmpint (read (thimble_input_get_fd (input), found, sizeof found), ==, strlen (text));
  g_assert_cmpmem (found, strlen (text), text, strlen (text));
}

static void
assert_is_missing (ThimbleSourceFolder *self, ThimbleFolder *folder, const char *name)
{
  g_autoptr(ThimbleOrigin) origin = thimble_origin_new (folder, name);
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_source_folder_open (self, origin, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static char *
make_folder (const char *in, const char *name)
{
  g_autofree char *path = g_build_filename (in, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0777), ==, 0);
  return g_steal_pointer (&path);
}

/* Another folder lies where the folder lay: what it has is found, and what was found when it was
 * open is still what was found. */
static void
test_replaced (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *path = make_folder (in, "photos");
  g_autofree char *aside = g_build_filename (in, "aside", NULL);
  g_autofree char *new_path = NULL;
  g_autoptr(ThimbleFolder) folder = thimble_folder_new (path, "", "photos", 1);
  g_auto(ThimbleSourceFolder) self;

  thimble_source_folder_init (&self);
  g_free (test_write (path, "a.jpg", "old a"));
  g_free (test_write (path, "b.jpg", "old b"));
  assert_opens (&self, folder, "a.jpg", "old a");

  g_assert_cmpint (g_rename (path, aside), ==, 0);
  new_path = make_folder (in, "photos");
  g_free (test_write (new_path, "b.jpg", "new b"));
  g_free (test_write (new_path, "c.jpg", "new c"));
  assert_opens (&self, folder, "b.jpg", "old b");
  assert_opens (&self, folder, "c.jpg", "new c");
  assert_opens (&self, folder, "b.jpg", "new b");
  assert_is_missing (&self, folder, "a.jpg");
}

/* The folder is gone, and comes back, as where a disk is put in again. */
static void
test_gone (void)
{
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autofree char *path = make_folder (in, "photos");
  g_autofree char *file = test_write (path, "a.jpg", "a");
  g_autofree char *new_path = NULL;
  g_autoptr(ThimbleFolder) folder = thimble_folder_new (path, "", "photos", 1);
  g_auto(ThimbleSourceFolder) self;

  thimble_source_folder_init (&self);
  assert_opens (&self, folder, "a.jpg", "a");
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  assert_is_missing (&self, folder, "a.jpg");
  new_path = make_folder (in, "photos");
  g_free (test_write (new_path, "a.jpg", "again"));
  assert_opens (&self, folder, "a.jpg", "again");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source-folder/replaced", test_replaced);
  g_test_add_func ("/source-folder/gone", test_gone);
  return g_test_run ();
}
