/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"

G_BEGIN_DECLS

/* Everything that gdk-pixbuf has a loader for. A library of its own: who links it says so, and
 * calls [func@codec_register_fallback] with it. */
extern const ThimbleCodec thimble_pixbuf_codec;

void thimble_pixbuf_codec_load_all (void);
void thimble_pixbuf_codec_load_fonts (void);
GStrv thimble_pixbuf_codec_list_formats (void);

G_END_DECLS
