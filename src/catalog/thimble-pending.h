/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-catalog.h"

G_BEGIN_DECLS

/*
 * ThimblePending:
 *
 * What a catalog has been told and has not written yet: a log of additions and removals in order,
 * and what that log means for a source or a path. Not locked: the catalog's mutex is held.
 */
typedef struct _ThimblePending ThimblePending;

/*
 * ThimbleChange:
 * @record: (nullable): what is added, owned; NULL for a removal
 * @path: the output added or removed; owned, or the record's
 * @is_dead: an addition that a later change has undone
 */
typedef struct
{
  ThimbleRecord *record;
  const char *path;
  gboolean is_dead;
} ThimbleChange;

ThimblePending *thimble_pending_new (void);
void thimble_pending_free (ThimblePending *self);
void thimble_pending_add (ThimblePending *self, ThimbleRecord *record);
void thimble_pending_remove (ThimblePending *self, const char *path);
guint thimble_pending_get_length (ThimblePending *self);
const ThimbleChange *thimble_pending_get_change (ThimblePending *self, guint index);
void thimble_pending_forget (ThimblePending *self, guint n_changes);
const ThimbleChange *thimble_pending_find (ThimblePending *self, const char *source,
                                           const char *plan);
const ThimbleChange *thimble_pending_find_path (ThimblePending *self, const char *path);
gboolean thimble_pending_hides (ThimblePending *self, const ThimbleRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimblePending, thimble_pending_free)

G_END_DECLS
