/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GString *thimble_page_links_find (const char *page,
                                  gsize n_bytes,
                                  const char *base,
                                  guint32 *n_links,
                                  gboolean *is_cut);

G_END_DECLS
