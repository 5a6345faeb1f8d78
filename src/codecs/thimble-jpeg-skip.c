/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Huffman decoding of several images in lock step where DC is all that is wanted: all else is only
 * passed over, and nothing is worked out that finding the next DC does not need.
 *
 * Where a lane is in its batch and in its block is one number, its progress: which state it is in,
 * how many of the block's coefficients are behind, DC included, and how many bits were used up since
 * some were loaded. An entry of a table says by how much each of these goes on and is added as it
 * is, so a step is a look-up, an addition and a shift. Bits last for three steps. At what may be a
 * limit there is a look only where the lanes could have come there. Where a table does not know what
 * to do, or a lane stands still, all stop; the lane goes back to where bits were loaded, and
 * thimble_jpeg_skip_go_on() takes its steps one by one. */

#include "thimble-jpeg-reduced.h"

#define STEPS 3

/* Of a progress: bits used up since bits were loaded, and coefficients behind, of which a whole block
 * has 64. */
#define USED_MASK ((1 << THIMBLE_JPEG_SKIP_SHIFT) - 1)
#define K_MASK ((THIMBLE_JPEG_SKIP_OVER - 1) << THIMBLE_JPEG_SKIP_SHIFT)
#define K_OVER (THIMBLE_JPEG_SKIP_OVER << THIMBLE_JPEG_SKIP_SHIFT)
#define INDEX_SHIFT (THIMBLE_JPEG_SKIP_SHIFT + 7)

/* What 57 bits hold. */
#define MAX_BITS_OF_STEPS (STEPS * THIMBLE_JPEG_SKIP_MAX_BITS)
G_STATIC_ASSERT (MAX_BITS_OF_STEPS <= 57 && MAX_BITS_OF_STEPS <= USED_MASK);
/* What the last of the steps looks at, and the DC that may begin there, must be there still. */
G_STATIC_ASSERT (THIMBLE_JPEG_LOOK_BITS <= THIMBLE_JPEG_SKIP_MAX_BITS);

/* A lane while it runs, in registers. */
typedef struct
{
  guint64 bits;
  gint64 progress;
} Run;

/* A lane where it was when bits were loaded. */
typedef struct
{
  gint64 progress;
  guint32 position;
} Mark;

static inline gint64
get_progress (const ThimbleJpegLane *lane)
{
  guint is_ac = lane->state & 1;

  return (gint64) THIMBLE_JPEG_SKIP_INDEX (lane->state) << INDEX_SHIFT
         | (lane->k + is_ac) << THIMBLE_JPEG_SKIP_SHIFT;
}

static inline void
set_progress (ThimbleJpegLane *lane, gint64 progress)
{
  guint32 index = (guint32) (progress >> INDEX_SHIFT);
  guint is_ac = index & 1;

  lane->state = index - 2 * is_ac;
  lane->k = ((guint32) (progress & K_MASK) >> THIMBLE_JPEG_SKIP_SHIFT) - is_ac;
}

/* At the end of a block no coefficient is behind. */
static inline gint64
end_block (gint64 progress, gint64 entry)
{
  return progress & ~((entry >> 63) & K_MASK);
}

/* One step of each lane. Returns whether all are to be taken. If not there must not be another: it
 * could run over into the state before, whose word is there already. */
static inline __attribute__ ((always_inline)) gboolean
step (ThimbleJpegLane *lanes, Run *runs, const guint n)
{
  gint64 is_over = 0;

#pragma GCC unroll 8
  for (guint i = 0; i < n; i++)
    {
      guint64 bits = runs[i].bits;
      gint64 progress = runs[i].progress;
      const guint16 *table = lanes[i].tables[progress >> INDEX_SHIFT];
      gint64 entry = (gint16) table[bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];

      lanes[i].words[progress >> INDEX_SHIFT] = bits;
      runs[i].bits = bits << (entry & 63);
      progress += entry;
      is_over |= progress;
      runs[i].progress = end_block (progress, entry);
    }
  return G_LIKELY ((is_over & K_OVER) == 0);
}

/* Loads bits behind those used up, and notes where that is. */
static inline __attribute__ ((always_inline)) void
load (ThimbleJpegLane *lanes, Run *runs, Mark *marks, const guint n)
{
#pragma GCC unroll 8
  for (guint i = 0; i < n; i++)
    {
      guint32 position = marks[i].position + (guint32) (runs[i].progress & USED_MASK);

      runs[i].progress &= ~(gint64) USED_MASK;
      marks[i].progress = runs[i].progress;
      marks[i].position = position;
      runs[i].bits = thimble_jpeg_load_bits (lanes[i].window.bytes, position);
    }
}

