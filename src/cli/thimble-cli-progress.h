/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

/* Two bars on standard error, redrawn in place: images scheduled, and images finished. */
typedef struct _ThimbleCliProgress ThimbleCliProgress;

ThimbleCliProgress *thimble_cli_progress_new (ThimbleThumbnailMaker *maker);
void thimble_cli_progress_free (ThimbleCliProgress *self);
void thimble_cli_progress_hide (ThimbleCliProgress *self);
void thimble_cli_progress_draw (ThimbleCliProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleCliProgress, thimble_cli_progress_free)

G_END_DECLS
