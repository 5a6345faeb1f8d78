/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"
#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

GPtrArray *thimble_page_reader_read_file (ThimbleEngine *engine, const char *path, GError **error);
GPtrArray *thimble_page_reader_read_url (ThimbleEngine *engine,
                                         const ThimbleRunOptions *options,
                                         const char *url,
                                         GCancellable *cancellable,
                                         gboolean *is_from_internet,
                                         GError **error);

G_END_DECLS
