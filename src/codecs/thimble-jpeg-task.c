/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One image on its way through the decoder for reduced sizes: which segments there are, which MCUs
 * of which scan come next, and what has to hold between them. Whatever does not hold ends the task;
 * the image is then libjpeg-turbo's, which says what is wrong with it if anything is. */

#include "thimble-jpeg-reduced.h"

#include <string.h>

/* Brings more of the segment into the lane's window. What is kept of blocks in it is read before. */
static gboolean
refill (ThimbleJpegTask *self)
{
  ThimbleJpegLane *lane = self->lane;

  if (lane->n_kept > 0 && !lane->window.has_ended)
    thimble_jpeg_kept_collect (self);
  return thimble_jpeg_lane_refill (lane);
}

/* --- batches, segments, scans ----------------------------------------------------------------- */

/* Whose block a lane is in with @n_left to go. A batch ends with an MCU's last block. */
static guint
get_component (const ThimbleJpegTask *self, guint n_left)
{
  return self->places[(self->n_places - n_left % self->n_places) % self->n_places].component;
}

static ThimbleJpegTablesKind
get_kind (const ThimbleJpegTask *self)
{
  return thimble_jpeg_choose_kind (self->frame.is_progressive, 8 / self->n_side);
}

static guint
get_states_of_block (ThimbleJpegTablesKind kind)
{
  return kind == THIMBLE_JPEG_TABLES_DC ? 1 : 2;
}

/* For all states of the longest batch; elsewhere, above all at 0, a lane stands still. */
static void
set_tables (ThimbleJpegTask *self)
{
  ThimbleJpegLane *lane = self->lane;
  ThimbleJpegTablesKind kind = get_kind (self);
  guint n_of_block = get_states_of_block (kind);
  guint n_states = self->max_batch * self->n_places * n_of_block;

  for (guint i = 0; i < G_N_ELEMENTS (lane->tables); i++)
    lane->tables[i] = self->tables->entries;
  for (guint i = 1; i <= n_states; i++)
    {
      guint component = get_component (self, (i + n_of_block - 1) / n_of_block);
      guint at = kind == THIMBLE_JPEG_TABLES_DC ? i : THIMBLE_JPEG_SKIP_INDEX (i);

      lane->tables[at]
        = thimble_jpeg_tables_get (self->tables, component, n_of_block == 2 && (i & 1));
    }
}

static void
start_batch (ThimbleJpegTask *self)
{
  ThimbleJpegLane *lane = self->lane;

  self->n_batch = MIN (MIN (self->max_batch, self->n_mcus_wide - self->mcu_x), self->n_in_segment);
  lane->state = self->n_batch * self->n_places * get_states_of_block (get_kind (self));
  lane->k = 0;
  self->n_collected = 0;
}

static void
start_segment (ThimbleJpegTask *self, const guint8 *bytes)
{
  const ThimbleJpegFrame *frame = &self->frame;
  guint n_left = (self->n_mcus_high - self->mcu_y) * self->n_mcus_wide - self->mcu_x;

  thimble_jpeg_window_open (&self->lane->window, bytes,
                            self->walker.bytes + self->walker.n_bytes);
  self->lane->position = 0;
  self->lane->limit = 0;
  thimble_jpeg_lane_refill (self->lane);
  memset (self->predictions, 0, sizeof self->predictions);
  self->n_in_segment
    = frame->restart_interval > 0 ? MIN (frame->restart_interval, n_left) : n_left;
  start_batch (self);
}

/* Goes on in a lane that is at the end of a batch, in a scan that is one segment.
 *
 * @lane: stays the task's
 * @n_mcus: of the scan that are behind
 *
 * Returns: whether that is not all of them */
gboolean
thimble_jpeg_task_go_to (ThimbleJpegTask *self, ThimbleJpegLane *lane, guint n_mcus)
{
  guint n_all = self->n_mcus_wide * self->n_mcus_high;

  if (n_mcus >= n_all)
    return FALSE;
  self->lane = lane;
  self->mcu_x = n_mcus % self->n_mcus_wide;
  self->mcu_y = n_mcus / self->n_mcus_wide;
  self->n_in_segment = n_all - n_mcus;
  start_batch (self);
  return TRUE;
}

/* Makes of a task, which has just begun, one for some segments of the scan.
 *
 * @bytes: where the first of them is
 * @number: which one that is
 *
 * Returns: whether there is one with that number in the picture */
