/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One large picture in lock step with itself, at an eighth: its data is cut into parts of the same
 * length, and a lane takes each. A part begins somewhere in a block, so what its lane reads there
 * makes no sense at first. But Huffman codes find their way: after some blocks it reads what is
 * really there. From where on, that is known when the lane of the part before, which is right, has
 * gone on into this part until both come to the same bit at the beginning of an MCU; all behind that
 * is right, too. (Of the idea to decode JPEG so on many processors: A. Weißenberger, B. Schmidt,
 * “Massively Parallel Huffman Decoding on GPUs”, 2018.) As nobody knows before then which blocks a
 * part has, differences of DC are kept, and samples are made at the end.
 *
 * Whatever does not come out is left to a lane that takes the picture from its beginning. */

#include "thimble-jpeg-reduced.h"

#define MAX_PARTS THIMBLE_JPEG_MAX_LANES
#define MAX_TRIES 3 /* as there may be something else behind the data */
#define MAX_PASSED_OVER 1024 /* as each takes long; to find its way a part needs a few */

typedef struct
{
  ThimbleJpegLane *lane;
  const guint8 *begin; /* in the file */
  const guint8 *end;   /* where the next part begins */
  guint64 n_behind;    /* bytes without stuffing that its window has dropped */
  guint64 boundary;    /* bits from its beginning to its end; 0 until they are known */
  guint64 batch_begin; /* bits from its beginning */
  guint64 mcu_size;    /* bits that an MCU has, of the last ones or of all, whatever is more */
  gint16 *differences; /* owned; of its blocks in the order of the file */
  gsize n_room;        /* blocks */
  guint n_mcus;        /* behind, without those of the batch */
  guint n_batch;       /* MCUs */
  guint n_odd;         /* MCUs up to the last one in which something made no sense */
  guint n_passed_over; /* how often that was */
  guint n_wrong;       /* MCUs at its beginning that are not in the picture */
} Part;

typedef struct
{
  ThimbleJpegTask *task;
  ThimbleJpegLane *lanes;
  const guint8 *end;  /* of the file, or of the data if it is known */
  guint64 mcu_size;   /* bits that an MCU has on average, and one more */
  gsize n_usual_room; /* blocks, for a part */
  Part parts[MAX_PARTS];
  guint n_parts;
} Parts;

static guint
count_all_mcus (const Parts *self)
{
  return self->task->n_mcus_wide * self->task->n_mcus_high;
}

/* Bits from the part's beginning. */
static guint64
get_position (const Part *part)
{
  return part->n_behind * 8 + part->lane->position;
}

static void
fill_window (Part *part)
{
  part->n_behind += part->lane->position / 8;
  thimble_jpeg_window_fill (&part->lane->window, &part->lane->position);
}

/* Brings more of the file into the window, and notes where the part's end is. */
static gboolean
refill (const Parts *self, Part *part)
{
  ThimbleJpegWindow *window = &part->lane->window;

  if (!window->has_ended)
    fill_window (part);
  if (window->has_ended && window->marker == 0 && window->next == part->end
      && part->end < self->end)
    {
      part->boundary = (part->n_behind + window->n_filled) * 8;
      window->end = self->end;
      window->has_ended = FALSE;
      fill_window (part);
    }
  return thimble_jpeg_lane_find_limit (part->lane);
}

static void
start_batch (const Parts *self, Part *part, guint n_mcus)
{
  part->n_batch = n_mcus;
  part->batch_begin = get_position (part);
  part->lane->state = 2 * n_mcus * self->task->n_places;
  part->lane->k = 0;
}

static void
start_part (const Parts *self, Part *part, ThimbleJpegLane *lane)
{
  part->lane = lane;
  thimble_jpeg_window_open (&lane->window, part->begin, part->end);
  lane->position = lane->limit = 0;
  lane->is_stuck = FALSE;
  refill (self, part);
}

/* Where there is no code, or one that goes beyond the block: goes on a bit further, in the next
 * block. Returns whether the part may come out still. */
