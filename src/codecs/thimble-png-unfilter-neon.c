/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG's filters undone with NEON, four rows at once: the same slanting line of lanes as in
 * thimble-png-unfilter-avx2.c, where it is explained, half as wide. */

#include "thimble-png-unfilter.h"

#include <string.h>

#ifdef __aarch64__

#include <arm_neon.h>

#define INLINE static inline __attribute__ ((always_inline))
#define LANES 4

/* Shorter rows are not worth the steps that look at each lane by itself. */
#define MIN_PIXELS 16

typedef struct
{
  const ThimblePngBand *band;
  int n_pixels;
  uint8x16_t last;          /* the pixels made by the step before */
  uint8x16_t above;         /* what was above those */
  uint8x16_t counts_left;   /* for each lane, whether its filter looks at the left pixel */
  uint8x16_t counts_up;     /* likewise, at the one above */
  uint8x16_t counts_corner; /* likewise, at the one above the left */
  uint8x16_t is_average;
} State;

INLINE uint8x16_t
predict_paeth (uint8x16_t left, uint8x16_t up, uint8x16_t corner)
{
  uint8x16_t low = vminq_u8 (left, up);
  uint8x16_t high = vmaxq_u8 (left, up);
  uint8x16_t above_low = vqsubq_u8 (corner, low);
  uint8x16_t below_high = vqsubq_u8 (high, corner);
  uint8x16_t is_low = vcgeq_u8 (above_low, vqaddq_u8 (below_high, below_high));
  uint8x16_t is_high = vcgeq_u8 (below_high, vqaddq_u8 (above_low, above_low));

  return vbslq_u8 (is_high, high, vbslq_u8 (is_low, low, corner));
}

/* One pixel of each row. @above_first has in its first lane the pixel above the first row's. */
INLINE void
step (State *self, uint8x16_t stored, uint32_t above_first)
{
  uint32x4_t lanes = vreinterpretq_u32_u8 (self->last);
  uint8x16_t above = vreinterpretq_u8_u32 (
    vsetq_lane_u32 (above_first, vextq_u32 (lanes, lanes, 3), 0));
  uint8x16_t left = vandq_u8 (self->last, self->counts_left);
  uint8x16_t up = vandq_u8 (above, self->counts_up);
  uint8x16_t corner = vandq_u8 (self->above, self->counts_corner);
  uint8x16_t predicted
    = vbslq_u8 (self->is_average, vhaddq_u8 (left, up), predict_paeth (left, up, corner));

  self->last = vaddq_u8 (stored, predicted);
  self->above = above;
}

/* A step where some rows have not begun yet or have ended. Before their first pixel lanes are zero,
 * as a filter takes what is outside. */
static void
step_at_end (State *self, int t)
{
  const ThimblePngBand *band = self->band;
  gsize n = (gsize) band->n_pixel_bytes;
  uint32_t pixels[LANES] = { 0 };
  uint32_t above = 0;

  for (int lane = 0; lane < LANES; lane++)
    if (t - lane >= 0 && t - lane < self->n_pixels)
      memcpy (&pixels[lane],
              band->filtered + (gsize) lane * (band->n_row_bytes + 1) + 1 + (gsize) (t - lane) * n,
              n);
  if (t < self->n_pixels)
    memcpy (&above, band->above + (gsize) t * n, n);

  step (self, vreinterpretq_u8_u32 (vld1q_u32 (pixels)), above);
  vst1q_u32 (pixels, vreinterpretq_u32_u8 (self->last));
  for (int lane = 0; lane < LANES; lane++)
    if (t < lane)
      pixels[lane] = 0;
    else if (t - lane < self->n_pixels)
      memcpy (band->rows + (gsize) lane * band->stride + (gsize) (t - lane) * n, &pixels[lane], n);
  self->last = vreinterpretq_u8_u32 (vld1q_u32 (pixels));
}

/* Four pixels from memory, 32 bits each; up to 16 bytes are read. */
INLINE uint32x4_t
load_pixels (const guint8 *p, const int n_pixel_bytes)
{
  static const guint8 places[4][16] = {
    { 0, 255, 255, 255, 1, 255, 255, 255, 2, 255, 255, 255, 3, 255, 255, 255 },
    { 0, 1, 255, 255, 2, 3, 255, 255, 4, 5, 255, 255, 6, 7, 255, 255 },
    { 0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255 },
    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
  };

  return vreinterpretq_u32_u8 (vqtbl1q_u8 (vld1q_u8 (p), vld1q_u8 (places[n_pixel_bytes - 1])));
}

/* Four pixels to memory, and no byte more. */
INLINE void
store_pixels (guint8 *p, uint32x4_t pixels, const int n_pixel_bytes)
{
  static const guint8 places[4][16] = {
    { 0, 4, 8, 12 },
    { 0, 1, 4, 5, 8, 9, 12, 13 },
    { 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14 },
    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
  };
  guint8 bytes[16];

  vst1q_u8 (bytes,
            vqtbl1q_u8 (vreinterpretq_u8_u32 (pixels), vld1q_u8 (places[n_pixel_bytes - 1])));
  memcpy (p, bytes, (gsize) (4 * n_pixel_bytes));
}

