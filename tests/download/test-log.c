/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log of a folder of downloads, and the table of where its lines are. */

#include "thimble-download-log.h"
#include "thimble-line-table.h"

#include <glib/gstdio.h>

/* --- the table -------------------------------------------------------------------------------- */

/* Lines are as far apart as this here, and the one at an offset is about what it says there. */
#define LINE_LENGTH 100

typedef struct
{
  const guint *subjects; /* of each line */
  guint wanted;
  guint n_asked;
} Lines;

static gboolean
is_about (goffset offset, gpointer user_data)
{
  Lines *lines = user_data;

  g_assert_cmpint (offset % LINE_LENGTH, ==, 0);
  lines->n_asked++;
  return lines->subjects[offset / LINE_LENGTH] == lines->wanted;
}

/* Subjects come twice, the second line counts. Hashes are the same for so many of them as @data says,
 * from their first bits on, so that only the lines tell them apart. */
static void
test_table (gconstpointer data)
{
  enum { N_SUBJECTS = 2000 };
  guint n_alike = GPOINTER_TO_UINT (data);
  g_autoptr(ThimbleLineTable) table = thimble_line_table_new ();
  g_autofree guint *subjects = g_new (guint, 2 * N_SUBJECTS);
  Lines lines = { .subjects = subjects };

  for (guint i = 0; i < 2 * N_SUBJECTS; i++)
    {
      guint64 hash = (i % N_SUBJECTS / n_alike) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

      subjects[i] = lines.wanted = i % N_SUBJECTS;
      thimble_line_table_set (table, hash, (goffset) i * LINE_LENGTH, is_about, &lines);
    }
  g_assert_cmpuint (thimble_line_table_get_n_lines (table), ==, N_SUBJECTS);
  lines.n_asked = 0;
  for (guint i = 0; i <= N_SUBJECTS; i++)
    {
      guint64 hash = (i / n_alike) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      goffset offset;

      lines.wanted = i;
      offset = thimble_line_table_find (table, hash, is_about, &lines);
      g_assert_cmpint (offset, ==,
                       i < N_SUBJECTS ? (goffset) (N_SUBJECTS + i) * LINE_LENGTH : -1);
    }
  /* Lines of other hashes are hardly asked. */
  g_assert_cmpuint (lines.n_asked, <=, (N_SUBJECTS + 1) * n_alike + N_SUBJECTS / 100);
}

/* A line so far behind is not remembered, and what was before stays. */
static void
test_far (void)
{
  const guint subjects[] = { 7 };
  Lines lines = { .subjects = subjects, .wanted = 7 };
  g_autoptr(ThimbleLineTable) table = thimble_line_table_new ();

  thimble_line_table_set (table, 1, 0, is_about, &lines);
  thimble_line_table_set (table, 1, G_MAXINT64 / LINE_LENGTH * LINE_LENGTH, is_about, &lines);
  g_assert_cmpint (thimble_line_table_find (table, 1, is_about, &lines), ==, 0);
  g_assert_cmpuint (thimble_line_table_get_n_lines (table), ==, 1);
}

/* --- the log ---------------------------------------------------------------------------------- */

static void
assert_entry (ThimbleDownloadLog *log, const char *url, const char *name, gint64 n_bytes)
{
  g_autofree char *key = thimble_download_log_make_key (url);
  g_autoptr(ThimbleDownloadEntry) entry = thimble_download_log_lookup (log, key);

  g_assert_nonnull (entry);
  g_assert_cmpstr (entry->name, ==, name);
  g_assert_cmpint (entry->n_bytes, ==, n_bytes);
  g_assert_true (thimble_download_log_has_name (log, name));
}

static ThimbleDownloadLog *
open_log (const char *path)
{
  GError *error = NULL;
  ThimbleDownloadLog *log = thimble_download_log_open (path, &error);

  g_assert_no_error (error);
  return log;
}

/* Of many lines the last one of each link counts; where too many do not, the file is written anew.
 * What makes no sense is passed over, whatever is in it. */
static void
test_anew (void)
{
  enum { N_LINES = 12000, N_LINKS = 100 };
  g_autofree char *top = g_dir_make_tmp ("thimble-log-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (top, "log", NULL);
  g_autoptr(ThimbleDownloadLog) log = NULL;
  g_autofree char *text = NULL;
  gsize n_bytes;
  gsize n_bytes_anew;

  g_assert_true (g_file_set_contents (path, "a\tb\0\0\n\n\t\t\t\t\t\t\nhalf a l", 20, NULL));
  log = open_log (path);
  for (guint i = 0; i < N_LINES; i++)
    {
      g_autofree char *url = g_strdup_printf ("http://a/%u", i % N_LINKS);
      g_autofree char *key = thimble_download_log_make_key (url);
      g_autofree char *name = g_strdup_printf ("%u-%u\t.jpg", i % N_LINKS, i % 7);
      const ThimbleDownloadEntry entry = { name, i, 0, (char *) "\"etag\"", NULL };

      g_assert_true (thimble_download_log_add (log, key, url, &entry, NULL));
    }
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = N_LINES - N_LINKS; i < N_LINES; i++)
        {
          g_autofree char *url = g_strdup_printf ("http://a/%u", i % N_LINKS);
          g_autofree char *name = g_strdup_printf ("%u-%u\t.jpg", i % N_LINKS, i % 7);

          assert_entry (log, url, name, i);
        }
      g_assert_false (thimble_download_log_has_name (log, "0-7\t.jpg"));
      g_assert_false (thimble_download_log_has_name (log, "1-0\t.jpg")); /* a name it had */
      if (round == 0)
        g_assert_true (g_file_get_contents (path, &text, &n_bytes, NULL));
      g_clear_pointer (&log, thimble_download_log_close);
      log = open_log (path);
    }
  g_free (g_steal_pointer (&text));
  g_assert_true (g_file_get_contents (path, &text, &n_bytes_anew, NULL));
  g_assert_cmpuint (n_bytes_anew, <, n_bytes / (N_LINES / N_LINKS) * 2);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (top), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/download/log/table", GUINT_TO_POINTER (1), test_table);
  g_test_add_data_func ("/download/log/table-alike", GUINT_TO_POINTER (20), test_table);
  g_test_add_func ("/download/log/table-far", test_far);
  g_test_add_func ("/download/log/anew", test_anew);
  return g_test_run ();
}
