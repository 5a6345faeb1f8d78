/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Outputs that find a file under their name only when they get it, as what is in their source is part
 * of it: who writes them can't ask a worker about that file if that worker waits for it. */

#include "test-run.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#define N_IMAGES 12

static const ThimbleExecutorKind kinds[] = {
  THIMBLE_EXECUTOR_KIND_SERIAL,
  THIMBLE_EXECUTOR_KIND_THREADS,
  THIMBLE_EXECUTOR_KIND_PROCESSES,
};

static gboolean has_no_writers;

GThreadPool *make_pool (GFunc func,
                        gpointer data,
                        gint max_threads,
                        gboolean exclusive,
                        GError **error) __asm__ ("g_thread_pool_new");

/* In place of GLib's (for whose name a macro stands under the thread sanitizer): pools that want
 * their threads at once get none. */
GThreadPool *
make_pool (GFunc func, gpointer data, gint max_threads, gboolean exclusive, GError **error)
{
  static __typeof__ (&make_pool) next;

  if (next == NULL)
    next = (__typeof__ (&make_pool)) dlsym (RTLD_NEXT, "g_thread_pool_new");
  if (!exclusive || !has_no_writers)
    return next (func, data, max_threads, exclusive, error);
  g_set_error_literal (error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN, "No more threads");
  return next (func, data, max_threads, FALSE, NULL);
}

static void
lose_catalog (const char *destination)
{
  g_autofree char *file = g_build_filename (destination, ".thimble", "catalog.sqlite", NULL);

  g_assert_cmpint (g_unlink (file), ==, 0);
}

/* The inode of an output of one of the images. */
static guint64
get_inode (const char *destination, guint image)
{
  g_autofree char *name = g_strdup_printf ("%u-64-64.jpg", image);
  g_autofree char *path = g_build_filename (destination, name, NULL);
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  return info.st_ino;
}

static ThimblePreset *
new_preset (const char *destination)
{
  ThimblePreset *preset = test_preset_new ("64,48x40", THIMBLE_FORMAT_SAME, destination);

  g_assert_true (thimble_preset_set_name_template (preset, "{name}-{label}-{width}.{ext}", NULL));
  return preset;
}

static void
write_sources (const char *folder)
{
  for (guint i = 0; i < N_IMAGES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.jpg", i);
      g_autofree char *path = test_write_jpeg (folder, name, 300, 300);

      test_set_mtime (path, 3600);
    }
}

static void
run_and_count (ThimbleExecutorKind kind,
               const char *in,
               ThimblePreset *preset,
               guint n_made,
               guint n_skipped,
               guint n_failed)
{
  TestRun *run = test_run_on (kind, in, preset, NULL, 0);

  test_assert_counts (run, n_made, n_skipped, n_failed);
  test_run_free (run);
}

/* What would be made stays as it is, and its record is found again: as many at once as there are
 * workers, and more. */
static void
test_kept (gconstpointer data)
{
  const ThimbleExecutorKind *kind = data;
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = new_preset (out);
  guint64 inodes[N_IMAGES];

  write_sources (in);
  run_and_count (*kind, in, preset, N_IMAGES, 0, 0);
  for (guint i = 0; i < N_IMAGES; i++)
    inodes[i] = get_inode (out, i);

  lose_catalog (out);
  run_and_count (*kind, in, preset, N_IMAGES, 0, 0);
  for (guint i = 0; i < N_IMAGES; i++)
    g_assert_cmpuint (get_inode (out, i), ==, inodes[i]);
  g_assert_cmpuint (test_count_files (out), ==, 2 * N_IMAGES);

  run_and_count (*kind, in, preset, 0, N_IMAGES, 0);
}

/* One that is not, stays too, and is a conflict; what had its name before that is not made twice. */
static void
test_conflict (gconstpointer data)
{
  const ThimbleExecutorKind *kind = data;
  g_autoptr(TestFolder) in = test_folder_new ();
  g_autoptr(TestFolder) out = test_folder_new ();
  g_autoptr(ThimblePreset) preset = new_preset (out);
  TestRun *run;

  write_sources (in);
  for (guint i = 0; i < N_IMAGES; i += 2)
    {
      g_autofree char *name = g_strdup_printf ("%u-48x40-40.jpg", i);

      g_free (test_write (out, name, "mine"));
    }
  run = test_run_on (*kind, in, preset, NULL, 0);
  test_assert_counts (run, N_IMAGES / 2, 0, N_IMAGES / 2);
  for (guint i = 0; i < run->messages->len; i++)
    g_assert_nonnull (g_strstr_len (run->messages->pdata[i], -1, "did not make"));
  test_run_free (run);
  for (guint i = 0; i < N_IMAGES; i += 2)
    {
      g_autofree char *name = g_strdup_printf ("%u-48x40-40.jpg", i);
      g_autofree char *path = g_build_filename (out, name, NULL);
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_cmpstr (text, ==, "mine");
    }
  g_assert_cmpuint (test_count_files (out), ==, 2 * N_IMAGES);
}

/* No thread that could wait for a worker can be started. */
static void
test_no_writers (gconstpointer data)
{
  has_no_writers = TRUE;
  test_kept (data);
  test_conflict (data);
  has_no_writers = FALSE;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *name = thimble_executor_kind_get_name (kinds[i]);
      g_autofree char *kept = g_strconcat ("/writing/kept/", name, NULL);
      g_autofree char *conflict = g_strconcat ("/writing/conflict/", name, NULL);
      g_autofree char *no_writers = g_strconcat ("/writing/no-writers/", name, NULL);

      g_test_add_data_func (kept, &kinds[i], test_kept);
      g_test_add_data_func (conflict, &kinds[i], test_conflict);
      g_test_add_data_func (no_writers, &kinds[i], test_no_writers);
    }
  return g_test_run ();
}
