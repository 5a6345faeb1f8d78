/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON lines (RFC 8259, one value a line): written piece by piece, because a tree of nodes for each
 * of a hundred thousand images would cost more than finding out that they are up to date. */

#include "thimble-report-json.h"

#include <string.h>
#include <sys/resource.h>

static void
append_string (GString *line, const char *text)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_filename_display_name (text);

  g_string_append_c (line, '"');
  for (const char *p = valid != NULL ? valid : text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      {
        g_string_append_c (line, '\\');
        g_string_append_c (line, *p);
      }
    else if ((guchar) *p < 0x20)
      g_string_append_printf (line, "\\u%04x", (guchar) *p);
    else
      g_string_append_c (line, *p);
  g_string_append_c (line, '"');
}

/* A name and a colon, after a comma where something stands before. */
static void
append_name (GString *line, const char *name)
{
  if (line->len > 0 && line->str[line->len - 1] != '{' && line->str[line->len - 1] != '[')
    g_string_append_c (line, ',');
  append_string (line, name);
  g_string_append_c (line, ':');
}

static void
append_text (GString *line, const char *name, const char *text)
{
  append_name (line, name);
  append_string (line, text);
}

/* A number with @n_digits digits at least: printf would take most of the time for a line. */
static void
append_digits (GString *line, guint64 value, guint n_digits)
{
  char digits[20];
  guint n = 0;

  do
    digits[sizeof digits - ++n] = (char) ('0' + value % 10);
  while ((value /= 10) > 0 || n < n_digits);
  g_string_append_len (line, digits + sizeof digits - n, n);
}

static void
append_integer (GString *line, const char *name, gint64 value)
{
  append_name (line, name);
  if (value < 0)
    g_string_append_c (line, '-');
  append_digits (line, value < 0 ? -(guint64) value : (guint64) value, 1);
}

/* To the microsecond. */
static void
append_seconds (GString *line, const char *name, double value)
{
  guint64 us = (guint64) (CLAMP (value, 0, 1e12) * 1e6 + 0.5);

  append_name (line, name);
  append_digits (line, us / G_USEC_PER_SEC, 1);
  g_string_append_c (line, '.');
  append_digits (line, us % G_USEC_PER_SEC, 6);
}

static void
append_output (GString *line, const ThimbleOutput *output)
{
  if (line->str[line->len - 1] != '[')
    g_string_append_c (line, ',');
  g_string_append_c (line, '{');
  append_text (line, "path", output->path);
  append_text (line, "label", output->label);
  if (output->width > 0)
    {
      append_integer (line, "width", output->width);
      append_integer (line, "height", output->height);
      append_text (line, "format", thimble_format_get_name (output->format));
      append_integer (line, "bytes", output->n_bytes);
    }
  g_string_append_c (line, '}');
}

static void
append_times (GString *line, const ThimbleItemResult *result)
{
  append_name (line, "seconds");
  g_string_append_c (line, '{');
  append_seconds (line, "download", result->download_seconds);
  append_seconds (line, "decode", result->decode_seconds);
  append_seconds (line, "resize", result->resize_seconds);
  append_seconds (line, "encode", result->encode_seconds);
  g_string_append_c (line, '}');
}

static void
append_result (GString *line, const ThimbleItemResult *result)
{
  if (result->why != THIMBLE_WHY_UP_TO_DATE)
    append_text (line, "why", thimble_why_get_name (result->why));
  if (result->width > 0)
    {
      append_integer (line, "width", result->width);
      append_integer (line, "height", result->height);
    }
  if (result->format != NULL)
    append_text (line, "format", result->format);
  if (result->original != NULL)
    {
      append_text (line, "original", result->original);
      append_integer (line, "original_bytes", result->original_bytes);
    }
  append_name (line, "outputs");
  g_string_append_c (line, '[');
  for (guint i = 0; i < result->n_outputs; i++)
    append_output (line, &result->outputs[i]);
  g_string_append_c (line, ']');
  append_times (line, result);
  if (result->message != NULL)
    {
      append_name (line, "error");
      g_string_append_c (line, '{');
      append_text (line, "kind", thimble_error_kind_get_name (result->error_kind));
      append_text (line, "message", result->message);
      g_string_append_c (line, '}');
    }
}

