/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The child does what is measured, so that the window neither decodes nor waits. Its lines are read
 * as they come; what is not one of ours is passed over. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-compare-run.h"

#include "thimble-comparison.h"
#include "thimble-item-actions.h"
#include "thimble-preset-file.h"
#include "thimble-settings.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Enough to measure, and few enough for the words of a command. */
#define MAX_IMAGES 300

/* A longer link is passed over: a word of a command may have 128 KiB, all of them some MB. */
#define MAX_LINK_BYTES 4096

struct _ThimbleCompareRun
{
  GObject parent_instance;

  GArray *trials; /* ThimbleCompareTrial */
  guint n_expected;
  char *sentence;       /* (nullable): once it has finished */
  GSubprocess *process; /* (nullable): while it goes on */
  GDataInputStream *lines;
  int preset_file; /* -1, or memory with the settings, which the child reads through /proc */
};

enum
{
  CHANGED,
  FINISHED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleCompareRun, thimble_compare_run, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
trial_clear (gpointer data)
{
  g_free (((ThimbleCompareTrial *) data)->error);
}

static void
thimble_compare_run_finalize (GObject *object)
{
  ThimbleCompareRun *self = THIMBLE_COMPARE_RUN (object);

  g_array_unref (self->trials);
  g_free (self->sentence);
  g_clear_object (&self->lines);
  g_clear_object (&self->process);
  if (self->preset_file >= 0)
    close (self->preset_file);
  G_OBJECT_CLASS (thimble_compare_run_parent_class)->finalize (object);
}

static void
thimble_compare_run_class_init (ThimbleCompareRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_compare_run_finalize;
  signals[CHANGED] = g_signal_new ("changed", THIMBLE_TYPE_COMPARE_RUN, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[FINISHED] = g_signal_new ("finished", THIMBLE_TYPE_COMPARE_RUN, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
thimble_compare_run_init (ThimbleCompareRun *self)
{
  self->preset_file = -1;
  self->trials = g_array_new (FALSE, TRUE, sizeof (ThimbleCompareTrial));
  g_array_set_clear_func (self->trials, trial_clear);
}

/**
 * thimble_compare_trial_get_label:
 *
 * Returns: (transfer none): the way of doing the work, for the user
 */
const char *
thimble_compare_trial_get_label (const ThimbleCompareTrial *self)
{
  if (g_str_equal (self->executor, "processes"))
    /* Translators: ways to work, as names; “Serial” is one image after the other. */
    return _ ("Processes");
  if (g_str_equal (self->executor, "downloads"))
    return _ ("Downloads");
  return g_str_equal (self->executor, "threads") ? _ ("Threads") : _ ("Serial");
}

ThimbleCompareRun *
thimble_compare_run_new (void)
{
  return g_object_new (THIMBLE_TYPE_COMPARE_RUN, NULL);
}

/* Only what can be drawn is taken from a line, whoever wrote it. */
static double
get_number (JsonObject *line, const char *name)
{
  double value = json_object_get_double_member_with_default (line, name, 0);

  return value >= 0 && value < 1e15 ? value : 0;
}

static void
add_trial (ThimbleCompareRun *self, JsonObject *line)
{
  const char *error = json_object_get_string_member_with_default (line, "error", NULL);
  ThimbleCompareTrial trial
    = { .executor = g_intern_string (
          json_object_get_string_member_with_default (line, "executor", "")),
        .n_workers = (guint) MIN (get_number (line, "workers"), 65536),
        .seconds = get_number (line, "seconds"),
        .user_seconds = get_number (line, "user_seconds"),
        .system_seconds = get_number (line, "system_seconds"),
        .images_per_second = get_number (line, "images_per_second"),
        .peak_rss_bytes = (gint64) get_number (line, "peak_rss_bytes"),
        .error = g_strdup (error) };

  g_array_append_val (self->trials, trial);
}

/* What the trials mean, in the language of the window; the process tells it plainly. */
static char *
dup_sentence (ThimbleCompareRun *self)
{
  ThimbleComparison comparison = { 0 };
  ThimbleExecutorKind executor;

  for (guint i = 0; i < self->trials->len; i++)
    {
      const ThimbleCompareTrial *trial = &g_array_index (self->trials, ThimbleCompareTrial, i);

      if (trial->error != NULL)
        continue;
      if (g_str_equal (trial->executor, "downloads"))
        thimble_comparison_take_download (&comparison, trial->n_workers, trial->images_per_second);
      else if (thimble_executor_kind_from_name (trial->executor, &executor))
        thimble_comparison_take_trial (&comparison, executor, trial->n_workers,
                                       trial->images_per_second);
    }
  return thimble_comparison_describe (&comparison);
}

/**
 * thimble_compare_run_take_line:
 * @line: of JSON, as `thimble-cli compare --json -` writes it
 *
 * Takes what it says.
 */
void
thimble_compare_run_take_line (ThimbleCompareRun *self, const char *line)
{
  g_autoptr(JsonNode) node = NULL;
  JsonObject *object;

  g_return_if_fail (THIMBLE_IS_COMPARE_RUN (self));

  node = json_from_string (line, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  object = json_node_get_object (node);
  if (json_object_has_member (object, "compare"))
    self->n_expected = (guint) MIN (get_number (object, "trials"), 4096);
  else if (json_object_has_member (object, "trial"))
    add_trial (self, object);
  else if (json_object_has_member (object, "summary"))
    {
      g_free (self->sentence);
      self->sentence = dup_sentence (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
thimble_compare_run_finish (ThimbleCompareRun *self, GError *error)
{
  g_clear_object (&self->lines);
  g_clear_object (&self->process);
  g_signal_emit (self, signals[FINISHED], 0, error);
}

static void
waited_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleCompareRun) self = user_data;
  g_autoptr(GError) error = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, &error);
  if (error == NULL && self->sentence == NULL)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                 _ ("The comparison ended before its end"));
  thimble_compare_run_finish (self, error);
}

static void
line_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ThimbleCompareRun *self = user_data;
  g_autofree char *line
    = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (object), result, NULL, NULL);

  if (line == NULL)
    {
      g_subprocess_wait_async (self->process, NULL, waited_cb, self);
      return;
    }
  thimble_compare_run_take_line (self, line);
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, NULL, line_read_cb, self);
}

/* Beside our own executable when installed, and where the build has it. */
static char *
find_command (void)
{
  static const char *const places[] = { "thimble-cli", "../cli/thimble-cli" };
  g_autofree char *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (own != NULL ? own : "");

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (folder, places[i], NULL);

      if (access (path, X_OK) == 0)
        return g_steal_pointer (&path);
    }
  return g_strdup ("thimble-cli");
}

