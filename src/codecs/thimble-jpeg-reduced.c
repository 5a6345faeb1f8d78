/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A JPEG decoder for reduced sizes, several images at once. At an eighth of its size a picture is
 * its DC coefficients, at a quarter three more of each block: nearly all of a file is there to be
 * passed over, and the art is to do so in steps as long as possible without waiting.
 *
 *   frame    what the segments say; what is uncommon is refused
 *   tables   Huffman tables that pass over several codes at once
 *   window   the data without its stuffing
 *   skip     several images in lock step: where the next DC is
 *   dc       the same, in a progressive picture's scans of DC
 *   kept     where more than DC is wanted: what else is there
 *   samples  from those bits to samples
 *   task     one image: batches, restarts, scans
 *   layout   where its blocks and samples are
 *   parts    one large image, of which each lane takes a part
 *   restarts the same, where the data has places to begin at
 *
 * It takes baseline pictures in one scan, at 1/8, 1/4 and 1/2, and progressive ones at 1/8, of
 * which it reads all scans of DC; grey, or Y, Cb and Cr in 4:4:4, 4:2:2, 4:4:0 and 4:2:0. What it
 * does not take, or finds anything odd in, is libjpeg-turbo's: no image is lost to speed, and none
 * is decoded here that is cut short or that lacks its end marker. */

#include "thimble-jpeg-reduced.h"

#define MAX_KEPT_TABLES 2

/* A part of a picture that is worth a lane of its own. */
#define MIN_PART_BYTES (24 * 1024)

typedef struct
{
  ThimbleJpegTask *task;
  ThimbleDecoding *decoding;
} Slot;

typedef struct
{
  guint denominator; /* by how much the picture is to be reduced; 1 where it is not one for here */
  ThimbleJpegTablesKind kind;
  gboolean may_be_cut; /* into parts */
  gboolean has_restarts;
} Plan;

/* What several pictures are decoded with. */
typedef struct
{
  ThimbleDecoding *decodings;
  Plan *plans; /* of the decodings; owned */
  guint n_decodings;
  guint next;                 /* index of the one to look at next */
  ThimbleJpegTablesKind kind; /* which ones are wanted */
  GPtrArray *tables;          /* ThimbleJpegTables; the thread's, the newest is the last */
  Slot slots[THIMBLE_JPEG_MAX_LANES];
  ThimbleJpegLane lanes[THIMBLE_JPEG_MAX_LANES + 1]; /* side by side: found from one register */
} Session;

static gboolean
may_be_cut (const ThimbleJpegSegments *segments, ThimbleJpegTablesKind kind)
{
  return kind == THIMBLE_JPEG_TABLES_SKIP_AC && !segments->has_several_scans;
}

/* What is to become of an image, found out once. */
static Plan
plan (const ThimbleDecoding *decoding)
{
  Plan plan = { .denominator = 1 };
  ThimbleJpegSegments segments;

  if (!decoding->request->allow_ycc)
    return plan;
  thimble_jpeg_segments_read (&segments, decoding->bytes, decoding->n_bytes);
  plan.denominator
    = thimble_jpeg_choose_denominator (decoding->info, &segments, decoding->request);
  plan.kind = thimble_jpeg_choose_kind (segments.is_progressive, plan.denominator);
  plan.may_be_cut = may_be_cut (&segments, plan.kind);
  plan.has_restarts = segments.has_restarts;
  return plan;
}

/* Ends a task that needs no more steps. Returns whether it does. */
static gboolean
has_ended (Session *session, Slot *slot)
{
  ThimbleJpegTaskState state = thimble_jpeg_task_advance (slot->task, session->tables);

  if (state == THIMBLE_JPEG_TASK_RUNS)
    return FALSE;
  if (state == THIMBLE_JPEG_TASK_DONE)
    slot->decoding->raster = thimble_jpeg_task_steal_picture (slot->task);
  g_clear_pointer (&slot->task, thimble_jpeg_task_free);
  return TRUE;
}

/* Puts the next image that is one for here into a slot. */
static gboolean
take_next (Session *session, guint i)
{
  Slot *slot = &session->slots[i];

  while (session->next < session->n_decodings)
    {
      const Plan *plan = &session->plans[session->next];
      ThimbleDecoding *decoding = &session->decodings[session->next++];

      if (plan->kind != session->kind || plan->denominator == 1)
        continue;
      slot->decoding = decoding;
      slot->task = thimble_jpeg_task_new (decoding->bytes, decoding->n_bytes, decoding->info,
                                          plan->denominator, plan->kind, &session->lanes[i],
                                          session->tables);
      if (slot->task != NULL && !has_ended (session, slot))
        return TRUE;
    }
  return FALSE;
}

