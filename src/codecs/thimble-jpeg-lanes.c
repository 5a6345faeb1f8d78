/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Huffman decoding of several images in lock step, where AC is wanted too. One image alone
 * spends most of its time waiting: each look-up depends on the one before, and where a block
 * ends cannot be foreseen. Here nothing depends on data but loads and arithmetic: a step looks up
 * what is next in the table of the state that its image is in, DC or AC of a block; the entry says
 * whether the state is over. Steps of several images are taken in turn, so that each fills the
 * others' waits.
 *
 * What a code stands for is not worked out here: a step writes the bits it saw with the entry it
 * found, a word, and goes on. What the table does not know, and the end of a block that has no end
 * code, is left to thimble_jpeg_lane_step(), which goes code by code, here and where only the DC of a
 * block is wanted. */

#include "thimble-jpeg-reduced.h"

/* What changes in a lane while it runs, so that it can be in registers. */
typedef struct
{
  guint32 position;
  guint32 k;
  guint32 state;
  guint32 n_words;
} Run;

/* What the table of single codes says, or behind the coefficients that are kept that of many. */
static inline guint32
get_entry (const ThimbleJpegLane *lane, guint32 state, guint32 k, guint64 bits)
{
  /* A mask, as compilers make a branch of a condition. */
  guint32 offset = ~(guint32) ((gint32) (k - lane->n_kept) >> 31) & THIMBLE_JPEG_TABLE_SIZE;

  return lane->tables[state][offset + (guint32) (bits >> (64 - THIMBLE_JPEG_LOOK_BITS))];
}

static inline __attribute__ ((always_inline)) void
commit (ThimbleJpegLane *lane, Run *run, guint64 bits, guint32 entry, guint32 k)
{
  guint32 is_last = entry >> 15;

  lane->words[run->n_words] = THIMBLE_JPEG_WORD (bits, entry);
  run->n_words += (guint32) (run->k - lane->n_kept) >> 31;
  run->position += THIMBLE_JPEG_ENTRY_BITS (entry);
  run->state -= is_last;
  run->k = k & (is_last - 1);
}

/* One step of each lane, or of none if one of them needs thimble_jpeg_lane_step(). */
static inline __attribute__ ((always_inline)) gboolean
step (ThimbleJpegLane *lanes, Run *runs, const guint n)
{
  guint64 bits[THIMBLE_JPEG_MAX_LANES_OF_AC];
  guint32 entries[THIMBLE_JPEG_MAX_LANES_OF_AC];
  guint32 k[THIMBLE_JPEG_MAX_LANES_OF_AC];
  guint32 is_odd = 0;

#pragma GCC unroll 3
  for (guint i = 0; i < n; i++)
    {
      bits[i] = thimble_jpeg_load_bits (lanes[i].window.bytes, runs[i].position);
      entries[i] = get_entry (&lanes[i], runs[i].state, runs[i].k, bits[i]);
      k[i] = runs[i].k + THIMBLE_JPEG_ENTRY_ADVANCE (entries[i]);
      is_odd |= 62 - k[i];
    }
  if (G_UNLIKELY ((gint32) is_odd < 0))
    return FALSE;
#pragma GCC unroll 3
  for (guint i = 0; i < n; i++)
    commit (&lanes[i], &runs[i], bits[i], entries[i], k[i]);
  return TRUE;
}

static inline __attribute__ ((always_inline)) gboolean
may_go_on (ThimbleJpegLane *lanes, const Run *runs, const guint n)
{
  guint32 is_over = 0;

#pragma GCC unroll 3
  for (guint i = 0; i < n; i++)
    is_over |= (lanes[i].limit - runs[i].position) | (runs[i].state - 1);
  return (gint32) is_over >= 0;
}

/* Looks at the limits every four steps, which read at most 14 bytes. */
static inline __attribute__ ((always_inline)) void
run (ThimbleJpegLane *lanes, const guint n)
{
  Run runs[THIMBLE_JPEG_MAX_LANES_OF_AC];
  gboolean is_stuck = FALSE;

  for (guint i = 0; i < n; i++)
    {
      runs[i] = (Run) { lanes[i].position, lanes[i].k, lanes[i].state, lanes[i].n_words };
    }
  while (!is_stuck && may_go_on (lanes, runs, n))
    is_stuck = !step (lanes, runs, n) || !step (lanes, runs, n) || !step (lanes, runs, n)
               || !step (lanes, runs, n);
  for (guint i = 0; i < n; i++)
    {
      lanes[i].position = runs[i].position;
      lanes[i].k = runs[i].k;
      lanes[i].state = runs[i].state;
      lanes[i].n_words = runs[i].n_words;
      lanes[i].is_stuck = is_stuck;
    }
}

/* Runs lanes that keep AC until one of them is at the end of its batch or of its window, or is
 * stuck: see thimble_jpeg_lane_is_stuck(). Words are written one after the other.
 *
 * @lanes: (array length=n)
 * @n: 1 to %THIMBLE_JPEG_MAX_LANES_OF_AC */
void
thimble_jpeg_lanes_run (ThimbleJpegLane *lanes, guint n)
{
  g_assert (n >= 1 && n <= THIMBLE_JPEG_MAX_LANES_OF_AC);

  switch (n)
    {
    case 1: run (lanes, 1); break;
    case 2: run (lanes, 2); break;
    default: run (lanes, 3); break;
    }
}

/* Returns: whether the next step of a lane that keeps AC is not one for the tables */
gboolean
thimble_jpeg_lane_is_stuck (const ThimbleJpegLane *lane)
{
  guint64 bits = thimble_jpeg_load_bits (lane->window.bytes, lane->position);
  guint32 entry = get_entry (lane, lane->state, lane->k, bits);

  return lane->k + THIMBLE_JPEG_ENTRY_ADVANCE (entry) > 62;
}

/* Takes a step of a single code.
 *
 * @dc: @ac: the tables of the block that the lane is in
 *
 * Returns: whether there was a code, and one within the block */
gboolean
thimble_jpeg_lane_step (ThimbleJpegLane *lane,
                        const ThimbleJpegHuffman *dc,
                        const ThimbleJpegHuffman *ac,
                        gboolean keeps_ac)
{
  gboolean is_dc = lane->state % 2 == 0;
  guint64 bits = thimble_jpeg_load_bits (lane->window.bytes, lane->position);
  guint n_bits, symbol, size, k, advance;
  gboolean is_end;
  guint16 entry;

  if (!thimble_jpeg_huffman_decode (is_dc ? dc : ac, (guint32) (bits >> 48), &n_bits, &symbol))
    return FALSE;

  size = symbol & 15;
  is_end = !is_dc && size == 0 && symbol != 0xf0;
  advance = is_dc ? 0 : (symbol >> 4) + 1;
  k = is_end ? lane->k : lane->k + advance;
  if (k > 63)
    return FALSE;
  entry = THIMBLE_JPEG_ENTRY (n_bits + size, is_end ? THIMBLE_JPEG_ADVANCE_EOB : advance, size,
                              is_dc);
  lane->words[keeps_ac ? lane->n_words : THIMBLE_JPEG_SKIP_INDEX (lane->state)]
    = THIMBLE_JPEG_WORD (bits, entry);
  if (keeps_ac && lane->k < lane->n_kept)
    lane->n_words++;
  lane->position += n_bits + size;
  lane->k = k;
  if (is_dc || is_end || k == 63)
    {
      lane->state--;
      lane->k = 0;
    }
  return TRUE;
}
