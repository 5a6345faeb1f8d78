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
 * ThimbleFilterShape:
 * @n_source: samples along the axis, at least 1
 * @n_outputs: samples wanted, at least 1
 * @start: where the window begins, in samples; the left edge of the first sample is 0
 * @length: how long the window is, in samples, more than 0
 * @softness: the variance of the box that each sample is the mean of, in samples²: 0 where they are
 *   what was there, 1 / 12 where they are means of all that is between them
 *
 * What a filter is made from.
 */
typedef struct
{
  int n_source;
  int n_outputs;
  double start;
  double length;
  double softness;
} ThimbleFilterShape;

/**
 * ThimbleFilter:
 * @n_references: how many hold it
 * @shape: what it was made from
 * @n_outputs: how many output samples
 * @stride: coefficients from one output sample to the next, a multiple of
 *   %THIMBLE_FILTER_ALIGNMENT
 * @taps: (array length=n_outputs): the source samples of each
 * @coefficients: for each output sample @stride of them, zero after its taps
 *
 * Resampling along one axis. It does not change once it is made.
 */
typedef struct
{
  gatomicrefcount n_references;
  ThimbleFilterShape shape;
  int n_outputs;
  int stride;
  ThimbleTaps *taps;
  gint16 *coefficients;
} ThimbleFilter;

ThimbleFilter *thimble_filter_get (const ThimbleFilterShape *shape);
ThimbleFilter *thimble_filter_ref (ThimbleFilter *self);
void thimble_filter_unref (ThimbleFilter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleFilter, thimble_filter_unref)

G_END_DECLS
