/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The catalog with twenty thousand records, with several threads, and with two processes at once.
 * Times are printed, not judged: machines differ. */

#include "catalog-fixture.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#define N_RECORDS 20000
#define N_SHARED 2000
#define HELPER_ARGUMENT "--fill"

/* The sanitizer keeps freed memory, which says nothing of the catalog's. */
#if defined(__SANITIZE_ADDRESS__)
static const gboolean has_address_sanitizer = TRUE;
#else
static const gboolean has_address_sanitizer = FALSE;
#endif

static double
elapsed_ms (gint64 since_us)
{
  return (double) (g_get_monotonic_time () - since_us) / 1000;
}

/* Bytes of this process in memory. */
static gint64
get_rss (void)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) fields = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fields = g_strsplit (text, " ", -1);
  return g_ascii_strtoll (fields[1], NULL, 10) * sysconf (_SC_PAGESIZE);
}

static void
look_up_all (CatalogFixture *fixture, const char *order, guint step)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_autofree ThimbleRecord **wanted = g_new (ThimbleRecord *, N_RECORDS);

  for (guint i = 0; i < N_RECORDS; i++)
    wanted[i] = record_new_numbered ((guint) ((guint64) i * step % N_RECORDS));
  for (guint pass = 0; pass < 3; pass++)
    {
      gint64 start_us = g_get_monotonic_time ();
      gboolean is_reading = pass > 0;
      guint n_found = 0;

      if (is_reading)
        thimble_catalog_begin_reading (catalog);
      for (guint i = 0; i < N_RECORDS; i++)
        {
          g_autoptr(ThimbleRecord) record
            = thimble_catalog_lookup (catalog, wanted[i]->source, wanted[i]->plan);

          n_found += record != NULL && strcmp (record->path, wanted[i]->path) == 0;
        }
      if (is_reading)
        thimble_catalog_end_reading (catalog);
      g_test_message ("%d look-ups %s, %s: %.1f ms", N_RECORDS, order,
                      is_reading ? "in one reading" : "one by one", elapsed_ms (start_us));
      g_assert_cmpuint (n_found, ==, N_RECORDS);
    }
  for (guint i = 0; i < N_RECORDS; i++)
    thimble_record_free (wanted[i]);
  catalog_close (catalog);
}

static void
test_speed (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  gint64 start_us = g_get_monotonic_time ();

  for (guint i = 0; i < N_RECORDS; i++)
    thimble_catalog_add (catalog, record_new_numbered (i));
  catalog_close (catalog);
  g_test_message ("%d records added and written: %.1f ms", N_RECORDS, elapsed_ms (start_us));

  look_up_all (fixture, "in order", 1);
  look_up_all (fixture, "out of order", 7919);
}

/* Twenty thousand records leave no more memory than one batch of them takes. */
static void
test_memory (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  gint64 before = 0;

  for (guint i = 0; i < N_RECORDS; i++)
    {
      thimble_catalog_add (catalog, record_new_numbered (i));
      if (i == 1000)
        before = get_rss ();
    }
  g_test_message ("%d records: %.2f MB more than 1,000", N_RECORDS,
                  (double) (get_rss () - before) / 1e6);
  if (!has_address_sanitizer)
    g_assert_cmpint (get_rss () - before, <, 5 * 1000 * 1000);
  g_assert_cmpuint (catalog_count (catalog), ==, N_RECORDS);
  catalog_close (catalog);
}

typedef struct
{
  ThimbleCatalog *catalog;
  guint first;
} Share;

static gpointer
add_share (gpointer user_data)
{
  Share *share = user_data;

  for (guint i = 0; i < N_SHARED; i++)
    {
      ThimbleRecord *record = record_new_numbered (share->first + i);
      g_autofree char *path = g_strdup (record->path);

      thimble_catalog_add (share->catalog, record);
      g_assert_true (thimble_catalog_has_output (share->catalog, path));
    }
  return NULL;
}

