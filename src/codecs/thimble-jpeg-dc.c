/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scans of DC of several progressive images in lock step (ITU-T T.81, G.1.2.1). There is nothing to
 * be passed over, and each step ends a block: so where a lane is depends on no data, and neither
 * does the table that is next. What is waited for is only how many bits a step uses up, and the
 * other lanes fill that wait.
 *
 * An entry of the table holds the difference itself. What does not fit into the bits looked at, a
 * fall or rise of more than a hundred steps or so, is left to thimble_jpeg_dc_step(). */

#include "thimble-jpeg-reduced.h"

#define STEPS 4

/* What 64 bits hold behind up to seven of a byte that is begun. */
G_STATIC_ASSERT (STEPS * THIMBLE_JPEG_LOOK_BITS <= 64 - 7);
/* Bits behind a code that is all of the bits looked at. */
G_STATIC_ASSERT (THIMBLE_JPEG_LOOK_BITS < 1 << THIMBLE_JPEG_DC_SHIFT);

/* A lane while it runs, in registers. */
typedef struct
{
  guint64 bits;
  guint32 position;
  guint32 state;
} Run;

/* The @i-th step of each lane since bits were loaded. Returns below 0 where a table did not know
 * one: that one and those behind it have gone nowhere. */
static inline __attribute__ ((always_inline)) gint32
step (ThimbleJpegLane *lanes, Run *runs, const guint n, const guint i)
{
  gint32 is_known = 0;

#pragma GCC unroll 4
  for (guint j = 0; j < n; j++)
    {
      const guint32 state = runs[j].state - i;
      gint32 entry = (gint16) lanes[j].tables[state][runs[j].bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];
      guint32 n_bits = (guint32) entry & THIMBLE_JPEG_DC_MASK;

      lanes[j].differences[state] = (gint16) (entry >> THIMBLE_JPEG_DC_SHIFT);
      runs[j].bits <<= n_bits;
      runs[j].position += n_bits;
      is_known |= (gint32) n_bits - 1;
    }
  return is_known;
}

static inline __attribute__ ((always_inline)) gboolean
may_go_on (ThimbleJpegLane *lanes, const Run *runs, const guint n)
{
  guint32 is_over = 0;

#pragma GCC unroll 4
  for (guint j = 0; j < n; j++)
    is_over |= (lanes[j].limit - runs[j].position) | (runs[j].state - STEPS);
  return (gint32) is_over >= 0;
}

/* Four steps of each lane, or none. */
static inline __attribute__ ((always_inline)) gboolean
take_steps (ThimbleJpegLane *lanes, Run *runs, const guint n)
{
  guint32 positions[THIMBLE_JPEG_MAX_LANES_OF_DC];
  gint32 is_known;

#pragma GCC unroll 4
  for (guint j = 0; j < n; j++)
    {
      positions[j] = runs[j].position;
      runs[j].bits = thimble_jpeg_load_bits (lanes[j].window.bytes, runs[j].position);
    }
  is_known = step (lanes, runs, n, 0) | step (lanes, runs, n, 1) | step (lanes, runs, n, 2)
             | step (lanes, runs, n, 3);
  if (G_LIKELY (is_known >= 0))
    {
#pragma GCC unroll 4
      for (guint j = 0; j < n; j++)
        runs[j].state -= STEPS;
      return TRUE;
    }
  for (guint j = 0; j < n; j++)
    runs[j].position = positions[j];
  return FALSE;
}

/* Takes up to four steps of one lane, with a look at the limits before each. Returns whether it
 * came to what the table does not know. */
static gboolean
go_on (ThimbleJpegLane *lane)
{
  for (guint i = 0; i < STEPS && lane->state > 0 && lane->position <= lane->limit; i++)
    {
      guint64 bits = thimble_jpeg_load_bits (lane->window.bytes, lane->position);
      gint32 entry = (gint16) lane->tables[lane->state][bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];

      if ((entry & THIMBLE_JPEG_DC_MASK) == 0)
        return TRUE;
      lane->differences[lane->state--] = (gint16) (entry >> THIMBLE_JPEG_DC_SHIFT);
      lane->position += (guint32) entry & THIMBLE_JPEG_DC_MASK;
    }
  return FALSE;
}

static inline __attribute__ ((always_inline)) void
run (ThimbleJpegLane *lanes, const guint n)
{
  Run runs[THIMBLE_JPEG_MAX_LANES_OF_DC];

  for (guint j = 0; j < n; j++)
    runs[j] = (Run) { 0, lanes[j].position, lanes[j].state };
  while (may_go_on (lanes, runs, n) && take_steps (lanes, runs, n))
    ;
  for (guint j = 0; j < n; j++)
    {
      lanes[j].position = runs[j].position;
      lanes[j].state = runs[j].state;
      lanes[j].is_stuck = go_on (&lanes[j]);
    }
}

