/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which system calls a closed worker may make. Whatever is not here ends it.
 *
 * A call is here because a codec, the C library or GLib was seen to need it on bytes it was given;
 * tests/worker shows that all works with these, and that what would let a worker out ends it. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-sandbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Its name where it has 32 bits. There no filter is known, so that this is only compiled. */
#ifndef SYS_newfstatat
#define SYS_newfstatat SYS_fstatat64
#endif

/* TCGETS2, which newer C libraries ask by; the header of its struct clashes with theirs. */
#define TERMINAL_2 0x802c542aU

#define ALLOW(call) { .number = SYS_##call }
#define FAIL(call, code) { .number = SYS_##call, .error = code }
#define PRETEND(call) { .number = SYS_##call, .error = THIMBLE_SYSCALL_PRETEND }
#define NO_BITS(index, bits) { .argument = index, .mask = (guint32) (bits), .value = 0 }
#define ALL_BITS(index, bits) \
  { .argument = index, .mask = (guint32) (bits), .value = (guint32) (bits) }
#define EQUALS(index, number) \
  { .argument = index, .mask = G_MAXUINT32, .value = (guint32) (number) }

/* A thread, and no process: it shares all and has no namespaces of its own. */
#define THREAD_FLAGS \
  (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

/* What a process may say of its own memory is below this; above it is what root says of the
 * machine's, as that a page of it is broken. */
#define MADVICE_BITS 0x1f

static const ThimbleSyscallRule common_rules[] = {
  /* The socket, and what came through it. */
  ALLOW (read),
  ALLOW (pread64),
  ALLOW (lseek),
  ALLOW (recvmsg),
  ALLOW (sendmsg),
  ALLOW (close),
  ALLOW (fstat),
  /* Messages. GLib asks whether standard error is a terminal, and whether it is the journal. */
  { .number = SYS_write, .n_tests = 1, .tests = { EQUALS (0, STDERR_FILENO) } },
  { .number = SYS_writev, .n_tests = 1, .tests = { EQUALS (0, STDERR_FILENO) } },
  { .number = SYS_ioctl, .error = ENOTTY, .n_tests = 1, .tests = { EQUALS (1, TCGETS) } },
  { .number = SYS_ioctl, .error = ENOTTY, .n_tests = 1, .tests = { EQUALS (1, TERMINAL_2) } },
  FAIL (getpeername, ENOTSOCK),
  /* Memory, none of which can be run. */
  { .number = SYS_mmap, .n_tests = 1, .tests = { NO_BITS (2, PROT_EXEC) } },
  { .number = SYS_mprotect, .n_tests = 1, .tests = { NO_BITS (2, PROT_EXEC) } },
  ALLOW (munmap),
  ALLOW (mremap),
  ALLOW (brk),
  { .number = SYS_madvise, .n_tests = 1, .tests = { NO_BITS (2, ~MADVICE_BITS) } },
  /* Locks, time, and chance; qsort() asks how much memory there is. */
  ALLOW (futex),
  ALLOW (sched_yield),
  ALLOW (clock_gettime),
  ALLOW (getrandom),
  ALLOW (sysinfo),
  ALLOW (restart_syscall),
  ALLOW (rt_sigreturn),
  ALLOW (rt_sigprocmask),
  /* The end. */
  ALLOW (getpid),
  ALLOW (gettid),
  ALLOW (exit),
  ALLOW (exit_group),
};

/* fstat() of the C library before version 2.39, by which it could ask for any file: standard I/O
 * lives without. */
static const ThimbleSyscallRule closed_rules[] = {
  { .number = SYS_newfstatat, .error = EACCES, .n_tests = 1,
    .tests = { ALL_BITS (3, AT_EMPTY_PATH) } },
};

/* Loaders that are not ours look for files and take “no” for an answer, and start threads. clone3
 * has its flags in memory, where no filter can see them; the C library then takes clone. cairo asks
 * whether a font can be read each time it uses one, also if it has it open; opening tells. */
static const ThimbleSyscallRule pixbuf_rules[] = {
  { .number = SYS_clone, .n_tests = 1, .tests = { ALL_BITS (0, THREAD_FLAGS) } },
  FAIL (clone3, ENOSYS),
  ALLOW (set_robust_list),
  ALLOW (rseq),
  ALLOW (rt_sigaction),
  ALLOW (sigaltstack),
  ALLOW (sched_getaffinity),
  FAIL (sched_getattr, EPERM),
  FAIL (sched_setattr, EPERM),
  { .number = SYS_prctl, .n_tests = 1, .tests = { EQUALS (0, PR_SET_NAME) } },
  FAIL (openat, EACCES),
  FAIL (write, EBADF), /* for those who print to standard output */
  { .number = SYS_fcntl, .n_tests = 1, .tests = { EQUALS (1, F_SETFD) } },
  { .number = SYS_newfstatat, .n_tests = 1, .tests = { ALL_BITS (3, AT_EMPTY_PATH) } },
  FAIL (newfstatat, EACCES),
  FAIL (statx, EACCES),
  FAIL (statfs, EACCES),
  ALLOW (fstatfs),
  ALLOW (getdents64),
  FAIL (readlinkat, EACCES),
  PRETEND (faccessat),
  PRETEND (faccessat2),
#ifdef SYS_open
  FAIL (open, EACCES),
  FAIL (stat, EACCES),
  FAIL (lstat, EACCES),
  PRETEND (access),
  FAIL (readlink, EACCES),
#endif
};

/* Only for reading, and only where Landlock keeps it to fonts. */
static const ThimbleSyscallRule open_rule = {
  .number = SYS_openat,
  .n_tests = 1,
  .tests = { NO_BITS (2, O_ACCMODE | O_CREAT | O_TRUNC | O_PATH) },
};

#ifdef THIMBLE_SANDBOX_FOR_SANITIZERS
/* Builds with sanitizers only: what their runtime does to keep its own books, to look for leaks, and
 * to write a report. It is told that it may not open files and start processes, where a release is
 * ended. Such a build is for finding faults, and no protection. */
static const ThimbleSyscallRule sanitizer_rules[] = {
  ALLOW (rt_sigaction),
  ALLOW (sigaltstack),
  ALLOW (sched_getaffinity),
  ALLOW (set_robust_list),
  ALLOW (getrusage),
  ALLOW (mincore),
  FAIL (openat, EACCES),
  FAIL (newfstatat, EACCES),
  FAIL (readlinkat, EACCES),
  FAIL (clone, EPERM),
  FAIL (clone3, ENOSYS),
  FAIL (pipe2, EPERM),
  FAIL (prctl, EPERM),
  FAIL (personality, EPERM),
#ifdef SYS_open
  FAIL (open, EACCES),
  FAIL (stat, EACCES),
  FAIL (readlink, EACCES),
  FAIL (pipe, EPERM),
  FAIL (fork, EPERM),
#endif
};
#endif

/* Returns: (transfer full): the rules of a kind, for this process */
GArray *
thimble_seccomp_list_rules (ThimbleSandboxKind kind, gboolean may_open)
{
  GArray *rules = g_array_new (FALSE, FALSE, sizeof (ThimbleSyscallRule));
  /* A worker that finds itself broken ends by abort(), which is a signal to itself. */
  ThimbleSyscallRule abort_rule = {
    .number = SYS_tgkill, .n_tests = 2, .tests = { EQUALS (0, getpid ()), EQUALS (2, SIGABRT) },
  };

  g_array_append_val (rules, abort_rule);
  g_array_append_vals (rules, common_rules, G_N_ELEMENTS (common_rules));
  if (kind == THIMBLE_SANDBOX_CLOSED)
    g_array_append_vals (rules, closed_rules, G_N_ELEMENTS (closed_rules));
  else
    {
      if (may_open)
        g_array_append_val (rules, open_rule);
      g_array_append_vals (rules, pixbuf_rules, G_N_ELEMENTS (pixbuf_rules));
    }
#ifdef THIMBLE_SANDBOX_FOR_SANITIZERS
  g_array_append_vals (rules, sanitizer_rules, G_N_ELEMENTS (sanitizer_rules));
#endif
  return rules;
}
