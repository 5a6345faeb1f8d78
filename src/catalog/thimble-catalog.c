/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The catalog of a destination, as its users see it: records that can be looked up as soon as they
 * are added. How they are added and get to the disk is in thimble-catalog-write.c. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-catalog-private.h"

#include "thimble-record-private.h"

#include <unistd.h>

G_DEFINE_FINAL_TYPE (ThimbleCatalog, thimble_catalog, G_TYPE_OBJECT)
G_DEFINE_QUARK (thimble-catalog-error-quark, thimble_catalog_error)

static void
thimble_catalog_finalize (GObject *object)
{
  ThimbleCatalog *self = THIMBLE_CATALOG (object);

  g_clear_pointer (&self->database, thimble_database_free);
  g_clear_pointer (&self->pending, thimble_pending_free);
  g_clear_pointer (&self->destination, g_free);
  if (self->destination_fd >= 0)
    close (self->destination_fd);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->flush_mutex);
  G_OBJECT_CLASS (thimble_catalog_parent_class)->finalize (object);
}

static void
thimble_catalog_class_init (ThimbleCatalogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_catalog_finalize;
}

static void
thimble_catalog_init (ThimbleCatalog *self)
{
  g_mutex_init (&self->mutex);
  g_mutex_init (&self->flush_mutex);
  self->pending = thimble_pending_new ();
  self->flush_length = THIMBLE_CATALOG_MAX_PENDING;
  self->destination_fd = -1;
}

/**
 * thimble_catalog_open:
 * @folder: (type filename): where the catalog is, `.thimble` in the destination by default; for
 *   writing, made with its parents where it is missing
 * @destination: (type filename): the folder that paths are relative to and that is synced; it need
 *   not be there yet
 * @mode: whether records are added
 *
 * A catalog that is damaged is moved to `catalog.sqlite.broken` and begun anew (see
 * [method@Catalog.was_rebuilt]), or taken for an empty one when reading only. Several processes may
 * have the same catalog open. Blocks; from any thread.
 *
 * Returns: (transfer full): a catalog, or %NULL and @error in %THIMBLE_CATALOG_ERROR
 */
ThimbleCatalog *
thimble_catalog_open (const char *folder,
                      const char *destination,
                      ThimbleCatalogMode mode,
                      GError **error)
{
  g_autoptr(ThimbleCatalog) self = NULL;

  g_return_val_if_fail (folder != NULL && folder[0] != '\0', NULL);
  g_return_val_if_fail (destination != NULL, NULL);

  self = g_object_new (THIMBLE_TYPE_CATALOG, NULL);
  self->destination = g_strdup (destination);
  self->mode = mode;
  self->database = thimble_database_open (folder, mode, error);
  return self->database != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * thimble_catalog_was_rebuilt:
 *
 * Returns: whether the catalog was found damaged, when it was opened or since, set aside and begun
 *   anew; what it said is found again by adoption
 */
gboolean
thimble_catalog_was_rebuilt (ThimbleCatalog *self)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (THIMBLE_IS_CATALOG (self), FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  return self->database != NULL && thimble_database_was_rebuilt (self->database);
}

/**
 * thimble_catalog_begin_reading:
 *
 * Many look-ups follow, on this thread or others: the file is locked for reading once for all of
 * them and not once for each, which makes them several times as fast. Other processes can't write
 * for up to 100 ms at a time meanwhile; adding and flushing go on as ever. May be nested; each must
 * be ended soon, and before the catalog is closed. From any thread; blocks.
 */
void
thimble_catalog_begin_reading (ThimbleCatalog *self)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_if_fail (THIMBLE_IS_CATALOG (self));

  locker = g_mutex_locker_new (&self->mutex);
  g_return_if_fail (self->database != NULL);
  if (self->n_readers++ == 0)
    thimble_database_set_reading (self->database, TRUE);
}

/**
 * thimble_catalog_end_reading:
 *
 * Ends what [method@Catalog.begin_reading] has begun.
 */
void
thimble_catalog_end_reading (ThimbleCatalog *self)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_if_fail (THIMBLE_IS_CATALOG (self));

  locker = g_mutex_locker_new (&self->mutex);
  g_return_if_fail (self->database != NULL && self->n_readers > 0);
  if (--self->n_readers == 0)
    thimble_database_set_reading (self->database, FALSE);
}

/* What is written, unless a change that is not yet written says otherwise. */
static ThimbleRecord *
unless_hidden (ThimbleCatalog *self, ThimbleRecord *record)
{
  if (record != NULL && thimble_pending_hides (self->pending, record))
    g_clear_pointer (&record, thimble_record_free);
  return record;
}

/**
 * thimble_catalog_lookup:
 * @source: (type filename): see #ThimbleRecord
 * @plan: (type filename): likewise
 *
 * Finds added records at once, written or not. What can't be read is as if it were not there.
 * From any thread; blocks.
 *
 * Returns: (transfer full) (nullable): what was made of @source by that plan, or %NULL
 */
