/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *thimble_failure_localize (const char *message);

G_END_DECLS
