/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-item.h"

G_BEGIN_DECLS

const char *thimble_item_state_get_word (ThimbleItemState state);
char *thimble_item_describe_status (ThimbleItem *item, const char *name);
char *thimble_item_describe_original (ThimbleItem *item);

G_END_DECLS
