/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"

G_BEGIN_DECLS

/** ThimbleArrangedMatch: whether an item is shown. */
typedef gboolean (*ThimbleArrangedMatch) (ThimbleItem *item, gpointer user_data);

/** ThimbleArrangedCompare: less than 0 if @one is shown before @other, 0 if the batch decides. */
typedef int (*ThimbleArrangedCompare) (ThimbleItem *one, ThimbleItem *other, gpointer user_data);

/**
 * ThimbleArrangedList:
 *
 * Those items of a batch that match, in an order, as a list model. Main thread only.
 */
#define THIMBLE_TYPE_ARRANGED_LIST (thimble_arranged_list_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleArrangedList, thimble_arranged_list, THIMBLE, ARRANGED_LIST, GObject)

ThimbleArrangedList *thimble_arranged_list_new (ThimbleBatch *batch);
void thimble_arranged_list_arrange (ThimbleArrangedList *self,
                                    ThimbleArrangedMatch match,
                                    ThimbleArrangedCompare compare,
                                    gpointer user_data);
void thimble_arranged_list_set_followed (ThimbleArrangedList *self, gboolean followed);
ThimbleItem *thimble_arranged_list_peek (ThimbleArrangedList *self, guint position);

G_END_DECLS
