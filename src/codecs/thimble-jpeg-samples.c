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

/* Four lines of a block side by side; what has no vector unit for it gets loops. Floating point, as
 * no coefficient of broken data can overflow it; compiled without contraction of multiplication and
 * addition, so that all machines give the same bytes. */
typedef float Line __attribute__ ((vector_size (16)));
typedef gint32 IntLine __attribute__ ((vector_size (16)));

/* Room for a batch's blocks, and for what is written where a lane stands still. */
#define MAX_COLLECTED ((THIMBLE_JPEG_MAX_BATCH + 8) * 8)

/* Which coefficients n×n samples are made of, by their number in zigzag order (ITU-T T.81, figure
 * A.6): where they go in a block of n×n. The others go where nobody looks. */
typedef struct
{
  guint n_kept;      /* the number of the last one */
  guint stride;      /* from one block to the next */
  guint8 places[64];
  float weights[4]; /* by frequency */
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
  .weights = { 1, 0.90612744635288779f },
};
static const Shape shape_4 = {
  .n_kept = 24,
  .stride = 24,
  .places = { 0,    1,    4,    8,    5,    2,  3,  6,    9,    12,   NO_4, 13,   10,
              7,    NO_4, NO_4, NO_4, 11,   14, NO_4, NO_4, NO_4, NO_4, NO_4, 15,
              [25 ... 63] = NO_4 },
  .weights = { 1, 1.3870398453221475f, 0.92387953251128674f, 1.1758756024193588f },
};

/* Where the blocks at one place of the batch's MCUs go. */
typedef struct
{
  guint component;
  guint quantizer; /* of DC */
  const gint16 *differences;         /* table of them, see thimble_jpeg_tables_find() */
  const ThimbleJpegHuffman *huffman; /* for what is not in there */
  guint8 *samples;
  gsize stride;
  guint step; /* blocks from one MCU to the next */
} Row;

G_NO_INLINE static gint32
read_difference (const Row *row, guint64 bits)
{
  guint n_bits = 0, size = 0;

  /* The lane has read it, so there is one. */
  thimble_jpeg_huffman_decode (row->huffman, (guint32) (bits >> 48), &n_bits, &size);
  return thimble_jpeg_get_value (
    THIMBLE_JPEG_WORD (bits, THIMBLE_JPEG_ENTRY (n_bits + size, 0, size, 1)));
}

static void
find_rows (const ThimbleJpegTask *task, Row *rows)
{
  for (guint i = 0; i < task->n_places; i++)
    {
      guint number = task->places[i].component;
      const ThimbleJpegComponent *component = &task->frame.components[number];
      ThimbleRaster *plane = task->planes[number];
      gsize x, y;
      guint step;

      thimble_jpeg_task_locate (task, i, &x, &y, &step);
      rows[i] = (Row) {
        .component = number,
        .quantizer = task->frame.quantizers[component->quantizer][0],
        .differences = (const gint16 *) task->tables->entries
                       + THIMBLE_JPEG_DC_OFFSET (component->dc_table),
        .huffman = &task->tables->dc[component->dc_table],
        .samples = plane->pixels + y * task->n_side * plane->stride + x * task->n_side,
        .stride = plane->stride,
        .step = step,
      };
    }
}

/* Nearly all differences have no more bits than the table looks at, and so are in there. */
static inline gint32
get_difference (const Row *row, guint64 bits)
{
  gint16 difference = row->differences[bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];

  return G_LIKELY (difference != THIMBLE_JPEG_NO_DIFFERENCE) ? difference
                                                             : read_difference (row, bits);
}

/* Means of blocks, each an eighth of its DC (ITU-T T.81, A.3.3). In 16 bits, so that vectors hold
 * many: more DC than makes black or white is cut off before, and so is a quantizer that makes one of
 * them of any DC but 0. One of 0, which a file may have, makes all of them grey. */
static void
fill_means (guint8 *restrict samples, const gint16 *restrict dc, guint n, guint quantizer)
{
  const gint16 factor = (gint16) MIN (quantizer, 2048);
  const gint16 limit = (gint16) (1024 / MAX (factor, 1) + 1);

  for (guint i = 0; i < n; i++)
    {
      gint16 value = MIN (dc[i], limit);

      value = MAX (value, (gint16) -limit);
      value = (gint16) (value * factor);
      value = (gint16) ((gint16) (value + 1028) >> 3);
      value = MAX (value, 0);
      samples[i] = (guint8) MIN (value, 255);
    }
}

