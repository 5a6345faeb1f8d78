/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean thimble_cli_write_own (const char *path, const char *text, int mode, GError **error);
gboolean thimble_cli_remove_own (const char *path, GError **error);
gboolean thimble_cli_set_thunar_action (const char *program, GError **error);

G_END_DECLS
