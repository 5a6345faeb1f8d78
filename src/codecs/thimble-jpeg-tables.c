/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Huffman tables for looking up many bits at once. Three kinds: for DC; for single AC codes, where
 * their coefficients are wanted; and for as many AC codes as fit, where they are only passed over.
 *
 * The last kind is made from the widest code down: with r bits left behind a code and its
 * coefficient, what they hold is what a table of r bits says of them. So narrow tables are made
 * first, and a wide one is put together from runs of them. */

#include "thimble-jpeg-reduced.h"

#include <string.h>

#define LOOK_BITS THIMBLE_JPEG_LOOK_BITS
#define ENTRY THIMBLE_JPEG_ENTRY
#define UNKNOWN ENTRY (0, THIMBLE_JPEG_ADVANCE_OVER, 0, 0)

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

/* @table: (out caller-allocates): of %THIMBLE_JPEG_TABLE_SIZE entries, of one DC code each */
void
thimble_jpeg_tables_fill_dc (guint16 *table, const ThimbleJpegHuffman *huffman)
{
  CodeWalk walk = { .huffman = huffman, .n_bits = LOOK_BITS };
  Code code;

  fill (table, THIMBLE_JPEG_TABLE_SIZE, UNKNOWN);
  while (next_code (&walk, &code))
    fill (table + code.first, 1u << (LOOK_BITS - code.length),
          ENTRY (code.length + code.symbol, 0, code.symbol, 1));
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

/* @table: (out caller-allocates): of %THIMBLE_JPEG_TABLE_SIZE entries, of one AC code each */
void
thimble_jpeg_tables_fill_single (guint16 *table, const ThimbleJpegHuffman *huffman)
{
  CodeWalk walk = { .huffman = huffman, .n_bits = LOOK_BITS };
  Code code;

  fill (table, THIMBLE_JPEG_TABLE_SIZE, UNKNOWN);
  while (next_code (&walk, &code))
    {
      guint size = code.symbol & 15;

      fill (table + code.first, 1u << (LOOK_BITS - code.length),
            is_end_of_block (code.symbol)
              ? ENTRY (code.length, THIMBLE_JPEG_ADVANCE_EOB, 0, 1)
              : ENTRY (code.length + size, get_advance (code.symbol), size, 0));
    }
}

/* A code and its coefficient take @n_bits and @advance; behind them is what @rest says. */
static void
append (guint16 *table, const guint16 *rest, guint n, guint n_bits, guint advance)
{
  const guint max_advance = THIMBLE_JPEG_ADVANCE_OVER - 1;
  guint16 alone = ENTRY (n_bits, advance, 0, 0);

  for (guint i = 0; i < n; i++)
    {
      guint sum = advance + THIMBLE_JPEG_ENTRY_ADVANCE (rest[i]);

      table[i] = sum > max_advance ? alone : (guint16) (rest[i] + alone);
    }
}

/* Fills the table of @n_bits, all narrower ones being there: that of r bits is at index 2^r. */
static void
fill_width (guint16 *tables, const ThimbleJpegHuffman *huffman, guint n_bits)
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
      else if (n_all >= n_bits)
        fill (run, n, ENTRY (n_all, get_advance (code.symbol), 0, 0));
      else
        {
          guint left = n_bits - n_all;

          for (guint i = 0; i < n; i += 1u << left)
            append (run + i, tables + (1 << left), 1u << left, n_all,
                    get_advance (code.symbol));
        }
    }
}

/* @table: (out caller-allocates): of %THIMBLE_JPEG_TABLE_SIZE entries, of as many AC codes as the
 *   bits hold; coefficients are at most behind the last of them */
void
thimble_jpeg_tables_fill_many (guint16 *table, const ThimbleJpegHuffman *huffman)
{
  guint16 tables[2 * THIMBLE_JPEG_TABLE_SIZE] = { 0 };

  for (guint n_bits = 1; n_bits <= LOOK_BITS; n_bits++)
    fill_width (tables, huffman, n_bits);
  for (guint i = 0; i < THIMBLE_JPEG_TABLE_SIZE; i++)
    table[i] = tables[THIMBLE_JPEG_TABLE_SIZE + i] != 0 ? tables[THIMBLE_JPEG_TABLE_SIZE + i]
                                                        : UNKNOWN;
}
