/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleApplication:
 *
 * `thimble [FOLDER|FILE…]`: opens the window, with these in it.
 */
#define THIMBLE_TYPE_APPLICATION (thimble_application_get_type ())
G_DECLARE_FINAL_TYPE (
  ThimbleApplication, thimble_application, THIMBLE, APPLICATION, AdwApplication)

ThimbleApplication *thimble_application_new (void);

G_END_DECLS
