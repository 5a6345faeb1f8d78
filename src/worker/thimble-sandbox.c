/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The limits that a worker puts on itself. */

#include "thimble-sandbox.h"

#include <sys/prctl.h>
#include <sys/resource.h>

gboolean
thimble_sandbox_close (ThimbleSandboxKind kind, guint64 max_memory, GError **error)
{
  struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}