/* Runs lanes in scans of DC until one of them is at the end of its batch or of its window, or is
 * stuck: then the next step is thimble_jpeg_dc_step(). Differences are left at their states.
 *
 * @lanes: (array length=n)
 * @n: 1 to %THIMBLE_JPEG_MAX_LANES_OF_DC */
void
thimble_jpeg_dc_run (ThimbleJpegLane *lanes, guint n)
{
  g_assert (n >= 1 && n <= THIMBLE_JPEG_MAX_LANES_OF_DC);

  switch (n)
    {
    case 1: run (lanes, 1); break;
    case 2: run (lanes, 2); break;
    case 3: run (lanes, 3); break;
    default: run (lanes, 4); break;
    }
}

/* Takes a step of a single code. Returns: whether there was one */
gboolean
thimble_jpeg_dc_step (ThimbleJpegLane *lane, const ThimbleJpegHuffman *huffman)
{
  guint64 bits = thimble_jpeg_load_bits (lane->window.bytes, lane->position);
  guint n_bits, size;

  if (!thimble_jpeg_huffman_decode (huffman, (guint32) (bits >> 48), &n_bits, &size))
    return FALSE;
  lane->differences[lane->state--] = (gint16) thimble_jpeg_get_value (
    THIMBLE_JPEG_WORD (bits, THIMBLE_JPEG_ENTRY (n_bits + size, 0, size, 1)));
  lane->position += n_bits + size;
  return TRUE;
}

/* --- what becomes of them --------------------------------------------------------------------- */

/* Where the blocks at one place of the batch's MCUs are. */
typedef struct
{
  guint step; /* blocks from one MCU to the next */
  gint16 *dc;
} Row;

static void
find_rows (const ThimbleJpegTask *task, Row *rows)
{
  for (guint i = 0; i < task->n_places; i++)
    {
      guint component = task->places[i].component;
      gsize x, y;

      thimble_jpeg_task_locate (task, i, &x, &y, &rows[i].step);
      rows[i].dc = task->dc[component] + y * task->frame.components[component].n_padded_wide + x;
    }
}

/* The blocks of one component, which are next to each other in an MCU: so the sum stays in a
 * register. Of broken data it may go round.
 *
 * @rows: @n_rows of them
 * @difference: the first block's; of the others before it, as they have lower states
 *
 * Returns: the prediction of the next batch */
static guint32
take_component (const ThimbleJpegTask *task,
                const Row *rows,
                guint n_rows,
                const gint16 *difference,
                guint32 sum)
{
  const guint n_batch = task->n_batch, n_places = task->n_places;
  const guint low_bit = task->frame.low_bit;

  for (guint i = 0; i < n_batch; i++, difference -= n_places)
    for (guint j = 0; j < n_rows; j++)
      {
        sum += (guint32) difference[-(gssize) j];
        rows[j].dc[i * rows[j].step] = (gint16) (sum << low_bit);
      }
  return sum;
}

/* Makes DC of the differences of a batch's blocks, to which bits may yet come. */
void
thimble_jpeg_dc_take_batch (ThimbleJpegTask *task)
{
  const gint16 *first = task->lane->differences + task->n_batch * task->n_places;
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];

  find_rows (task, rows);
  for (guint i = 0, n; i < task->n_places; i += n)
    {
      guint32 *prediction = &task->predictions[task->places[i].component];

      n = thimble_jpeg_task_count_same (task, i);
      *prediction = take_component (task, rows + i, n, first - i, *prediction);
    }
}

/* One more bit of DC for each block of a batch. All of its bits are in the window. */
void
thimble_jpeg_dc_refine_batch (ThimbleJpegTask *task)
{
  const guint n_batch = task->n_batch, n_places = task->n_places;
  const guint low_bit = task->frame.low_bit;
  const guint8 *bytes = task->lane->window.bytes;
  guint32 position = task->lane->position;
  Row rows[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];

  find_rows (task, rows);
  for (guint i = 0; i < n_batch; i++, position += n_places)
    {
      guint64 bits = thimble_jpeg_load_bits (bytes, position);

      for (guint j = 0; j < n_places; j++, bits <<= 1)
        rows[j].dc[i * rows[j].step] |= (gint16) (bits >> 63 << low_bit);
    }
  task->lane->position = position;
}
