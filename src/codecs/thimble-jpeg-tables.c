/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Huffman tables for looking up many bits at once: for DC; for single AC codes, where their
 * coefficients are wanted; for as many AC codes as fit, where they are only passed over; and for DC
 * with as many AC codes as fit behind it.
 *
 * The last kinds are made from the widest code down: with r bits left behind a code and its
 * coefficient, what they hold is what a table of r bits says of them. So narrow tables are made
 * first, and a wide one is put together from runs of them. */

#include "thimble-jpeg-reduced.h"

#include <string.h>

#define LOOK_BITS THIMBLE_JPEG_LOOK_BITS
#define ENTRY THIMBLE_JPEG_ENTRY
#define SKIP_ENTRY THIMBLE_JPEG_SKIP_ENTRY
#define SKIP_UNKNOWN SKIP_ENTRY (0, THIMBLE_JPEG_SKIP_OVER, 0)
#define KEPT_BITS THIMBLE_JPEG_KEPT_LOOK_BITS
#define KEPT_ENTRY THIMBLE_JPEG_KEPT_ENTRY
#define NO_PAIR 0xffff

/* What a baseline coefficient may have behind its code (ITU-T T.81, tables F.1 and F.2). */
#define MAX_DC_SIZE 11
#define MAX_AC_SIZE 10

/* Called for each code of at most @n_bits, in order. @first is the first value of @n_bits that
 * begins with it. */
typedef struct
{
  guint length;
  guint symbol;
  guint first;
} Code;

typedef struct
{
  const ThimbleJpegHuffman *huffman;
  guint n_bits;
  guint index;
  guint length;
  guint left; /* codes of that length */
  guint code;
} CodeWalk;

static gboolean
next_code (CodeWalk *walk, Code *code)
{
  while (walk->left == 0)
    {
      if (walk->length == walk->n_bits)
        return FALSE;
      walk->length++;
      walk->code <<= 1;
      walk->left = walk->huffman->n_codes[walk->length];
    }
  code->length = walk->length;
  code->symbol = walk->huffman->symbols[walk->index++];
  code->first = walk->code++ << (walk->n_bits - walk->length);
  walk->left--;
  return TRUE;
}

static void
fill (guint16 *table, guint n, guint16 entry)
{
  for (guint i = 0; i < n; i++)
    table[i] = entry;
}

/* Takes a table as the file has it. Returns whether it is one: there must be room for all its codes
 * (ITU-T T.81, annex C). */
gboolean
thimble_jpeg_huffman_set (ThimbleJpegHuffman *self,
                          const guint8 *n_codes,
                          const guint8 *symbols,
                          guint n_symbols)
{
  gint32 code = 0, index = 0;

  g_assert (n_symbols <= 256);

  memset (self, 0, sizeof *self);
  memcpy (self->n_codes + 1, n_codes, 16);
  memcpy (self->symbols, symbols, n_symbols);
  for (guint length = 1; length <= 16; length++)
    {
      code <<= 1;
      self->offset[length] = index - code;
      code += self->n_codes[length];
      index += self->n_codes[length];
      self->max_code[length] = self->n_codes[length] > 0 ? code - 1 : -1;
      if (code > 1 << length)
        return FALSE;
    }
  self->is_set = (guint) index == n_symbols;
  return self->is_set;
}

/* Reads one code. @bits: the next 16. Returns whether it is one */
gboolean
thimble_jpeg_huffman_decode (const ThimbleJpegHuffman *self,
                             guint32 bits,
                             guint *n_bits,
                             guint *symbol)
{
  for (guint length = 1; length <= 16; length++)
    {
      gint32 code = (gint32) (bits >> (16 - length));

      if (code <= self->max_code[length])
        {
          *n_bits = length;
          *symbol = self->symbols[code + self->offset[length]];
          return TRUE;
        }
    }
  return FALSE;
}

/* Whether all symbols are such as DC, or AC, of 8 bits can have. */
gboolean
thimble_jpeg_huffman_is_plain (const ThimbleJpegHuffman *self, gboolean is_dc)
{
  guint n = 0;

  for (guint length = 1; length <= 16; length++)
    n += self->n_codes[length];
  for (guint i = 0; i < n; i++)
    if (is_dc ? self->symbols[i] > MAX_DC_SIZE : (self->symbols[i] & 15) > MAX_AC_SIZE)
      return FALSE;
  return self->is_set;
}

/* What an AC code stands for (ITU-T T.81, F.1.2.2.1), without its end as last. */
static guint
get_advance (guint symbol)
{
  return (symbol >> 4) + 1;
}

