/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleSandboxKind:
 * @THIMBLE_SANDBOX_CLOSED: computes on the descriptors it is handed, nothing else: no file, no
 *   thread, no process; what it may not do ends it
 * @THIMBLE_SANDBOX_PIXBUF: for loaders that are not ours: may start threads, and read fonts where
 *   the kernel has Landlock to keep it to them; looking for other files fails, the rest ends it
 *
 * The kinds of closed workers.
 */
typedef enum
{
  THIMBLE_SANDBOX_CLOSED,
  THIMBLE_SANDBOX_PIXBUF,
} ThimbleSandboxKind;

gboolean thimble_sandbox_probe (GError **error);
gboolean thimble_sandbox_leaves_fonts (void);
gboolean thimble_sandbox_begin (pid_t parent, const int *fds, guint n_fds, GError **error);
gboolean thimble_sandbox_close (ThimbleSandboxKind kind, guint64 max_memory, GError **error);

G_END_DECLS
