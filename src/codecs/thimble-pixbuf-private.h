/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-codec.h"

G_BEGIN_DECLS

/* A loader of gdk-pixbuf's, by what it said of itself; lives for ever. */
typedef struct
{
  char *name;
  char **extensions;
  gboolean is_scalable;
  gboolean is_thread_safe;
} ThimblePixbufLoader;

/* What a loader is fed, found by looking at the container: a part of the file, with bytes of our
 * own in front and behind. Of a GIF it is the first frame only, of an ICO the largest picture. */
typedef struct
{
  guint8 head[32];
  gsize n_head;
  const guint8 *bytes;
  gsize n_bytes;
  guint8 tail[1];
  gsize n_tail;
  gsize image;         /* of a GIF: where in @bytes the first frame's descriptor is */

  guint32 width;       /* of the picture, where the container tells; else 0 */
  guint32 height;      /* likewise */
  gboolean is_png;     /* @bytes are a PNG, which our own codec reads */
  gboolean has_alpha;  /* whether there may be transparent pixels */
  gboolean is_premultiplied; /* whether the loader gives colour multiplied by alpha */
  gboolean is_gray;    /* whether the loader gives grey as RGB */
  guint n_frames;
  guint n_rows;        /* how many the loader must report to have filled; 0 for all */
} ThimblePixbufFeed;

const ThimblePixbufLoader *thimble_pixbuf_loader_for_bytes (const guint8 *bytes, gsize n_bytes);
GPtrArray *thimble_pixbuf_loader_list (void);

gboolean thimble_svg_matches (const guint8 *bytes, gsize n_bytes);

gboolean thimble_pixbuf_feed_open (ThimblePixbufFeed *self,
                                   const ThimblePixbufLoader *loader,
                                   const guint8 *bytes,
                                   gsize n_bytes,
                                   GError **error);
gboolean thimble_gif_open (ThimblePixbufFeed *feed,
                           const guint8 *bytes,
                           gsize n_bytes,
                           GError **error);

gboolean thimble_gif_has_all_pixels (const ThimblePixbufFeed *feed);
gboolean thimble_pixbuf_read_size (const ThimblePixbufLoader *loader,
                                   const ThimblePixbufFeed *feed,
                                   guint32 *width,
                                   guint32 *height,
                                   GError **error);
ThimbleRaster *thimble_pixbuf_decode (const ThimblePixbufLoader *loader,
                                      const ThimblePixbufFeed *feed,
                                      guint32 width,
                                      guint32 height,
                                      GError **error);

G_END_DECLS
