/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What users do with many images, each scenario in a process of its own:
 *
 *   bench-window scroll|lists|run|failures|soon|later FOLDER OUTPUT
 *
 * Needs a display; tests/bench/window gives it one, and folders. Each phase is a line of JSON.
 */

#include "bench-window.h"

#include "thimble-failures-window.h"

#include <string.h>

static const char *source; /* the folder of images */

/* --- what is waited for ----------------------------------------------------------------------- */

static gboolean
is_scanned (BenchWindow *bench)
{
  return bench->n_scanned > 0 && !thimble_session_get_scanning (bench->session);
}

static gboolean
is_finished (BenchWindow *bench)
{
  return bench->n_finished > 0;
}

/* All images are in the grid, and all that can be seen have their pictures. */
static gboolean
is_shown (BenchWindow *bench)
{
  guint n_cells, n = bench_count_pictures (bench, &n_cells);

  return n_cells > 0 && n == n_cells
         && g_list_model_get_n_items (G_LIST_MODEL (thimble_image_list_get_view_model (
              thimble_image_grid_get_list (bench->window->grid))))
              == thimble_batch_get_n_items (thimble_session_get_batch (bench->session));
}

static gboolean
is_first_shown (BenchWindow *bench)
{
  return bench->first_us != 0;
}

/* --- what is done ----------------------------------------------------------------------------- */

/* A folder of folders is dropped as these folders. */
static void
add (BenchWindow *bench, gconstpointer data)
{
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GDir) dir = g_dir_open (source, 0, NULL);

  g_assert_nonnull (dir);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    if (strchr (name, '.') == NULL)
      {
        g_autofree char *path = g_build_filename (source, name, NULL);

        g_ptr_array_add (files, g_file_new_for_path (path));
      }
  if (files->len == 0)
    g_ptr_array_add (files, g_file_new_for_path (source));
  thimble_window_add_files (bench->window, (GFile *const *) files->pdata, files->len);
}

static void
activate (BenchWindow *bench, gconstpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (bench->window), data, NULL);
}

static void
start (BenchWindow *bench, gconstpointer data)
{
  bench->n_finished = 0;
  bench->first_us = 0;
  bench->start_us = g_get_monotonic_time ();
  activate (bench, "win.start");
}

static void
type (BenchWindow *bench, gconstpointer data)
{
  GtkEditable *entry
    = GTK_EDITABLE (bench_find (GTK_WIDGET (bench->window->filter_bar), GTK_TYPE_SEARCH_ENTRY));

  gtk_editable_set_text (entry, data);
}

static void
sort (BenchWindow *bench, gconstpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (bench->window->filter_bar), "view.sort", "s", data);
}

static void
show_states (BenchWindow *bench, gconstpointer data)
{
  thimble_filter_bar_show_states (bench->window->filter_bar,
                                  (ThimbleStateSet) GPOINTER_TO_UINT (data));
}

static GtkSelectionModel *
get_selection (BenchWindow *bench)
{
  return thimble_image_list_get_selection (thimble_image_grid_get_list (bench->window->grid));
}

/* Every other one of the first so many, as a rubber band with Control could; 0 for all. */
static void
select_some (BenchWindow *bench, gconstpointer data)
{
  GtkSelectionModel *model = get_selection (bench);
  guint n = GPOINTER_TO_UINT (data);
  g_autoptr(GtkBitset) selected = gtk_bitset_new_empty ();
  g_autoptr(GtkBitset) mask
    = gtk_bitset_new_range (0, g_list_model_get_n_items (G_LIST_MODEL (model)));

  if (n == 0)
    {
      gtk_selection_model_select_all (model);
      return;
    }
  for (guint i = 0; i < n; i++)
    gtk_bitset_add (selected, i * 2);
  gtk_selection_model_set_selection (model, selected, mask);
}

static void
in_grid (BenchWindow *bench, gconstpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (bench->window->grid), data, NULL);
}

static void
zoom (BenchWindow *bench, gconstpointer data)
{
  thimble_image_grid_set_zoom (bench->window->grid, GPOINTER_TO_INT (data));
}

/* The first of the causes, in the window of failures. */
static void
retry_failures (BenchWindow *bench, gconstpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  bench->n_finished = 0;
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);
      GtkWidget *list;

      if (!THIMBLE_IS_FAILURES_WINDOW (window))
        continue;
      list = bench_find (window, GTK_TYPE_LIST_VIEW);
      g_signal_emit_by_name (bench_find (list, GTK_TYPE_BUTTON), "clicked");
      return;
    }
  g_assert_not_reached ();
}

/* One thing, and a second to see what comes of it. */
static void
measure (BenchWindow *bench, const char *phase, BenchFunction function, gconstpointer data)
{
  bench_begin ();
  bench_do (bench, function, data);
  bench_pass (bench, 1000);
  bench_end (phase);
}

/* --- scenarios -------------------------------------------------------------------------------- */

static void
add_all (BenchWindow *bench)
{
  gint64 begin_us = g_get_monotonic_time ();
  gint64 scanned_us;

  bench_begin ();
  bench_do (bench, add, NULL);
  bench_wait (bench, is_scanned);
  scanned_us = g_get_monotonic_time ();
  bench_wait (bench, is_shown);
  bench_end ("add");
  bench_print ("scanned_seconds", (scanned_us - begin_us) / 1e6);
  bench_print ("shown_after_scan_seconds", (g_get_monotonic_time () - scanned_us) / 1e6);
}

