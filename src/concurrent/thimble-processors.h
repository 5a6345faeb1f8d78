/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How many processors this process may use. Private to concurrent/. */

#include <glib.h>

G_BEGIN_DECLS

guint thimble_processors_get_n_usable (void);
guint thimble_processors_get_quota (const char *membership_path, const char *mount_path);

G_END_DECLS
