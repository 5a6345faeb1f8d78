/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the catalog's tests share: a private folder for each, and records to fill it with. */

#include "catalog-fixture.h"

#include <glib/gstdio.h>

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
run_test (gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  CatalogFixture fixture;

  fixture.destination = g_dir_make_tmp ("thimble-catalog-XXXXXX", &error);
  g_assert_no_error (error);
  fixture.folder = g_build_filename (fixture.destination, ".thimble", NULL);
  fixture.file = g_build_filename (fixture.folder, "catalog.sqlite", NULL);

  ((CatalogTestFunc) data) (&fixture);

  remove_tree (fixture.destination);
  g_free (fixture.destination);
  g_free (fixture.folder);
  g_free (fixture.file);
}

void
catalog_test_add (const char *path, CatalogTestFunc func)
{
  g_test_add_data_func (path, (gconstpointer) func, run_test);
}

ThimbleCatalog *
catalog_open (CatalogFixture *fixture, ThimbleCatalogMode mode)
{
  g_autoptr(GError) error = NULL;
  ThimbleCatalog *catalog;

  catalog = thimble_catalog_open (fixture->folder, fixture->destination, mode, &error);
  g_assert_no_error (error);
  g_assert_nonnull (catalog);
  return catalog;
}

/* (transfer full) */
void
catalog_close (ThimbleCatalog *catalog)
{
  g_autoptr(GError) error = NULL;
  gboolean is_written = thimble_catalog_close (catalog, &error);

  g_assert_no_error (error);
  g_assert_true (is_written);
  g_assert_finalize_object (catalog);
}

ThimbleRecord *
record_new (const char *source, const char *plan, const char *path)
{
  const ThimbleRecord record = {
    .source = source,
    .plan = plan,
    .path = path,
    .label = "128",
    .settings = "0123456789abcdef",
    .stamp = { 300000, G_GINT64_CONSTANT (1700000000123456789),
               G_GUINT64_CONSTANT (0xfedcba9876543210) },
    .content_hash = "00112233445566778899aabbccddeeff",
    .source_width = 6000,
    .source_height = 4000,
    .source_format = "jpeg",
    .width = 128,
    .height = 85,
    .format = THIMBLE_FORMAT_JPEG,
    .n_bytes = 3812,
  };

  return thimble_record_copy (&record);
}

ThimbleRecord *
record_new_numbered (guint number)
{
  g_autofree char *source = g_strdup_printf ("../photos/2024/holiday/IMG_%06u.jpg", number);
  g_autofree char *path = g_strdup_printf ("2024/holiday/IMG_%06u.jpg", number);

  return record_new (source, path, path);
}

static gboolean
count_cb (const ThimbleRecord *record, gpointer user_data)
{
  guint *n_records = user_data;

  *n_records += 1;
  return TRUE;
}

guint
catalog_count (ThimbleCatalog *catalog)
{
  g_autoptr(GError) error = NULL;
  guint n_records = 0;

  thimble_catalog_foreach (catalog, count_cb, &n_records, &error);
  g_assert_no_error (error);
  return n_records;
}
