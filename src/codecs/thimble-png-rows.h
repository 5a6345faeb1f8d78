/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-box.h"
#include "thimble-codec.h"

G_BEGIN_DECLS

/**
 * ThimblePngHeader:
 * @width: pixels
 * @height: pixels
 * @depth: bits of a sample: 1, 2, 4, 8 or 16
 * @colour_type: as the standard has it: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
 * @is_interlaced: whether it comes in seven passes
 *
 * An IHDR chunk (PNG third edition, section 11.2.1) that makes sense.
 */
typedef struct
{
  guint32 width;
  guint32 height;
  int depth;
  int colour_type;
  gboolean is_interlaced;
} ThimblePngHeader;

gboolean thimble_png_header_parse (const guint8 *bytes, gsize n_bytes, ThimblePngHeader *header);
int thimble_png_header_get_n_channels (const ThimblePngHeader *header);
int thimble_png_header_get_n_pixel_bytes (const ThimblePngHeader *header);
gsize thimble_png_header_get_n_row_bytes (const ThimblePngHeader *header);
int thimble_png_header_get_factor (const ThimblePngHeader *header,
                                   const ThimbleDecodeRequest *request);

/**
 * ThimblePngColours:
 * @palette: (array): R, G, B, A of each number; what the file has none for is black
 * @has_transparency: whether there is a tRNS chunk
 * @transparent: where there is no palette, the samples of the one colour that is transparent, with
 *   as many bits as the picture's samples
 *
 * What PLTE and tRNS say (PNG third edition, sections 11.2.2 and 11.3.1.1).
 */
typedef struct
{
  guint8 palette[256][4];
  gboolean has_transparency;
  guint16 transparent[3];
} ThimblePngColours;

ThimbleLayout thimble_png_get_layout (const ThimblePngHeader *header,
                                      const ThimblePngColours *colours);
gboolean thimble_png_is_plain (const ThimblePngHeader *header, const ThimblePngColours *colours);
void thimble_png_convert_row (const ThimblePngHeader *header,
                              const ThimblePngColours *colours,
                              const guint8 *stored,
                              guint8 *pixels);

G_END_DECLS
