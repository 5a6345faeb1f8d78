/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEG files that are worse than they look. */

#include "bombs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#define SIDE 64
#define N_SCANS 5000
#define N_ICC_BYTES (255 * 65519) /* what fits the 255 numbered pieces of a profile */
#define N_EXIF_BYTES 65000

/* A grey picture, with a profile of zeros and a block of EXIF if they have bytes. */
static GByteArray *
make_jpeg (gboolean is_progressive, guint n_icc_bytes, const guint8 *exif, guint n_exif_bytes)
{
  GByteArray *file = g_byte_array_new ();
  g_autofree guint8 *zeros = g_malloc0 (MAX (n_icc_bytes, SIDE));
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long n_bytes = 0;
  JSAMPROW rows[1] = { zeros };

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &bytes, &n_bytes);
  cinfo.image_width = SIDE;
  cinfo.image_height = SIDE;
  cinfo.input_components = 1;
  cinfo.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults (&cinfo);
  if (is_progressive)
    jpeg_simple_progression (&cinfo);
  jpeg_start_compress (&cinfo, TRUE);
  if (n_exif_bytes > 0)
    jpeg_write_marker (&cinfo, JPEG_APP0 + 1, exif, n_exif_bytes);
  if (n_icc_bytes > 0)
    jpeg_write_icc_profile (&cinfo, zeros, n_icc_bytes);
  for (guint y = 0; y < SIDE; y++)
    jpeg_write_scanlines (&cinfo, rows, 1);
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  g_byte_array_append (file, bytes, (guint) n_bytes);
  free (bytes);
  return file;
}

/* Returns: where the last marker of a kind begins */
static guint
find_marker (const GByteArray *file, guint8 marker)
{
  guint found = 0;

  for (guint i = 0; i + 1 < file->len; i++)
    if (file->data[i] == 0xff && file->data[i + 1] == marker)
      found = i;
  g_assert_cmpuint (found, >, 0);
  return found;
}

/* 65500×65500 pixels, says its frame header (ITU-T T.81, B.2.2: height and width are at 5). */
GByteArray *
bombs_make_jpeg_huge (void)
{
  GByteArray *file = make_jpeg (FALSE, 0, NULL, 0);
  guint frame = find_marker (file, 0xc0);

  for (guint i = 0; i < 4; i += 2)
    {
      file->data[frame + 5 + i] = 65500 >> 8;
      file->data[frame + 6 + i] = 65500 & 0xff;
    }
  return file;
}

/* The last scan again and again, each of which goes over the whole picture. */
GByteArray *
bombs_make_jpeg_scans (void)
{
  GByteArray *file = make_jpeg (TRUE, 0, NULL, 0);
  guint scan = find_marker (file, 0xda);
  guint n_scan = file->len - 2 - scan;
  g_autofree guint8 *copy = g_memdup2 (file->data + scan, n_scan);

  g_byte_array_set_size (file, file->len - 2);
  for (guint i = 0; i < N_SCANS; i++)
    g_byte_array_append (file, copy, n_scan);
  g_byte_array_append (file, (const guint8 *) "\xff\xd9", 2);
  return file;
}

GByteArray *
bombs_make_jpeg_icc (void)
{
  return make_jpeg (FALSE, N_ICC_BYTES, NULL, 0);
}

/* A directory of thousands of entries, which say that they have 4 GB each, and which is its own
 * next directory (EXIF 2.3, section 4.6.2). */
GByteArray *
bombs_make_jpeg_exif (void)
{
  g_autofree guint8 *exif = g_malloc (N_EXIF_BYTES);

  memset (exif, 0xff, N_EXIF_BYTES);
  memcpy (exif, "Exif\0\0II*\0\x08\0\0\0\xff\xff", 16);
  for (guint i = 16; i + 12 <= N_EXIF_BYTES; i += 12)
    memcpy (exif + i, "\x12\x01\x03\0\xff\xff\xff\xff\x08\0\0\0", 12);
  return make_jpeg (FALSE, 0, exif, N_EXIF_BYTES);
}
