/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Huffman decoding of several images in lock step where DC is all that is wanted: all else is only
 * passed over, and nothing is worked out that finding the next DC does not need.
 *
 * Where a lane is in its batch and in its block is one number, its progress: the state times 128,
 * plus how many of the block's coefficients are behind, DC included. An entry of a table says by
 * how much that goes on, so a step is a look-up and an addition. The bits are in a register, with
 * one set bit behind the last of them: how many are used up is where that bit is. They last for
 * three steps, and only then is there a look at the limits. Where a table does not know what to do,
 * steps are taken back to where bits were loaded, and thimble_jpeg_skip_go_on() takes them one by
 * one. */

#include "thimble-jpeg-reduced.h"

#include <string.h>

#define STEPS 3

/* Of a progress: the coefficients behind, of which a whole block has 64. */
#define K_BITS 7
#define K_MASK ((1 << K_BITS) - 1)
#define K_OVER 64

/* What 64 bits hold behind up to seven of a byte that is begun, less the one that marks the end. */
G_STATIC_ASSERT (STEPS * THIMBLE_JPEG_SKIP_MAX_BITS <= 64 - 7 - 1);
/* What the last of the steps looks at, and the DC that may begin there, must be there still. */
G_STATIC_ASSERT ((STEPS - 1) * THIMBLE_JPEG_SKIP_MAX_BITS + THIMBLE_JPEG_LOOK_BITS <= 64 - 7 - 1);

/* A lane while it runs, in registers. */
typedef struct
{
  guint64 bits;
  gint64 progress;
  const guint16 *table; /* of the state */
  guint32 byte;         /* in the window: that of the first of the bits when they were loaded */
} Run;

/* A lane where it was three steps ago. */
typedef struct
{
  guint32 position;
  gint64 progress;
} Mark;

/* The next 56 bits or more, from the top, and the bit that marks their end. */
static inline guint64
load_bits (const guint8 *bytes, guint32 position)
{
  guint64 word;

  memcpy (&word, bytes + position / 8, sizeof word);
  return (GUINT64_FROM_BE (word) | 1) << (position & 7);
}

static inline gint64
get_progress (const ThimbleJpegLane *lane)
{
  guint is_ac = lane->state & 1;

  return (gint64) THIMBLE_JPEG_SKIP_INDEX (lane->state) << K_BITS | (lane->k + is_ac);
}

static inline void
set_progress (ThimbleJpegLane *lane, gint64 progress)
{
  guint32 index = (guint32) (progress >> K_BITS);
  guint is_ac = index & 1;

  lane->state = index - 2 * is_ac;
  lane->k = ((guint32) progress & K_MASK) - is_ac;
}

/* Where an entry brings a progress. At the end of a block no coefficient is behind. */
static inline gint64
advance (gint64 progress, gint64 entry)
{
  gint64 change = entry >> THIMBLE_JPEG_SKIP_SHIFT;

  return (progress + change) & ~((change >> 63) & K_MASK);
}

/* One step of each lane. Returns whether all are to be taken. If not there must not be another: it
 * could run over into the state before, whose word is there already. */
static inline __attribute__ ((always_inline)) gboolean
step (ThimbleJpegLane *lanes, Run *runs, const guint n)
{
  guint64 is_over = 0;

#pragma GCC unroll 4
  for (guint i = 0; i < n; i++)
    {
      guint64 bits = runs[i].bits;
      gint64 entry = (gint16) runs[i].table[bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];

      lanes[i].words[runs[i].progress >> K_BITS] = bits;
      runs[i].bits = bits << (entry & 63);
      is_over |= (guint64) (runs[i].progress + (entry >> THIMBLE_JPEG_SKIP_SHIFT));
      runs[i].progress = advance (runs[i].progress, entry);
      runs[i].table = lanes[i].tables[runs[i].progress >> K_BITS];
    }
  return G_LIKELY ((is_over & K_OVER) == 0);
}

/* Loads bits behind those used up, and notes where that is. Returns whether the lanes may go on. */
static inline __attribute__ ((always_inline)) gboolean
load (ThimbleJpegLane *lanes, Run *runs, Mark *marks, const guint n)
{
  gint64 is_over = 0;

#pragma GCC unroll 4
  for (guint i = 0; i < n; i++)
    {
      guint32 n_used = (guint32) __builtin_ctzll (runs[i].bits);
      guint32 position = runs[i].byte * 8 + n_used;

      runs[i].byte = position / 8;
      runs[i].bits = load_bits (lanes[i].window.bytes, position);
      marks[i].position = position;
      marks[i].progress = runs[i].progress;
      is_over |= ((gint64) lanes[i].limit - position) | (runs[i].progress - 1);
    }
  return is_over >= 0;
}

static inline __attribute__ ((always_inline)) void
run (ThimbleJpegLane *lanes, const guint n)
{
  Run runs[THIMBLE_JPEG_MAX_LANES];
  Mark marks[THIMBLE_JPEG_MAX_LANES];
  gboolean is_stuck = FALSE;

  for (guint i = 0; i < n; i++)
    {
      runs[i].bits = load_bits (lanes[i].window.bytes, lanes[i].position);
      runs[i].byte = lanes[i].position / 8;
      runs[i].progress = get_progress (&lanes[i]);
      runs[i].table = lanes[i].tables[runs[i].progress >> K_BITS];
    }
  while (!is_stuck && load (lanes, runs, marks, n))
    is_stuck = !step (lanes, runs, n) || !step (lanes, runs, n) || !step (lanes, runs, n);
  for (guint i = 0; i < n; i++)
    {
      lanes[i].position = marks[i].position;
      set_progress (&lanes[i], marks[i].progress);
      lanes[i].is_stuck = is_stuck;
    }
}

/* Runs lanes of DC alone until one of them is at the end of its batch or of its window, or is
 * stuck: see thimble_jpeg_skip_go_on(). The bits of each DC are left in the word of its state.
 *
 * @lanes: (array length=n)
 * @n: 1 to %THIMBLE_JPEG_MAX_LANES */
void
thimble_jpeg_skip_run (ThimbleJpegLane *lanes, guint n)
{
  g_assert (n >= 1 && n <= THIMBLE_JPEG_MAX_LANES);

  switch (n)
    {
    case 1: run (lanes, 1); break;
    case 2: run (lanes, 2); break;
    case 3: run (lanes, 3); break;
    default: run (lanes, 4); break;
    }
}

/* Takes steps of one lane, with a look at the limits before each: as many as may have been taken
 * back.
 *
 * Returns: whether it came to what the table does not know */
gboolean
thimble_jpeg_skip_go_on (ThimbleJpegLane *lane)
{
  for (guint i = 0; i < STEPS && lane->state > 0 && lane->position <= lane->limit; i++)
    {
      guint32 index = THIMBLE_JPEG_SKIP_INDEX (lane->state);
      guint64 bits = load_bits (lane->window.bytes, lane->position);
      gint64 entry = (gint16) lane->tables[index][bits >> (64 - THIMBLE_JPEG_LOOK_BITS)];
      gint64 progress = get_progress (lane);

      if (((progress + (entry >> THIMBLE_JPEG_SKIP_SHIFT)) & K_OVER) != 0)
        return TRUE;
      lane->words[index] = bits;
      lane->position += entry & 63;
      set_progress (lane, advance (progress, entry));
    }
  return FALSE;
}
