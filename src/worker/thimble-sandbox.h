/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  THIMBLE_SANDBOX_CLOSED,
  THIMBLE_SANDBOX_PIXBUF,
} ThimbleSandboxKind;

gboolean thimble_sandbox_close (ThimbleSandboxKind kind, guint64 max_memory, GError **error);

G_END_DECLS
