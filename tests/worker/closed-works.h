/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-sandbox.h"

G_BEGIN_DECLS

void closed_works_prepare (ThimbleSandboxKind kind);
long closed_works_run (ThimbleSandboxKind kind);

G_END_DECLS
