/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-files.h"

#include "thimble-scanner.h"
#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

/* A run from sources to its end, as window and command line do it. */
typedef struct
{
  ThimbleEngine *engine;
  ThimbleBatch *batch;
  ThimbleScanReport *report;
  ThimbleRunSummary *summary; /* NULL where the run could not go on */
  GError *error;
  GHashTable *states; /* base name to ThimbleItemState */
  GHashTable *whys;   /* base name to ThimbleWhy */
  GPtrArray *messages;
  guint n_outputs_made;
} TestRun;

ThimblePreset *test_preset_new (const char *sizes, ThimbleFormat format, const char *destination);
TestRun *test_run (const char *source, ThimblePreset *preset, const ThimbleRunOptions *options);
TestRun *test_run_on (ThimbleExecutorKind kind,
                      const char *source,
                      ThimblePreset *preset,
                      const ThimbleRunOptions *options,
                      guint cancel_after);
void test_run_free (TestRun *run);
void test_assert_counts (TestRun *run, guint n_done, guint n_skipped, guint n_failed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRun, test_run_free)

G_END_DECLS
