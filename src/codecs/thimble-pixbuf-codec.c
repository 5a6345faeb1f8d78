/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything that gdk-pixbuf has a loader for and that has no codec of its own: GIF, TIFF, BMP,
 * ICO, SVG, AVIF and HEIF where installed. The header, and the codec's table of functions.
 *
 * TIFF's header is read here without its loader, which would read all of the file first. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-pixbuf-codec.h"

#include "thimble-codec-private.h"
#include "thimble-exif.h"
#include "thimble-pixbuf-library.h"
#include "thimble-pixbuf-private.h"

#include <string.h>

/* A pixbuf, what a loader composes it from or draws it on, and the raster. */
#define N_BYTES_PER_PIXEL 12
#define N_FIXED_BYTES (4 * 1024 * 1024)

static gboolean
can_read (const guint8 *bytes, gsize n_bytes)
{
  return thimble_pixbuf_loader_for_bytes (bytes, n_bytes) != NULL;
}

/* libtiff, as gdk-pixbuf calls it, mirrors but does not transpose: what is left to do of each of
 * the eight orientations. */
static int
get_tiff_orientation (const guint8 *bytes, gsize n_bytes)
{
  static const int remaining[] = { 1, 1, 1, 1, 1, 5, 7, 5, 7 };

  return remaining[thimble_exif_get_orientation (bytes, n_bytes)];
}

static GBytes *
copy_tiff_data (const guint8 *bytes, gsize n_bytes, guint16 tag)
{
  gsize n_data;
  const guint8 *data = thimble_exif_get_data (bytes, n_bytes, tag, &n_data);

  return data != NULL ? g_bytes_new (data, n_data) : NULL;
}

/* The loader gives RGB whatever the file has, but for grey, so a profile of inks no longer fits
 * (ICC.1:2010, section 7.2.6: the colour space is at byte 16). */
static gboolean
profile_fits (GBytes *icc, gboolean is_gray)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (icc, &n_bytes);

  return n_bytes >= 20 && memcmp (bytes + 16, is_gray ? "GRAY" : "RGB ", 4) == 0;
}

static gboolean
read_tiff_header (const ThimblePixbufFeed *feed, ThimbleImageInfo *info, GError **error)
{
  const guint8 *bytes = feed->bytes;
  gsize n_bytes = feed->n_bytes;
  gsize n_extra;
  guint32 extra;

  if (!thimble_exif_get_uint (bytes, n_bytes, THIMBLE_TIFF_TAG_IMAGE_WIDTH, &info->width)
      || !thimble_exif_get_uint (bytes, n_bytes, THIMBLE_TIFF_TAG_IMAGE_LENGTH, &info->height))
    {
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is a broken TIFF: it does not say how large it is.");
      return FALSE;
    }

  info->orientation = get_tiff_orientation (bytes, n_bytes);
  info->has_alpha
    = thimble_exif_get_uint (bytes, n_bytes, THIMBLE_TIFF_TAG_EXTRA_SAMPLES, &extra)
      || thimble_exif_get_data (bytes, n_bytes, THIMBLE_TIFF_TAG_EXTRA_SAMPLES, &n_extra) != NULL;
  info->xmp = copy_tiff_data (bytes, n_bytes, THIMBLE_TIFF_TAG_XMP);
  info->icc = copy_tiff_data (bytes, n_bytes, THIMBLE_TIFF_TAG_ICC);
  if (info->icc != NULL && !profile_fits (info->icc, feed->is_gray))
    g_clear_pointer (&info->icc, g_bytes_unref);
  return TRUE;
}

static gboolean
read_png_header (const ThimblePixbufFeed *feed, ThimbleImageInfo *info, GError **error)
{
  return thimble_png_codec.read_header (feed->bytes, feed->n_bytes, info, error);
}

/* A drawing may call itself as large as it likes; only its proportions count. */
static void
limit_nominal_size (ThimbleImageInfo *info)
{
  guint32 longer = MAX (info->width, info->height);

  if (longer <= THIMBLE_CODEC_MAX_SIDE)
    return;
  info->width = MAX (1, (guint64) info->width * THIMBLE_CODEC_MAX_SIDE / longer);
  info->height = MAX (1, (guint64) info->height * THIMBLE_CODEC_MAX_SIDE / longer);
}

/* One loader of the same name serves AVIF and HEIF; the brand tells them apart. */
static void
set_format_name (ThimbleImageInfo *info, const ThimblePixbufLoader *loader, const guint8 *bytes)
{
  const char *name = loader->name;

  if (strcmp (name, "heif/avif") == 0)
    name = memcmp (bytes + 8, "avi", 3) == 0 ? "avif" : "heif";
  g_strlcpy (info->format_name, name, sizeof info->format_name);
}

static gboolean
read_header (const guint8 *bytes, gsize n_bytes, ThimbleImageInfo *info, GError **error)
{
  const ThimblePixbufLoader *loader = thimble_pixbuf_loader_for_bytes (bytes, n_bytes);
  ThimblePixbufFeed feed;
  gboolean ok;

  if (loader == NULL)
    {
      thimble_codec_set_unsupported (bytes, n_bytes, error);
      return FALSE;
    }
  if (!thimble_pixbuf_feed_open (&feed, loader, bytes, n_bytes, error))
    return FALSE;

  info->orientation = 1;
  info->has_alpha = feed.has_alpha;
  if (feed.is_png)
    ok = read_png_header (&feed, info, error);
  else if (strcmp (loader->name, "tiff") == 0)
    ok = read_tiff_header (&feed, info, error);
  else
    ok = thimble_pixbuf_read_size (loader, &feed, &info->width, &info->height, error);
  if (!ok)
    return FALSE;

  info->format = THIMBLE_FORMAT_OTHER;
  info->is_scalable = loader->is_scalable;
  info->n_frames = feed.n_frames;
  set_format_name (info, loader, bytes);
  if (info->is_scalable)
    limit_nominal_size (info);
  return thimble_codec_check_sides (info->width, info->height, error);
}

