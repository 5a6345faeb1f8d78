/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The parts of the decoder for reduced sizes, see thimble-jpeg-reduced.c. */

#include "thimble-jpeg-private.h"

#include <string.h>

G_BEGIN_DECLS

/* Bits of data that one look into a table takes. More skip more at once, but then the tables of
 * three images are not found in the first cache any more. */
#define THIMBLE_JPEG_LOOK_BITS 12
#define THIMBLE_JPEG_TABLE_SIZE (1 << THIMBLE_JPEG_LOOK_BITS)

/* What some bits stand for, where it is put together.
 *
 * bits 0–4: how many bits that is, with those behind the codes
 * bits 5–10: by how much the position in the block goes on: runs and their coefficients, less than
 *   OVER; 0 for DC
 * bits 11–14: of a single code, how many bits are behind it: the coefficient's size
 * bit 15: whether the block is over */
#define THIMBLE_JPEG_ENTRY(n_bits, advance, size, is_last) \
  ((guint16) ((n_bits) | (advance) << 5 | (size) << 11 | (is_last) << 15))
#define THIMBLE_JPEG_ENTRY_BITS(entry) ((entry) & 31)
#define THIMBLE_JPEG_ENTRY_ADVANCE(entry) ((entry) >> 5 & 63)
#define THIMBLE_JPEG_ENTRY_SIZE(entry) ((entry) >> 11 & 15)
#define THIMBLE_JPEG_ENTRY_LAST (1 << 15)
#define THIMBLE_JPEG_ADVANCE_OVER 63

/* An entry of a table for finding DC, see thimble-jpeg-skip.c: what the bits looked at stand for.
 *
 * bits 0–5: how many bits that is, with those behind the codes; MAX_BITS at most
 * bits 6–12: by how much the position in the block goes on, DC included; OVER, more than a block
 *   has, where the table does not know
 * bits 13–15: by how much the state goes on, signed; below 0 the block is over */
#define THIMBLE_JPEG_SKIP_SHIFT 6
#define THIMBLE_JPEG_SKIP_ENTRY(n_bits, advance, states) \
  ((guint16) ((n_bits) | (advance) << THIMBLE_JPEG_SKIP_SHIFT | ((states) & 7) << 13))
#define THIMBLE_JPEG_SKIP_OVER 64
#define THIMBLE_JPEG_SKIP_MAX_BITS 18
#define THIMBLE_JPEG_SKIP_TO_AC 1
#define THIMBLE_JPEG_SKIP_FROM_AC (-3)
#define THIMBLE_JPEG_SKIP_BLOCK (-2)

/* An entry of a table for a scan of DC: the difference, and in its low bits how many bits that is
 * with its code; 0 where the table does not know. */
#define THIMBLE_JPEG_DC_SHIFT 4
#define THIMBLE_JPEG_DC_MASK ((1 << THIMBLE_JPEG_DC_SHIFT) - 1)
#define THIMBLE_JPEG_DC_ENTRY(difference, n_bits) \
  ((guint16) ((difference) * (1 << THIMBLE_JPEG_DC_SHIFT) + (gint32) (n_bits)))

/* Bits looked at with the entry found for them. */
#define THIMBLE_JPEG_WORD(bits, entry) (((bits) & ~(guint64) 0xffff) | (entry))

/* The next 57 bits or more from a position in @bytes, from the top. */
static inline guint64
thimble_jpeg_load_bits (const guint8 *bytes, guint32 position)
{
  guint64 word;

  memcpy (&word, bytes + position / 8, sizeof word);
  return GUINT64_FROM_BE (word) << (position & 7);
}

/* The difference or coefficient in a word (ITU-T T.81, F.2.2.1). */
static inline gint32
thimble_jpeg_get_value (guint64 word)
{
  guint n_bits = THIMBLE_JPEG_ENTRY_BITS (word);
  gint32 range = 1 << THIMBLE_JPEG_ENTRY_SIZE (word);
  gint32 value = (gint32) (word >> ((64 - n_bits) & 63)) & (range - 1);

  return value - (((2 * value - range) >> 31) & (range - 1));
}