static gboolean
pass_over (const Parts *self, Part *part)
{
  ThimbleJpegLane *lane = part->lane;
  guint n_states = 2 * self->task->n_places;
  guint n_left = (lane->state + n_states - 1) / n_states;

  part->n_odd = part->n_mcus + part->n_batch - n_left + 1;
  lane->position++;
  lane->state -= lane->state & 1;
  lane->k = 0;
  return part != &self->parts[0] && ++part->n_passed_over <= MAX_PASSED_OVER;
}

/* Does what has to be done before the part's lane can run on, unless its batch is over. */
static gboolean
advance (const Parts *self, Part *part)
{
  ThimbleJpegLane *lane = part->lane;

  for (;;)
    {
      if (lane->position > lane->limit && !refill (self, part))
        return FALSE;
      if (lane->state == 0 || (!lane->is_stuck && lane->position <= lane->limit))
        return TRUE;
      if (lane->is_stuck)
        {
          lane->is_stuck = FALSE;
          if (thimble_jpeg_skip_go_on (lane) && !thimble_jpeg_task_step_lane (self->task, lane)
              && !pass_over (self, part))
            return FALSE;
        }
    }
}

/* Whether a part has room for so many blocks, or gets it; at most for all that the picture has. */
static gboolean
make_room (const Parts *self, Part *part, gsize n_blocks)
{
  gsize n_all = (gsize) count_all_mcus (self) * self->task->n_places;
  gsize n_room = MIN (MAX (n_blocks + n_blocks / 4, self->n_usual_room), n_all);
  gint16 *differences;

  if (n_blocks <= part->n_room)
    return TRUE;
  if (n_blocks > n_all)
    return FALSE;
  differences = g_try_renew (gint16, part->differences, n_room);
  if (differences == NULL)
    return FALSE;
  part->differences = differences;
  part->n_room = n_room;
  return TRUE;
}

/* Takes the differences of the batch that is over. */
static gboolean
take_batch (const Parts *self, Part *part)
{
  const ThimbleJpegTask *task = self->task;
  gsize n_blocks = (gsize) part->n_mcus * task->n_places;
  gsize n_more = (gsize) part->n_batch * task->n_places;

  if (!make_room (self, part, n_blocks + n_more))
    return FALSE;
  thimble_jpeg_samples_read_differences (task, part->lane, part->n_batch,
                                         part->differences + n_blocks);
  part->n_mcus += part->n_batch;
  part->mcu_size
    = MAX ((get_position (part) - part->batch_begin) / part->n_batch, self->mcu_size);
  return TRUE;
}

/* MCUs that there must still be in the part, and fit a batch. As a batch cannot be left before its
 * end, near that of the data they become fewer and fewer. */
static guint
count_next (const Parts *self, Part *part)
{
  const ThimbleJpegLane *lane = part->lane;

  if (part->boundary != 0 && get_position (part) >= part->boundary)
    return 0;
  if (self->end - lane->window.next < THIMBLE_JPEG_WINDOW_SIZE)
    refill (self, part);
  if (!lane->window.has_ended)
    return self->task->max_batch;
  return (guint) MIN ((lane->window.n_filled * 8 - lane->position) / (4 * part->mcu_size),
                      self->task->max_batch);
}

/* Goes on until the lane has to run, or the part is done. */
static ThimbleJpegTaskState
go_on (const Parts *self, Part *part)
{
  for (;;)
    {
      guint n;

      if (!advance (self, part))
        return THIMBLE_JPEG_TASK_FAILED;
      if (part->lane->state != 0)
        return THIMBLE_JPEG_TASK_RUNS;
      if (!take_batch (self, part))
        return THIMBLE_JPEG_TASK_FAILED;
      n = count_next (self, part);
      if (n == 0)
        return part->boundary != 0 || part->end == self->end ? THIMBLE_JPEG_TASK_DONE
                                                             : THIMBLE_JPEG_TASK_FAILED;
      start_batch (self, part, n);
    }
}

