/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void make_seeds_write (const char *target, const char *name, const void *bytes, gsize n_bytes);
void make_wire_seeds (void);

G_END_DECLS
