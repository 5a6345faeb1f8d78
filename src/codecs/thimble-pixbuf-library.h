/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* gdk-pixbuf, which is loaded with the first image that no other codec reads, and never where such
 * images are read in workers. What is called of it is called through a table:
 * thimble_pixbuf.get_width () is gdk_pixbuf_get_width (). */

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

#define THIMBLE_PIXBUF_FUNCTIONS(FUNCTION)                                                         \
  FUNCTION (error_quark)                                                                           \
  FUNCTION (format_get_extensions)                                                                 \
  FUNCTION (get_formats)                                                                           \
  FUNCTION (get_has_alpha)                                                                         \
  FUNCTION (get_height)                                                                            \
  FUNCTION (get_n_channels)                                                                        \
  FUNCTION (get_rowstride)                                                                         \
  FUNCTION (get_width)                                                                             \
  FUNCTION (loader_close)                                                                          \
  FUNCTION (loader_get_pixbuf)                                                                     \
  FUNCTION (loader_new_with_type)                                                                  \
  FUNCTION (loader_set_size)                                                                       \
  FUNCTION (loader_write)                                                                          \
  FUNCTION (read_pixels)

#define THIMBLE_PIXBUF_MEMBER(name) __typeof__ (gdk_pixbuf_##name) *name;

/* Nothing but pointers to functions. */
typedef struct
{
  THIMBLE_PIXBUF_FUNCTIONS (THIMBLE_PIXBUF_MEMBER)
} ThimblePixbufLibrary;

#undef THIMBLE_PIXBUF_MEMBER

extern ThimblePixbufLibrary thimble_pixbuf;

gboolean thimble_pixbuf_library_load (GError **error);
gboolean thimble_pixbuf_library_load_fonts (GError **error);

G_END_DECLS
