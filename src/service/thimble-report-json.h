/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-item.h"
#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

void thimble_report_append_json_item (GString *line,
                                      const ThimbleOrigin *origin,
                                      ThimbleItemState state,
                                      const ThimbleItemResult *result,
                                      gboolean is_dry_run);
void thimble_report_append_json_summary (GString *line,
                                         const ThimbleRunSummary *summary,
                                         ThimbleEngine *engine,
                                         double seconds,
                                         gboolean is_dry_run);

G_END_DECLS
