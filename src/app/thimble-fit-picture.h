/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-types.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ThimbleFitPicture:
 *
 * A pictogram of a fit: a wide picture and the square box it goes into.
 *
 * Properties: "fit" (a #ThimbleFit as an integer; set when it is made).
 */
#define THIMBLE_TYPE_FIT_PICTURE (thimble_fit_picture_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleFitPicture, thimble_fit_picture, THIMBLE, FIT_PICTURE, GtkWidget)

G_END_DECLS
