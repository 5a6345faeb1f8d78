/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the words that a lane has written to samples: coefficients, and a reduced inverse DCT.
 *
 * A block of 8×8 becomes n×n samples, each the mean of the pixels that it is in the place of. Of a
 * DCT's basis function (ITU-T T.81, A.3.3) the mean over a run of 8 / n pixels is a cosine at the
 * run's middle, less by a factor that depends on the frequency alone. So it is an inverse DCT of n
 * points over the n×n lowest frequencies, weighted: exactly libjpeg-turbo's reduced one, but that
 * the higher frequencies, which n points cannot show, are left out instead of folded in. */

#include "thimble-jpeg-reduced.h"

#include <string.h>

/* Bits below the point of weights, of weighted coefficients, and of cosines. */
#define WEIGHT_BITS 10
#define FRACTION_BITS 4
#define COSINE_BITS 12
#define FIXED(x, bits) ((gint32) ((x) * (1 << (bits)) + 0.5))

/* Twice what 8-bit samples can give; only broken data has more. */
#define MAX_COEFFICIENT 2048

/* Room for a batch's blocks, and for what is written where a lane stands still. */
#define MAX_COLLECTED ((THIMBLE_JPEG_MAX_BATCH + 8) * 8)

/* Which coefficients n×n samples are made of, by their number in zigzag order (ITU-T T.81, figure
 * A.6): where they go in a block of n×n. The others go where nobody looks. */
typedef struct
{
  guint n_kept;      /* the number of the last one */
  guint stride;      /* from one block to the next */
  guint8 places[64];
  double weights[4]; /* by frequency */
} Shape;

/* A place behind both kinds of blocks, before the next one. */
#define NO_2 4
#define NO_4 16

/* For frequency u, √2 times the mean of cos ((2x + 1) u π / 16) over a run of 8 / n values of x,
 * without what is left to the inverse DCT: for n = 2, cos (π / 8) cos (π / 16); for n = 4,
 * √2 cos (u π / 16), where u is 2 divided by √2. */
static const Shape shape_2 = {
  .n_kept = 4,
  .stride = 8,
  .places = { 0, 1, 2, NO_2, 3, [5 ... 63] = NO_2 },
  .weights = { 1, 0.90612744635288779 },
};
static const Shape shape_4 = {
  .n_kept = 24,
  .stride = 24,
  .places = { 0,    1,    4,    8,    5,    2,  3,  6,    9,    12,   NO_4, 13,   10,
              7,    NO_4, NO_4, NO_4, 11,   14, NO_4, NO_4, NO_4, NO_4, NO_4, 15,
              [25 ... 63] = NO_4 },
  .weights = { 1, 1.3870398453221475, 0.92387953251128674, 1.1758756024193588 },
};

static const Shape *
get_shape (guint n_side)
{
  return n_side == 2 ? &shape_2 : &shape_4;
}

/* The difference or coefficient in a word (ITU-T T.81, F.2.2.1). */
static inline gint32
get_value (guint64 word)
{
  guint n_bits = THIMBLE_JPEG_ENTRY_BITS (word);
  gint32 range = 1 << THIMBLE_JPEG_ENTRY_SIZE (word);
  gint32 value = (gint32) (word >> (64 - n_bits)) & (range - 1);

  return value - (((2 * value - range) >> 31) & (range - 1));
}

static inline guint8
to_sample (gint32 value)
{
  value += 128;
  return (guint8) CLAMP (value, 0, 255);
}

/* Where the blocks at one place of the batch's MCUs go. */
typedef struct
{
  guint component;
  gint32 quantizer; /* of DC */
  guint8 *samples;
  gsize stride;
  gint16 *dc;
  guint step; /* blocks from one MCU to the next */
} Row;

static void
find_rows (const ThimbleJpegTask *task, Row *rows)
{
  gboolean is_alone = task->frame.n_in_scan == 1;

  for (guint i = 0; i < task->n_places; i++)
    {
      const ThimbleJpegPlace *place = &task->places[i];
      const ThimbleJpegComponent *component = &task->frame.components[place->component];
      ThimbleRaster *plane = task->planes[place->component];
      gsize x = (gsize) task->mcu_x * (is_alone ? 1 : component->h) + place->x;
      gsize y = (gsize) task->mcu_y * (is_alone ? 1 : component->v) + place->y;

      rows[i] = (Row) {
        .component = place->component,
        .quantizer = task->frame.quantizers[component->quantizer][0],
        .samples = plane->pixels + y * task->n_side * plane->stride + x * task->n_side,
        .stride = plane->stride,
        .dc = task->frame.is_progressive
                ? task->dc[place->component] + y * component->n_padded_wide + x
                : NULL,
        .step = is_alone ? 1 : component->h,
      };
    }
}

