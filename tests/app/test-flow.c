/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run in the window with all that can be done about it: find, look at, pause, try again, remove,
 * quit, and go on.
 */

#include "config.h"

#include "thimble-failures-window.h"
#include "thimble-filter-bar.h"
#include "thimble-image-grid.h"
#include "thimble-image-view.h"
#include "thimble-split-picture.h"
#include "thimble-summary-bar.h"
#include "thimble-unfinished.h"
#include "window-fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define N_IMAGES 60

/* One image under many names, and one that is none. */
static void
make_images (WindowFixture *fixture)
{
  g_autofree char *first = g_build_filename (fixture->images, "00.png", NULL);

  window_fixture_make_image (fixture, "00.png", 1000, 800);
  for (guint i = 1; i < N_IMAGES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.png", i);
      g_autofree char *path = g_build_filename (fixture->images, name, NULL);

      g_assert_cmpint (link (first, path), ==, 0);
    }
  window_fixture_make_file (fixture, "bad.jpg", "This is no image.");
  window_fixture_add (fixture);
}

static guint
count (WindowFixture *fixture, ThimbleItemState state)
{
  return thimble_batch_count (window_fixture_get_batch (fixture), state);
}

static gboolean
is_quiet (WindowFixture *fixture)
{
  return thimble_session_get_paused (fixture->session)
         && count (fixture, THIMBLE_ITEM_RUNNING) == 0;
}

static gboolean
is_finished (WindowFixture *fixture)
{
  return fixture->n_finished > 0;
}

/* A paused run has nothing running and something left; it goes on where it was. */
static void
test_pause (WindowFixture *fixture, gconstpointer data)
{
  GtkButton *button = window_fixture_get (fixture, "pause_button");

  make_images (fixture);
  window_fixture_click (fixture, "start_button");
  window_fixture_click (fixture, "pause_button");
  window_fixture_wait (fixture, is_quiet);
  g_assert_cmpuint (count (fixture, THIMBLE_ITEM_WAITING), >, 0);
  g_assert_cmpstr (gtk_button_get_label (button), ==, "Resume");
  g_assert_cmpuint (fixture->n_finished, ==, 0);

  window_fixture_click (fixture, "pause_button");
  g_assert_cmpstr (gtk_button_get_label (button), ==, "Pause");
  window_fixture_wait (fixture, is_finished);
  g_assert_cmpuint (count (fixture, THIMBLE_ITEM_DONE), ==, N_IMAGES);
  g_assert_cmpuint (count (fixture, THIMBLE_ITEM_FAILED), ==, 1);
}

static void
count_cb (guint *n)
{
  ++*n;
}

static int
get_natural_width (GtkWidget *widget)
{
  int width;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  return width;
}

/* What is shown of a run takes no room from the panel, however long its line is, and is not laid out
 * in turns: whether the panel is folded depends on it. */
static void
test_panel_stays (WindowFixture *fixture, gconstpointer data)
{
  AdwFlap *flap = window_fixture_get (fixture, "flap");
  const ThimbleRunSummary summary = { .n_items = 600000, .n_done = 234567, .n_skipped = 123456,
                                      .n_failed = 123456, .n_cancelled = 123456, .seconds = 8000,
                                      .n_bytes_read = 987654321987, .n_bytes_made = 12345678901 };
  guint n_changes = 0;

  make_images (fixture);
  g_assert_false (adw_flap_get_folded (flap));
  g_signal_connect_swapped (flap, "notify::folded", G_CALLBACK (count_cb), &n_changes);
  window_fixture_run (fixture);
  g_assert_cmpuint (n_changes, ==, 0);
  g_signal_handlers_disconnect_by_data (flap, &n_changes);

  thimble_summary_bar_show (window_fixture_get (fixture, "summary_bar"), &summary);
  g_assert_cmpint (get_natural_width (adw_flap_get_content (flap)), <,
                   1000 - get_natural_width (adw_flap_get_flap (flap)));
}

/* A paused run can be cancelled. */
static void
test_cancel_paused (WindowFixture *fixture, gconstpointer data)
{
  make_images (fixture);
  window_fixture_click (fixture, "start_button");
  window_fixture_click (fixture, "pause_button");
  window_fixture_click (fixture, "cancel_button");
  window_fixture_wait (fixture, is_finished);
  g_assert_false (thimble_session_get_paused (fixture->session));
  g_assert_cmpuint (count (fixture, THIMBLE_ITEM_CANCELLED), >, 0);
}

