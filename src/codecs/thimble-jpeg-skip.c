/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Huffman decoding of several images in lock step: all but DC is only passed over, and nothing is
 * worked out that finding the next DC does not need.
 *
 * Where a lane is in its batch and in its block is one number, its progress: where bits were
 * loaded, which state it is in, how many of the block's coefficients are behind, DC included, and
 * how many bits were used up since then. An entry of a table says by how much the last three go on
 * and is added as it is, so a step is a look-up, an addition and a shift. Bits last for three steps.
 * At what may be a limit there is a look only where the lanes could have come there. Where a table
 * does not know what to do, or a lane stands still, all stop; the lane goes back to where bits were
 * loaded, and thimble_jpeg_skip_go_on() takes its steps one by one. */

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

static inline gint64
get_progress (const ThimbleJpegLane *lane)
{
  guint is_ac = lane->state & 1;

  return (gint64) lane->position << 32
         | THIMBLE_JPEG_SKIP_INDEX (lane->state) << INDEX_SHIFT
         | (lane->k + is_ac) << THIMBLE_JPEG_SKIP_SHIFT;
}

static inline guint32
get_index (gint64 progress)
{
  return (guint32) progress >> INDEX_SHIFT;
}

static inline void
set_progress (ThimbleJpegLane *lane, gint64 progress)
{
  guint32 index = get_index (progress);
  guint is_ac = index & 1;

  lane->position = thimble_jpeg_skip_get_position ((guint64) progress);
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
step (ThimbleJpegLane *lanes, Run *runs, const guint n, const gboolean keeps_ac)
{
  gint64 is_over = 0;

#pragma GCC unroll 8
  for (guint i = 0; i < n; i++)
    {
      guint64 bits = runs[i].bits;
      gint64 progress = runs[i].progress;
      const guint16 *table = lanes[i].tables[get_index (progress)];
      gint64 entry = (gint16) table[bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];

      lanes[i].words[get_index (progress)] = keeps_ac ? (guint64) progress : bits;
      runs[i].bits = bits << (entry & 63);
      progress += entry;
      is_over |= progress;
      runs[i].progress = end_block (progress, entry);
    }
  return G_LIKELY ((is_over & K_OVER) == 0);
}

/* Loads bits behind those used up, and notes where that is. */
static inline __attribute__ ((always_inline)) void
load (ThimbleJpegLane *lanes, Run *runs, gint64 *marks, const guint n)
{
#pragma GCC unroll 8
  for (guint i = 0; i < n; i++)
    {
      guint64 progress = (guint64) runs[i].progress;
      guint32 position = thimble_jpeg_skip_get_position (progress);

      progress = (guint64) position << 32 | ((guint32) progress & ~(guint32) USED_MASK);
      runs[i].progress = marks[i] = (gint64) progress;
      runs[i].bits = thimble_jpeg_load_bits (lanes[i].window.bytes, position);
    }
}

/* How often lanes can load bits until one of them may be behind its limit. */
static inline __attribute__ ((always_inline)) guint32
count_loads (const ThimbleJpegLane *lanes, const Run *runs, const guint n)
{
  guint32 n_left = G_MAXUINT32;

  for (guint i = 0; i < n; i++)
    {
      guint32 position = thimble_jpeg_skip_get_position ((guint64) runs[i].progress);

      if (position > lanes[i].limit)
        return 0;
      n_left = MIN (n_left, (lanes[i].limit - position) / MAX_BITS_OF_STEPS + 1);
    }
  return n_left;
}

/* Where a lane stopped; one that is over goes back to where bits were loaded. */
static inline void
stop (ThimbleJpegLane *lane, const Run *run, gint64 mark)
{
  lane->is_stuck = (run->progress & K_OVER) != 0;
  set_progress (lane, lane->is_stuck ? mark : run->progress);
}

static inline __attribute__ ((always_inline)) void
run (ThimbleJpegLane *lanes, const guint n, const gboolean keeps_ac)
{
  Run runs[THIMBLE_JPEG_MAX_LANES];
  gint64 marks[THIMBLE_JPEG_MAX_LANES];
  gboolean is_over = FALSE;
  guint32 n_left;

  for (guint i = 0; i < n; i++)
    {
      marks[i] = get_progress (&lanes[i]);
      runs[i] = (Run) { 0, marks[i] };
    }
  while (!is_over && (n_left = count_loads (lanes, runs, n)) > 0)
    for (; !is_over && n_left > 0; n_left--)
      {
        load (lanes, runs, marks, n);
        is_over = !step (lanes, runs, n, keeps_ac) || !step (lanes, runs, n, keeps_ac)
                  || !step (lanes, runs, n, keeps_ac);
      }
  for (guint i = 0; i < n; i++)
    stop (&lanes[i], &runs[i], marks[i]);
}

static inline __attribute__ ((always_inline)) void
run_some (ThimbleJpegLane *lanes, guint n, const gboolean keeps_ac)
{
  switch (n)
    {
    case 1: run (lanes, 1, keeps_ac); break;
    case 2: run (lanes, 2, keeps_ac); break;
    case 3: run (lanes, 3, keeps_ac); break;
    case 4: run (lanes, 4, keeps_ac); break;
    case 5: run (lanes, 5, keeps_ac); break;
    default: run (lanes, 6, keeps_ac); break;
    }
}

static inline __attribute__ ((always_inline)) void
run_any (ThimbleJpegLane *lanes, guint n)
{
  if (lanes->n_kept > 0)
    run_some (lanes, n, TRUE);
  else
    run_some (lanes, n, FALSE);
}

#ifdef __x86_64__
/* The same for processors that shift by any register. */
static __attribute__ ((target ("bmi,bmi2"))) void
run_bmi2 (ThimbleJpegLane *lanes, guint n)
{
  run_any (lanes, n);
}
#endif

/* Runs lanes until one of them is at the end of its batch or of its window, or is stuck: see
 * thimble_jpeg_skip_go_on(). In the word of its state each DC's bits are left, or where AC is wanted
 * too what thimble_jpeg_skip_get_position() takes. All lanes want the same.
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
  guint32 position = lane->position;
  gboolean is_over = FALSE;

  for (guint i = 0; i < STEPS && get_index (progress) != 0 && position <= lane->limit; i++)
    {
      guint64 bits = thimble_jpeg_load_bits (lane->window.bytes, position);
      guint32 index = get_index (progress);
      gint64 entry = (gint16) lane->tables[index][bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];

      is_over = ((progress + entry) & K_OVER) != 0;
      if (is_over)
        break;
      lane->words[index] = lane->n_kept > 0 ? (guint64) progress : bits;
      progress = end_block (progress + entry, entry);
      position = thimble_jpeg_skip_get_position ((guint64) progress);
    }
  set_progress (lane, progress);
  return is_over;
}

/* Takes a step of a single code.
 *
 * @dc: @ac: the tables of the block that the lane is in
 *
 * Returns: whether there was a code, and one within the block */
gboolean
thimble_jpeg_skip_step (ThimbleJpegLane *lane,
                        const ThimbleJpegHuffman *dc,
                        const ThimbleJpegHuffman *ac)
{
  gboolean is_dc = lane->state % 2 == 0;
  guint64 bits = thimble_jpeg_load_bits (lane->window.bytes, lane->position);
  guint n_bits, symbol, size;
  gboolean is_end;

  if (!thimble_jpeg_huffman_decode (is_dc ? dc : ac, (guint32) (bits >> 48), &n_bits, &symbol))
    return FALSE;

  size = symbol & 15;
  is_end = !is_dc && size == 0 && symbol != 0xf0;
  lane->words[THIMBLE_JPEG_SKIP_INDEX (lane->state)]
    = lane->n_kept > 0 ? (guint64) get_progress (lane) : bits;
  lane->position += n_bits + size;
  if (!is_dc && !is_end)
    lane->k += (symbol >> 4) + 1;
  if (lane->k > 63)
    return FALSE;
  if (is_dc || is_end || lane->k == 63)
    {
      lane->state--;
      lane->k = 0;
    }
  return TRUE;
}
