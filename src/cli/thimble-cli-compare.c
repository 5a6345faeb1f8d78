/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "compare": the same work one image after the other, with threads and with processes, for one
 * worker and more, and the downloads of links one after the other and several at once, as a table
 * and a sentence, or as JSON lines. Nothing is written but in temporary folders. The window's page
 * reads the lines of this command. */

#include "config.h"

#include "thimble-cli-make.h"

#include "thimble-cli-options.h"
#include "thimble-cli-trial.h"
#include "thimble-comparison.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Up to here every number of workers is tried, and doublings after. */
#define ALL_UP_TO 4

typedef struct
{
  char **arguments;
  FILE *json;    /* NULL where none is asked for */
  char *downloads; /* NULL where there are no links: a temporary folder with their files */
  GArray *trials; /* ThimbleTrial: those that were made, or tried in vain */
  guint n_processors;
} Compare;

static void
compare_clear (Compare *compare)
{
  g_clear_pointer (&compare->trials, g_array_unref);
  if (compare->downloads != NULL)
    thimble_trial_remove_folder (compare->downloads);
  g_free (compare->downloads);
  if (compare->json != NULL && compare->json != stdout)
    fclose (compare->json);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Compare, compare_clear)

static volatile sig_atomic_t was_interrupted;

/* The run that goes on ends, with its folder; a second signal ends us at once. */
static void
interrupted (int number)
{
  if (was_interrupted)
    _exit (THIMBLE_EXIT_INTERRUPTED);
  was_interrupted = 1;
  thimble_trial_interrupt ();
}

static void
append_numbers (GString *line, const ThimbleTrial *trial)
{
  const struct
  {
    const char *name;
    double value;
  } numbers[] = { { "seconds", trial->seconds },
                  { "user_seconds", trial->user_seconds },
                  { "system_seconds", trial->system_seconds },
                  { "images_per_second", trial->images_per_second } };
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_string_append_printf (line, ",\"%s\":%s", numbers[i].name,
                            g_ascii_formatd (buffer, sizeof buffer, "%.6f", numbers[i].value));
  g_string_append_printf (line, ",\"peak_rss_bytes\":%" G_GINT64_FORMAT, trial->peak_rss_bytes);
}

static void
append_string (GString *line, const char *name, const char *text)
{
  g_string_append_printf (line, ",\"%s\":\"", name);
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (line, "\\%c", *p);
    else if ((guchar) *p < 0x20)
      g_string_append_printf (line, "\\u%04x", (guchar) *p);
    else
      g_string_append_c (line, *p);
  g_string_append_c (line, '"');
}

static void
print_line (Compare *compare, GString *line)
{
  g_string_append (line, "}\n");
  fputs (line->str, compare->json);
  fflush (compare->json);
}

static void
print_trial (Compare *compare, const ThimbleTrial *trial)
{
  const char *name = thimble_trial_get_name (trial);

  if (compare->json != NULL)
    {
      g_autoptr(GString) line = g_string_new (NULL);

      g_string_append_printf (line, "{\"trial\":true,\"executor\":\"%s\",\"workers\":%u", name,
                              trial->n_workers);
      if (trial->message != NULL)
        append_string (line, "error", trial->message);
      else
        append_numbers (line, trial);
      print_line (compare, line);
    }
  if (compare->json == stdout)
    return;
  if (trial->message != NULL)
    printf ("%-10s %7u   %s\n", name, trial->n_workers, trial->message);
  else
    printf ("%-10s %7u %8.2f %8.2f %8.2f %9.1f %8.1f\n", name, trial->n_workers, trial->seconds,
            trial->user_seconds, trial->system_seconds, trial->images_per_second,
            trial->peak_rss_bytes / 1e6);
  fflush (stdout);
}

static const ThimbleTrial *
find_fastest (Compare *compare)
{
  const ThimbleTrial *fastest = NULL;

  for (guint i = 0; i < compare->trials->len; i++)
    {
      const ThimbleTrial *trial = &g_array_index (compare->trials, ThimbleTrial, i);

      if (trial->message == NULL && !trial->is_download
          && (fastest == NULL || trial->images_per_second > fastest->images_per_second))
        fastest = trial;
    }
  return fastest;
}