/* Trying again makes what is mended, and leaves what is done as it is. */
static void
test_retry (WindowFixture *fixture, gconstpointer data)
{
  ThimbleItem *first;
  ThimbleItemResult *result;
  GtkWidget *failures;
  GtkWidget *button;

  make_images (fixture);
  window_fixture_run (fixture);
  first = thimble_batch_peek (window_fixture_get_batch (fixture), 0);
  result = thimble_item_get_result (first);
  window_fixture_make_image (fixture, "bad.jpg", 160, 120);

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.show-failures",
                                             NULL));
  failures = window_fixture_find_toplevel (THIMBLE_TYPE_FAILURES_WINDOW);
  g_assert_nonnull (widget_find_label (failures, "Not a Known Format (1)"));
  button = gtk_widget_get_ancestor (widget_find_label (failures, "Try Again"), GTK_TYPE_BUTTON);
  fixture->n_finished = 0;
  g_signal_emit_by_name (button, "clicked");
  window_fixture_wait (fixture, is_finished);

  g_assert_cmpuint (count (fixture, THIMBLE_ITEM_DONE), ==, N_IMAGES + 1);
  g_assert_cmpuint (count (fixture, THIMBLE_ITEM_FAILED), ==, 0);
  g_assert_true (thimble_item_get_result (first) == result);
  g_assert_cmpuint (window_fixture_count_outputs (fixture), ==, N_IMAGES + 1);
}

static void
test_undo (WindowFixture *fixture, gconstpointer data)
{
  ThimbleBatch *batch = window_fixture_get_batch (fixture);
  ThimbleImageGrid *grid = window_fixture_get (fixture, "grid");
  ThimbleItem *item;

  make_images (fixture);
  item = thimble_batch_peek (batch, 3);
  thimble_image_grid_select (grid, 3);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (grid), "grid.remove", NULL));
  g_assert_cmpuint (thimble_batch_get_n_items (batch), ==, N_IMAGES);
  g_assert_true (
    gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.undo-remove", NULL));
  g_assert_cmpuint (thimble_batch_get_n_items (batch), ==, N_IMAGES + 1);
  g_assert_true (thimble_batch_peek (batch, 3) == item);
}

static gboolean
has_one_match (WindowFixture *fixture)
{
  ThimbleImageGrid *grid = window_fixture_get (fixture, "grid");

  return thimble_image_list_get_n_items (thimble_image_grid_get_list (grid)) == 1;
}

static gboolean
has_failed_count (WindowFixture *fixture)
{
  return widget_find_label (window_fixture_get (fixture, "filter_bar"), "Failed 1") != NULL;
}

/* The states' buttons count and filter, the search finds names. */
static void
test_find (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *bar = window_fixture_get (fixture, "filter_bar");
  ThimbleImageGrid *grid = window_fixture_get (fixture, "grid");
  GtkWidget *entry = widget_find (bar, GTK_TYPE_SEARCH_ENTRY, 0);

  make_images (fixture);
  gtk_editable_set_text (GTK_EDITABLE (entry), "07.P");
  window_fixture_wait (fixture, has_one_match);
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  window_fixture_run (fixture);
  thimble_filter_bar_show_states (THIMBLE_FILTER_BAR (bar), 1 << THIMBLE_ITEM_FAILED);
  window_fixture_wait (fixture, has_one_match);
  window_fixture_wait (fixture, has_failed_count);
  g_assert_cmpuint (thimble_image_list_get_states (thimble_image_grid_get_list (grid)), ==,
                    1 << THIMBLE_ITEM_FAILED);
}

static void
test_zoom (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  ThimbleImageGrid *grid = window_fixture_get (fixture, "grid");

  make_images (fixture);
  for (int i = 0; i < 2 * THIMBLE_MAX_ZOOM; i++)
    gtk_widget_activate_action (window, "win.zoom", "i", 1);
  g_assert_cmpint (thimble_image_grid_get_zoom (grid), ==, THIMBLE_MAX_ZOOM);
  for (int i = 0; i < 2 * THIMBLE_MAX_ZOOM; i++)
    gtk_widget_activate_action (window, "win.zoom", "i", -1);
  g_assert_cmpint (thimble_image_grid_get_zoom (grid), ==, 0);
  gtk_widget_activate_action (window, "win.zoom", "i", 0);
  g_assert_cmpint (thimble_image_grid_get_zoom (grid), ==, THIMBLE_DEFAULT_ZOOM);
}

static gboolean
has_both_pictures (WindowFixture *fixture)
{
  GtkWidget *view = window_fixture_get (fixture, "image_view");

  return thimble_split_picture_has_both (
    THIMBLE_SPLIT_PICTURE (widget_find (view, THIMBLE_TYPE_SPLIT_PICTURE, 0)));
}