static ThimbleDecodeCost
estimate (const guint8 *bytes,
          gsize n_bytes,
          const ThimbleImageInfo *info,
          const ThimbleDecodeRequest *request)
{
  guint64 width = info->is_scalable ? request->min_width : info->width;
  guint64 height = info->is_scalable ? request->min_height : info->height;

  return (ThimbleDecodeCost) {
    .n_bytes = width * height * N_BYTES_PER_PIXEL + 2 * (guint64) n_bytes + N_FIXED_BYTES,
  };
}

static ThimbleRaster *
decode (const guint8 *bytes,
        gsize n_bytes,
        const ThimbleImageInfo *info,
        const ThimbleDecodeRequest *request,
        GError **error)
{
  const ThimblePixbufLoader *loader = thimble_pixbuf_loader_for_bytes (bytes, n_bytes);
  ThimblePixbufFeed feed;

  if (loader == NULL)
    {
      thimble_codec_set_unsupported (bytes, n_bytes, error);
      return NULL;
    }
  if (!thimble_pixbuf_feed_open (&feed, loader, bytes, n_bytes, error))
    return NULL;

  if (feed.is_png)
    return thimble_png_codec.decode (feed.bytes, feed.n_bytes, info, request, error);
  if (info->is_scalable)
    return thimble_pixbuf_decode (loader, &feed, request->min_width, request->min_height, error);
  return thimble_pixbuf_decode (loader, &feed, info->width, info->height, error);
}

const ThimbleCodec thimble_pixbuf_codec = {
  .name = "gdk-pixbuf",
  .format = THIMBLE_FORMAT_OTHER,
  .can_read = can_read,
  .read_header = read_header,
  .estimate = estimate,
  .decode = decode,
};

static gpointer
open_all (gpointer data)
{
  GPtrArray *loaders = thimble_pixbuf_loader_list ();
  GPtrArray *opened = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < loaders->len; i++)
    {
      const ThimblePixbufLoader *loader = g_ptr_array_index (loaders, i);
      g_autoptr (GError) failure = NULL;
      GdkPixbufLoader *pixbuf_loader = thimble_pixbuf.loader_new_with_type (loader->name, &failure);

      if (pixbuf_loader != NULL)
        g_ptr_array_add (opened, pixbuf_loader);
      else
        g_debug ("No gdk-pixbuf loader for %s: %s", loader->name, failure->message);
    }
  if (!thimble_pixbuf_library_load_fonts (&error))
    g_debug ("No list of fonts: %s", error->message);
  return opened;
}

/**
 * thimble_pixbuf_codec_load_all:
 *
 * Loads the modules of all loaders and the list of fonts now, which they are otherwise when first
 * used: for a worker that will look for no more files. One loader of each stays open as long as the process lives, because some
 * print a warning when they are closed without a picture. Any thread; a module that can't be loaded
 * is passed over.
 */
void
thimble_pixbuf_codec_load_all (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, open_all, NULL);
}

/**
 * thimble_pixbuf_codec_load_fonts:
 *
 * Draws some text, so that the usual fonts are loaded, after [func@pixbuf_codec_load_all]: for a
 * worker that will not be able to open them. Takes tens of milliseconds, and may leave threads of the text library behind. Any thread; without a loader for
 * SVG it does nothing.
 */
void
thimble_pixbuf_codec_load_fonts (void)
{
  static const char text[]
    = "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='64' font-size='9'>"
      "<text y='9' font-family='sans-serif'>a<tspan font-weight='bold'>a</tspan>"
      "<tspan font-style='italic'>a</tspan></text>"
      "<text y='19' font-family='serif'>a<tspan font-weight='bold'>a</tspan>"
      "<tspan font-style='italic'>a</tspan></text>"
      "<text y='29' font-family='monospace'>a<tspan font-weight='bold'>a</tspan></text></svg>";
  const guint8 *bytes = (const guint8 *) text;
  ThimbleDecodeRequest request = { .min_width = 64, .min_height = 64 };
  g_auto (ThimbleImageInfo) info = { 0 };
  g_autoptr (ThimbleRaster) raster = NULL;
  g_autoptr (GError) error = NULL;

  if (can_read (bytes, strlen (text)) && read_header (bytes, strlen (text), &info, &error))
    raster = decode (bytes, strlen (text), &info, &request, &error);
  if (error != NULL)
    g_debug ("No fonts were loaded: a drawing %s", error->message);
}

/**
 * thimble_pixbuf_codec_list_formats:
 *
 * Lists what this codec reads: a string for each format, its name, one space, its extensions with
 * commas between them and no dots: "tiff tiff,tif". JPEG, PNG and WebP are not among them. In the
 * order of the names. Any thread.
 *
 * Returns: (transfer full): the strings
 */
GStrv
thimble_pixbuf_codec_list_formats (void)
{
  GPtrArray *loaders = thimble_pixbuf_loader_list ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < loaders->len; i++)
    {
      const ThimblePixbufLoader *loader = g_ptr_array_index (loaders, i);
      g_autofree char *extensions = g_strjoinv (",", loader->extensions);
      g_autofree char *line = g_strconcat (loader->name, " ", extensions, NULL);

      g_strv_builder_add (builder, line);
    }
  return g_strv_builder_end (builder);
}