/* What the numbers mean, plainly. */
static char *
dup_sentence (Compare *compare)
{
  ThimbleComparison comparison = { 0 };

  for (guint i = 0; i < compare->trials->len; i++)
    {
      const ThimbleTrial *trial = &g_array_index (compare->trials, ThimbleTrial, i);

      if (trial->message != NULL)
        continue;
      if (trial->is_download)
        thimble_comparison_take_download (&comparison, trial->n_workers, trial->images_per_second);
      else
        thimble_comparison_take_trial (&comparison, trial->executor, trial->n_workers,
                                       trial->images_per_second);
    }
  return thimble_comparison_describe (&comparison);
}

/* The same for JSON, which is the same in every language. */
static char *
dup_plain_sentence (Compare *compare)
{
  locale_t plain = newlocale (LC_ALL_MASK, "C.UTF-8", NULL);
  locale_t former = uselocale (plain != NULL ? plain : LC_GLOBAL_LOCALE);
  char *sentence = dup_sentence (compare);

  uselocale (former);
  if (plain != NULL)
    freelocale (plain);
  return sentence;
}

static void
print_begin (Compare *compare, guint n_trials)
{
  if (compare->json != NULL)
    {
      g_autoptr(GString) line = g_string_new (NULL);

      g_string_append_printf (line, "{\"compare\":true,\"trials\":%u,\"processors\":%u", n_trials,
                              compare->n_processors);
      print_line (compare, line);
    }
  if (compare->json != stdout)
    /* Translators: the head of a table. Each word ends above the end of its column: keep the places
     * where words end, counted in cells of a terminal (a Chinese letter takes two). */
    puts (_("executor   workers     real     user   system  images/s       MB"));
}

static void
print_end (Compare *compare)
{
  const ThimbleTrial *fastest = find_fastest (compare);

  if (compare->json != NULL)
    {
      g_autoptr(GString) line = g_string_new ("{\"summary\":true");
      g_autofree char *plain = dup_plain_sentence (compare);

      if (fastest != NULL)
        g_string_append_printf (line, ",\"executor\":\"%s\",\"workers\":%u",
                                thimble_executor_kind_get_name (fastest->executor),
                                fastest->n_workers);
      append_string (line, "sentence", plain);
      print_line (compare, line);
    }
  if (compare->json != stdout)
    {
      g_autofree char *sentence = dup_sentence (compare);

      printf ("\n%s\n", sentence);
    }
}

/* Whether the number of workers is tried: each of the first, then doublings, and the last. */
static gboolean
is_tried (guint n_workers, guint n_most)
{
  return n_workers <= ALL_UP_TO || (n_workers & (n_workers - 1)) == 0 || n_workers == n_most;
}

static void
list_downloads (GArray *trials, const ThimbleRunOptions *options)
{
  ThimbleTrial single = { .is_download = TRUE, .n_workers = 1, .per_host = 1 };
  ThimbleTrial parallel = { .is_download = TRUE,
                            .n_workers = options->connections,
                            .per_host = options->per_host };

  g_array_append_val (trials, single);
  if (parallel.n_workers > 1)
    g_array_append_val (trials, parallel);
}

static GArray *
list_trials (Compare *compare, const ThimbleRunOptions *options, guint n_most)
{
  static const ThimbleExecutorKind kinds[]
    = { THIMBLE_EXECUTOR_KIND_THREADS, THIMBLE_EXECUTOR_KIND_PROCESSES };
  GArray *trials = g_array_new (FALSE, TRUE, sizeof (ThimbleTrial));
  ThimbleTrial serial = { .executor = THIMBLE_EXECUTOR_KIND_SERIAL,
                          .n_workers = 1,
                          .downloads = compare->downloads };

  g_array_set_clear_func (trials, (GDestroyNotify) thimble_trial_clear);
  if (compare->downloads != NULL)
    list_downloads (trials, options);
  g_array_append_val (trials, serial);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint n = 1; n <= n_most; n++)
      {
        ThimbleTrial trial
          = { .executor = kinds[i], .n_workers = n, .downloads = compare->downloads };

        if (is_tried (n, n_most))
          g_array_append_val (trials, trial);
      }
  return trials;
}

/* The first run reads the files from the disk or the network, the others from memory: it does not
 * count. */