static void
swap_lanes (Part *a, Part *b)
{
  ThimbleJpegLane *lane = a->lane, kept;

  if (a == b)
    return;
  kept = *a->lane;
  *a->lane = *b->lane;
  *b->lane = kept;
  a->lane = b->lane;
  b->lane = lane;
}

/* If a part has come to the end of the data, and that is not where it was thought to be, it is known
 * now. Returns whether it is. */
static gboolean
note_end (Parts *self, const Part *part)
{
  const ThimbleJpegWindow *window = &part->lane->window;

  if (!window->has_ended || window->marker != THIMBLE_JPEG_EOI)
    return FALSE;
  self->end = window->next;
  return TRUE;
}

/* All parts side by side, those that still run in the first lanes. One that has failed may be in
 * something behind the data, as are those behind it: the ones in front of it may find the end. */
static gboolean
run_parts (Parts *self)
{
  Part *running[MAX_PARTS];
  Part *failed = self->parts + self->n_parts; /* the first one */
  guint n = self->n_parts;

  for (guint i = 0; i < n; i++)
    {
      running[i] = &self->parts[i];
      start_part (self, running[i], &self->lanes[i]);
      start_batch (self, running[i], self->task->max_batch);
    }
  while (n > 0)
    {
      for (guint i = 0; i < n;)
        {
          ThimbleJpegTaskState state
            = running[i] < failed ? go_on (self, running[i]) : THIMBLE_JPEG_TASK_DONE;

          if (state == THIMBLE_JPEG_TASK_RUNS)
            {
              i++;
              continue;
            }
          if (state == THIMBLE_JPEG_TASK_FAILED)
            {
              if (note_end (self, running[i]))
                return FALSE;
              failed = running[i];
            }
          swap_lanes (running[i], running[n - 1]);
          running[i] = running[--n];
        }
      if (n > 0)
        thimble_jpeg_skip_run (self->lanes, n);
    }
  return failed == self->parts + self->n_parts;
}

static gboolean
run_mcu (const Parts *self, Part *part)
{
  start_batch (self, part, 1);
  while (part->lane->state != 0)
    {
      if (!advance (self, part))
        return FALSE;
      if (part->lane->state != 0)
        thimble_jpeg_skip_run (part->lane, 1);
    }
  return TRUE;
}

/* Lets @part, which is right, go on until it is where the lane of @next has been, and finds out from
 * which MCU on that was right. */
static gboolean
join (const Parts *self, Part *part, Part *next)
{
  Part again = { .begin = next->begin, .end = next->end };

  start_part (self, &again, &self->lanes[self->n_parts]);
  for (;;)
    {
      guint64 position = get_position (part) - part->boundary;

      if (position == get_position (&again))
        {
          next->n_wrong = again.n_mcus;
          return TRUE;
        }
      if (position < get_position (&again))
        {
          if (!run_mcu (self, part) || !take_batch (self, part))
            return FALSE;
        }
      else if (!run_mcu (self, &again) || ++again.n_mcus > next->n_mcus)
        return FALSE;
    }
}

/* Makes samples of all that the parts have. Returns how many MCUs that is; 0 if they do not fit, or
 * if one was wrong about what is right. */
static guint
place_parts (Parts *self)
{
  ThimbleJpegTask *task = self->task;
  guint n_all = 0;

  for (guint i = 0; i < self->n_parts; i++)
    {
      const Part *part = &self->parts[i];
      const gint16 *differences = part->differences + (gsize) part->n_wrong * task->n_places;
      guint n_part = part->n_mcus - part->n_wrong;

      if (part->n_odd > part->n_wrong || n_part > count_all_mcus (self) - n_all)
        return 0;
      n_all += n_part;
      for (guint n; n_part > 0; n_part -= n, differences += (gsize) n * task->n_places)
        {
          n = MIN (MIN (n_part, task->max_batch), task->n_mcus_wide - task->mcu_x);
          thimble_jpeg_samples_take_differences (task, differences, n);
          task->mcu_y += (task->mcu_x + n) / task->n_mcus_wide;
          task->mcu_x = (task->mcu_x + n) % task->n_mcus_wide;
        }
    }
  return n_all;
}

