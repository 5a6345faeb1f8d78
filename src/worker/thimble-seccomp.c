/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns a table of rules for system calls into a program for the kernel's packet filter, and puts
 * this process and its threads under it for good. A call that no rule lets through, and any call by
 * the numbers of another architecture, ends the process.
 *
 * The program is made here, not by a library: it is a page long, takes microseconds, and adds
 * nothing to what a worker must load. Its language is that of seccomp(2) and linux/filter.h. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-sandbox-private.h"

#include "thimble-io-error.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__) && defined(__LP64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__) && G_BYTE_ORDER == G_LITTLE_ENDIAN
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* x32 has the architecture of x86-64 and this bit in its numbers. No other architecture has numbers
 * as high, so it is looked for in all. */
#define FOREIGN_NUMBERS 0x40000000

/* mseal, the newest call when the rules were written. What came later is refused and does not end
 * the process: a newer C library that tries it then takes an older way. */
#define LAST_KNOWN_NUMBER 462

/* Of both architectures the low half of an argument comes first. */
#define ARGUMENT(i) ((guint32) (offsetof (struct seccomp_data, args) + (i) * sizeof (guint64)))
#define NUMBER ((guint32) offsetof (struct seccomp_data, nr))

#ifdef ARCHITECTURE
static void
add (GArray *program, guint16 code, guint32 operand, guint8 if_true, guint8 if_false)
{
  struct sock_filter instruction = { code, if_true, if_false, operand };

  g_array_append_val (program, instruction);
}

static void
add_end (GArray *program, int error)
{
  guint32 verdict = SECCOMP_RET_ERRNO;

  if (error == 0)
    verdict = SECCOMP_RET_ALLOW;
  else if (error != THIMBLE_SYSCALL_PRETEND)
    verdict |= (guint32) error;
  add (program, BPF_RET | BPF_K, verdict, 0, 0);
}

static void
add_head (GArray *program)
{
  add (program, BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch), 0, 0);
  add (program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
  add (program, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);

  add (program, BPF_LD | BPF_W | BPF_ABS, NUMBER, 0, 0);
  add (program, BPF_JMP | BPF_JGE | BPF_K, FOREIGN_NUMBERS, 0, 1);
  add (program, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);

  add (program, BPF_JMP | BPF_JGT | BPF_K, LAST_KNOWN_NUMBER, 0, 1);
  add_end (program, ENOSYS);
}

/* The number is in the accumulator before and after. A test takes three instructions: load, mask,
 * compare; one that fails jumps past the end of the rule, to where the number is loaded again. */
static void
add_rule (GArray *program, const ThimbleSyscallRule *rule)
{
  guint n_left = 3 * rule->n_tests + 1;

  if (rule->n_tests > 0)
    n_left++;
  add (program, BPF_JMP | BPF_JEQ | BPF_K, rule->number, 0, (guint8) n_left);
  for (guint i = 0; i < rule->n_tests; i++)
    {
      const ThimbleSyscallTest *test = &rule->tests[i];
      guint n_after = 3 * (rule->n_tests - 1 - i) + 1;

      add (program, BPF_LD | BPF_W | BPF_ABS, ARGUMENT (test->argument), 0, 0);
      add (program, BPF_ALU | BPF_AND | BPF_K, test->mask, 0, 0);
      add (program, BPF_JMP | BPF_JEQ | BPF_K, test->value, 0, (guint8) n_after);
    }
  add_end (program, rule->error);
  if (rule->n_tests > 0)
    add (program, BPF_LD | BPF_W | BPF_ABS, NUMBER, 0, 0);
}
#endif

/* Returns: (nullable): what the kernel or the processor lacks for filters, as a predicate */
const char *
thimble_seccomp_get_missing (void)
{
#ifdef ARCHITECTURE
  guint32 action = SECCOMP_RET_KILL_PROCESS;

  if (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0)
    return "has no way to give up privileges (no_new_privs)";
  if (syscall (SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0)
    return "does not allow filters on system calls (seccomp, Linux 4.14 or newer)";
  return NULL;
#else
  return "has a processor for which Thimble knows no filter on system calls";
#endif
}

/* Puts all threads of the process under the rules, for good. */
gboolean
thimble_seccomp_close (const ThimbleSyscallRule *rules, guint n_rules, GError **error)
{
#ifdef ARCHITECTURE
  g_autoptr (GArray) program = g_array_new (FALSE, FALSE, sizeof (struct sock_filter));
  struct sock_fprog filter;
  long status;

  add_head (program);
  for (guint i = 0; i < n_rules; i++)
    add_rule (program, &rules[i]);
  add (program, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
  g_assert (program->len <= BPF_MAXINSNS);

  filter.len = (unsigned short) program->len;
  filter.filter = (struct sock_filter *) (void *) program->data;
  status = syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
  if (status == 0)
    return TRUE;
  g_set_error (error, THIMBLE_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "A worker could not limit its own system calls (seccomp): %s.",
               status > 0 ? "a thread has a filter of its own" : g_strerror (errno));
#else
  g_set_error (error, THIMBLE_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "A worker could not limit its own system calls: this system %s.",
               thimble_seccomp_get_missing ());
#endif
  return FALSE;
}