static void
warm_up (Compare *compare, const ThimbleRunOptions *options, guint n_most)
{
  ThimbleTrial make = { .executor = THIMBLE_EXECUTOR_KIND_THREADS,
                        .n_workers = n_most,
                        .downloads = compare->downloads };
  ThimbleTrial download = { .is_download = TRUE,
                            .n_workers = options->connections,
                            .per_host = options->per_host,
                            .downloads = compare->downloads };

  if (compare->downloads != NULL)
    thimble_trial_run (&download, compare->arguments);
  if (!was_interrupted)
    thimble_trial_run (&make, compare->arguments);
  thimble_trial_clear (&download);
  thimble_trial_clear (&make);
}

/* What can't be had is said once, not for each number of workers. */
static void
run_trials (Compare *compare, const ThimbleRunOptions *options, guint n_most)
{
  g_autoptr(GArray) trials = list_trials (compare, options, n_most);
  const char *missing = NULL;

  print_begin (compare, trials->len);
  warm_up (compare, options, n_most);
  for (guint i = 0; i < trials->len && !was_interrupted; i++)
    {
      ThimbleTrial trial = g_array_index (trials, ThimbleTrial, i);

      if (g_strcmp0 (missing, thimble_trial_get_name (&trial)) == 0)
        continue;
      if (!thimble_trial_run (&trial, compare->arguments))
        missing = thimble_trial_get_name (&trial);
      if (was_interrupted)
        {
          thimble_trial_clear (&trial);
          break;
        }
      g_array_append_val (compare->trials, trial);
      print_trial (compare, &trial);
    }
}

/* Lists may have links. */
static gboolean
has_links (const ThimbleCliOptions *options)
{
  for (guint i = 0; i < options->sources->len; i++)
    if (thimble_source_get_kind (options->sources->pdata[i]) != THIMBLE_SOURCE_PATH)
      return TRUE;
  return FALSE;
}

static gboolean
check_options (const ThimbleCliOptions *options)
{
  const char *problem = NULL;

  if (options->run.dry_run)
    problem = _("“compare” can’t be a dry run: it does the work, into temporary folders.");
  for (guint i = 0; i < options->sources->len; i++)
    if (g_str_equal (thimble_source_get_location (options->sources->pdata[i]), "-"))
      problem = _("“compare” reads its list several times: name a file, not standard input.");
  if (problem != NULL)
    thimble_cli_complain ("%s", problem);
  return problem == NULL;
}

/**
 * thimble_cli_compare:
 * @arguments: (array zero-terminated=1): the command's name and the words after it, those of "make"
 *
 * Returns: a #ThimbleExit
 */
int
thimble_cli_compare (char **arguments)
{
  g_auto(Compare) compare = { .arguments = arguments };
  g_auto(GStrv) copy = g_strdupv (arguments);
  g_autoptr(ThimbleCliOptions) options = NULL;
  g_autoptr(GError) error = NULL;
  struct sigaction action = { .sa_handler = interrupted };

  options = thimble_cli_options_parse (copy, &error);
  if (options == NULL)
    thimble_cli_complain ("%s", error->message);
  if (options == NULL || !check_options (options))
    return THIMBLE_EXIT_USAGE;
  if (has_links (options))
    compare.downloads = g_dir_make_tmp ("thimble-compare-XXXXXX", &error);
  if (error != NULL)
    {
      thimble_cli_complain ("%s", error->message);
      return THIMBLE_EXIT_COULD_NOT_GO_ON;
    }
  if (options->json != NULL)
    compare.json = g_str_equal (options->json, "-") ? stdout : fopen (options->json, "we");
  if (options->json != NULL && compare.json == NULL)
    {
      thimble_cli_complain (_("“%s” cannot be written: %s"), options->json, g_strerror (errno));
      return THIMBLE_EXIT_COULD_NOT_GO_ON;
    }

  signal (SIGPIPE, SIG_IGN);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  compare.trials = g_array_new (FALSE, TRUE, sizeof (ThimbleTrial));
  g_array_set_clear_func (compare.trials, (GDestroyNotify) thimble_trial_clear);
  compare.n_processors = g_get_num_processors ();
  run_trials (&compare, &options->run,
              options->n_workers > 0 ? options->n_workers : compare.n_processors);
  if (was_interrupted)
    return THIMBLE_EXIT_INTERRUPTED;
  print_end (&compare);
  return find_fastest (&compare) != NULL ? THIMBLE_EXIT_ALL_MADE
                                                 : THIMBLE_EXIT_COULD_NOT_GO_ON;
}
