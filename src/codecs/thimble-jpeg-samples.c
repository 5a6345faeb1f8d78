/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From what lanes have found to samples: DC, or coefficients and a reduced inverse DCT.
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
typedef gint16 ShortLine __attribute__ ((vector_size (8)));

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
 * many: DC of more than makes black or white is cut off before. @quantizer: of 8 bits */
static void
fill_means (guint8 *restrict samples, const gint16 *restrict dc, guint n, guint quantizer)
{
  const gint16 factor = (gint16) quantizer;
  const gint16 limit = (gint16) (1024 / MAX (quantizer, 1) + 1);

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
predict_blocks (ThimbleJpegTask *task, gint16 *blocks, gsize stride)
{
  const guint n_batch = task->n_batch, n_places = task->n_places;

  for (guint j = 0, n_same; j < n_places; j += n_same)
    {
      guint component = task->places[j].component;
      guint32 sum = task->predictions[component];

      n_same = thimble_jpeg_task_count_same (task, j);
      for (guint i = 0; i < n_batch; i++)
        {
          gint16 *block = blocks + (i * n_places + j) * stride;

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
  gint16 differences[THIMBLE_JPEG_MAX_BATCH] = { 0 };

  thimble_jpeg_samples_read_differences (task, task->lane, task->n_batch, differences);
  thimble_jpeg_samples_take_differences (task, differences, task->n_batch);
}

/* What a component's coefficients are multiplied by, by place. */
typedef float Scale[16] __attribute__ ((aligned (16)));

static void
find_scale (float *scale, const guint16 *quantizers, const ThimbleJpegShape *shape, guint n_side)
{
  for (guint k = 0; k <= shape->n_kept; k++)
    {
      guint place = shape->places[k];

      if (place < n_side * n_side)
        scale[place] = quantizers[k] * shape->weights[place % n_side]
                       * shape->weights[place / n_side] / 8;
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

/* Lines of blocks of two samples on a side: by coefficient, then in the order that they have in the
 * picture. */
#define MAX_LINE (THIMBLE_JPEG_MAX_BATCH + 3)
typedef gint16 Lines[4][MAX_LINE];

/* One component's blocks in a batch; see find_dc(). */
static inline __attribute__ ((always_inline)) guint32
sort_blocks (const ThimbleJpegTask *task,
             const guint h,
             const guint v,
             const gint16 *block,
             guint32 sum,
             Lines lines)
{
  const gsize stride = thimble_jpeg_shape_get (2)->stride;
  const guint n_wide = task->n_batch * h;

  for (guint i = 0; i < n_wide; i += h, block += (task->n_places - h * v) * stride)
    for (guint j = 0; j < h * v; j++, block += stride)
      {
        guint at = i + j / h * n_wide + j % h;

        lines[0][at] = (gint16) (sum += (guint32) block[0]);
        lines[1][at] = block[1];
        lines[2][at] = block[2];
        lines[3][at] = block[3];
      }
  return sum;
}

/* The same coefficient of four blocks. */
static inline Line
load_four (const gint16 *coefficients, float scale)
{
  ShortLine values;

  memcpy (&values, coefficients, sizeof values);
  return __builtin_convertvector (values, Line) * scale;
}

/* Two samples of each of four blocks, side by side. */
static inline void
store_four (guint8 *samples, Line left, Line right)
{
  IntLine pairs = round_line (left) | round_line (right) << 8;

  for (guint i = 0; i < 4; i++)
    {
      guint16 pair = GUINT16_TO_LE ((guint16) pairs[i]);

      memcpy (samples + 2 * i, &pair, sizeof pair);
    }
}

/* A line of blocks, four at a time. Of a block there are its DC, its lowest frequency along x, that
 * along y, and that along both: sums and differences along y, then along x.
 *
 * @lines: from the line on; there are @n blocks, and some of anything behind them */
static void
invert_line_2 (const gint16 *lines, const float *scale, guint8 *samples, gsize stride, guint n)
{
  guint8 top[2 * THIMBLE_JPEG_MAX_BATCH + 6], bottom[2 * THIMBLE_JPEG_MAX_BATCH + 6];

  for (guint i = 0; i < n; i += 4)
    {
      Line mean = load_four (lines + i, scale[0]);
      Line x = load_four (lines + MAX_LINE + i, scale[1]);
      Line y = load_four (lines + 2 * MAX_LINE + i, scale[2]);
      Line both = load_four (lines + 3 * MAX_LINE + i, scale[3]);

      store_four (top + 2 * i, mean + y + (x + both), mean + y - (x + both));
      store_four (bottom + 2 * i, mean - y + (x - both), mean - y - (x - both));
    }
  memcpy (samples, top, 2 * n);
  memcpy (samples + stride, bottom, 2 * n);
}

/* Component by component, see take_means(). */
static void
take_blocks_2 (ThimbleJpegTask *task)
{
  const ThimbleJpegShape *shape = thimble_jpeg_shape_get (2);
  const gint16 *block = task->blocks;
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];
  Lines lines;
  Scale scale = { 0 };

  find_rows (task, rows);
  for (guint i = 0, n; i < task->n_places; block += n * shape->stride, i += n)
    {
      const Row *row = &rows[i];
      guint32 *sum = &task->predictions[row->component];
      guint h = row->step, v, n_wide = task->n_batch * h;

      n = thimble_jpeg_task_count_same (task, i);
      v = n / h;
      if (h == 1)
        *sum = v == 1 ? sort_blocks (task, 1, 1, block, *sum, lines)
                      : sort_blocks (task, 1, 2, block, *sum, lines);
      else
        *sum = v == 1 ? sort_blocks (task, 2, 1, block, *sum, lines)
                      : sort_blocks (task, 2, 2, block, *sum, lines);
      find_scale (scale, task->frame.quantizers[task->frame.components[row->component].quantizer],
                  shape, 2);
      for (guint y = 0; y < v; y++)
        invert_line_2 (lines[0] + y * n_wide, scale, row->samples + 2 * y * row->stride,
                       row->stride, n_wide);
    }
}

/* First from frequencies to samples along y, for all four horizontal frequencies, then along x. So
 * the lines are columns in the end, and put together their members are rows of four bytes. */
static inline void
invert_4 (const gint16 *block, const float *scale, guint8 *samples, gsize stride)
{
  Line lines[4];
  IntLine rows;

  for (guint i = 0; i < 4; i++)
    {
      ShortLine coefficients;
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
static void
take_blocks_4 (ThimbleJpegTask *task)
{
  const ThimbleJpegFrame *frame = &task->frame;
  const ThimbleJpegShape *shape = thimble_jpeg_shape_get (4);
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];
  Scale scales[3];

  find_rows (task, rows);
  for (guint i = 0; i < frame->n_components; i++)
    find_scale (scales[i], frame->quantizers[frame->components[i].quantizer], shape, 4);
  predict_blocks (task, task->blocks, shape->stride);
  for (guint j = 0; j < task->n_places; j++)
    {
      const Row row = rows[j];
      const gint16 *block = task->blocks + (gsize) j * shape->stride;
      guint8 *samples = row.samples;

      for (guint i = 0; i < task->n_batch; i++)
        {
          invert_4 (block, scales[row.component], samples, row.stride);
          block += (gsize) shape->stride * task->n_places;
          samples += 4 * row.step;
        }
    }
}

/* Makes samples of what the task's lane has written. */
void
thimble_jpeg_samples_take_batch (ThimbleJpegTask *task)
{
  if (task->n_side == 1)
    {
      take_means (task);
      return;
    }
  thimble_jpeg_kept_collect (task);
  if (task->n_side == 2)
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
