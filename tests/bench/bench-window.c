/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drives a window from inside, so that each thing a user does is measured by itself: everything is
 * done in a turn of the main loop, and the turns and the frames between bench_begin and bench_end
 * are told as a line of JSON. The scenarios are in bench-window-main.c.
 */

#include "bench-window.h"

#include "thimble-image-cell.h"
#include "thimble-item-words.h"
#include "thimble-loop-meter.h"
#include "thimble-preset-edit.h"

#include <sys/resource.h>

#define DEADLINE_S 300

/* Of the phase that goes on. */
static gint64 phase_us;
static gint64 frame_us; /* when the frame that goes on began */
static GArray *frames;  /* of double, ms */

/* --- frames ----------------------------------------------------------------------------------- */

static gboolean
shows_thumbnail (ThimbleImageCell *cell)
{
  ThimbleItem *item = thimble_image_cell_get_item (cell);
  g_autofree char *status = NULL;
  g_autofree char *name = NULL;

  if (item == NULL || thimble_image_cell_get_texture (cell) == NULL
      || thimble_item_get_state (item) != THIMBLE_ITEM_DONE)
    return FALSE;
  name = thimble_origin_dup_display_name (thimble_item_get_origin (item));
  status = thimble_item_describe_status (item, name);
  return g_str_equal (status, thimble_image_cell_get_status (cell));
}

/* Calls back for each cell that can be seen. */
static void
count_cells (BenchWindow *bench, gboolean (*counts) (ThimbleImageCell *), guint *n, guint *n_all)
{
  GtkWidget *view = bench_find (GTK_WIDGET (bench->window->grid), GTK_TYPE_GRID_VIEW);
  int height = gtk_widget_get_height (view);

  *n = *n_all = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (view); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *cell = gtk_widget_get_first_child (child);
      graphene_rect_t bounds;

      if (!THIMBLE_IS_IMAGE_CELL (cell) || !gtk_widget_get_mapped (cell)
          || !gtk_widget_compute_bounds (cell, view, &bounds)
          || bounds.origin.y + bounds.size.height <= 0 || bounds.origin.y >= height)
        continue;
      (*n_all)++;
      *n += counts (THIMBLE_IMAGE_CELL (cell));
    }
}

static void
before_paint_cb (GdkFrameClock *clock, BenchWindow *bench)
{
  frame_us = g_get_monotonic_time ();
}

static void
after_paint_cb (GdkFrameClock *clock, BenchWindow *bench)
{
  double took_ms = (g_get_monotonic_time () - frame_us) / 1000.0;
  guint n, n_all;

  if (frame_us == 0)
    return;
  g_array_append_val (frames, took_ms);
  if (bench->start_us == 0 || bench->first_us != 0)
    return;
  count_cells (bench, shows_thumbnail, &n, &n_all);
  if (n > 0)
    bench->first_us = g_get_monotonic_time ();
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return (one > other) - (one < other);
}

static double
get_frame_ms (double share)
{
  g_array_sort (frames, compare_doubles);
  return frames->len > 0
           ? g_array_index (frames, double, (guint) (share * (frames->len - 1)))
           : 0;
}

/* --- phases ----------------------------------------------------------------------------------- */

/* What is measured from now on is a phase. */
void
bench_begin (void)
{
  ThimbleLoopTurns wall, processor;

  thimble_loop_meter_take (&wall, &processor);
  g_array_set_size (frames, 0);
  phase_us = g_get_monotonic_time ();
}

void
bench_end (const char *phase)
{
  ThimbleLoopTurns wall, processor;
  struct rusage usage;
  double seconds = (g_get_monotonic_time () - phase_us) / 1e6;

  thimble_loop_meter_take (&wall, &processor);
  getrusage (RUSAGE_SELF, &usage);
  g_print ("{\"phase\":\"%s\",\"seconds\":%.3f,\"turns\":%" G_GUINT64_FORMAT
           ",\"p50\":%.1f,\"p99\":%.1f,\"longest\":%.1f,\"over_16\":%" G_GUINT64_FORMAT
           ",\"cpu_p99\":%.1f,\"cpu_longest\":%.1f,\"frames\":%u,\"frame_p50\":%.1f"
           ",\"frame_p99\":%.1f,\"frame_longest\":%.1f,\"rss\":%.1f}\n",
           phase, seconds, wall.n_turns, wall.median_ms, wall.percentile_99_ms, wall.longest_ms,
           wall.n_over_16_ms, processor.percentile_99_ms, processor.longest_ms, frames->len,
           get_frame_ms (0.5), get_frame_ms (0.99), get_frame_ms (1),
           usage.ru_maxrss * 1024 / 1e6);
}

/* A figure beside those of the phases. */
void
bench_print (const char *name, double value)
{
  g_print ("{\"%s\":%.3f}\n", name, value);
}

/* --- doing and waiting ------------------------------------------------------------------------ */

typedef struct
{
  BenchWindow *bench;
  BenchFunction function;
  gconstpointer data;
  gboolean is_done;
} Deed;

static gboolean
deed_cb (gpointer user_data)
{
  Deed *deed = user_data;

  deed->function (deed->bench, deed->data);
  deed->is_done = TRUE;
  return G_SOURCE_REMOVE;
}

