/* SPDX-License-Identifier: GPL-3.0-or-later */

/* make-seeds FOLDER: writes the files that the fuzz targets start from, in a folder for each: small
 * pictures of every kind that is read, made here, with and without metadata. */

#include "codec-test.h"
#include "make-seeds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>

static const char *top;

void
make_seeds_write (const char *target, const char *name, const void *bytes, gsize n_bytes)
{
  g_autofree char *folder = g_build_filename (top, target, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0755) < 0)
    g_error ("%s: %s", folder, g_strerror (errno));
  if (!g_file_set_contents_full (path, bytes, (gssize) n_bytes, G_FILE_SET_CONTENTS_NONE, 0644,
                                 &error))
    g_error ("%s", error->message);
}

/* For the target of its codec, and for the whole operation. */
static void
write_picture (const char *target, const char *name, const void *bytes, gsize n_bytes)
{
  make_seeds_write (target, name, bytes, n_bytes);
  make_seeds_write ("thumbnail", name, bytes, n_bytes);
}

/* Little-endian TIFF: orientation 6, width, an ASCII tag outside its entry, and the end. */
static const guint8 exif[] = {
  'I', 'I', 42, 0, 8, 0, 0, 0, 3, 0,
  0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0,
  0x00, 1, 4, 0, 1, 0, 0, 0, 40, 0, 0, 0,
  0x31, 1, 2, 0, 8, 0, 0, 0, 50, 0, 0, 0,
  0, 0, 0, 0, 'T', 'h', 'i', 'm', 'b', 'l', 'e', 0,
};

static const char xmp[]
  = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description tiff:Orientation=\"6\"/>"
    "<tiff:Orientation>8</tiff:Orientation></x:xmpmeta>";

static GBytes *
make_profile (gboolean is_gray)
{
  static const cmsCIExyY d50 = { 0.3457, 0.3585, 1 };
  static const cmsCIExyYTRIPLE primaries
    = { { 0.64, 0.33, 1 }, { 0.21, 0.71, 1 }, { 0.15, 0.06, 1 } };
  cmsToneCurve *curve = cmsBuildGamma (NULL, 2.2);
  cmsToneCurve *curves[] = { curve, curve, curve };
  cmsHPROFILE profile
    = is_gray ? cmsCreateGrayProfile (&d50, curve) : cmsCreateRGBProfile (&d50, &primaries, curves);
  cmsUInt32Number n_bytes = 0;
  guint8 *bytes;

  cmsSaveProfileToMem (profile, NULL, &n_bytes);
  bytes = g_malloc (n_bytes);
  cmsSaveProfileToMem (profile, bytes, &n_bytes);
  cmsCloseProfile (profile);
  cmsFreeToneCurve (curve);
  return g_bytes_new_take (bytes, n_bytes);
}

/* What our own encoders write, in every layout they take, bare and with all metadata. */
static void
write_encoded (const ThimbleCodec *codec, GBytes *icc)
{
  g_autoptr (GBytes) exif_bytes = g_bytes_new_static (exif, sizeof exif);
  g_autoptr (GBytes) xmp_bytes = g_bytes_new_static (xmp, strlen (xmp));

  for (guint layout = THIMBLE_LAYOUT_GRAY; layout <= THIMBLE_LAYOUT_YCC; layout++)
    for (guint with = 0; with < 2; with++)
      {
        g_autoptr (ThimbleRaster) raster = codec_test_gradient (layout, 33, 18);
        g_autoptr (GByteArray) out = g_byte_array_new ();
        g_autofree char *name = g_strdup_printf ("%s-%u-%u", codec->name, layout, with);
        ThimbleEncodeOptions options = { .quality = 80 };

        if (codec == &thimble_jpeg_codec && thimble_layout_has_alpha (layout))
          continue;
        if (with)
          options = (ThimbleEncodeOptions) { 80, icc, exif_bytes, xmp_bytes };
        if (codec->encode (raster, &options, out, NULL))
          write_picture (codec->name, name, out->data, out->len);
      }
}

/* What libjpeg writes and our encoder does not: progressive, subsampled, with restarts, in inks. */
static void
write_jpeg (const char *name, J_COLOR_SPACE space, int sampling, gboolean is_progressive)
{
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long n_bytes = 0;
  guint8 row[40 * 4];
  JSAMPROW rows[1] = { row };

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &bytes, &n_bytes);
  cinfo.image_width = 40;
  cinfo.image_height = 23;
  cinfo.input_components = space == JCS_CMYK ? 4 : 3;
  cinfo.in_color_space = space;
  jpeg_set_defaults (&cinfo);
  cinfo.comp_info[0].h_samp_factor = sampling;
  cinfo.comp_info[0].v_samp_factor = sampling;
  cinfo.restart_interval = (unsigned int) sampling;
  if (is_progressive)
    jpeg_simple_progression (&cinfo);
  jpeg_start_compress (&cinfo, TRUE);
  for (guint y = 0; y < 23; y++)
    {
      for (guint i = 0; i < sizeof row; i++)
        row[i] = (guint8) (i * 7 + y * 11 * (i % 3));
      jpeg_write_scanlines (&cinfo, rows, 1);
    }
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  write_picture ("jpeg", name, bytes, n_bytes);
  free (bytes);
}

