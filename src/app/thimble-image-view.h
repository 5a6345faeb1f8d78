/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-list.h"
#include "thimble-previewer.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleImageView:
 *
 * One image, large: the original and what was made of it, one beside the other, with what is known
 * of them. The arrow keys go on to the next one of the list.
 *
 * Signals: "closed": the grid is to be shown again.
 *
 * Actions: "image.previous", "image.next", "image.close".
 */
#define THIMBLE_TYPE_IMAGE_VIEW (thimble_image_view_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleImageView, thimble_image_view, THIMBLE, IMAGE_VIEW, AdwBin)

void thimble_image_view_set_up (ThimbleImageView *self,
                                ThimbleImageList *list,
                                ThimblePreviewer *previewer);
void thimble_image_view_show (ThimbleImageView *self, guint position);
void thimble_image_view_clear (ThimbleImageView *self);
ThimbleItem *thimble_image_view_get_item (ThimbleImageView *self);
guint thimble_image_view_get_position (ThimbleImageView *self);

G_END_DECLS
