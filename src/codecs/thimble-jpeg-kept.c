/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Blocks' coefficients where AC is wanted too.
 *
 * Where blocks begin is found out in lock step, as where DC alone is wanted. What is kept of them
 * is read behind that, from the same window. There one block does not wait for the other, so some
 * of the same image are read in turn, whatever else is decoded, and nothing branches on what is
 * read: a block is always as many codes. Its end is one that uses up nothing, and what is behind
 * the last kept coefficient goes where nobody looks. A block with a code or value that the tables
 * do not know is read again, code by code. */

#include "thimble-jpeg-reduced.h"

#include <string.h>

/* A place behind both kinds of blocks, before the next one. */
#define NO_2 4
#define NO_4 16

/* For frequency u, √2 times the mean of cos ((2x + 1) u π / 16) over a run of 8 / n values of x,
 * without what is left to the inverse DCT: for n = 2, cos (π / 8) cos (π / 16); for n = 4,
 * √2 cos (u π / 16), where u is 2 divided by √2. */
static const ThimbleJpegShape shape_2 = {
  .n_kept = 4,
  .stride = 8,
  .places = { 0, 1, 2, NO_2, 3, [5 ... 255] = NO_2 },
  .weights = { 1, 0.90612744635288779f },
};
static const ThimbleJpegShape shape_4 = {
  .n_kept = 24,
  .stride = THIMBLE_JPEG_MAX_STRIDE,
  .places = { 0,    1,    4,    8,    5,    2,  3,  6,    9,    12,   NO_4, 13,   10,
              7,    NO_4, NO_4, NO_4, 11,   14, NO_4, NO_4, NO_4, NO_4, NO_4, 15,
              [25 ... 255] = NO_4 },
  .weights = { 1, 1.3870398453221475f, 0.92387953251128674f, 1.1758756024193588f },
};

/* The tables of a place in an MCU. */
typedef struct
{
  const guint32 *dc;
  const guint32 *ac;
  const ThimbleJpegHuffman *dc_codes;
  const ThimbleJpegHuffman *ac_codes;
} Tables;

/* What is looked at while a block is read. */
typedef struct
{
  guint64 bits;
  guint32 position; /* where they are in the window */
  guint32 sum; /* of entries: of their bits since some were loaded, and of their advances */
  gint32 is_known; /* below 0 where a table did not know a code, or the bits did not suffice */
} Reader;

/* Blocks that are read in turn: each hides the others' waits, which are longer than what the
 * processor sees ahead. */
#define N_READERS THIMBLE_JPEG_N_READERS
#define UNROLL _Pragma ("GCC unroll 4")

#define LOOK_BITS THIMBLE_JPEG_KEPT_LOOK_BITS
#define MAX_BITS 57 /* that are there when some were loaded */
#define GET_BITS(sum) ((sum) & 0xff)
#define K_SHIFT 8
#define GET_POSITION_IN_BLOCK(sum) ((sum) >> K_SHIFT & 0xff)

/* A block may begin behind a lane's limit, by the bits of some steps. Behind that are read all its
 * codes, each as long as can be; or as many groups of at most MAX_BITS as the longest of some
 * blocks has, in which each code goes on by one coefficient at least. */
#define MAX_BEHIND (3 * THIMBLE_JPEG_SKIP_MAX_BITS + 64)
#define MAX_GROUPS (1 + (24 - 2 + 2) / 3)
G_STATIC_ASSERT ((MAX_BEHIND + 25 * (16 + 11)) / 8 + 1 <= THIMBLE_JPEG_WINDOW_PADDING);
G_STATIC_ASSERT ((MAX_BEHIND + MAX_GROUPS * MAX_BITS) / 8 + 1 <= THIMBLE_JPEG_WINDOW_PADDING);
G_STATIC_ASSERT (THIMBLE_JPEG_KEPT_UNKNOWN > MAX_BITS && 3 * THIMBLE_JPEG_KEPT_UNKNOWN <= 0xff);

/* What @entry says, of which the last bits are still in @bits. */
static inline gint16
get_value (guint64 bits, guint32 entry)
{
  guint32 rest = (guint32) (bits >> (-GET_BITS (entry) & 63)) & ((1u << (entry >> 16 & 15)) - 1);

  return (gint16) (((gint32) entry >> 20) + (gint32) rest);
}

