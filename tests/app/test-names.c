/* SPDX-License-Identifier: GPL-3.0-or-later */

/* No control of any view is without a name for who can't see it, and states and roles are told. */

#include "thimble-compare-window.h"
#include "thimble-failures-window.h"
#include "thimble-image-cell.h"
#include "thimble-links-dialog.h"
#include "thimble-preferences.h"
#include "thimble-preset-picker.h"
#include "thimble-settings.h"
#include "thimble-window-private.h"
#include "window-fixture.h"

/* What a person can act on, as far as it is ours: what GTK makes inside its widgets is its own. */
static gboolean
is_control (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget)
         || ADW_IS_ENTRY_ROW (widget) || GTK_IS_ENTRY (widget) || ADW_IS_COMBO_ROW (widget) || GTK_IS_GRID_VIEW (widget)
         || THIMBLE_IS_IMAGE_CELL (gtk_widget_get_first_child (widget)) || GTK_IS_DROP_DOWN (widget);
}

static guint
assert_named (GtkWidget *widget)
{
  guint n_controls = 0;

  if (!gtk_widget_get_visible (widget))
    return 0;
  if (is_control (widget))
    {
      n_controls++;
      if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget),
                                             GTK_ACCESSIBLE_PROPERTY_LABEL)
          && !gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget),
                                                GTK_ACCESSIBLE_RELATION_LABELLED_BY))
        g_error ("A %s has no accessible name (id %s)", G_OBJECT_TYPE_NAME (widget),
                 gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)));
      if (!GTK_IS_GRID_VIEW (widget) && !ADW_IS_ENTRY_ROW (widget))
        return n_controls;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n_controls += assert_named (child);
  return n_controls;
}

/* Destroys the window that is looked at. */
static void
assert_window_named (GtkWidget *window, guint min_controls)
{
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpuint (assert_named (window), >=, min_controls);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
add_images (WindowFixture *fixture)
{
  window_fixture_make_image (fixture, "good.jpg", 300, 200);
  window_fixture_make_file (fixture, "empty.png", "");
  window_fixture_add (fixture);
}

static void
test_main_window (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);

  /* Add, menu, close and the two of the empty page. */
  g_assert_cmpuint (assert_named (window), >=, 5);
  add_images (fixture);
  g_assert_cmpuint (assert_named (window), >=, 15);
  window_fixture_run (fixture);
  g_assert_cmpuint (assert_named (window), >=, 15);
}

