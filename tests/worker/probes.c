/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a decoder that someone else has taken over would try: ways to files, to other processes, to
 * the network, to new code, and out of its limits. Each does one thing in a process that has closed
 * itself. System calls are made by number, so that no C library takes another way. */

#include "probes.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* One probe: a system call and its arguments. */
#define CALL(name, ...) \
  static long probe_##name (void) { return syscall (__VA_ARGS__); }

static const struct open_how how;
static const struct clone_args process = { .exit_signal = SIGCHLD };
static struct stat info;
static char bytes[64];
static const struct iovec piece = { bytes, sizeof bytes };
static char *const no_strings[] = { NULL };

/* Files */
CALL (open, SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)
CALL (open_proc, SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY)
CALL (open_to_write, SYS_openat, AT_FDCWD, "/dev/shm/thimble-escaped", O_WRONLY | O_CREAT, 0600)
CALL (openat2, SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof how)
CALL (open_by_handle, SYS_open_by_handle_at, AT_FDCWD, bytes, O_RDONLY)
CALL (stat_path, SYS_newfstatat, AT_FDCWD, "/etc/passwd", &info, 0)
CALL (statx, SYS_statx, AT_FDCWD, "/etc/passwd", 0, 0, bytes)
CALL (unlink, SYS_unlinkat, AT_FDCWD, "/dev/shm/thimble-none", 0)
CALL (rename, SYS_renameat2, AT_FDCWD, "/dev/shm/thimble-none", AT_FDCWD, "/dev/shm/none", 0)
CALL (link, SYS_linkat, PROBE_SOCKET, "", AT_FDCWD, "/dev/shm/thimble-escaped", AT_EMPTY_PATH)
CALL (change_folder, SYS_chdir, "/")
CALL (change_root, SYS_chroot, "/")
CALL (mount, SYS_mount, "none", "/mnt", "tmpfs", 0, NULL)
CALL (truncate, SYS_ftruncate, PROBE_SOCKET, 0)
CALL (write_elsewhere, SYS_write, PROBE_SOCKET, bytes, 1)
CALL (memfd, SYS_memfd_create, "escaped", 0)
CALL (watch, SYS_inotify_init1, 0)

