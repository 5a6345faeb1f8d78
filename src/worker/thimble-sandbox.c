/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Closes a worker: the process that calls this can, from then on, compute on the descriptors it
 * holds, and little else. What strangers' images may make a decoder do stays inside.
 *
 * In two steps: thimble_sandbox_begin() first thing in main(), so that nothing inherited is ever
 * there and the worker dies with its parent; thimble_sandbox_close() when all that will be needed
 * is loaded, and before the first byte of an image is looked at. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-sandbox.h"

#include "thimble-io-error.h"
#include "thimble-sandbox-private.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The socket, standard error, shared memory, and the inputs of the works that a worker holds. */
#define MAX_FDS 256

static gboolean
set_failed (const char *what, GError **error)
{
  int saved = errno;

  g_set_error (error, THIMBLE_IO_ERROR, thimble_io_error_from_errno (saved),
               "A worker could not %s: %s.", what, g_strerror (saved));
  return FALSE;
}

/**
 * thimble_sandbox_probe:
 *
 * Tells whether a worker can close itself on this system. Changes nothing and takes a microsecond;
 * any process, any thread.
 *
 * Returns: whether it can; if not, @error says what is missing (%G_IO_ERROR_NOT_SUPPORTED)
 */
gboolean
thimble_sandbox_probe (GError **error)
{
  const char *missing = thimble_seccomp_get_missing ();

  if (missing == NULL && close_range (G_MAXUINT, G_MAXUINT, 0) < 0)
    missing = "has no way to close what a process inherits (close_range, Linux 5.9 or newer)";
  if (missing == NULL)
    return TRUE;
  g_set_error (error, THIMBLE_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "This system %s. Ask whoever runs it to allow that.", missing);
  return FALSE;
}

/**
 * thimble_sandbox_leaves_fonts:
 *
 * Tells whether a worker of %THIMBLE_SANDBOX_PIXBUF will be able to read fonts after it is closed.
 * Where it won't, draw text before, so that they are loaded. Any thread.
 */
gboolean
thimble_sandbox_leaves_fonts (void)
{
  return thimble_landlock_get_version () > 0;
}

static int
compare_ints (const void *a, const void *b)
{
  return *(const int *) a - *(const int *) b;
}

/* Closes the descriptors from @first up to @end, which it leaves. */
static gboolean
close_up_to (guint first, guint end, GError **error)
{
  return first >= end || close_range (first, end - 1, 0) == 0
         || set_failed ("close what it inherited", error);
}

/**
 * thimble_sandbox_begin:
 * @parent: the process that started this one
 * @fds: (array length=n_fds): the descriptors to keep
 * @n_fds: how many, at most 16
 *
 * First thing in a worker's main: closes all descriptors but standard error and @fds, and sees to
 * it that the worker is killed when @parent's thread that started it ends, that it leaves no core
 * and that no other process of the user can look into it.
 *
 * Returns: whether that was done; if not, @error is set in %G_IO_ERROR and the worker must end.
 *   %G_IO_ERROR_CANCELLED if the parent is no more
 */
gboolean
thimble_sandbox_begin (pid_t parent, const int *fds, guint n_fds, GError **error)
{
  int kept[17] = { STDERR_FILENO };
  guint next = 0;

  g_return_val_if_fail (n_fds < G_N_ELEMENTS (kept), FALSE);

  if (prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
    return set_failed ("tie its life to its parent's", error);
  if (getppid () != parent)
    {
      g_set_error_literal (error, THIMBLE_IO_ERROR, G_IO_ERROR_CANCELLED,
                           "A worker started when its parent had already ended.");
      return FALSE;
    }
  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
    return set_failed ("hide its memory", error);

  for (guint i = 0; i < n_fds; i++)
    kept[i + 1] = fds[i];
  qsort (kept, n_fds + 1, sizeof kept[0], compare_ints);
  for (guint i = 0; i <= n_fds; i++)
    {
      if (!close_up_to (next, (guint) kept[i], error))
        return FALSE;
      next = (guint) kept[i] + 1;
    }
  return close_up_to (next, G_MAXUINT, error);
}

static gboolean
set_limit (int resource, guint64 value, GError **error)
{
  struct rlimit limit;

  if (getrlimit (resource, &limit) < 0)
    return set_failed ("read its limits", error);
  limit.rlim_cur = limit.rlim_max = MIN ((rlim_t) value, limit.rlim_max);
  return setrlimit (resource, &limit) == 0 || set_failed ("set its limits", error);
}

#ifndef THIMBLE_SANDBOX_FOR_SANITIZERS
/* Addresses are what is limited: nothing can be had without any. Those in use now, code and shared
 * memory included, do not count. */
static gboolean
limit_memory (guint64 max_memory, GError **error)
{
  g_autofree char *text = NULL;
  guint64 n_pages;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, error))
    return FALSE;
  n_pages = g_ascii_strtoull (text, NULL, 10);
  return set_limit (RLIMIT_AS, n_pages * (guint64) getpagesize () + MIN (max_memory, G_MAXINT64),
                    error);
}
#endif