/* Makes DC of the differences of a batch's blocks (ITU-T T.81, F.2.2.1); of broken data it may go
 * round. Component by component, whose blocks are next to each other in an MCU: so the sum stays in
 * a register, and nothing else waits for it. */
static inline __attribute__ ((always_inline)) void
predict_blocks (ThimbleJpegTask *task, gint32 *blocks, gsize stride)
{
  const guint n_batch = task->n_batch, n_places = task->n_places;

  for (guint j = 0, n_same; j < n_places; j += n_same)
    {
      guint component = task->places[j].component;
      guint32 sum = task->predictions[component];

      n_same = thimble_jpeg_task_count_same (task, j);
      for (guint i = 0; i < n_batch; i++)
        {
          gint32 *block = blocks + (i * n_places + j) * stride;

          for (guint k = 0; k < n_same; k++, block += stride)
            *block = (gint16) (sum += (guint32) *block);
        }
      task->predictions[component] = sum;
    }
}

/* DC of one component's blocks in a row of MCUs, in the order that they have in the picture: one line
 * of them behind the other. The sum of differences stays in a register.
 *
 * @h: @v: the component's blocks in an MCU
 * @differences: the first block's is the first
 * @n_places: from one MCU to the next
 *
 * Returns: the prediction of the next MCU */
static inline __attribute__ ((always_inline)) guint32
find_dc (const guint h,
         const guint v,
         const gint16 *differences,
         gsize n_places,
         guint n_mcus,
         guint32 sum,
         gint16 *dc)
{
  const guint n_wide = n_mcus * h;

  for (guint i = 0; i < n_wide; i += h, differences += n_places)
    for (guint j = 0; j < h * v; j++)
      {
        sum += (guint32) differences[j];
        dc[i + j / h * n_wide + j % h] = (gint16) sum;
      }
  return sum;
}

/* Reads the differences of DC from the words of a lane that has passed over the AC of MCUs.
 *
 * @n_mcus: those that the lane's words are of
 * @differences: (out caller-allocates): of all blocks, in the order of the file */
void
thimble_jpeg_samples_read_differences (const ThimbleJpegTask *task,
                                       const ThimbleJpegLane *lane,
                                       guint n_mcus,
                                       gint16 *differences)
{
  const guint n_places = task->n_places;
  const guint64 *words = lane->words + 2 * (gsize) (n_mcus * n_places);
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];

  find_rows (task, rows);
  for (guint i = 0; i < n_mcus; i++)
    for (guint j = 0; j < n_places; j++, words -= 2)
      *differences++ = (gint16) get_difference (&rows[j], *words);
}

/* Makes samples of DC alone, one a block, of MCUs from the task's current one on.
 *
 * @differences: as thimble_jpeg_samples_read_differences() gives them
 * @n_mcus: at most what a batch has, and all in one row */
void
thimble_jpeg_samples_take_differences (ThimbleJpegTask *task,
                                       const gint16 *differences,
                                       guint n_mcus)
{
  const guint n_places = task->n_places;
  gint16 dc[THIMBLE_JPEG_MAX_BATCH];
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];

  find_rows (task, rows);
  for (guint i = 0, n; i < n_places; differences += n, i += n)
    {
      const Row *row = &rows[i];
      guint32 *sum = &task->predictions[row->component];
      guint h = row->step, v, n_wide = n_mcus * h;

      n = thimble_jpeg_task_count_same (task, i);
      v = n / h;
      if (h == 1)
        *sum = v == 1 ? find_dc (1, 1, differences, n_places, n_mcus, *sum, dc)
                      : find_dc (1, 2, differences, n_places, n_mcus, *sum, dc);
      else
        *sum = v == 1 ? find_dc (2, 1, differences, n_places, n_mcus, *sum, dc)
                      : find_dc (2, 2, differences, n_places, n_mcus, *sum, dc);
      for (guint y = 0; y < v; y++)
        fill_means (row->samples + y * row->stride, dc + y * n_wide, n_wide, row->quantizer);
    }
}