/* Four vectors of four pixels of a row to four of a pixel of each row, and back. */
INLINE void
transpose (uint32x4_t v[4])
{
  uint32x4_t a = vtrn1q_u32 (v[0], v[1]);
  uint32x4_t b = vtrn2q_u32 (v[0], v[1]);
  uint32x4_t c = vtrn1q_u32 (v[2], v[3]);
  uint32x4_t d = vtrn2q_u32 (v[2], v[3]);

#define PAIRS(half, x, y)                                                                        \
  vreinterpretq_u32_u64 (                                                                        \
    vtrn##half##q_u64 (vreinterpretq_u64_u32 (x), vreinterpretq_u64_u32 (y)))
  v[0] = PAIRS (1, a, c);
  v[1] = PAIRS (1, b, d);
  v[2] = PAIRS (2, a, c);
  v[3] = PAIRS (2, b, d);
#undef PAIRS
}

/* Four steps at a time, from column @t of the first row on. Returns: the column that is next */
INLINE int
run (State *state, int t, const int n_pixel_bytes)
{
  const ThimblePngBand *band = state->band;
  gsize n = (gsize) n_pixel_bytes;
  State self = *state;

  for (; t + LANES <= self.n_pixels; t += LANES)
    {
      uint32x4_t above = load_pixels (band->above + (gsize) t * n, n_pixel_bytes);
      uint32x4_t v[4];

      for (gsize i = 0; i < LANES; i++)
        v[i] = load_pixels (band->filtered + i * (band->n_row_bytes + 1) + 1 + ((gsize) t - i) * n,
                            n_pixel_bytes);
      transpose (v);
      for (int i = 0; i < LANES; i++)
        {
          step (&self, vreinterpretq_u8_u32 (v[i]), vgetq_lane_u32 (above, 0));
          v[i] = vreinterpretq_u32_u8 (self.last);
          above = vextq_u32 (above, above, 1);
        }
      transpose (v);
      for (gsize i = 0; i < LANES; i++)
        store_pixels (band->rows + i * band->stride + ((gsize) t - i) * n, v[i], n_pixel_bytes);
    }
  *state = self;
  return t;
}

static int
run_by_kind (State *self, int t)
{
  switch (self->band->n_pixel_bytes)
    {
    case 1:
      return run (self, t, 1);
    case 2:
      return run (self, t, 2);
    case 3:
      return run (self, t, 3);
    default:
      return run (self, t, 4);
    }
}

INLINE uint8x16_t
is_filter (const uint32_t filters[LANES], uint32_t number)
{
  return vreinterpretq_u8_u32 (vceqq_u32 (vld1q_u32 (filters), vdupq_n_u32 (number)));
}

/* Four rows. */
static void
unfilter_rows (const ThimblePngBand *band)
{
  State self = {
    .band = band,
    .n_pixels = (int) (band->n_row_bytes / (gsize) band->n_pixel_bytes),
    .last = vdupq_n_u8 (0),
    .above = vdupq_n_u8 (0),
  };
  uint32_t filters[LANES];
  int t = 0;

  for (gsize lane = 0; lane < LANES; lane++)
    filters[lane] = band->filtered[lane * (band->n_row_bytes + 1)];
  self.is_average = is_filter (filters, 3);
  self.counts_corner = is_filter (filters, 4);
  self.counts_left = vorrq_u8 (vorrq_u8 (is_filter (filters, 1), self.is_average),
                               self.counts_corner);
  self.counts_up = vorrq_u8 (vorrq_u8 (is_filter (filters, 2), self.is_average),
                             self.counts_corner);

  for (; t < LANES; t++)
    step_at_end (&self, t);
  t = run_by_kind (&self, t);
  for (; t < self.n_pixels + LANES - 1; t++)
    step_at_end (&self, t);
}

static void
unfilter (const ThimblePngBand *band)
{
  ThimblePngBand rest = *band;

  if (band->n_pixel_bytes <= 4 && band->n_row_bytes >= (gsize) (MIN_PIXELS * band->n_pixel_bytes))
    while (rest.n_rows >= LANES)
      {
        unfilter_rows (&rest);
        rest.rows += LANES * rest.stride;
        rest.above = rest.rows - rest.stride;
        rest.filtered += LANES * (rest.n_row_bytes + 1);
        rest.n_rows -= LANES;
      }
  thimble_png_unfilter_portable (&rest);
}

/**
 * thimble_png_unfilter_get_neon:
 *
 * Returns: (nullable): the function, or %NULL where the processor has no NEON
 */
ThimblePngUnfilter
thimble_png_unfilter_get_neon (void)
{
  return unfilter;
}

#else

ThimblePngUnfilter
thimble_png_unfilter_get_neon (void)
{
  return NULL;
}

#endif
