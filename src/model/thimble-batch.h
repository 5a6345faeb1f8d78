/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-item.h"

G_BEGIN_DECLS

/**
 * ThimbleBatch:
 *
 * Items in the order they were found, as a #GListModel, with a count for each state. A file is in
 * it once, however often it is named. Main thread only.
 *
 * Properties: "n-items" (all), and "n-waiting", "n-downloading", "n-running", "n-done",
 * "n-skipped", "n-failed", "n-cancelled"; the counts do not notify one by one: read them when
 * "changed-states" is emitted, at most once a main loop iteration.
 */
#define THIMBLE_TYPE_BATCH (thimble_batch_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleBatch, thimble_batch, THIMBLE, BATCH, GObject)

ThimbleBatch *thimble_batch_new (void);
guint thimble_batch_append (ThimbleBatch *self, ThimbleOrigin *const *origins, guint n_origins);
void thimble_batch_add_folder (ThimbleBatch *self, const char *path);
GPtrArray *thimble_batch_dup_folders (ThimbleBatch *self);
void thimble_batch_remove (ThimbleBatch *self, guint position);
GPtrArray *thimble_batch_take (ThimbleBatch *self, const guint *positions, guint n_positions);
void thimble_batch_put_back (ThimbleBatch *self, const guint *positions, GPtrArray *items);
void thimble_batch_clear (ThimbleBatch *self);
guint thimble_batch_get_n_items (ThimbleBatch *self);
ThimbleItem *thimble_batch_peek (ThimbleBatch *self, guint position);
guint thimble_batch_count (ThimbleBatch *self, ThimbleItemState state);
void thimble_batch_reset_states (ThimbleBatch *self);

G_END_DECLS