/* One sample a block. */
static void
take_means (ThimbleJpegTask *task)
{
  gint16 differences[THIMBLE_JPEG_MAX_BATCH];

  thimble_jpeg_samples_read_differences (task, task->lane, task->n_batch, differences);
  thimble_jpeg_samples_take_differences (task, differences, task->n_batch);
}

/* What a component's coefficients are multiplied by, by place. */
typedef float Scale[16] __attribute__ ((aligned (16)));

static void
find_scale (float *scale, const guint16 *quantizers, const Shape *shape, guint n_side)
{
  for (guint k = 0; k <= shape->n_kept; k++)
    {
      guint place = shape->places[k];

      if (place < n_side * n_side)
        scale[place] = quantizers[k] * shape->weights[place % n_side]
                       * shape->weights[place / n_side] / 8;
    }
}

/* Sorts a batch's words into blocks; DC comes as the difference that it is. What a word is cannot be
 * foreseen, so nothing here branches. */
static inline __attribute__ ((always_inline)) void
collect (const ThimbleJpegTask *task, gint32 *coefficients, const Shape *shape)
{
  const guint64 *words = task->lane->words;
  guint n_words = task->lane->n_words;
  gint32 *block = coefficients - shape->stride;
  guint k = 0;

  memset (coefficients, 0,
          sizeof *coefficients * shape->stride * task->n_batch * task->n_places);
  for (guint i = 0; i < n_words; i++)
    {
      guint64 word = words[i];
      guint advance = THIMBLE_JPEG_ENTRY_ADVANCE (word);
      guint is_dc = (advance - 1) >> 31;

      block += shape->stride & -is_dc;
      k = (k & (is_dc - 1)) + advance;
      block[shape->places[k & 63]] = thimble_jpeg_get_value (word);
    }
}

/* Four points, of four lines at once: cosines of π / 8 and 3 π / 8. */
static inline void
invert_lines (Line *lines)
{
  const float cos_1 = 0.92387953251128674f, cos_3 = 0.38268343236508978f;
  Line sum = lines[0] + lines[2], difference = lines[0] - lines[2];
  Line outer = lines[1] * cos_1 + lines[3] * cos_3;
  Line inner = lines[1] * cos_3 - lines[3] * cos_1;

  lines[0] = sum + outer;
  lines[1] = difference + inner;
  lines[2] = difference - inner;
  lines[3] = sum - outer;
}

static inline void
transpose (Line *lines)
{
  Line a = __builtin_shufflevector (lines[0], lines[1], 0, 4, 1, 5);
  Line b = __builtin_shufflevector (lines[2], lines[3], 0, 4, 1, 5);
  Line c = __builtin_shufflevector (lines[0], lines[1], 2, 6, 3, 7);
  Line d = __builtin_shufflevector (lines[2], lines[3], 2, 6, 3, 7);

  lines[0] = __builtin_shufflevector (a, b, 0, 1, 4, 5);
  lines[1] = __builtin_shufflevector (a, b, 2, 3, 6, 7);
  lines[2] = __builtin_shufflevector (c, d, 0, 1, 4, 5);
  lines[3] = __builtin_shufflevector (c, d, 2, 3, 6, 7);
}

/* As bytes, in the low eight bits. */
static inline IntLine
round_line (Line line)
{
  IntLine values = __builtin_convertvector (line + 128.5f, IntLine);

  values &= ~(values >> 31);
  return (values | (255 - values) >> 31) & 255;
}

/* A block's DC, its lowest frequency along x, that along y, and that along both: sums and
 * differences along y, then along x. */
static inline void
invert_2 (const gint32 *block, const float *scale, guint8 *samples, gsize stride)
{
  const Line top_bottom = { 1, 1, -1, -1 }, left_right = { 1, -1, 1, -1 };
  IntLine coefficients;
  Line factors, line;

  memcpy (&coefficients, block, sizeof coefficients);
  memcpy (&factors, scale, sizeof factors);
  line = __builtin_convertvector (coefficients, Line) * factors;
  line = __builtin_shufflevector (line, line, 0, 1, 0, 1)
         + __builtin_shufflevector (line, line, 2, 3, 2, 3) * top_bottom;
  line = __builtin_shufflevector (line, line, 0, 0, 2, 2)
         + __builtin_shufflevector (line, line, 1, 1, 3, 3) * left_right;
  coefficients = round_line (line);
  samples[0] = (guint8) coefficients[0];
  samples[1] = (guint8) coefficients[1];
  samples[stride] = (guint8) coefficients[2];
  samples[stride + 1] = (guint8) coefficients[3];
}