gboolean
thimble_jpeg_task_start_at (ThimbleJpegTask *self,
                            ThimbleJpegLane *lane,
                            const guint8 *bytes,
                            guint number,
                            guint n_segments)
{
  guint64 n_mcus = (guint64) number * self->frame.restart_interval;

  if (n_mcus >= (guint64) self->n_mcus_wide * self->n_mcus_high)
    return FALSE;
  self->lane = lane;
  self->mcu_x = (guint) (n_mcus % self->n_mcus_wide);
  self->mcu_y = (guint) (n_mcus / self->n_mcus_wide);
  self->next_restart = number % 8;
  self->n_segments = n_segments;
  start_segment (self, bytes);
  return TRUE;
}

static void
start_scan (ThimbleJpegTask *self, GPtrArray *tables)
{
  ThimbleJpegTablesKind kind = get_kind (self);
  const ThimbleJpegShape *shape = thimble_jpeg_shape_get (self->n_side);
  guint max_blocks = kind == THIMBLE_JPEG_TABLES_DC ? THIMBLE_JPEG_MAX_BATCH_OF_DC
                                                    : THIMBLE_JPEG_MAX_BATCH;

  thimble_jpeg_layout_find_places (self);
  g_assert (self->n_places > 0);
  self->tables = thimble_jpeg_tables_find (&self->frame, kind, tables);
  self->lane->n_kept = shape != NULL ? shape->n_kept : 0;
  self->lane->is_stuck = FALSE;
  self->max_batch = max_blocks / self->n_places;
  set_tables (self);
  self->mcu_x = self->mcu_y = 0;
  self->next_restart = 0;
  self->n_segments = G_MAXUINT;
  start_segment (self, self->walker.bytes + self->walker.position);
}

/* What is behind a segment's last block: less than a byte, and then a marker. */
static gboolean
end_segment (ThimbleJpegTask *self)
{
  ThimbleJpegLane *lane = self->lane;

  if (!lane->window.has_ended)
    thimble_jpeg_window_fill (&lane->window, &lane->position);
  return lane->window.has_ended && lane->window.marker != 0
         && (lane->position + 7) / 8 == lane->window.n_filled;
}

/* Goes on behind a batch. Returns whether there are more MCUs in the scan; or fails. */
static ThimbleJpegTaskState
go_on (ThimbleJpegTask *self)
{
  const ThimbleJpegWindow *window = &self->lane->window;

  self->n_in_segment -= self->n_batch;
  self->mcu_x += self->n_batch;
  if (self->mcu_x == self->n_mcus_wide)
    {
      self->mcu_x = 0;
      self->mcu_y++;
    }
  if (self->n_in_segment > 0)
    {
      start_batch (self);
      return THIMBLE_JPEG_TASK_RUNS;
    }
  if (!end_segment (self))
    return THIMBLE_JPEG_TASK_FAILED;
  if (self->mcu_y == self->n_mcus_high)
    return THIMBLE_JPEG_TASK_DONE;
  if (window->marker != THIMBLE_JPEG_RST0 + self->next_restart)
    return THIMBLE_JPEG_TASK_FAILED;
  if (--self->n_segments == 0)
    return THIMBLE_JPEG_TASK_DONE;
  self->next_restart = (self->next_restart + 1) % 8;
  start_segment (self, window->next);
  return THIMBLE_JPEG_TASK_RUNS;
}

/* --- progressive ------------------------------------------------------------------------------ */

/* A scan of one more bit of DC for each block, which has no codes (ITU-T T.81, G.1.2.1). */
static gboolean
refine_scan (ThimbleJpegTask *self)
{
  ThimbleJpegLane *lane = self->lane;
  ThimbleJpegTaskState state = THIMBLE_JPEG_TASK_RUNS;

  while (state == THIMBLE_JPEG_TASK_RUNS)
    {
      guint n_bits = self->n_batch * self->n_places;

      if (lane->position + n_bits > lane->limit
          && (!thimble_jpeg_lane_refill (lane) || lane->position + n_bits > lane->limit))
        return FALSE;
      thimble_jpeg_dc_refine_batch (self);
      state = go_on (self);
    }
  return state == THIMBLE_JPEG_TASK_DONE;
}