/* DC from its difference (ITU-T T.81, F.2.2.1). Of broken data it may go round. */
static inline gint32
predict (ThimbleJpegTask *task, guint component, gint32 difference)
{
  return (gint32) (task->predictions[component] += (guint32) difference);
}

/* A block's mean is an eighth of its DC (ITU-T T.81, A.3.3). */
static inline guint8
get_mean (gint32 dc, gint32 quantizer)
{
  return to_sample (((gint16) dc * quantizer + 4) >> 3);
}

/* One sample a block. */
static void
take_means (ThimbleJpegTask *task)
{
  const guint64 *words = task->lane->words;
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];

  find_rows (task, rows);
  for (guint i = 0; i < task->n_batch; i++)
    for (guint j = 0; j < task->n_places; j++, words += 2)
      {
        Row *row = &rows[j];
        gint32 dc = predict (task, row->component, get_value (*words));

        row->samples[i * row->step] = get_mean (dc, row->quantizer);
      }
}

/* DC of a progressive picture, to which bits may yet come. */
static void
take_dc (ThimbleJpegTask *task)
{
  const guint64 *words = task->lane->words;
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];

  find_rows (task, rows);
  for (guint i = 0; i < task->n_batch; i++)
    for (guint j = 0; j < task->n_places; j++, words++)
      {
        Row *row = &rows[j];
        guint32 dc = (guint32) predict (task, row->component, get_value (*words));

        row->dc[i * row->step] = (gint16) (dc << task->frame.low_bit);
      }
}

/* What a component's coefficients are multiplied by, by place. */
typedef gint32 Scale[16];

static void
find_scale (gint32 *scale, const guint16 *quantizers, guint n_side)
{
  const Shape *shape = get_shape (n_side);

  for (guint k = 0; k <= shape->n_kept; k++)
    {
      guint place = shape->places[k];

      if (place < n_side * n_side)
        scale[place] = FIXED (quantizers[k] * shape->weights[place % n_side]
                                * shape->weights[place / n_side],
                              WEIGHT_BITS);
    }
}

/* Sorts a batch's words into blocks; DC comes as the difference that it is. What a word is cannot be
 * foreseen, so nothing here branches. */
static void
collect (const ThimbleJpegTask *task, gint16 *coefficients)
{
  const Shape *shape = get_shape (task->n_side);
  gint16 *block = coefficients - shape->stride;
  guint k = 0;

  memset (coefficients, 0,
          sizeof *coefficients * shape->stride * task->n_batch * task->n_places);
  for (guint i = 0; i < task->lane->n_words; i++)
    {
      guint64 word = task->lane->words[i];
      guint advance = THIMBLE_JPEG_ENTRY_ADVANCE (word);
      guint is_dc = (advance - 1) >> 31;

      block += shape->stride & -is_dc;
      k = (k & (is_dc - 1)) + advance;
      block[shape->places[k & 63]] = (gint16) get_value (word);
    }
}

static inline guint8
round_sample (gint32 sum)
{
  return to_sample ((sum + (1 << (FRACTION_BITS + 2))) >> (FRACTION_BITS + 3));
}

static void
invert_2 (const gint32 *block, guint8 *samples, gsize stride)
{
  gint32 left = block[0] + block[2], right = block[1] + block[3];
  gint32 left_below = block[0] - block[2], right_below = block[1] - block[3];

  samples[0] = round_sample (left + right);
  samples[1] = round_sample (left - right);
  samples[stride] = round_sample (left_below + right_below);
  samples[stride + 1] = round_sample (left_below - right_below);
}

