/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"

G_BEGIN_DECLS

char *thimble_comparison_describe (ThimbleExecutorKind executor, guint n_workers,
                                   double images_per_second, double serial_per_second);

G_END_DECLS
