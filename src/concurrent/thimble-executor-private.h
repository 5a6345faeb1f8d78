/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For those who implement executors: what they all do alike. */

#include "thimble-executor.h"

G_BEGIN_DECLS

const ThimbleOperation *thimble_executor_find_operation (const ThimbleOperation *operations,
                                                         const char *name,
                                                         GError **error);
GError *thimble_executor_new_shut_down_error (void);
GError *thimble_executor_new_broken_error (const GError *cause);

G_END_DECLS
