/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void thimble_spawner_push (void (*job) (gpointer data), gpointer data);
pid_t thimble_spawner_spawn (const char *program,
                             const char *argument,
                             int *socket,
                             GError **error);

G_END_DECLS
