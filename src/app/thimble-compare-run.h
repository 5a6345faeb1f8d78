/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"
#include "thimble-preset.h"

G_BEGIN_DECLS

/**
 * ThimbleCompareTrial:
 * @executor: "serial", "threads" or "processes"; "downloads" where nothing is made; interned
 * @error: (nullable): why there is no result
 *
 * One way of doing the work, and what it took.
 */
typedef struct
{
  const char *executor;
  guint n_workers;
  double seconds;
  double user_seconds;
  double system_seconds;
  double images_per_second;
  gint64 peak_rss_bytes;
  char *error;
} ThimbleCompareTrial;

const char *thimble_compare_trial_get_label (const ThimbleCompareTrial *self);

/**
 * ThimbleCompareRun:
 *
 * `thimble-cli compare` in a process of its own, as it goes on.
 *
 * Signals: "changed": there is another trial; "finished" (GError *error): %NULL if it went well.
 */
#define THIMBLE_TYPE_COMPARE_RUN (thimble_compare_run_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleCompareRun, thimble_compare_run, THIMBLE, COMPARE_RUN, GObject)

ThimbleCompareRun *thimble_compare_run_new (void);
gboolean thimble_compare_run_start (ThimbleCompareRun *self,
                                    ThimbleBatch *batch,
                                    ThimblePreset *preset,
                                    GError **error);
void thimble_compare_run_take_line (ThimbleCompareRun *self, const char *line);
void thimble_compare_run_cancel (ThimbleCompareRun *self);
GArray *thimble_compare_run_get_trials (ThimbleCompareRun *self);
const ThimbleCompareTrial *thimble_compare_run_find_fastest (ThimbleCompareRun *self);
guint thimble_compare_run_get_n_expected (ThimbleCompareRun *self);
const char *thimble_compare_run_get_sentence (ThimbleCompareRun *self);
char *thimble_compare_run_dup_csv (ThimbleCompareRun *self);

G_END_DECLS