static void
test_threads (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  Share shares[4];
  GThread *threads[G_N_ELEMENTS (shares)];

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      shares[i] = (Share) { catalog, i * N_SHARED };
      threads[i] = g_thread_new ("add", add_share, &shares[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (catalog_count (catalog), ==, G_N_ELEMENTS (shares) * N_SHARED);
  catalog_close (catalog);
}

typedef struct
{
  ThimbleCatalog *catalog;
  int is_over; /* atomic */
} Reading;

static gpointer
read_on (gpointer user_data)
{
  Reading *reading = user_data;

  thimble_catalog_begin_reading (reading->catalog);
  for (guint i = 0; i < 100 * 1000 * 1000 && !g_atomic_int_get (&reading->is_over); i++)
    g_assert_true (thimble_catalog_has_output (reading->catalog, "1"));
  thimble_catalog_end_reading (reading->catalog);
  return NULL;
}

/* A reading that goes on for long neither keeps its own catalog from writing nor another one. */
static void
test_write_while_reading (CatalogFixture *fixture)
{
  ThimbleCatalog *one = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  ThimbleCatalog *other = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_autoptr(GError) error = NULL;
  Reading reading = { .catalog = one };
  GThread *thread;

  thimble_catalog_add (one, record_new ("a", "p", "1"));
  g_assert_true (thimble_catalog_flush (one, &error));
  thimble_catalog_begin_reading (one);
  thread = g_thread_new ("read", read_on, &reading);
  for (guint i = 0; i < 3; i++)
    {
      thimble_catalog_add (other, record_new_numbered (2 * i));
      thimble_catalog_flush (other, &error);
      g_assert_no_error (error);
      thimble_catalog_add (one, record_new_numbered (2 * i + 1));
      thimble_catalog_flush (one, &error);
      g_assert_no_error (error);
    }
  g_atomic_int_set (&reading.is_over, 1);
  g_thread_join (thread);
  g_assert_cmpuint (catalog_count (one), ==, 7);
  thimble_catalog_end_reading (one);
  g_assert_cmpuint (catalog_count (other), ==, 7);
  catalog_close (one);
  catalog_close (other);
}

/* What the other process of the next tests does. */
static int
fill (const char *folder, const char *destination, const char *first)
{
  g_autoptr(GError) error = NULL;
  ThimbleCatalog *catalog;
  Share share = { .first = (guint) g_ascii_strtoull (first, NULL, 10) };

  catalog = thimble_catalog_open (folder, destination, THIMBLE_CATALOG_READ_WRITE, &error);
  g_assert_no_error (error);
  share.catalog = catalog;
  add_share (&share);
  catalog_close (catalog);
  return 0;
}

static void
run_processes (CatalogFixture *fixture)
{
  GSubprocess *processes[2];

  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *first = g_strdup_printf ("%u", i * N_SHARED);

      processes[i] = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "/proc/self/exe",
                                       HELPER_ARGUMENT, fixture->folder, fixture->destination,
                                       first, NULL);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    {
      g_autoptr(GError) error = NULL;

      g_subprocess_wait_check (processes[i], NULL, &error);
      g_assert_no_error (error);
      g_object_unref (processes[i]);
    }
}

static void
test_processes (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog;

  run_processes (fixture);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
  g_assert_cmpuint (catalog_count (catalog), ==, 2 * N_SHARED);
  catalog_close (catalog);
}

/* Both find the same damage; the second must not throw away what the first has begun. */
static void
test_processes_on_damage (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);

  catalog_close (catalog);
  g_assert_true (g_file_set_contents (fixture->file, "This is not a database.", -1, NULL));
  run_processes (fixture);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
  g_assert_cmpuint (catalog_count (catalog), ==, 2 * N_SHARED);
  catalog_close (catalog);
}

int
main (int argc, char *argv[])
{
  if (argc == 5 && g_str_equal (argv[1], HELPER_ARGUMENT))
    return fill (argv[2], argv[3], argv[4]);

  g_test_init (&argc, &argv, NULL);
  catalog_test_add ("/catalog/load/memory", test_memory);
  catalog_test_add ("/catalog/load/speed", test_speed);
  catalog_test_add ("/catalog/load/threads", test_threads);
  catalog_test_add ("/catalog/load/write-while-reading", test_write_while_reading);
  catalog_test_add ("/catalog/load/processes", test_processes);
  catalog_test_add ("/catalog/load/processes-on-damage", test_processes_on_damage);
  return g_test_run ();
}