/* All settings, as a preset's text in memory. Where things are saved does not count. */
static gboolean
write_preset (ThimbleCompareRun *self, ThimblePreset *preset, GError **error)
{
  g_autoptr(ThimblePreset) copy = thimble_preset_copy (preset);
  g_autofree char *text = NULL;
  gsize n_bytes;

  thimble_preset_set_destination (copy, NULL);
  text = thimble_preset_dup_text (copy, error);
  if (text == NULL)
    return FALSE;
  n_bytes = strlen (text);
  self->preset_file = memfd_create ("thimble-preset", MFD_CLOEXEC);
  if (self->preset_file >= 0 && write (self->preset_file, text, n_bytes) == (gssize) n_bytes)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

/* (nullable) (transfer full): what the command calls an image: its link, or its file. */
static char *
dup_source (ThimbleItem *item)
{
  ThimbleOrigin *origin = thimble_item_get_origin (item);
  g_autoptr(ThimbleOrigin) file = NULL;

  if (origin->url != NULL && strlen (origin->url) <= MAX_LINK_BYTES)
    return g_strdup (origin->url);
  file = thimble_item_dup_picture_origin (item);
  return file != NULL ? thimble_origin_dup_path (file) : NULL;
}

/* Images evenly from all of the batch. */
static GPtrArray *
list_words (ThimbleCompareRun *self, ThimbleBatch *batch)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  guint n_items = thimble_batch_get_n_items (batch);
  guint n = MIN (n_items, MAX_IMAGES);
  ThimbleRunOptions options;

  thimble_preferences_get_run_options (&options);
  g_ptr_array_add (words, find_command ());
  g_ptr_array_add (words, g_strdup ("compare"));
  g_ptr_array_add (words, g_strdup ("--json=-"));
  g_ptr_array_add (words, g_strdup_printf ("--preset=/proc/%d/fd/%d", getpid (),
                                           self->preset_file));
  g_ptr_array_add (words, g_strdup_printf ("--connections=%u", options.connections));
  g_ptr_array_add (words, g_strdup_printf ("--per-host=%u", options.per_host));
  g_ptr_array_add (words, g_strdup ("--"));
  for (guint i = 0; i < n; i++)
    {
      char *source
        = dup_source (thimble_batch_peek (batch, (guint) ((guint64) i * n_items / n)));

      if (source != NULL)
        g_ptr_array_add (words, source);
    }
  g_ptr_array_add (words, NULL);
  return words;
}