static gboolean
is_end_of_block (guint symbol)
{
  return (symbol & 15) == 0 && symbol != 0xf0;
}

/* Whether what @rest says fits behind @n_bits and @advance. */
static gboolean
has_room (guint16 rest, guint n_bits, guint advance, guint max_bits)
{
  return advance + THIMBLE_JPEG_ENTRY_ADVANCE (rest) < THIMBLE_JPEG_ADVANCE_OVER
         && n_bits + THIMBLE_JPEG_ENTRY_BITS (rest) <= max_bits;
}

/* A code and its coefficient take @n_bits and @advance; behind them is what @rest says. */
static void
append (guint16 *table, const guint16 *rest, guint n, guint n_bits, guint advance, guint max_bits)
{
  guint16 alone = ENTRY (n_bits, advance, 0, 0);

  for (guint i = 0; i < n; i++)
    table[i] = has_room (rest[i], n_bits, advance, max_bits) ? (guint16) (rest[i] + alone) : alone;
}

/* Fills the table of @n_bits, all narrower ones being there: that of r bits is at index 2^r. An
 * entry takes at most @max_bits; what takes more, and what is no code, is 0. */
static void
fill_width (guint16 *tables, const ThimbleJpegHuffman *huffman, guint n_bits, guint max_bits)
{
  CodeWalk walk = { .huffman = huffman, .n_bits = n_bits };
  guint16 *table = tables + (1 << n_bits);
  Code code;

  fill (table, 1 << n_bits, 0);
  while (next_code (&walk, &code))
    {
      guint16 *run = table + code.first;
      guint n = 1u << (n_bits - code.length);
      guint size = code.symbol & 15;
      guint n_all = code.length + size;

      if (is_end_of_block (code.symbol))
        fill (run, n, ENTRY (code.length, 0, 0, 1));
      else if (n_all > max_bits)
        continue;
      else if (n_all >= n_bits)
        fill (run, n, ENTRY (n_all, get_advance (code.symbol), 0, 0));
      else
        {
          guint left = n_bits - n_all;

          for (guint i = 0; i < n; i += 1u << left)
            append (run + i, tables + (1 << left), 1u << left, n_all,
                    get_advance (code.symbol), max_bits);
        }
    }
}

/* @tables: (out caller-allocates): one of each width, see fill_width(), of as many AC codes as the
 *   bits hold; coefficients are at most behind the last of them */
static void
fill_widths (guint16 *tables, const ThimbleJpegHuffman *huffman, guint max_bits)
{
  memset (tables, 0, 2 * THIMBLE_JPEG_TABLE_SIZE * sizeof *tables);
  for (guint n_bits = 1; n_bits <= LOOK_BITS; n_bits++)
    fill_width (tables, huffman, n_bits, max_bits);
}

/* --- for DC alone ----------------------------------------------------------------------------- */

/* What DC differs by, where all of its bits are there; with or without how many those are. */
static void
fill_differences (guint16 *table, const ThimbleJpegHuffman *huffman, gboolean with_n_bits)
{
  CodeWalk walk = { .huffman = huffman, .n_bits = LOOK_BITS };
  Code code;

  fill (table, THIMBLE_JPEG_TABLE_SIZE,
        with_n_bits ? 0 : (guint16) THIMBLE_JPEG_NO_DIFFERENCE);
  while (next_code (&walk, &code))
    {
      guint n_all = code.length + code.symbol;

      if (n_all > LOOK_BITS)
        continue;
      for (guint i = code.first; i < code.first + (1u << (LOOK_BITS - code.length)); i++)
        {
          gint32 difference = thimble_jpeg_get_value (
            THIMBLE_JPEG_WORD ((guint64) i << (64 - LOOK_BITS), ENTRY (n_all, 0, code.symbol, 1)));

          table[i] = with_n_bits ? THIMBLE_JPEG_DC_ENTRY (difference, n_all) : (guint16) difference;
        }
    }
}

static void
fill_skip_ac (guint16 *table, const guint16 *widest)
{
  for (guint i = 0; i < THIMBLE_JPEG_TABLE_SIZE; i++)
    {
      guint16 entry = widest[i];

      gint states = entry & THIMBLE_JPEG_ENTRY_LAST ? THIMBLE_JPEG_SKIP_FROM_AC : 0;

      table[i] = entry == 0 ? SKIP_UNKNOWN
                            : SKIP_ENTRY (THIMBLE_JPEG_ENTRY_BITS (entry),
                                          THIMBLE_JPEG_ENTRY_ADVANCE (entry), states);
    }
}

