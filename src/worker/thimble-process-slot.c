/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs chunks with a worker process, and finds out whose fault it is when that dies: a work is told
 * from its neighbours by running each of those that the worker held alone, in a fresh one. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-process-slot.h"

#include "thimble-process-talk.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* A worker is replaced when it is worn out, which takes 256 works or 4096 light ones, or when it
 * keeps so much memory. To gdk-pixbuf's loaders, which are not ours, no work is light. */
#define MAX_WEAR 4096
#define WEAR 16
#define LIGHT_WEAR 1
#define MAX_RESIDENT (G_GUINT64_CONSTANT (192) << 20)
/* How often it is looked how much memory it keeps, and from when on it has a spare, in works. */
#define LOOK_EVERY 16
#define SPARE_AFTER 8
/* How often a work that loses its worker to somebody else's signal is run again. */
#define MAX_KILLS 8
/* How long a worker whose socket is closed may take to end. */
#define END_TIMEOUT_MS 2000

/* The works of one chunk of the turn. */
typedef struct
{
  guint n_tasks;
  ThimbleProcessTask tasks[];
} Load;

/* What runs together with one worker. */
typedef struct
{
  ThimbleProcessTask *first; /* that it begins with */
  ThimbleProcessKind kind;   /* of the worker; @first may come to need the other */
  gboolean is_alone;         /* whether @first is a suspect, and nothing else runs */
  guint max_works;           /* in a group */
  guint wear;                /* of each work */
} Batch;

struct _ThimbleProcessSlot
{
  ThimbleWorkerPool *pool; /* owned */
  int wake_fd;             /* owned: written to when works are to stop */
  ThimbleWorkerProcess *processes[THIMBLE_N_PROCESS_KINDS]; /* owned; NULL where there is none */
  guint wear[THIMBLE_N_PROCESS_KINDS];       /* of the works it was given */
  guint next_looks[THIMBLE_N_PROCESS_KINDS]; /* works, when its memory is looked at */
  ThimbleAnswer *answer;   /* owned */
  ThimbleTurn *turn;       /* that runs */
  Load *loads[THIMBLE_TURN_MAX_CHUNKS]; /* owned: one for each chunk of the turn */
  guint n_loads;
};

/**
 * thimble_process_slot_new:
 *
 * Returns: (transfer full) (nullable): a slot without worker, or %NULL with @error set
 */
ThimbleProcessSlot *
thimble_process_slot_new (ThimbleWorkerPool *pool, GError **error)
{
  int wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  ThimbleProcessSlot *self;

  if (wake_fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s.", g_strerror (errno));
      return NULL;
    }
  self = g_new0 (ThimbleProcessSlot, 1);
  self->pool = thimble_worker_pool_ref (pool);
  self->wake_fd = wake_fd;
  self->answer = thimble_answer_new ();
  thimble_worker_pool_add_waker (pool, wake_fd);
  return self;
}

void
thimble_process_slot_free (ThimbleProcessSlot *self)
{
  thimble_worker_pool_remove_waker (self->pool, self->wake_fd);
  close (self->wake_fd);
  for (guint i = 0; i < THIMBLE_N_PROCESS_KINDS; i++)
    g_clear_pointer (&self->processes[i], thimble_worker_process_free);
  thimble_worker_pool_unref (self->pool);
  g_free (self->answer);
  g_free (self);
}

/* Whether the worker is not to be given another work of this wear. */
static gboolean
is_worn_out (ThimbleProcessSlot *self, ThimbleProcessKind kind, guint wear)
{
  ThimbleWorkerProcess *process = self->processes[kind];

  if (self->wear[kind] + wear > MAX_WEAR)
    return TRUE;
  if (process->n_works < self->next_looks[kind])
    return FALSE;
  self->next_looks[kind] = process->n_works + LOOK_EVERY;
  return thimble_worker_process_get_resident (process) > MAX_RESIDENT;
}

/* The worker for a batch; a suspect gets one that has run nothing. */
static ThimbleWorkerProcess *
get_process (ThimbleProcessSlot *self, const Batch *batch, GError **error)
{
  ThimbleProcessKind kind = batch->kind;
  ThimbleWorkerProcess **process = &self->processes[kind];

  if (*process != NULL && ((batch->is_alone && (*process)->n_works > 0)
                           || is_worn_out (self, kind, batch->wear)))
    g_clear_pointer (process, thimble_worker_process_free);
  if (*process == NULL)
    {
      *process = thimble_worker_pool_take (self->pool, kind, error);
      self->wear[kind] = 0;
      self->next_looks[kind] = LOOK_EVERY;
    }
  else if ((*process)->n_works >= SPARE_AFTER)
    thimble_worker_pool_keep_spare (self->pool, kind);
  return *process;
}

