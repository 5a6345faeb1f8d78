/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hands groups of works to one worker and takes its answers, as long as both make sense: in the
 * order in which they were sent, only of the group that runs, no more of them than there can be,
 * and in time. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-process-talk.h"

#include "thimble-executor.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Processor time that an image may take: so much, and more by its size. */
#define BASE_LIMIT_US (10 * G_USEC_PER_SEC)
#define PIXELS_PER_US 10
/* Time on the clock, which a busy machine or a slow disk may need, for each of processor time. */
#define BACKSTOP_FACTOR 10
#define BACKSTOP_BASE_US (60 * G_USEC_PER_SEC)
/* How long a work that was asked to stop may go on. */
#define STOP_US (G_USEC_PER_SEC / 4)
/* How often a worker's clock is looked at, at least. */
#define MAX_WAIT_MS 1000
/* Packets for one work: its end, and what it may ask before. */
#define MAX_PACKETS 8
/* How often a group is sent, 1 ms apart, while the kernel has too many descriptors on their way. */
#define MAX_TRIES 2000

/* Returns: the group that the worker is to be running; there is one */
ThimbleTalkGroup *
thimble_talk_get_running (ThimbleTalk *self)
{
  return &self->groups[self->first];
}

static void
begin_waiting (ThimbleTalk *self)
{
  self->looked_us = g_get_monotonic_time ();
  self->waited_us = 0;
}

/* The first group begins: it is next, or it was sent to a worker that had none. */
static void
begin_group (ThimbleTalk *self)
{
  ThimbleTalkGroup *group = thimble_talk_get_running (self);

  self->cpu_begin_us = thimble_worker_process_get_cpu_us (self->process);
  begin_waiting (self);
  for (guint i = 0; i < group->n_tasks; i++)
    if (!thimble_process_task_start (group->tasks[i]))
      thimble_worker_process_request_stop (self->process, group->tasks[i]->serial);
}

/**
 * thimble_talk_send:
 * @group: works of the talk's operation that are open; copied
 *
 * Hands a group to the worker, behind those that it has.
 *
 * Returns: how it goes on
 */
ThimbleTalkEnd
thimble_talk_send (ThimbleTalk *self, ThimbleTalkGroup *group)
{
  ThimbleWork *works[THIMBLE_WIRE_MAX_WORKS];
  int fds[THIMBLE_WIRE_MAX_WORKS];
  guint64 serial = self->process->next_serial;

  g_assert (self->n_groups < THIMBLE_TALK_MAX_GROUPS);

  for (guint i = 0; i < group->n_tasks; i++)
    {
      works[i] = group->tasks[i]->work;
      fds[i] = group->tasks[i]->fd;
      group->tasks[i]->serial = serial + i;
      group->tasks[i]->state = THIMBLE_TASK_SENT;
    }
  group->n_left = group->n_tasks;
  group->n_packets = 0;
  self->groups[(self->first + self->n_groups++) % THIMBLE_TALK_MAX_GROUPS] = *group;
  if (self->n_groups == 1)
    begin_group (self);

  /* Linux counts the descriptors that are on their way, those of all workers together. */
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      if (thimble_worker_process_send_group (self->process, self->operation, works, fds,
                                             group->n_tasks))
        return THIMBLE_TALK_GOES_ON;
      if (errno != ETOOMANYREFS)
        return THIMBLE_TALK_LOST;
      g_usleep (1000);
    }
  return THIMBLE_TALK_STOP;
}

/**
 * thimble_talk_release:
 *
 * Gives back what the group that runs has of the budget.
 */
void
thimble_talk_release (ThimbleTalk *self)
{
  if (self->n_reserved + self->n_lent > 0)
    thimble_budget_release (self->config->executor.budget, self->n_reserved + self->n_lent);
  self->n_reserved = self->n_lent = 0;
}

/* Counts memory for the outputs of one work, which takes the place of what the last one had. As the
 * worker holds a reservation it can't wait for room: others do. */
static void
lend (ThimbleTalk *self, guint64 n_bytes)
{
  ThimbleBudget *budget = self->config->executor.budget;

  if (budget == NULL)
    return;
  thimble_budget_release (budget, self->n_lent);
  self->n_lent = n_bytes;
  thimble_budget_take (budget, n_bytes);
}

/* Whether a work of the group that runs is to stop. */
static gboolean
is_to_stop (gpointer data)
{
  ThimbleTalkGroup *group = thimble_talk_get_running (data);

  for (guint i = 0; i < group->n_tasks; i++)
    if (group->tasks[i]->state == THIMBLE_TASK_SENT
        && thimble_process_task_should_stop (group->tasks[i]))
      return TRUE;
  return FALSE;
}

/* Who holds nothing while it waits can't be waited for. The worker waits, too, and so is lost when a
 * work is to stop meanwhile. */
