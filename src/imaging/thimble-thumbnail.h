/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-work.h"

G_BEGIN_DECLS

/* Twice as many as are decoded in lock step, so that one that is done early has a successor. */
#define THIMBLE_THUMBNAIL_MAX_WORKS 6

void thimble_thumbnail_run (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works);

G_END_DECLS
