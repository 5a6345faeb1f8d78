/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"

G_BEGIN_DECLS

/**
 * ThimbleRemoval:
 *
 * Items that were removed from a batch, and where they were. Main thread only.
 */
typedef struct _ThimbleRemoval ThimbleRemoval;

GArray *thimble_items_locate (ThimbleBatch *batch, GPtrArray *items);
ThimbleRemoval *thimble_removal_new (ThimbleBatch *batch, GPtrArray *items);
ThimbleRemoval *thimble_removal_new_for_paths (ThimbleBatch *batch, GPtrArray *paths);
void thimble_removal_undo (ThimbleRemoval *self);
void thimble_removal_settle (ThimbleRemoval *self, GPtrArray *paths);
void thimble_removal_free (ThimbleRemoval *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleRemoval, thimble_removal_free)

G_END_DECLS