/* DC and what is behind it: @rest, what the bits left say of AC. */
static guint16
join (guint n_bits, guint16 rest)
{
  if (rest == 0 || !has_room (rest, n_bits, 1, THIMBLE_JPEG_SKIP_MAX_BITS))
    return SKIP_ENTRY (n_bits, 1, THIMBLE_JPEG_SKIP_TO_AC);
  return SKIP_ENTRY (n_bits + THIMBLE_JPEG_ENTRY_BITS (rest), 1 + THIMBLE_JPEG_ENTRY_ADVANCE (rest),
                     rest & THIMBLE_JPEG_ENTRY_LAST ? THIMBLE_JPEG_SKIP_BLOCK
                                                    : THIMBLE_JPEG_SKIP_TO_AC);
}

/* @ac: AC's tables of each width */
static void
fill_skip_dc (guint16 *table, const ThimbleJpegHuffman *huffman, const guint16 *ac)
{
  CodeWalk walk = { .huffman = huffman, .n_bits = LOOK_BITS };
  Code code;

  fill (table, THIMBLE_JPEG_TABLE_SIZE, SKIP_UNKNOWN);
  while (next_code (&walk, &code))
    {
      guint16 *run = table + code.first;
      guint n = 1u << (LOOK_BITS - code.length);
      guint n_all = code.length + code.symbol;

      if (n_all > THIMBLE_JPEG_SKIP_MAX_BITS)
        continue;
      if (n_all >= LOOK_BITS)
        fill (run, n, SKIP_ENTRY (n_all, 1, THIMBLE_JPEG_SKIP_TO_AC));
      else
        for (guint i = 0, n_rest = 1u << (LOOK_BITS - n_all); i < n; i++)
          run[i] = join (n_all, ac[n_rest + (i & (n_rest - 1))]);
    }
}

/* The first component in the scan with the same pair of tables: they share what becomes of it. */
static guint
find_sharer (const ThimbleJpegTables *self, guint component)
{
  guint i = 0;

  while (self->pairs[i] != self->pairs[component])
    i++;
  return i;
}

static void
fill_skip (ThimbleJpegTables *self, const ThimbleJpegFrame *frame, guint component)
{
  guint dc = frame->components[component].dc_table, ac = frame->components[component].ac_table;
  guint16 *table = self->entries + THIMBLE_JPEG_SKIP_DC_OFFSET (component);
  guint16 widths[2 * THIMBLE_JPEG_TABLE_SIZE];

  fill_widths (widths, &self->ac[ac], THIMBLE_JPEG_SKIP_MAX_BITS);
  fill_skip_ac (self->entries + THIMBLE_JPEG_AC_OFFSET (ac), widths + THIMBLE_JPEG_TABLE_SIZE);
  fill_skip_dc (table, &self->dc[dc], widths);
}

/* --- for values ------------------------------------------------------------------------------- */

/* One code of @length and the value behind it. @bits: those looked at; where the value's first bit,
 * which has its sign, is not among them, the table does not know. */
static guint32
make_kept (guint symbol, guint length, guint bits, gboolean is_dc)
{
  guint size = symbol & 15, n_bits = length + size;
  guint n_rest = MAX (n_bits, KEPT_BITS) - KEPT_BITS;
  guint64 word = (guint64) bits << (64 - KEPT_BITS);

  if (!is_dc && is_end_of_block (symbol))
    return KEPT_ENTRY (0, THIMBLE_JPEG_KEPT_END, 0, 0);
  if (size > 0 && n_rest == size)
    return KEPT_ENTRY (THIMBLE_JPEG_KEPT_UNKNOWN, 0, 0, 0);
  return KEPT_ENTRY (n_bits, is_dc ? 0 : get_advance (symbol), n_rest,
                     thimble_jpeg_get_value (
                       THIMBLE_JPEG_WORD (word, ENTRY (n_bits, 0, size, 0))));
}

static void
fill_kept (guint32 *table, const ThimbleJpegHuffman *huffman, gboolean is_dc)
{
  CodeWalk walk = { .huffman = huffman, .n_bits = KEPT_BITS };
  Code code;

  for (guint i = 0; i < THIMBLE_JPEG_KEPT_TABLE_SIZE; i++)
    table[i] = KEPT_ENTRY (THIMBLE_JPEG_KEPT_UNKNOWN, 0, 0, 0);
  while (next_code (&walk, &code))
    for (guint i = code.first; i < code.first + (1u << (KEPT_BITS - code.length)); i++)
      table[i] = make_kept (code.symbol, code.length, i, is_dc);
}

