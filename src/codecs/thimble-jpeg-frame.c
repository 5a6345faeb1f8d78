/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a JPEG's segments say of how to decode it (ITU-T T.81, annex B): frame, tables, scan. For
 * the decoder for reduced sizes, which takes only what is common: anything else is refused here,
 * and libjpeg-turbo's matter. */

#include "thimble-jpeg-reduced.h"

#include <string.h>

/* How libjpeg finds out that three components are not Y, Cb and Cr. */
static gboolean
is_ycc_adobe (const ThimbleJpegWalker *walker)
{
  return walker->n_data < 12 || memcmp (walker->data, "Adobe", 5) != 0 || walker->data[11] == 1;
}

static gboolean
read_quantizers (ThimbleJpegFrame *self, const ThimbleJpegWalker *walker)
{
  const guint8 *data = walker->data;
  gsize n = walker->n_data;

  while (n > 0)
    {
      guint i = data[0] & 15;

      /* 16 bits, or no such table, or one that is for some scans only */
      if (data[0] > 3 || n < 65 || self->n_in_scan > 0)
        return FALSE;
      for (guint j = 0; j < 64; j++)
        self->quantizers[i][j] = data[1 + j];
      self->has_quantizer[i] = TRUE;
      data += 65;
      n -= 65;
    }
  return TRUE;
}

static gboolean
read_huffman_tables (ThimbleJpegFrame *self, const ThimbleJpegWalker *walker)
{
  const guint8 *data = walker->data;
  gsize n = walker->n_data;

  while (n > 0)
    {
      guint n_symbols = 0;
      guint i = data[0] & 15;

      if (n < 17 || data[0] >> 4 > 1 || i > 3)
        return FALSE;
      for (guint j = 1; j <= 16; j++)
        n_symbols += data[j];
      if (n_symbols > 256 || n < 17 + n_symbols)
        return FALSE;
      if (!thimble_jpeg_huffman_set (data[0] >> 4 != 0 ? &self->ac_tables[i] : &self->dc_tables[i],
                                     data + 1, data + 17, n_symbols))
        return FALSE;
      data += 17 + n_symbols;
      n -= 17 + n_symbols;
    }
  return TRUE;
}

/* Counts each component's blocks (ITU-T T.81, A.1.1 and A.2). */
static void
count_blocks (ThimbleJpegFrame *self)
{
  guint n_mcus_wide = (self->width + 8 * self->max_h - 1) / (8 * self->max_h);
  guint n_mcus_high = (self->height + 8 * self->max_v - 1) / (8 * self->max_v);

  for (guint i = 0; i < self->n_components; i++)
    {
      ThimbleJpegComponent *component = &self->components[i];
      guint width = (self->width * component->h + self->max_h - 1) / self->max_h;
      guint height = (self->height * component->v + self->max_v - 1) / self->max_v;

      component->n_blocks_wide = (width + 7) / 8;
      component->n_blocks_high = (height + 7) / 8;
      component->n_padded_wide = n_mcus_wide * component->h;
      component->n_padded_high = n_mcus_high * component->v;
    }
}

static gboolean
read_component (ThimbleJpegComponent *component, const guint8 *data)
{
  component->id = data[0];
  component->h = data[1] >> 4;
  component->v = data[1] & 15;
  component->quantizer = data[2];
  return component->h >= 1 && component->h <= 2 && component->v >= 1 && component->v <= 2
         && component->quantizer <= 3;
}

static gboolean
read_frame_header (ThimbleJpegFrame *self, const ThimbleJpegWalker *walker)
{
  const guint8 *data = walker->data;

  if (self->n_components > 0 || walker->n_data < 6 || data[0] != 8
      || (data[5] != 1 && data[5] != 3) || walker->n_data != 6 + 3 * (gsize) data[5])
    return FALSE;
  self->is_progressive = walker->marker == THIMBLE_JPEG_SOF2;
  self->height = (guint) data[1] << 8 | data[2];
  self->width = (guint) data[3] << 8 | data[4];
  self->n_components = data[5];
  self->max_h = self->max_v = 1;
  for (guint i = 0; i < self->n_components; i++)
    {
      ThimbleJpegComponent *component = &self->components[i];

      if (!read_component (component, data + 6 + 3 * i))
        return FALSE;
      for (guint j = 0; j < i; j++)
        if (self->components[j].id == component->id)
          return FALSE;
      if (self->n_components == 1) /* its factors mean nothing: a block is an MCU */
        component->h = component->v = 1;
      if (i > 0 && (component->h != 1 || component->v != 1))
        return FALSE;
      self->max_h = MAX (self->max_h, component->h);
      self->max_v = MAX (self->max_v, component->v);
    }
  count_blocks (self);
  return self->width > 0 && self->height > 0;
}