static gboolean
is_next (const Batch *batch, const ThimbleProcessTask *task)
{
  return task->state == THIMBLE_TASK_QUEUED && task->kind == batch->kind
         && task->is_suspect == batch->is_alone;
}

/* The next work of a batch; suspects go alone. */
static ThimbleProcessTask *
find_next (ThimbleProcessSlot *self, const Batch *batch)
{
  if (batch->is_alone)
    return is_next (batch, batch->first) ? batch->first : NULL;
  for (guint i = 0; i < self->n_loads; i++)
    for (guint j = 0; j < self->loads[i]->n_tasks; j++)
      if (is_next (batch, &self->loads[i]->tasks[j]))
        return &self->loads[i]->tasks[j];
  return NULL;
}

static void
add_load (ThimbleProcessSlot *self, const ThimbleChunk *chunk)
{
  Load *load = g_malloc0 (sizeof *load + chunk->n_works * sizeof load->tasks[0]);

  load->n_tasks = chunk->n_works;
  for (guint i = 0; i < chunk->n_works; i++)
    {
      load->tasks[i].work = chunk->slots[i].work;
      load->tasks[i].future = chunk->slots[i].future;
      load->tasks[i].fd = -1;
    }
  self->loads[self->n_loads++] = load;
}

static void
load_free (Load *load)
{
  for (guint i = 0; i < load->n_tasks; i++)
    if (load->tasks[i].fd >= 0)
      close (load->tasks[i].fd);
  g_free (load);
}

static gboolean
has_ended (const Load *load)
{
  for (guint i = 0; i < load->n_tasks; i++)
    if (load->tasks[i].state != THIMBLE_TASK_ENDED)
      return FALSE;
  return TRUE;
}

/* Works that a lost worker held go on in groups with those of the next chunk. */
static gboolean
is_in_group (const Load *load, const ThimbleTalkGroup *group)
{
  for (guint i = 0; i < group->n_tasks; i++)
    if (group->tasks[i] >= load->tasks && group->tasks[i] < load->tasks + load->n_tasks)
      return TRUE;
  return FALSE;
}

static void
end_first_load (ThimbleProcessSlot *self)
{
  load_free (self->loads[0]);
  self->n_loads--;
  for (guint i = 0; i < self->n_loads; i++)
    self->loads[i] = self->loads[i + 1];
  thimble_turn_end_first (self->turn);
}

/* Takes another chunk when the worker is about to end its last group, of which answers have come:
 * otherwise it would wait while the last one goes up and the next chunk comes down. Not before, as
 * another worker that comes free can't run what is taken. Returns whether there is one. */
static gboolean
load_ahead (ThimbleProcessSlot *self, ThimbleTalk *talk, const Batch *batch)
{
  const ThimbleTalkGroup *last = thimble_talk_get_running (talk);
  const ThimbleChunk *chunk;

  if (talk->n_groups != 1 || last->n_left == last->n_tasks || batch->is_alone
      || batch->kind != THIMBLE_PROCESS_COMMON
      || self->wear[batch->kind] + batch->wear > MAX_WEAR)
    return FALSE;
  while (self->n_loads > 1 && has_ended (self->loads[0])
         && !is_in_group (self->loads[0], last))
    end_first_load (self);
  chunk = thimble_turn_take_next (self->turn);
  if (chunk != NULL)
    add_load (self, chunk);
  return chunk != NULL;
}

