/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A JPEG decoder for reduced sizes, several images at once. At an eighth of its size a picture is
 * its DC coefficients, at a quarter five more bits of it: nearly all of a file is there to be
 * passed over, and the art is to do so in steps as long as possible without waiting.
 *
 *   frame    what the segments say; what is uncommon is refused
 *   tables   Huffman tables that pass over several codes at once
 *   window   the data without its stuffing
 *   lanes    several images in lock step: what is next, in which bits
 *   samples  from those bits to samples
 *   task     one image: batches, restarts, scans
 *
 * It takes baseline pictures in one scan, at 1/8, 1/4 and 1/2, and progressive ones at 1/8, of
 * which it reads all scans of DC; grey, or Y, Cb and Cr in 4:4:4, 4:2:2, 4:4:0 and 4:2:0. What it
 * does not take, or finds anything odd in, is libjpeg-turbo's: no image is lost to speed, and none
 * is decoded here that is cut short or that lacks its end marker. */

#include "thimble-jpeg-reduced.h"

/* Of images in lock step. Three hide each other's waits, and leave registers for what they need. */
#define N_LANES 3

typedef struct
{
  ThimbleJpegTask *task; /* NULL for none, or no more */
  ThimbleDecoding *decoding;
} Slot;

static guint
choose_denominator (const ThimbleDecoding *decoding)
{
  ThimbleJpegSegments segments;

  if (!decoding->request->allow_planes)
    return 1;
  thimble_jpeg_segments_read (&segments, decoding->bytes, decoding->n_bytes);
  return thimble_jpeg_choose_denominator (decoding->info, &segments, decoding->request);
}

/* Ends a task that needs no more steps. Returns whether it does. */
static gboolean
has_ended (Slot *slot, GPtrArray *tables)
{
  ThimbleJpegTaskState state = thimble_jpeg_task_advance (slot->task, tables);

  if (state == THIMBLE_JPEG_TASK_RUNS)
    return FALSE;
  if (state == THIMBLE_JPEG_TASK_DONE)
    slot->decoding->raster = thimble_jpeg_task_steal_picture (slot->task);
  g_clear_pointer (&slot->task, thimble_jpeg_task_free);
  return TRUE;
}

/* Takes the next image that is one for here and wants what the others do. */
static gboolean
take_next (Slot *slot,
           ThimbleDecoding *decodings,
           guint n,
           guint *next,
           gboolean keeps_ac,
           GPtrArray *tables)
{
  while (*next < n)
    {
      ThimbleDecoding *decoding = &decodings[(*next)++];
      guint denominator = choose_denominator (decoding);

      if (decoding->raster != NULL || denominator == 1 || keeps_ac != (denominator < 8))
        continue;
      slot->decoding = decoding;
      slot->task = thimble_jpeg_task_new (decoding->bytes, decoding->n_bytes, decoding->info,
                                          denominator, tables);
      if (slot->task != NULL && !has_ended (slot, tables))
        return TRUE;
    }
  return FALSE;
}

static void
run_all (ThimbleDecoding *decodings, guint n, gboolean keeps_ac, GPtrArray *tables)
{
  Slot slots[N_LANES] = { 0 };
  guint n_running = 0, next = 0;

  for (;;)
    {
      ThimbleJpegLane *lanes[N_LANES];

      while (n_running < N_LANES
             && take_next (&slots[n_running], decodings, n, &next, keeps_ac, tables))
        n_running++;
      if (n_running == 0)
        return;
      for (guint i = 0; i < n_running; i++)
        lanes[i] = slots[i].task->lane;
      thimble_jpeg_lanes_run (lanes, n_running, keeps_ac);
      for (guint i = 0; i < n_running;)
        if (has_ended (&slots[i], tables))
          slots[i] = slots[--n_running];
        else
          i++;
    }
}

/* Decodes what it can and leaves the others' @raster as it was, %NULL. */
void
thimble_jpeg_reduced_decode (ThimbleDecoding *decodings, guint n)
{
  g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);

  run_all (decodings, n, FALSE, tables);
  run_all (decodings, n, TRUE, tables);
}
