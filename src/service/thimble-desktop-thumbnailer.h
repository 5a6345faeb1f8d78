/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"

G_BEGIN_DECLS

/* The largest side that the desktop asks for is 1024; this leaves room. */
#define THIMBLE_DESKTOP_MAX_SIZE 4096

gboolean thimble_desktop_thumbnailer_make (ThimbleEngine *engine,
                                           const char *source,
                                           const char *output,
                                           guint size_px,
                                           GError **error);

G_END_DECLS