static inline __attribute__ ((always_inline)) void
load (Reader *readers, const guint8 *bytes)
{
  UNROLL for (guint i = 0; i < N_READERS; i++)
    {
      guint32 k = GET_POSITION_IN_BLOCK (readers[i].sum);

      readers[i].position += GET_BITS (readers[i].sum) & ~(guint32) (readers[i].is_known >> 31);
      readers[i].sum = MIN (k, THIMBLE_JPEG_KEPT_END) << K_SHIFT;
      readers[i].bits = thimble_jpeg_load_bits (bytes, readers[i].position);
    }
}

/* One code of each block. */
static inline __attribute__ ((always_inline)) void
take_codes (Reader *readers,
            const Tables *tables,
            const ThimbleJpegShape *shape,
            gint16 *blocks,
            const gboolean is_dc)
{
  UNROLL for (guint i = 0; i < N_READERS; i++)
    {
      guint64 bits = readers[i].bits;
      guint32 entry = (is_dc ? tables[i].dc : tables[i].ac)[bits >> (64 - LOOK_BITS)];
      guint place;

      readers[i].bits = bits << (entry & 63);
      readers[i].sum += entry;
      place = is_dc ? 0 : shape->places[GET_POSITION_IN_BLOCK (readers[i].sum)];
      blocks[i * shape->stride + place] = get_value (bits, entry);
    }
}

static inline __attribute__ ((always_inline)) void
check (Reader *readers)
{
  UNROLL for (guint i = 0; i < N_READERS; i++)
    readers[i].is_known |= MAX_BITS - (gint32) GET_BITS (readers[i].sum);
}

/* Whether all have come to the end of what is kept, or to what a table does not know. */
static inline __attribute__ ((always_inline)) gboolean
are_done (const Reader *readers, const guint n_kept)
{
  gint32 are_done = -1;

  UNROLL for (guint i = 0; i < N_READERS; i++)
    are_done &= readers[i].is_known
                | (gint32) (n_kept - 1 - GET_POSITION_IN_BLOCK (readers[i].sum));
  return are_done < 0;
}

/* An entry for a code that is not in a table. Broken data may have none: then it is the end. */
static guint32
make_entry (const ThimbleJpegHuffman *codes, gboolean is_dc, guint64 bits)
{
  guint n_bits, symbol, size;

  if (!thimble_jpeg_huffman_decode (codes, (guint32) (bits >> 48), &n_bits, &symbol)
      || (!is_dc && (symbol & 15) == 0 && symbol != 0xf0))
    return THIMBLE_JPEG_KEPT_ENTRY (0, THIMBLE_JPEG_KEPT_END, 0, 0);
  size = symbol & 15;
  n_bits += size;
  return THIMBLE_JPEG_KEPT_ENTRY (
    n_bits, is_dc ? 0 : (symbol >> 4) + 1, 0,
    thimble_jpeg_get_value (THIMBLE_JPEG_WORD (bits, THIMBLE_JPEG_ENTRY (n_bits, 0, size, 0))));
}

/* A block's coefficients one by one, whatever they are. */
G_NO_INLINE static void
read_block (const guint8 *bytes,
            guint32 position,
            const Tables *tables,
            const ThimbleJpegShape *shape,
            gint16 *block)
{
  gboolean is_dc = TRUE;

  memset (block, 0, shape->stride * sizeof *block);
  for (guint k = 0; k < shape->n_kept; is_dc = FALSE)
    {
      guint64 bits = thimble_jpeg_load_bits (bytes, position);
      guint32 entry = (is_dc ? tables->dc : tables->ac)[bits >> (64 - LOOK_BITS)];

      if (GET_BITS (entry) > MAX_BITS)
        entry = make_entry (is_dc ? tables->dc_codes : tables->ac_codes, is_dc, bits);
      k += GET_POSITION_IN_BLOCK (entry);
      block[shape->places[k]] = get_value (bits, entry);
      position += GET_BITS (entry);
    }
}

/* Coefficients of some blocks; of DC the difference that it is.
 *
 * @words: of the blocks' DC; of the first @n of them
 * @tables: of the blocks' places
 * @blocks: there is room for %N_READERS */
