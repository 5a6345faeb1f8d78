/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-planner.h"

G_BEGIN_DECLS

char *thimble_plan_describe (const ThimblePlan *plan);
char *thimble_plan_describe_names (const ThimblePlan *plan);
char *thimble_plan_dup_srcset (const ThimblePlan *plan, ThimblePreset *preset);
gboolean thimble_plan_replaces_tree (ThimblePreset *preset);

G_END_DECLS
