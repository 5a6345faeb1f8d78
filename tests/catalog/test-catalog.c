/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a catalog remembers, replaces and forgets, before and after it is written. */

#include "catalog-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static void
assert_same (const ThimbleRecord *a, const ThimbleRecord *b)
{
  g_assert_nonnull (a);
  g_assert_nonnull (b);
  g_assert_cmpstr (a->source, ==, b->source);
  g_assert_cmpstr (a->plan, ==, b->plan);
  g_assert_cmpstr (a->path, ==, b->path);
  g_assert_cmpstr (a->label, ==, b->label);
  g_assert_cmpstr (a->settings, ==, b->settings);
  g_assert_cmpint (a->stamp.size, ==, b->stamp.size);
  g_assert_cmpint (a->stamp.mtime_ns, ==, b->stamp.mtime_ns);
  g_assert_cmpuint (a->stamp.inode, ==, b->stamp.inode);
  g_assert_cmpint (a->is_racy, ==, b->is_racy);
  g_assert_cmpstr (a->content_hash, ==, b->content_hash);
  g_assert_cmpuint (a->source_width, ==, b->source_width);
  g_assert_cmpuint (a->source_height, ==, b->source_height);
  g_assert_cmpstr (a->source_format, ==, b->source_format);
  g_assert_cmpuint (a->width, ==, b->width);
  g_assert_cmpuint (a->height, ==, b->height);
  g_assert_cmpint (a->format, ==, b->format);
  g_assert_cmpint (a->n_bytes, ==, b->n_bytes);
}

static void
assert_path (ThimbleCatalog *catalog, const char *source, const char *plan, const char *path)
{
  g_autoptr(ThimbleRecord) record = thimble_catalog_lookup (catalog, source, plan);

  g_assert_cmpstr (record != NULL ? record->path : NULL, ==, path);
}

static void
assert_source (ThimbleCatalog *catalog, const char *path, const char *source)
{
  g_autofree char *found = thimble_catalog_dup_source_of (catalog, path);

  g_assert_cmpstr (found, ==, source);
  g_assert_cmpint (thimble_catalog_has_output (catalog, path), ==, source != NULL);
}

static void
flush (ThimbleCatalog *catalog)
{
  g_autoptr(GError) error = NULL;

  thimble_catalog_flush (catalog, &error);
  g_assert_no_error (error);
}

/* All fields, pending, written and from another connection; also where a hash is missing. */
static void
test_round_trip (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_autoptr(ThimbleRecord) expected = record_new ("a.gif", "a.?", "a.png");
  ThimbleRecord *record = record_new ("a.gif", "a.?", "a.png");

  expected->content_hash = record->content_hash = NULL;
  expected->is_racy = record->is_racy = TRUE;
  thimble_catalog_add (catalog, record);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(ThimbleRecord) found = thimble_catalog_lookup (catalog, "a.gif", "a.?");

      assert_same (found, expected);
      assert_source (catalog, "a.png", "a.gif");
      if (i == 0)
        flush (catalog);
      if (i == 1)
        {
          catalog_close (catalog);
          catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
        }
    }
  assert_path (catalog, "a.gif", "b.?", NULL);
  assert_path (catalog, "b.gif", "a.?", NULL);
  assert_source (catalog, "b.png", NULL);
  catalog_close (catalog);
}

/* Each step is looked at before and after it is written, from every state before. */
static void
test_replace (CatalogFixture *fixture)
{
  for (guint flushes = 0; flushes < 16; flushes++)
    {
      ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);

      thimble_catalog_add (catalog, record_new ("a", "p", "1"));
      if (flushes & 1)
        flush (catalog);
      assert_path (catalog, "a", "p", "1");

      thimble_catalog_add (catalog, record_new ("a", "p", "2"));
      if (flushes & 2)
        flush (catalog);
      assert_path (catalog, "a", "p", "2");
      assert_source (catalog, "1", NULL);
      assert_source (catalog, "2", "a");

      thimble_catalog_add (catalog, record_new ("b", "p", "2"));
      if (flushes & 4)
        flush (catalog);
      assert_path (catalog, "a", "p", NULL);
      assert_path (catalog, "b", "p", "2");
      assert_source (catalog, "2", "b");

      thimble_catalog_remove (catalog, "2");
      if (flushes & 8)
        flush (catalog);
      assert_path (catalog, "b", "p", NULL);
      assert_source (catalog, "2", NULL);
      g_assert_cmpuint (catalog_count (catalog), ==, 0);
      catalog_close (catalog);
    }
}

