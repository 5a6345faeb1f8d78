/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "jpeg-maker.h"

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

/* Waves of three lengths, and noise that is the same in every run. */
static void
paint_row (guint8 *row, int width, int y, guint32 *seed)
{
  for (int x = 0; x < 3 * width; x++)
    {
      int wave = (x * 5 + y * 3) % 511 - 255;
      int noise;

      *seed = *seed * 1664525 + 1013904223;
      noise = (int) (*seed >> 26) - 32;
      row[x] = (guint8) CLAMP (ABS (wave) + noise + (x % 3 == 1 ? y % 16 * 4 : 0), 0, 255);
    }
}

static void
set_up (struct jpeg_compress_struct *cinfo, const JpegMaking *making)
{
  cinfo->image_width = (JDIMENSION) making->width;
  cinfo->image_height = (JDIMENSION) making->height;
  cinfo->input_components = making->is_gray ? 1 : 3;
  cinfo->in_color_space = making->is_gray ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults (cinfo);
  jpeg_set_quality (cinfo, making->quality, TRUE);
  cinfo->comp_info[0].h_samp_factor = making->h;
  cinfo->comp_info[0].v_samp_factor = making->v;
  cinfo->restart_interval = (unsigned int) making->restart_interval;
  cinfo->optimize_coding = making->is_optimised;
  if (making->is_progressive)
    jpeg_simple_progression (cinfo);
}

GByteArray *
jpeg_maker_make (const JpegMaking *making)
{
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long n_bytes = 0;
  GByteArray *file = g_byte_array_new ();
  g_autofree guint8 *row = g_malloc ((gsize) making->width * 3);
  guint32 seed = 1;

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &bytes, &n_bytes);
  set_up (&cinfo, making);
  jpeg_start_compress (&cinfo, TRUE);
  for (int y = 0; y < making->height; y++)
    {
      JSAMPROW rows[1] = { row };

      paint_row (row, making->width, y, &seed);
      jpeg_write_scanlines (&cinfo, rows, 1);
    }
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  g_byte_array_append (file, bytes, (guint) n_bytes);
  free (bytes);
  return file;
}
