/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-window.h"

G_BEGIN_DECLS

/**
 * WindowFixture:
 * @folder: a temporary folder, removed at the end
 * @images: a folder in it, for sources
 * @output: a folder in it that the settings name as destination; not made
 * @window: (nullable): %NULL once it is destroyed
 * @n_scanned: how often a scan has ended
 * @n_finished: how often a run has ended
 * @error: (nullable): of the last run
 *
 * A window with an engine of its own.
 */
typedef struct
{
  char *folder;
  char *images;
  char *output;
  GtkApplication *application;
  ThimbleEngine *engine;
  ThimbleWindow *window;
  ThimbleSession *session;
  guint n_scanned;
  guint n_finished;
  GError *error;
} WindowFixture;

/** FixtureCondition: what is waited for. */
typedef gboolean (*FixtureCondition) (WindowFixture *fixture);

void window_fixture_set_up (WindowFixture *fixture, gconstpointer data);
void window_fixture_tear_down (WindowFixture *fixture, gconstpointer data);

void window_fixture_make_image (WindowFixture *fixture, const char *name, int width, int height);
void window_fixture_make_file (WindowFixture *fixture, const char *name, const char *text);
void window_fixture_wait (WindowFixture *fixture, FixtureCondition condition);
void window_fixture_add (WindowFixture *fixture);
void window_fixture_click (WindowFixture *fixture, const char *id);
void window_fixture_answer (WindowFixture *fixture, const char *response);
void window_fixture_run (WindowFixture *fixture);
void window_fixture_look_for_unfinished (WindowFixture *fixture);
GtkWidget *window_fixture_find_toplevel (GType type);
guint window_fixture_count_outputs (WindowFixture *fixture);
ThimbleBatch *window_fixture_get_batch (WindowFixture *fixture);
gpointer window_fixture_get (WindowFixture *fixture, const char *id);
GtkWidget *widget_find (GtkWidget *root, GType type, guint index);
GtkWidget *widget_find_label (GtkWidget *root, const char *text);

G_END_DECLS
