/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a GdkPixbufLoader over bytes: until the size is known, or to the end for the pixels.
 *
 * Loaders that gdk-pixbuf ships for incremental reading say nothing when a file ends too early;
 * they report the rows they have filled, though, so a picture counts as whole when every row has
 * been reported. Loaders that do not call themselves safe in threads run one at a time. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-codec-private.h"
#include "thimble-pixbuf-library.h"
#include "thimble-pixbuf-private.h"

#include <string.h>

/* While only the size is wanted, so that little is decoded after it is known. */
#define N_HEADER_PIECE_BYTES 4096

typedef struct
{
  const ThimblePixbufLoader *loader;
  GdkPixbufLoader *pixbuf_loader; /* owned */
  gboolean is_locked;

  guint32 width;  /* as size-prepared said; then, for decoding, what is wanted */
  guint32 height;
  gboolean wants_size_only;
  gboolean has_size;
  gboolean has_wrong_size;

  guint8 *rows; /* owned; one for each row of the picture: whether it was reported */
} Run;

static GMutex lock; /* around loaders that are not safe in threads */

static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  Run *run = user_data;

  if (run->wants_size_only)
    {
      if (!run->has_size && width > 0 && height > 0)
        {
          run->width = (guint32) width;
          run->height = (guint32) height;
          run->has_size = TRUE;
        }
      /* 0 tells a loader to go no further; a scalable one has to be given something to draw. */
      thimble_pixbuf.loader_set_size (loader, run->loader->is_scalable, run->loader->is_scalable);
    }
  else if (run->loader->is_scalable)
    thimble_pixbuf.loader_set_size (loader, (int) run->width, (int) run->height);
  else if ((guint32) width != run->width || (guint32) height != run->height)
    {
      run->has_wrong_size = TRUE;
      thimble_pixbuf.loader_set_size (loader, 0, 0);
    }
}

static void
area_updated_cb (GdkPixbufLoader *loader, int x, int y, int width, int height, gpointer user_data)
{
  Run *run = user_data;

  if (y < 0 || height <= 0 || (guint32) y >= run->height)
    return;
  memset (run->rows + y, 1, MIN ((guint32) height, run->height - (guint32) y));
}

static gboolean
run_start (Run *run, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!run->loader->is_thread_safe)
    {
      g_mutex_lock (&lock);
      run->is_locked = TRUE;
    }
  run->pixbuf_loader = thimble_pixbuf.loader_new_with_type (run->loader->name, &local_error);
  if (run->pixbuf_loader == NULL)
    {
      g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED,
                   "can't be read: the loader for %s does not start (%s).", run->loader->name,
                   local_error->message);
      return FALSE;
    }
  g_signal_connect (run->pixbuf_loader, "size-prepared", G_CALLBACK (size_prepared_cb), run);
  if (run->rows != NULL)
    g_signal_connect (run->pixbuf_loader, "area-updated", G_CALLBACK (area_updated_cb), run);
  return TRUE;
}

static void
run_clear (Run *run)
{
  g_clear_object (&run->pixbuf_loader);
  g_free (run->rows);
  if (run->is_locked)
    g_mutex_unlock (&lock);
}

/* Hands over @n_bytes, in growing pieces while only the size is wanted.
 * Returns: whether to go on */
static gboolean
run_write (Run *run, const guint8 *bytes, gsize n_bytes, GError **error)
{
  gsize n_max = run->wants_size_only ? N_HEADER_PIECE_BYTES : n_bytes;

  while (n_bytes > 0)
    {
      gsize n_piece = MIN (n_bytes, n_max);

      if (!thimble_pixbuf.loader_write (run->pixbuf_loader, bytes, n_piece, error) || run->has_size)
        return FALSE;
      bytes += n_piece;
      n_bytes -= n_piece;
      n_max *= 2;
    }
  return TRUE;
}