static ThimbleTalkEnd
reserve (ThimbleTalk *self)
{
  guint64 n_bytes;

  if (self->answer->header.serial != thimble_talk_get_running (self)->tasks[0]->serial
      || !thimble_answer_get_size (self->answer, &n_bytes))
    return THIMBLE_TALK_NONSENSE;
  thimble_talk_release (self);
  if (self->config->executor.budget != NULL)
    {
      n_bytes = MIN (n_bytes, self->config->max_memory);
      if (!thimble_budget_reserve_unless (self->config->executor.budget, n_bytes, is_to_stop, self))
        return THIMBLE_TALK_STOP;
      self->n_reserved = n_bytes;
      begin_waiting (self);
    }
  return thimble_worker_process_send_grant (self->process) ? THIMBLE_TALK_GOES_ON
                                                           : THIMBLE_TALK_LOST;
}

/* The work of the group that runs which a packet is about; NULL if there is none. */
static ThimbleProcessTask *
find_task (ThimbleTalk *self)
{
  ThimbleTalkGroup *group = thimble_talk_get_running (self);
  guint64 index = self->answer->header.serial - group->tasks[0]->serial;

  if (index >= group->n_tasks || group->tasks[index]->state != THIMBLE_TASK_SENT)
    return NULL;
  return group->tasks[index];
}

static void
end_task (ThimbleTalk *self)
{
  if (--thimble_talk_get_running (self)->n_left > 0)
    return;
  thimble_talk_release (self);
  self->first = (self->first + 1) % THIMBLE_TALK_MAX_GROUPS;
  self->n_groups--;
  if (self->n_groups > 0)
    begin_group (self);
}

static ThimbleTalkEnd
take_result (ThimbleTalk *self, ThimbleProcessTask *task)
{
  ThimbleWorkerProcess *process = self->process;
  gboolean has_memory = process->memory != NULL && process->memory_serial == task->serial;
  guint64 released = 0;
  ThimbleWorkResult *result
    = thimble_answer_new_result (self->answer, process->ring, has_memory ? process->memory : NULL,
                                 process->n_memory, &released);

  if (result == NULL)
    return THIMBLE_TALK_NONSENSE;
  thimble_worker_process_release (process, released);
  thimble_process_task_return_result (task, result);
  end_task (self);
  return THIMBLE_TALK_GOES_ON;
}

static ThimbleTalkEnd
take_error (ThimbleTalk *self, ThimbleProcessTask *task)
{
  GError *error = thimble_answer_new_error (self->answer);

  /* Nothing vanishes because a worker says that somebody did not want it. */
  if (error == NULL
      || (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          && !thimble_process_task_should_stop (task)))
    {
      g_clear_error (&error);
      return THIMBLE_TALK_NONSENSE;
    }
  thimble_process_task_return_error (task, error);
  end_task (self);
  return THIMBLE_TALK_GOES_ON;
}

static ThimbleTalkEnd
take_needs_kind (ThimbleTalk *self, ThimbleProcessTask *task)
{
  if (self->config->other_worker == NULL || task->kind == THIMBLE_PROCESS_OTHER
      || self->answer->n_bytes != sizeof self->answer->header)
    return THIMBLE_TALK_NONSENSE;
  task->kind = THIMBLE_PROCESS_OTHER;
  task->is_suspect = FALSE;
  task->state = THIMBLE_TASK_QUEUED;
  end_task (self);
  return THIMBLE_TALK_GOES_ON;
}

static ThimbleTalkEnd
give_memory (ThimbleTalk *self, ThimbleProcessTask *task)
{
  guint64 n_bytes;

  if (!thimble_answer_get_size (self->answer, &n_bytes))
    return THIMBLE_TALK_NONSENSE;
  if (!thimble_worker_process_send_memory (self->process, task->serial, n_bytes,
                                           self->config->max_output_bytes))
    return THIMBLE_TALK_LOST;
  lend (self, self->process->n_memory);
  return THIMBLE_TALK_GOES_ON;
}

static ThimbleTalkEnd
take_packet (ThimbleTalk *self)
{
  ThimbleTalkGroup *group = thimble_talk_get_running (self);
  ThimbleProcessTask *task = find_task (self);

  if (++group->n_packets > group->n_tasks * MAX_PACKETS)
    return THIMBLE_TALK_NONSENSE;
  if (self->answer->header.type == THIMBLE_WIRE_RESERVE)
    return reserve (self);
  if (task == NULL)
    return THIMBLE_TALK_NONSENSE;
  switch (self->answer->header.type)
    {
    case THIMBLE_WIRE_RESULT:
      return take_result (self, task);
    case THIMBLE_WIRE_ERROR:
      return take_error (self, task);
    case THIMBLE_WIRE_NEEDS_KIND:
      return take_needs_kind (self, task);
    case THIMBLE_WIRE_NEED_MEMORY:
      return give_memory (self, task);
    default:
      return THIMBLE_TALK_NONSENSE;
    }
}

/* What the group that runs may take. The worker says how many pixels it has; it gains little by
 * lying. */
