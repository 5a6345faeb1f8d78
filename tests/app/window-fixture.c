/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A window on a real engine, with images that are made here. Waiting turns the main context until
 * what is waited for has happened; a timer ends the test where it never does.
 */

#include "window-fixture.h"

#include "thimble-preset-edit.h"
#include "thimble-settings.h"
#include "thimble-window-private.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <string.h>

#define DEADLINE_S 60

static void
scanned_cb (ThimbleSession *session, gpointer report, GError *error, WindowFixture *fixture)
{
  g_assert_no_error (error);
  fixture->n_scanned++;
}

static void
run_finished_cb (ThimbleSession *session, gpointer summary, GError *error, WindowFixture *fixture)
{
  g_clear_error (&fixture->error);
  if (error != NULL)
    fixture->error = g_error_copy (error);
  fixture->n_finished++;
}

static void
save_settings (WindowFixture *fixture, int width)
{
  g_autoptr(ThimbleSettings) settings = thimble_settings_load ();
  g_autoptr(GSettings) store = thimble_settings_open_store ();

  g_clear_object (&settings->preset);
  g_free (settings->destination);
  settings->preset = thimble_preset_new ("Test");
  g_assert_true (thimble_preset_add_size (settings->preset, "64", NULL));
  g_assert_true (thimble_preset_remove_size (settings->preset, 0));
  settings->destination = g_strdup (fixture->output);
  settings->window_width = width > 0 ? width : 1000;
  settings->window_height = 700;
  thimble_settings_save (settings);

  /* Nobody shows them here, which GLib warns of. */
  if (store != NULL)
    g_settings_set_boolean (store, "notifications", FALSE);
}

/* GTK has one application a process, so all tests share it. */
static GtkApplication *
get_application (void)
{
  static GtkApplication *application;
  g_autoptr(GError) error = NULL;

  if (application == NULL)
    {
      application
        = gtk_application_new ("io.github.thimble.TestWindow", G_APPLICATION_NON_UNIQUE);
      g_application_register (G_APPLICATION (application), NULL, &error);
      g_assert_no_error (error);
    }
  return application;
}

