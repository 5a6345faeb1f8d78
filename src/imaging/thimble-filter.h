/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Coefficients are whole numbers that add up to this, so that a flat area stays what it is. The
 * largest, at the edge of an enlarged picture, is below 1.5. */
#define THIMBLE_FILTER_BITS 14
#define THIMBLE_FILTER_ONE (1 << THIMBLE_FILTER_BITS)

/* As many coefficients as fit into a vector. */
#define THIMBLE_FILTER_ALIGNMENT 16

/**
 * ThimbleTaps:
 * @start: the first source sample
 * @n: how many samples, at least 1; none is outside the source
 *
 * Which source samples make one output sample.
 */
typedef struct
{
  int start;
  int n;
} ThimbleTaps;

/**
 * ThimbleFilter:
 * @n_outputs: how many output samples
 * @stride: coefficients from one output sample to the next, a multiple of
 *   %THIMBLE_FILTER_ALIGNMENT
 * @taps: (array length=n_outputs): the source samples of each
 * @coefficients: for each output sample @stride of them, zero after its taps
 *
 * Resampling along one axis.
 */
typedef struct
{
  int n_outputs;
  int stride;
  ThimbleTaps *taps;
  gint16 *coefficients;
} ThimbleFilter;

ThimbleFilter *thimble_filter_new (int n_source,
                                   double start,
                                   double length,
                                   int n_outputs,
                                   double softness);
void thimble_filter_free (ThimbleFilter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleFilter, thimble_filter_free)

G_END_DECLS