static void
scroll (BenchWindow *bench)
{
  add_all (bench);
  bench_pass (bench, 1000);

  bench_begin ();
  bench_scroll (bench, 0, 1, 10000);
  bench_end ("drag the scroll bar to the end");
  bench_begin ();
  bench_scroll (bench, 1, 0.5, 120000);
  bench_scroll (bench, 0.5, 0.501, 20);
  bench_end ("scroll with the wheel");
  bench_begin ();
  bench_scroll (bench, 0.4, 0.41, 400);
  bench_end ("scroll by a flick");
  bench_begin ();
  for (guint i = 0; i < 10; i++)
    {
      bench_scroll (bench, i % 2, 1 - i % 2, 1e9);
      bench_pass (bench, 200);
    }
  bench_wait (bench, is_shown);
  bench_end ("jump to the end and back");
  bench_begin ();
  for (int level = THIMBLE_MAX_ZOOM; level >= 0; level--)
    {
      bench_do (bench, zoom, GINT_TO_POINTER (level));
      bench_pass (bench, 500);
    }
  bench_wait (bench, is_shown);
  bench_end ("zoom");
}

static void
lists (BenchWindow *bench)
{
  static const char *const typed[] = { "1", "12", "123", "12", "1", "" };
  static const char *const orders[] = { "name", "size", "date", "name", "found" };

  add_all (bench);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *phase = g_strdup_printf ("search for “%s”", typed[i]);

      measure (bench, phase, type, typed[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *phase = g_strdup_printf ("sort by %s", orders[i]);

      measure (bench, phase, sort, orders[i]);
    }
  measure (bench, "select all", select_some, NULL);
  measure (bench, "select every other of 100,000", select_some, GUINT_TO_POINTER (50000));
  measure (bench, "remove 50,000", in_grid, "grid.remove");
  measure (bench, "undo", activate, "win.undo-remove");
  measure (bench, "remove all", activate, "win.clear");
}

static void
run (BenchWindow *bench)
{
  const guint waiting = 1u << THIMBLE_ITEM_WAITING | 1u << THIMBLE_ITEM_DOWNLOADING
                        | 1u << THIMBLE_ITEM_RUNNING;

  add_all (bench);
  measure (bench, "start", start, NULL);
  measure (bench, "pause", activate, "win.pause");
  measure (bench, "resume", activate, "win.pause");
  measure (bench, "show what waits, in a run", show_states, GUINT_TO_POINTER (waiting));
  measure (bench, "show all, in a run", show_states, GUINT_TO_POINTER (THIMBLE_ALL_STATES));
  bench_begin ();
  bench_scroll (bench, 0, 1, 10000);
  bench_end ("scroll to the end, in a run");
  bench_begin ();
  bench_do (bench, activate, "win.cancel");
  bench_wait (bench, is_finished);
  bench_pass (bench, 500);
  bench_end ("cancel");
  bench_begin ();
  bench_do (bench, start, NULL);
  bench_wait (bench, is_finished);
  bench_pass (bench, 500);
  bench_end ("make the rest");
  bench_begin ();
  bench_do (bench, start, NULL);
  bench_wait (bench, is_finished);
  bench_pass (bench, 500);
  bench_end ("make again");
}

static void
failures (BenchWindow *bench)
{
  bench_do (bench, add, NULL);
  bench_wait (bench, is_scanned);
  bench_begin ();
  bench_do (bench, start, NULL);
  bench_wait (bench, is_finished);
  bench_pass (bench, 500);
  bench_end ("a run in which all fail");
  measure (bench, "show the failures", activate, "win.show-failures");
  bench_begin ();
  bench_do (bench, retry_failures, NULL);
  bench_wait (bench, is_finished);
  bench_pass (bench, 500);
  bench_end ("try all again");
}

/* A run, and the time to its first thumbnail. */
static void
run_from (BenchWindow *bench, BenchCondition begins)
{
  bench_do (bench, add, NULL);
  bench_wait (bench, begins);
  bench_begin ();
  bench_do (bench, start, NULL);
  bench_wait (bench, is_first_shown);
  bench_print ("first_thumbnail_ms", (bench->first_us - bench->start_us) / 1000.0);
  bench_wait (bench, is_finished);
  bench_end ("a run");
  bench_print ("run_seconds", bench->run_seconds);
}

/* Start is clicked as soon as the images are found. */
static void
soon (BenchWindow *bench)
{
  run_from (bench, is_scanned);
}

/* Start is clicked when all that is in view has its picture. */
static void
later (BenchWindow *bench)
{
  run_from (bench, is_shown);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*function) (BenchWindow *bench);
  } scenarios[] = {
    { "scroll", scroll }, { "lists", lists }, { "run", run },
    { "failures", failures }, { "soon", soon }, { "later", later },
  };
  BenchWindow bench = { 0 };

  if (argc != 4)
    {
      g_printerr ("Usage: bench-window SCENARIO FOLDER OUTPUT\n");
      return 2;
    }
  source = argv[2];
  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (g_str_equal (argv[1], scenarios[i].name))
      {
        bench_window_open (&bench, argv[3]);
        scenarios[i].function (&bench);
        return 0;
      }
  g_printerr ("There is no scenario “%s”.\n", argv[1]);
  return 2;
}
