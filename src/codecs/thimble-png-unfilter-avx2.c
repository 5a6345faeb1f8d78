/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG's filters undone with AVX2, eight rows at once.
 *
 * A filter adds to each pixel what it makes of the pixels to its left, above and above left, so
 * along a row one pixel waits for the other. Eight rows in a slanting line do not: while row 0 is
 * at column t, row 1 is at t - 1 and row 7 at t - 7. A vector holds one pixel of each, 32 bits wide
 * whatever the pixel is. Of the vector made last, a lane is its row's left pixel, and the lane
 * before it the pixel above; what was above then is the corner now.
 *
 * All filters but the average are Paeth's with some neighbours taken as zero: with the left alone
 * it gives the left, with the one above alone that one, with none nothing. */

#include "thimble-png-unfilter.h"

#include <string.h>

#ifdef __x86_64__

#include <immintrin.h>

#define AVX2 __attribute__ ((target ("avx2")))
#define INLINE AVX2 static inline __attribute__ ((always_inline))
#define LANES 8

/* Steps that look at each lane by itself, at both ends; shorter rows are not worth this. */
#define MIN_PIXELS 32

typedef struct
{
  const ThimblePngBand *band;
  int n_pixels;
  __m256i last;          /* the pixels made by the step before */
  __m256i above;         /* what was above those */
  __m256i counts_left;   /* for each lane, whether its filter looks at the left pixel */
  __m256i counts_up;     /* likewise, at the one above */
  __m256i counts_corner; /* likewise, at the one above the left */
  __m256i is_average;
} State;

/* Paeth's choice without its distances: with low and high of left and up, the corner is chosen
 * where it is more than a third of the way from both, else the one that is further from it. */
INLINE __m256i
predict_paeth (__m256i left, __m256i up, __m256i corner)
{
  __m256i low = _mm256_min_epu8 (left, up);
  __m256i high = _mm256_max_epu8 (left, up);
  __m256i above_low = _mm256_subs_epu8 (corner, low);
  __m256i below_high = _mm256_subs_epu8 (high, corner);
  __m256i twice_above = _mm256_adds_epu8 (above_low, above_low);
  __m256i twice_below = _mm256_adds_epu8 (below_high, below_high);
  __m256i is_low = _mm256_cmpeq_epi8 (_mm256_max_epu8 (above_low, twice_below), above_low);
  __m256i is_high = _mm256_cmpeq_epi8 (_mm256_max_epu8 (below_high, twice_above), below_high);

  return _mm256_blendv_epi8 (_mm256_blendv_epi8 (corner, low, is_low), high, is_high);
}

/* Half the sum, rounded down. */
INLINE __m256i
predict_average (__m256i left, __m256i up)
{
  __m256i odd = _mm256_and_si256 (_mm256_xor_si256 (left, up), _mm256_set1_epi8 (1));

  return _mm256_sub_epi8 (_mm256_avg_epu8 (left, up), odd);
}

/* One pixel of each row. @above_first has in its first lane the pixel above the first row's. */
INLINE void
step (State *self, __m256i stored, __m256i above_first, const gboolean has_average)
{
  const __m256i down = _mm256_setr_epi32 (7, 0, 1, 2, 3, 4, 5, 6);
  __m256i above
    = _mm256_blend_epi32 (_mm256_permutevar8x32_epi32 (self->last, down), above_first, 1);
  __m256i left = _mm256_and_si256 (self->last, self->counts_left);
  __m256i up = _mm256_and_si256 (above, self->counts_up);
  __m256i corner = _mm256_and_si256 (self->above, self->counts_corner);
  __m256i predicted = predict_paeth (left, up, corner);

  if (has_average)
    predicted = _mm256_blendv_epi8 (predicted, predict_average (left, up), self->is_average);
  self->last = _mm256_add_epi8 (stored, predicted);
  self->above = above;
}

/* A step where some rows have not begun yet or have ended. Before their first pixel lanes are zero,
 * as a filter takes what is outside. */