/* A Huffman table as the file has it (ITU-T T.81, B.2.4.2), and what is needed to read it code by
 * code (annex F.2.2.3). */
typedef struct
{
  gboolean is_set;
  guint8 n_codes[17]; /* by length in bits; the first is unused */
  guint8 symbols[256];
  gint32 max_code[17]; /* by length; -1 where there is no code of it */
  gint32 offset[17];   /* from a code of that length to its symbol's index */
} ThimbleJpegHuffman;

/* One component of the picture, and where it goes. */
typedef struct
{
  guint8 id;
  guint h;             /* sampling factors */
  guint v;
  guint quantizer;     /* index of its table */
  guint dc_table;      /* indices in the current scan */
  guint ac_table;
  guint n_blocks_wide; /* without what fills up MCUs */
  guint n_blocks_high;
  guint n_padded_wide; /* with that */
  guint n_padded_high;
} ThimbleJpegComponent;

/* What the segments up to a scan say. */
typedef struct
{
  gboolean is_progressive;
  guint width;
  guint height;
  guint n_components;
  ThimbleJpegComponent components[3];
  guint max_h;
  guint max_v;
  guint16 quantizers[4][64]; /* in zigzag order */
  gboolean has_quantizer[4];
  ThimbleJpegHuffman dc_tables[4];
  ThimbleJpegHuffman ac_tables[4];
  guint restart_interval; /* MCUs; 0 for none */

  /* the current scan */
  guint n_in_scan;
  guint in_scan[3]; /* indices of components */
  guint first_coefficient;
  guint last_coefficient;
  guint high_bit; /* Ah: 0 for the first scan of a coefficient */
  guint low_bit;  /* Al */
} ThimbleJpegFrame;

/* The entropy-coded data of one segment without its stuffing, a part of it at a time. */
#define THIMBLE_JPEG_WINDOW_SIZE 16384
#define THIMBLE_JPEG_WINDOW_PADDING 128

typedef struct
{
  const guint8 *next; /* in the file; behind the marker, if one has ended it */
  const guint8 *end;
  guint n_filled;     /* bytes */
  gboolean has_ended; /* all of the segment is in */
  guint8 marker;      /* what ended it; 0 for the file's end, or something odd */
  guint8 bytes[THIMBLE_JPEG_WINDOW_SIZE + THIMBLE_JPEG_WINDOW_PADDING];
} ThimbleJpegWindow;

#define THIMBLE_JPEG_MAX_BATCH 256 /* blocks */
#define THIMBLE_JPEG_MAX_BATCH_OF_DC (2 * THIMBLE_JPEG_MAX_BATCH)
#define THIMBLE_JPEG_MAX_LANES 6 /* as many as it takes to hide each other's waits */
#define THIMBLE_JPEG_MAX_LANES_OF_DC 4 /* in scans of it: they wait less */
#define THIMBLE_JPEG_MAX_BLOCKS_IN_MCU 6
#define THIMBLE_JPEG_N_READERS 4 /* see thimble-jpeg-kept.c */
#define THIMBLE_JPEG_MAX_STRIDE 24 /* from one block's coefficients that are kept to the next's */

/* What of an image is looked at while its data is decoded: see thimble-jpeg-skip.c.
 *
 * A lane's state says how much of its batch is left: twice the blocks, the one that it is in
 * included, less one in that one's AC; in a scan of DC the blocks. At 0 it stands still. */
typedef struct
{
  guint32 position;    /* in the window, bits */
  guint32 limit;       /* where the window must be filled again, bits */
  guint32 k;           /* coefficients of the block that are behind, without DC */
  guint32 state;
  guint32 n_kept;      /* AC coefficients of each block that are wanted, from the first on */
  gboolean is_stuck;   /* the next steps may not be for the tables */
  const guint16 *tables[2 * THIMBLE_JPEG_MAX_BATCH + 2]; /* by state, or by its SKIP_INDEX */
  union
  {
    guint64 words[2 * THIMBLE_JPEG_MAX_BATCH + 2]; /* by SKIP_INDEX, see thimble-jpeg-skip.c */
    gint16 differences[THIMBLE_JPEG_MAX_BATCH_OF_DC + 1]; /* of DC, by state */
  };
  ThimbleJpegWindow window;
} ThimbleJpegLane;