static gint64
get_limit_us (ThimbleTalk *self)
{
  guint n_tasks = thimble_talk_get_running (self)->n_tasks;
  guint64 n_pixels = __atomic_load_n (&self->process->shared->n_pixels, __ATOMIC_RELAXED);

  n_pixels = MIN (n_pixels, self->config->max_pixels * n_tasks);
  return MIN (n_tasks * (gint64) BASE_LIMIT_US + (gint64) (n_pixels / PIXELS_PER_US),
              n_tasks * self->config->timeout_us);
}

/* Looks at the clocks, unless the group has only just begun; @left_us is when to do so again. */
static ThimbleTalkEnd
check_clocks (ThimbleTalk *self, gboolean has_waited, gint64 *left_us)
{
  gint64 limit_us = get_limit_us (self);
  gint64 now = g_get_monotonic_time ();

  /* Where this process was stopped for a while, its workers may have been, too. */
  self->waited_us += MIN (now - self->looked_us, 2 * MAX_WAIT_MS * 1000);
  self->looked_us = now;
  self->limit_us = limit_us;
  *left_us = limit_us;
  if (!has_waited)
    return THIMBLE_TALK_GOES_ON;
  *left_us -= thimble_worker_process_get_cpu_us (self->process) - self->cpu_begin_us;
  if (*left_us <= 0
      || self->waited_us > BACKSTOP_BASE_US + BACKSTOP_FACTOR * limit_us)
    return THIMBLE_TALK_TIMEOUT;
  return THIMBLE_TALK_GOES_ON;
}

/* Looks at which works are to stop; @left_us is when to look at the clocks again, at the latest. */
static ThimbleTalkEnd
check_stops (ThimbleTalk *self, gint64 *left_us)
{
  ThimbleTalkGroup *group = thimble_talk_get_running (self);

  for (guint i = 0; i < group->n_tasks; i++)
    {
      ThimbleProcessTask *task = group->tasks[i];
      gint64 now;

      if (task->state != THIMBLE_TASK_SENT || !thimble_process_task_should_stop (task))
        continue;
      now = g_get_monotonic_time ();
      if (task->stop_at_us == 0)
        {
          thimble_worker_process_request_stop (self->process, task->serial);
          task->stop_at_us = now + STOP_US;
        }
      if (now >= task->stop_at_us)
        return THIMBLE_TALK_STOP;
      *left_us = MIN (*left_us, task->stop_at_us - now);
    }
  return THIMBLE_TALK_GOES_ON;
}

/* What is not started yet need not be run, if all is cancelled. */
static void
cancel_waiting (ThimbleTalk *self)
{
  for (guint i = 1; i < self->n_groups; i++)
    {
      ThimbleTalkGroup *group = &self->groups[(self->first + i) % THIMBLE_TALK_MAX_GROUPS];

      for (guint j = 0; j < group->n_tasks; j++)
        if (thimble_future_cancel (group->tasks[j]->future))
          thimble_worker_process_request_stop (self->process, group->tasks[j]->serial);
    }
}

static void
take_wake (ThimbleTalk *self)
{
  guint64 count;

  if (read (self->wake_fd, &count, sizeof count) < 0)
    return;
  if (g_atomic_int_get (self->cancelling))
    cancel_waiting (self);
}

/* Does what the next packet says, if there is one. Returns whether there was, or will be none. */
static gboolean
take_received (ThimbleTalk *self, ThimbleTalkEnd *end)
{
  switch (thimble_answer_receive (self->answer, self->process->socket))
    {
    case THIMBLE_WIRE_PACKET:
      *end = take_packet (self);
      return TRUE;
    case THIMBLE_WIRE_NOTHING:
      return FALSE;
    case THIMBLE_WIRE_CLOSED:
      *end = THIMBLE_TALK_LOST;
      return TRUE;
    case THIMBLE_WIRE_BAD:
    default:
      *end = THIMBLE_TALK_NONSENSE;
      return TRUE;
    }
}

/**
 * thimble_talk_receive:
 *
 * Waits for the worker's next packet and does what it says. There must be a group that runs.
 *
 * Returns: how it goes on
 */
ThimbleTalkEnd
thimble_talk_receive (ThimbleTalk *self)
{
  ThimbleTalkEnd end;

  if (take_received (self, &end)) /* answers come several at a time */
    return end;
  for (gboolean has_waited = FALSE;; has_waited = TRUE)
    {
      struct pollfd wanted[] = { { .fd = self->process->socket, .events = POLLIN },
                                 { .fd = self->wake_fd, .events = POLLIN } };
      gint64 left_us;

      end = check_clocks (self, has_waited, &left_us);
      if (end == THIMBLE_TALK_GOES_ON)
        end = check_stops (self, &left_us);
      if (end != THIMBLE_TALK_GOES_ON)
        return end;
      if (poll (wanted, G_N_ELEMENTS (wanted), (int) MIN (left_us / 1000 + 1, MAX_WAIT_MS)) < 0
          && errno != EINTR)
        return THIMBLE_TALK_LOST;
      if (wanted[1].revents != 0)
        take_wake (self);
      if (wanted[0].revents != 0 && take_received (self, &end))
        return end;
    }
}
