/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The page that compares, with the real command: a script in front of it keeps what it was called
 * with. */

#include "config.h"

#include "window-fixture.h"

#include "thimble-compare-run.h"
#include "thimble-compare-window.h"
#include "thimble-preset-file.h"
#include "thimble-settings.h"

#include <glib/gstdio.h>
#include <string.h>

/* A PNG of one pixel. */
#define LINK \
  "data:image/png;base64," \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"

static char *folder; /* of the script, first of PATH */

static void
make_command (void)
{
  g_autofree char *path = NULL;
  g_autofree char *command = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  folder = g_dir_make_tmp ("thimble-compare-test-XXXXXX", &error);
  g_assert_no_error (error);
  command = g_build_filename (folder, "thimble-cli", NULL);
  text = g_strdup_printf ("#!/bin/sh\n"
                          "printf '%%s\\n' \"$@\" >'%s/words'\n"
                          "cat \"${3#--preset=}\" >'%s/preset'\n"
                          "exec '%s' \"$@\"\n",
                          folder, folder, g_getenv ("THIMBLE_CLI"));
  g_file_set_contents (command, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (command, 0700), ==, 0);
  path = g_strdup_printf ("%s:%s", folder, g_getenv ("PATH"));
  g_setenv ("PATH", path, TRUE);
}

static void
remove_command (void)
{
  static const char *const names[] = { "thimble-cli", "words", "preset" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

static char *
dup_file (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* Two sizes that differ in all else. */
static ThimblePreset *
make_preset (void)
{
  ThimbleRendition renditions[2];
  g_autoptr(ThimblePreset) preset = thimble_preset_new ("Two");
  g_autoptr(GError) error = NULL;

  thimble_rendition_init (&renditions[0]);
  thimble_rendition_init (&renditions[1]);
  renditions[1].width = renditions[1].height = 32;
  renditions[1].fit = THIMBLE_FIT_COVER;
  renditions[1].format = THIMBLE_FORMAT_WEBP;
  renditions[1].quality = 33;
  thimble_preset_set_renditions (preset, renditions, G_N_ELEMENTS (renditions), &error);
  g_assert_no_error (error);
  return g_steal_pointer (&preset);
}

static gboolean is_finished;

static void
finished_cb (ThimbleCompareRun *run, GError *error)
{
  g_assert_no_error (error);
  is_finished = TRUE;
}

static guint
count_downloads (ThimbleCompareRun *run)
{
  GArray *trials = thimble_compare_run_get_trials (run);
  guint n = 0;

  for (guint i = 0; i < trials->len; i++)
    {
      const ThimbleCompareTrial *trial = &g_array_index (trials, ThimbleCompareTrial, i);

      g_assert_cmpstr (trial->error, ==, NULL);
      g_assert_cmpfloat (trial->images_per_second, >, 0);
      n += g_str_equal (trial->executor, "downloads");
    }
  return n;
}

/* The command gets the links and all settings; of a link, the downloads are compared too. */
static void
test_links (void)
{
  g_autoptr(ThimbleCompareRun) run = thimble_compare_run_new ();
  g_autoptr(ThimbleBatch) batch = thimble_batch_new ();
  g_autoptr(ThimbleFolder) links = thimble_folder_new ("/x", "", "x", 0);
  g_autoptr(ThimbleOrigin) origin = thimble_origin_new_for_url (links, LINK, "dot");
  g_autoptr(ThimblePreset) preset = make_preset ();
  g_autoptr(ThimblePreset) told = NULL;
  g_autofree char *text = NULL;
  g_autofree char *words = NULL;
  g_autoptr(GError) error = NULL;

  thimble_batch_append (batch, &origin, 1);
  is_finished = FALSE;
  g_signal_connect (run, "finished", G_CALLBACK (finished_cb), NULL);
  g_assert_true (thimble_compare_run_start (run, batch, preset, &error));
  g_assert_no_error (error);
  while (!is_finished)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (count_downloads (run), ==, 2);
  g_assert_cmpuint (thimble_compare_run_get_trials (run)->len, ==,
                    thimble_compare_run_get_n_expected (run));
  g_assert_cmpstr (thimble_compare_run_find_fastest (run)->executor, ==, "processes");
  words = dup_file ("words");
  g_assert_nonnull (strstr (words, "\n--\n" LINK "\n"));
  text = dup_file ("preset");
  told = thimble_preset_new_from_text (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (thimble_preset_get_n_renditions (told), ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_true (thimble_rendition_equal (thimble_preset_get_rendition (told, i),
                                            thimble_preset_get_rendition (preset, i)));
}

/* (nullable): the button, once it can be clicked. */
static GtkWidget *
find_use_button (WindowFixture *fixture)
{
  GtkWidget *window = window_fixture_find_toplevel (THIMBLE_TYPE_COMPARE_WINDOW);
  GtkWidget *button = GTK_WIDGET (
    gtk_widget_get_template_child (window, THIMBLE_TYPE_COMPARE_WINDOW, "use_button"));

  return gtk_widget_get_visible (button) ? button : NULL;
}

static gboolean
can_use (WindowFixture *fixture)
{
  return find_use_button (fixture) != NULL;
}

/* From the menu to the next start: what was measured to be the fastest is what an engine is made
 * of. */
static void
test_use_fastest (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr(GSettings) store = thimble_settings_open_store ();
  g_autoptr(ThimbleEngine) engine = NULL;
  g_autofree char *executor = NULL;
  g_autoptr(GError) error = NULL;
  GtkWidget *button;
  int n_workers;

  g_settings_set_string (store, "executor", "threads");
  g_settings_set_int (store, "workers", 77);
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.jpg", i);

      window_fixture_make_image (fixture, name, 320, 240);
    }
  window_fixture_add (fixture);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.compare", NULL);
  window_fixture_wait (fixture, can_use);
  button = find_use_button (fixture);
  g_signal_emit_by_name (button, "clicked");

  g_assert_false (gtk_widget_get_sensitive (button));
  executor = g_settings_get_string (store, "executor");
  n_workers = g_settings_get_int (store, "workers");
  g_assert_cmpstr (executor, ==, "processes");
  g_assert_cmpint (n_workers, >=, 1);
  g_assert_cmpint (n_workers, <=, (int) g_get_num_processors ());
  engine = thimble_preferences_create_engine (FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (thimble_engine_get_kind (engine), ==, THIMBLE_EXECUTOR_KIND_PROCESSES);
  g_assert_cmpuint (thimble_engine_get_max_workers (engine), ==, (guint) n_workers);
  g_settings_reset (store, "executor");
  g_settings_reset (store, "workers");
  gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (button)));
}

int
main (int argc, char **argv)
{
  int status;

  make_command ();
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_test_add_func ("/compare/links", test_links);
  g_test_add ("/compare/use-fastest", WindowFixture, NULL, window_fixture_set_up, test_use_fastest,
              window_fixture_tear_down);
  status = g_test_run ();
  remove_command ();
  return status;
}
