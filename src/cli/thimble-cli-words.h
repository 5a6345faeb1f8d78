/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

void thimble_cli_words_append_cell (GString *text, const char *cell, guint width);
void thimble_cli_words_print_total (const ThimbleRunSummary *summary, gboolean is_dry_run,
                                    gboolean only_downloads, double seconds);
const char *thimble_cli_words_get_why (ThimbleWhy why);

G_END_DECLS
