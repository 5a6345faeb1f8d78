/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"

G_BEGIN_DECLS

/**
 * ThimbleComparison:
 * @executor: of the fastest trial
 * @n_workers: of the fastest trial
 * @images_per_second: of the fastest trial; 0 where no trial ended well
 * @serial_per_second: of one image after the other; 0 where that trial did not end well
 * @single_per_second: of one download after the other; 0 where there is none
 * @parallel_per_second: of several downloads at once; 0 where there is none
 *
 * What counts of a comparison of ways to work.
 */
typedef struct
{
  ThimbleExecutorKind executor;
  guint n_workers;
  double images_per_second;
  double serial_per_second;
  double single_per_second;
  double parallel_per_second;
} ThimbleComparison;

void thimble_comparison_take_download (ThimbleComparison *self,
                                       guint n_at_once,
                                       double images_per_second);
void thimble_comparison_take_trial (ThimbleComparison *self,
                                    ThimbleExecutorKind executor,
                                    guint n_workers,
                                    double images_per_second);
char *thimble_comparison_describe (const ThimbleComparison *self);

G_END_DECLS
