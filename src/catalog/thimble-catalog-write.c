/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Records on their way to the disk: they are written in batches, behind the outputs that they speak
 * of, by who is told that it is time to, or else by who adds. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-catalog-private.h"

#include "thimble-record-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* What a kill takes back is one batch of records: half of it is written while the other half comes
 * together, and who adds to a full one waits for the disk. A half is written as well when its oldest
 * record is so old. */
#define MAX_UNWRITTEN (2 * THIMBLE_CATALOG_MAX_PENDING)
#define MAX_PENDING_AGE_US G_USEC_PER_SEC

/* No record may speak of a file that a power cut can take away, so what lies in the destination
 * goes to the disk first. A file system that can't say so is trusted; one that says it lost
 * something is not. */
static gboolean
sync_destination (ThimbleCatalog *self, GError **error)
{
  g_autofree char *name = NULL;

  if (self->destination_fd < 0)
    self->destination_fd = open (self->destination, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->destination_fd < 0 || syncfs (self->destination_fd) == 0
      || (errno != EIO && errno != ENOSPC && errno != EDQUOT))
    return TRUE;

  name = g_filename_display_name (self->destination);
  g_set_error (error, THIMBLE_CATALOG_ERROR, THIMBLE_CATALOG_ERROR_UNWRITABLE,
               "What was written to “%s” did not all reach the disk: %s.", name,
               g_strerror (errno));
  return FALSE;
}

/* Writes what was pending when it began; flush_mutex is held, mutex is not. After a failure
 * everything stays, and add tries again when as many changes or as much time have come on top. */
static gboolean
flush_locked (ThimbleCatalog *self, GError **error)
{
  guint n_changes, n_left;
  gboolean is_written;

  g_mutex_lock (&self->mutex);
  n_changes = thimble_pending_get_length (self->pending);
  self->is_told = self->is_told && n_changes > 0;
  g_mutex_unlock (&self->mutex);
  if (n_changes == 0)
    return TRUE;

  is_written = sync_destination (self, error);

  g_mutex_lock (&self->mutex);
  is_written = is_written
               && thimble_database_write (self->database, self->pending, n_changes, error);
  if (is_written)
    thimble_pending_forget (self->pending, n_changes);
  n_left = thimble_pending_get_length (self->pending);
  self->flush_length = (is_written ? 0 : n_left) + THIMBLE_CATALOG_MAX_PENDING;
  self->flush_time_us = g_get_monotonic_time () + MAX_PENDING_AGE_US;
  self->is_told = FALSE;
  g_mutex_unlock (&self->mutex);
  return is_written;
}

static gboolean
is_due_locked (ThimbleCatalog *self, gint64 now_us)
{
  guint n_pending = thimble_pending_get_length (self->pending);

  return n_pending >= self->flush_length || (n_pending > 0 && now_us >= self->flush_time_us);
}

/* Writes; flush_mutex is held, and let go. */
static void
try_flush (ThimbleCatalog *self)
{
  g_autoptr(GError) error = NULL;

  if (!flush_locked (self, &error))
    g_debug ("Records wait for another try: %s", error->message);
  g_mutex_unlock (&self->flush_mutex);
}

/* It is time to write. One thread is enough, who is told of it or this one; the others go on, unless
 * they are far ahead of it. */
static void
flush_due (ThimbleCatalog *self, ThimbleCatalogDueFunc tell, gpointer data, gboolean is_ahead)
{
  if (is_ahead)
    g_mutex_lock (&self->flush_mutex);
  else if (tell != NULL)
    tell (self, data);
  if (is_ahead || (tell == NULL && g_mutex_trylock (&self->flush_mutex)))
    try_flush (self);
}

