/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-filter.h"

G_BEGIN_DECLS

/* Bits below the point in the row between the passes. With 8 bits of a pixel and the overshoot of
 * the filter it fits 16 bits; with the coefficients of both passes, 32. */
#define THIMBLE_ROW_BITS 6

/* Kernels read and write up to this many samples past the end of a row. */
#define THIMBLE_KERNELS_PADDING 64

/**
 * ThimbleAddUpRows:
 * @out: (out caller-allocates): @n samples with %THIMBLE_ROW_BITS bits below the point, padded
 * @rows: the first of @n_taps rows, padded
 * @stride: bytes from one to the next
 * @coefficients: one for each row
 *
 * The vertical pass for one row.
 */
typedef void (*ThimbleAddUpRows) (gint16 *out,
                                  const guint8 *rows,
                                  gsize stride,
                                  const gint16 *coefficients,
                                  int n_taps,
                                  gsize n);

/**
 * ThimbleFilterRow:
 * @out: (out caller-allocates): as many pixels as @filter has outputs; one byte more may be written
 * @row: what [callback@AddUpRows] gave
 *
 * The horizontal pass for one row.
 */
typedef void (*ThimbleFilterRow) (guint8 *out, const gint16 *row, const ThimbleFilter *filter);

/**
 * ThimbleKernels:
 * @filter_row: by number of channels, 1 to 4
 * @filter_row_premultiplied: likewise, where the last channel is alpha and no other exceeds it
 *
 * The inner loops of the resampler for one kind of processor. All kinds give the same bytes.
 */
typedef struct
{
  ThimbleAddUpRows add_up_rows;
  ThimbleFilterRow filter_row[5];
  ThimbleFilterRow filter_row_premultiplied[5];
} ThimbleKernels;

extern const ThimbleKernels thimble_kernels_portable;
const ThimbleKernels *thimble_kernels_get_avx2 (void);
const ThimbleKernels *thimble_kernels_get_avx512 (void);
const ThimbleKernels *thimble_kernels_get_neon (void);
const ThimbleKernels *thimble_kernels_get (void);

static inline guint8
thimble_kernels_to_byte (gint32 sum)
{
  const int shift = THIMBLE_FILTER_BITS + THIMBLE_ROW_BITS;
  gint32 value = (sum + (1 << (shift - 1))) >> shift;

  return CLAMP (value, 0, 255);
}

G_END_DECLS