ThimbleRecord *
thimble_catalog_lookup (ThimbleCatalog *self, const char *source, const char *plan)
{
  g_autoptr(GMutexLocker) locker = NULL;
  const ThimbleChange *change;

  g_return_val_if_fail (THIMBLE_IS_CATALOG (self), NULL);
  g_return_val_if_fail (source != NULL && plan != NULL, NULL);

  locker = g_mutex_locker_new (&self->mutex);
  g_return_val_if_fail (self->database != NULL, NULL);

  change = thimble_pending_find (self->pending, source, plan);
  if (change != NULL)
    return change->is_dead ? NULL : thimble_record_copy (change->record);
  return unless_hidden (self, thimble_database_find (self->database, source, plan));
}

/**
 * thimble_catalog_has_output:
 * @path: (type filename): relative to the destination
 *
 * Returns: whether Thimble made that file, as far as the catalog knows
 */
gboolean
thimble_catalog_has_output (ThimbleCatalog *self, const char *path)
{
  g_autofree char *source = thimble_catalog_dup_source_of (self, path);

  return source != NULL;
}

/**
 * thimble_catalog_dup_source_of:
 * @path: (type filename): of an output, relative to the destination
 *
 * From any thread; blocks.
 *
 * Returns: (transfer full) (nullable) (type filename): the source it was made from, or %NULL if the
 *   catalog does not know the file
 */
char *
thimble_catalog_dup_source_of (ThimbleCatalog *self, const char *path)
{
  g_autoptr(GMutexLocker) locker = NULL;
  g_autoptr(ThimbleRecord) record = NULL;
  const ThimbleChange *change;

  g_return_val_if_fail (THIMBLE_IS_CATALOG (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  locker = g_mutex_locker_new (&self->mutex);
  g_return_val_if_fail (self->database != NULL, NULL);

  change = thimble_pending_find_path (self->pending, path);
  if (change != NULL)
    return change->record == NULL || change->is_dead ? NULL : g_strdup (change->record->source);
  record = unless_hidden (self, thimble_database_find_path (self->database, path));
  return record != NULL ? g_strdup (record->source) : NULL;
}

/* Passes on the records of a page that are still true; FALSE to stop. */
static gboolean
pass_on (ThimbleCatalog *self, GPtrArray *page, ThimbleCatalogFunc func, gpointer user_data)
{
  for (guint i = 0; i < page->len; i++)
    {
      const ThimbleRecord *record = page->pdata[i];
      gboolean is_hidden;

      g_mutex_lock (&self->mutex);
      is_hidden = thimble_pending_hides (self->pending, record);
      g_mutex_unlock (&self->mutex);
      if (!is_hidden && !func (record, user_data))
        return FALSE;
    }
  return TRUE;
}

/**
 * thimble_catalog_foreach:
 * @func: (scope call): called for each record, by source and then plan, in byte order; returns
 *   %FALSE to stop
 *
 * Writes what waits, then reads in pages, with nothing locked while @func runs: it may look up, add
 * and remove. Records added meanwhile may be left out. From any thread; blocks.
 *
 * Returns: whether all could be read, also where @func stopped early; if not, @error is set in
 *   %THIMBLE_CATALOG_ERROR
 */
gboolean
thimble_catalog_foreach (ThimbleCatalog *self,
                         ThimbleCatalogFunc func,
                         gpointer user_data,
                         GError **error)
{
  g_autofree char *source = g_strdup ("");
  g_autofree char *plan = g_strdup ("");
  gboolean is_last = FALSE;

  g_return_val_if_fail (THIMBLE_IS_CATALOG (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (!thimble_catalog_flush (self, error))
    return FALSE;
  while (!is_last)
    {
      g_autoptr(GPtrArray) page
        = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_record_free);
      gboolean is_read;

      g_mutex_lock (&self->mutex);
      is_read = thimble_database_read_page (self->database, &source, &plan, page, &is_last, error);
      g_mutex_unlock (&self->mutex);
      if (!is_read)
        return FALSE;
      if (!pass_on (self, page, func, user_data))
        return TRUE;
    }
  return TRUE;
}

/**
 * thimble_catalog_close:
 *
 * Flushes and closes; nothing may be called after it but close again. A catalog that is let go
 * without it forgets what is not written. From any thread, while no other uses it; blocks.
 *
 * Returns: whether everything is written; if not, @error is set in %THIMBLE_CATALOG_ERROR and what
 *   waited is lost
 */
gboolean
thimble_catalog_close (ThimbleCatalog *self, GError **error)
{
  gboolean is_written;

  g_return_val_if_fail (THIMBLE_IS_CATALOG (self), FALSE);

  if (self->database == NULL)
    return TRUE;
  is_written = thimble_catalog_flush (self, error);
  g_clear_pointer (&self->database, thimble_database_free);
  return is_written;
}