/* Files need no limit in size: a worker can write to none but standard error, which may well be a
 * long log. */
static gboolean
set_limits (ThimbleSandboxKind kind, guint64 max_memory, GError **error)
{
  /* For each further arena the C library would take 64 MiB of addresses at once. */
  mallopt (M_ARENA_MAX, 1);
  if (!set_limit (RLIMIT_CORE, 0, error) || !set_limit (RLIMIT_NOFILE, MAX_FDS, error))
    return FALSE;
  if (kind == THIMBLE_SANDBOX_CLOSED && !set_limit (RLIMIT_NPROC, 0, error))
    return FALSE;
#ifdef THIMBLE_SANDBOX_FOR_SANITIZERS
  return TRUE; /* their shadow of memory takes terabytes of addresses */
#else
  return limit_memory (max_memory, error);
#endif
}

/* Each thread is a folder in /proc/self/task, and a folder in it a link to it. */
static gboolean
check_alone (GError **error)
{
  struct stat info;

  if (stat ("/proc/self/task", &info) < 0)
    return set_failed ("count its threads", error);
  if (info.st_nlink == 3)
    return TRUE;
  g_set_error (error, THIMBLE_IO_ERROR, G_IO_ERROR_BUSY,
               "A worker had %u threads when it was to be closed; there must be one.",
               (guint) info.st_nlink - 2);
  return FALSE;
}

static GLogWriterOutput
write_message_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *domain = "";
  const char *message = "";

  if ((level & (G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG)) != 0)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++)
    {
      if (fields[i].length >= 0)
        continue; /* no string */
      if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
        domain = fields[i].value;
      else if (strcmp (fields[i].key, "MESSAGE") == 0)
        message = fields[i].value;
    }
  g_printerr ("worker: %s: %s\n", domain, message);
  return G_LOG_WRITER_HANDLED;
}

/* What the C library and GLib ask the file system for once, or when first needed: the time zone,
 * which the date in a profile takes, and the character set, which texts of errors take. GLib's own
 * way to standard error asks each time. */
static void
load_what_is_asked_for (void)
{
  tzset ();
  g_free (g_locale_to_utf8 ("", -1, NULL, NULL, NULL));
  g_get_console_charset (NULL);
  g_log_set_writer_func (write_message_cb, NULL, NULL);
}

/**
 * thimble_sandbox_close:
 * @kind: what kind of worker this is
 * @max_memory: how many bytes it may take beside those it has now
 *
 * Closes the calling process for good, after [func@sandbox_begin]: no new privileges, Landlock
 * where the kernel has it, limits on memory and descriptors, then a filter on system calls under
 * which what is not needed ends the process by SIGSYS. Once in a process, when all loaders are
 * loaded; where Landlock is there must be no thread but the calling one.
 *
 * From here on messages of GLib's go to standard error without their time, those for debugging
 * nowhere. Memory that is refused is NULL to who asked for it: codecs fail by
 * %THIMBLE_IMAGE_ERROR_TOO_LARGE, GLib aborts.
 *
 * Returns: whether it is closed; if not, @error is set in %G_IO_ERROR and the worker must end
 */
gboolean
thimble_sandbox_close (ThimbleSandboxKind kind, guint64 max_memory, GError **error)
{
  int landlock = thimble_landlock_get_version ();
  gboolean is_pixbuf = kind == THIMBLE_SANDBOX_PIXBUF;
  g_autoptr (GArray) rules = thimble_seccomp_list_rules (kind, landlock > 0);

  g_return_val_if_fail (max_memory > 0, FALSE);

  load_what_is_asked_for ();
  if (!set_limits (kind, max_memory, error))
    return FALSE;
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return set_failed ("give up privileges", error);
  if (landlock > 0
      && (!check_alone (error) || !thimble_landlock_close (landlock, is_pixbuf, error)))
    return FALSE;
  return thimble_seccomp_close ((const ThimbleSyscallRule *) (void *) rules->data, rules->len,
                                error);
}
