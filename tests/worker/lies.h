/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What lying-worker does with a work that has one of these as its recipe: each makes the work
 * crashed, and no other. "good" and anything else is answered well. */
static const char *const lies[] = {
  "offset-outside",  "offset-wraps",   "output-endless", "outputs-many",  "outputs-missing",
  "reply-long",      "memory-unasked", "serial-other",   "serial-none",   "type-unknown",
  "type-ready",      "short",          "tiny",           "error-unknown", "error-code",
  "error-long",      "error-terminal", "error-terminal-c1", "error-backwards", "error-bytes",    "cancelled",     "failed",
  "fd-extra",        "packet-large",   "needs-kind-twice", "reserve-flood", "memory-huge",
  "silence",         "crash",          "exit",
  "several-none",    "several-short",  "several-long",   "several-cut",   "several-nested",
};

G_END_DECLS
