/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"
#include "thimble-scanner.h"
#include "thimble-source.h"

G_BEGIN_DECLS

/**
 * ThimbleIntake:
 *
 * How images come into a batch: one scan after the other, and none while it is held. Main thread
 * only.
 *
 * Properties: "scanning".
 *
 * Signals: "scanned" (ThimbleScanReport *report, GError *error), one of them %NULL.
 */
#define THIMBLE_TYPE_INTAKE (thimble_intake_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleIntake, thimble_intake, THIMBLE, INTAKE, GObject)

ThimbleIntake *thimble_intake_new (ThimbleBatch *batch);
void thimble_intake_add (ThimbleIntake *self,
                         ThimbleSource *const *sources,
                         guint n_sources,
                         const char *destination);
void thimble_intake_leave_out (ThimbleIntake *self, GPtrArray *paths);
void thimble_intake_set_held (ThimbleIntake *self, gboolean held);
void thimble_intake_cancel (ThimbleIntake *self);
void thimble_intake_clear (ThimbleIntake *self);
gboolean thimble_intake_get_scanning (ThimbleIntake *self);

G_END_DECLS
