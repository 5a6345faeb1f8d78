/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ThimbleCellDrawing:
 * @state: of the image, which the badge and the colours tell
 * @texture: (nullable): the picture, pixels of the screen
 * @icon_name: what is in its place while there is none
 * @progress: how much of the image is here, from 0 to 1; negative for no bar
 * @name: (nullable): the upper line
 * @status: (nullable): the lower line
 * @size: the side of the picture's square, in CSS pixels
 *
 * What a cell of the grid shows: in a square the picture, pixel for pixel on the screen, with round
 * corners, a badge in the corner of the picture and a bar at the foot of the square; below it two
 * lines. Nothing is owned.
 */
typedef struct
{
  ThimbleItemState state;
  GdkTexture *texture;
  const char *icon_name;
  double progress;
  const char *name;
  const char *status;
  int size;
} ThimbleCellDrawing;

int thimble_cell_drawing_get_height (GtkWidget *widget, int size);
void thimble_cell_drawing_snapshot (const ThimbleCellDrawing *self,
                                    GtkWidget *widget,
                                    GtkSnapshot *snapshot);

G_END_DECLS
