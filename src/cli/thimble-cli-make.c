/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "make" and "download": scans the sources, makes their thumbnails or only fetches them, and tells how
 * it went: failures on standard error as they happen, JSON lines where asked for, a sentence at the
 * end, and the exit status. */

#include "config.h"

#include "thimble-cli-make.h"

#include "thimble-cli-options.h"
#include "thimble-cli-progress.h"
#include "thimble-cli-words.h"
#include "thimble-failure-words.h"
#include "thimble-report-json.h"
#include "thimble-scanner.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One call of the command, on the main thread. */
typedef struct
{
  ThimbleCliOptions *options;
  GMainLoop *loop;
  GCancellable *cancellable;
  ThimbleEngine *engine;
  ThimbleBatch *batch;
  ThimbleScanner *scanner;
  ThimbleThumbnailMaker *maker;
  ThimbleCliProgress *progress; /* NULL where none is shown */
  ThimbleScanReport *report;
  FILE *json; /* NULL where none is asked for */
  int json_errno; /* why it cannot be written, or 0 */
  gint64 begin_us;
  gboolean only_downloads;
  gboolean was_interrupted;
  int status;
} Make;

static void
make_clear (Make *make)
{
  g_clear_pointer (&make->progress, thimble_cli_progress_free);
  g_clear_pointer (&make->report, thimble_scan_report_free);
  g_clear_object (&make->maker);
  g_clear_object (&make->scanner);
  g_clear_object (&make->batch);
  if (make->engine != NULL)
    thimble_engine_shutdown (make->engine);
  g_clear_object (&make->engine);
  g_clear_object (&make->cancellable);
  g_clear_pointer (&make->loop, g_main_loop_unref);
  g_clear_pointer (&make->options, thimble_cli_options_free);
  if (make->json != NULL && make->json != stdout)
    fclose (make->json);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Make, make_clear)

/* Names of files are shown on terminals, which obey control characters. */
static char *
dup_printable (const char *text)
{
  GString *printable = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);
      g_string_append_unichar (printable, g_unichar_iscntrl (character) ? 0xFFFD : character);
    }
  return g_string_free (printable, FALSE);
}

static char *
dup_printable_path (const char *path)
{
  g_autofree char *display = g_filename_display_name (path);

  return dup_printable (display);
}

/**
 * thimble_cli_complain:
 *
 * Prints one line on standard error.
 */
void
thimble_cli_complain (const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *valid = NULL;
  g_autofree char *printable = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  valid = g_utf8_make_valid (message, -1);
  printable = dup_printable (valid);
  fprintf (stderr, "thimble-cli: %s\n", printable);
}

/* Tells something between two drawings of the bars. */
static void
complain_between (Make *make, const char *message)
{
  if (make->progress != NULL)
    thimble_cli_progress_hide (make->progress);
  thimble_cli_complain ("%s", message);
}

/* Who asked for lines and no longer reads them wants no more images either. */
static void
fail_json (Make *make)
{
  if (make->json_errno == 0)
    make->json_errno = errno != 0 ? errno : EIO;
  g_cancellable_cancel (make->cancellable);
}

static void
write_json (Make *make, const GString *line)
{
  if (make->json != NULL && make->json_errno == 0
      && fwrite (line->str, 1, line->len, make->json) != line->len)
    fail_json (make);
}

static void
print_dry_run (ThimbleItem *item, const ThimbleItemResult *result)
{
  g_autofree char *path = thimble_origin_dup_path (thimble_item_get_origin (item));
  g_autofree char *display = dup_printable_path (path);

  if (thimble_item_get_state (item) == THIMBLE_ITEM_SKIPPED)
    {
      /* Translators: an image. */
      printf (_("%s: up to date\n"), display);
      return;
    }
  for (guint i = 0; i < result->n_outputs; i++)
    if (result->outputs[i].was_made)
      {
        g_autofree char *output = dup_printable_path (result->outputs[i].path);
        /* Translators: an image, its thumbnail, and the reason. */
        printf (_("%s: would make %s (%s)\n"), display, output,
                thimble_cli_words_get_why (result->why));
      }
}

/* A message names its file, but not where that lies; that of a link says all. */
static char *
dup_failure (ThimbleItem *item, const ThimbleItemResult *result)
{
  ThimbleOrigin *origin = thimble_item_get_origin (item);
  g_autofree char *path = thimble_origin_dup_path (origin);
  g_autofree char *folder = NULL;
  g_autofree char *display = NULL;
  g_autofree char *message = thimble_failure_localize (result->message);

  if (origin->url != NULL)
    return g_steal_pointer (&message);
  folder = g_path_get_dirname (path);
  display = g_filename_display_name (folder);
  return g_strdup_printf ("%s/: %s", display, message);
}