/* Does something in a turn of the main loop. */
void
bench_do (BenchWindow *bench, BenchFunction function, gconstpointer data)
{
  Deed deed = { bench, function, data, FALSE };

  g_idle_add_full (G_PRIORITY_DEFAULT, deed_cb, &deed, NULL);
  while (!deed.is_done)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_error ("What was waited for has not happened in %d seconds", DEADLINE_S);
  return G_SOURCE_REMOVE;
}

static gboolean
continue_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Turns the main loop until a condition holds; it is asked in turns of its own. */
void
bench_wait (BenchWindow *bench, BenchCondition condition)
{
  guint deadline = g_timeout_add_seconds (DEADLINE_S, deadline_cb, NULL);
  guint wake = g_timeout_add (10, continue_cb, NULL);
  gint64 asked_us = 0;

  while (TRUE)
    {
      gint64 now_us = g_get_monotonic_time ();

      if (now_us - asked_us >= 10 * 1000)
        {
          if (condition (bench))
            break;
          asked_us = now_us;
        }
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
  g_source_remove (deadline);
}

static gboolean
flag_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Time in which the user does nothing. */
void
bench_pass (BenchWindow *bench, guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, flag_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

typedef struct
{
  GtkAdjustment *adjustment;
  double to;
  double px_per_frame;
  gboolean has_begun;
  gboolean is_done;
} Scroll;

static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Scroll *scroll = user_data;
  double value = gtk_adjustment_get_value (scroll->adjustment);
  double page = gtk_adjustment_get_page_size (scroll->adjustment);
  double upper = gtk_adjustment_get_upper (scroll->adjustment) - page;
  double end = scroll->to * upper;
  double next = value < end ? MIN (value + scroll->px_per_frame, end)
                            : MAX (value - scroll->px_per_frame, end);

  /* A view finds out what is at a place by what it has laid out: where it begins is to be laid out
   * before it is scrolled on, or it goes anywhere. */
  if (!scroll->has_begun)
    {
      scroll->has_begun = TRUE;
      return G_SOURCE_CONTINUE;
    }
  scroll->is_done = next == end;
  gtk_adjustment_set_value (scroll->adjustment, next);
  return scroll->is_done ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* Scrolls from one place to another, 0 the beginning and 1 the end, a step each frame. */
void
bench_scroll (BenchWindow *bench, double from, double to, double px_per_frame)
{
  GtkScrolledWindow *scroller = GTK_SCROLLED_WINDOW (
    bench_find (GTK_WIDGET (bench->window->grid), GTK_TYPE_SCROLLED_WINDOW));
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (scroller);
  double upper
    = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  Scroll scroll = { adjustment, to, px_per_frame, FALSE, FALSE };

  gtk_adjustment_set_value (adjustment, from * upper);
  gtk_widget_add_tick_callback (GTK_WIDGET (scroller), scroll_cb, &scroll, NULL);
  while (!scroll.is_done)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
has_picture (ThimbleImageCell *cell)
{
  return thimble_image_cell_get_texture (cell) != NULL;
}

/* How many of the cells that can be seen show a picture. */
guint
bench_count_pictures (BenchWindow *bench, guint *n_cells)
{
  guint n;

  count_cells (bench, has_picture, &n, n_cells);
  return n;
}

/* The first widget of a type. */
GtkWidget *
bench_find (GtkWidget *root, GType type)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = bench_find (child, type);
  return found;
}

/* --- the window ------------------------------------------------------------------------------- */

static void
scanned_cb (ThimbleSession *session, gpointer report, GError *error, BenchWindow *bench)
{
  g_assert_no_error (error);
  bench->n_scanned++;
}

static void
finished_cb (ThimbleSession *session,
             ThimbleRunSummary *summary,
             GError *error,
             BenchWindow *bench)
{
  g_assert_no_error (error);
  bench->run_seconds = summary->seconds;
  bench->n_finished++;
}

/* Opens a window whose runs make one size, 128, into a folder. */
void
bench_window_open (BenchWindow *bench, const char *output)
{
  g_autoptr(ThimbleSettings) settings = thimble_settings_load ();
  g_autoptr(GSettings) store = thimble_settings_open_store ();
  g_autoptr(ThimbleEngine) engine = NULL;
  g_autoptr(GError) error = NULL;
  GtkApplication *application;
  GdkFrameClock *clock;

  g_free (settings->destination);
  settings->destination = g_strdup (output);
  settings->window_width = 1200;
  settings->window_height = 800;
  thimble_settings_save (settings);
  if (store != NULL)
    g_settings_set_boolean (store, "notifications", FALSE);

  frames = g_array_new (FALSE, FALSE, sizeof (double));
  thimble_loop_meter_start ();
  application = gtk_application_new ("io.github.thimble.Bench", G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  engine = thimble_preferences_create_engine (FALSE, &error);
  g_assert_no_error (error);
  bench->window = THIMBLE_WINDOW (thimble_window_new (application, engine));
  bench->session = g_object_ref (thimble_window_get_session (bench->window));
  g_signal_connect (bench->session, "scanned", G_CALLBACK (scanned_cb), bench);
  g_signal_connect (bench->session, "run-finished", G_CALLBACK (finished_cb), bench);
  gtk_window_present (GTK_WINDOW (bench->window));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench->window));
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), bench);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), bench);
  bench_pass (bench, 500);
}
