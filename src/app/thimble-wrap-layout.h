/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ThimbleWrapLayout:
 *
 * Children one after the other at their natural width, in as many lines as they need.
 */
#define THIMBLE_TYPE_WRAP_LAYOUT (thimble_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleWrapLayout, thimble_wrap_layout, THIMBLE, WRAP_LAYOUT, GtkLayoutManager)

G_END_DECLS