/* Two outputs that change places, in one batch and in two. */
static void
test_swap (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);

  thimble_catalog_add (catalog, record_new ("a", "p", "1"));
  thimble_catalog_add (catalog, record_new ("b", "p", "2"));
  flush (catalog);
  thimble_catalog_add (catalog, record_new ("a", "p", "2"));
  assert_path (catalog, "b", "p", NULL);
  thimble_catalog_add (catalog, record_new ("b", "p", "1"));
  for (guint i = 0; i < 2; i++)
    {
      assert_path (catalog, "a", "p", "2");
      assert_path (catalog, "b", "p", "1");
      assert_source (catalog, "1", "b");
      assert_source (catalog, "2", "a");
      flush (catalog);
    }
  g_assert_cmpuint (catalog_count (catalog), ==, 2);
  catalog_close (catalog);
}

typedef struct
{
  ThimbleCatalog *catalog;
  char *last_source;
  guint n_seen;
  guint n_removed;
} Prune;

static gboolean
prune_cb (const ThimbleRecord *record, gpointer user_data)
{
  Prune *prune = user_data;

  g_assert_cmpint (strcmp (record->source, prune->last_source), >, 0);
  g_free (prune->last_source);
  prune->last_source = g_strdup (record->source);
  if (prune->n_seen++ % 3 == 0)
    {
      thimble_catalog_remove (prune->catalog, record->path);
      g_assert_false (thimble_catalog_has_output (prune->catalog, record->path));
      prune->n_removed++;
    }
  return TRUE;
}

/* More records than a page, removed while they are walked, in order of their sources. */
static void
test_prune (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  Prune prune = { .catalog = catalog, .last_source = g_strdup ("") };
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 2000; i++)
    thimble_catalog_add (catalog, record_new_numbered ((i * 7919) % 2000));
  g_assert_true (thimble_catalog_foreach (catalog, prune_cb, &prune, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (prune.n_seen, ==, 2000);
  g_assert_cmpuint (prune.n_removed, ==, 667);
  g_assert_cmpuint (catalog_count (catalog), ==, 2000 - 667);
  g_free (prune.last_source);
  catalog_close (catalog);

  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
  g_assert_cmpuint (catalog_count (catalog), ==, 2000 - 667);
  catalog_close (catalog);
}

static gboolean
stop_cb (const ThimbleRecord *record, gpointer user_data)
{
  guint *n_left = user_data;

  *n_left -= 1;
  return *n_left > 0;
}

static void
test_foreach_stops (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_autoptr(GError) error = NULL;
  guint n_left = 3;

  for (guint i = 0; i < 10; i++)
    thimble_catalog_add (catalog, record_new_numbered (i));
  g_assert_true (thimble_catalog_foreach (catalog, stop_cb, &n_left, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_left, ==, 0);
  catalog_close (catalog);
}

/* Whether a record is in the file, as another program sees it. */
static gboolean
is_written (CatalogFixture *fixture, guint number)
{
  ThimbleCatalog *other = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
  g_autoptr(ThimbleRecord) wanted = record_new_numbered (number);
  g_autoptr(ThimbleRecord) found = thimble_catalog_lookup (other, wanted->source, wanted->plan);

  catalog_close (other);
  return found != NULL;
}

/* While many look-ups follow each other in a catalog that was empty, those for what it was not told
 * take no look at the file; what others write is found soon all the same. */
static void
test_own (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  ThimbleCatalog *other = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  gint64 deadline_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  ThimbleRecord *found = NULL;

  thimble_catalog_begin_reading (catalog);
  thimble_catalog_add (catalog, record_new ("a", "p", "1"));
  assert_path (catalog, "a", "p", "1");
  flush (catalog);
  assert_path (catalog, "a", "p", "1");
  assert_source (catalog, "1", "a");
  assert_path (catalog, "b", "p", NULL);

  thimble_catalog_add (other, record_new ("b", "p", "2"));
  flush (other);
  while (found == NULL && g_get_monotonic_time () < deadline_us)
    found = thimble_catalog_lookup (catalog, "b", "p");
  g_assert_nonnull (found);
  thimble_record_free (found);
  assert_path (catalog, "a", "p", "1");
  thimble_catalog_end_reading (catalog);
  assert_path (catalog, "b", "p", "2");
  catalog_close (other);
  catalog_close (catalog);
}

static void
due_cb (ThimbleCatalog *catalog, gpointer user_data)
{
  guint *n_told = user_data;

  *n_told += 1;
}

/* Who is told that it is time to write is told once, and nobody writes before it says so; but who is
 * far ahead writes itself. */
static void
test_flush_due (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  guint n_told = 0;
  guint n = 0;

  thimble_catalog_set_flush_due (catalog, due_cb, &n_told);
  thimble_catalog_flush_if_due (catalog);
  while (n_told == 0 && n < 1000)
    thimble_catalog_add (catalog, record_new_numbered (n++));
  g_assert_cmpuint (n, ==, 256);
  thimble_catalog_add (catalog, record_new_numbered (n++));
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_false (is_written (fixture, 0));

  thimble_catalog_flush_if_due (catalog);
  g_assert_true (is_written (fixture, n - 1));
  for (guint i = 0; i < 511; i++)
    thimble_catalog_add (catalog, record_new_numbered (n++));
  g_assert_cmpuint (n_told, ==, 2);
  g_assert_false (is_written (fixture, n - 1));
  thimble_catalog_add (catalog, record_new_numbered (n++));
  g_assert_true (is_written (fixture, n - 1));

  thimble_catalog_set_flush_due (catalog, NULL, NULL);
  for (guint i = 0; i < 256; i++)
    thimble_catalog_add (catalog, record_new_numbered (n++));
  g_assert_cmpuint (n_told, ==, 2);
  g_assert_true (is_written (fixture, n - 1));
  catalog_close (catalog);
}

static void
test_read_only_makes_nothing (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);

  g_assert_cmpuint (catalog_count (catalog), ==, 0);
  assert_path (catalog, "a", "p", NULL);
  assert_source (catalog, "1", NULL);
  catalog_close (catalog);
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));
}

