/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-compare-run.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void thimble_compare_chart_draw (ThimbleCompareRun *run,
                                 cairo_t *cairo,
                                 int width,
                                 int height,
                                 const GdkRGBA *text);
GBytes *thimble_compare_chart_dup_png (ThimbleCompareRun *run);

G_END_DECLS