static void
item_ended_cb (ThimbleThumbnailMaker *maker, ThimbleItem *item, gpointer user_data)
{
  Make *make = user_data;
  ThimbleItemResult *result = thimble_item_get_result (item);
  ThimbleItemState state = thimble_item_get_state (item);

  if (make->json != NULL)
    {
      g_autoptr(GString) line = g_string_sized_new (256);
      thimble_report_append_json_item (line, thimble_item_get_origin (item), state,
                                       thimble_item_get_result (item),
                                       make->options->run.dry_run);
      write_json (make, line);
    }
  if (state == THIMBLE_ITEM_FAILED)
    {
      g_autofree char *message = dup_failure (item, result);
      complain_between (make, message);
    }
  else if (make->options->run.dry_run && make->json != stdout && state != THIMBLE_ITEM_CANCELLED)
    print_dry_run (item, result);
  thimble_item_drop_result (item);
}

static void
warned_cb (ThimbleThumbnailMaker *maker, const char *message, gpointer user_data)
{
  complain_between (user_data, message);
}

static void
print_pruned (Make *make, const ThimbleRunSummary *summary)
{
  for (guint i = 0; i < summary->pruned->len; i++)
    {
      g_autofree char *display = dup_printable_path (summary->pruned->pdata[i]);
      /* Translators: a thumbnail whose image or size is gone. */
      printf (make->options->run.dry_run ? _("%s: would be removed\n") : _("%s: removed\n"),
              display);
    }
}

static void
print_summary (Make *make, const ThimbleRunSummary *summary, double seconds)
{
  print_pruned (make, summary);
  thimble_cli_words_print_total (summary, make->options->run.dry_run, make->only_downloads, seconds);
}

static void
report_scan (Make *make)
{
  for (guint i = 0; i < make->report->problems->len; i++)
    complain_between (make, make->report->problems->pdata[i]);
  if (make->report->n_found == 0 && make->report->problems->len == 0)
    thimble_cli_complain (_("There are no images there (other files: %u, hidden names: %u)."),
                          make->report->n_other, make->report->n_hidden);
}

/* A run that could not go on has its totals too. */
static ThimbleRunSummary *
count_items (Make *make)
{
  ThimbleRunSummary *summary = g_new0 (ThimbleRunSummary, 1);

  summary->n_items = thimble_batch_get_n_items (make->batch);
  summary->n_done = thimble_batch_count (make->batch, THIMBLE_ITEM_DONE);
  summary->n_skipped = thimble_batch_count (make->batch, THIMBLE_ITEM_SKIPPED);
  summary->n_failed = thimble_batch_count (make->batch, THIMBLE_ITEM_FAILED);
  summary->n_cancelled = thimble_batch_count (make->batch, THIMBLE_ITEM_CANCELLED);
  summary->pruned = g_ptr_array_new_with_free_func (g_free);
  return summary;
}

static void
write_json_summary (Make *make, const ThimbleRunSummary *summary, double seconds)
{
  g_autoptr(GString) line = g_string_sized_new (512);

  if (make->json == NULL)
    return;
  thimble_engine_shutdown (make->engine);
  thimble_report_append_json_summary (line, summary, make->engine, seconds,
                                   make->options->run.dry_run);
  write_json (make, line);
  if (make->json_errno == 0 && fflush (make->json) != 0)
    fail_json (make);
  if (make->json_errno != 0)
    thimble_cli_complain (_("“%s” cannot be written: %s"), make->options->json,
                          g_strerror (make->json_errno));
}

static int
choose_status (Make *make, const GError *error, const ThimbleRunSummary *summary)
{
  if (error != NULL)
    return error->domain == THIMBLE_PRESET_ERROR ? THIMBLE_EXIT_USAGE
                                                 : THIMBLE_EXIT_COULD_NOT_GO_ON;
  if (make->was_interrupted)
    return THIMBLE_EXIT_INTERRUPTED;
  if (make->json_errno != 0)
    return THIMBLE_EXIT_COULD_NOT_GO_ON;
  if (summary->n_failed > 0 || make->report->problems->len > 0)
    return THIMBLE_EXIT_SOME_FAILED;
  return THIMBLE_EXIT_ALL_MADE;
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Make *make = user_data;
  double seconds = (g_get_monotonic_time () - make->begin_us) / 1e6;
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimbleRunSummary) summary
    = thimble_thumbnail_maker_make_thumbnails_finish (make->maker, result, &error);

  if (make->progress != NULL)
    thimble_cli_progress_draw (make->progress);
  g_clear_pointer (&make->progress, thimble_cli_progress_free);
  g_main_loop_quit (make->loop);

  if (summary == NULL)
    {
      thimble_cli_complain ("%s", error->message);
      summary = count_items (make);
    }
  write_json_summary (make, summary, seconds);
  if (make->json != stdout && !g_error_matches (error, THIMBLE_PRESET_ERROR,
                                                THIMBLE_PRESET_ERROR_INVALID))
    print_summary (make, summary, seconds);
  make->status = choose_status (make, error, summary);
}