/* Where lanes of baseline pictures have the table of a state, and its word. DC's comes before its
 * AC's, so that an entry that is added to a progress is below 0 only where a block ends. */
#define THIMBLE_JPEG_SKIP_INDEX(state) ((state) + 2 * ((state) & 1))

/* The word of a state where AC is wanted too is its progress, see thimble-jpeg-skip.c: in its upper
 * half where bits were loaded, and in its lower bits how many of them were used up.
 *
 * Returns: where in the window the state begins, bits */
static inline guint32
thimble_jpeg_skip_get_position (guint64 word)
{
  return (guint32) (word >> 32) + ((guint32) word & ((1 << THIMBLE_JPEG_SKIP_SHIFT) - 1));
}

/* An entry of a table of codes whose values are kept, see thimble-jpeg-kept.c: what the bits looked
 * at stand for.
 *
 * bits 0–7: how many bits that is, with those behind the code; 0 at the end of a block; UNKNOWN,
 *   more than there ever are, where the table does not know
 * bits 8–15: by how much the position in the block goes on; END, past all that is kept, at its end
 * bits 16–19: how many of the value's bits are behind those looked at
 * bits 20–31: the difference or coefficient, if those are 0 */
#define THIMBLE_JPEG_KEPT_ENTRY(n_bits, advance, n_rest, value) \
  ((guint32) (n_bits) | (guint32) (advance) << 8 | (guint32) (n_rest) << 16 \
   | (guint32) (value) << 20)
#define THIMBLE_JPEG_KEPT_UNKNOWN 60
#define THIMBLE_JPEG_KEPT_END 25
#define THIMBLE_JPEG_KEPT_LOOK_BITS 10
#define THIMBLE_JPEG_KEPT_TABLE_SIZE (1 << THIMBLE_JPEG_KEPT_LOOK_BITS)

/* How a scan's tables lie in memory: a table of nothing, where lanes stand still; for each DC table
 * one of differences; for each AC table one, and one for the DC of each component. In a scan of DC
 * there are the first five. */
#define THIMBLE_JPEG_DC_OFFSET(i) ((1 + (i)) * THIMBLE_JPEG_TABLE_SIZE)
#define THIMBLE_JPEG_AC_OFFSET(i) ((5 + 2 * (i)) * THIMBLE_JPEG_TABLE_SIZE)
#define THIMBLE_JPEG_SKIP_DC_OFFSET(i) ((6 + 2 * (i)) * THIMBLE_JPEG_TABLE_SIZE)
#define THIMBLE_JPEG_N_TABLES 13

#define THIMBLE_JPEG_NO_DIFFERENCE G_MININT16 /* more bits than were looked at */

typedef enum
{
  THIMBLE_JPEG_TABLES_KEEP_AC,
  THIMBLE_JPEG_TABLES_SKIP_AC,
  THIMBLE_JPEG_TABLES_DC, /* there is no AC in the scan */
} ThimbleJpegTablesKind;

/* Tables of a scan as lanes use them, and what they were made from. */
typedef struct
{
  ThimbleJpegTablesKind kind;
  guint16 pairs[3]; /* of DC and AC tables that components have */
  ThimbleJpegHuffman dc[4];
  ThimbleJpegHuffman ac[4];
  guint16 entries[THIMBLE_JPEG_N_TABLES * THIMBLE_JPEG_TABLE_SIZE];
  guint32 kept_dc[4][THIMBLE_JPEG_KEPT_TABLE_SIZE]; /* where AC is wanted too */
  guint32 kept_ac[4][THIMBLE_JPEG_KEPT_TABLE_SIZE];
} ThimbleJpegTables;

/* Where a block of an MCU is. */
typedef struct
{
  guint component;
  guint x; /* in the MCU, blocks */
  guint y;
} ThimbleJpegPlace;

