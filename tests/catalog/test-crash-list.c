/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of sources that ended workers: what it remembers, of whom, and for how long. */

#include "thimble-crash-list.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("thimble-crashes-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->file = g_build_filename (fixture->folder, "crashes", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->file);
  g_rmdir (fixture->folder);
  g_free (fixture->file);
  g_free (fixture->folder);
}

static const ThimbleStamp stamp = { 12, 34, 56 };

static void
add (ThimbleCrashList *list, const char *source)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (thimble_crash_list_add (list, source, &stamp, "ended “it”.\n", &error));
  g_assert_no_error (error);
}

static void
assert_knows (ThimbleCrashList *list, const char *source, const ThimbleStamp *as, gboolean knows)
{
  g_autofree char *message = thimble_crash_list_lookup (list, source, as);

  g_assert_cmpstr (message, ==, knows ? "ended “it”.\n" : NULL);
}

/* Any name a file can have is the same again after it was written and read. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a.jpg", "with space", "new\nline", "\xff\xfe", "%41", "ü" };
  g_autoptr(ThimbleCrashList) list = thimble_crash_list_open (fixture->folder);
  g_autoptr(ThimbleCrashList) again = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      assert_knows (list, names[i], &stamp, FALSE);
      add (list, names[i]);
    }
  again = thimble_crash_list_open (fixture->folder);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      assert_knows (list, names[i], &stamp, TRUE);
      assert_knows (again, names[i], &stamp, TRUE);
    }
  assert_knows (again, "A", &stamp, FALSE);
}

/* A source that has changed in any way is a new one. */
static void
test_changed (Fixture *fixture, gconstpointer data)
{
  static const ThimbleStamp others[] = { { 13, 34, 56 }, { 12, 35, 56 }, { 12, 34, 57 } };
  g_autoptr(ThimbleCrashList) list = thimble_crash_list_open (fixture->folder);

  add (list, "a");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_knows (list, "a", &others[i], FALSE);
  assert_knows (list, "a", &stamp, TRUE);
  thimble_crash_list_remove (list, "a");
  assert_knows (list, "a", &stamp, FALSE);
}

/* Another version tries all again, and what makes no sense says nothing. */
static void
test_damage (Fixture *fixture, gconstpointer data)
{
  static const char *const damaged[] = { "", "\n", "1 2\n", "x 34 56 b m\n", "12 34 -1 b m\n",
                                         "12 34 56 b\n", "12 34 56 %zz m\n" };
  g_autofree char *good = NULL;
  g_autofree char *header = NULL;
  g_autofree char *other = NULL;
  g_autoptr(ThimbleCrashList) list = thimble_crash_list_open (fixture->folder);
  g_autoptr(ThimbleCrashList) newer = NULL;

  add (list, "a");
  g_assert_true (g_file_get_contents (fixture->file, &good, NULL, NULL));
  header = g_strndup (good, strcspn (good, "\n"));
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autofree char *text = g_strconcat (header, "\n", damaged[i], strchr (good, '\n') + 1, NULL);
      g_autoptr(ThimbleCrashList) read = NULL;

      g_assert_true (g_file_set_contents (fixture->file, text, -1, NULL));
      read = thimble_crash_list_open (fixture->folder);
      assert_knows (read, "b", &stamp, FALSE);
      assert_knows (read, "a", &stamp, TRUE);
    }

  other = g_strconcat (header, "-later", strchr (good, '\n'), NULL);
  g_assert_true (g_file_set_contents (fixture->file, other, -1, NULL));
  newer = thimble_crash_list_open (fixture->folder);
  assert_knows (newer, "a", &stamp, FALSE);
}

static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "not", "there", NULL);
  g_autoptr(ThimbleCrashList) list = thimble_crash_list_open (missing);
  g_autoptr(GError) error = NULL;

  g_assert_false (thimble_crash_list_add (list, "a", &stamp, "ended “it”.\n", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  assert_knows (list, "a", &stamp, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/crash-list/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/crash-list/changed", Fixture, NULL, set_up, test_changed, tear_down);
  g_test_add ("/crash-list/damage", Fixture, NULL, set_up, test_damage, tear_down);
  g_test_add ("/crash-list/unwritable", Fixture, NULL, set_up, test_unwritable, tear_down);
  return g_test_run ();
}