/**
 * thimble_report_append_json_item:
 * @origin: of an item
 * @state: that it has, or ended with
 * @result: (nullable): how it ended
 * @is_dry_run: whether that is only what would be
 *
 * Appends one line, with its end. Any thread.
 */
void
thimble_report_append_json_item (GString *line,
                                 const ThimbleOrigin *origin,
                                 ThimbleItemState state,
                                 const ThimbleItemResult *result,
                                 gboolean is_dry_run)
{
  g_autofree char *uri = thimble_origin_dup_uri (origin);

  g_string_append_c (line, '{');
  append_text (line, "source", uri);
  append_text (line, "state", thimble_item_state_get_name (state));
  if (is_dry_run)
    {
      append_name (line, "dry_run");
      g_string_append (line, "true");
    }
  if (result != NULL)
    append_result (line, result);
  g_string_append (line, "}\n");
}

static double
get_seconds (struct timeval time)
{
  return time.tv_sec + time.tv_usec / 1e6;
}

/* The most that this program has held in memory, in bytes. What getrusage tells may be of the program
 * that started it: it is inherited through exec. */
static gint64
get_peak_rss (const struct rusage *usage)
{
  g_autofree char *status = NULL;
  const char *line = NULL;

  if (g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    line = strstr (status, "\nVmHWM:");
  if (line == NULL)
    return (gint64) usage->ru_maxrss * 1024;
  return g_ascii_strtoll (line + strlen ("\nVmHWM:"), NULL, 10) * 1024;
}

/**
 * thimble_report_append_json_summary:
 * @seconds: from the start of the run to its end
 *
 * Appends the last line, with its end. The engine is shut down: what processes took is known when
 * they have ended. Their memory is counted as if all had had as much as the largest at one time.
 */
void
thimble_report_append_json_summary (GString *line,
                                    const ThimbleRunSummary *summary,
                                    ThimbleEngine *engine,
                                    double seconds,
                                    gboolean is_dry_run)
{
  guint n_workers = thimble_engine_get_max_workers (engine);
  struct rusage usage = { 0 };
  struct rusage workers = { 0 };
  guint n_ended = summary->n_done + summary->n_skipped + summary->n_failed;

  getrusage (RUSAGE_SELF, &usage);
  getrusage (RUSAGE_CHILDREN, &workers);
  g_string_append (line, "{\"summary\":true");
  if (is_dry_run)
    {
      g_string_append (line, ",\"dry_run\":true");
      append_integer (line, "bytes_needed", summary->n_bytes_needed);
    }
  append_integer (line, "items", summary->n_items);
  append_integer (line, "done", summary->n_done);
  append_integer (line, "skipped", summary->n_skipped);
  append_integer (line, "failed", summary->n_failed);
  append_integer (line, "cancelled", summary->n_cancelled);
  if (summary->n_pruned > 0)
    append_integer (line, "pruned", summary->n_pruned);
  append_seconds (line, "seconds", seconds);
  append_seconds (line, "user_seconds",
                  get_seconds (usage.ru_utime) + get_seconds (workers.ru_utime));
  append_seconds (line, "system_seconds",
                  get_seconds (usage.ru_stime) + get_seconds (workers.ru_stime));
  append_seconds (line, "images_per_second", seconds > 0 ? n_ended / seconds : 0);
  append_integer (line, "peak_rss_bytes",
                  get_peak_rss (&usage) + (gint64) n_workers * workers.ru_maxrss * 1024);
  append_text (line, "executor", thimble_executor_kind_get_name (thimble_engine_get_kind (engine)));
  append_integer (line, "workers", n_workers);
  g_string_append (line, "}\n");
}