/* One image on its way. A batch is a run of MCUs in one row of them. */
typedef struct
{
  ThimbleJpegWalker walker;
  ThimbleJpegFrame frame;
  guint n_side;             /* samples that become of a block's eight, on a side */
  ThimbleRaster *planes[3]; /* owned; grey */
  gint16 *dc[3];            /* owned; of a progressive picture: DC of all blocks, row by row */
  gboolean has_dc[3];       /* of a progressive picture: whether the first scan of it was there */
  guint low_bits[3];        /* of a progressive picture: how many bits of it are still to come */
  guint n_scans;
  ThimbleJpegTables *tables;
  ThimbleJpegLane *lane;

  /* the current scan */
  ThimbleJpegPlace places[THIMBLE_JPEG_MAX_BLOCKS_IN_MCU];
  guint n_places;
  guint n_mcus_wide;
  guint n_mcus_high;
  guint max_batch;    /* MCUs */
  guint mcu_x;        /* of the batch */
  guint mcu_y;
  guint n_batch;      /* MCUs */
  guint n_in_segment; /* MCUs left in the segment, the batch included */
  guint n_segments;   /* left of the task's part of the scan, this one included */
  guint next_restart; /* number of the restart marker that ends the segment */
  guint32 predictions[3];

  /* where AC is wanted: what is kept of the batch's blocks, see thimble-jpeg-kept.c */
  guint n_collected; /* blocks that are there */
  gint16 blocks[(THIMBLE_JPEG_MAX_BATCH + THIMBLE_JPEG_N_READERS - 1) * THIMBLE_JPEG_MAX_STRIDE];
} ThimbleJpegTask;

/* How many places from @place on are of the same component: they are next to each other in an MCU. */
static inline guint
thimble_jpeg_task_count_same (const ThimbleJpegTask *self, guint place)
{
  guint n = 1;

  while (place + n < self->n_places
         && self->places[place + n].component == self->places[place].component)
    n++;
  return n;
}

/* Where the block at a place of the batch's first MCU is in its component, in blocks, and how far it
 * is to the one in the next MCU. A component that is alone in its scan has MCUs of one block. */
static inline void
thimble_jpeg_task_locate (const ThimbleJpegTask *self, guint place, gsize *x, gsize *y, guint *step)
{
  const ThimbleJpegPlace *in_mcu = &self->places[place];
  const ThimbleJpegComponent *component = &self->frame.components[in_mcu->component];
  gboolean is_alone = self->frame.n_in_scan == 1;

  *step = is_alone ? 1 : component->h;
  *x = (gsize) self->mcu_x * *step + in_mcu->x;
  *y = (gsize) self->mcu_y * (is_alone ? 1 : component->v) + in_mcu->y;
}

/* Which coefficients n×n samples are made of, by their number in zigzag order (ITU-T T.81, figure
 * A.6): where they go in a block of n×n. The others go where nobody looks. */
typedef struct
{
  guint n_kept; /* the number of the last one */
  guint stride; /* from one block to the next */
  guint8 places[256];
  float weights[4]; /* by frequency */
} ThimbleJpegShape;

typedef enum
{
  THIMBLE_JPEG_TASK_RUNS,
  THIMBLE_JPEG_TASK_DONE,
  THIMBLE_JPEG_TASK_FAILED,
} ThimbleJpegTaskState;

gboolean thimble_jpeg_frame_read_segment (ThimbleJpegFrame *self, const ThimbleJpegWalker *walker);
gboolean thimble_jpeg_frame_is_plain (const ThimbleJpegFrame *self);

gboolean thimble_jpeg_huffman_set (ThimbleJpegHuffman *self,
                                   const guint8 *n_codes,
                                   const guint8 *symbols,
                                   guint n_symbols);
gboolean thimble_jpeg_huffman_is_plain (const ThimbleJpegHuffman *self, gboolean is_dc);
gboolean thimble_jpeg_huffman_decode (const ThimbleJpegHuffman *self,
                                      guint32 bits,
                                      guint *n_bits,
                                      guint *symbol);
