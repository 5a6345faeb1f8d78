/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-item.h"
#include "thimble-thumbnail-maker.h"

#include <stdio.h>

G_BEGIN_DECLS

void thimble_cli_json_append_item (GString *line, ThimbleItem *item, gboolean is_dry_run);
void thimble_cli_json_append_summary (GString *line,
                                      const ThimbleRunSummary *summary,
                                      ThimbleEngine *engine,
                                      double seconds,
                                      gboolean is_dry_run);

G_END_DECLS
