/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many processors this process may use: those it may be scheduled on (sched_getaffinity), of
 * which a container may grant it the time of fewer (cpu.max of cgroup v2; see the kernel's
 * Documentation/admin-guide/cgroup-v2.rst, "CPU Interface Files"). */

#define G_LOG_DOMAIN "thimble"

#include "thimble-processors.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

/* More processors than any kernel is built for. */
#define MAX_PROCESSORS 65536

static guint
get_n_schedulable (void)
{
  for (int n_max = 1024; n_max <= MAX_PROCESSORS; n_max *= 2)
    {
      gsize size = CPU_ALLOC_SIZE (n_max);
      cpu_set_t *set = CPU_ALLOC (n_max);
      int n_set = 0;
      gboolean done;

      done = sched_getaffinity (0, size, set) == 0;
      if (done)
        n_set = CPU_COUNT_S (size, set);
      CPU_FREE (set);
      if (done)
        return MAX (n_set, 1);
      if (errno != EINVAL)
        break;
    }
  return MAX (g_get_num_processors (), 1);
}

/* The quota in "MAX PERIOD", in whole processors, rounded up; G_MAXUINT where MAX is "max". */
static guint
parse_cpu_max (const char *text)
{
  guint64 quota;
  guint64 period;
  char *rest = NULL;

  quota = g_ascii_strtoull (text, &rest, 10);
  if (rest == text || quota == 0)
    return G_MAXUINT;
  period = g_ascii_strtoull (rest, NULL, 10);
  if (period == 0)
    return G_MAXUINT;
  return MIN (quota / period + (quota % period != 0), G_MAXUINT);
}

/* The path of the process in the unified hierarchy: the line "0::PATH" of /proc/self/cgroup. */
static char *
get_group (const char *membership_path)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents (membership_path, &text, NULL, NULL))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "0::/"))
      return g_strdup (*line + strlen ("0::"));
  return NULL;
}

/**
 * thimble_processors_get_quota:
 * @membership_path: `/proc/self/cgroup`, or a file like it
 * @mount_path: `/sys/fs/cgroup`, or a folder like it
 *
 * The smallest quota of the group that the process is in and of the groups above it.
 *
 * Returns: how many processors' time the process may use, rounded up, %G_MAXUINT for no limit
 */
guint
thimble_processors_get_quota (const char *membership_path, const char *mount_path)
{
  g_autofree char *group = get_group (membership_path);
  guint quota = G_MAXUINT;

  while (group != NULL)
    {
      g_autofree char *path = g_build_filename (mount_path, group, "cpu.max", NULL);
      g_autofree char *text = NULL;
      char *slash;

      if (g_file_get_contents (path, &text, NULL, NULL))
        quota = MIN (quota, parse_cpu_max (text));
      slash = strrchr (group, '/');
      if (slash == NULL)
        break;
      *slash = '\0';
    }
  return quota;
}

/**
 * thimble_processors_get_n_usable:
 *
 * Returns: how many processors this process may use, at least 1
 */
guint
thimble_processors_get_n_usable (void)
{
  return MIN (get_n_schedulable (),
              MAX (thimble_processors_get_quota ("/proc/self/cgroup", "/sys/fs/cgroup"), 1));
}
