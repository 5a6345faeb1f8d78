/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleBudget:
 *
 * A number of bytes that several threads share. Who needs memory reserves it first and waits while
 * others hold it. A reservation larger than the whole waits until nobody holds any, and then gets
 * through alone. Counted by reference; usable from any thread.
 */
typedef struct _ThimbleBudget ThimbleBudget;

ThimbleBudget *thimble_budget_new (guint64 n_bytes);
ThimbleBudget *thimble_budget_ref (ThimbleBudget *self);
void thimble_budget_unref (ThimbleBudget *self);
void thimble_budget_reserve (ThimbleBudget *self, guint64 n_bytes);
gboolean thimble_budget_reserve_unless (ThimbleBudget *self,
                                        guint64 n_bytes,
                                        gboolean (*gives_up) (gpointer data),
                                        gpointer data);
void thimble_budget_take (ThimbleBudget *self, guint64 n_bytes);
void thimble_budget_wake (ThimbleBudget *self);
void thimble_budget_release (ThimbleBudget *self, guint64 n_bytes);
guint64 thimble_budget_get_peak (ThimbleBudget *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleBudget, thimble_budget_unref)

G_END_DECLS