AVX2 static void
step_at_end (State *self, int t)
{
  const ThimblePngBand *band = self->band;
  const __m256i numbers = _mm256_setr_epi32 (0, 1, 2, 3, 4, 5, 6, 7);
  gsize n = (gsize) band->n_pixel_bytes;
  guint32 pixels[LANES] = { 0 };
  guint32 above = 0;

  for (int lane = 0; lane < LANES; lane++)
    if (t - lane >= 0 && t - lane < self->n_pixels)
      memcpy (&pixels[lane],
              band->filtered + lane * (band->n_row_bytes + 1) + 1 + (gsize) (t - lane) * n, n);
  if (t < self->n_pixels)
    memcpy (&above, band->above + (gsize) t * n, n);

  step (self, _mm256_loadu_si256 ((const __m256i_u *) pixels),
        _mm256_castsi128_si256 (_mm_cvtsi32_si128 ((int) above)), TRUE);
  self->last
    = _mm256_andnot_si256 (_mm256_cmpgt_epi32 (numbers, _mm256_set1_epi32 (t)), self->last);

  _mm256_storeu_si256 ((__m256i_u *) pixels, self->last);
  for (int lane = 0; lane < LANES; lane++)
    if (t - lane >= 0 && t - lane < self->n_pixels)
      memcpy (band->rows + lane * band->stride + (gsize) (t - lane) * n, &pixels[lane], n);
}

