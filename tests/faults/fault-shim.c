/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A library that is loaded before the others (LD_PRELOAD), counts the calls by which a program
 * works on files below one folder, and at one of them kills the process or has the call fail. Only
 * the program's own calls can be counted, so the kernel's side of a crash is not tried here.
 *
 *   FAULT_PROGRAM the program's name; those that it starts are left alone
 *   FAULT_UNDER   the folder
 *   FAULT_COUNT   a file of eight bytes: how many calls of the chosen kind there were
 *   FAULT_AT      which of them, from 1; nothing happens without
 *   FAULT_DO      "kill"; "remove", which takes the folder away; "slow", which takes a few ms;
 *                 or the number of an error
 *   FAULT_ON      if set, all later ones fail, too
 *
 * What can fail depends on the error: a disk that is full hinders no reading. Kills are tried at
 * calls that change something, as between two of them nothing is different. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a call does. */
enum
{
  READS = 1,
  CHANGES = 2,
  NEEDS_SPACE = 4,
  SYNCS = 8,
};

#define SLOW_US 3000

static char under[PATH_MAX];
static size_t n_under;
static _Atomic uint64_t *count; /* shared with who started the program */
static uint64_t at;
static int code;   /* the error; 0 for none */
static bool kills;
static bool removes;
static bool is_slow;
static bool goes_on;
static __thread bool is_inside; /* the shim's own calls are not counted */

