/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window with the real service: what a person does with it, and what it then shows. */

#include "config.h"

#include "window-fixture.h"

#include "thimble-failures-window.h"
#include "thimble-image-cell.h"
#include "thimble-image-grid.h"
#include "thimble-summary-bar.h"

#include <string.h>
#include <unistd.h>

#define N_GOOD 6

/* Six good images and two that are none. "bad-" comes first. */
static void
make_images (WindowFixture *fixture)
{
  window_fixture_make_file (fixture, "bad-empty.png", "");
  window_fixture_make_file (fixture, "bad-text.jpg", "This is no image.");
  for (guint i = 0; i < N_GOOD; i++)
    {
      g_autofree char *name = g_strdup_printf ("good-%u.%s", i, i % 2 == 0 ? "jpg" : "png");

      window_fixture_make_image (fixture, name, 160, 120);
    }
}

static gboolean
are_cells_bound (WindowFixture *fixture)
{
  guint n = thimble_batch_get_n_items (window_fixture_get_batch (fixture));

  return n > 0
         && widget_find (GTK_WIDGET (fixture->window), THIMBLE_TYPE_IMAGE_CELL, n - 1) != NULL;
}

/* The cell that shows a file. */
static ThimbleImageCell *
get_cell (WindowFixture *fixture, const char *name)
{
  GtkWidget *cell;

  for (guint i = 0;
       (cell = widget_find (GTK_WIDGET (fixture->window), THIMBLE_TYPE_IMAGE_CELL, i)) != NULL;
       i++)
    {
      ThimbleItem *item = thimble_image_cell_get_item (THIMBLE_IMAGE_CELL (cell));

      if (item != NULL && strcmp (thimble_item_get_origin (item)->name, name) == 0)
        return THIMBLE_IMAGE_CELL (cell);
    }
  g_error ("No cell shows “%s”", name);
}

static void
assert_page (WindowFixture *fixture, const char *name)
{
  g_assert_cmpstr (gtk_stack_get_visible_child_name (window_fixture_get (fixture, "stack")), ==,
                   name);
}

static void
test_empty (WindowFixture *fixture, gconstpointer data)
{
  assert_page (fixture, "empty");
  g_assert_false (gtk_widget_get_visible (window_fixture_get (fixture, "start_button")));
  g_assert_false (gtk_widget_get_mapped (window_fixture_get (fixture, "cancel_button")));

  window_fixture_add (fixture);
  assert_page (fixture, "empty");
  g_assert_nonnull (
    widget_find_label (GTK_WIDGET (fixture->window), "No images were found there"));
}

static gboolean
has_pictures (WindowFixture *fixture)
{
  return thimble_image_cell_get_texture (get_cell (fixture, "good-0.jpg")) != NULL
         && thimble_image_cell_get_texture (get_cell (fixture, "good-5.png")) != NULL;
}

/* What is added is shown, with pictures, before anything is made. */
static void
test_pictures (WindowFixture *fixture, gconstpointer data)
{
  make_images (fixture);
  window_fixture_add (fixture);
  assert_page (fixture, "images");
  window_fixture_wait (fixture, are_cells_bound);
  window_fixture_wait (fixture, has_pictures);

  g_assert_null (thimble_image_cell_get_texture (get_cell (fixture, "bad-text.jpg")));
  g_assert_cmpstr (thimble_image_cell_get_status (get_cell (fixture, "bad-empty.png")), ==,
                   "0 bytes");
  g_assert_cmpuint (window_fixture_count_outputs (fixture), ==, 0);
}

static gboolean
are_states_shown (WindowFixture *fixture)
{
  const char *status = thimble_image_cell_get_status (get_cell (fixture, "good-5.png"));

  return g_str_has_prefix (status, "64 × 48 · ") || strcmp (status, "Up to date") == 0;
}

