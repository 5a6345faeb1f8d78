/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decodes the files named on its command line, at most 100 megapixels each, and prints a line for
 * each: what it is, or what is wrong with it. For trying the codecs on collections of odd and
 * hostile files, best in a build with sanitizers:
 *
 * decode-files [--box N] [--encode jpeg|png|webp] [--repeat N] FILE…
 *
 * It fails only by crashing. */

#include "thimble-codec.h"
#include "thimble-exif.h"
#include "thimble-pixbuf-codec.h"

#define MAX_PIXELS (100 * 1000 * 1000)

static int box_px;
static int n_repeats = 1;
static char *encode_as;
static char **paths;

static const GOptionEntry options[] = {
  { "box", 0, 0, G_OPTION_ARG_INT, &box_px, "Ask for a picture that covers N×N pixels", "N" },
  { "encode", 0, 0, G_OPTION_ARG_STRING, &encode_as, "Encode it again", "FORMAT" },
  { "repeat", 0, 0, G_OPTION_ARG_INT, &n_repeats, "Do all of it N times", "N" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, "FILE…" },
  { NULL },
};

/* Returns: how many bytes the picture has when encoded */
static guint
encode (const ThimbleRaster *raster, const ThimbleImageInfo *info, GError **error)
{
  const ThimbleCodec *codec = thimble_codec_for_format (thimble_format_from_name (encode_as));
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) exif = NULL;
  ThimbleEncodeOptions encode_options = { .quality = 80 };

  if (codec == NULL || raster->layout == THIMBLE_LAYOUT_CMYK
      || (codec == &thimble_jpeg_codec && thimble_layout_has_alpha (raster->layout)))
    return 0;
  if (info->exif != NULL)
    exif = thimble_exif_rewrite (info->exif, (guint32) raster->width, (guint32) raster->height);
  encode_options.exif = exif;
  encode_options.icc = info->icc;
  encode_options.xmp = info->xmp;
  return codec->encode (raster, &encode_options, out, error) ? out->len : 0;
}

static gboolean
decode_bytes (const guint8 *bytes, gsize n_bytes, GString *line, GError **error)
{
  const ThimbleCodec *codec = thimble_codec_for_bytes (bytes, n_bytes);
  g_auto (ThimbleImageInfo) info = { 0 };
  g_autoptr (ThimbleRaster) raster = NULL;
  ThimbleDecodeRequest request;
  guint64 n_decode_bytes;

  if (codec == NULL)
    {
      thimble_codec_set_unsupported (bytes, n_bytes, error);
      return FALSE;
    }
  if (!codec->read_header (bytes, n_bytes, &info, error))
    return FALSE;

  request.min_width = box_px > 0 ? MIN ((guint32) box_px, info.width) : info.width;
  request.min_height = box_px > 0 ? MIN ((guint32) box_px, info.height) : info.height;
  request.allow_ycc = info.icc == NULL;
  if ((guint64) info.width * info.height > MAX_PIXELS)
    {
      g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                   "is %u×%u pixels.", info.width, info.height);
      return FALSE;
    }
  n_decode_bytes = codec->estimate (bytes, n_bytes, &info, &request).n_bytes;
  raster = codec->decode (bytes, n_bytes, &info, &request, error);
  if (raster == NULL)
    return FALSE;

  g_string_printf (line, "%s %ux%u orientation %d -> %dx%d layout %d, at most %" G_GUINT64_FORMAT
                         " bytes",
                   info.format_name, info.width, info.height, info.orientation, raster->width,
                   raster->height, raster->layout, n_decode_bytes);
  if (encode_as != NULL)
    g_string_append_printf (line, ", encoded %u bytes", encode (raster, &info, error));
  return *error == NULL;
}

static void
decode_file (const char *path)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize n_bytes;

  if (!g_file_get_contents (path, &text, &n_bytes, &error))
    {
      g_print ("%s\n", error->message);
      return;
    }
  /* A block of exactly this length, so that a sanitizer sees each byte read past it. */
  bytes = g_memdup2 (text, n_bytes);
  if (decode_bytes (bytes, n_bytes, line, &error))
    g_print ("%s: %s\n", path, line->str);
  else
    g_print ("%s %s\n", path, error->message);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || paths == NULL)
    {
      g_printerr ("decode-files: %s\n", error != NULL ? error->message : "name a file");
      return 2;
    }

  thimble_codec_register_fallback (&thimble_pixbuf_codec);
  for (int i = 0; i < n_repeats; i++)
    for (char **path = paths; *path != NULL; path++)
      decode_file (*path);
  return 0;
}