static gboolean
read_scan_component (ThimbleJpegFrame *self, guint at, const guint8 *data)
{
  for (guint i = 0; i < self->n_components; i++)
    if (self->components[i].id == data[0])
      {
        self->in_scan[at] = i;
        self->components[i].dc_table = data[1] >> 4;
        self->components[i].ac_table = data[1] & 15;
        return data[1] >> 4 <= 3 && (data[1] & 15) <= 3
               && (at == 0 || self->in_scan[at - 1] < i); /* in the frame's order */
      }
  return FALSE;
}

static gboolean
read_scan_header (ThimbleJpegFrame *self, const ThimbleJpegWalker *walker)
{
  const guint8 *data = walker->data;
  guint n;

  if (walker->n_data < 1 || walker->n_data != 4 + 2 * (gsize) data[0])
    return FALSE;
  n = data[0];
  if (n < 1 || n > self->n_components)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!read_scan_component (self, i, data + 1 + 2 * i))
      return FALSE;
  self->n_in_scan = n;
  self->first_coefficient = data[1 + 2 * n];
  self->last_coefficient = data[2 + 2 * n];
  self->high_bit = data[3 + 2 * n] >> 4;
  self->low_bit = data[3 + 2 * n] & 15;
  return TRUE;
}

static gboolean
read_restart_interval (ThimbleJpegFrame *self, const ThimbleJpegWalker *walker)
{
  if (walker->n_data != 2)
    return FALSE;
  self->restart_interval = (guint) walker->data[0] << 8 | walker->data[1];
  return TRUE;
}

/* Takes the segment that @walker is at. Returns %FALSE where it is broken or uncommon: arithmetic
 * coding, 12 bits, hierarchical or lossless frames, RGB, inks, odd sampling. */
gboolean
thimble_jpeg_frame_read_segment (ThimbleJpegFrame *self, const ThimbleJpegWalker *walker)
{
  switch (walker->marker)
    {
    case THIMBLE_JPEG_SOF0:
    case THIMBLE_JPEG_SOF2:
      return read_frame_header (self, walker);
    case THIMBLE_JPEG_DHT:
      return read_huffman_tables (self, walker);
    case THIMBLE_JPEG_DQT:
      return read_quantizers (self, walker);
    case THIMBLE_JPEG_DRI:
      return read_restart_interval (self, walker);
    case THIMBLE_JPEG_SOS:
      return read_scan_header (self, walker);
    case THIMBLE_JPEG_APP14:
      return is_ycc_adobe (walker);
    default: /* SOF0 to SOF15 but for the above, DAC, DNL, DHP and EXP are not for us */
      return walker->marker >= THIMBLE_JPEG_APP0;
    }
}

static gboolean
has_rgb_names (const ThimbleJpegFrame *self)
{
  return self->n_components == 3 && self->components[0].id == 'R' && self->components[1].id == 'G'
         && self->components[2].id == 'B';
}

/* Whether the scan that was read last has all it needs, and is one that is decoded here: all of a
 * baseline picture at once, or DC of a progressive one. */
gboolean
thimble_jpeg_frame_is_plain (const ThimbleJpegFrame *self)
{
  guint last = self->is_progressive ? 0 : 63;

  if (self->n_components == 0 || has_rgb_names (self) || self->first_coefficient != 0
      || self->last_coefficient != last)
    return FALSE;
  if (!self->is_progressive
      && (self->n_in_scan != self->n_components || self->high_bit != 0 || self->low_bit != 0))
    return FALSE;
  for (guint i = 0; i < self->n_in_scan; i++)
    {
      const ThimbleJpegComponent *component = &self->components[self->in_scan[i]];

      if (!self->has_quantizer[component->quantizer])
        return FALSE;
      if (self->high_bit == 0
          && !thimble_jpeg_huffman_is_plain (&self->dc_tables[component->dc_table], TRUE))
        return FALSE;
      if (!self->is_progressive
          && !thimble_jpeg_huffman_is_plain (&self->ac_tables[component->ac_table], FALSE))
        return FALSE;
    }
  return TRUE;
}
