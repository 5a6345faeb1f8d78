/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* 32 hex digits and the zero byte that ends them. */
#define THIMBLE_CONTENT_HASH_SIZE 33

void thimble_content_hash_bytes (const guint8 *bytes, gsize n_bytes, char *hash);
gboolean thimble_content_hash_file (const char *path, char *hash, GError **error);

G_END_DECLS
