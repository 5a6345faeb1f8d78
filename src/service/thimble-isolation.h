/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"
#include "thimble-executor.h"

G_BEGIN_DECLS

ThimbleExecutor *thimble_isolation_new_executor (const ThimbleExecutorConfig *config,
                                                 const ThimbleEngineLimits *limits,
                                                 GError **error);
gboolean thimble_isolation_try (ThimbleExecutor *executor, GError **error);

G_END_DECLS