/* Whether the scan's bits are those that come next for all its components; notes them. */
static gboolean
note_scan (ThimbleJpegTask *self)
{
  const ThimbleJpegFrame *frame = &self->frame;

  for (guint i = 0; i < frame->n_in_scan; i++)
    {
      guint component = frame->in_scan[i];
      gboolean is_first = frame->high_bit == 0;

      if (is_first ? self->has_dc[component] || frame->low_bit > 13
                   : !self->has_dc[component] || frame->high_bit != self->low_bits[component]
                       || frame->low_bit != frame->high_bit - 1)
        return FALSE;
      self->has_dc[component] = TRUE;
      self->low_bits[component] = frame->low_bit;
    }
  return TRUE;
}

/* Walks on to the next scan of DC, over those of AC, and starts it. Done at the end marker. */
static ThimbleJpegTaskState
find_scan (ThimbleJpegTask *self, GPtrArray *tables)
{
  while (thimble_jpeg_walker_next (&self->walker))
    {
      if (!thimble_jpeg_frame_read_segment (&self->frame, &self->walker))
        return THIMBLE_JPEG_TASK_FAILED;
      if (self->walker.marker != THIMBLE_JPEG_SOS)
        continue;
      if (++self->n_scans > THIMBLE_JPEG_MAX_SCANS)
        return THIMBLE_JPEG_TASK_FAILED;
      if (self->frame.first_coefficient > 0)
        continue;
      if (!thimble_jpeg_frame_is_plain (&self->frame) || !note_scan (self))
        return THIMBLE_JPEG_TASK_FAILED;
      start_scan (self, tables);
      if (self->frame.high_bit == 0)
        return THIMBLE_JPEG_TASK_RUNS;
      if (!refine_scan (self))
        return THIMBLE_JPEG_TASK_FAILED;
      thimble_jpeg_walker_go_to (&self->walker, self->lane->window.next - 2);
    }
  return thimble_jpeg_walker_is_at_end (&self->walker) ? THIMBLE_JPEG_TASK_DONE
                                                       : THIMBLE_JPEG_TASK_FAILED;
}

/* Behind the last block of a scan. */
static ThimbleJpegTaskState
end_scan (ThimbleJpegTask *self, GPtrArray *tables)
{
  ThimbleJpegTaskState state;

  if (!self->frame.is_progressive)
    return self->lane->window.marker == THIMBLE_JPEG_EOI || self->n_segments == 0
             ? THIMBLE_JPEG_TASK_DONE
             : THIMBLE_JPEG_TASK_FAILED;

  thimble_jpeg_walker_go_to (&self->walker, self->lane->window.next - 2);
  state = find_scan (self, tables);
  for (guint i = 0; i < self->frame.n_components && state == THIMBLE_JPEG_TASK_DONE; i++)
    if (!self->has_dc[i] || self->low_bits[i] > 0)
      return THIMBLE_JPEG_TASK_FAILED;
  if (state == THIMBLE_JPEG_TASK_DONE)
    thimble_jpeg_samples_take_dc (self);
  return state;
}

/* --- the task --------------------------------------------------------------------------------- */

/* Returns: how a picture is read, whether or not it is one for here */
ThimbleJpegTablesKind
thimble_jpeg_choose_kind (gboolean is_progressive, guint denominator)
{
  if (is_progressive)
    return THIMBLE_JPEG_TABLES_DC;
  return denominator == 8 ? THIMBLE_JPEG_TABLES_SKIP_AC : THIMBLE_JPEG_TABLES_KEEP_AC;
}

/* Takes a step of a single code in a lane whose states are the task's.
 *
 * Returns: whether there is one */
gboolean
thimble_jpeg_task_step_lane (const ThimbleJpegTask *self, ThimbleJpegLane *lane)
{
  const ThimbleJpegFrame *frame = &self->frame;
  ThimbleJpegTablesKind kind = get_kind (self);
  guint n_of_block = get_states_of_block (kind);
  guint n_left = (lane->state + n_of_block - 1) / n_of_block;
  const ThimbleJpegComponent *component = &frame->components[get_component (self, n_left)];
  const ThimbleJpegHuffman *dc = &frame->dc_tables[component->dc_table];

  if (kind == THIMBLE_JPEG_TABLES_DC)
    return thimble_jpeg_dc_step (lane, dc);
  return thimble_jpeg_skip_step (lane, dc, &frame->ac_tables[component->ac_table]);
}

/* Whether what stopped the lane is a step that the tables do not know. */
static gboolean
is_stuck (ThimbleJpegLane *lane, ThimbleJpegTablesKind kind)
{
  return kind == THIMBLE_JPEG_TABLES_DC || thimble_jpeg_skip_go_on (lane);
}