ThimbleJpegTables *thimble_jpeg_tables_find (const ThimbleJpegFrame *frame,
                                             ThimbleJpegTablesKind kind,
                                             GPtrArray *all);
const guint16 *
thimble_jpeg_tables_get (const ThimbleJpegTables *self, guint component, gboolean is_ac);

void thimble_jpeg_window_open (ThimbleJpegWindow *self, const guint8 *bytes, const guint8 *end);
void thimble_jpeg_window_fill (ThimbleJpegWindow *self, guint32 *position);
gboolean thimble_jpeg_lane_find_limit (ThimbleJpegLane *lane);
gboolean thimble_jpeg_lane_refill (ThimbleJpegLane *lane);

void thimble_jpeg_skip_run (ThimbleJpegLane *lanes, guint n);
gboolean thimble_jpeg_skip_go_on (ThimbleJpegLane *lane);
gboolean thimble_jpeg_skip_step (ThimbleJpegLane *lane,
                                 const ThimbleJpegHuffman *dc,
                                 const ThimbleJpegHuffman *ac);

const ThimbleJpegShape *thimble_jpeg_shape_get (guint n_side);
void thimble_jpeg_kept_collect (ThimbleJpegTask *task);

void thimble_jpeg_dc_run (ThimbleJpegLane *lanes, guint n);
gboolean thimble_jpeg_dc_step (ThimbleJpegLane *lane, const ThimbleJpegHuffman *huffman);
void thimble_jpeg_dc_take_batch (ThimbleJpegTask *task);
void thimble_jpeg_dc_refine_batch (ThimbleJpegTask *task);

void thimble_jpeg_samples_read_differences (const ThimbleJpegTask *task,
                                            const ThimbleJpegLane *lane,
                                            guint n_mcus,
                                            gint16 *differences);
void thimble_jpeg_samples_take_differences (ThimbleJpegTask *task,
                                            const gint16 *differences,
                                            guint n_mcus);
void thimble_jpeg_samples_take_batch (ThimbleJpegTask *task);
void thimble_jpeg_samples_take_dc (ThimbleJpegTask *task);

void thimble_jpeg_layout_find_places (ThimbleJpegTask *task);
gboolean thimble_jpeg_layout_make_planes (ThimbleJpegTask *task);
gboolean thimble_jpeg_layout_has_little_filling (const ThimbleJpegFrame *frame, guint denominator);

ThimbleJpegTask *thimble_jpeg_task_new (const guint8 *bytes,
                                        gsize n_bytes,
                                        const ThimbleImageInfo *info,
                                        guint denominator,
                                        ThimbleJpegTablesKind kind,
                                        ThimbleJpegLane *lane,
                                        GPtrArray *tables);
void thimble_jpeg_task_free (ThimbleJpegTask *self);
ThimbleJpegTablesKind thimble_jpeg_choose_kind (gboolean is_progressive, guint denominator);
ThimbleJpegTaskState thimble_jpeg_task_advance (ThimbleJpegTask *self, GPtrArray *tables);
gboolean thimble_jpeg_task_step_lane (const ThimbleJpegTask *self, ThimbleJpegLane *lane);
gboolean thimble_jpeg_task_start_at (ThimbleJpegTask *self,
                                     ThimbleJpegLane *lane,
                                     const guint8 *bytes,
                                     guint number,
                                     guint n_segments);
gboolean thimble_jpeg_task_go_to (ThimbleJpegTask *self, ThimbleJpegLane *lane, guint n_mcus);
ThimbleRaster *thimble_jpeg_task_steal_picture (ThimbleJpegTask *self);

ThimbleRaster *thimble_jpeg_restarts_decode (const ThimbleDecoding *decoding,
                                             gsize min_part_bytes,
                                             ThimbleJpegLane *lanes,
                                             GPtrArray *tables);
ThimbleRaster *thimble_jpeg_parts_decode (const ThimbleDecoding *decoding,
                                          gsize min_part_bytes,
                                          ThimbleJpegLane *lanes,
                                          GPtrArray *tables);

void thimble_jpeg_reduced_decode (ThimbleDecoding *decodings, guint n);

G_END_DECLS