static void
test_run (WindowFixture *fixture, gconstpointer data)
{
  ThimbleBatch *batch = window_fixture_get_batch (fixture);
  GtkWidget *summary = window_fixture_get (fixture, "summary_bar");
  const char *status;

  make_images (fixture);
  window_fixture_add (fixture);
  window_fixture_wait (fixture, are_cells_bound);
  window_fixture_run (fixture);
  g_assert_no_error (fixture->error);
  window_fixture_wait (fixture, are_states_shown);

  g_assert_cmpuint (window_fixture_count_outputs (fixture), ==, N_GOOD);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_DONE), ==, N_GOOD);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_FAILED), ==, 2);

  status = thimble_image_cell_get_status (get_cell (fixture, "bad-empty.png"));
  g_assert_cmpstr (status, ==, "is empty.");
  g_assert_true (gtk_revealer_get_reveal_child (window_fixture_get (fixture, "bottom_revealer")));
  g_assert_true (gtk_stack_get_visible_child (window_fixture_get (fixture, "bottom_stack"))
                 == summary);
  g_assert_nonnull (widget_find_label (summary, "2 Failed…"));

  window_fixture_run (fixture);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_SKIPPED), ==, N_GOOD);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_FAILED), ==, 2);
}

/* Each reason is in the list of failures, in full. */
static void
test_failures (WindowFixture *fixture, gconstpointer data)
{
  ThimbleBatch *batch = window_fixture_get_batch (fixture);
  GtkWidget *window;

  make_images (fixture);
  window_fixture_add (fixture);
  window_fixture_run (fixture);

  window = thimble_failures_window_new (GTK_WINDOW (fixture->window), batch);
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < 2; i++)
    {
      ThimbleItemResult *result = thimble_item_get_result (thimble_batch_peek (batch, i));

      g_assert_nonnull (strstr (result->message, i == 0 ? "bad-empty.png" : "bad-text.jpg"));
      g_assert_nonnull (widget_find_label (window, result->message));
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

#define N_SLOW 60

/* Images that take long enough to stop in the middle: one large PNG under many names. */
static void
make_slow_images (WindowFixture *fixture)
{
  g_autofree char *first = g_build_filename (fixture->images, "00.png", NULL);

  window_fixture_make_image (fixture, "00.png", 1600, 1600);
  for (guint i = 1; i < N_SLOW; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.png", i);
      g_autofree char *path = g_build_filename (fixture->images, name, NULL);

      g_assert_cmpint (link (first, path), ==, 0);
    }
}

static void
cancel_cb (ThimbleSession *session, WindowFixture *fixture)
{
  ThimbleProgress progress;

  thimble_session_get_progress (session, &progress);
  if (progress.n_finished > 0 && thimble_session_get_running (session))
    window_fixture_click (fixture, "cancel_button");
}

static void
test_cancel (WindowFixture *fixture, gconstpointer data)
{
  ThimbleBatch *batch = window_fixture_get_batch (fixture);
  guint n_done;

  make_slow_images (fixture);
  window_fixture_add (fixture);
  g_signal_connect (fixture->session, "progressed", G_CALLBACK (cancel_cb), fixture);
  window_fixture_run (fixture);

  n_done = thimble_batch_count (batch, THIMBLE_ITEM_DONE);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (n_done, >, 0);
  g_assert_cmpuint (n_done, <, N_SLOW);
  g_assert_cmpuint (n_done + thimble_batch_count (batch, THIMBLE_ITEM_CANCELLED), ==, N_SLOW);
  g_assert_cmpuint (thimble_batch_count (batch, THIMBLE_ITEM_FAILED), ==, 0);
  g_assert_cmpuint (window_fixture_count_outputs (fixture), ==, n_done);
  g_assert_true (gtk_widget_get_visible (window_fixture_get (fixture, "start_button")));
}

static gboolean
is_gone (WindowFixture *fixture)
{
  return fixture->window == NULL;
}

/* A window that is closed in a run asks; it is then hidden at once, and there until the run has
 * ended.
 */
static void
test_close (WindowFixture *fixture, gconstpointer data)
{
  make_slow_images (fixture);
  window_fixture_add (fixture);
  window_fixture_click (fixture, "start_button");
  gtk_window_close (GTK_WINDOW (fixture->window));
  window_fixture_answer (fixture, "keep");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  g_assert_true (thimble_session_get_running (fixture->session));

  gtk_window_close (GTK_WINDOW (fixture->window));
  window_fixture_answer (fixture, "stop");
  g_assert_nonnull (fixture->window);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  window_fixture_wait (fixture, is_gone);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
  g_assert_false (thimble_session_get_running (fixture->session));
}

static void
test_remove (WindowFixture *fixture, gconstpointer data)
{
  ThimbleBatch *batch = window_fixture_get_batch (fixture);
  GtkWidget *grid = window_fixture_get (fixture, "grid");

  make_images (fixture);
  window_fixture_add (fixture);
  thimble_image_grid_select (THIMBLE_IMAGE_GRID (grid), 1);
  g_assert_true (gtk_widget_activate_action (grid, "grid.remove", NULL));
  g_assert_cmpuint (thimble_batch_get_n_items (batch), ==, N_GOOD + 1);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (fixture->window)), grid));
  g_assert_cmpstr (thimble_item_get_origin (thimble_batch_peek (batch, 1))->name, ==,
                   "good-0.jpg");

  g_assert_true (gtk_widget_activate_action (grid, "win.clear", NULL));
  g_assert_cmpuint (thimble_batch_get_n_items (batch), ==, 0);
  assert_page (fixture, "empty");
}

