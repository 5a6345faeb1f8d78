/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-item.h"
#include "thimble-previewer.h"
#include "thimble-texture-cache.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** THIMBLE_IMAGE_CELL_SIZE: the side of the square that a picture takes at first, in CSS pixels. */
#define THIMBLE_IMAGE_CELL_SIZE 144

/**
 * ThimbleImageCell:
 *
 * One image in the grid: its picture, its name, and how far it is. A cell is recycled; what it
 * shows is the item's.
 */
#define THIMBLE_TYPE_IMAGE_CELL (thimble_image_cell_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleImageCell, thimble_image_cell, THIMBLE, IMAGE_CELL, GtkWidget)

GtkWidget *thimble_image_cell_new (void);
void thimble_image_cell_bind (ThimbleImageCell *self, ThimbleItem *item);
void thimble_image_cell_set_size (ThimbleImageCell *self, int size);
void thimble_image_cell_set_in_view (ThimbleImageCell *self, gboolean is_in_view);
void thimble_image_cell_unbind (ThimbleImageCell *self);
ThimbleItem *thimble_image_cell_get_item (ThimbleImageCell *self);
void thimble_image_cell_refresh (ThimbleImageCell *self);
gboolean thimble_image_cell_lacks_picture (ThimbleImageCell *self);
gboolean thimble_image_cell_wants_picture (ThimbleImageCell *self);
void thimble_image_cell_load_picture (ThimbleImageCell *self,
                                      ThimblePreviewer *previewer,
                                      ThimbleTextureCache *cache);
void thimble_image_cell_drop_picture (ThimbleImageCell *self);
GdkTexture *thimble_image_cell_get_texture (ThimbleImageCell *self);
const char *thimble_image_cell_get_status (ThimbleImageCell *self);

G_END_DECLS