/* Feeds all there is and closes, which the loader's life demands in any case. */
static gboolean
run_feed (Run *run, const ThimblePixbufFeed *feed, GError **error)
{
  gboolean ok = run_write (run, feed->head, feed->n_head, error)
                && run_write (run, feed->bytes, feed->n_bytes, error)
                && run_write (run, feed->tail, feed->n_tail, error);

  return thimble_pixbuf.loader_close (run->pixbuf_loader, ok ? error : NULL) && ok;
}

static void
set_loader_error (const ThimblePixbufLoader *loader, const GError *cause, GError **error)
{
  g_autofree char *why
    = g_strdup (cause != NULL ? cause->message : "there is no picture in it");

  g_strchomp (why);
  if (g_error_matches (cause, thimble_pixbuf.error_quark (), GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY))
    thimble_codec_set_no_memory (error);
  else if (g_error_matches (cause, thimble_pixbuf.error_quark (), GDK_PIXBUF_ERROR_UNKNOWN_TYPE)
           || g_error_matches (cause, thimble_pixbuf.error_quark (),
                               GDK_PIXBUF_ERROR_UNSUPPORTED_OPERATION))
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED,
                 "is a kind of %s that is not read here (gdk-pixbuf: %s).", loader->name, why);
  else
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                 "is broken or cut short (gdk-pixbuf: %s).", why);
}

/* Finds the size, of a scalable image the nominal one. */
gboolean
thimble_pixbuf_read_size (const ThimblePixbufLoader *loader,
                          const ThimblePixbufFeed *feed,
                          guint32 *width,
                          guint32 *height,
                          GError **error)
{
  Run run = { .loader = loader, .wants_size_only = TRUE };
  g_autoptr (GError) cause = NULL;
  gboolean ok;

  if (feed->width > 0 && feed->height > 0)
    {
      *width = feed->width;
      *height = feed->height;
      return TRUE;
    }

  ok = run_start (&run, error);
  if (ok)
    {
      run_feed (&run, feed, &cause);
      ok = run.has_size;
      if (!ok)
        set_loader_error (loader, cause, error);
    }
  run_clear (&run);
  *width = run.width;
  *height = run.height;
  return ok;
}

static gboolean
is_opaque (const GdkPixbuf *pixbuf)
{
  const guint8 *pixels = thimble_pixbuf.read_pixels (pixbuf);
  gsize stride = (gsize) thimble_pixbuf.get_rowstride (pixbuf);
  int width = thimble_pixbuf.get_width (pixbuf);
  int height = thimble_pixbuf.get_height (pixbuf);

  for (int y = 0; y < height; y++)
    {
      const guint8 *row = pixels + (gsize) y * stride;
      guint8 all = 0xff;

      for (int x = 0; x < width; x++)
        all &= row[4 * x + 3];
      if (all != 0xff)
        return FALSE;
    }
  return TRUE;
}

static ThimbleLayout
choose_layout (gboolean is_gray, gboolean has_alpha)
{
  if (is_gray)
    return has_alpha ? THIMBLE_LAYOUT_GRAY_ALPHA : THIMBLE_LAYOUT_GRAY;
  return has_alpha ? THIMBLE_LAYOUT_RGBA : THIMBLE_LAYOUT_RGB;
}

static void
unpremultiply_row (guint8 *row, int width, int n_channels)
{
  for (int x = 0; x < width; x++, row += n_channels)
    {
      guint alpha = row[n_channels - 1];

      if (alpha != 0 && alpha != 255)
        for (int c = 0; c < n_channels - 1; c++)
          row[c] = (guint8) MIN (255, (row[c] * 255 + alpha / 2) / alpha);
    }
}