/* Code */
CALL (exec, SYS_execve, "/bin/true", no_strings, no_strings)
CALL (exec_fd, SYS_execveat, STDERR_FILENO, "", no_strings, no_strings, AT_EMPTY_PATH)
CALL (map_code, SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
CALL (make_code, SYS_mprotect, (gsize) bytes & ~(gsize) 4095, 4096,
      PROT_READ | PROT_WRITE | PROT_EXEC)
CALL (make_code_by_key, SYS_pkey_mprotect, (gsize) bytes & ~(gsize) 4095, 4096, PROT_EXEC, -1)
CALL (personality, SYS_personality, 0x0400000 /* what can be read can be run */)

/* Other processes */
CALL (clone, SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL)
CALL (clone_namespace, SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL)
CALL (clone3, SYS_clone3, &process, sizeof process)
CALL (kill_parent, SYS_kill, getppid (), 0)
CALL (kill_all, SYS_kill, -1, 0)
CALL (kill_thread_of_parent, SYS_tgkill, getppid (), getppid (), SIGABRT)
CALL (stop_itself, SYS_tgkill, getpid (), gettid (), SIGSTOP)
CALL (queue_signal, SYS_rt_sigqueueinfo, getppid (), 0, bytes)
CALL (pidfd, SYS_pidfd_open, getppid (), 0)
CALL (poison, SYS_madvise, NULL, 0, MADV_HWPOISON)
CALL (trace, SYS_ptrace, PTRACE_ATTACH, getppid (), NULL, NULL)
CALL (be_traced, SYS_ptrace, PTRACE_TRACEME, 0, NULL, NULL)
CALL (read_parent, SYS_process_vm_readv, getppid (), &piece, 1, &piece, 1, 0)
CALL (write_parent, SYS_process_vm_writev, getppid (), &piece, 1, &piece, 1, 0)
CALL (limit_parent, SYS_prlimit64, getppid (), 0, NULL, bytes)

/* The network and other ways to talk */
CALL (socket, SYS_socket, AF_INET, SOCK_STREAM, 0)
CALL (socket_unix, SYS_socket, AF_UNIX, SOCK_STREAM, 0)
CALL (socket_netlink, SYS_socket, AF_NETLINK, SOCK_RAW, 0)
CALL (socketpair, SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, bytes)
CALL (connect, SYS_connect, PROBE_SOCKET, bytes, 16)
CALL (bind, SYS_bind, PROBE_SOCKET, bytes, 16)
CALL (sendto, SYS_sendto, PROBE_SOCKET, bytes, 1, 0, bytes, 16)
CALL (pipe, SYS_pipe2, bytes, 0)
CALL (shared_memory, SYS_shmget, 0, 4096, 0600)
CALL (message_queue, SYS_mq_open, "/escaped", O_RDWR | O_CREAT, 0600, NULL)
CALL (keys, SYS_keyctl, 0, -3, 0, 0, 0)
CALL (type_into_terminal, SYS_ioctl, STDERR_FILENO, TIOCSTI, "x")
CALL (duplicate, SYS_dup, PROBE_SOCKET)

/* Doors of the kernel that were open too often */
CALL (io_uring, SYS_io_uring_setup, 1, bytes)
CALL (bpf, SYS_bpf, BPF_MAP_CREATE, bytes, sizeof bytes)
CALL (userfaultfd, SYS_userfaultfd, 0)
CALL (perf, SYS_perf_event_open, bytes, 0, -1, -1, 0)
CALL (unshare, SYS_unshare, CLONE_NEWUSER)
CALL (setns, SYS_setns, PROBE_SOCKET, 0)
CALL (splice, SYS_vmsplice, PROBE_SOCKET, &piece, 1, 0)
CALL (timer, SYS_timer_create, CLOCK_MONOTONIC, NULL, bytes)

/* Out of what it gave up */
CALL (be_dumpable, SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)
CALL (outlive_parent, SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0)
CALL (raise_limit, SYS_prlimit64, 0, 9 /* RLIMIT_AS */, bytes, NULL)
CALL (set_user, SYS_setuid, 0)
CALL (new_filter, SYS_seccomp, 1, 0, bytes)
CALL (new_landlock, SYS_landlock_create_ruleset, bytes, 8, 0)
CALL (newest_call, 4000)
CALL (new_terminal, SYS_ioctl, 2, 0x802c542aU, bytes) /* TCGETS2, as newer C libraries ask */
#ifdef __x86_64__
CALL (old_open, SYS_open, "/etc/passwd", O_RDONLY)
CALL (fork, SYS_fork)
CALL (vfork, SYS_vfork)
CALL (x32, 0x40000000 + SYS_getpid)

/* getpid of a 32-bit program */
static long
probe_i386 (void)
{
  long number = 20;

  __asm__ volatile ("int $0x80" : "+a" (number) : : "memory", "r8", "r9", "r10", "r11");
  return number;
}
#endif

/* More than thimble_sandbox_close() was told. */
static long
probe_take_memory (void)
{
  for (guint i = 0; i < 256; i++)
    if (mmap (NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        == MAP_FAILED)
      return -1;
  return 0;
}

static long
probe_abort (void)
{
  abort ();
}

#define PROBE(name) { #name, probe_##name }

const Probe probes[] = {
  PROBE (open), PROBE (open_proc), PROBE (open_to_write), PROBE (openat2), PROBE (open_by_handle),
  PROBE (stat_path), PROBE (statx), PROBE (unlink), PROBE (rename), PROBE (link),
  PROBE (change_folder), PROBE (change_root), PROBE (mount), PROBE (truncate),
  PROBE (write_elsewhere), PROBE (memfd), PROBE (watch), PROBE (exec), PROBE (exec_fd),
  PROBE (map_code), PROBE (make_code), PROBE (make_code_by_key), PROBE (personality),
  PROBE (clone), PROBE (clone_namespace), PROBE (clone3), PROBE (kill_parent), PROBE (kill_all),
  PROBE (kill_thread_of_parent), PROBE (stop_itself), PROBE (queue_signal), PROBE (pidfd),
  PROBE (poison), PROBE (trace), PROBE (be_traced), PROBE (read_parent), PROBE (write_parent),
  PROBE (limit_parent), PROBE (socket), PROBE (socket_unix), PROBE (socket_netlink),
  PROBE (socketpair), PROBE (connect), PROBE (bind), PROBE (sendto), PROBE (pipe),
  PROBE (shared_memory), PROBE (message_queue), PROBE (keys), PROBE (type_into_terminal),
  PROBE (duplicate), PROBE (io_uring), PROBE (bpf), PROBE (userfaultfd), PROBE (perf),
  PROBE (unshare), PROBE (setns), PROBE (splice), PROBE (timer), PROBE (be_dumpable),
  PROBE (outlive_parent), PROBE (raise_limit), PROBE (set_user), PROBE (new_filter),
  PROBE (new_landlock), PROBE (newest_call), PROBE (new_terminal), PROBE (take_memory),
  PROBE (abort),
#ifdef __x86_64__
  PROBE (old_open), PROBE (fork), PROBE (vfork), PROBE (x32), PROBE (i386),
#endif
  { NULL },
};