/* Takes the step that the tables do not know, if it is that which stopped the lane. */
static gboolean
help_lane (ThimbleJpegTask *self)
{
  ThimbleJpegLane *lane = self->lane;

  if (!lane->is_stuck)
    return TRUE;
  lane->is_stuck = FALSE;
  return !is_stuck (lane, get_kind (self))
         || thimble_jpeg_task_step_lane (self, lane);
}

/* Does what has to be done before the task's lane can run on.
 *
 * @tables: (element-type ThimbleJpegTables): those made so far; takes new ones */
ThimbleJpegTaskState
thimble_jpeg_task_advance (ThimbleJpegTask *self, GPtrArray *tables)
{
  ThimbleJpegLane *lane = self->lane;

  for (;;)
    {
      if (lane->position > lane->limit && !refill (self))
        return THIMBLE_JPEG_TASK_FAILED;
      if (lane->state == 0)
        {
          ThimbleJpegTaskState state;

          if (self->frame.is_progressive)
            thimble_jpeg_dc_take_batch (self);
          else
            thimble_jpeg_samples_take_batch (self);
          state = go_on (self);
          if (state == THIMBLE_JPEG_TASK_DONE)
            state = end_scan (self, tables);
          if (state != THIMBLE_JPEG_TASK_RUNS)
            return state;
          continue;
        }
      if (!help_lane (self))
        return THIMBLE_JPEG_TASK_FAILED;
      if (lane->state != 0 && lane->position <= lane->limit)
        return THIMBLE_JPEG_TASK_RUNS;
    }
}

static gboolean
start (ThimbleJpegTask *self,
       const ThimbleImageInfo *info,
       ThimbleJpegTablesKind kind,
       GPtrArray *tables)
{
  ThimbleJpegFrame *frame = &self->frame;

  do
    if (!thimble_jpeg_walker_next (&self->walker)
        || !thimble_jpeg_frame_read_segment (frame, &self->walker))
      return FALSE;
  while (self->walker.marker != THIMBLE_JPEG_SOS);

  self->n_scans = 1;
  if (!thimble_jpeg_frame_is_plain (frame) || frame->high_bit != 0 || frame->width != info->width
      || frame->height != info->height || get_kind (self) != kind
      || !thimble_jpeg_layout_has_little_filling (frame, 8 / self->n_side)
      || (frame->is_progressive && (self->n_side > 1 || !note_scan (self)))
      || !thimble_jpeg_layout_make_planes (self))
    return FALSE;
  start_scan (self, tables);
  return TRUE;
}

/* @denominator: 2, 4 or 8
 * @kind: that of the lanes beside which it is to run
 * @lane: where the task runs; it may be moved between two steps
 * @tables: see thimble_jpeg_task_advance()
 *
 * Returns: (transfer full) (nullable): a task, or %NULL where the image is not one for it */
ThimbleJpegTask *
thimble_jpeg_task_new (const guint8 *bytes,
                       gsize n_bytes,
                       const ThimbleImageInfo *info,
                       guint denominator,
                       ThimbleJpegTablesKind kind,
                       ThimbleJpegLane *lane,
                       GPtrArray *tables)
{
  ThimbleJpegTask *self = g_new0 (ThimbleJpegTask, 1);

  self->n_side = 8 / denominator;
  self->lane = lane;
  thimble_jpeg_walker_init (&self->walker, bytes, n_bytes);
  if (start (self, info, kind, tables))
    return self;
  thimble_jpeg_task_free (self);
  return NULL;
}

void
thimble_jpeg_task_free (ThimbleJpegTask *self)
{
  for (guint i = 0; i < 3; i++)
    {
      g_clear_pointer (&self->planes[i], thimble_raster_unref);
      g_free (self->dc[i]);
    }
  g_free (self);
}

/* Returns: (transfer full): what a task that is done has made: grey, or planes */
ThimbleRaster *
thimble_jpeg_task_steal_picture (ThimbleJpegTask *self)
{
  ThimbleRaster *picture = g_steal_pointer (&self->planes[0]);

  if (self->frame.n_components == 1)
    return picture;
  picture->layout = THIMBLE_LAYOUT_YCC_PLANES;
  picture->chroma[0] = g_steal_pointer (&self->planes[1]);
  picture->chroma[1] = g_steal_pointer (&self->planes[2]);
  return picture;
}
