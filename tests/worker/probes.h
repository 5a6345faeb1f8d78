/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The descriptor of the socket that a closed program keeps beside standard error. */
#define PROBE_SOCKET 3

/* How “closed-program” ends when it isn't killed. */
#define PROBE_CAME_BACK 0 /* the probe did what it tried */
#define PROBE_REFUSED 3   /* it was refused and lived on */
#define PROBE_NOT_BEGUN 4 /* the parent is another than was said */
#define PROBE_NOT_CLOSED 5 /* and thimble_sandbox_probe() tells so */
#define PROBE_NOT_TOLD 6

/**
 * Probe:
 * @name: what it tries; the name of a test
 * @run: tries it in a closed process: 0 or more if it could, -1 with errno if it was refused
 */
typedef struct
{
  const char *name;
  long (*run) (void);
} Probe;

extern const Probe probes[];

G_END_DECLS
