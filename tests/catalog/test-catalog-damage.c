/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Catalogs that are broken, forged, of another version, or can't be written. */

#include "catalog-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void
fill (CatalogFixture *fixture, guint n_records)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);

  for (guint i = 0; i < n_records; i++)
    thimble_catalog_add (catalog, record_new_numbered (i));
  catalog_close (catalog);
}

static void
run_sql (CatalogFixture *fixture, const char *sql)
{
  sqlite3 *connection = NULL;

  g_assert_cmpint (sqlite3_open (fixture->file, &connection), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (connection, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (connection), ==, SQLITE_OK);
}

static void
assert_broken_copy (CatalogFixture *fixture, gboolean is_there)
{
  g_autofree char *broken = g_strconcat (fixture->file, ".broken", NULL);

  g_assert_cmpint (g_file_test (broken, G_FILE_TEST_IS_REGULAR), ==, is_there);
}

static void
assert_works (CatalogFixture *fixture, ThimbleCatalog *catalog, guint n_records)
{
  thimble_catalog_add (catalog, record_new ("new", "p", "new"));
  g_assert_cmpuint (catalog_count (catalog), ==, n_records + 1);
  catalog_close (catalog);

  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
  g_assert_true (thimble_catalog_has_output (catalog, "new"));
  catalog_close (catalog);
}

/* Not a database at all, with the journal of one. */
static void
test_garbage (CatalogFixture *fixture)
{
  g_autofree char *journal = g_strconcat (fixture->file, "-journal", NULL);
  g_autofree char *garbage = g_strnfill (20000, 'x');
  ThimbleCatalog *catalog;

  fill (fixture, 1);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (g_file_set_contents (fixture->file, garbage, -1, NULL));
      g_assert_true (g_file_set_contents (journal, garbage, -1, NULL));

      catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
      g_assert_cmpuint (catalog_count (catalog), ==, 0);
      g_assert_false (thimble_catalog_was_rebuilt (catalog));
      catalog_close (catalog);
      assert_broken_copy (fixture, i > 0);

      catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
      g_assert_true (thimble_catalog_was_rebuilt (catalog));
      assert_broken_copy (fixture, TRUE);
      assert_works (fixture, catalog, 0);
    }
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_assert_false (thimble_catalog_was_rebuilt (catalog));
  assert_works (fixture, catalog, 0);
}

/* All but the first page overwritten: opens well, and breaks when it is read or written. */
static void
break_pages (CatalogFixture *fixture)
{
  char page[4096];
  GStatBuf status;
  int fd = g_open (fixture->file, O_WRONLY | O_CLOEXEC, 0);

  memset (page, 0xee, sizeof page);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (g_stat (fixture->file, &status), ==, 0);
  g_assert_cmpint (status.st_size, >, 20 * (gint64) sizeof page);
  for (gint64 at = sizeof page; at < status.st_size; at += sizeof page)
    g_assert_cmpint (pwrite (fd, page, sizeof page, at), ==, sizeof page);
  g_assert_cmpint (close (fd), ==, 0);
}

static void
test_broken_pages_read (CatalogFixture *fixture)
{
  g_autoptr(ThimbleRecord) expected = record_new_numbered (7);
  ThimbleCatalog *catalog;

  fill (fixture, 1000);
  break_pages (fixture);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_assert_null (thimble_catalog_lookup (catalog, expected->source, expected->plan));
  g_assert_true (thimble_catalog_was_rebuilt (catalog));
  assert_broken_copy (fixture, TRUE);
  assert_works (fixture, catalog, 0);
}

static void
test_broken_pages_written (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog;

  fill (fixture, 1000);
  break_pages (fixture);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  thimble_catalog_add (catalog, record_new_numbered (7));
  g_assert_cmpuint (catalog_count (catalog), ==, 1);
  g_assert_true (thimble_catalog_was_rebuilt (catalog));
  assert_works (fixture, catalog, 1);
}

static void
test_broken_pages_read_only (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog;

  fill (fixture, 1000);
  break_pages (fixture);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
  g_assert_cmpuint (catalog_count (catalog), ==, 0);
  g_assert_cmpuint (catalog_count (catalog), ==, 0);
  catalog_close (catalog);
  assert_broken_copy (fixture, FALSE);
}

static void
assert_refused (CatalogFixture *fixture, const char *words)
{
  const ThimbleCatalogMode modes[] = { THIMBLE_CATALOG_READ_ONLY, THIMBLE_CATALOG_READ_WRITE };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr(GError) error = NULL;
      ThimbleCatalog *catalog;

      catalog = thimble_catalog_open (fixture->folder, fixture->destination, modes[i], &error);
      g_assert_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNREADABLE);
      g_assert_nonnull (strstr (error->message, fixture->file));
      g_assert_nonnull (strstr (error->message, words));
      g_assert_null (catalog);
    }
  assert_broken_copy (fixture, FALSE);
}

static void
test_newer (CatalogFixture *fixture)
{
  fill (fixture, 1);
  run_sql (fixture, "PRAGMA user_version = 2");
  assert_refused (fixture, "Update Thimble");
  run_sql (fixture, "PRAGMA user_version = 1");
  assert_works (fixture, catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE), 1);
}

static void
test_foreign (CatalogFixture *fixture)
{
  fill (fixture, 1);
  run_sql (fixture, "PRAGMA application_id = 1");
  assert_refused (fixture, "another program");
}

/* As a process leaves it that dies between making the file and filling it. */
static void
test_empty_file (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog;

  fill (fixture, 0);
  g_assert_cmpint (truncate (fixture->file, 0), ==, 0);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
  g_assert_cmpuint (catalog_count (catalog), ==, 0);
  catalog_close (catalog);
  assert_works (fixture, catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE), 0);
  assert_broken_copy (fixture, FALSE);
}