static gboolean
wants_progress (const ThimbleCliOptions *options)
{
  if (options->progress == THIMBLE_CLI_PROGRESS_AUTO)
    return isatty (STDERR_FILENO) && !options->run.dry_run;
  return options->progress == THIMBLE_CLI_PROGRESS_ALWAYS;
}

static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Make *make = user_data;
  g_autoptr(GError) error = NULL;

  make->report = thimble_scanner_scan_finish (make->scanner, result, &error);
  if (make->report == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        thimble_cli_complain ("%s", error->message);
      make->status
        = make->was_interrupted ? THIMBLE_EXIT_INTERRUPTED : THIMBLE_EXIT_COULD_NOT_GO_ON;
      g_main_loop_quit (make->loop);
      return;
    }
  report_scan (make);
  make->begin_us = g_get_monotonic_time ();
  if (wants_progress (make->options))
    make->progress = thimble_cli_progress_new (make->maker);
  if (make->only_downloads)
    thimble_thumbnail_maker_download_images_async (make->maker, make->options->preset,
                                                   &make->options->run, make->cancellable,
                                                   made_cb, make);
  else
    thimble_thumbnail_maker_make_thumbnails_async (make->maker, make->options->preset,
                                                   &make->options->run, make->cancellable,
                                                   made_cb, make);
}

/* The first signal ends the run in good order, a second one at once. */
static gboolean
interrupted_cb (gpointer user_data)
{
  Make *make = user_data;

  if (make->was_interrupted)
    _exit (THIMBLE_EXIT_INTERRUPTED);
  make->was_interrupted = TRUE;
  g_cancellable_cancel (make->cancellable);
  return G_SOURCE_CONTINUE;
}

static gboolean
open_json (Make *make)
{
  const char *path = make->options->json;

  if (path == NULL)
    return TRUE;
  make->json = g_str_equal (path, "-") ? stdout : fopen (path, "we");
  if (make->json != NULL)
    return TRUE;
  thimble_cli_complain (_("“%s” cannot be written: %s"), path, g_strerror (errno));
  return FALSE;
}

static gboolean
set_up (Make *make, char **arguments)
{
  g_autoptr(GError) error = NULL;

  make->options = thimble_cli_options_parse (arguments, &error);
  if (make->options == NULL)
    {
      thimble_cli_complain ("%s", error->message);
      make->status = THIMBLE_EXIT_USAGE;
      return FALSE;
    }
  make->status = THIMBLE_EXIT_COULD_NOT_GO_ON;
  make->engine = thimble_engine_new_full (make->options->executor, make->options->n_workers,
                                          &make->options->limits, &error);
  if (make->engine == NULL)
    {
      thimble_cli_complain ("%s", error->message);
      return FALSE;
    }
  if (!open_json (make))
    return FALSE;
  make->loop = g_main_loop_new (NULL, FALSE);
  make->cancellable = g_cancellable_new ();
  make->batch = thimble_batch_new ();
  make->scanner = thimble_scanner_new (make->batch);
  thimble_scanner_set_engine (make->scanner, make->engine, &make->options->run);
  make->maker = thimble_thumbnail_maker_new (make->engine, make->batch);
  g_signal_connect (make->maker, "item-ended", G_CALLBACK (item_ended_cb), make);
  g_signal_connect (make->maker, "warned", G_CALLBACK (warned_cb), make);
  return TRUE;
}

static int
run (char **arguments, gboolean only_downloads)
{
  g_auto(Make) make = { .only_downloads = only_downloads };
  guint interrupt;
  guint terminate;

  if (!set_up (&make, arguments))
    return make.status;

  thimble_thumbnail_maker_prepare (make.maker, make.options->preset, &make.options->run);
  signal (SIGPIPE, SIG_IGN); /* a reader that goes is an error of writing */
  interrupt = g_unix_signal_add (SIGINT, interrupted_cb, &make);
  terminate = g_unix_signal_add (SIGTERM, interrupted_cb, &make);
  thimble_scanner_scan_async (make.scanner, (ThimbleSource *const *) make.options->sources->pdata,
                              make.options->sources->len,
                              thimble_preset_get_destination (make.options->preset),
                              make.cancellable, scanned_cb, &make);
  g_main_loop_run (make.loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  return make.status;
}

/**
 * thimble_cli_make:
 * @arguments: (array zero-terminated=1): the program's name and the words after it
 *
 * Returns: a #ThimbleExit
 */
int
thimble_cli_make (char **arguments)
{
  return run (arguments, FALSE);
}

/**
 * thimble_cli_download:
 * @arguments: (array zero-terminated=1): the program's name and the words after it
 *
 * Returns: a #ThimbleExit
 */
int
thimble_cli_download (char **arguments)
{
  return run (arguments, TRUE);
}
