/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changes on their way to the disk. The log is applied in order when it is written, and the two
 * tables give what it comes to at once, so that a look-up cannot tell what is written from what is
 * not. A record is replaced by one of the same source and plan and by one of the same path. */

#include "thimble-pending.h"

#include "thimble-record-private.h"

#include <string.h>

struct _ThimblePending
{
  GPtrArray *log;      /* of ThimbleChange, owned, oldest first */
  GHashTable *by_key;  /* set of the last addition in the log for each source and plan */
  GHashTable *by_path; /* path → the last change in the log for it */
};

static guint
change_hash (gconstpointer key)
{
  const ThimbleChange *change = key;

  return g_str_hash (change->record->source) * 33 + g_str_hash (change->record->plan);
}

static gboolean
change_equal (gconstpointer a, gconstpointer b)
{
  const ThimbleRecord *one = ((const ThimbleChange *) a)->record;
  const ThimbleRecord *other = ((const ThimbleChange *) b)->record;

  return strcmp (one->plan, other->plan) == 0 && strcmp (one->source, other->source) == 0;
}

static void
change_free (gpointer data)
{
  ThimbleChange *change = data;

  if (change->record == NULL)
    g_free ((char *) change->path);
  thimble_record_free (change->record);
  g_free (change);
}

ThimblePending *
thimble_pending_new (void)
{
  ThimblePending *self = g_new0 (ThimblePending, 1);

  self->log = g_ptr_array_new_with_free_func (change_free);
  self->by_key = g_hash_table_new (change_hash, change_equal);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
thimble_pending_free (ThimblePending *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_path);
  g_ptr_array_unref (self->log);
  g_free (self);
}

static void
kill_change (ThimbleChange *change)
{
  if (change != NULL)
    change->is_dead = TRUE;
}

/* @record: (transfer full) */
void
thimble_pending_add (ThimblePending *self, ThimbleRecord *record)
{
  ThimbleChange *change = g_new0 (ThimbleChange, 1);

  change->record = record;
  change->path = record->path;
  kill_change (g_hash_table_lookup (self->by_key, change));
  kill_change (g_hash_table_lookup (self->by_path, change->path));
  g_hash_table_add (self->by_key, change);
  g_hash_table_replace (self->by_path, (gpointer) change->path, change);
  g_ptr_array_add (self->log, change);
}

void
thimble_pending_remove (ThimblePending *self, const char *path)
{
  ThimbleChange *change = g_new0 (ThimbleChange, 1);

  change->path = g_strdup (path);
  kill_change (g_hash_table_lookup (self->by_path, path));
  g_hash_table_replace (self->by_path, (gpointer) change->path, change);
  g_ptr_array_add (self->log, change);
}

guint
thimble_pending_get_length (ThimblePending *self)
{
  return self->log->len;
}

const ThimbleChange *
thimble_pending_get_change (ThimblePending *self, guint index)
{
  return self->log->pdata[index];
}

/* The oldest @n_changes are written; what a later change says of the same things stays. */
void
thimble_pending_forget (ThimblePending *self, guint n_changes)
{
  g_assert (n_changes <= self->log->len);

  for (guint i = 0; i < n_changes; i++)
    {
      ThimbleChange *change = self->log->pdata[i];

      if (change->record != NULL && g_hash_table_lookup (self->by_key, change) == change)
        g_hash_table_remove (self->by_key, change);
      if (g_hash_table_lookup (self->by_path, change->path) == change)
        g_hash_table_remove (self->by_path, change->path);
    }
  if (n_changes > 0)
    g_ptr_array_remove_range (self->log, 0, n_changes);
}

/* The last addition for a source and plan, dead or not; NULL if the log says nothing of them. */
const ThimbleChange *
thimble_pending_find (ThimblePending *self, const char *source, const char *plan)
{
  ThimbleRecord record = { .source = source, .plan = plan };
  ThimbleChange key = { .record = &record };

  return g_hash_table_lookup (self->by_key, &key);
}

/* The last change for a path; NULL if the log says nothing of it. */
const ThimbleChange *
thimble_pending_find_path (ThimblePending *self, const char *path)
{
  return g_hash_table_lookup (self->by_path, path);
}

/* Whether the log replaces or removes @record, which is written. */
gboolean
thimble_pending_hides (ThimblePending *self, const ThimbleRecord *record)
{
  return g_hash_table_contains (self->by_path, record->path)
         || thimble_pending_find (self, record->source, record->plan) != NULL;
}