/**
 * thimble_compare_run_start:
 * @batch: whose images the work is done on; at most 300 of them
 * @preset: what is made
 *
 * Begins; once. The run holds itself until it has finished.
 *
 * Returns: %FALSE with @error set where the command can't be started
 */
gboolean
thimble_compare_run_start (ThimbleCompareRun *self,
                           ThimbleBatch *batch,
                           ThimblePreset *preset,
                           GError **error)
{
  g_autoptr(GPtrArray) words = NULL;

  g_return_val_if_fail (THIMBLE_IS_COMPARE_RUN (self), FALSE);
  g_return_val_if_fail (self->preset_file < 0, FALSE);

  if (!write_preset (self, preset, error))
    return FALSE;
  words = list_words (self, batch);
  self->process = g_subprocess_newv ((const char *const *) words->pdata,
                                     G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
  if (self->process == NULL)
    return FALSE;
  self->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, NULL, line_read_cb,
                                       g_object_ref (self));
  return TRUE;
}

/**
 * thimble_compare_run_cancel:
 *
 * Asks it to end, if it goes on: it removes what it wrote.
 */
void
thimble_compare_run_cancel (ThimbleCompareRun *self)
{
  g_return_if_fail (THIMBLE_IS_COMPARE_RUN (self));

  if (self->process != NULL)
    g_subprocess_send_signal (self->process, SIGTERM);
}

/**
 * thimble_compare_run_get_trials:
 *
 * Returns: (transfer none) (element-type ThimbleCompareTrial): so far
 */
GArray *
thimble_compare_run_get_trials (ThimbleCompareRun *self)
{
  return self->trials;
}

/**
 * thimble_compare_run_find_fastest:
 *
 * Returns: (transfer none) (nullable): what “Use the Fastest” means: the fastest number of isolated
 *   processes where there are any, for the window does not trade isolation for speed; of threads
 *   otherwise. Valid until the next trial.
 */
const ThimbleCompareTrial *
thimble_compare_run_find_fastest (ThimbleCompareRun *self)
{
  const ThimbleCompareTrial *fastest = NULL;
  gboolean is_fastest_isolated = FALSE;

  g_return_val_if_fail (THIMBLE_IS_COMPARE_RUN (self), NULL);

  for (guint i = 0; i < self->trials->len; i++)
    {
      const ThimbleCompareTrial *trial = &g_array_index (self->trials, ThimbleCompareTrial, i);
      gboolean is_isolated = g_str_equal (trial->executor, "processes");

      if (trial->error != NULL || g_str_equal (trial->executor, "downloads")
          || (is_fastest_isolated && !is_isolated))
        continue;
      if (fastest == NULL || (is_isolated && !is_fastest_isolated)
          || trial->images_per_second > fastest->images_per_second)
        {
          fastest = trial;
          is_fastest_isolated = is_isolated;
        }
    }
  return fastest;
}

/**
 * thimble_compare_run_get_n_expected:
 *
 * Returns: how many trials there may be; 0 before that is known
 */
guint
thimble_compare_run_get_n_expected (ThimbleCompareRun *self)
{
  return self->n_expected;
}

/**
 * thimble_compare_run_get_sentence:
 *
 * Returns: (transfer none) (nullable): what it means, once it has finished
 */
const char *
thimble_compare_run_get_sentence (ThimbleCompareRun *self)
{
  return self->sentence;
}

/**
 * thimble_compare_run_dup_csv:
 *
 * Returns: (transfer full): the trials as CSV (RFC 4180), with a header, numbers with a point
 */
char *
thimble_compare_run_dup_csv (ThimbleCompareRun *self)
{
  GString *csv = g_string_new ("executor,workers,seconds,user_seconds,system_seconds,"
                               "images_per_second,peak_rss_bytes\r\n");

  for (guint i = 0; i < self->trials->len; i++)
    {
      const ThimbleCompareTrial *trial = &g_array_index (self->trials, ThimbleCompareTrial, i);
      const double numbers[] = { trial->seconds, trial->user_seconds, trial->system_seconds,
                                 trial->images_per_second };
      char buffer[G_ASCII_DTOSTR_BUF_SIZE];

      if (trial->error != NULL)
        continue;
      g_string_append_printf (csv, "%s,%u", trial->executor, trial->n_workers);
      for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
        g_string_append_printf (csv, ",%s",
                                g_ascii_formatd (buffer, sizeof buffer, "%.3f", numbers[j]));
      g_string_append_printf (csv, ",%" G_GINT64_FORMAT "\r\n", trial->peak_rss_bytes);
    }
  return g_string_free (csv, FALSE);
}