/* Four pixels from memory, 32 bits each; up to 16 bytes are read. */
INLINE __m128i
load_pixels (const guint8 *p, const int n_pixel_bytes)
{
  __m128i bytes = _mm_loadu_si128 ((const __m128i_u *) p);

  switch (n_pixel_bytes)
    {
    case 1:
      return _mm_cvtepu8_epi32 (bytes);
    case 2:
      return _mm_cvtepu16_epi32 (bytes);
    case 3:
      return _mm_shuffle_epi8 (
        bytes, _mm_setr_epi8 (0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
    default:
      return bytes;
    }
}

/* Four pixels to memory. Of three bytes each, the next pixel and a third are overwritten. */
INLINE void
store_pixels (guint8 *p, __m128i pixels, const int n_pixel_bytes)
{
  int four;

  switch (n_pixel_bytes)
    {
    case 1:
      four = _mm_cvtsi128_si32 (_mm_shuffle_epi8 (pixels, _mm_set1_epi32 (0x0C080400)));
      memcpy (p, &four, sizeof four);
      break;
    case 2:
      _mm_storel_epi64 (
        (__m128i_u *) p,
        _mm_shuffle_epi8 (pixels, _mm_set1_epi64x (0x0D0C090805040100)));
      break;
    case 3:
      _mm_storeu_si128 (
        (__m128i_u *) p,
        _mm_shuffle_epi8 (pixels, _mm_setr_epi8 (0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1,
                                                 -1, -1)));
      break;
    default:
      _mm_storeu_si128 ((__m128i_u *) p, pixels);
    }
}

/* Four vectors, each with four pixels of one row and of the row four below, to four with one pixel
 * of all rows; and back, as it is its own inverse. */
INLINE void
transpose (__m256i v[4])
{
  __m256i a = _mm256_unpacklo_epi32 (v[0], v[1]);
  __m256i b = _mm256_unpackhi_epi32 (v[0], v[1]);
  __m256i c = _mm256_unpacklo_epi32 (v[2], v[3]);
  __m256i d = _mm256_unpackhi_epi32 (v[2], v[3]);

  v[0] = _mm256_unpacklo_epi64 (a, c);
  v[1] = _mm256_unpackhi_epi64 (a, c);
  v[2] = _mm256_unpacklo_epi64 (b, d);
  v[3] = _mm256_unpackhi_epi64 (b, d);
}

/* Four steps, from column @t of the first row on. */
INLINE void
four_steps (State *self, int t, const int n_pixel_bytes, const gboolean has_average)
{
  const ThimblePngBand *band = self->band;
  const guint8 *in = band->filtered + 1 + (gsize) t * n_pixel_bytes;
  gsize in_step = band->n_row_bytes + 1 - n_pixel_bytes;
  guint8 *out = band->rows + (gsize) t * n_pixel_bytes;
  gsize out_step = band->stride - n_pixel_bytes;
  __m128i above = load_pixels (band->above + (gsize) t * n_pixel_bytes, n_pixel_bytes);
  __m256i v[4];

  for (int i = 0; i < 4; i++)
    v[i] = _mm256_inserti128_si256 (
      _mm256_castsi128_si256 (load_pixels (in + i * in_step, n_pixel_bytes)),
      load_pixels (in + (i + 4) * in_step, n_pixel_bytes), 1);
  transpose (v);
  for (int i = 0; i < 4; i++)
    {
      step (self, v[i], _mm256_castsi128_si256 (above), has_average);
      v[i] = self->last;
      above = _mm_srli_si128 (above, 4);
    }
  transpose (v);
  for (int i = 0; i < 4; i++)
    {
      store_pixels (out + i * out_step, _mm256_castsi256_si128 (v[i]), n_pixel_bytes);
      store_pixels (out + (i + 4) * out_step, _mm256_extracti128_si256 (v[i], 1), n_pixel_bytes);
    }
}

/* What is overwritten past the four pixels must still be the row's own. */
INLINE int
run (State *state, int t, const int n_pixel_bytes, const gboolean has_average)
{
  State self = *state;

  for (; t + 6 <= self.n_pixels; t += 4)
    four_steps (&self, t, n_pixel_bytes, has_average);
  *state = self;
  return t;
}

AVX2 static int
run_by_kind (State *self, int t)
{
  gboolean has_average = !_mm256_testz_si256 (self->is_average, self->is_average);

  switch (self->band->n_pixel_bytes)
    {
    case 1:
      return has_average ? run (self, t, 1, TRUE) : run (self, t, 1, FALSE);
    case 2:
      return has_average ? run (self, t, 2, TRUE) : run (self, t, 2, FALSE);
    case 3:
      return has_average ? run (self, t, 3, TRUE) : run (self, t, 3, FALSE);
    default:
      return has_average ? run (self, t, 4, TRUE) : run (self, t, 4, FALSE);
    }
}

/* Eight rows. */
AVX2 static void
unfilter_rows (const ThimblePngBand *band)
{
  State self = {
    .band = band,
    .n_pixels = (int) (band->n_row_bytes / (gsize) band->n_pixel_bytes),
    .last = _mm256_setzero_si256 (),
    .above = _mm256_setzero_si256 (),
  };
  gint32 filters[LANES];
  __m256i filter, is_paeth, is_left, is_up;
  int t = 0;

  for (int lane = 0; lane < LANES; lane++)
    filters[lane] = band->filtered[lane * (band->n_row_bytes + 1)];
  filter = _mm256_loadu_si256 ((const __m256i_u *) filters);
  is_left = _mm256_cmpeq_epi32 (filter, _mm256_set1_epi32 (1));
  is_up = _mm256_cmpeq_epi32 (filter, _mm256_set1_epi32 (2));
  self.is_average = _mm256_cmpeq_epi32 (filter, _mm256_set1_epi32 (3));
  is_paeth = _mm256_cmpeq_epi32 (filter, _mm256_set1_epi32 (4));
  self.counts_corner = is_paeth;
  self.counts_left = _mm256_or_si256 (_mm256_or_si256 (is_left, self.is_average), is_paeth);
  self.counts_up = _mm256_or_si256 (_mm256_or_si256 (is_up, self.is_average), is_paeth);

  for (; t < LANES; t++)
    step_at_end (&self, t);
  t = run_by_kind (&self, t);
  for (; t < self.n_pixels + LANES - 1; t++)
    step_at_end (&self, t);
}

AVX2 static void
unfilter (const ThimblePngBand *band)
{
  ThimblePngBand rest = *band;

  if (band->n_pixel_bytes <= 4
      && band->n_row_bytes >= (gsize) (MIN_PIXELS * band->n_pixel_bytes))
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
 * thimble_png_unfilter_get_avx2:
 *
 * Returns: (nullable): the function, or %NULL where the processor has no AVX2
 */
ThimblePngUnfilter
thimble_png_unfilter_get_avx2 (void)
{
  return __builtin_cpu_supports ("avx2") ? unfilter : NULL;
}

#else

ThimblePngUnfilter
thimble_png_unfilter_get_avx2 (void)
{
  return NULL;
}

#endif
