/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** THIMBLE_PICTURE_SIZE: the side of the square that a picture takes at first, in CSS pixels. */
#define THIMBLE_PICTURE_SIZE 144

/**
 * ThimblePicture:
 *
 * A square that shows the picture of an image in its middle, pixel for pixel on the screen, with
 * round corners; or an icon while there is none. A badge may lie in the picture's corner.
 */
#define THIMBLE_TYPE_PICTURE (thimble_picture_get_type ())
G_DECLARE_FINAL_TYPE (ThimblePicture, thimble_picture, THIMBLE, PICTURE, GtkWidget)

GtkWidget *thimble_picture_new (void);
void thimble_picture_set_size (ThimblePicture *self, int size);
void thimble_picture_set_texture (ThimblePicture *self, GdkTexture *texture);
GdkTexture *thimble_picture_get_texture (ThimblePicture *self);
void thimble_picture_set_icon_name (ThimblePicture *self, const char *icon_name);
void thimble_picture_set_badge (ThimblePicture *self, const char *icon_name);

G_END_DECLS
