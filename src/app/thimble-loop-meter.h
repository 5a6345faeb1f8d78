/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleLoopTurns:
 * @median_ms: half of the turns took no longer
 * @percentile_99_ms: 99 of 100 turns took no longer
 *
 * How long the turns of the main loop took.
 */
typedef struct
{
  guint64 n_turns;
  double median_ms;
  double percentile_99_ms;
  double longest_ms;
  guint64 n_over_16_ms;
  guint64 n_over_50_ms;
} ThimbleLoopTurns;

void thimble_loop_meter_start (void);
void thimble_loop_meter_take (ThimbleLoopTurns *wall, ThimbleLoopTurns *processor);
void thimble_loop_meter_report (void);

G_END_DECLS