/* What is behind the last part is left to the task. */
static gboolean
finish (Parts *self, guint n_mcus, GPtrArray *tables)
{
  ThimbleJpegTask *task = self->task;
  ThimbleJpegTaskState state;

  if (n_mcus == 0 || !thimble_jpeg_task_go_to (task, self->parts[self->n_parts - 1].lane, n_mcus))
    return FALSE;
  while ((state = thimble_jpeg_task_advance (task, tables)) == THIMBLE_JPEG_TASK_RUNS)
    thimble_jpeg_skip_run (task->lane, 1);
  return state == THIMBLE_JPEG_TASK_DONE;
}

static gboolean
run (Parts *self, GPtrArray *tables)
{
  if (!run_parts (self))
    return FALSE;
  for (guint i = 0; i + 1 < self->n_parts; i++)
    if (!join (self, &self->parts[i], &self->parts[i + 1]))
      return FALSE;
  return finish (self, place_parts (self), tables);
}

/* Cuts the scan's data, but never between an 0xFF and what is behind it. */
static gboolean
cut (Parts *self, gsize min_part_bytes)
{
  const ThimbleJpegTask *task = self->task;
  const guint8 *begin = task->walker.bytes + task->walker.position;
  gsize n_bytes = (gsize) (self->end - begin);

  self->n_parts = (guint) MIN (MAX_PARTS, n_bytes / min_part_bytes);
  if (self->n_parts < 2)
    return FALSE;
  self->mcu_size = n_bytes * 8 / count_all_mcus (self) + 1;
  self->n_usual_room = (gsize) count_all_mcus (self) * task->n_places / self->n_parts * 5 / 4;
  for (guint i = 0; i < self->n_parts; i++)
    {
      Part *part = &self->parts[i];
      const guint8 *end = i + 1 < self->n_parts ? begin + n_bytes / self->n_parts * (i + 1)
                                                : self->end;

      while (end < self->end && end[-1] == 0xff)
        end++;
      *part = (Part) {
        .begin = i == 0 ? begin : self->parts[i - 1].end,
        .end = end,
        .mcu_size = self->mcu_size,
        .differences = part->differences,
        .n_room = part->n_room,
      };
      if (end <= part->begin)
        return FALSE;
      memcpy (self->lanes[i + 1].tables, self->lanes[0].tables, sizeof self->lanes[0].tables);
      self->lanes[i + 1].n_kept = 0;
    }
  return TRUE;
}

/* Decodes a picture to an eighth.
 *
 * @min_part_bytes: of how many bytes a part is to be at least
 * @lanes: (array length=THIMBLE_JPEG_MAX_LANES+1)
 * @tables: see thimble_jpeg_task_advance()
 *
 * Returns: (transfer full) (nullable): grey, or planes; %NULL where the picture is not one for this */
ThimbleRaster *
thimble_jpeg_parts_decode (const ThimbleDecoding *decoding,
                           gsize min_part_bytes,
                           ThimbleJpegLane *lanes,
                           GPtrArray *tables)
{
  ThimbleRaster *raster = NULL;
  ThimbleJpegTask *task;
  Parts *self;

  task = thimble_jpeg_task_new (decoding->bytes, decoding->n_bytes, decoding->info, 8,
                                THIMBLE_JPEG_TABLES_SKIP_AC, &lanes[0], tables);
  if (task == NULL)
    return NULL;
  self = g_new0 (Parts, 1);
  self->task = task;
  self->lanes = lanes;
  self->end = decoding->bytes + decoding->n_bytes;
  for (guint i = 0; i < MAX_TRIES && task->frame.restart_interval == 0; i++)
    {
      const guint8 *end = self->end;

      if (cut (self, min_part_bytes) && run (self, tables))
        raster = thimble_jpeg_task_steal_picture (task);
      if (self->end == end)
        break;
    }
  for (guint i = 0; i < MAX_PARTS; i++)
    g_free (self->parts[i].differences);
  thimble_jpeg_task_free (task);
  g_free (self);
  return raster;
}
