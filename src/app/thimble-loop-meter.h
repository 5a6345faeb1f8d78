/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void thimble_loop_meter_start (void);
void thimble_loop_meter_report (void);

G_END_DECLS
