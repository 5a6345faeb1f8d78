/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options of "make", from words to checked values. What decides the outputs becomes a preset, so
 * that window and command line go on with the same. */

#include "config.h"

#include "thimble-cli-options.h"

#include "thimble-preset-file.h"
#include "thimble-preset-store.h"
#include "thimble-presets.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

/* Seconds that an image may take. */
#define MIN_TIMEOUT 0.01
#define MAX_TIMEOUT 86400.0

/* The words, as GOption leaves them. */
typedef struct
{
  char *destination;
  char **sizes;
  char *fit;
  char *gravity;
  char *background;
  gboolean enlarge;
  char *format;
  int quality;
  char *metadata;
  char *name_template;
  char *preset;
  char *executor;
  int workers;
  int chunk;
  gboolean force;
  gboolean dry_run;
  gboolean overwrite;
  gboolean prune;
  char *scaling;
  char *catalog;
  char *verify;
  gint64 max_pixels;
  gint64 max_bytes;
  double timeout;
  char *shard;
  char **lists;
  char **pages;
  char *downloads;
  int connections;
  int per_host;
  char **headers;
  char *ca_file;
  char *json;
  char *progress;
  char **sources;
} Words;

static void
words_clear (Words *words)
{
  g_free (words->destination);
  g_strfreev (words->sizes);
  g_free (words->fit);
  g_free (words->gravity);
  g_free (words->background);
  g_free (words->format);
  g_free (words->metadata);
  g_free (words->name_template);
  g_free (words->preset);
  g_free (words->executor);
  g_free (words->scaling);
  g_free (words->catalog);
  g_free (words->verify);
  g_free (words->shard);
  g_strfreev (words->lists);
  g_strfreev (words->pages);
  g_free (words->downloads);
  g_strfreev (words->headers);
  g_free (words->ca_file);
  g_free (words->json);
  g_free (words->progress);
  g_strfreev (words->sources);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static gboolean
set_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
set_usage_error (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
  return FALSE;
}

static gboolean
parse_arguments (Words *words, char **arguments, GError **error)
{
  const GOptionEntry what[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &words->destination,
      N_("Destination (default: “thumbnails” here)"), N_("DIR") },
    { "size", 's', 0, G_OPTION_ARG_STRING_ARRAY, &words->sizes,
      N_("Size: 128, 800x600, 800x, x600, 50%; several by commas or again (default: 128)"),
      N_("SIZE") },
    { "fit", 0, 0, G_OPTION_ARG_STRING, &words->fit,
      N_("How an image goes into its box: inside, cover, contain, fill"), N_("FIT") },
    { "gravity", 0, 0, G_OPTION_ARG_STRING, &words->gravity,
      N_("What cover keeps: centre, north, northeast, …, attention"), N_("GRAVITY") },
    { "background", 0, 0, G_OPTION_ARG_STRING, &words->background,
      N_("For contain, and under transparency (default: white)"), N_("COLOUR") },
    { "enlarge", 0, 0, G_OPTION_ARG_NONE, &words->enlarge,
      N_("Also make small images larger"), NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &words->format,
      N_("Output format: same, jpeg, png, webp (default: same)"), N_("FORMAT") },
    { "quality", 'q', 0, G_OPTION_ARG_INT, &words->quality,
      N_("Quality, 1 to 100 (default: 80)"), "N" },
    { "metadata", 0, 0, G_OPTION_ARG_STRING, &words->metadata,
      N_("EXIF, XMP and colour profile: none, keep, desktop (default: none)"), N_("WHAT") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &words->name_template,
      N_("Names of outputs, of {name} {label} {-label} {width} {height} {ext} {folder} {index}"),
      N_("TEMPLATE") },
    { "preset", 0, 0, G_OPTION_ARG_FILENAME, &words->preset,
      N_("All of the above from a preset"), N_("NAME|FILE") },
    { "scaling", 0, 0, G_OPTION_ARG_STRING, &words->scaling,
      N_("Decode to at least the target, or to twice the target: fast, fine"), N_("HOW") },
    { "executor", 0, 0, G_OPTION_ARG_STRING, &words->executor,
      N_("Where the work runs: processes (isolated; default), threads, serial"), N_("NAME") },
    { "workers", 'j', 0, G_OPTION_ARG_INT, &words->workers,
      N_("Workers (default: the processors available)"), "N" },
    { "chunk", 0, 0, G_OPTION_ARG_INT, &words->chunk,
      N_("Images handed to a worker at a time (default: automatic)"), "N" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &words->force, N_("Redo what is up to date"), NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &words->dry_run,
      N_("Say what would be done and why, and do nothing"), NULL },
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &words->overwrite,
      N_("Replace files that Thimble did not make (never originals)"), NULL },
    { "prune", 0, 0, G_OPTION_ARG_NONE, &words->prune,
      N_("Remove outputs Thimble made whose source or size is gone"), NULL },
    { "catalog", 0, 0, G_OPTION_ARG_FILENAME, &words->catalog,
      N_("Where it is recorded what was made (default: “.thimble” in the destination)"),
      N_("DIR") },
    { "verify", 0, 0, G_OPTION_ARG_STRING, &words->verify,
      N_("How a source is known to be unchanged: mtime, hash"), N_("HOW") },
    { "max-pixels", 0, 0, G_OPTION_ARG_INT64, &words->max_pixels,
      N_("Largest image, in pixels (default: 100000000)"), "N" },
    { "max-bytes", 0, 0, G_OPTION_ARG_INT64, &words->max_bytes,
      N_("Largest file, in bytes (default: 256000000)"), "N" },
    { "timeout", 0, 0, G_OPTION_ARG_DOUBLE, &words->timeout,
      N_("Processor time that an image may take, in seconds (default: 30)"), N_("S") },
    { "shard", 0, 0, G_OPTION_ARG_STRING, &words->shard,
      N_("Only the I-th of N parts, the same on every machine"), "I/N" },
    { "list", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->lists,
      N_("Add the lines of FILE, or CSV with “url” or “path” (“-”: standard input)"),
      N_("FILE") },
    { "page", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->pages,
      N_("Add the images of a web page"), N_("URL") },
    { "downloads", 0, 0, G_OPTION_ARG_FILENAME, &words->downloads,
      N_("Where originals of links are kept (default: “originals” in the destination)"),
      N_("DIR") },
    { "connections", 0, 0, G_OPTION_ARG_INT, &words->connections,
      N_("Downloads at once (default: 32)"), "N" },
    { "per-host", 0, 0, G_OPTION_ARG_INT, &words->per_host,
      N_("Downloads at once from one host (default: 6)"), "N" },
    { "header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &words->headers,
      N_("Send this to the hosts that links name (again for more)"), N_("NAME: VALUE") },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &words->ca_file,
      N_("Trust these certificates instead of the system’s"), N_("FILE") },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &words->json,
      N_("Write JSON lines (“-”: standard output)"), N_("FILE") },
    { "progress", 0, 0, G_OPTION_ARG_STRING, &words->progress,
      N_("Show progress: auto, always, never"), N_("WHEN") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->sources, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr(GOptionContext) context
    = g_option_context_new (_("[make|download] SOURCE… – make thumbnails of folders, files and links"));

  g_option_context_add_main_entries (context, what, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_description (
    context,
    _("“thimble-cli download” only fetches the originals of links.\n"
      "Other commands: “thimble-cli compare”, “thimble-cli formats” and “thimble-cli presets”;\n"
      "for the desktop: “thimble-cli thumbnail” and “thimble-cli integrate”, each with --help.\n"));
  return g_option_context_parse_strv (context, &arguments, error);
}

/* One rendition's fields from the words; those that were not said stay as the preset has them. */
static gboolean
apply_words (const Words *words, ThimbleRendition *rendition, GError **error)
{
  if (words->fit != NULL && !thimble_fit_from_name (words->fit, &rendition->fit))
    return set_usage_error (error, _("“%s” is no fit. Say inside, cover, contain or fill."),
                            words->fit);
  if (words->gravity != NULL && !thimble_gravity_from_name (words->gravity, &rendition->gravity))
    return set_usage_error (
      error, _("“%s” is no gravity. Say centre, a direction like north or southwest, or attention."),
      words->gravity);
  if (words->background != NULL
      && !thimble_rendition_parse_background (rendition, words->background, error))
    return FALSE;
  if (words->enlarge)
    rendition->enlarge = TRUE;
  if (words->format != NULL)
    {
      rendition->format = thimble_format_from_name (words->format);
      if (rendition->format == THIMBLE_FORMAT_OTHER)
        return set_usage_error (error, _("“%s” is no output format. Say same, jpeg, png or webp."),
                                words->format);
    }
  if (words->quality != -1)
    {
      if (words->quality < 1 || words->quality > 100)
        return set_usage_error (error, _("Quality %d is out of range: say 1 to 100."),
                                words->quality);
      rendition->quality = words->quality;
    }
  if (words->metadata != NULL
      && !thimble_metadata_from_name (words->metadata, &rendition->metadata))
    return set_usage_error (error, _("“%s” is no choice of metadata. Say none, keep or "
                                     "desktop."),
                            words->metadata);
  return TRUE;
}

static gboolean
add_sizes (GArray *renditions, const ThimbleRendition *model, char **sizes, GError **error)
{
  for (guint i = 0; sizes[i] != NULL; i++)
    {
      g_auto(GStrv) parts = g_strsplit (sizes[i], ",", -1);

      for (guint j = 0; parts[j] != NULL; j++)
        {
          ThimbleRendition rendition = *model;

          if (!thimble_rendition_parse_size (&rendition, g_strstrip (parts[j]), error))
            return FALSE;
          g_array_append_val (renditions, rendition);
        }
    }
  return TRUE;
}

static ThimblePreset *
load_preset (const char *name, GError **error)
{
  g_autoptr(ThimblePresetStore) own = NULL;
  ThimblePreset *preset;

  if (name == NULL)
    return thimble_preset_new ("");
  preset = thimble_presets_find_builtin (name);
  if (preset != NULL)
    return preset;
  own = thimble_preset_store_new (NULL);
  preset = thimble_preset_store_find (own, name, error);
  if (preset != NULL || (error != NULL && *error != NULL))
    return preset;
  if (!g_file_test (name, G_FILE_TEST_EXISTS))
    {
      set_usage_error (error, _("“%s” is neither a preset nor a file. “thimble-cli presets” lists "
                                "the presets."),
                       name);
      return NULL;
    }
  return thimble_preset_load_from_file (name, error);
}

static gboolean
apply_renditions (const Words *words, ThimblePreset *preset, GError **error)
{
  g_autoptr(GArray) renditions = g_array_new (FALSE, FALSE, sizeof (ThimbleRendition));
  guint n = thimble_preset_get_n_renditions (preset);

  if (words->sizes != NULL)
    {
      ThimbleRendition model = *thimble_preset_get_rendition (preset, 0);
      if (!add_sizes (renditions, &model, words->sizes, error))
        return FALSE;
    }
  else
    for (guint i = 0; i < n; i++)
      g_array_append_vals (renditions, thimble_preset_get_rendition (preset, i), 1);

  for (guint i = 0; i < renditions->len; i++)
    if (!apply_words (words, &g_array_index (renditions, ThimbleRendition, i), error))
      return FALSE;
  return thimble_preset_set_renditions (preset, (const ThimbleRendition *) (const void *) renditions->data,
                                        renditions->len, error);
}

static ThimblePreset *
make_preset (const Words *words, GError **error)
{
  g_autoptr(ThimblePreset) preset = load_preset (words->preset, error);
  ThimbleScaling scaling;

  if (preset == NULL || !apply_renditions (words, preset, error))
    return NULL;
  if (words->name_template != NULL
      && !thimble_preset_set_name_template (preset, words->name_template, error))
    return NULL;
  if (words->scaling != NULL)
    {
      if (!thimble_scaling_from_name (words->scaling, &scaling))
        {
          set_usage_error (error, _("“%s” is no scaling. Say fast or fine."), words->scaling);
          return NULL;
        }
      thimble_preset_set_scaling (preset, scaling);
    }
  if (words->destination != NULL && words->destination[0] == '\0')
    {
      set_usage_error (error, _("The destination is empty: it names no folder."));
      return NULL;
    }
  if (words->destination != NULL || thimble_preset_get_destination (preset) == NULL)
    {
      g_autofree char *destination = thimble_source_make_absolute (
        words->destination != NULL ? words->destination : "thumbnails", NULL);
      thimble_preset_set_destination (preset, destination);
    }
  return g_steal_pointer (&preset);
}

static gboolean
parse_shard (const char *text, ThimbleRunOptions *run, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (text, "/", -1);
  guint64 part;
  guint64 n_parts;

  if (g_strv_length (parts) != 2
      || !g_ascii_string_to_unsigned (parts[1], 10, 1, 1000000, &n_parts, NULL)
      || !g_ascii_string_to_unsigned (parts[0], 10, 1, n_parts, &part, NULL))
    return set_usage_error (error, _("“%s” is no shard. Say which of how many, like 2/8."), text);
  run->shard = part;
  run->n_shards = n_parts;
  return TRUE;
}

static gboolean
check_range (const char *option, gint64 value, gint64 least, gint64 most, GError **error)
{
  if (value >= least && value <= most)
    return TRUE;
  return set_usage_error (
    error, _("%s %" PRId64 " is out of range: say %" PRId64 " to %" PRId64 "."), option, value, least,
    most);
}

static gboolean
parse_run (const Words *words, ThimbleCliOptions *options, GError **error)
{
  ThimbleRunOptions *run = &options->run;

  *run = (ThimbleRunOptions) THIMBLE_RUN_OPTIONS_INIT;
  run->force = words->force;
  run->dry_run = words->dry_run;
  run->overwrite = words->overwrite;
  run->prune = words->prune;
  if (words->max_pixels != -1)
    run->max_pixels = words->max_pixels;
  if (words->max_bytes != -1)
    run->max_bytes = words->max_bytes;
  run->chunk = words->chunk;
  options->n_workers = words->workers;
  options->limits = (ThimbleEngineLimits) { .max_pixels = run->max_pixels,
                                            .max_bytes = run->max_bytes,
                                            .timeout_seconds = words->timeout };
  if (!(words->timeout >= MIN_TIMEOUT && words->timeout <= MAX_TIMEOUT))
    return set_usage_error (error, _("--timeout is out of range: say %g to %g seconds."),
                            MIN_TIMEOUT, MAX_TIMEOUT);
  if (words->catalog != NULL && words->catalog[0] == '\0')
    return set_usage_error (error, _("The catalog’s folder is empty: it names no folder."));
  options->catalog
    = words->catalog != NULL ? thimble_source_make_absolute (words->catalog, NULL) : NULL;
  run->catalog = options->catalog;
  if (words->verify != NULL && g_str_equal (words->verify, "hash"))
    run->verify = THIMBLE_VERIFY_HASH;
  else if (words->verify != NULL && !g_str_equal (words->verify, "mtime"))
    return set_usage_error (error, _("“%s” is no way to verify. Say mtime or hash."),
                            words->verify);
  return check_range ("--max-pixels", run->max_pixels, 1, G_GINT64_CONSTANT (1) << 40, error)
         && check_range ("--max-bytes", run->max_bytes, 1, G_MAXINT32, error)
         && check_range ("--workers", words->workers, 0, 1024, error)
         && check_range ("--chunk", words->chunk, 0, 10000, error)
         && (words->shard == NULL || parse_shard (words->shard, run, error));
}

static gboolean
parse_downloads (Words *words, ThimbleCliOptions *options, GError **error)
{
  ThimbleRunOptions *run = &options->run;

  if (words->downloads != NULL && words->downloads[0] == '\0')
    return set_usage_error (error, _("The folder for downloads is empty: it names no folder."));
  if (words->downloads != NULL)
    run->downloads = options->downloads
      = thimble_source_make_absolute (words->downloads, NULL);
  run->headers = (const char *const *) (options->headers = g_steal_pointer (&words->headers));
  run->ca_file = options->ca_file = g_steal_pointer (&words->ca_file);
  for (guint i = 0; options->headers != NULL && options->headers[i] != NULL; i++)
    if (strchr (options->headers[i], ':') == NULL || options->headers[i][0] == ':')
      return set_usage_error (error, _("“%s” is no header. Say its name, a colon and its value."),
                              options->headers[i]);
  if (words->connections != -1)
    run->connections = words->connections;
  if (words->per_host != -1)
    run->per_host = words->per_host;
  return check_range ("--connections", words->connections == -1 ? 1 : words->connections, 1, 1000,
                      error)
         && check_range ("--per-host", words->per_host == -1 ? 1 : words->per_host, 1, 1000, error);
}

static gboolean
parse_rest (const Words *words, ThimbleCliOptions *options, GError **error)
{
  options->executor = THIMBLE_EXECUTOR_KIND_PROCESSES;
  if (words->executor != NULL
      && !thimble_executor_kind_from_name (words->executor, &options->executor))
    return set_usage_error (error, _("“%s” is no executor. Say serial, threads or processes."),
                            words->executor);
  options->json = g_strdup (words->json);
  if (words->progress == NULL || g_str_equal (words->progress, "auto"))
    options->progress = THIMBLE_CLI_PROGRESS_AUTO;
  else if (g_str_equal (words->progress, "always"))
    options->progress = THIMBLE_CLI_PROGRESS_ALWAYS;
  else if (g_str_equal (words->progress, "never"))
    options->progress = THIMBLE_CLI_PROGRESS_NEVER;
  else
    return set_usage_error (error, _("“%s” is no choice of progress. Say auto, always or never."),
                            words->progress);

  options->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  for (guint i = 0; words->sources != NULL && words->sources[i] != NULL; i++)
    if (words->sources[i][0] == '\0')
      return set_usage_error (error, _("A source is empty: it names no folder or file."));
    else
      g_ptr_array_add (options->sources, thimble_source_new_for_argument (words->sources[i], NULL));
  for (guint i = 0; words->lists != NULL && words->lists[i] != NULL; i++)
    g_ptr_array_add (options->sources,
                     thimble_source_new (THIMBLE_SOURCE_LIST, words->lists[i]));
  for (guint i = 0; words->pages != NULL && words->pages[i] != NULL; i++)
    g_ptr_array_add (options->sources,
                     thimble_source_new (THIMBLE_SOURCE_PAGE, words->pages[i]));
  if (options->sources->len == 0)
    return set_usage_error (error, _("No images were named. Name a folder, a file or a link, or see "
                                     "“thimble-cli --help”."));
  return TRUE;
}

/**
 * thimble_cli_options_parse:
 * @arguments: (array zero-terminated=1): the program's name and the words after it
 *
 * Returns: (transfer full) (nullable): the options, or %NULL with @error set in %G_OPTION_ERROR,
 *   %THIMBLE_PRESET_ERROR or an error of reading a preset file
 */
ThimbleCliOptions *
thimble_cli_options_parse (char **arguments, GError **error)
{
  g_autoptr(ThimbleCliOptions) options = g_new0 (ThimbleCliOptions, 1);
  g_auto(Words) words = { .quality = -1, .max_pixels = -1, .max_bytes = -1, .connections = -1,
                          .per_host = -1, .timeout = 30 };

  if (!parse_arguments (&words, arguments, error))
    return NULL;
  options->preset = make_preset (&words, error);
  if (options->preset == NULL || !parse_run (&words, options, error)
      || !parse_downloads (&words, options, error) || !parse_rest (&words, options, error))
    return NULL;
  return g_steal_pointer (&options);
}

void
thimble_cli_options_free (ThimbleCliOptions *self)
{
  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_clear_object (&self->preset);
  g_free (self->json);
  g_free (self->catalog);
  g_free (self->downloads);
  g_strfreev (self->headers);
  g_free (self->ca_file);
  g_free (self);
}
