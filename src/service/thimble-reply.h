/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-recipe.h"
#include "thimble-work.h"

G_BEGIN_DECLS

gboolean thimble_reply_is_word (const char *text, gsize n_bytes);
const ThimbleThumbnailReply *thimble_reply_check (ThimbleWorkResult *result,
                                                  guint n_outputs,
                                                  GError **error);

G_END_DECLS
