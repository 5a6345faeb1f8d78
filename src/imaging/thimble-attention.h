/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-resample.h"

G_BEGIN_DECLS

gboolean thimble_attention_move_window (ThimbleRaster *picture,
                                        ThimbleWindow *window,
                                        GError **error);

G_END_DECLS
