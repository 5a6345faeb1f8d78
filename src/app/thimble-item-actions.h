/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-item.h"
#include "thimble-previewer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

char *thimble_item_dup_path_to_show (ThimbleItem *item);
gboolean thimble_item_has_picture (ThimbleItem *item);
ThimbleOrigin *thimble_item_dup_picture_origin (ThimbleItem *item);
GdkFileList *thimble_items_dup_results (GPtrArray *items);
void thimble_items_copy_paths (GPtrArray *items, GdkClipboard *clipboard);
void thimble_items_copy_image (GPtrArray *items,
                               GdkClipboard *clipboard,
                               ThimblePreviewer *previewer);

G_END_DECLS