/* Alpha that hides nothing is left out, and grey is one channel again, so that its profile fits. */
static ThimbleRaster *
raster_from_pixbuf (const GdkPixbuf *pixbuf, const ThimblePixbufFeed *feed, GError **error)
{
  int n_pixbuf_channels = thimble_pixbuf.get_n_channels (pixbuf);
  gboolean has_alpha = thimble_pixbuf.get_has_alpha (pixbuf) && !is_opaque (pixbuf);
  const guint8 *pixels = thimble_pixbuf.read_pixels (pixbuf);
  gsize stride = (gsize) thimble_pixbuf.get_rowstride (pixbuf);
  ThimbleLayout layout = choose_layout (feed->is_gray, has_alpha);
  int n_channels = thimble_layout_get_n_channels (layout);
  int n_colours = n_channels - (has_alpha ? 1 : 0);
  ThimbleRaster *raster = thimble_raster_new (layout, thimble_pixbuf.get_width (pixbuf),
                                              thimble_pixbuf.get_height (pixbuf));

  if (raster == NULL)
    {
      thimble_codec_set_no_memory (error);
      return NULL;
    }
  for (int y = 0; y < raster->height; y++)
    {
      const guint8 *from = pixels + (gsize) y * stride;
      guint8 *to = thimble_raster_row (raster, y);

      if (n_channels == n_pixbuf_channels)
        memcpy (to, from, (gsize) raster->width * (gsize) n_channels);
      else
        for (int x = 0; x < raster->width; x++, from += n_pixbuf_channels, to += n_channels)
          {
            memcpy (to, from, (gsize) n_colours);
            if (has_alpha)
              to[n_colours] = from[3];
          }
      if (has_alpha && feed->is_premultiplied)
        unpremultiply_row (thimble_raster_row (raster, y), raster->width, n_channels);
    }
  return raster;
}

/* Incremental loaders report every row (GIF's as if the frame were at the top); others may report
 * none. */
static gboolean
has_all_rows (const Run *run, const ThimblePixbufFeed *feed)
{
  static const char *const incremental[] = { "bmp", "gif", "ico", "ani", "pnm", "tga", NULL };
  guint32 n_rows = 0;

  for (guint32 y = 0; y < run->height; y++)
    n_rows += run->rows[y];
  return n_rows >= (feed->n_rows != 0 ? feed->n_rows : run->height)
         || (n_rows == 0 && !g_strv_contains (incremental, run->loader->name));
}

static ThimbleRaster *
take_picture (Run *run, const ThimblePixbufFeed *feed, GError **error)
{
  const GdkPixbuf *pixbuf = thimble_pixbuf.loader_get_pixbuf (run->pixbuf_loader);

  if (pixbuf == NULL)
    {
      set_loader_error (run->loader, NULL, error);
      return NULL;
    }
  if (run->has_wrong_size || (guint32) thimble_pixbuf.get_width (pixbuf) != run->width
      || (guint32) thimble_pixbuf.get_height (pixbuf) != run->height)
    {
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is broken: its picture has another size than its header says.");
      return NULL;
    }
  if ((!run->loader->is_scalable && !has_all_rows (run, feed))
      || (strcmp (run->loader->name, "gif") == 0 && !thimble_gif_has_all_pixels (feed)))
    {
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is cut short: it ends before its last pixel.");
      return NULL;
    }
  return raster_from_pixbuf (pixbuf, feed, error);
}

/* Decodes the picture, which must have the given size; a scalable one is drawn at that size. */
ThimbleRaster *
thimble_pixbuf_decode (const ThimblePixbufLoader *loader,
                       const ThimblePixbufFeed *feed,
                       guint32 width,
                       guint32 height,
                       GError **error)
{
  Run run = { .loader = loader, .width = width, .height = height, .rows = g_malloc0 (height) };
  g_autoptr (GError) cause = NULL;
  ThimbleRaster *raster = NULL;

  if (run_start (&run, error))
    {
      if (run_feed (&run, feed, &cause))
        raster = take_picture (&run, feed, error);
      else
        set_loader_error (loader, cause, error);
    }
  run_clear (&run);
  return raster;
}
