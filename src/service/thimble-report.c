/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What became of each image, written to a file. A snapshot is taken on the main thread, which costs
 * two references an image; everything else is done on a thread. */

#include "thimble-report.h"

#include "thimble-report-json.h"

#include <string.h>

typedef struct
{
  ThimbleOrigin *origin;
  ThimbleItemResult *result; /* or NULL */
  ThimbleItemState state;
} Entry;

typedef struct
{
  GArray *entries; /* Entry */
  GFile *file;
  ThimbleReportFormat format;
} Report;

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  thimble_origin_unref (entry->origin);
  g_clear_pointer (&entry->result, thimble_item_result_unref);
}

static void
report_free (gpointer data)
{
  Report *report = data;

  g_array_unref (report->entries);
  g_object_unref (report->file);
  g_free (report);
}

/* A field (RFC 4180, section 2), after a comma unless it is the line's first. A name that begins like
 * a formula is one for a spreadsheet: an apostrophe before it makes it text there. */
static void
append_field (GString *line, const char *text)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_filename_display_name (text);
  const char *field = valid != NULL ? valid : text;

  if (line->len > 0 && line->str[line->len - 1] != '\n')
    g_string_append_c (line, ',');
  g_string_append_c (line, '"');
  if (field[0] != '\0' && strchr ("=+-@\t\r", field[0]) != NULL)
    g_string_append_c (line, '\'');
  for (const char *p = field; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

static void
append_number (GString *line, gint64 number)
{
  if (number > 0)
    g_string_append_printf (line, ",%" G_GINT64_FORMAT, number);
  else
    g_string_append_c (line, ',');
}

static void
append_csv_line (GString *line, const Entry *entry, const ThimbleOutput *output)
{
  const ThimbleItemResult *result = entry->result;
  g_autofree char *source = thimble_origin_dup_path (entry->origin);

  append_field (line, source);
  append_field (line, thimble_item_state_get_name (entry->state));
  append_field (line, result != NULL && result->why != THIMBLE_WHY_UP_TO_DATE
                        ? thimble_why_get_name (result->why)
                        : "");
  append_number (line, result != NULL ? result->width : 0);
  append_number (line, result != NULL ? result->height : 0);
  append_number (line, entry->origin->size);
  append_field (line, output != NULL ? output->path : "");
  append_field (line, output != NULL ? output->label : "");
  append_number (line, output != NULL ? output->width : 0);
  append_number (line, output != NULL ? output->height : 0);
  append_number (line, output != NULL ? output->n_bytes : 0);
  append_field (line, result != NULL && result->error_kind != THIMBLE_ERROR_KIND_NONE
                        ? thimble_error_kind_get_name (result->error_kind)
                        : "");
  append_field (line, result != NULL && result->message != NULL ? result->message : "");
  g_string_append (line, "\r\n");
}

static void
append_csv (GString *text, const Entry *entry)
{
  guint n_outputs = entry->result != NULL ? entry->result->n_outputs : 0;

  for (guint i = 0; i < n_outputs; i++)
    append_csv_line (text, entry, &entry->result->outputs[i]);
  if (n_outputs == 0)
    append_csv_line (text, entry, NULL);
}

static void
save_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Report *report = task_data;
  g_autoptr(GString) text = g_string_new (NULL);
  GError *error = NULL;

  if (report->format == THIMBLE_REPORT_CSV)
    g_string_append (text, "source,state,why,width,height,bytes,output,label,output_width,"
                           "output_height,output_bytes,error,message\r\n");
  for (guint i = 0; i < report->entries->len; i++)
    {
      const Entry *entry = &g_array_index (report->entries, Entry, i);

      if (report->format == THIMBLE_REPORT_CSV)
        append_csv (text, entry);
      else
        thimble_report_append_json_item (text, entry->origin, entry->state, entry->result, FALSE);
    }

  if (g_file_replace_contents (report->file, text->str, text->len, NULL, FALSE,
                               G_FILE_CREATE_NONE, NULL, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * thimble_report_save_async:
 * @batch: what to report on
 * @file: replaced if it is there
 *
 * Writes what has become of each image so far. Main thread only.
 */
void
thimble_report_save_async (ThimbleBatch *batch,
                           ThimbleReportFormat format,
                           GFile *file,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  Report *report;
  guint n_items;

  g_return_if_fail (THIMBLE_IS_BATCH (batch));
  g_return_if_fail (G_IS_FILE (file));

  n_items = thimble_batch_get_n_items (batch);
  report = g_new0 (Report, 1);
  report->format = format;
  report->file = g_object_ref (file);
  report->entries = g_array_sized_new (FALSE, FALSE, sizeof (Entry), n_items);
  g_array_set_clear_func (report->entries, entry_clear);
  for (guint i = 0; i < n_items; i++)
    {
      ThimbleItem *item = thimble_batch_peek (batch, i);
      ThimbleItemResult *result = thimble_item_get_result (item);
      Entry entry = { .origin = thimble_origin_ref (thimble_item_get_origin (item)),
                      .result = result != NULL ? thimble_item_result_ref (result) : NULL,
                      .state = thimble_item_get_state (item) };

      g_array_append_val (report->entries, entry);
    }

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, thimble_report_save_async);
  g_task_set_task_data (task, report, report_free);
  g_task_run_in_thread (task, save_thread);
}

/**
 * thimble_report_save_finish:
 *
 * Returns: whether the file is written; if not, @error says why
 */
gboolean
thimble_report_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