static void
append_cb (png_structp png, png_bytep bytes, size_t n_bytes)
{
  g_byte_array_append (png_get_io_ptr (png), bytes, (guint) n_bytes);
}

static void
flush_cb (png_structp png)
{
}

/* What our own encoder does not write: palettes with tRNS, 16 and 1 bits, interlacing. */
static void
write_png (const char *name, int type, int depth, int interlace)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  png_color palette[4] = { { 255, 0, 0 }, { 0, 255, 0 }, { 0, 0, 255 }, { 9, 9, 9 } };
  png_byte alpha[2] = { 0, 128 };
  guint8 bytes[13 * 8];
  guint8 *rows[11];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = type == PNG_COLOR_TYPE_PALETTE ? i % 4 : (guint8) (i * 37);
  for (guint y = 0; y < G_N_ELEMENTS (rows); y++)
    rows[y] = bytes;
  png_set_write_fn (png, out, append_cb, flush_cb);
  png_set_IHDR (png, info, 13, G_N_ELEMENTS (rows), depth, type, interlace,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (type == PNG_COLOR_TYPE_PALETTE)
    {
      png_set_PLTE (png, info, palette, 4);
      png_set_tRNS (png, info, alpha, 2, NULL);
    }
  png_set_rows (png, info, rows);
  png_write_png (png, info, PNG_TRANSFORM_IDENTITY, NULL);
  png_destroy_write_struct (&png, &info);
  write_picture ("png", name, out->data, out->len);
}

/* Two frames of 2×2 in four colours, the first with a transparent one. */
static const guint8 gif[] = {
  'G', 'I', 'F', '8', '9', 'a', 2, 0, 2, 0, 0x91, 0, 0,
  255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9,
  0x21, 0xf9, 4, 1, 1, 0, 3, 0,
  0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 3, 0x44, 0x34, 0x05, 0,
  0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 3, 0x44, 0x34, 0x05, 0, 0x3b,
};

/* 2×2 in 24 bits. */
static const guint8 bmp[] = {
  'B', 'M', 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0,
  1, 0, 24, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0,
};

/* 2×2 grey, one strip. */
static const guint8 tiff[] = {
  'I', 'I', 42, 0, 12, 0, 0, 0, 1, 99, 200, 255, 8, 0,
  0x00, 1, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x01, 1, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0,
  0x02, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0x03, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0,
  0x06, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0x11, 1, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0,
  0x16, 1, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x17, 1, 4, 0, 1, 0, 0, 0, 4, 0, 0, 0,
  0, 0, 0, 0,
};

static const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='7'>"
                          "<circle cx='4' cy='3' r='3' fill='red'/></svg>";

static void
write_others (void)
{
  make_seeds_write ("gif", "gif", gif, sizeof gif);
  write_picture ("pixbuf", "gif", gif, sizeof gif);
  write_picture ("pixbuf", "bmp", bmp, sizeof bmp);
  write_picture ("pixbuf", "tiff", tiff, sizeof tiff);
  write_picture ("pixbuf", "svg", svg, strlen (svg));
}

int
main (int argc, char **argv)
{
  g_autoptr (GBytes) icc = make_profile (FALSE);
  g_autoptr (GBytes) gray_icc = make_profile (TRUE);

  if (argc != 2)
    {
      g_printerr ("make-seeds FOLDER\n");
      return 2;
    }
  top = argv[1];
  write_encoded (&thimble_jpeg_codec, icc);
  write_encoded (&thimble_png_codec, icc);
  write_encoded (&thimble_webp_codec, icc);
  write_jpeg ("jpeg-progressive", JCS_RGB, 2, TRUE);
  write_jpeg ("jpeg-subsampled", JCS_RGB, 2, FALSE);
  write_jpeg ("jpeg-inks", JCS_CMYK, 1, FALSE);
  write_png ("png-palette", PNG_COLOR_TYPE_PALETTE, 8, PNG_INTERLACE_NONE);
  write_png ("png-palette-interlaced", PNG_COLOR_TYPE_PALETTE, 2, PNG_INTERLACE_ADAM7);
  write_png ("png-deep-interlaced", PNG_COLOR_TYPE_RGB_ALPHA, 16, PNG_INTERLACE_ADAM7);
  write_png ("png-bits", PNG_COLOR_TYPE_GRAY, 1, PNG_INTERLACE_NONE);
  write_others ();
  make_seeds_write ("exif", "exif", exif, sizeof exif);
  make_seeds_write ("xmp", "xmp", xmp, strlen (xmp));
  make_seeds_write ("colour", "rgb", g_bytes_get_data (icc, NULL), g_bytes_get_size (icc));
  make_seeds_write ("colour", "gray", g_bytes_get_data (gray_icc, NULL), g_bytes_get_size (gray_icc));
  make_wire_seeds ();
  return 0;
}
