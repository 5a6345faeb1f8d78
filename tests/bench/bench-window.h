/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-window-private.h"

G_BEGIN_DECLS

/**
 * BenchWindow:
 * @n_scanned: scans that have ended
 * @n_finished: runs that have ended
 * @run_seconds: of the last run, as its summary says
 * @start_us: when Start was clicked, monotonic; 0 where nobody waits for the first thumbnail
 * @first_us: when a frame with the first thumbnail was painted, 0 before that
 *
 * A window that is driven and measured. There is one.
 */
typedef struct
{
  ThimbleWindow *window;
  ThimbleSession *session;
  guint n_scanned;
  guint n_finished;
  double run_seconds;
  gint64 start_us;
  gint64 first_us;
} BenchWindow;

/** BenchFunction: something a user does. */
typedef void (*BenchFunction) (BenchWindow *bench, gconstpointer data);

/** BenchCondition: something a user waits for; asked a hundred times a second at most. */
typedef gboolean (*BenchCondition) (BenchWindow *bench);

void bench_window_open (BenchWindow *bench, const char *output);

void bench_begin (void);
void bench_end (const char *phase);
void bench_print (const char *name, double value);

void bench_do (BenchWindow *bench, BenchFunction function, gconstpointer data);
void bench_wait (BenchWindow *bench, BenchCondition condition);
void bench_pass (BenchWindow *bench, guint ms);
void bench_scroll (BenchWindow *bench, double from, double to, double px_per_frame);

guint bench_count_pictures (BenchWindow *bench, guint *n_cells);
GtkWidget *bench_find (GtkWidget *root, GType type);

G_END_DECLS