__attribute__ ((constructor)) static void
set_up (void)
{
  const char *program = getenv ("FAULT_PROGRAM");
  const char *folder = getenv ("FAULT_UNDER");
  const char *file = getenv ("FAULT_COUNT");
  const char *what = getenv ("FAULT_DO");
  const char *which = getenv ("FAULT_AT");
  int fd;

  if (program == NULL || strcmp (program, program_invocation_short_name) != 0 || folder == NULL
      || file == NULL || what == NULL || strlen (folder) >= sizeof under)
    return;
  is_inside = true;
  fd = open (file, O_RDWR | O_CLOEXEC);
  if (fd >= 0)
    {
      void *mapped = mmap (NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      if (mapped != MAP_FAILED)
        count = mapped;
      close (fd);
    }
  is_inside = false;
  strcpy (under, folder);
  n_under = strlen (under);
  at = which != NULL ? strtoull (which, NULL, 10) : 0;
  kills = strcmp (what, "kill") == 0;
  removes = strcmp (what, "remove") == 0;
  is_slow = strcmp (what, "slow") == 0;
  code = kills || removes || is_slow ? 0 : atoi (what);
  goes_on = getenv ("FAULT_ON") != NULL;
}

static int
remove_cb (const char *path, const struct stat *info, int type, struct FTW *walk)
{
  return remove (path);
}

/* What the chosen fault can happen to. */
static bool
can_happen_to (int what)
{
  if (kills || removes || is_slow || code == EROFS)
    return (what & (CHANGES | SYNCS)) != 0;
  if (code == ENOSPC || code == EDQUOT)
    return (what & (NEEDS_SPACE | SYNCS)) != 0;
  return true;
}

static bool
is_under (int folder_fd, const char *path)
{
  char link[64];
  char found[PATH_MAX];
  ssize_t n;

  if (path != NULL && path[0] == '/')
    return strncmp (path, under, n_under) == 0 && (path[n_under] == '/' || path[n_under] == '\0');
  if (folder_fd == AT_FDCWD)
    return false;
  snprintf (link, sizeof link, "/proc/self/fd/%d", folder_fd);
  n = readlink (link, found, sizeof found - 1);
  if (n < 0)
    return false;
  found[n] = '\0';
  return strncmp (found, under, n_under) == 0 && (found[n_under] == '/' || found[n_under] == '\0');
}

/* Counts a call; returns whether it is the one. A path counts by its name, a descriptor by what it
 * is open for. */
static bool
is_chosen (int what, int fd, const char *path)
{
  int saved = errno;
  uint64_t nth;

  if (count == NULL || is_inside || !can_happen_to (what) || !is_under (fd, path))
    {
      errno = saved;
      return false;
    }
  errno = saved;
  nth = atomic_fetch_add (count, 1) + 1;
  if (at == 0 || nth < at || (nth > at && !goes_on))
    return false;
  if (removes)
    {
      is_inside = true;
      nftw (under, remove_cb, 16, FTW_DEPTH | FTW_PHYS);
      is_inside = false;
      errno = saved;
      return false;
    }
  if (is_slow)
    {
      usleep (SLOW_US);
      errno = saved;
      return false;
    }
  return true;
}

/* What becomes of the call that was chosen. */
static int
fail (void)
{
  while (kills)
    raise (SIGKILL);
  errno = code;
  return -1;
}

static int
kind_of_open (int folder_fd, const char *path, int flags)
{
  struct stat info;

  if ((flags & O_CREAT) && fstatat (folder_fd, path, &info, 0) < 0)
    return CHANGES | NEEDS_SPACE;
  return (flags & O_ACCMODE) == O_RDONLY ? READS : READS | (code == EROFS ? CHANGES : 0);
}

/* The function that would have been called without this library. */
#define NEXT(name) \
  static __typeof__ (&name) next; \
  if (next == NULL) \
    next = (__typeof__ (&name)) dlsym (RTLD_NEXT, #name)

#define MODE_OF(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) \
    { \
      va_list arguments; \
      va_start (arguments, flags); \
      mode = va_arg (arguments, mode_t); \
      va_end (arguments); \
    }

int
open64 (const char *path, int flags, ...)
{
  NEXT (open64);
  MODE_OF (flags);
  return is_chosen (kind_of_open (AT_FDCWD, path, flags), AT_FDCWD, path)
           ? fail ()
           : next (path, flags, mode);
}

int
openat64 (int folder_fd, const char *path, int flags, ...)
{
  NEXT (openat64);
  MODE_OF (flags);
  return is_chosen (kind_of_open (folder_fd, path, flags), folder_fd, path)
           ? fail ()
           : next (folder_fd, path, flags, mode);
}

ssize_t
read (int fd, void *buffer, size_t n_bytes)
{
  NEXT (read);
  return is_chosen (READS, fd, NULL) ? fail () : next (fd, buffer, n_bytes);
}

ssize_t
pread64 (int fd, void *buffer, size_t n_bytes, off64_t offset)
{
  NEXT (pread64);
  return is_chosen (READS, fd, NULL) ? fail () : next (fd, buffer, n_bytes, offset);
}

/* A disk that fills up, like a kill, lets a part of what is written through. */
ssize_t
write (int fd, const void *buffer, size_t n_bytes)
{
  NEXT (write);
  if (!is_chosen (CHANGES | NEEDS_SPACE, fd, NULL))
    return next (fd, buffer, n_bytes);
  next (fd, buffer, n_bytes / 2);
  return fail ();
}

ssize_t
pwrite64 (int fd, const void *buffer, size_t n_bytes, off64_t offset)
{
  NEXT (pwrite64);
  if (!is_chosen (CHANGES | NEEDS_SPACE, fd, NULL))
    return next (fd, buffer, n_bytes, offset);
  next (fd, buffer, n_bytes / 2, offset);
  return fail ();
}

int
ftruncate64 (int fd, off64_t n_bytes)
{
  NEXT (ftruncate64);
  return is_chosen (CHANGES, fd, NULL) ? fail () : next (fd, n_bytes);
}

int
fsync (int fd)
{
  NEXT (fsync);
  return is_chosen (SYNCS, fd, NULL) ? fail () : next (fd);
}

int
fdatasync (int fd)
{
  NEXT (fdatasync);
  return is_chosen (SYNCS, fd, NULL) ? fail () : next (fd);
}

int
syncfs (int fd)
{
  NEXT (syncfs);
  return is_chosen (SYNCS, fd, NULL) ? fail () : next (fd);
}

int
rename (const char *from, const char *to)
{
  NEXT (rename);
  return is_chosen (CHANGES | NEEDS_SPACE, AT_FDCWD, to) ? fail () : next (from, to);
}

int
renameat (int from_fd, const char *from, int to_fd, const char *to)
{
  NEXT (renameat);
  return is_chosen (CHANGES | NEEDS_SPACE, to_fd, to) ? fail () : next (from_fd, from, to_fd, to);
}

int
renameat2 (int from_fd, const char *from, int to_fd, const char *to, unsigned int flags)
{
  NEXT (renameat2);
  return is_chosen (CHANGES | NEEDS_SPACE, to_fd, to)
           ? fail ()
           : next (from_fd, from, to_fd, to, flags);
}

int
mkdir (const char *path, mode_t mode)
{
  NEXT (mkdir);
  return is_chosen (CHANGES | NEEDS_SPACE, AT_FDCWD, path) ? fail () : next (path, mode);
}

int
rmdir (const char *path)
{
  NEXT (rmdir);
  return is_chosen (CHANGES, AT_FDCWD, path) ? fail () : next (path);
}

int
unlink (const char *path)
{
  NEXT (unlink);
  return is_chosen (CHANGES, AT_FDCWD, path) ? fail () : next (path);
}

int
unlinkat (int folder_fd, const char *path, int flags)
{
  NEXT (unlinkat);
  return is_chosen (CHANGES, folder_fd, path) ? fail () : next (folder_fd, path, flags);
}

int
flock (int fd, int operation)
{
  NEXT (flock);
  return is_chosen (READS, fd, NULL) ? fail () : next (fd, operation);
}
