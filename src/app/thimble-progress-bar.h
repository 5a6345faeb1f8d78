/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-thumbnail-maker.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleProgressBar:
 *
 * How far a run is, in two bars with counts: what is on its way, and what has ended, with images a
 * second and the time left.
 */
#define THIMBLE_TYPE_PROGRESS_BAR (thimble_progress_bar_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleProgressBar, thimble_progress_bar, THIMBLE, PROGRESS_BAR, AdwBin)

void thimble_progress_bar_show (ThimbleProgressBar *self,
                                const ThimbleProgress *progress,
                                gboolean paused);
char *thimble_progress_describe_rate (const ThimbleProgress *progress);

G_END_DECLS