/* Names are bytes: neither Latin-1 nor a lone surrogate is UTF-8, and both must come back. */
static void
test_invalid_utf8 (CatalogFixture *fixture)
{
  const char *const names[]
    = { "caf\351.jpg", "\355\240\200.jpg", "a\377\376b.jpg", "caf\303\251.jpg" };
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    thimble_catalog_add (catalog, record_new (names[i], names[i], names[i]));
  catalog_close (catalog);

  catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      assert_path (catalog, names[i], names[i], names[i]);
      assert_source (catalog, names[i], names[i]);
    }
  g_assert_cmpuint (catalog_count (catalog), ==, G_N_ELEMENTS (names));
  catalog_close (catalog);
}

/* What another catalog object has written is seen at once. */
static void
test_two_at_once (CatalogFixture *fixture)
{
  ThimbleCatalog *one = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  ThimbleCatalog *other = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);

  thimble_catalog_add (one, record_new ("a", "p", "1"));
  assert_path (other, "a", "p", NULL);
  flush (one);
  assert_path (other, "a", "p", "1");
  thimble_catalog_remove (other, "1");
  flush (other);
  assert_path (one, "a", "p", NULL);
  catalog_close (one);
  catalog_close (other);
}

/* Records survive without a flush once enough of them wait. */
static void
test_flushes_by_itself (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  ThimbleCatalog *reader = catalog_open (fixture, THIMBLE_CATALOG_READ_ONLY);

  for (guint i = 0; i < 600; i++)
    thimble_catalog_add (catalog, record_new_numbered (i));
  g_assert_cmpuint (catalog_count (reader), >=, 512);
  catalog_close (reader);
  catalog_close (catalog);
}

static void
test_closed_twice (CatalogFixture *fixture)
{
  ThimbleCatalog *catalog = catalog_open (fixture, THIMBLE_CATALOG_READ_WRITE);
  g_autoptr(GError) error = NULL;

  g_assert_true (thimble_catalog_close (catalog, &error));
  g_assert_no_error (error);
  catalog_close (catalog);
}

static void
test_folder_is_file (CatalogFixture *fixture)
{
  g_autoptr(ThimbleCatalog) catalog = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->folder, "", 0, NULL));
  catalog = thimble_catalog_open (fixture->folder, fixture->destination,
                                  THIMBLE_CATALOG_READ_WRITE, &error);
  g_assert_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE);
  g_assert_nonnull (strstr (error->message, fixture->folder));
  g_assert_null (catalog);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  catalog_test_add ("/catalog/round-trip", test_round_trip);
  catalog_test_add ("/catalog/replace", test_replace);
  catalog_test_add ("/catalog/swap", test_swap);
  catalog_test_add ("/catalog/prune", test_prune);
  catalog_test_add ("/catalog/foreach-stops", test_foreach_stops);
  catalog_test_add ("/catalog/own", test_own);
  catalog_test_add ("/catalog/flush-due", test_flush_due);
  catalog_test_add ("/catalog/read-only-makes-nothing", test_read_only_makes_nothing);
  catalog_test_add ("/catalog/invalid-utf8", test_invalid_utf8);
  catalog_test_add ("/catalog/two-at-once", test_two_at_once);
  catalog_test_add ("/catalog/flushes-by-itself", test_flushes_by_itself);
  catalog_test_add ("/catalog/closed-twice", test_closed_twice);
  catalog_test_add ("/catalog/folder-is-file", test_folder_is_file);
  return g_test_run ();
}
