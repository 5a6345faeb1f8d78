/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean thimble_library_load (const char *name,
                               const char *const *functions,
                               gpointer *table,
                               guint n_functions,
                               GError **error);

G_END_DECLS
