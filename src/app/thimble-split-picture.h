/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ThimbleSplitPicture:
 *
 * Two pictures of one thing in one place, with a line between them that can be moved: the first is
 * seen before the line, the second after it. Where there is one picture only, it is seen whole. The
 * pointer moves the line by dragging, the keyboard with Shift and the arrow keys.
 *
 * Properties: "split" (double, 0 to 1): where the line is.
 */
#define THIMBLE_TYPE_SPLIT_PICTURE (thimble_split_picture_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleSplitPicture, thimble_split_picture, THIMBLE, SPLIT_PICTURE, GtkWidget)

void thimble_split_picture_set_textures (ThimbleSplitPicture *self,
                                         GdkTexture *first,
                                         GdkTexture *second);
void thimble_split_picture_set_split (ThimbleSplitPicture *self, double split);
double thimble_split_picture_get_split (ThimbleSplitPicture *self);
gboolean thimble_split_picture_has_both (ThimbleSplitPicture *self);

G_END_DECLS
