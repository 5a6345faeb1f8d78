/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-answer.h"
#include "thimble-process-task.h"

G_BEGIN_DECLS

/* Groups that a worker holds: the one that runs, and those it goes on with at once. */
#define THIMBLE_TALK_MAX_GROUPS 3

/**
 * ThimbleTalkEnd:
 * @THIMBLE_TALK_GOES_ON: the worker is at work
 * @THIMBLE_TALK_LOST: it has ended
 * @THIMBLE_TALK_NONSENSE: what it sent makes no sense
 * @THIMBLE_TALK_TIMEOUT: the group that runs takes too long
 * @THIMBLE_TALK_STOP: a work that was asked to stop does not
 *
 * How a talk with a worker goes. After all but the first, the worker is of no more use.
 */
typedef enum
{
  THIMBLE_TALK_GOES_ON,
  THIMBLE_TALK_LOST,
  THIMBLE_TALK_NONSENSE,
  THIMBLE_TALK_TIMEOUT,
  THIMBLE_TALK_STOP,
} ThimbleTalkEnd;

/** ThimbleTalkGroup: works that were handed over together. */
typedef struct
{
  ThimbleProcessTask *tasks[THIMBLE_WIRE_MAX_WORKS];
  guint n_tasks;
  guint n_left;     /* that have not ended */
  guint n_packets;  /* that came for it */
} ThimbleTalkGroup;

/**
 * ThimbleTalk:
 *
 * What goes on between a slot and one worker, from the first group it gets to the last answer. The
 * first group is the one that runs; only its works are started.
 */
typedef struct
{
  const ThimbleProcessConfig *config;
  ThimbleWorkerProcess *process;
  const char *operation;
  int wake_fd;
  const int *cancelling;
  ThimbleTalkGroup groups[THIMBLE_TALK_MAX_GROUPS];
  guint first;
  guint n_groups;
  guint64 n_reserved;      /* bytes of the budget, by the group that runs */
  guint64 n_lent;          /* bytes of the budget that it has beyond these, for outputs */
  gint64 cpu_begin_us;     /* the worker's processor time when that group began */
  gint64 looked_us;        /* monotonic, when the clocks were looked at */
  gint64 waited_us;        /* since that group began, while this process ran */
  gint64 limit_us;         /* of processor time, that was exceeded */
  ThimbleAnswer *answer;   /* the slot's */
} ThimbleTalk;

ThimbleTalkEnd thimble_talk_send (ThimbleTalk *self, ThimbleTalkGroup *group);
ThimbleTalkEnd thimble_talk_receive (ThimbleTalk *self);
ThimbleTalkGroup *thimble_talk_get_running (ThimbleTalk *self);
void thimble_talk_release (ThimbleTalk *self);

G_END_DECLS