#define N_MANY 100

/* Many at once: what is left is what was not selected, in the batch and in the grid. */
static void
test_remove_many (WindowFixture *fixture, gconstpointer data)
{
  ThimbleBatch *batch = window_fixture_get_batch (fixture);
  GtkWidget *grid = window_fixture_get (fixture, "grid");
  GtkSelectionModel *selection;

  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.jpg", i);

      window_fixture_make_file (fixture, name, "This is no image.");
    }
  window_fixture_add (fixture);
  selection = gtk_grid_view_get_model (GTK_GRID_VIEW (widget_find (grid, GTK_TYPE_GRID_VIEW, 0)));
  gtk_selection_model_select_range (selection, 10, N_MANY - 20, TRUE);
  g_assert_true (gtk_widget_activate_action (grid, "grid.remove", NULL));

  g_assert_cmpuint (thimble_batch_get_n_items (batch), ==, 20);
  g_assert_cmpstr (thimble_item_get_origin (thimble_batch_peek (batch, 9))->name, ==, "09.jpg");
  g_assert_cmpstr (thimble_item_get_origin (thimble_batch_peek (batch, 10))->name, ==, "90.jpg");
  window_fixture_wait (fixture, are_cells_bound);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, 20);
  g_assert_nonnull (get_cell (fixture, "99.jpg"));
}

static void
test_bad_size (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *panel = window_fixture_get (fixture, "panel");
  GtkWidget *start = window_fixture_get (fixture, "start_button");
  GtkWidget *size = widget_find (panel, ADW_TYPE_ENTRY_ROW, 0);
  GtkWidget *name = widget_find (panel, ADW_TYPE_ENTRY_ROW, 1);

  make_images (fixture);
  window_fixture_add (fixture);
  g_assert_true (gtk_widget_is_sensitive (start));

  gtk_editable_set_text (GTK_EDITABLE (size), "wide");
  g_signal_emit_by_name (size, "apply");
  g_assert_true (gtk_widget_has_css_class (size, "error"));
  g_assert_true (gtk_widget_is_sensitive (start));
  gtk_editable_set_text (GTK_EDITABLE (size), "128");
  g_signal_emit_by_name (size, "apply");
  g_assert_false (gtk_widget_has_css_class (size, "error"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (size)), ==, "");
  g_assert_nonnull (widget_find_label (panel, "128"));

  gtk_editable_set_text (GTK_EDITABLE (name), "{name}.{ext}");
  g_assert_false (gtk_widget_is_sensitive (start));
  g_assert_true (gtk_widget_has_css_class (name, "error"));
  gtk_editable_set_text (GTK_EDITABLE (name), "{name}{-label}.{ext}");
  g_assert_true (gtk_widget_is_sensitive (start));
  g_assert_false (gtk_widget_has_css_class (name, "error"));

  window_fixture_run (fixture);
  g_assert_cmpuint (window_fixture_count_outputs (fixture), ==, 2 * N_GOOD);
}

