/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How images come into the window: dropped, and while a run goes on. */

#include "config.h"

#include "window-fixture.h"

#define N_IMAGES 4

static void
make_images (WindowFixture *fixture)
{
  for (guint i = 0; i < N_IMAGES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);

      window_fixture_make_image (fixture, name, 160, 120);
    }
}

static gboolean
has_items (WindowFixture *fixture)
{
  return thimble_batch_get_n_items (window_fixture_get_batch (fixture)) == N_IMAGES
         && !thimble_session_get_scanning (fixture->session);
}

/* A folder and a file in it, dropped at once: the file is there once. */
static void
test_drop (WindowFixture *fixture, gconstpointer data)
{
  GtkDropTarget *target = window_fixture_get (fixture, "drop_target");
  g_autoptr(GFile) folder = g_file_new_for_path (fixture->images);
  g_autoptr(GFile) file = g_file_get_child (folder, "1.png");
  g_auto(GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  make_images (fixture);
  g_assert_true (gdk_content_formats_contain_gtype (gtk_drop_target_get_formats (target),
                                                    GDK_TYPE_FILE_LIST));
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array ((GFile *[]){ folder, file }, 2));
  g_signal_emit_by_name (target, "drop", &value, 10.0, 10.0, &is_taken);

  g_assert_true (is_taken);
  window_fixture_wait (fixture, has_items);
}

static gboolean
has_one_more (WindowFixture *fixture)
{
  return thimble_batch_get_n_items (window_fixture_get_batch (fixture)) == N_IMAGES + 1
         && !thimble_session_get_scanning (fixture->session);
}

/* What is added while a run goes on waits, and says so; it comes when the run has ended, be it by
 * Cancel.
 */
static void
test_add_in_run (WindowFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->images, "more.png", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);

  make_images (fixture);
  window_fixture_add (fixture);
  window_fixture_make_image (fixture, "more.png", 160, 120);

  window_fixture_click (fixture, "start_button");
  thimble_window_add_files (fixture->window, &file, 1);
  g_assert_nonnull (widget_find_label (GTK_WIDGET (fixture->window),
                                       "These will be added when the run is done"));
  g_assert_false (thimble_session_get_scanning (fixture->session));
  window_fixture_click (fixture, "cancel_button");
  window_fixture_wait (fixture, has_one_more);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
}

static gboolean
is_gone (WindowFixture *fixture)
{
  return fixture->window == NULL;
}

/* A window that is closed waits for the run, and begins nothing after it. */
static void
test_close_with_waiting (WindowFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->images, "0.png", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);

  make_images (fixture);
  window_fixture_add (fixture);
  fixture->n_scanned = 0;
  window_fixture_click (fixture, "start_button");
  thimble_window_add_files (fixture->window, &file, 1);
  gtk_window_close (GTK_WINDOW (fixture->window));
  window_fixture_answer (fixture, "stop");
  window_fixture_wait (fixture, is_gone);

  g_assert_false (thimble_session_get_scanning (fixture->session));
  g_assert_cmpuint (fixture->n_scanned, ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (WindowFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/adding/drop", test_drop },
    { "/adding/in-run", test_add_in_run },
    { "/adding/close-with-waiting", test_close_with_waiting },
  };

  gtk_test_init (&argc, &argv);
  adw_init ();

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, WindowFixture, NULL, window_fixture_set_up, tests[i].test,
                window_fixture_tear_down);
  return g_test_run ();
}