/* Four points: cosines of π / 8 and 3 π / 8. */
static inline void
invert_line (const gint32 *in, guint in_step, gint32 *out, guint out_step)
{
  const gint32 cos_1 = FIXED (0.92387953251128674, COSINE_BITS);
  const gint32 cos_3 = FIXED (0.38268343236508978, COSINE_BITS);
  const gint32 half = 1 << (COSINE_BITS - 1);
  gint32 outer = (in[in_step] * cos_1 + in[3 * in_step] * cos_3 + half) >> COSINE_BITS;
  gint32 inner = (in[in_step] * cos_3 - in[3 * in_step] * cos_1 + half) >> COSINE_BITS;
  gint32 sum = in[0] + in[2 * in_step], difference = in[0] - in[2 * in_step];

  out[0] = sum + outer;
  out[out_step] = difference + inner;
  out[2 * out_step] = difference - inner;
  out[3 * out_step] = sum - outer;
}

static void
invert_4 (const gint32 *block, guint8 *samples, gsize stride)
{
  gint32 columns[16], sums[16];

  for (guint i = 0; i < 4; i++)
    invert_line (block + i, 4, columns + i, 4);
  for (guint i = 0; i < 4; i++)
    invert_line (columns + 4 * i, 1, sums + 4 * i, 1);
  for (guint y = 0; y < 4; y++)
    for (guint x = 0; x < 4; x++)
      samples[y * stride + x] = round_sample (sums[4 * y + x]);
}

/* Dequantizes and weighs @n coefficients. */
static inline void
scale_block (gint32 *out, const gint16 *block, const gint32 *scale, guint n)
{
  const gint32 limit = MAX_COEFFICIENT << FRACTION_BITS;

  for (guint i = 0; i < n; i++)
    {
      gint32 value = (block[i] * scale[i] + (1 << (WEIGHT_BITS - FRACTION_BITS - 1)))
                     >> (WEIGHT_BITS - FRACTION_BITS);

      out[i] = CLAMP (value, -limit, limit);
    }
}

static void
take_blocks (ThimbleJpegTask *task)
{
  const ThimbleJpegFrame *frame = &task->frame;
  guint stride = get_shape (task->n_side)->stride;
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];
  Scale scales[3];
  gint16 coefficients[MAX_COLLECTED];
  gint16 *block = coefficients;

  find_rows (task, rows);
  for (guint i = 0; i < frame->n_components; i++)
    find_scale (scales[i], frame->quantizers[frame->components[i].quantizer], task->n_side);
  collect (task, coefficients);
  for (guint i = 0; i < task->n_batch; i++)
    for (guint j = 0; j < task->n_places; j++, block += stride)
      {
        Row *row = &rows[j];
        guint8 *samples = row->samples + (gsize) i * row->step * task->n_side;
        gint32 scaled[16];

        block[0] = (gint16) CLAMP (predict (task, row->component, block[0]), -MAX_COEFFICIENT,
                                   MAX_COEFFICIENT);
        if (task->n_side == 2)
          {
            scale_block (scaled, block, scales[row->component], 4);
            invert_2 (scaled, samples, row->stride);
          }
        else
          {
            scale_block (scaled, block, scales[row->component], 16);
            invert_4 (scaled, samples, row->stride);
          }
      }
}

/* Returns: the number, in zigzag order, of the last coefficient that n×n samples are made of */
guint
thimble_jpeg_samples_get_n_kept (guint n_side)
{
  return n_side == 1 ? 0 : get_shape (n_side)->n_kept;
}

/* Makes samples, or DC of a progressive picture, of what the task's lane has written. */
void
thimble_jpeg_samples_take_batch (ThimbleJpegTask *task)
{
  if (task->frame.is_progressive)
    take_dc (task);
  else if (task->n_side == 1)
    take_means (task);
  else
    take_blocks (task);
}

/* Makes samples of DC, when all of a progressive picture's is there. */
void
thimble_jpeg_samples_take_dc (ThimbleJpegTask *task)
{
  for (guint i = 0; i < task->frame.n_components; i++)
    {
      const ThimbleJpegComponent *component = &task->frame.components[i];
      gint32 quantizer = task->frame.quantizers[component->quantizer][0];

      for (guint y = 0; y < component->n_padded_high; y++)
        {
          guint8 *samples = thimble_raster_row (task->planes[i], (int) y);
          const gint16 *dc = task->dc[i] + (gsize) y * component->n_padded_wide;

          for (guint x = 0; x < component->n_padded_wide; x++)
            samples[x] = get_mean (dc[x], quantizer);
        }
    }
}
