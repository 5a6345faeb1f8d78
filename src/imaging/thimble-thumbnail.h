/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-work.h"

G_BEGIN_DECLS

void thimble_thumbnail_run (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works);

G_END_DECLS
