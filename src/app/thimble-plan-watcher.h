/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-planner.h"
#include "thimble-session.h"

G_BEGIN_DECLS

/**
 * ThimblePlanWatcher:
 *
 * Keeps a plan of what a run of a session would do, a moment after the last change.
 *
 * Signals: "planned" (ThimblePlan *plan, GError *error), one of them %NULL.
 */
#define THIMBLE_TYPE_PLAN_WATCHER (thimble_plan_watcher_get_type ())
G_DECLARE_FINAL_TYPE (ThimblePlanWatcher, thimble_plan_watcher, THIMBLE, PLAN_WATCHER, GObject)

ThimblePlanWatcher *thimble_plan_watcher_new (ThimbleSession *session, ThimbleEngine *engine);
void thimble_plan_watcher_set_preset (ThimblePlanWatcher *self, ThimblePreset *preset);

G_END_DECLS
