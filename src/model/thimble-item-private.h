/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"

G_BEGIN_DECLS

/* Between an item and the batch it is in, so that the batch's counts stay right without asking all
 * items. An item is in one batch at most; the batch owns the item, never the other way round. */

void thimble_item_set_batch (ThimbleItem *self, ThimbleBatch *batch);
void thimble_batch_count_change (ThimbleBatch *self, ThimbleItemState before,
                                 ThimbleItemState after);

G_END_DECLS