static void
move_task (Session *session, guint from, guint to)
{
  if (from == to)
    return;
  session->slots[to] = session->slots[from];
  session->lanes[to] = session->lanes[from];
  session->slots[to].task->lane = &session->lanes[to];
}

static void
run_lanes (Session *session, guint n)
{
  switch (session->kind)
    {
    case THIMBLE_JPEG_TABLES_KEEP_AC:
    case THIMBLE_JPEG_TABLES_SKIP_AC:
      thimble_jpeg_skip_run (session->lanes, n);
      break;
    case THIMBLE_JPEG_TABLES_DC:
      thimble_jpeg_dc_run (session->lanes, n);
      break;
    }
}

static void
run_all (Session *session, ThimbleJpegTablesKind kind)
{
  const guint max_lanes = kind == THIMBLE_JPEG_TABLES_DC ? THIMBLE_JPEG_MAX_LANES_OF_DC
                                                         : THIMBLE_JPEG_MAX_LANES;
  guint n_running = 0;

  session->next = 0;
  session->kind = kind;
  while (n_running < max_lanes && take_next (session, n_running))
    n_running++;
  while (n_running > 0)
    {
      run_lanes (session, n_running);
      for (guint i = 0; i < n_running;)
        if (has_ended (session, &session->slots[i]) && !take_next (session, i))
          move_task (session, --n_running, i);
        else
          i++;
    }
}

/* Tables that a thread has made, and keeps for the pictures to come: most have the standard's, and
 * those of one camera the same. */
static GPtrArray *
get_tables (void)
{
  static GPrivate kept = G_PRIVATE_INIT ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *tables = g_private_get (&kept);

  if (tables == NULL)
    {
      tables = g_ptr_array_new_with_free_func (g_free);
      g_private_set (&kept, tables);
    }
  return tables;
}

static void
drop_tables (GPtrArray *tables)
{
  if (tables->len > MAX_KEPT_TABLES)
    g_ptr_array_remove_range (tables, 0, tables->len - MAX_KEPT_TABLES);
}

/* Decodes those that are large one after the other, and where there are few all of them. */
static void
run_parts (Session *session)
{
  const guint min_parts
    = session->n_decodings < THIMBLE_JPEG_MAX_LANES ? 2 : THIMBLE_JPEG_MAX_LANES;

  for (guint i = 0; i < session->n_decodings; i++)
    {
      Plan *plan = &session->plans[i];
      ThimbleDecoding *decoding = &session->decodings[i];

      if (!plan->may_be_cut || decoding->n_bytes < min_parts * MIN_PART_BYTES)
        continue;
      decoding->raster
        = plan->has_restarts
            ? thimble_jpeg_restarts_decode (decoding, MIN_PART_BYTES, session->lanes,
                                            session->tables)
            : thimble_jpeg_parts_decode (decoding, MIN_PART_BYTES, session->lanes,
                                         session->tables);
      if (decoding->raster != NULL)
        plan->denominator = 1;
      drop_tables (session->tables);
    }
}

/* Returns: whether a picture's parts are enough for all lanes, so that others beside it would have to
 *   wait */
gboolean
thimble_jpeg_is_in_parts (const ThimbleJpegSegments *segments, gsize n_bytes, guint denominator)
{
  ThimbleJpegTablesKind kind = thimble_jpeg_choose_kind (segments->is_progressive, denominator);

  return may_be_cut (segments, kind) && n_bytes >= THIMBLE_JPEG_MAX_LANES * MIN_PART_BYTES;
}

/* Decodes what it can and leaves the others' @raster as it was, %NULL. */
void
thimble_jpeg_reduced_decode (ThimbleDecoding *decodings, guint n)
{
  Session *session = g_new (Session, 1);

  session->decodings = decodings;
  session->n_decodings = n;
  session->plans = g_new (Plan, n);
  for (guint i = 0; i < n; i++)
    session->plans[i] = plan (&decodings[i]);
  session->tables = get_tables ();
  run_parts (session);
  run_all (session, THIMBLE_JPEG_TABLES_SKIP_AC);
  run_all (session, THIMBLE_JPEG_TABLES_KEEP_AC);
  run_all (session, THIMBLE_JPEG_TABLES_DC);
  drop_tables (session->tables);
  g_free (session->plans);
  g_free (session);
}