/* How often lanes can load bits until one of them may be behind its limit. */
static inline __attribute__ ((always_inline)) guint32
count_loads (const ThimbleJpegLane *lanes, const Mark *marks, const Run *runs, const guint n)
{
  guint32 n_left = G_MAXUINT32;

  for (guint i = 0; i < n; i++)
    {
      guint32 position = marks[i].position + (guint32) (runs[i].progress & USED_MASK);

      if (position > lanes[i].limit)
        return 0;
      n_left = MIN (n_left, (lanes[i].limit - position) / MAX_BITS_OF_STEPS + 1);
    }
  return n_left;
}

/* Where a lane stopped; one that is over goes back to where bits were loaded. */
static inline void
stop (ThimbleJpegLane *lane, const Run *run, const Mark *mark)
{
  lane->is_stuck = (run->progress & K_OVER) != 0;
  lane->position = mark->position + (lane->is_stuck ? 0 : (guint32) (run->progress & USED_MASK));
  set_progress (lane, lane->is_stuck ? mark->progress : run->progress);
}

static inline __attribute__ ((always_inline)) void
run (ThimbleJpegLane *lanes, const guint n)
{
  Run runs[THIMBLE_JPEG_MAX_LANES];
  Mark marks[THIMBLE_JPEG_MAX_LANES];
  gboolean is_over = FALSE;
  guint32 n_left;

  for (guint i = 0; i < n; i++)
    {
      marks[i] = (Mark) { get_progress (&lanes[i]), lanes[i].position };
      runs[i] = (Run) { 0, marks[i].progress };
    }
  while (!is_over && (n_left = count_loads (lanes, marks, runs, n)) > 0)
    for (; !is_over && n_left > 0; n_left--)
      {
        load (lanes, runs, marks, n);
        is_over = !step (lanes, runs, n) || !step (lanes, runs, n) || !step (lanes, runs, n);
      }
  for (guint i = 0; i < n; i++)
    stop (&lanes[i], &runs[i], &marks[i]);
}

static inline __attribute__ ((always_inline)) void
run_any (ThimbleJpegLane *lanes, guint n)
{
  switch (n)
    {
    case 1: run (lanes, 1); break;
    case 2: run (lanes, 2); break;
    case 3: run (lanes, 3); break;
    case 4: run (lanes, 4); break;
    case 5: run (lanes, 5); break;
    default: run (lanes, 6); break;
    }
}

#ifdef __x86_64__
/* The same for processors that shift by any register. */
static __attribute__ ((target ("bmi,bmi2"))) void
run_bmi2 (ThimbleJpegLane *lanes, guint n)
{
  run_any (lanes, n);
}
#endif

/* Runs lanes of DC alone until one of them is at the end of its batch or of its window, or is
 * stuck: see thimble_jpeg_skip_go_on(). The bits of each DC are left in the word of its state.
 *
 * @lanes: (array length=n)
 * @n: 1 to %THIMBLE_JPEG_MAX_LANES */
void
thimble_jpeg_skip_run (ThimbleJpegLane *lanes, guint n)
{
  g_assert (n >= 1 && n <= THIMBLE_JPEG_MAX_LANES);

#ifdef __x86_64__
  if (__builtin_cpu_supports ("bmi2"))
    {
      run_bmi2 (lanes, n);
      return;
    }
#endif
  run_any (lanes, n);
}

/* Takes steps of one lane that is stuck, with a look at the limits before each: as many as may have
 * been taken back.
 *
 * Returns: whether it came to what the table does not know */
gboolean
thimble_jpeg_skip_go_on (ThimbleJpegLane *lane)
{
  gint64 progress = get_progress (lane);
  gboolean is_over = FALSE;

  for (guint i = 0; i < STEPS && progress >> INDEX_SHIFT != 0 && lane->position <= lane->limit; i++)
    {
      gsize index = (gsize) (progress >> INDEX_SHIFT);
      guint64 bits = thimble_jpeg_load_bits (lane->window.bytes, lane->position);
      gint64 entry = (gint16) lane->tables[index][bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];
      guint n_bits = entry & USED_MASK;

      is_over = ((progress + entry) & K_OVER) != 0;
      if (is_over)
        break;
      lane->words[index] = bits;
      lane->position += n_bits;
      progress = end_block (progress + entry - n_bits, entry);
    }
  set_progress (lane, progress);
  return is_over;
}