static void
test_large_view (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *view;
  GtkWidget *picture;
  GtkWidget *outputs;
  GtkWidget *toggle;
  const char *value = "The original takes 50 % of the width";

  add_images (fixture);
  window_fixture_run (fixture);
  g_signal_emit_by_name (window_fixture_get (fixture, "grid"), "activated", 1u);
  view = window_fixture_get (fixture, "image_view");
  g_assert_cmpuint (assert_named (view), >=, 3);

  picture = GTK_WIDGET (
    gtk_widget_get_template_child (view, THIMBLE_TYPE_IMAGE_VIEW, "picture"));
  gtk_test_accessible_assert_role (picture, GTK_ACCESSIBLE_ROLE_SLIDER);
  gtk_test_accessible_assert_property (picture, GTK_ACCESSIBLE_PROPERTY_LABEL, "good.jpg");
  gtk_test_accessible_assert_property (picture, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, value);

  /* With several sizes: what has the keyboard is inside the list. */
  outputs = GTK_WIDGET (gtk_widget_get_template_child (view, THIMBLE_TYPE_IMAGE_VIEW, "outputs"));
  toggle = widget_find (outputs, GTK_TYPE_TOGGLE_BUTTON, 0);
  g_assert_nonnull (toggle);
  gtk_test_accessible_assert_property (toggle, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Which Size Is Shown");
}

static void
test_other_windows (WindowFixture *fixture, gconstpointer data)
{
  GtkWindow *window = GTK_WINDOW (fixture->window);

  add_images (fixture);
  window_fixture_run (fixture);
  assert_window_named (GTK_WIDGET (thimble_preferences_new (window)), 8);
  assert_window_named (GTK_WIDGET (thimble_links_dialog_new (window)), 2);
  assert_window_named (thimble_failures_window_new (window, window_fixture_get_batch (fixture)), 2);
}

/* The switch is the setting, and what runs are told is its opposite. */
static void
test_keep_originals (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *preferences = thimble_preferences_new (GTK_WINDOW (fixture->window));
  GtkSwitch *keep = GTK_SWITCH (
    gtk_widget_get_template_child (preferences, THIMBLE_TYPE_PREFERENCES, "keep_switch"));
  g_autoptr(GSettings) store = thimble_settings_open_store ();
  ThimbleRunOptions options;

  g_assert_true (gtk_switch_get_active (keep));
  thimble_preferences_get_run_options (&options);
  g_assert_false (options.remove_originals);

  gtk_switch_set_active (keep, FALSE);
  g_assert_false (g_settings_get_boolean (store, "keep-originals"));
  thimble_preferences_get_run_options (&options);
  g_assert_true (options.remove_originals);

  g_settings_reset (store, "keep-originals");
  g_assert_true (gtk_switch_get_active (keep));
  gtk_window_destroy (GTK_WINDOW (preferences));
}

/* Closed at once: its child ends with it. */
static void
test_compare (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr(ThimblePreset) preset = NULL;
  g_autoptr(GError) error = NULL;
  GtkWidget *window;
  GtkWidget *chart;
  GtkWidget *sentence;

  add_images (fixture);
  preset = thimble_settings_dup_preset (fixture->window->settings, &error);
  g_assert_no_error (error);
  window = thimble_compare_window_new (GTK_WINDOW (fixture->window),
                                       window_fixture_get_batch (fixture), preset);
  chart = GTK_WIDGET (
    gtk_widget_get_template_child (window, THIMBLE_TYPE_COMPARE_WINDOW, "chart"));
  gtk_test_accessible_assert_role (chart, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (chart, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Images a second, by number of workers");
  sentence = GTK_WIDGET (
    gtk_widget_get_template_child (window, THIMBLE_TYPE_COMPARE_WINDOW, "sentence_label"));
  gtk_test_accessible_assert_role (sentence, GTK_ACCESSIBLE_ROLE_STATUS);

  /* What is offered at the end as well. */
  gtk_widget_set_visible (
    GTK_WIDGET (
      gtk_widget_get_template_child (window, THIMBLE_TYPE_COMPARE_WINDOW, "use_button")),
    TRUE);
  assert_window_named (window, 3);
}

static void
test_presets (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *picker;
  GtkWidget *dialog;
  GtkWidget *entry;

  add_images (fixture);
  picker = widget_find (GTK_WIDGET (fixture->window), THIMBLE_TYPE_PRESET_PICKER, 0);
  g_assert_nonnull (picker);
  /* What comes with Thimble, and the menu of the own ones. */
  g_assert_cmpuint (assert_named (picker), >=, 6);

  gtk_widget_activate_action (picker, "presets.save", NULL);
  dialog = window_fixture_find_toplevel (ADW_TYPE_MESSAGE_DIALOG);
  gtk_test_accessible_assert_role (dialog, GTK_ACCESSIBLE_ROLE_DIALOG);
  entry = adw_message_dialog_get_extra_child (ADW_MESSAGE_DIALOG (dialog));
  gtk_test_accessible_assert_property (entry, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Name of the Preset");
  assert_window_named (dialog, 3);
}

static void
test_states (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *pills = window_fixture_get (fixture, "filter_bar");
  GtkWidget *all;

  add_images (fixture);
  all = widget_find (pills, GTK_TYPE_TOGGLE_BUTTON, 0);
  gtk_test_accessible_assert_state (all, GTK_ACCESSIBLE_STATE_PRESSED,
                                    GTK_ACCESSIBLE_TRISTATE_TRUE);
  gtk_test_accessible_assert_role (
    GTK_WIDGET (window_fixture_get (fixture, "start_button")), GTK_ACCESSIBLE_ROLE_BUTTON);
}

int
main (int argc, char **argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv);
  adw_init ();

#define ADD(path, test)                                                                            \
  g_test_add (path, WindowFixture, NULL, window_fixture_set_up, test, window_fixture_tear_down)
  ADD ("/names/main-window", test_main_window);
  ADD ("/names/large-view", test_large_view);
  ADD ("/names/other-windows", test_other_windows);
  ADD ("/names/keep-originals", test_keep_originals);
  ADD ("/names/compare", test_compare);
  ADD ("/names/presets", test_presets);
  ADD ("/names/states", test_states);
  return g_test_run ();
}