/* The data is the width of the window, or NULL. */
void
window_fixture_set_up (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("thimble-window-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->images = g_build_filename (fixture->folder, "images", NULL);
  fixture->output = g_build_filename (fixture->folder, "output", NULL);
  g_assert_cmpint (g_mkdir (fixture->images, 0700), ==, 0);
  save_settings (fixture, GPOINTER_TO_INT (data));

  fixture->application = get_application ();
  fixture->engine = thimble_engine_new (THIMBLE_EXECUTOR_KIND_PROCESSES, 2, &error);
  g_assert_no_error (error);

  fixture->window
    = THIMBLE_WINDOW (thimble_window_new (fixture->application, fixture->engine));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  fixture->session = g_object_ref (thimble_window_get_session (fixture->window));
  g_signal_connect (fixture->session, "scanned", G_CALLBACK (scanned_cb), fixture);
  g_signal_connect (fixture->session, "run-finished", G_CALLBACK (run_finished_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static gboolean
is_idle (WindowFixture *fixture)
{
  return !thimble_session_get_running (fixture->session)
         && !thimble_session_get_scanning (fixture->session);
}

static gboolean
is_gone (WindowFixture *fixture)
{
  return fixture->window == NULL;
}

/* A plan that was on its way holds it until it hears that it was cancelled. */
static gboolean
is_let_go (WindowFixture *fixture)
{
  return G_OBJECT (fixture->session)->ref_count == 1;
}

static gboolean
is_not_scanning (WindowFixture *fixture)
{
  return !thimble_session_get_scanning (fixture->session);
}

/* What a test has added may still be on its way into the grid: that ends as it would. A run that is
 * left is cancelled.
 */
void
window_fixture_tear_down (WindowFixture *fixture, gconstpointer data)
{
  window_fixture_wait (fixture, is_not_scanning);
  thimble_session_cancel (fixture->session, FALSE);
  window_fixture_wait (fixture, is_idle);
  if (fixture->window != NULL)
    gtk_window_close (GTK_WINDOW (fixture->window));
  window_fixture_wait (fixture, is_gone);
  window_fixture_wait (fixture, is_let_go);
  g_assert_finalize_object (g_steal_pointer (&fixture->session));

  thimble_engine_shutdown (fixture->engine);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_clear_object (&fixture->engine);
  g_clear_error (&fixture->error);
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->images);
  g_free (fixture->output);
}

/* An image with a slope in it, in the format of its name. */
void
window_fixture_make_image (WindowFixture *fixture, const char *name, int width, int height)
{
  g_autoptr(GdkPixbuf) image = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autofree char *path = g_build_filename (fixture->images, name, NULL);
  g_autoptr(GError) error = NULL;
  guint8 *pixels = gdk_pixbuf_get_pixels (image);
  int stride = gdk_pixbuf_get_rowstride (image);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        pixels[y * stride + x * 3] = (guint8) (x * 255 / width);
        pixels[y * stride + x * 3 + 1] = (guint8) (y * 255 / height);
        pixels[y * stride + x * 3 + 2] = 128;
      }

  gdk_pixbuf_save (image, path, g_str_has_suffix (name, ".png") ? "png" : "jpeg", &error, NULL);
  g_assert_no_error (error);
}

void
window_fixture_make_file (WindowFixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->images, name, NULL);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_error ("What was waited for has not happened in %d seconds", DEADLINE_S);
  return G_SOURCE_REMOVE;
}

/* Turns the main context until a condition holds. */
void
window_fixture_wait (WindowFixture *fixture, FixtureCondition condition)
{
  guint deadline = g_timeout_add_seconds (DEADLINE_S, deadline_cb, NULL);

  while (!condition (fixture))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static gboolean
is_scanned (WindowFixture *fixture)
{
  return fixture->n_scanned > 0 && !thimble_session_get_scanning (fixture->session);
}

/* Adds the folder of images, and waits until they are found. */
void
window_fixture_add (WindowFixture *fixture)
{
  g_autoptr(GFile) folder = g_file_new_for_path (fixture->images);
  GFile *files[] = { folder };

  fixture->n_scanned = 0;
  thimble_window_add_files (fixture->window, files, 1);
  window_fixture_wait (fixture, is_scanned);
}

/* Clicks a button at once; gtk_widget_activate would show it pressed for a quarter of a second. */
void
window_fixture_click (WindowFixture *fixture, const char *id)
{
  GtkWidget *button = window_fixture_get (fixture, id);

  g_assert_true (gtk_widget_get_visible (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

/* Answers the question that the window asks. */
void
window_fixture_answer (WindowFixture *fixture, const char *response)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n_answered = 0;

  for (guint i = g_list_model_get_n_items (windows); i > 0; i--)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i - 1);

      if (ADW_IS_MESSAGE_DIALOG (window))
        {
          adw_message_dialog_response (ADW_MESSAGE_DIALOG (window), response);
          gtk_window_destroy (window);
          n_answered++;
        }
    }
  g_assert_cmpuint (n_answered, ==, 1);
}

static gboolean
is_finished (WindowFixture *fixture)
{
  return fixture->n_finished > 0;
}

/* Clicks Start, and waits until the run has finished. */
void
window_fixture_run (WindowFixture *fixture)
{
  fixture->n_finished = 0;
  window_fixture_click (fixture, "start_button");
  window_fixture_wait (fixture, is_finished);
}

/* As the window does when it is new. */
void
window_fixture_look_for_unfinished (WindowFixture *fixture)
{
  thimble_window_look_for_unfinished (fixture->window);
}

/* The one window of a type. */
GtkWidget *
window_fixture_find_toplevel (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }
  g_error ("There is no %s", g_type_name (type));
}

/* Files in the destination, without what is hidden. */
guint
window_fixture_count_outputs (WindowFixture *fixture)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->output, 0, NULL);
  guint n = 0;

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    if (name[0] != '.')
      n++;
  return n;
}

ThimbleBatch *
window_fixture_get_batch (WindowFixture *fixture)
{
  return thimble_session_get_batch (fixture->session);
}

/* A child of the window's template. */
gpointer
window_fixture_get (WindowFixture *fixture, const char *id)
{
  GObject *object
    = gtk_widget_get_template_child (GTK_WIDGET (fixture->window), THIMBLE_TYPE_WINDOW, id);

  g_assert_nonnull (object);
  return object;
}

static GtkWidget *
find (GtkWidget *widget, GType type, const char *text, guint *index)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type)
      && (text == NULL || g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0)
      && (*index)-- == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type, text, index);
  return found;
}

/* The widget of a type that comes so many after the first, or NULL. */
GtkWidget *
widget_find (GtkWidget *root, GType type, guint index)
{
  return find (root, type, NULL, &index);
}

/* The label with a text, or NULL. */
GtkWidget *
widget_find_label (GtkWidget *root, const char *text)
{
  guint index = 0;

  return find (root, GTK_TYPE_LABEL, text, &index);
}
