/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-thumbnail-maker.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleSummaryBar:
 *
 * How a run ended, in a line, with buttons to see what failed and to open the folder of the
 * thumbnails ("win.show-failures", "win.open-destination").
 *
 * Properties: "narrow" (whether the buttons stand below the line).
 */
#define THIMBLE_TYPE_SUMMARY_BAR (thimble_summary_bar_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleSummaryBar, thimble_summary_bar, THIMBLE, SUMMARY_BAR, AdwBin)

void thimble_summary_bar_show (ThimbleSummaryBar *self, const ThimbleRunSummary *summary);
char *thimble_run_summary_describe (const ThimbleRunSummary *summary);

G_END_DECLS