/* The large view has both pictures, goes on, and comes back to where it went. */
static void
test_view (WindowFixture *fixture, gconstpointer data)
{
  ThimbleImageGrid *grid = window_fixture_get (fixture, "grid");
  ThimbleImageView *view = window_fixture_get (fixture, "image_view");
  GtkStack *stack = window_fixture_get (fixture, "content_stack");
  ThimbleBatch *batch = window_fixture_get_batch (fixture);

  make_images (fixture);
  window_fixture_run (fixture);
  thimble_image_grid_select (grid, 0);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (grid), "grid.view", NULL));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "image");
  window_fixture_wait (fixture, has_both_pictures);

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (view), "image.next", NULL));
  g_assert_true (thimble_image_view_get_item (view) == thimble_batch_peek (batch, 1));
  g_assert_nonnull (widget_find_label (GTK_WIDGET (view), "2 of 61"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (view), "image.close", NULL));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "grid");
  g_assert_null (thimble_image_view_get_item (view));
  g_assert_cmpuint (
    thimble_image_list_get_first_selected (thimble_image_grid_get_list (grid)), ==, 1);
}

static void
unfinished_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **keep = user_data;

  *keep = g_object_ref (result);
}

static ThimbleUnfinished *
load_unfinished (void)
{
  g_autoptr(GAsyncResult) result = NULL;

  thimble_unfinished_flush ();
  thimble_unfinished_load_async (unfinished_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return thimble_unfinished_load_finish (result, NULL);
}

static gboolean
is_gone (WindowFixture *fixture)
{
  return fixture->window == NULL;
}

/* What is quit in the middle is kept with what was removed; a run that ends is not. */
static void
test_quit (WindowFixture *fixture, gconstpointer data)
{
  ThimbleImageGrid *grid = window_fixture_get (fixture, "grid");
  g_autoptr(ThimbleUnfinished) unfinished = NULL;
  g_autoptr(ThimbleUnfinished) none = NULL;

  make_images (fixture);
  thimble_image_grid_select (grid, 0);
  gtk_widget_activate_action (GTK_WIDGET (grid), "grid.remove", NULL);
  window_fixture_run (fixture);
  none = load_unfinished ();
  g_assert_null (none);

  window_fixture_click (fixture, "start_button");
  gtk_window_close (GTK_WINDOW (fixture->window));
  window_fixture_answer (fixture, "stop");
  window_fixture_wait (fixture, is_gone);
  unfinished = load_unfinished ();
  g_assert_nonnull (unfinished);
  g_assert_cmpuint (unfinished->sources->len, ==, 1);
  g_assert_cmpstr (thimble_source_get_location (unfinished->sources->pdata[0]), ==,
                   fixture->images);
  g_assert_cmpuint (unfinished->removed->len, ==, 1);
  thimble_unfinished_forget ();
}

static gboolean
has_go_on (WindowFixture *fixture)
{
  return gtk_revealer_get_reveal_child (window_fixture_get (fixture, "go_on_revealer"));
}

/* The next start offers to go on, and does: without what had been removed. */
static void
test_go_on (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleUnfinished) unfinished = thimble_unfinished_new ();

  make_images (fixture);
  thimble_session_clear (fixture->session);
  g_ptr_array_add (unfinished->sources,
                   thimble_source_new_for_argument (fixture->images, NULL));
  g_ptr_array_add (unfinished->removed, g_build_filename (fixture->images, "bad.jpg", NULL));
  thimble_unfinished_keep (unfinished);
  thimble_unfinished_flush ();
  window_fixture_look_for_unfinished (fixture);
  window_fixture_wait (fixture, has_go_on);

  fixture->n_finished = 0;
  g_assert_true (
    gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.go-on", NULL));
  window_fixture_wait (fixture, is_finished);
  g_assert_false (has_go_on (fixture));
  g_assert_cmpuint (count (fixture, THIMBLE_ITEM_DONE), ==, N_IMAGES);
  g_assert_cmpuint (count (fixture, THIMBLE_ITEM_FAILED), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (WindowFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/flow/pause", test_pause },
    { "/flow/panel-stays", test_panel_stays },
    { "/flow/cancel-paused", test_cancel_paused },
    { "/flow/retry", test_retry },
    { "/flow/undo", test_undo },
    { "/flow/find", test_find },
    { "/flow/zoom", test_zoom },
    { "/flow/view", test_view },
    { "/flow/quit", test_quit },
    { "/flow/go-on", test_go_on },
  };

  gtk_test_init (&argc, &argv);
  adw_init ();

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, WindowFixture, NULL, window_fixture_set_up, tests[i].test,
                window_fixture_tear_down);
  return g_test_run ();
}