/* Ends a work that nobody wants. */
static void
end_unwanted (ThimbleProcessTask *task)
{
  if (task->is_started)
    thimble_process_task_return_error (
      task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled."));
  else
    task->state = THIMBLE_TASK_ENDED; /* its future is done */
}

/* Readies one work: what is cancelled ends here, and so does what has no input. */
static gboolean
prepare_task (ThimbleTalk *talk, ThimbleProcessTask *task)
{
  GError *error = NULL;

  if (!task->is_started && g_atomic_int_get (talk->cancelling))
    thimble_future_cancel (task->future);
  if (thimble_process_task_should_stop (task))
    {
      end_unwanted (task);
      return FALSE;
    }
  if (thimble_process_task_open (task, &error))
    return TRUE;
  if (thimble_process_task_start (task))
    {
      thimble_process_task_return_error (task, error);
      return FALSE;
    }
  task->state = THIMBLE_TASK_ENDED;
  g_error_free (error);
  return FALSE;
}

/* Gives the worker the next groups, as many as it may hold; in its life no more works than wear it
 * out, however large the chunk is. What is left then is for the next worker. */
static ThimbleTalkEnd
send_groups (ThimbleProcessSlot *self, ThimbleTalk *talk, const Batch *batch)
{
  guint max_groups = batch->is_alone ? 1 : THIMBLE_TALK_MAX_GROUPS;

  while (talk->n_groups < max_groups)
    {
      guint max_works = MIN (batch->max_works, (MAX_WEAR - self->wear[batch->kind]) / batch->wear);
      ThimbleTalkGroup group = { .n_tasks = 0 };
      ThimbleProcessTask *task;
      ThimbleTalkEnd end;

      while (group.n_tasks < max_works && (task = find_next (self, batch)) != NULL)
        if (prepare_task (talk, task))
          {
            group.tasks[group.n_tasks++] = task;
            task->state = THIMBLE_TASK_SENT;
          }
      if (group.n_tasks == 0 && !load_ahead (self, talk, batch))
        break;
      if (group.n_tasks == 0)
        continue;
      self->wear[batch->kind] += group.n_tasks * batch->wear;
      end = thimble_talk_send (talk, &group);
      if (end != THIMBLE_TALK_GOES_ON)
        return end;
    }
  return THIMBLE_TALK_GOES_ON;
}

static void
run_again (ThimbleProcessTask *task)
{
  task->state = THIMBLE_TASK_QUEUED;
  task->stop_at_us = 0;
}

/* Somebody killed the worker, and meant not the image. Where that goes on, each work it ran goes on
 * alone, so that none is given up for what happens to others. */
static void
blame_nobody (ThimbleProcessTask *task, gboolean was_running)
{
  if (was_running && ++task->n_kills > MAX_KILLS)
    {
      thimble_process_task_return_error (task, thimble_process_task_new_killed_error (MAX_KILLS));
      return;
    }
  task->is_suspect = task->n_kills >= MAX_KILLS / 2;
  run_again (task);
}

/* Whoever was alone did it. */
static void
blame (ThimbleProcessTask *task, GError *error)
{
  if (task->is_suspect)
    {
      thimble_process_task_return_error (task, error);
      return;
    }
  task->is_suspect = TRUE;
  run_again (task);
  g_error_free (error);
}

static void
blame_for_time (ThimbleTalk *talk, ThimbleTalkGroup *group, ThimbleProcessTask *task)
{
  gint64 timeout_us = talk->config->timeout_us * group->n_tasks;

  if (group->n_tasks == 1)
    task->is_suspect = TRUE; /* it was alone on the clock */
  blame (task, thimble_process_task_new_timeout_error (talk->limit_us,
                                                       talk->limit_us == timeout_us));
}

/* Decides what becomes of one work that a lost worker held. */
static void
settle_task (ThimbleTalk *talk,
             ThimbleTalkGroup *group,
             ThimbleProcessTask *task,
             ThimbleTalkEnd end,
             int status)
{
  gboolean was_killed = status >= 0 && WIFSIGNALED (status)
                        && (WTERMSIG (status) == SIGKILL || WTERMSIG (status) == SIGTERM);
  gboolean was_running = group == thimble_talk_get_running (talk);

  if (thimble_process_task_should_stop (task))
    end_unwanted (task);
  else if (end == THIMBLE_TALK_TIMEOUT && was_running)
    blame_for_time (talk, group, task);
  else if (end == THIMBLE_TALK_NONSENSE)
    blame (task, thimble_process_task_new_nonsense_error ());
  else if (end != THIMBLE_TALK_LOST)
    run_again (task);
  else if (was_killed)
    blame_nobody (task, was_running);
  else
    blame (task, thimble_process_task_new_crashed_error (status, talk->config->max_memory));
}

/* The worker is of no more use: ends it, and sees to the works that it held. */
static void
lose_process (ThimbleProcessSlot *self,
              ThimbleTalk *talk,
              ThimbleProcessKind kind,
              ThimbleTalkEnd end)
{
  int status
    = thimble_worker_process_reap (talk->process, end == THIMBLE_TALK_LOST ? END_TIMEOUT_MS : 0);

  g_debug ("Lost a worker with %u groups (%d, status %d)", talk->n_groups, end, status);
  thimble_talk_release (talk);
  thimble_answer_drop_more (self->answer);
  for (guint i = 0; i < talk->n_groups; i++)
    {
      ThimbleTalkGroup *group = &talk->groups[(talk->first + i) % THIMBLE_TALK_MAX_GROUPS];

      for (guint j = 0; j < group->n_tasks; j++)
        if (group->tasks[j]->state == THIMBLE_TASK_SENT)
          settle_task (talk, group, group->tasks[j], end, status);
    }
  g_clear_pointer (&self->processes[kind], thimble_worker_process_free);
  thimble_worker_pool_keep_spare (self->pool, kind);
}

/* Without a worker of the other kind, only what needs it fails. */
static gboolean
fail_kind (ThimbleProcessSlot *self, const Batch *batch, GError *cause, GError **error)
{
  ThimbleProcessTask *task;

  g_assert (cause != NULL);
  if (batch->kind == THIMBLE_PROCESS_COMMON)
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  while ((task = find_next (self, batch)) != NULL)
    thimble_process_task_return_error (
      task, g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_BROKEN,
                         "needs a worker that could not be started. %s", cause->message));
  g_error_free (cause);
  return TRUE;
}

