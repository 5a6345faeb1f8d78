/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-sandbox.h"

G_BEGIN_DECLS

/* Instead of an errno: the call is not made, and says that it succeeded. */
#define THIMBLE_SYSCALL_PRETEND (-1)

/**
 * ThimbleSyscallTest:
 * @mask: the bits of the argument that count
 * @value: what they must be
 * @argument: 0 to 5
 *
 * A condition on the low 32 bits of a system call's argument. The kernel itself looks at no more of
 * the arguments that are tested here.
 */
typedef struct
{
  guint32 mask;
  guint32 value;
  guint32 argument;
} ThimbleSyscallTest;

/**
 * ThimbleSyscallRule:
 * @number: the system call
 * @error: 0 to let it through, the errno it fails with, or %THIMBLE_SYSCALL_PRETEND
 * @n_tests: how many of @tests must hold for the rule to apply
 * @tests: the conditions
 *
 * What becomes of a system call. Of several rules for one call the first that applies counts.
 */
typedef struct
{
  guint number;
  int error;
  guint n_tests;
  ThimbleSyscallTest tests[2];
} ThimbleSyscallRule;

const char *thimble_seccomp_get_missing (void);
gboolean thimble_seccomp_close (const ThimbleSyscallRule *rules, guint n_rules, GError **error);
GArray *thimble_seccomp_list_rules (ThimbleSandboxKind kind, gboolean may_open);

int thimble_landlock_get_version (void);
gboolean thimble_landlock_close (int version, gboolean leave_fonts, GError **error);

G_END_DECLS