/* First from frequencies to samples along y, for all four horizontal frequencies, then along x. So
 * the lines are columns in the end, and put together their members are rows of four bytes. */
static inline void
invert_4 (const gint32 *block, const float *scale, guint8 *samples, gsize stride)
{
  Line lines[4];
  IntLine rows;

  for (guint i = 0; i < 4; i++)
    {
      IntLine coefficients;
      Line factors;

      memcpy (&coefficients, block + 4 * i, sizeof coefficients);
      memcpy (&factors, scale + 4 * i, sizeof factors);
      lines[i] = __builtin_convertvector (coefficients, Line) * factors;
    }
  invert_lines (lines);
  transpose (lines);
  invert_lines (lines);
  rows = round_line (lines[0]) | round_line (lines[1]) << 8 | round_line (lines[2]) << 16
         | round_line (lines[3]) << 24;
  for (guint i = 0; i < 4; i++)
    {
      guint32 row = GUINT32_TO_LE ((guint32) rows[i]);

      memcpy (samples + i * stride, &row, sizeof row);
    }
}

/* Place by place, so that what is the same for all its blocks is looked up once. */
static inline __attribute__ ((always_inline)) void
take_blocks (ThimbleJpegTask *task, const guint n_side)
{
  const ThimbleJpegFrame *frame = &task->frame;
  const Shape *shape = n_side == 2 ? &shape_2 : &shape_4;
  gsize mcu_stride = (gsize) shape->stride * task->n_places;
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];
  Scale scales[3];
  gint32 coefficients[MAX_COLLECTED];

  find_rows (task, rows);
  for (guint i = 0; i < frame->n_components; i++)
    find_scale (scales[i], frame->quantizers[frame->components[i].quantizer], shape, n_side);
  collect (task, coefficients, shape);
  predict_blocks (task, coefficients, shape->stride);
  for (guint j = 0; j < task->n_places; j++)
    {
      const Row row = rows[j];
      const gint32 *block = coefficients + (gsize) j * shape->stride;
      guint8 *samples = row.samples;

      for (guint i = 0; i < task->n_batch; i++)
        {
          if (n_side == 2)
            invert_2 (block, scales[row.component], samples, row.stride);
          else
            invert_4 (block, scales[row.component], samples, row.stride);
          block += mcu_stride;
          samples += row.step * n_side;
        }
    }
}

static void
take_blocks_2 (ThimbleJpegTask *task)
{
  take_blocks (task, 2);
}

static void
take_blocks_4 (ThimbleJpegTask *task)
{
  take_blocks (task, 4);
}

/* Returns: the number, in zigzag order, of the last coefficient that n×n samples are made of */
guint
thimble_jpeg_samples_get_n_kept (guint n_side)
{
  return n_side == 1 ? 0 : n_side == 2 ? shape_2.n_kept : shape_4.n_kept;
}

/* Makes samples of what the task's lane has written. */
void
thimble_jpeg_samples_take_batch (ThimbleJpegTask *task)
{
  if (task->n_side == 1)
    take_means (task);
  else if (task->n_side == 2)
    take_blocks_2 (task);
  else
    take_blocks_4 (task);
}

/* Makes samples of DC, when all of a progressive picture's is there. */
void
thimble_jpeg_samples_take_dc (ThimbleJpegTask *task)
{
  for (guint i = 0; i < task->frame.n_components; i++)
    {
      const ThimbleJpegComponent *component = &task->frame.components[i];
      const guint quantizer = task->frame.quantizers[component->quantizer][0];
      const guint n_wide = component->n_padded_wide;

      for (guint y = 0; y < component->n_padded_high; y++)
        {
          guint8 *samples = thimble_raster_row (task->planes[i], (int) y);
          const gint16 *dc = task->dc[i] + (gsize) y * n_wide;

          fill_means (samples, dc, n_wide, quantizer);
        }
    }
}