/* Runs @first, and what can be run with it, until all have ended or the worker is lost. */
static gboolean
run_batch (ThimbleProcessSlot *self,
           ThimbleProcessTask *first,
           const ThimbleOperation *operation,
           const int *cancelling,
           GError **error)
{
  const Batch batch = {
    .first = first,
    .kind = first->kind,
    .is_alone = first->is_suspect,
    .max_works
    = first->is_suspect ? 1 : CLAMP (operation->max_works, 1, THIMBLE_WIRE_MAX_WORKS),
    .wear = operation->is_light && first->kind == THIMBLE_PROCESS_COMMON ? LIGHT_WEAR : WEAR,
  };
  ThimbleTalk talk = { .config = thimble_worker_pool_get_config (self->pool),
                       .operation = operation->name,
                       .wake_fd = self->wake_fd,
                       .cancelling = cancelling,
                       .answer = self->answer };
  GError *cause = NULL;
  ThimbleTalkEnd end;

  talk.process = get_process (self, &batch, &cause);
  if (talk.process == NULL)
    return fail_kind (self, &batch, cause, error);
  do
    {
      end = send_groups (self, &talk, &batch);
      if (end == THIMBLE_TALK_GOES_ON && talk.n_groups > 0)
        end = thimble_talk_receive (&talk);
      else if (end == THIMBLE_TALK_GOES_ON && thimble_answer_has_more (self->answer))
        end = THIMBLE_TALK_NONSENSE; /* it answered what it was not asked */
      else if (end == THIMBLE_TALK_GOES_ON)
        return TRUE;
    }
  while (end == THIMBLE_TALK_GOES_ON);

  lose_process (self, &talk, batch.kind, end);
  return TRUE;
}

static ThimbleProcessTask *
find_queued (ThimbleProcessSlot *self)
{
  for (guint i = 0; i < self->n_loads; i++)
    for (guint j = 0; j < self->loads[i]->n_tasks; j++)
      if (self->loads[i]->tasks[j].state == THIMBLE_TASK_QUEUED)
        return &self->loads[i]->tasks[j];
  return NULL;
}

/**
 * thimble_process_slot_run:
 * @turn: has one chunk; others are taken while this runs
 * @cancelling: read atomically: once it is not 0, works that were not started are cancelled
 *
 * Runs all works of @turn.
 *
 * Returns: whether all its futures are done; if not, no worker can be had and @error says why
 */
gboolean
thimble_process_slot_run (ThimbleProcessSlot *self,
                          ThimbleTurn *turn,
                          const int *cancelling,
                          GError **error)
{
  ThimbleProcessTask *task;
  gboolean done = TRUE;

  self->turn = turn;
  add_load (self, turn->chunks[0]);
  while (done && (task = find_queued (self)) != NULL)
    done = run_batch (self, task, turn->chunks[0]->operation, cancelling, error);

  while (self->n_loads > 0)
    load_free (self->loads[--self->n_loads]);
  self->turn = NULL;
  return done;
}
