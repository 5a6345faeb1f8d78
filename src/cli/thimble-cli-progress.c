/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two bars on a terminal: of links those that are here, else the images that were begun; and what is
 * done. They are drawn ten times a second, however fast images are made. */

#include "config.h"

#include "thimble-cli-progress.h"

#include "thimble-cli-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_MS 100
#define MAX_BAR_CELLS 40

struct _ThimbleCliProgress
{
  ThimbleThumbnailMaker *maker; /* owned */
  guint timer;
  gboolean is_shown;
};

static guint
get_terminal_columns (void)
{
  struct winsize size;

  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static char *
dup_time_left (double seconds)
{
  guint whole = ceil (seconds);

  if (whole < 60)
    /* Translators: seconds; below, minutes and hours: abbreviations. */
    return g_strdup_printf (_("%u s left"), MAX (1, whole));
  if (whole < 3600)
    return g_strdup_printf (_("%u min %02u s left"), whole / 60, whole % 60);
  return g_strdup_printf (_("%u h %02u min left"), whole / 3600, whole / 60 % 60);
}

static void
append_bar (GString *text, const char *label, guint n, guint n_items, const char *tail, guint n_cells)
{
  guint n_full = n_items > 0 ? (guint64) n * n_cells / n_items : 0;

  thimble_cli_words_append_cell (text, label, 11);
  for (guint i = 0; i < n_cells; i++)
    g_string_append (text, i < n_full ? "█" : "░");
  g_string_append_c (text, ' ');
  /* Translators: how many of how many images. */
  g_string_append_printf (text, _("%u of %u"), n, n_items);
  g_string_append (text, tail);
  g_string_append (text, "\033[K\n");
}

/**
 * thimble_cli_progress_draw:
 *
 * Draws the bars where the cursor is, or over the last ones.
 */
void
thimble_cli_progress_draw (ThimbleCliProgress *self)
{
  g_autoptr(GString) text = g_string_new (self->is_shown ? "\033[2A\r" : "");
  g_autoptr(GString) tail = g_string_new (NULL);
  guint columns = get_terminal_columns ();
  guint n_cells = columns > 60 ? MIN (MAX_BAR_CELLS, columns - 58) : 2;
  ThimbleProgress progress;

  thimble_thumbnail_maker_get_progress (self->maker, &progress);
  if (progress.images_per_second > 0)
    {
      g_string_append (tail, " · ");
      /* Translators: images a second. */
      g_string_append_printf (tail, _("%.0f/s"), progress.images_per_second);
      if (progress.n_finished < progress.n_items && progress.seconds_left >= 0)
        {
          g_autofree char *left = dup_time_left (progress.seconds_left);
          g_string_append_printf (tail, " · %s", left);
        }
    }
  if (progress.n_links > 0)
    {
      g_autofree char *size = g_format_size (progress.n_bytes_received);
      g_autofree char *rate = g_format_size (progress.bytes_per_second);
      /* Translators: a size, like 4.2 MB, a second. */
      g_autofree char *speed = g_strdup_printf (_("%s/s"), rate);
      g_autofree char *came = g_strdup_printf (" · %s · %s", size, speed);

      /* Translators: of “Downloaded 12 of 40”, before a bar: at most ten letters. */
      append_bar (text, _("Downloaded"), progress.n_downloaded, progress.n_links, came, n_cells);
    }
  else
    /* Translators: of “Scheduled 12 of 40”, before a bar: at most ten letters. */
    append_bar (text, _("Scheduled"), progress.n_scheduled, progress.n_items, "", n_cells);
  /* Translators: of “Finished 12 of 40”, before a bar: at most ten letters. */
  append_bar (text, _("Finished"), progress.n_finished, progress.n_items, tail->str, n_cells);
  fputs (text->str, stderr);
  fflush (stderr);
  self->is_shown = TRUE;
}

/**
 * thimble_cli_progress_hide:
 *
 * Takes the bars away, so that something else can be printed.
 */
void
thimble_cli_progress_hide (ThimbleCliProgress *self)
{
  if (!self->is_shown)
    return;
  fputs ("\033[2A\r\033[J", stderr);
  fflush (stderr);
  self->is_shown = FALSE;
}

static gboolean
redraw_cb (gpointer user_data)
{
  thimble_cli_progress_draw (user_data);
  return G_SOURCE_CONTINUE;
}

ThimbleCliProgress *
thimble_cli_progress_new (ThimbleThumbnailMaker *maker)
{
  ThimbleCliProgress *self = g_new0 (ThimbleCliProgress, 1);

  self->maker = g_object_ref (maker);
  self->timer = g_timeout_add (REDRAW_MS, redraw_cb, self);
  return self;
}

void
thimble_cli_progress_free (ThimbleCliProgress *self)
{
  g_source_remove (self->timer);
  g_object_unref (self->maker);
  g_free (self);
}
