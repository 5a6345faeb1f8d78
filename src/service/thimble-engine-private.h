/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"
#include "thimble-executor.h"

G_BEGIN_DECLS

ThimbleExecutor *thimble_engine_get_executor (ThimbleEngine *self);
void thimble_engine_prepare (ThimbleEngine *self, guint n_works);

G_END_DECLS
