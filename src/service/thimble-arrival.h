/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-download.h"
#include "thimble-engine.h"

G_BEGIN_DECLS

/* The longest extension of a file that is downloaded, with the zero byte that ends it. */
#define THIMBLE_ARRIVAL_EXTENSION_SIZE 12

gboolean thimble_arrival_check (ThimbleEngine *engine,
                                GBytes *limits,
                                const ThimbleDownload *download,
                                char *extension,
                                gboolean *may_come_whole,
                                GError **error);

G_END_DECLS