/* --- of a scan -------------------------------------------------------------------------------- */

static void
fill_component (ThimbleJpegTables *self, const ThimbleJpegFrame *frame, guint component)
{
  guint dc = frame->components[component].dc_table, ac = frame->components[component].ac_table;

  /* A scan of further bits has no codes, and need not have tables. */
  if (find_sharer (self, component) != component || !self->dc[dc].is_set)
    return;
  switch (self->kind)
    {
    case THIMBLE_JPEG_TABLES_DC:
      fill_differences (self->entries + THIMBLE_JPEG_DC_OFFSET (dc), &self->dc[dc], TRUE);
      return;
    case THIMBLE_JPEG_TABLES_SKIP_AC:
      fill_differences (self->entries + THIMBLE_JPEG_DC_OFFSET (dc), &self->dc[dc], FALSE);
      break;
    case THIMBLE_JPEG_TABLES_KEEP_AC:
      fill_kept (self->kept_dc[dc], &self->dc[dc], TRUE);
      fill_kept (self->kept_ac[ac], &self->ac[ac], FALSE);
      break;
    }
  fill_skip (self, frame, component);
}

static gboolean
is_same_table (const ThimbleJpegHuffman *a, const ThimbleJpegHuffman *b)
{
  return a->is_set == b->is_set && memcmp (a->n_codes, b->n_codes, sizeof a->n_codes) == 0
         && memcmp (a->symbols, b->symbols, sizeof a->symbols) == 0;
}

static gboolean
is_for (const ThimbleJpegTables *self,
        const ThimbleJpegFrame *frame,
        ThimbleJpegTablesKind kind,
        const guint16 *pairs)
{
  if (self->kind != kind || memcmp (self->pairs, pairs, sizeof self->pairs) != 0)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    if (!is_same_table (&self->dc[i], &frame->dc_tables[i])
        || (kind != THIMBLE_JPEG_TABLES_DC && !is_same_table (&self->ac[i], &frame->ac_tables[i])))
      return FALSE;
  return TRUE;
}

/* Finds the tables of the frame's current scan. Most files have the same, the standard's: they are
 * made once for all tasks.
 *
 * @all: (element-type ThimbleJpegTables): those made so far; takes new ones
 *
 * Returns: (transfer none) */
ThimbleJpegTables *
thimble_jpeg_tables_find (const ThimbleJpegFrame *frame,
                          ThimbleJpegTablesKind kind,
                          GPtrArray *all)
{
  guint16 pairs[3] = { NO_PAIR, NO_PAIR, NO_PAIR };
  ThimbleJpegTables *self;

  for (guint i = 0; i < frame->n_in_scan; i++)
    {
      const ThimbleJpegComponent *component = &frame->components[frame->in_scan[i]];

      pairs[frame->in_scan[i]] = (guint16) (component->dc_table << 8 | component->ac_table);
    }
  for (guint i = 0; i < all->len; i++)
    if (is_for (all->pdata[i], frame, kind, pairs))
      return all->pdata[i];

  self = g_new (ThimbleJpegTables, 1);
  self->kind = kind;
  memcpy (self->pairs, pairs, sizeof self->pairs);
  memcpy (self->dc, frame->dc_tables, sizeof self->dc);
  memcpy (self->ac, frame->ac_tables, sizeof self->ac);
  fill (self->entries, THIMBLE_JPEG_TABLE_SIZE,
        kind == THIMBLE_JPEG_TABLES_DC ? 0 : SKIP_UNKNOWN);
  for (guint i = 0; i < frame->n_in_scan; i++)
    fill_component (self, frame, frame->in_scan[i]);
  g_ptr_array_add (all, self);
  return self;
}

/* Returns: the table that a lane uses in a block of a component in the scan, for its AC or DC */
const guint16 *
thimble_jpeg_tables_get (const ThimbleJpegTables *self, guint component, gboolean is_ac)
{
  guint pair = self->pairs[component];

  if (is_ac)
    return self->entries + THIMBLE_JPEG_AC_OFFSET (pair & 0xff);
  if (self->kind == THIMBLE_JPEG_TABLES_DC)
    return self->entries + THIMBLE_JPEG_DC_OFFSET (pair >> 8);
  return self->entries + THIMBLE_JPEG_SKIP_DC_OFFSET (find_sharer (self, component));
}