static inline __attribute__ ((always_inline)) void
collect_blocks (const guint8 *bytes,
                const guint64 *words,
                guint n,
                const Tables *tables,
                const ThimbleJpegShape *shape,
                const guint n_kept,
                gint16 *blocks)
{
  Reader readers[N_READERS];
  gint32 are_known = 0;

  memset (blocks, 0, N_READERS * shape->stride * sizeof *blocks);
  UNROLL for (guint i = 0; i < N_READERS; i++)
    readers[i] = (Reader) {
      .position = thimble_jpeg_skip_get_position (words[-2 * (gssize) MIN (i, n - 1)])
    };
  load (readers, bytes);
  take_codes (readers, tables, shape, blocks, TRUE);
  take_codes (readers, tables, shape, blocks, FALSE);
  take_codes (readers, tables, shape, blocks, FALSE);
  check (readers);
  do
    {
      load (readers, bytes);
      take_codes (readers, tables, shape, blocks, FALSE);
      take_codes (readers, tables, shape, blocks, FALSE);
      if (n_kept > 4)
        take_codes (readers, tables, shape, blocks, FALSE);
      check (readers);
    }
  while (n_kept > 4 && !are_done (readers, n_kept));
  UNROLL for (guint i = 0; i < N_READERS; i++)
    are_known |= readers[i].is_known;
  if (G_UNLIKELY (are_known < 0))
    for (guint i = 0; i < MIN (n, N_READERS); i++)
      if (readers[i].is_known < 0)
        read_block (bytes, thimble_jpeg_skip_get_position (words[-2 * (gssize) i]), &tables[i],
                    shape, blocks + i * shape->stride);
}

/* For the blocks from any of an MCU on. */
static void
find_tables (const ThimbleJpegTask *task, Tables *tables)
{
  for (guint i = 0; i < task->n_places + N_READERS - 1; i++)
    {
      const ThimbleJpegComponent *component
        = &task->frame.components[task->places[i % task->n_places].component];

      tables[i] = (Tables) {
        .dc = task->tables->kept_dc[component->dc_table],
        .ac = task->tables->kept_ac[component->ac_table],
        .dc_codes = &task->tables->dc[component->dc_table],
        .ac_codes = &task->tables->ac[component->ac_table],
      };
    }
}

static inline __attribute__ ((always_inline)) void
collect_to (ThimbleJpegTask *task, guint end, const ThimbleJpegShape *shape, const guint n_kept)
{
  const ThimbleJpegLane *lane = task->lane;
  const guint n_places = task->n_places, start = task->n_collected;
  const guint64 *words = lane->words + 2 * task->n_batch * n_places;
  gint16 *blocks = task->blocks;
  Tables tables[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU + N_READERS - 1];

  find_tables (task, tables);
  for (guint i = start; i < end; i += N_READERS)
    collect_blocks (lane->window.bytes, words - 2 * (gsize) i, end - i, &tables[i % n_places],
                    shape, n_kept, blocks + (gsize) i * shape->stride);
  task->n_collected = end;
}

static inline __attribute__ ((always_inline)) void
collect_any (ThimbleJpegTask *task, guint end)
{
  if (task->n_side == 2)
    collect_to (task, end, &shape_2, shape_2.n_kept);
  else
    collect_to (task, end, &shape_4, shape_4.n_kept);
}

#ifdef __x86_64__
/* The same for processors that shift by any register. */
static __attribute__ ((target ("bmi,bmi2"))) void
collect_bmi2 (ThimbleJpegTask *task, guint end)
{
  collect_any (task, end);
}
#endif

/* Reads what is kept of the batch's blocks whose DC the task's lane has passed since this was
 * called last. To be called before the window goes on, and when the batch is over. */
void
thimble_jpeg_kept_collect (ThimbleJpegTask *task)
{
  guint end = task->n_batch * task->n_places - task->lane->state / 2;

#ifdef __x86_64__
  if (__builtin_cpu_supports ("bmi2"))
    {
      collect_bmi2 (task, end);
      return;
    }
#endif
  collect_any (task, end);
}

/* Returns: (nullable): what samples of @n_side on a side of a block are made of; %NULL where that is
 *   DC alone */
const ThimbleJpegShape *
thimble_jpeg_shape_get (guint n_side)
{
  return n_side == 1 ? NULL : n_side == 2 ? &shape_2 : &shape_4;
}