/* From the grid, Tab goes to the settings, however many images there are; and back. */
static void
test_tab (WindowFixture *fixture, gconstpointer data)
{
  GtkRoot *root = GTK_ROOT (fixture->window);
  GtkWidget *grid = window_fixture_get (fixture, "grid");
  GtkWidget *panel = window_fixture_get (fixture, "panel");

  make_images (fixture);
  window_fixture_add (fixture);
  window_fixture_wait (fixture, are_cells_bound);
  g_assert_true (gtk_widget_child_focus (grid, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (root), grid));
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (root), panel));
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (root), grid));
}

static gboolean
is_folded (WindowFixture *fixture)
{
  return adw_flap_get_folded (window_fixture_get (fixture, "flap"));
}

/* As narrow as a telephone, before and after a run: what GTK finds wrong then ends the test. */
static void
test_narrow (WindowFixture *fixture, gconstpointer data)
{
  int minimum;

  make_images (fixture);
  window_fixture_add (fixture);
  window_fixture_wait (fixture, is_folded);
  window_fixture_run (fixture);
  window_fixture_wait (fixture, are_states_shown);
  gtk_widget_measure (window_fixture_get (fixture, "toast_overlay"), GTK_ORIENTATION_HORIZONTAL,
                      -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

/* The destination can't be made, because a file has its name: the run can't go on, and says so. */
static void
test_bad_destination (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  GListModel *windows = gtk_window_get_toplevels ();
  gboolean has_dialog = FALSE;

  make_images (fixture);
  g_file_set_contents (fixture->output, "in the way", -1, &error);
  g_assert_no_error (error);
  window_fixture_add (fixture);
  window_fixture_run (fixture);

  g_assert_error (fixture->error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        {
          has_dialog = TRUE;
          g_assert_cmpstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (window)), ==,
                           fixture->error->message);
          gtk_window_destroy (window);
        }
    }
  g_assert_true (has_dialog);
}

/* Whoever takes images without isolation sees it all the time. */
static void
test_isolation (WindowFixture *fixture, gconstpointer data)
{
  AdwWindowTitle *title = ADW_WINDOW_TITLE (window_fixture_get (fixture, "title"));
  g_autoptr(ThimbleEngine) engine = thimble_engine_new (THIMBLE_EXECUTOR_KIND_THREADS, 1, NULL);
  GtkWidget *window = thimble_window_new (fixture->application, engine);

  g_assert_cmpstr (adw_window_title_get_subtitle (title), ==, "");
  title = ADW_WINDOW_TITLE (
    gtk_widget_get_template_child (window, THIMBLE_TYPE_WINDOW, "title"));
  g_assert_cmpstr (adw_window_title_get_subtitle (title), ==,
                   "Images are read without isolation");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (WindowFixture *fixture, gconstpointer data);
    int width; /* of the window; 0 for a common one */
  } tests[] = {
    { "/window/empty", test_empty },
    { "/window/pictures", test_pictures },
    { "/window/run", test_run },
    { "/window/failures", test_failures },
    { "/window/cancel", test_cancel },
    { "/window/close-while-running", test_close },
    { "/window/remove", test_remove },
    { "/window/remove-many", test_remove_many },
    { "/window/bad-size", test_bad_size },
    { "/window/tab", test_tab },
    { "/window/narrow", test_narrow, 380 },
    { "/window/bad-destination", test_bad_destination },
    { "/window/isolation", test_isolation },
  };

  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv);
  adw_init ();

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, WindowFixture, GINT_TO_POINTER (tests[i].width),
                window_fixture_set_up, tests[i].test, window_fixture_tear_down);
  return g_test_run ();
}
