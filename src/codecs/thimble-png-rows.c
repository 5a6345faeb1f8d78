/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a PNG's header says of its rows, and rows as stored made rows of eight-bit pixels: palettes
 * become RGB, tRNS becomes alpha, few bits become eight and sixteen as well, all as libpng does. */

#include "thimble-png-rows.h"

#include <string.h>

#define N_IHDR_END 33 /* signature, length, type, 13 bytes of content, CRC */

static guint32
get_uint32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

/* Table 12 of section 11.2.1. */
static gboolean
check_kind (int colour_type, int depth)
{
  switch (colour_type)
    {
    case 0:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2:
    case 4:
    case 6:
      return depth == 8 || depth == 16;
    default:
      return FALSE;
    }
}

/**
 * thimble_png_header_parse:
 * @bytes: (array length=n_bytes): a PNG
 * @header: (out caller-allocates): what its first chunk says
 *
 * Returns: whether there is such a chunk, and no number in it that the standard does not know; its
 *   CRC is not looked at
 */
gboolean
thimble_png_header_parse (const guint8 *bytes, gsize n_bytes, ThimblePngHeader *header)
{
  const guint8 *p = bytes + 16;

  if (n_bytes < N_IHDR_END || memcmp (bytes + 8, "\0\0\0\rIHDR", 8) != 0)
    return FALSE;
  *header = (ThimblePngHeader) {
    .width = get_uint32 (p),
    .height = get_uint32 (p + 4),
    .depth = p[8],
    .colour_type = p[9],
    .is_interlaced = p[12] == 1,
  };
  return header->width > 0 && header->width <= G_MAXINT32 && header->height > 0
         && header->height <= G_MAXINT32 && check_kind (header->colour_type, header->depth)
         && p[10] == 0 && p[11] == 0 && p[12] <= 1;
}

int
thimble_png_header_get_n_channels (const ThimblePngHeader *header)
{
  static const guint8 n_channels[] = { [0] = 1, [2] = 3, [3] = 1, [4] = 2, [6] = 4 };

  return n_channels[header->colour_type];
}

/* What a filter takes for a pixel: at least a byte (section 9.2). */
int
thimble_png_header_get_n_pixel_bytes (const ThimblePngHeader *header)
{
  return MAX (1, thimble_png_header_get_n_channels (header) * header->depth / 8);
}

/* Of a row of the whole picture as stored, without its filter's byte. */
gsize
thimble_png_header_get_n_row_bytes (const ThimblePngHeader *header)
{
  guint64 n_bits
    = (guint64) header->width * thimble_png_header_get_n_channels (header) * header->depth;

  return (gsize) ((n_bits + 7) / 8);
}

/* By how much the picture is scaled down while it is decoded: both ways the same, so that the
 * scale is known of the result. Interlaced pictures have no rows before they are whole. */
int
thimble_png_header_get_factor (const ThimblePngHeader *header, const ThimbleDecodeRequest *request)
{
  if (header->is_interlaced)
    return 1;
  return MIN (thimble_box_choose_factor (header->width, MAX (1, request->min_width)),
              thimble_box_choose_factor (header->height, MAX (1, request->min_height)));
}

/**
 * thimble_png_get_layout:
 *
 * Returns: what [func@png_convert_row] makes
 */
ThimbleLayout
thimble_png_get_layout (const ThimblePngHeader *header, const ThimblePngColours *colours)
{
  gboolean has_alpha = (header->colour_type & 4) != 0 || colours->has_transparency;

  if ((header->colour_type & 2) != 0)
    return has_alpha ? THIMBLE_LAYOUT_RGBA : THIMBLE_LAYOUT_RGB;
  return has_alpha ? THIMBLE_LAYOUT_GRAY_ALPHA : THIMBLE_LAYOUT_GRAY;
}

/**
 * thimble_png_is_plain:
 *
 * Returns: whether rows as stored are rows of pixels already
 */
gboolean
thimble_png_is_plain (const ThimblePngHeader *header, const ThimblePngColours *colours)
{
  return header->depth == 8 && header->colour_type != 3 && !colours->has_transparency;
}

/* A sample of fewer than eight bits. */
static inline guint
get_bits (const guint8 *stored, gsize i, int depth)
{
  gsize position = i * (gsize) depth;

  return stored[position / 8] >> (8 - depth - (int) (position % 8)) & ((1u << depth) - 1);
}

static inline guint
get_sample (const guint8 *stored, gsize i, int depth)
{
  if (depth == 8)
    return stored[i];
  if (depth == 16)
    return (guint) stored[2 * i] << 8 | stored[2 * i + 1];
  return get_bits (stored, i, depth);
}

/* Eight bits from any other number, rounded to nearest. */
static inline guint8
scale_sample (guint value, int depth)
{
  if (depth == 8)
    return (guint8) value;
  if (depth == 16)
    return (guint8) ((value * 255 + 32895) >> 16);
  return (guint8) (value * 255 / ((1u << depth) - 1));
}

static inline __attribute__ ((always_inline)) void
convert_palette (const ThimblePngHeader *header,
                 const ThimblePngColours *colours,
                 const guint8 *stored,
                 guint8 *pixels,
                 const int depth)
{
  for (gsize x = 0; x < header->width; x++)
    {
      const guint8 *colour = colours->palette[get_sample (stored, x, depth)];

      memcpy (pixels, colour, 3);
      pixels += 3;
      if (colours->has_transparency)
        *pixels++ = colour[3];
    }
}

static inline __attribute__ ((always_inline)) void
convert_samples (const ThimblePngHeader *header,
                 const ThimblePngColours *colours,
                 const guint8 *stored,
                 guint8 *pixels,
                 const int depth)
{
  int n_channels = thimble_png_header_get_n_channels (header);

  for (gsize x = 0; x < header->width; x++)
    {
      gboolean is_transparent = TRUE;

      for (int c = 0; c < n_channels; c++)
        {
          guint sample = get_sample (stored, x * (gsize) n_channels + (gsize) c, depth);

          is_transparent = is_transparent && sample == colours->transparent[c % 3];
          *pixels++ = scale_sample (sample, depth);
        }
      if (colours->has_transparency)
        *pixels++ = is_transparent ? 0 : 255;
    }
}

/**
 * thimble_png_convert_row:
 * @stored: a row without its filter
 * @pixels: (out caller-allocates): takes a row of the picture in its layout
 */
void
thimble_png_convert_row (const ThimblePngHeader *header,
                         const ThimblePngColours *colours,
                         const guint8 *stored,
                         guint8 *pixels)
{
  if (header->colour_type == 3)
    {
      if (header->depth == 8)
        convert_palette (header, colours, stored, pixels, 8);
      else
        convert_palette (header, colours, stored, pixels, header->depth);
    }
  else if (header->depth == 8)
    convert_samples (header, colours, stored, pixels, 8);
  else if (header->depth == 16)
    convert_samples (header, colours, stored, pixels, 16);
  else
    convert_samples (header, colours, stored, pixels, header->depth);
}
