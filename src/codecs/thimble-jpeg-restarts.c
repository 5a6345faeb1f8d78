/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One large picture in lock step with itself, at an eighth, whose data has restart markers, as many
 * cameras write them. Behind each of them decoding can begin, and which MCU is there follows from how
 * many markers were before (ITU-T T.81, E.2.4): so the data is cut at some of them, and a lane takes
 * each part as if it were a picture.
 *
 * Whatever does not come out is left to a lane that takes the picture from its beginning. */

#include "thimble-jpeg-reduced.h"

#define MAX_PARTS THIMBLE_JPEG_MAX_LANES

/* A segment of the data, which ends at a restart marker. */
typedef struct
{
  const guint8 *bytes;
  guint number;
} Segment;

typedef struct
{
  ThimbleJpegTask *task;
  ThimbleJpegLane *lanes;
  ThimbleJpegTask *running[MAX_PARTS]; /* @task as it is for a part; planes are @task's */
  guint n_running;
} Restarts;

/* Walks on to the first segment at or behind @target. Returns whether there is one, and all markers
 * before are those that have to be there. */
static gboolean
find_segment (const ThimbleJpegTask *task, const guint8 *target, Segment *segment)
{
  const guint8 *end = task->walker.bytes + task->walker.n_bytes;

  while (segment->bytes < target)
    {
      const guint8 *marker = thimble_jpeg_find_marker (segment->bytes, end);

      if (marker == NULL || marker[1] != THIMBLE_JPEG_RST0 + segment->number % 8)
        return FALSE;
      segment->bytes = marker + 2;
      segment->number++;
    }
  return TRUE;
}

/* Finds where parts begin that are about equally long. Returns how many there are. */
static guint
cut (const ThimbleJpegTask *task, gsize min_part_bytes, Segment *segments)
{
  const guint8 *begin = task->walker.bytes + task->walker.position;
  gsize n_bytes = task->walker.n_bytes - task->walker.position;
  guint n_parts = (guint) MIN (MAX_PARTS, n_bytes / min_part_bytes);
  Segment segment = { .bytes = begin };
  guint n = 0;

  for (guint i = 0; i < n_parts && find_segment (task, begin + n_bytes / n_parts * i, &segment); i++)
    if (n == 0 || segment.number > segments[n - 1].number)
      segments[n++] = segment;
  return n;
}

/* Returns whether all parts begin within the picture. */
static gboolean
start_parts (Restarts *self, const Segment *segments, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      ThimbleJpegTask *part = g_memdup2 (self->task, sizeof *part);
      guint n_segments = i + 1 < n ? segments[i + 1].number - segments[i].number : G_MAXUINT;

      self->running[self->n_running++] = part;
      if (i > 0)
        memcpy (self->lanes[i].tables, self->lanes[0].tables, sizeof self->lanes[0].tables);
      self->lanes[i].is_stuck = FALSE;
      self->lanes[i].n_kept = 0;
      if (!thimble_jpeg_task_start_at (part, &self->lanes[i], segments[i].bytes, segments[i].number,
                                       n_segments))
        return FALSE;
    }
  return TRUE;
}

/* The last of those that run takes its lane. */
static void
end_part (Restarts *self, guint i)
{
  guint last = --self->n_running;

  g_free (self->running[i]);
  if (i == last)
    return;
  self->running[i] = self->running[last];
  self->lanes[i] = self->lanes[last];
  self->running[i]->lane = &self->lanes[i];
}

static gboolean
run (Restarts *self, GPtrArray *tables)
{
  while (self->n_running > 0)
    {
      for (guint i = 0; i < self->n_running;)
        switch (thimble_jpeg_task_advance (self->running[i], tables))
          {
          case THIMBLE_JPEG_TASK_RUNS:
            i++;
            break;
          case THIMBLE_JPEG_TASK_DONE:
            end_part (self, i);
            break;
          case THIMBLE_JPEG_TASK_FAILED:
          default:
            return FALSE;
          }
      if (self->n_running > 0)
        thimble_jpeg_skip_run (self->lanes, self->n_running);
    }
  return TRUE;
}

/* Decodes a picture to an eighth.
 *
 * @min_part_bytes: of how many bytes a part is to be at least
 * @lanes: (array length=THIMBLE_JPEG_MAX_LANES)
 * @tables: see thimble_jpeg_task_advance()
 *
 * Returns: (transfer full) (nullable): grey, or planes; %NULL where the picture is not one for this */
ThimbleRaster *
thimble_jpeg_restarts_decode (const ThimbleDecoding *decoding,
                              gsize min_part_bytes,
                              ThimbleJpegLane *lanes,
                              GPtrArray *tables)
{
  Restarts self = { .lanes = lanes };
  Segment segments[MAX_PARTS];
  ThimbleRaster *raster = NULL;
  guint n;

  self.task = thimble_jpeg_task_new (decoding->bytes, decoding->n_bytes, decoding->info, 8,
                                     THIMBLE_JPEG_TABLES_SKIP_AC, &lanes[0], tables);
  if (self.task == NULL)
    return NULL;
  n = self.task->frame.restart_interval > 0 ? cut (self.task, min_part_bytes, segments) : 0;
  if (n > 1 && start_parts (&self, segments, n) && run (&self, tables))
    raster = thimble_jpeg_task_steal_picture (self.task);
  for (guint i = 0; i < self.n_running; i++)
    g_free (self.running[i]);
  thimble_jpeg_task_free (self.task);
  return raster;
}