/* Appends one change; @record: (transfer full) (nullable), else @path is removed. */
static void
change (ThimbleCatalog *self, ThimbleRecord *record, const char *path)
{
  ThimbleCatalogDueFunc tell;
  gpointer data;
  gboolean is_ahead;
  gboolean is_due;
  gint64 now_us = g_get_monotonic_time ();

  g_mutex_lock (&self->mutex);
  if (thimble_pending_get_length (self->pending) == 0)
    self->flush_time_us = now_us + MAX_PENDING_AGE_US;
  if (record != NULL)
    thimble_pending_add (self->pending, record);
  else
    thimble_pending_remove (self->pending, path);
  is_due = is_due_locked (self, now_us);
  is_ahead = thimble_pending_get_length (self->pending) >= MAX_UNWRITTEN;
  tell = self->due;
  data = self->due_data;
  if (is_due && !is_ahead && tell != NULL)
    {
      is_due = !self->is_told;
      self->is_told = TRUE;
    }
  g_mutex_unlock (&self->mutex);

  if (is_due)
    flush_due (self, tell, data, is_ahead);
}

/**
 * thimble_catalog_add:
 * @record: (transfer full): its output is written under its final name; its path is below the
 *   destination
 *
 * Replaces the record of the same source and plan, and any of the same path. It can be looked up at
 * once and is written with others: when 256 wait or the oldest waits for a second (looked at in
 * every add; there is no timer), or by [method@Catalog.flush]. What could not be written waits for
 * another try, so a failure shows in the flush that fails last. From any thread; may block.
 */
void
thimble_catalog_add (ThimbleCatalog *self, ThimbleRecord *record)
{
  g_return_if_fail (THIMBLE_IS_CATALOG (self));
  g_return_if_fail (self->mode == THIMBLE_CATALOG_READ_WRITE);
  g_return_if_fail (record != NULL && thimble_record_is_sound (record));

  change (self, record, NULL);
}

/**
 * thimble_catalog_remove:
 * @path: (type filename): of an output, relative to the destination
 *
 * Forgets what was made there; the file is not touched. Takes effect at once and is written like
 * added records. From any thread; may block.
 */
void
thimble_catalog_remove (ThimbleCatalog *self, const char *path)
{
  g_return_if_fail (THIMBLE_IS_CATALOG (self));
  g_return_if_fail (self->mode == THIMBLE_CATALOG_READ_WRITE);
  g_return_if_fail (path != NULL);

  change (self, NULL, path);
}

/**
 * thimble_catalog_flush:
 *
 * Writes all that waits, in one transaction, after the destination's file system was synced. From
 * any thread; blocks.
 *
 * Returns: whether everything is written; if not, all of it waits for another try and @error is set
 *   in %THIMBLE_CATALOG_ERROR
 */
gboolean
thimble_catalog_flush (ThimbleCatalog *self, GError **error)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (THIMBLE_IS_CATALOG (self), FALSE);

  locker = g_mutex_locker_new (&self->flush_mutex);
  return flush_locked (self, error);
}

/**
 * thimble_catalog_flush_if_due:
 *
 * Writes what waits if it is time to, see [method@Catalog.add], and nobody else is at it. A failure
 * shows in the flush that fails last. From any thread; blocks.
 */
void
thimble_catalog_flush_if_due (ThimbleCatalog *self)
{
  gboolean is_due;

  g_return_if_fail (THIMBLE_IS_CATALOG (self));

  g_mutex_lock (&self->mutex);
  is_due = is_due_locked (self, g_get_monotonic_time ());
  g_mutex_unlock (&self->mutex);
  if (is_due && g_mutex_trylock (&self->flush_mutex))
    try_flush (self);
}

/**
 * thimble_catalog_set_flush_due:
 * @func: (nullable): told when it is time to write, once each time, on the thread that adds; has
 *   another one call [method@Catalog.flush_if_due]
 * @user_data: for @func
 *
 * So that who adds need not wait for the disk, unless it is far ahead of it. To be changed while
 * nobody adds.
 */
void
thimble_catalog_set_flush_due (ThimbleCatalog *self,
                               ThimbleCatalogDueFunc func,
                               gpointer user_data)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_if_fail (THIMBLE_IS_CATALOG (self));

  locker = g_mutex_locker_new (&self->mutex);
  self->due = func;
  self->due_data = user_data;
  self->is_told = FALSE;
}