/* As a process leaves it that dies before its journal has anything to roll back: empty, or with a
 * header that is not written yet. Nobody has to write a record for it to go. */
static void
test_empty_journal (CatalogFixture *fixture)
{
  g_autofree char *journal = g_strconcat (fixture->file, "-journal", NULL);

  fill (fixture, 3);
  for (int n_bytes = 0; n_bytes <= 512; n_bytes += 512)
    {
      g_assert_true (g_file_set_contents (journal, "", 0, NULL));
      g_assert_cmpint (truncate (journal, n_bytes), ==, 0);
      catalog_close (catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY));
      g_assert_true (g_file_test (journal, G_FILE_TEST_EXISTS));
      catalog_close (catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE));
      g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
    }
  assert_works (fixture, catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE), 3);
  assert_broken_copy (fixture, FALSE);
}

/* The right names with the wrong things behind them. */
static void
test_forged_schema (CatalogFixture *fixture)
{
  const char *const forgeries[] = {
    "ALTER TABLE outputs RENAME COLUMN settings TO other",
    "ALTER TABLE outputs RENAME TO kept; CREATE VIEW outputs AS SELECT * FROM kept",
  };

  for (guint i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      ThimbleCatalog *catalog;

      fill (fixture, 10);
      run_sql (fixture, forgeries[i]);
      catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
      g_assert_true (thimble_catalog_was_rebuilt (catalog));
      assert_works (fixture, catalog, 0);
    }
}

/* Records that would have prune remove what is not Thimble's, and keys that go round in circles. */
static void
test_forged_records (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog;

  fill (fixture, 7);
  run_sql (fixture,
           "UPDATE outputs SET path = '../../victim' WHERE source LIKE '%000001.jpg';"
           "UPDATE outputs SET path = '/etc/passwd' WHERE source LIKE '%000002.jpg';"
           "UPDATE outputs SET path = 'a/../../b' WHERE source LIKE '%000003.jpg';"
           "UPDATE outputs SET path = '.thimble/catalog.sqlite' WHERE source LIKE '%000004.jpg';"
           "UPDATE outputs SET path = '' WHERE source LIKE '%000005.jpg'");
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_assert_false (thimble_catalog_has_output (catalog, "../../victim"));
  g_assert_cmpuint (catalog_count (catalog), ==, 2);
  catalog_close (catalog);

  run_sql (fixture,
           "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 1000) "
           "INSERT INTO outputs SELECT 'a' || char (0) || i, 'p', 'x' || i, '', '', 0, 0, 0, 0, "
           "NULL, 0, 0, 'gif', 0, 0, 1, 0 FROM n;"
           "INSERT INTO outputs SELECT x'ff', x'ff', 'y', '', '', 0, 0, 0, 0, NULL, 0, 0, 'gif', "
           "0, 0, 99, 0");
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_assert_cmpuint (catalog_count (catalog), <, 1010);
  catalog_close (catalog);
}

static void
limit_file_size (rlim_t n_bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (n_bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* Nothing is lost while the disk is full, and all is written once it is not. */
static void
test_full_disk (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog;
  g_autoptr(ThimbleRecord) first = record_new_numbered (0);
  g_autoptr(GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  limit_file_size (48 * 1024);
  for (guint i = 0; i < 2000; i++)
    thimble_catalog_add (catalog, record_new_numbered (i));
  g_assert_false (thimble_catalog_flush (catalog, &error));
  g_assert_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE);
  g_assert_nonnull (strstr (error->message, fixture->file));
  g_assert_nonnull (strstr (error->message, g_strerror (EFBIG)));
  g_assert_true (thimble_catalog_has_output (catalog, first->path));

  limit_file_size (RLIM_INFINITY);
  g_assert_cmpuint (catalog_count (catalog), ==, 2000);
  catalog_close (catalog);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_assert_false (thimble_catalog_was_rebuilt (catalog));
  assert_works (fixture, catalog, 2000);
}

/* Closing tells of what is lost. */
static void
test_full_disk_at_close (CatalogFixture *fixture)
{
  g_autoptr(ThimbleCatalog) catalog = NULL;
  g_autoptr(GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  for (guint i = 0; i < 500; i++)
    thimble_catalog_add (catalog, record_new_numbered (i));
  limit_file_size (4096);
  g_assert_false (thimble_catalog_close (catalog, &error));
  limit_file_size (RLIM_INFINITY);
  g_assert_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  catalog_test_add ("/catalog/damage/garbage", test_garbage);
  catalog_test_add ("/catalog/damage/broken-pages-read", test_broken_pages_read);
  catalog_test_add ("/catalog/damage/broken-pages-written", test_broken_pages_written);
  catalog_test_add ("/catalog/damage/broken-pages-read-only", test_broken_pages_read_only);
  catalog_test_add ("/catalog/damage/newer", test_newer);
  catalog_test_add ("/catalog/damage/foreign", test_foreign);
  catalog_test_add ("/catalog/damage/empty-file", test_empty_file);
  catalog_test_add ("/catalog/damage/empty-journal", test_empty_journal);
  catalog_test_add ("/catalog/damage/forged-schema", test_forged_schema);
  catalog_test_add ("/catalog/damage/forged-records", test_forged_records);
  catalog_test_add ("/catalog/damage/full-disk", test_full_disk);
  catalog_test_add ("/catalog/damage/full-disk-at-close", test_full_disk_at_close);
  return g_test_run ();
}
